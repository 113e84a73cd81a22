"""The subject of a read, and the memory of the customer it was last."""

from uuid import UUID

from msgspec import Struct

from service.context.disclosure import identity_key
from service.context.records import RecordsQuery
from service.model.vocabulary import IdentityKind


class CustomerQuery(Struct, frozen=True, kw_only=True, gc=False):
    """What a read asks for, and a guess of its customer: the one it was last, or None.

    The guess is never trusted. The cached views of a customer stand in one hash together with a field for every
    identity of the merge set and for every id merged into it, so that the one round trip that fetches a view also
    fetches the proof that what was asked belongs to this customer. A removed identity, a merge, an unmerge or an
    erasure drops the hash, and the proof with it: no process has to be told that its guesses are old.
    """

    records_query: RecordsQuery
    proof_field: bytes
    """The field of the hash that proves the guess by holding `owner`."""
    proven_field: bytes
    """The field that does so only if the identity's link is proven."""
    customer_id: UUID | None
    owner: bytes
    """The guessed customer's id as text; empty without a guess."""

    @property
    def identity_key(self) -> str:
        """How conversations name the identity that is asked for; of an id none does."""
        return identity_key(self.records_query.kind, self.records_query.value)

    def with_customer(self, customer_id: UUID) -> "CustomerQuery":
        """The same question with this guess."""
        return CustomerQuery(
            records_query=self.records_query,
            proof_field=self.proof_field,
            proven_field=self.proven_field,
            customer_id=customer_id,
            owner=str(customer_id).encode(),
        )


def query_by_identity(kind: IdentityKind, value: str) -> CustomerQuery:
    """The customer of a canonical identity."""
    return CustomerQuery(
        records_query=RecordsQuery(kind=kind, value=value),
        proof_field=identity_proof_field(kind, value),
        proven_field=proven_link_field(kind, value),
        customer_id=None,
        owner=b"",
    )


def query_by_customer_id(customer_id: UUID) -> CustomerQuery:
    """The customer of an id, guessed to be no merged one."""
    query = CustomerQuery(
        records_query=RecordsQuery(customer_id=customer_id),
        proof_field=member_proof_field(customer_id),
        proven_field=member_proof_field(customer_id),
        customer_id=None,
        owner=b"",
    )
    return query.with_customer(customer_id)


def identity_proof_field(kind: IdentityKind, value: str) -> bytes:
    """The field that says that this canonical identity belongs to the customer of the hash."""
    return f"i:{kind}:{value}".encode()


def proven_link_field(kind: IdentityKind, value: str) -> bytes:
    """The field that says that this canonical identity belongs to the customer of the hash by proof."""
    return f"p:{kind}:{value}".encode()


def member_proof_field(customer_id: UUID) -> bytes:
    """The field that says that this id belongs to the merge set of the hash."""
    return f"i:id:{customer_id}".encode()


QueryKey = tuple[IdentityKind, str] | UUID
"""What a caller asks for, as the caller writes it."""


class QueryHints:
    """The last `limit` questions with their guesses, so that a number is parsed and its customer sought only once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._queries: dict[QueryKey, CustomerQuery] = {}
        self.get = self._queries.get
        """The subject of a question that is remembered, or None."""

    def remember(self, key: QueryKey, query: CustomerQuery) -> None:
        """Keep this one; the one remembered first goes when there are too many."""
        self._queries[key] = query
        if len(self._queries) > self._limit:
            del self._queries[next(iter(self._queries))]

    def forget(self, key: QueryKey) -> None:
        """Keep this one no longer."""
        self._queries.pop(key, None)
