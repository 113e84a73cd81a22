"""The calls of rules and next actions, whose exchanges are the published examples."""

from typing import Any

from tests.patience import until

RULE = {
    "title": "Say sorry to a customer who is unhappy",
    "condition": "signals.mood != null && signals.mood < 0.0",
    "action": "say_sorry",
    "words": {
        "en": "I am sorry for the trouble with this: {subject}. I have all that you told us here.",
        "de": "Es tut mir leid, dass Sie damit Mühe haben: {subject}. Mir liegt alles vor, was Sie uns gesagt haben.",
    },
    "because": {"subject": "conversations[0].subject", "contacts": "signals.contacts_30d"},
    "until": "conversations[0].last_at + duration('72h')",
    "priority": 60,
    "audiences": ["console", "bot"],
}


async def tell_next_actions(story: Any, customer_id: str) -> None:
    """A rule from its trial to its end, and what is advised on a customer."""
    await story("admin", "POST", "/v1/rules/dry-run", {"rule": RULE})
    await story("admin", "PUT", "/v1/rules/say_sorry", RULE)
    await story("console", "GET", "/v1/rules?limit=2")
    await story("console", "GET", "/v1/rules/say_sorry")
    path = f"/v1/customers/{customer_id}/next"

    async def is_advised() -> bool:
        return bool((await story.desk("console", "GET", path)).json()["next"])

    await until(is_advised)
    await story("console", "GET", path)
    await story("console", "POST", f"{path}/say_sorry", {"taken": True, "note": "The cable was the cause."})
    await story("console", "GET", "/v1/rules/say_sorry/outcomes")
    await story("admin", "DELETE", "/v1/rules/say_sorry")
