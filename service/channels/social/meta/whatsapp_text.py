"""What a WhatsApp message says, as a text that an agent can read; what is not the customer's words stands in brackets.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object
"""

from collections.abc import Callable
from typing import Any

from service.channels import lenient
from service.errors import InvalidInput

_MAX_CHARS = 100_000
_MAX_PARTS = 50
_NOT_AN_ANSWER = frozenset({"flow_token"})
"""Fields of an answered form that its customer has not filled in."""


def message_text(kind: str, content: Any) -> str | None:
    """The words of a message of this type; None if it has none, or its type is not known."""
    told = _TEXTS.get(kind)
    return None if told is None else lenient.text(told(content), _MAX_CHARS)


def is_known(kind: str) -> bool:
    """Whether this version reads messages of this type."""
    return kind in _TEXTS


def _words(*paths: str) -> Callable[[Any], str | None]:
    """What stands at the first of these paths that holds a text."""

    def read(content: Any) -> str | None:
        texts = (lenient.text(lenient.dig(content, path), _MAX_CHARS) for path in paths)
        return next((text for text in texts if text is not None), None)

    return read


def _file(name: str) -> Callable[[Any], str]:
    """A picture or another file: the words under it, else what it is."""
    return lambda content: _words("caption")(content) or _label(name, _words("filename")(content))


def _voice(content: Any) -> str:
    return "[Voice message]" if lenient.dig(content, "voice") is True else "[Audio]"


def _place(content: Any) -> str:
    names = [_words(name)(content) for name in ("name", "address")]
    degrees = [lenient.dig(content, name) for name in ("latitude", "longitude")]
    numbers = [f"{degree:g}" for degree in degrees if isinstance(degree, int | float)]
    return _label("Place", *names, ", ".join(numbers) if len(numbers) == len(degrees) else None)


def _cards(content: Any) -> str | None:
    return " ".join(map(_card, lenient.objects(content)[:_MAX_PARTS])) or None


def _card(card: dict[str, Any]) -> str:
    name = _words("name.formatted_name", "name.first_name")(card)
    numbers = [_words("phone", "wa_id")(one) for one in lenient.objects(card.get("phones"))[:_MAX_PARTS]]
    addresses = [_words("email")(one) for one in lenient.objects(card.get("emails"))[:_MAX_PARTS]]
    return _label("Contact", name, _words("org.company")(card), *numbers, *addresses)


def _interactive(content: Any) -> str | None:
    """The button or row that was chosen, or the answers of a form."""
    chosen = _words("button_reply.title", "list_reply.title")(content)
    return chosen or _answers(lenient.dig(content, "nfm_reply.response_json")) or _words("nfm_reply.body")(content)


def _answers(response: Any) -> str | None:
    """The fields of a form with what was filled in, line by line."""
    try:
        fields = lenient.decode_json(response.encode(), dict[str, Any]) if isinstance(response, str) else response
    except (InvalidInput, UnicodeEncodeError):
        return None
    if not isinstance(fields, dict):
        return None
    filled = [(name, _plain(value)) for name, value in fields.items() if name not in _NOT_AN_ANSWER]
    return "\n".join(f"{name}: {value}" for name, value in filled[:_MAX_PARTS] if value) or None


def _plain(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain, value[:_MAX_PARTS]))) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return lenient.text(str(value) if isinstance(value, float) else value, 1000)


def _order(content: Any) -> str:
    items = lenient.objects(lenient.dig(content, "product_items"))[:_MAX_PARTS]
    named = [f"{_words('quantity')(one) or 1} x {_words('product_retailer_id')(one) or '?'}" for one in items]
    label, words = _label("Order", *named), _words("text")(content)
    return f"{label} {words}" if words else label


def _label(name: str, *details: str | None) -> str:
    known = ", ".join(dict.fromkeys(detail for detail in details if detail))
    return f"[{name}: {known}]" if known else f"[{name}]"


_TEXTS: dict[str, Callable[[Any], str | None]] = {
    "text": _words("body"),
    "button": _words("text"),
    "interactive": _interactive,
    "image": _file("Picture"),
    "video": _file("Video"),
    "document": _file("Document"),
    "sticker": _file("Sticker"),
    "audio": _voice,
    "location": _place,
    "contacts": _cards,
    "order": _order,
    "reaction": _words("emoji"),
}
