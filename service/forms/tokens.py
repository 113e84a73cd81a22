"""Tokens of forms: a site names the customer of a page, which may fill and save its fields until it is submitted."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown, FormTokenRefused, InvalidInput
from service.handoff.model import ConversationKey, check_one_customer
from service.identity.claims import canonical_claims
from service.identity.model import Claim, Identity
from service.model.ids import new_id
from service.model.interaction import FactName, IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import Assurance, IdentityKind
from service.timeline.model import ConversationFact

SQL = Statements("service.forms", "tokens")

TOKEN_LIFETIME = timedelta(minutes=15)

_TOKEN_BYTES = 32
_SECRET_FIELDS = frozenset({"current-password", "new-password", "one-time-code", "webauthn"})
_PAYMENT_PREFIX = "cc-"
_facts_decoder = msgspec.json.Decoder(dict[str, ConversationFact])


class FormTokenInput(RequestShape, frozen=True):
    """The customer of a page, how sure the site is of that, and the names of the page's fields.

    Forms with the same `draft` share what is typed, so that a visit is one conversation; without one, a new one begins.
    """

    fields: Annotated[
        tuple[FactName, ...],
        Meta(
            min_length=1,
            max_length=100,
            description="Names of the page's fields, 1 to 100, HTML autocomplete tokens where one exists.",
        ),
    ]
    customer_id: Annotated[
        UUID | None, Meta(description="The customer that the page is for (UUIDv7); exactly one of this and `identity`.")
    ] = None
    identity: Annotated[
        IdentityClaim | None,
        Meta(description="An identity of the customer that the page is for; exactly one of this and `customer_id`."),
    ] = None
    assurance: Annotated[
        Assurance, Meta(description="How sure the site is who it is; known values are shown from `possession` on.")
    ] = Assurance.CLAIMED
    conversation: Annotated[
        ConversationKey | None,
        Meta(description="Conversation that shows the page, which is filled with what was said in it."),
    ] = None
    draft: Annotated[
        ShortText | None,
        Meta(description="Draft to go on with, so that forms share what is typed; absent begins a new one."),
    ] = None
    subject: Annotated[
        ShortText | None, Meta(description="What the visit is about, in words; it groups it with other conversations.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse both ways to name the customer at once, and neither."""
        check_one_customer(self.identity, self.customer_id)


class FormToken(Struct, frozen=True, kw_only=True):
    """A new token, which is stored nowhere, and the draft that the site names again for its next form."""

    token: Annotated[str, Meta(description="Secret that the page sends to fill and save its fields; it is not stored.")]
    form: Annotated[str, Meta(description="Name of the form that the token is for.")]
    draft: Annotated[
        str, Meta(description="The draft that the page saves to; the site may name it again for its next form.")
    ]
    expires_at: Annotated[
        Timestamp,
        Meta(description="When the token stops working, 15 minutes after it was issued; a submit ends it before."),
    ]


class FormVisit(Struct, frozen=True, kw_only=True):
    """What a token stands for; `said` is what was typed in the draft, or said in the conversation with the form."""

    key_id: UUID
    space_id: int
    """The space of that key: the site chooses the name of the draft."""
    form: str
    draft: str
    subject: str | None
    fields: tuple[str, ...]
    assurance: Assurance
    claim: Claim | None
    customer_id: UUID | None
    has_proven_link: bool
    """Whether the customer was named by the id, or the identity is theirs by proof of the site's or on record."""
    said: dict[str, ConversationFact]

    @property
    def is_identified(self) -> bool:
        """Whether the site's assurance of the visitor suffices to show the customer's known values."""
        return self.assurance.rank >= Assurance.POSSESSION.rank

    @property
    def may_delete_facts(self) -> bool:
        """Whether a field that the visitor empties is known no longer, rather than only in this draft."""
        return self.is_identified and self.has_proven_link


async def issue_form_token(
    connection: Connection, form: str, request: FormTokenInput, *, key_id: UUID, region: str, now: datetime
) -> FormToken:
    """A token for this form, these fields and the next 15 minutes. CustomerUnknown if there is no such customer."""
    _check_fields(request.fields)
    claims = canonical_claims([request.identity], region, field="identity") if request.identity else ()
    kind, value = claims[0].identity if claims else (None, None)
    conversation = request.conversation
    issued = FormToken(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        form=form,
        draft=request.draft or str(new_id()),
        expires_at=now + TOKEN_LIFETIME,
    )
    stored = await connection.fetchval(
        SQL.store_token,
        _hash(issued.token),
        key_id,
        form,
        issued.draft,
        request.subject,
        list(dict.fromkeys(request.fields)),
        request.assurance,
        request.customer_id,
        kind,
        value,
        bool(claims and claims[0].verified),
        issued.expires_at,
        conversation and conversation.id,
        conversation and conversation.ref,
    )
    if stored is None:
        raise CustomerUnknown
    return issued


async def read_form_visit(connection: Connection, form: str, token: str, now: datetime) -> FormVisit:
    """What the token stands for. FormTokenRefused if it is unknown, has expired, is done, or is for another form."""
    row = await connection.fetchrow(SQL.read_token, _hash(token), form, now)
    if row is None or (row["identity_kind"] is None and row["customer_id"] is None):
        raise FormTokenRefused
    kind = row["identity_kind"]
    identity = None if kind is None else Identity(IdentityKind(kind), row["identity_value"])
    return FormVisit(
        key_id=row["key_id"],
        space_id=row["space_id"],
        form=row["form"],
        draft=row["draft"],
        subject=row["subject"],
        fields=tuple(row["fields"]),
        assurance=Assurance(row["assurance"]),
        claim=None if identity is None else Claim(identity=identity, verified=row["identity_verified"]),
        customer_id=row["customer_id"],
        has_proven_link=row["has_proven_link"],
        said=_said(row["conversation_facts"]) | _said(row["facts"]),
    )


def _said(facts: str | None) -> dict[str, ConversationFact]:
    return {} if facts is None else _facts_decoder.decode(facts)


async def end_form_visit(connection: Connection, token: str, now: datetime) -> None:
    """The token is done: its form was submitted. FormTokenRefused if another submit was faster."""
    if await connection.fetchval(SQL.end_token, _hash(token), now) is None:
        raise FormTokenRefused


def _check_fields(fields: tuple[str, ...]) -> None:
    """InvalidInput for a secret: what it holds must not become a fact that other channels read."""
    for index, name in enumerate(fields):
        if name in _SECRET_FIELDS or name.startswith(_PAYMENT_PREFIX):
            raise InvalidInput(field=f"fields[{index}]", message="Passwords, codes and cards are not kept here.")


def _hash(token: str) -> bytes:
    """The stored hash of a token: it has 256 random bits, so a plain hash reveals nothing."""
    return hashlib.sha256(token.encode()).digest()
