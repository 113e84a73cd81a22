"""What an automatic audience (a bot, a till, a partner, a form, a tool) may know of a customer; pure.

Through a claimed link it reads what was said in the conversations in which that identity took part. Contact facts are
withheld unless the link is proven and the person who asks has shown more than a claim, or unless they were said in the
very conversation that asks.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Raw, Struct, UnsetType
from msgspec.json import decode, encode
from msgspec.structs import replace

from service.context.content import ContextConversation, ContextFact
from service.context.model import ConversationRecord, CustomerRecords, FactRecord, IdentityRecord
from service.model.interaction import Timestamp
from service.model.names import masked_phone
from service.model.vocabulary import Channel, ConditionKind, IdentityKind, IdentityLink, Stacking

_CONTACT_NAMES = frozenset(
    {
        *("address", "street-address", "postal-code", "country", "country-name", "tel", "email", "bday", "impp"),
        *("street", "house-number", "street-number", "city", "zip", "zip-code", "zipcode", "postcode", "plz"),
        *("phone", "phone-number", "telephone", "telephone-number", "mobile", "mobile-phone", "mobile-number", "fax"),
        *("e-mail", "email-address", "e-mail-address", "mail-address"),
        *("birthday", "birthdate", "birth-date", "date-of-birth", "dob"),
    }
)
"""HTML's autocomplete tokens of address, telephone, e-mail and birthday, and what else people call these."""
_CONTACT_GROUPS = ("address-", "tel-", "email-", "bday-")
"""Whatever follows these, such as `address-level2` (HTML, section 4.10.18.7.1)."""
_QUALIFIERS = ("shipping-", "billing-", "delivery-", "invoice-", "home-", "work-", "contact-", "private-")
_PHONE_WORDS = frozenset({"tel", "phone", "telephone", "mobile", "cell", "cellphone", "fax"})


class ViewPart(Struct, frozen=True, kw_only=True):
    """A part of a view."""


class VisibleCondition(ViewPart, frozen=True):
    """A condition in force, as every audience it is meant for sees it."""

    id: Annotated[UUID, Meta(description="The condition's id.")]
    title: Annotated[str, Meta(description="What the customer is entitled to, in words.")]
    kind: Annotated[ConditionKind, Meta(description="What sort of entitlement it is.")]
    terms: Annotated[
        Raw, Meta(description="What is granted, as JSON of the kind's own shape, byte for byte as it was stated.")
    ]
    scope: Annotated[
        Raw,
        Meta(description="What it applies to (products, channels, shops), as JSON, byte for byte as it was stated."),
    ]
    valid_from: Annotated[Timestamp, Meta(description="From when it is in force.")]
    valid_until: Annotated[Timestamp | None, Meta(description="When it ends; null if it has no end.")]
    priority: Annotated[int, Meta(description="Its rank among conditions: the higher number comes first.")]
    stacking: Annotated[Stacking, Meta(description="Whether it may be used together with others.")]
    uses_left: Annotated[
        int | None, Meta(description="The uses left in the present period; 0 when used up, null without a limit.")
    ]


class VisibleFact(ViewPart, frozen=True):
    """A fact as an automatic audience sees it: with its value, or withheld and then nothing else."""

    value: Annotated[Raw | UnsetType, Meta(description="The value as it was stated; absent if it is withheld.")] = UNSET
    source: Annotated[
        str | UnsetType, Meta(description="The system that the value comes from; absent if it is withheld.")
    ] = UNSET
    channel: Annotated[
        Channel | UnsetType | None,
        Meta(description="The channel on which it was said; null if on none, absent if it is withheld."),
    ] = UNSET
    at: Annotated[Timestamp | UnsetType, Meta(description="When it was said; absent if it is withheld.")] = UNSET
    verified: Annotated[
        bool | UnsetType, Meta(description="Whether the source has proof of it; absent if it is withheld.")
    ] = UNSET
    withheld: Annotated[
        Literal["assurance"] | UnsetType,
        Meta(description="Why the value is not given: too little was shown. It need not be asked again."),
    ] = UNSET


_WITHHELD = VisibleFact(withheld="assurance")


