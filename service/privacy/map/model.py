"""The shapes of the data map: all that export, erasure, retention and the record of processing know of the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.model.vocabulary import Audience, Purpose


class Category(StrEnum):
    """What kind of data a place holds."""

    IDENTITY = "identity"
    """Who a customer is: names, birth date, numbers, and whatever leads to the customer."""
    CONTACT = "contact"
    """How a customer is reached: telephone, e-mail, addresses, wishes about channels."""
    CONTENT = "content"
    """What a customer said, or what was written for or about the customer."""
    BEHAVIOUR = "behaviour"
    """What happened when, where and how it ended."""
    PROFILE = "profile"
    """What askonce concluded: segments, risks, matches, scores."""
    ACCESS = "access"
    """Who looked at a customer or changed a customer's data."""
    STAFF = "staff"
    """Agents and keys."""
    CONFIGURATION = "configuration"
    """What operators set; nothing of a customer."""
    TECHNICAL = "technical"
    """Versions, positions, counts, deadlines; nothing that a person said or is."""


class OnErase(StrEnum):
    """What an erasure does to a customer's row or value."""

    DELETE = "delete"
    PSEUDONYMISE = "pseudonymise"
    """The row stays, its personal values are emptied or replaced."""
    KEEP = "keep"
    """Kept, for the reason that the place gives."""


class Masked(StrEnum):
    """Whose words or names an export hides."""

    AGENT = "agent"
    """The name of an agent: the export says the role."""
    OTHERS = "others"
    """What may name or quote other people: the export masks what is not the customer's own."""


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column, a field of a message, or a field of a log line."""

    category: Category
    in_export: bool = False
    audiences: frozenset[Audience] = frozenset()
    """The views that may show it; privacy and admin see everything."""
    masked: Masked | None = None
    holds: str = ""
    """What it holds, in one phrase, where its name does not say so."""


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table of PostgreSQL."""

    name: str
    purpose: Purpose
    columns: Mapping[str, MappedColumn]
    """By name, every column."""
    retention: str
    """For how long: a period that operators set, or a phrase such as "while the customer exists"."""
    rows_of: str | None = None
    """SQL that holds for the rows of the customers $1 (uuid[], a whole merge set); None: no rows of customers."""
    on_erase: OnErase = OnErase.DELETE
    pseudonymised: str | None = None
    """What SET assigns when the rows are pseudonymised."""
    reason: str = ""
    """Why rows are kept or pseudonymised instead of deleted; a sentence."""


@dataclass(frozen=True, slots=True)
class MappedPlace:
    """A place outside of the tables: keys of Redis that begin alike, or a file or folder."""

    name: str
    """What its keys or paths begin with."""
    holds: str
    category: Category
    retention: str
    on_erase: OnErase = OnErase.DELETE
    reason: str = ""
    """Why it is kept; a sentence."""
