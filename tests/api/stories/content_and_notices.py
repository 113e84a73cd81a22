"""The calls of content and notices for the recorded examples."""

from typing import Any


async def tell_content_and_notices(story: Any, customer_id: str) -> None:
    """A page that answers the matter of the story, a draft that is published, and what both are told to."""
    content = {
        "title": "Restart your router",
        "url": "https://www.example.com/help/router",
        "languages": ["en"],
        "channels": ["chatbot", "web"],
        "phases": ["get_help"],
        "subjects": ["router"],
    }
    await story("admin", "PUT", "/v1/content/restart-router", content)
    await story("admin", "GET", "/v1/content/restart-router")
    await story("bot", "GET", f"/v1/content?customer={customer_id}&channel=chatbot")
    await story("console", "GET", "/v1/content/gaps?from=2026-11-01T00:00:00Z")
    notice = {
        "texts": {"en": "Support is closed on 24 December.", "de": "Der Support ist am 24. Dezember geschlossen."},
        "from": "2026-11-20T00:00:00+01:00",
        "until": "2026-12-25T00:00:00+01:00",
        "queues": ["support"],
        "options_when_closed": [{"texts": {"en": "Urgent: our forum.", "de": "Dringend: unser Forum."}}],
        "state": "draft",
    }
    await story("admin", "PUT", "/v1/notices/christmas", notice)
    await story("admin", "POST", "/v1/notices/christmas/publish")
    await story("admin", "GET", "/v1/notices/christmas")
    await story("channel", "GET", "/v1/notices?channel=web&language=de-AT")
    await story("console", "GET", "/v1/notices/christmas/customers?channel=email")
    await story("admin", "PUT", "/v1/content/old", content)
    await story("admin", "DELETE", "/v1/content/old")
    await story("admin", "PUT", "/v1/notices/old", notice)
    await story("admin", "DELETE", "/v1/notices/old")