class ContactFacts(Struct, frozen=True):
    """Which facts are contact facts: those of the autocomplete tokens, and names of the company's own."""

    more: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        """Whether a person is reached or recognised by this fact; case, underscores and qualifiers do not count."""
        plain = name.lower().replace("_", "-")
        for qualifier in _QUALIFIERS:
            plain = plain.removeprefix(qualifier)
        return plain in _CONTACT_NAMES or plain.startswith(_CONTACT_GROUPS) or name in self.more

    def gate(self, known: Mapping[str, ContextFact], said: Mapping[str, Raw] | None = None) -> dict[str, VisibleFact]:
        """The known facts, without the values of contact facts; `said` are those of the conversation that asks."""
        return dict(self._gated(known, said or {}))

    def _gated(self, known: Mapping[str, ContextFact], said: Mapping[str, Raw]) -> Iterator[tuple[str, VisibleFact]]:
        for name, fact in known.items():
            if name not in self:
                yield name, visible_fact(fact)
            elif name in said:
                yield name, visible_fact(replace(fact, value=said[name]))
            else:
                yield name, _WITHHELD

    def hide(
        self, conversations: Iterable[ContextConversation], *, but: UUID | None = None
    ) -> tuple[ContextConversation, ...]:
        """The conversations without the contact facts that were said in them, except the one that asks."""
        return tuple(
            one
            if one.id == but
            else replace(one, facts={name: value for name, value in one.facts.items() if name not in self})
            for one in conversations
        )


STANDARD_CONTACT_FACTS = ContactFacts()


def visible_fact(fact: ContextFact) -> VisibleFact:
    """The fact with its value."""
    return VisibleFact(value=fact.value, source=fact.source, channel=fact.channel, at=fact.at, verified=fact.verified)


def identity_key(kind: IdentityKind | None, value: str | None) -> str:
    """How a conversation names an identity that took part in it."""
    return f"{kind}:{value}"


def is_proven(identities: Iterable[IdentityRecord], kind: IdentityKind | None, value: str | None) -> bool:
    """Whether the identity is known to be the customer's by proof; of many identities some are not looked at."""
    return any(one.link is IdentityLink.PROVEN for one in identities if (one.kind, one.value) == (kind, value))


def restrict_to_identity(records: CustomerRecords, key: str) -> CustomerRecords:
    """The records of what was said in the conversations in which the identity of this key took part."""
    conversations = tuple(one for one in records.conversations if key in one.identities)
    ids = {one.conversation_id for one in conversations}
    facts = tuple(one for one in records.facts if one.said_with_identity)
    return replace(
        records,
        customers=tuple(replace(one, repeated_questions=0) for one in records.customers),
        facts=(*(fact for one in conversations for fact in _facts_of(one)), *facts),
        golden_statements=(),
        conversations=conversations,
        recent=tuple(one for one in records.recent if one.conversation_id in ids),
        contacts=(),
        dropped_calls=(),
        handoffs=tuple(one for one in records.handoffs if one.conversation_id in ids),
        callbacks=tuple(one for one in records.callbacks if one.conversation_id in ids),
    )


def _facts_of(conversation: ConversationRecord) -> Iterator[FactRecord]:
    """What was said in a conversation, also if something newer is known from elsewhere."""
    for name, stated in conversation.facts.items():
        yield FactRecord(
            name=name,
            value=stated.value,
            source=conversation.source,
            channel=conversation.channels[0] if conversation.channels else None,
            at=stated.at,
            verified=False,
            version=0,
        )


def masked_facts(known: Mapping[str, VisibleFact]) -> dict[str, VisibleFact]:
    """The facts, telephone numbers masked as the views mask them."""
    return {
        name: fact if fact.value is UNSET else replace(fact, value=_masked_value(name, fact.value))
        for name, fact in known.items()
    }


def masked_values(facts: Mapping[str, Raw]) -> dict[str, Raw]:
    """The same of the values that were said in a conversation."""
    return {name: _masked_value(name, value) for name, value in facts.items()}


def _masked_value(name: str, value: Raw) -> Raw:
    words = name.lower().replace("_", "-").split("-")
    if not _PHONE_WORDS.intersection(words):
        return value
    said = decode(bytes(value))
    return Raw(encode(masked_phone(said if isinstance(said, str) else str(said))))
