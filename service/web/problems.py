"""Problems (RFC 9457): what each error of `service/errors.py` is in HTTP, and what to do about it."""

import msgspec
from msgspec import Struct

from service import errors
from service.web.response import Header, Response

PROBLEM_JSON = b"application/problem+json"


class Problem(Struct, frozen=True):
    """What an error class is in HTTP; `remedy` tells the caller what to do."""

    status: int
    slug: str
    title: str
    remedy: str
    headers: tuple[Header, ...] = ()

    @property
    def type(self) -> str:
        """The stable name of the problem, which is also the address of its page."""
        return f"/problems/{self.slug}"


class FieldError(Struct, frozen=True):
    """A part of the request that cannot be taken, e.g. `identities[0].kind`."""

    field: str
    message: str


class ProblemDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every answer that is not a success."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()


_SOON: tuple[Header, ...] = ((b"retry-after", b"1"),)
_CHALLENGE: tuple[Header, ...] = ((b"www-authenticate", b"Bearer"),)

PROBLEMS: dict[type[errors.AskonceError], Problem] = {
    errors.AskonceError: Problem(
        500,
        "internal-error",
        "Something went wrong inside",
        "Repeat the request with the same ids; tell the operator the X-Request-ID if it stays.",
    ),
    errors.ConfigurationError: Problem(
        500,
        "misconfigured",
        "The service is not configured for this",
        "Tell the operator; the service's log names the setting.",
    ),
    errors.InvalidInput: Problem(
        400, "invalid-input", "The request is not valid", "Correct the fields that `errors` names, and send it again."
    ),
    errors.BodyTooLarge: Problem(
        413,
        "body-too-large",
        "The body is too large",
        "Send at most 256 KB (a batch: 4 MB, an e-mail: 25 MB), in several requests if need be.",
    ),
    errors.MediaTypeUnknown: Problem(
        415,
        "media-type-unknown",
        "The Content-Type is not read here",
        "Send one of the content types that the detail names, mostly application/json.",
    ),
    errors.CalendarInvalid: Problem(
        400,
        "calendar-invalid",
        "The calendar is not valid",
        "Correct the part that the detail names; it also says what is allowed.",
    ),
    errors.IdempotencyKeyMissing: Problem(
        400,
        "idempotency-key-missing",
        "An Idempotency-Key is needed",
        "Add the header Idempotency-Key: a new string for a new intention, the same one for a retry.",
    ),
    errors.Refused: Problem(403, "refused", "Not allowed", "Use a key that may do this."),
    errors.Unauthenticated: Problem(
        401,
        "unauthenticated",
        "A valid key is needed",
        "Send Authorization: Bearer and a key that is neither expired nor revoked; `askonce keys create` makes one.",
        _CHALLENGE,
    ),
    errors.RoleNotAllowed: Problem(
        403,
        "role-not-allowed",
        "The key's role may not do this",
        "Use a key of one of the roles that the API description lists for this endpoint.",
    ),
    errors.MethodNotAllowed: Problem(
        405, "method-not-allowed", "This path knows other methods", "Use one of the methods in the Allow header."
    ),
    errors.NotConfirmed: Problem(
        403,
        "not-confirmed",
        "The customer is not confirmed",
        "Ask the customer for another detail that `confirm` offers; after three tries look the customer up again.",
    ),
    errors.Absent: Problem(
        404, "absent", "There is nothing here", "Check the id; what this key may not see looks absent, too."
    ),
    errors.RouteUnknown: Problem(
        404, "not-found", "Nothing is served here", "Check the path against the API description at /docs."
    ),
    errors.CustomerUnknown: Problem(
        404,
        "customer-unknown",
        "The customer is not known",
        "Check the identity or id; an interaction with a new identity creates a customer.",
    ),
    errors.IdentityUnknown: Problem(
        404,
        "identity-unknown",
        "The customer does not have this identity",
        "Read the customer's identities in the context.",
    ),
    errors.FactUnknown: Problem(
        404, "fact-unknown", "The customer has no such fact", "Check the fact's name; `known` in the context lists all."
    ),
    errors.ConversationUnknown: Problem(
        404,
        "conversation-unknown",
        "The conversation is not known",
        "Check the id; `conversations` in the context lists them.",
    ),
    errors.ConditionUnknown: Problem(
        404,
        "condition-unknown",
        "The condition is not known",
        "Check the id; the customer's list of conditions has it.",
    ),
    errors.RedemptionUnknown: Problem(
        404, "redemption-unknown", "The redemption is not known", "Check the receipt number and the condition's id."
    ),
    errors.CandidateUnknown: Problem(
        404,
        "candidate-unknown",
        "The candidate's token is not valid",
        "Look the customer up again: a token lives five minutes and three tries.",
    ),
    errors.Conflict: Problem(
        409, "conflict", "The request does not fit the present state", "Read the present state, and decide again."
    ),
    errors.IdempotencyKeyReused: Problem(
        422,
        "idempotency-key-reused",
        "The Idempotency-Key belongs to another request",
        "Take a new key for a new intention; repeat a request unchanged.",
    ),
    errors.IdempotencyKeyRunning: Problem(
        409,
        "idempotency-key-running",
        "The first request is still running",
        "Repeat the same request after a moment.",
        _SOON,
    ),
    errors.IdentityTaken: Problem(
        409,
        "identity-taken",
        "The identity belongs to another customer",
        "Merge the two customers, or remove the identity from the other one first.",
    ),
    errors.MergeImpossible: Problem(
        409, "merge-impossible", "These customers cannot be merged", "The detail says why."
    ),
    errors.ConditionUsedUp: Problem(
        409,
        "condition-used-up",
        "The condition is used up",
        "Do not grant it again in this period; void a wrong redemption if there is one.",
    ),
    errors.Unavailable: Problem(
        503, "unavailable", "Not possible at the moment", "Repeat the request after Retry-After seconds.", _SOON
    ),
    errors.DatabaseUnavailable: Problem(
        503,
        "database-unavailable",
        "The database cannot be reached",
        "Nothing was stored: repeat the request with the same ids after Retry-After seconds.",
        _SOON,
    ),
    errors.DatabaseBusy: Problem(
        503,
        "database-busy",
        "The database is busy",
        "Nothing was stored: repeat the request with the same ids after Retry-After seconds.",
        _SOON,
    ),
    errors.CacheUnavailable: Problem(
        503, "cache-unavailable", "The cache cannot be reached", "Repeat the request after Retry-After seconds.", _SOON
    ),
    errors.RequestTooSlow: Problem(
        408,
        "request-too-slow",
        "The body did not arrive in time",
        "Send the request again over a better connection, or in smaller parts.",
    ),
    errors.RequestTimedOut: Problem(
        503,
        "timed-out",
        "The request took too long",
        "Whether it took effect is unknown: repeat it with the same ids, which never counts twice.",
        _SOON,
    ),
    errors.Overloaded: Problem(
        503,
        "overloaded",
        "Too many requests are waiting",
        "Repeat the request after Retry-After seconds, then less often.",
        _SOON,
    ),
}
"""Every class of the tree; the test of this module walks it."""

BY_SLUG = {problem.slug: problem for problem in PROBLEMS.values()}


def of(kind: type[BaseException]) -> Problem:
    """The problem of an error's class; whatever is no error of ours is an internal one, about which nothing is said."""
    for ancestor in kind.__mro__:
        if ancestor in PROBLEMS:
            return PROBLEMS[ancestor]
    return PROBLEMS[errors.AskonceError]


def answer(error: Exception) -> Response:
    """The whole answer to an error, with the headers its kind needs."""
    problem = of(type(error))
    headers = problem.headers
    if isinstance(error, errors.MethodNotAllowed):
        headers += ((b"allow", error.allowed.encode()),)
    details = ProblemDetails(
        type=problem.type,
        title=problem.title,
        status=problem.status,
        detail=error.detail if isinstance(error, errors.AskonceError) else errors.AskonceError().detail,
        errors=(FieldError(error.field, error.message),)
        if isinstance(error, errors.InvalidInput) and error.field
        else (),
    )
    return Response(problem.status, msgspec.json.encode(details), PROBLEM_JSON, headers)
