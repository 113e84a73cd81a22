"""The tables of the reference services, as SQLAlchemy 2 declares them.

Fewer than ours: no receipts, conversations, versions, outbox or audit. What is missing makes the reference faster.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The declarative base: every `datetime` is a timestamptz, every `dict` a jsonb, every `int` a bigint."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, int: BigInteger}  # noqa: RUF012


class Customer(Base):
    """A person."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str | None]
    language: Mapped[str | None]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    identities: Mapped[list["CustomerIdentity"]] = relationship(back_populates="customer")


class CustomerIdentity(Base):
    """One e-mail address or phone number; its unique pair is what a look-up searches."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=False)
    customer: Mapped[Customer] = relationship(back_populates="identities")


class Interaction(Base):
    """One thing that happened, once per (source, source_event_id); `details` holds what has no column."""

    __tablename__ = "interactions"
    __table_args__ = (UniqueConstraint("source", "source_event_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    source: Mapped[str]
    source_event_id: Mapped[str]
    occurred_at: Mapped[datetime]
    channel: Mapped[str]
    kind: Mapped[str]
    direction: Mapped[str]
    text: Mapped[str | None]
    details: Mapped[dict[str, Any]]


Index("interactions_newest", Interaction.customer_id, Interaction.occurred_at.desc(), Interaction.id.desc())


class Fact(Base):
    """The latest value of something the customer has told us."""

    __tablename__ = "facts"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    at: Mapped[datetime]


class Condition(Base):
    """A special condition of a customer."""

    __tablename__ = "conditions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str]
    kind: Mapped[str]
    terms: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
