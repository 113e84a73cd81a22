"""Judges e-mail addresses without asking the network."""

from functools import lru_cache

from disposable_email_domains import blocklist

from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.normal.emails import is_role, read_emails, true_domain
from service.identity.sources.quality.model import Judgement, Verdict
from service.model.interaction import MAX_IDENTITY_CHARS
from service.model.vocabulary import IdentityKind


@lru_cache(maxsize=65_536)
def judge_email(text: str) -> Judgement:
    """What is to be thought of an address. The domain that could be meant is only suggested."""
    try:
        address = canonical_value(IdentityKind.EMAIL, text[: MAX_IDENTITY_CHARS + 1].strip(), "")
    except InvalidInput:
        return Judgement(Verdict.INVALID, "This is no e-mail address.")
    domain = address.rpartition("@")[2]
    meant = true_domain(domain)
    if meant != domain:
        return Judgement(Verdict.TYPO_SUSPECTED, f"Perhaps {meant} is meant.")
    if any(part in blocklist for part in _domains_above(domain)):
        return Judgement(Verdict.DISPOSABLE, "The domain gives out addresses for a few minutes.")
    if not read_emails(text):
        return Judgement(Verdict.PLACEHOLDER, "This is written where no address is known.")
    if is_role(address):
        return Judgement(Verdict.ROLE, "This mailbox belongs to a task and not to a person.")
    return Judgement(Verdict.VALID)


def _domains_above(domain: str) -> list[str]:
    """The domain and those it is part of, without the top one."""
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(len(labels) - 1)]
