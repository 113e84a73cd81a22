"""Which customers a worker merges by itself, as an operator sets it: never by probability."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.identity.matching.keys import KEY_FIELDS, KeyKind
from service.model.interaction import RequestShape, ShortText

SQL = Statements("service.resolution", "merging_settings")


class RuleField(StrEnum):
    """What two records have to agree in."""

    GIVEN = "given"
    FAMILY = "family"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"


class MergeRule(RequestShape, frozen=True):
    """Two customers are merged if a record of the one and a record of the other agree in all these fields."""

    name: Annotated[ShortText, Meta(description="Name of the rule; it stands in the record of each merge by it.")]
    equal: Annotated[
        tuple[RuleField, ...],
        Meta(
            min_length=1,
            max_length=6,
            description="Fields that have to be known of both and equal in their normal forms, such as `email`, "
            "`birth_date` and `family`.",
        ),
    ]

    def key_kinds(self) -> list[KeyKind]:
        """The kind of key under which all pairs of this rule meet; empty if its fields are too few to find them."""
        equal = {"born" if field is RuleField.BIRTH_DATE else str(field) for field in self.equal}
        return [kind for kind, fields in KEY_FIELDS.items() if fields <= equal][:1]


class MergingSettings(RequestShape, frozen=True, omit_defaults=False):
    """What a worker may merge without a person."""

    verified_identity: Annotated[
        bool,
        Meta(
            description="Whether two customers are merged when a source has proof of a telephone number, an e-mail "
            "address or another identity that is verified as the other customer's."
        ),
    ] = True
    rules: Annotated[
        tuple[MergeRule, ...],
        Meta(max_length=20, description="Rules of the operator, any one of which is enough; none unless told."),
    ] = ()


_rules_decoder = msgspec.json.Decoder(tuple[MergeRule, ...])


async def read_merging_settings(connection: Connection) -> MergingSettings:
    """What is set, or the defaults."""
    row = await connection.fetchrow(SQL.read_merging)
    if row is None:
        return MergingSettings()
    return MergingSettings(verified_identity=row["verified_identity"], rules=_rules_decoder.decode(row["rules"]))


async def write_merging_settings(
    connection: Connection, settings: MergingSettings, *, now: datetime, key_id: UUID
) -> None:
    """Set what may be merged, for all customers. InvalidInput names a rule that cannot be followed."""
    names = [rule.name for rule in settings.rules]
    for index, rule in enumerate(settings.rules):
        if rule.name in names[:index]:
            raise InvalidInput(field=f"rules[{index}].name", message="Another rule has this name.")
        if not rule.key_kinds():
            raise InvalidInput(
                field=f"rules[{index}].equal",
                message="Name an e-mail, phone or address, or two of given, family and birth_date.",
            )
    rules = msgspec.json.encode(settings.rules).decode()
    await connection.execute(SQL.write_merging, settings.verified_identity, rules, now, key_id)
    await connection.execute(SQL.begin_sweep)
