"""Names and texts of the description as Python."""

import keyword
import re
from typing import Any

Json = dict[str, Any]
NOTICE = "Generated from the description of the API by clients/python/generator; change nothing here."


def python_name(text: str) -> str:
    """A field, parameter or word as a Python name."""
    name = re.sub(r"\W+", "_", text).strip("_") or "empty"
    if name[0].isdigit():
        return f"n{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def member_name(word: str) -> str:
    """A word as a member of an enum; capitals are no words of Python's own."""
    return python_name(word).rstrip("_").upper()


def class_name(tag: str) -> str:
    """A tag as the name of the class of its operations."""
    return "".join(word.capitalize() for word in re.split(r"[_\W]+", tag)) + "Operations"


def snake_case(operation_id: str) -> str:
    """`acceptHandoff` as `accept_handoff`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation_id).lower()


def docstring(text: str | None, otherwise: str) -> str:
    """A description as one line of a docstring, quotes and all."""
    line = re.sub(r"\s+", " ", text or otherwise).strip().replace('"', "'").replace("\\", "/")
    return f'"""{line if line.endswith((".", "?")) else f"{line}."}"""'
