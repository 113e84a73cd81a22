"""Hides other people in what a customer is given: agents by their role, others by a word in brackets."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

import phonenumbers
from msgspec import Struct

from service.model.vocabulary import ParticipantRole

AGENT = "agent"
SYSTEM = "system"
OTHER_PERSON = "[another person]"
OTHER_WORDS = "[words of another person]"
QUOTED = "[quoted text]"
_ROLES = frozenset(ParticipantRole) | {"console", "admin", "store", "partner", "channel", "privacy", "timer"}
_AGENT_KEYS = {
    "agent",
    "agent_id",
    "by",
    "claimed_by",
    "taken_by",
    "preferred_agent",
    "key_id",
    "name",
    "id",
    "account",
}
"""Fields of what agents did that name them."""
_STAFF_KEYS = _AGENT_KEYS - {"name", "id"}
_WORDS_OF_SENDER = ("text", "full_text", "subject", "from", "from_name", "to", "attachments")
_MAILBOX = re.compile(r"(?:\"[^\"\n]{1,80}\"\s*<|(?:[^\W\d_][\w.'-]*\s+){1,4}<|<)?\b([\w.+%-]+@[\w-]+(?:\.[\w-]+)+)>?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
_FEWEST_DIGITS = re.compile(r"(?:\d\D{0,3}){6}")


class Masking(Struct, frozen=True, kw_only=True):
    """What is the customer's own, and who the staff are."""

    own: frozenset[str]
    """Values that name the customer: addresses in lower case, numbers in E.164."""
    staff: tuple[str, ...]
    """Names of agents."""
    roles: dict[UUID, str]
    """Key or account -> its role."""
    region: str

    def agent(self, value: Any) -> Any:
        """Who of the staff did it, by the role."""
        if isinstance(value, str):
            if _UUID.fullmatch(value):
                return self.roles.get(UUID(value), SYSTEM)
            return value if value in _ROLES or _TIME.match(value) else AGENT
        return self._named(value, _AGENT_KEYS)

    def others(self, value: Any) -> Any:
        """Text, or anything of JSON, without what names or quotes other people."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.others(one) for one in value]
        if not isinstance(value, dict):
            return value
        if value.get("role") in _ROLES - {ParticipantRole.CUSTOMER}:
            value = {name: each for name, each in value.items() if name not in ("name", "id")}
        masked = {name: self.agent(each) if name in _STAFF_KEYS else self.others(each) for name, each in value.items()}
        if isinstance(masked.get("name"), str) and OTHER_PERSON in masked.values():
            masked["name"] = OTHER_PERSON
        return masked

    def identities(self, value: Any) -> Any:
        """Those of a list of identities, each as kind:value or with its value, that are the customer's."""
        if not isinstance(value, list):
            return self.others(value)
        return [one for one in value if self._value_of(one).lower() in self.own]

    def _value_of(self, identity: Any) -> str:
        return str(identity.get("value")) if isinstance(identity, dict) else str(identity).partition(":")[2]

    def interaction(self, record: dict[str, Any]) -> dict[str, Any]:
        """An interaction; of what another person wrote into the customer's thread, that it was written."""
        details = record.get("details")
        data = details.get("data") if isinstance(details, dict) else None
        if not isinstance(details, dict) or not isinstance(data, dict):
            return record
        if data.get("stranger"):
            kept = {name: one for name, one in data.items() if name not in _WORDS_OF_SENDER}
            said = {"text": OTHER_WORDS} if record.get("text") else {}
            return record | said | {"details": {"data": kept}}
        return record | {"details": details | {"data": data | ({"full_text": QUOTED} if "full_text" in data else {})}}

    def _named(self, value: Any, keys: Collection[str]) -> Any:
        if isinstance(value, list):
            return [self._named(one, keys) if isinstance(one, dict | list) else self.agent(one) for one in value]
        if isinstance(value, dict):
            return {
                name: self.agent(one) if name in keys and isinstance(one, str) else self._inside(one, keys)
                for name, one in value.items()
            }
        return value

    def _inside(self, value: Any, keys: Collection[str]) -> Any:
        return self._named(value, keys) if isinstance(value, dict | list) else value

    def _text(self, text: str) -> str:
        for name in self.staff:
            if name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"[{AGENT}]", text)
        if "@" in text:
            text = _MAILBOX.sub(lambda found: found[0] if found[1].lower() in self.own else OTHER_PERSON, text)
        if _FEWEST_DIGITS.search(text):
            text = self._without_numbers(text)
        return text

    def _without_numbers(self, text: str) -> str:
        """Without telephone numbers that are not the customer's; numbers of orders have no such groups of digits."""
        leniency = phonenumbers.Leniency.STRICT_GROUPING
        found = list(phonenumbers.PhoneNumberMatcher(text, self.region, leniency=leniency))
        for one in reversed(found):
            number = phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164)
            if number not in self.own:
                text = text[: one.start] + OTHER_PERSON + text[one.end :]
        return text
