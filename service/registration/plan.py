"""Decides what a batch of interactions changes; pure: it is given all that the database knows, and gives rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.db.change import SYSTEM_KEY_ID
from service.errors import ConversationUnknown
from service.identity.customers import CustomerState
from service.identity.invalid_numbers import CustomerPhone, claimed_numbers
from service.identity.model import Claim, IdentityConflict, IdentityRow, Resolution
from service.model.ids import new_id
from service.model.interaction import InteractionContent
from service.model.vocabulary import Assurance, CallOutcome, Direction, ParticipantRole
from service.registration.model import Submission
from service.registration.rows import encode_details, history_row
from service.registration.threads import continue_conversation
from service.timeline.model import (
    AttemptRow,
    Conversation,
    ConversationFact,
    FactHistoryRow,
    FactRow,
    InteractionRow,
    Receipt,
    subject_key,
)
from service.timeline.rules import supersedes

MAX_CONVERSATION_IDENTITIES = 100
_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")


class RegistrationPlan:
    """The rows of one batch; `add` each submission in order, then store what has come together."""

    def __init__(
        self,
        customers: dict[UUID, CustomerState],
        conversations: Sequence[Conversation],
        facts: Iterable[FactRow],
        *,
        now: datetime,
        reopen: timedelta,
    ) -> None:
        self.customers = customers
        self.interactions: list[InteractionRow] = []
        self.receipts: list[Receipt] = []
        self.conversations: dict[UUID, Conversation] = {}
        self.facts: dict[tuple[UUID, str], FactRow] = {}
        self.fact_history: list[FactHistoryRow] = []
        self.attempts: dict[tuple[UUID, str], AttemptRow] = {}
        self.attach: Sequence[IdentityRow] = ()
        self.proven: Sequence[IdentityRow] = ()
        self.conflicts: list[tuple[IdentityConflict, UUID]] = []
        self.answered: list[CustomerPhone] = []
        self._now = now
        self._reopen = reopen
        self._conversations_by_customer: dict[UUID, list[Conversation]] = {}
        for conversation in conversations:
            self._conversations_by_customer.setdefault(conversation.customer_id, []).append(conversation)
        self._owner_by_conversation = {one.conversation_id: one.customer_id for one in conversations}
        self._current_facts = {(fact.customer_id, fact.name): fact for fact in facts}

    @property
    def changed_customers(self) -> list[CustomerState]:
        """Those with a new version: owners of interactions, and the survivors of their merge sets."""
        return [one for one in self.customers.values() if one.changed]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not (self.interactions or self.conversations or self.facts or self.fact_history or self.attempts)

    def add(self, submission: Submission, resolution: Resolution) -> Receipt:
        """Plan one interaction; gives its receipt, which names the survivor.

        Everything is decided and written as if its owner were never merged.
        """
        interaction = submission.interaction
        customer = self._owner(submission, resolution)
        registered_at = max(self._now, customer.last_registered_at)
        at = min(interaction.occurred_at, registered_at)  # a clock that is ahead must not win over all that follows
        survivor = self._advance(customer, interaction, at)
        known = self._conversations_by_customer.setdefault(customer.customer_id, [])
        conversation = continue_conversation(submission, customer, known, at=at, reopen=self._reopen)
        self.conversations[conversation.conversation_id] = conversation
        _add_participants(conversation, submission.claims)
        repeated = sum((customer.customer_id, name) in self._current_facts for name in interaction.asks)
        customer.repeated_questions += repeated
        for name, value in interaction.facts.items():
            if value is not None:  # a bot's empty slot tells us nothing
                self._add_fact(customer, conversation, submission, name=name, value=value, at=at)
        self._add_attempt(customer, conversation, interaction, at)
        interaction_id = new_id()
        self.conflicts.extend((conflict, interaction_id) for conflict in resolution.conflicts)
        self.interactions.append(self._interaction_row(submission, customer, conversation, interaction_id, repeated))
        receipt = Receipt(
            interaction_id, survivor.customer_id, conversation.conversation_id, survivor.version, submission.event_key
        )
        self.receipts.append(receipt)
        self.answered += _answered_numbers(submission, survivor.customer_id)
        return receipt

    def _owner(self, submission: Submission, resolution: Resolution) -> CustomerState:
        """The customer that the rows belong to: the owner of the named conversation, if it is of the merge set."""
        customer = self.customers[resolution.customer_id]
        if submission.conversation_id is None:
            return customer
        owner_id = self._owner_by_conversation.get(submission.conversation_id)
        if owner_id is None or self.customers[owner_id].survivor_id != customer.survivor_id:
            raise ConversationUnknown
        return self.customers[owner_id]

    def _advance(self, customer: CustomerState, interaction: InteractionContent, at: datetime) -> CustomerState:
        """The customer, and the survivor if it was merged, are one version on; gives the survivor.

        The first name and language that the customer states count until they are corrected.
        """
        survivor = self.customers[customer.survivor_id]
        for one in {customer.customer_id: customer, survivor.customer_id: survivor}.values():
            one.version += 1
            one.changed = True
        customer.interactions += 1
        customer.last_registered_at = max(customer.last_registered_at, self._now)
        customer.since = min(customer.since or at, at)
        if interaction.direction is Direction.INBOUND:
            customer.language = customer.language or interaction.language
        participant = interaction.participant
        if participant is not None and participant.role is ParticipantRole.CUSTOMER:
            customer.name = customer.name or participant.name
        return survivor

    def _add_fact(
        self,
        customer: CustomerState,
        conversation: Conversation,
        submission: Submission,
        *,
        name: str,
        value: Any,
        at: datetime,
    ) -> None:
        """A fact becomes known, replaces another value, or goes straight to the history: it came late, or by a machine.

        A person states a value with proof, or in place of one that a person vouched for: that vouches for it.
        """
        interaction, old = submission.interaction, self._current_facts.get((customer.customer_id, name))
        verified = interaction.assurance is Assurance.VERIFIED
        earlier = conversation.facts.get(name)
        if earlier is None or at >= earlier.at:
            conversation.facts[name] = ConversationFact(value=value, at=at)
        new = FactRow(
            customer.customer_id,
            name,
            _encoder.encode(value).decode(),
            interaction.source,
            interaction.channel,
            at,
            verified,
            conversation.conversation_id,
            customer.version,
            submission.by_person and (verified or (old is not None and old.vouched)),
        )
        replaced = old if old is None or supersedes(new, old) else new
        if old is not None and replaced is not None and not same_value(new.value, old.value):
            self.fact_history.append(history_row(replaced, customer))
        if replaced is new:
            return
        self._current_facts[customer.customer_id, name] = self.facts[customer.customer_id, name] = new

    def _add_attempt(
        self, customer: CustomerState, conversation: Conversation, interaction: InteractionContent, at: datetime
    ) -> None:
        """The attempt this interaction reports; the newest report of the same words in one conversation counts."""
        if interaction.attempt is None:
            return
        key = (conversation.conversation_id, subject_key(interaction.attempt.what))
        earlier = self.attempts.get(key)
        if earlier is None or at >= earlier.at:
            self.attempts[key] = AttemptRow(
                conversation.customer_id,
                *key,
                interaction.attempt.what,
                interaction.attempt.outcome,
                interaction.participant.role if interaction.participant else None,
                interaction.channel,
                at,
                customer.version,
            )

    def _interaction_row(
        self,
        submission: Submission,
        customer: CustomerState,
        conversation: Conversation,
        interaction_id: UUID,
        repeated_questions: int,
    ) -> InteractionRow:
        interaction = submission.interaction
        return InteractionRow(
            customer.customer_id,
            min(interaction.occurred_at, customer.last_registered_at),
            interaction_id,
            customer.version,
            customer.last_registered_at,
            conversation.conversation_id,
            None if submission.key_id == SYSTEM_KEY_ID else submission.key_id,
            interaction.source,
            interaction.source_event_id,
            interaction.channel,
            interaction.kind,
            interaction.direction,
            interaction.assurance,
            interaction.language,
            interaction.outcome,
            interaction.mood,
            repeated_questions,
            interaction.text,
            encode_details(interaction, customer.last_registered_at),
        )


def _answered_numbers(submission: Submission, customer_id: UUID) -> list[CustomerPhone]:
    """The numbers from which the customer called and was answered: they exist."""
    interaction = submission.interaction
    answered = interaction.outcome is CallOutcome.ANSWERED and interaction.direction is Direction.INBOUND
    return claimed_numbers(customer_id, submission.claims) if answered else []


def _add_participants(conversation: Conversation, claims: Iterable[Claim]) -> None:
    """Remember which identities were claimed in a conversation, up to a limit that no honest one reaches."""
    claimed = (f"{one.identity.kind}:{one.identity.value}" for one in claims if not one.verified)
    conversation.identities += [one for one in claimed if one not in conversation.identities]
    del conversation.identities[MAX_CONVERSATION_IDENTITIES:]


def same_value(new: str, old: str) -> bool:
    """Whether two JSON texts mean the same value; the database writes them with other spaces."""
    return new == old or _sorted_encoder.encode(msgspec.json.decode(new)) == _sorted_encoder.encode(
        msgspec.json.decode(old)
    )
