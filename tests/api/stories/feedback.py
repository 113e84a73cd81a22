"""Calls of the routes of feedback."""

from typing import Any


async def ask_for_feedback(story: Any, customer_id: str, conversation_id: str) -> None:
    """A question to the customer about a matter, and what all say."""
    asked = {"customer_id": customer_id, "conversation_id": conversation_id, "question": "csat"}
    await story("channel", "POST", "/v1/surveys", asked, key=True)
    await story("console", "GET", "/v1/feedback?by=channel&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z")
