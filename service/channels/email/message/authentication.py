"""Whether a mail server of ours found that the stated sender's domain did send a mail (RFC 8601)."""

from authres import AuthenticationResultsHeader, AuthResError
from authres.core import AuthenticationResult

from service.channels.email.message.headers import MailHeaders
from service.channels.email.message.model import MailAddress

_LONGEST = 2_000


def is_verified(headers: MailHeaders, sender: MailAddress, authserv_id: str) -> bool:
    """Whether the topmost Authentication-Results is of this server, and proves the domain of the From address.

    Further down anybody can have written anything. DMARC proves it, or a DKIM signature of the domain or one above it.
    SPF alone does not: it speaks of the envelope.
    """
    stated = headers.first("authentication-results")[:_LONGEST]
    if not authserv_id or not stated:
        return False
    try:
        found = AuthenticationResultsHeader.parse_value(stated)
    except (AuthResError, ValueError, RecursionError):
        return False
    if str(found.authserv_id).lower() != authserv_id.lower():
        return False
    domain = sender.address.rpartition("@")[2].lower()
    return any(_passes(result, domain) for result in found.results)


def _passes(result: AuthenticationResult, domain: str) -> bool:
    if str(result.result).lower() != "pass":
        return False
    stated = {(one.type, one.name): str(one.value).lower() for one in result.properties}
    if result.method == "dmarc":
        return stated.get(("header", "from")) == domain
    signed = stated.get(("header", "d"), "")
    return result.method == "dkim" and "." in signed and (domain == signed or domain.endswith(f".{signed}"))
