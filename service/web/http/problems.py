"""Problems (RFC 9457): what each error of `service/errors.py` is in HTTP, and what the caller can do about it."""

import re
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from service import errors
from service.web.http.response import Header, Response

PROBLEM_JSON = b"application/problem+json"
INTERNAL_ERROR_STATUS = 500


class _Row(NamedTuple):
    status: int
    remedy: str
    headers: tuple[Header, ...] = ()


_RETRY_AFTER: tuple[Header, ...] = ((b"retry-after", b"1"),)
_BEARER_CHALLENGE: tuple[Header, ...] = ((b"www-authenticate", b"Bearer"),)
_REPEAT_REMEDY = "Repeat the request with the same ids after Retry-After seconds; it never counts twice."

_PROBLEM_ROWS: dict[type[errors.AskonceError], _Row] = {
    errors.AskonceError: _Row(
        500, "Repeat the request with the same ids; tell the operator the X-Request-ID if it stays."
    ),
    errors.ConfigurationError: _Row(500, "Tell the operator; the service's log names the setting."),
    errors.InvalidInput: _Row(400, "Correct the fields that `errors` names, and send it again."),
    errors.BodyTooLarge: _Row(
        413, "Send at most 256 KB (a batch: 4 MB, an e-mail: 25 MB), in several requests if need be."
    ),
    errors.MediaTypeUnknown: _Row(415, "Send one of the content types that the detail names, mostly application/json."),
    errors.CalendarInvalid: _Row(400, "Correct the part that the detail names; it also says what is allowed."),
    errors.AgentUnknown: _Row(
        400, 'Name the queue too, as in {"queue": "support", "agent": "…"}: agents are known by what they took.'
    ),
    errors.PhoneNeeded: _Row(400, "Ask the customer for a number and send it as `phone`."),
    errors.PhoneImpossible: _Row(
        400, "Let the customer repeat the number; with its country code it is sure to be read."
    ),
    errors.PhoneRefused: _Row(
        400,
        "Ask the customer for another number; the setting ASKONCE_CALLBACK_NUMBER_TYPES says which types are called.",
    ),
    errors.WindowInPast: _Row(
        400, "Offer a window that ends later, or leave it out for the next opening of the queue."
    ),
    errors.WindowClosed: _Row(
        400, "The detail says when the queue opens next; leave the window out to take that opening."
    ),
    errors.WebhookAddressRefused: _Row(
        400, "Name a host of the public internet; the setting ASKONCE_WEBHOOK_ALLOW_PRIVATE allows others for tests."
    ),
    errors.IdempotencyKeyMissing: _Row(
        400, "Add the header Idempotency-Key: a new string for a new intention, the same one for a retry."
    ),
    errors.Refused: _Row(403, "Use a key that may do this."),
    errors.Unauthenticated: _Row(
        401,
        "Send Authorization: Bearer and a key that is neither expired nor revoked; `askonce keys create` makes one.",
        _BEARER_CHALLENGE,
    ),
    errors.SignInRefused: _Row(
        401, "Type both once more; `askonce agents link NAME` makes a link that signs in and sets a new password."
    ),
    errors.RoleNotAllowed: _Row(403, "Use a key of one of the roles that the API description lists for this endpoint."),
    errors.MethodNotAllowed: _Row(405, "Use one of the methods in the Allow header."),
    errors.NotConfirmed: _Row(
        403,
        "Ask the customer for another detail that `confirm` offers; after three tries or five minutes look the "
        "customer up again.",
    ),
    errors.DeliveryRefused: _Row(
        401, "Compare the door's path and secret with what `askonce channels add` printed, and the sender's clock."
    ),
    errors.ForeignHost: _Row(
        403, "Call the address that the setting ASKONCE_PUBLIC_URL names, or the loopback; send no Origin of others."
    ),
    errors.FormTokenRefused: _Row(
        403, "Let the site that shows the form ask for a new token, and go on with it: what was saved stays."
    ),
    errors.SourceReserved: _Row(
        403,
        "Register under a source of your own, such as the name of your system; what a door takes, send to the door.",
    ),
    errors.ForeignStore: _Row(403, "Name the key's own store, or none."),
    errors.CustomerRestricted: _Row(
        403, "Leave the matter to the privacy desk, which may lift the restriction; what happens is recorded still."
    ),
    errors.ReasonNeeded: _Row(403, "Say in the header Askonce-Reason why the customer is opened, and ask again."),
    errors.LookUpBudget: _Row(
        429, "Wait for Retry-After seconds. If the key serves more customers than that, the operator raises its budget."
    ),
    errors.SignInPaused: _Row(429, "Wait for Retry-After seconds: the right password is taken then, as ever."),
    errors.Absent: _Row(404, "Check the id; what this key may not see looks absent, too."),
    errors.RouteUnknown: _Row(404, "Check the path against the API description at /docs."),
    errors.CustomerUnknown: _Row(
        404, "Check the identity or id; an interaction with a new identity creates a customer."
    ),
    errors.CustomerErased: _Row(
        410, "Delete what you keep of this customer, and send nothing of it again; a later contact is a new customer."
    ),
    errors.IdentityUnknown: _Row(404, "Read the customer's identities in the context."),
    errors.InteractionUnknown: _Row(404, "Check the ids; the customer's timeline has them."),
    errors.FactUnknown: _Row(404, "Check the fact's name; `known` in the context lists all."),
    errors.ConversationUnknown: _Row(404, "Check the id; `conversations` in the context lists them."),
    errors.ConditionUnknown: _Row(404, "Check the id; the customer's list of conditions has it."),
    errors.PrivacyRequestUnknown: _Row(404, "Check the id; GET /v1/privacy/requests lists them."),
    errors.ReceiptUnknown: _Row(404, "Set the state of a request for erasure to `verified` first."),
    errors.RedemptionUnknown: _Row(404, "Check the receipt number and the condition's id."),
    errors.QueueUnknown: _Row(404, "Check the name; an admin key defines queues with PUT /v1/queues/{name}."),
    errors.AgentNotDeclared: _Row(404, "Declare the agent first: PUT /v1/agents/{agent}."),
    errors.HandoffUnknown: _Row(404, "Check the id; GET /v1/handoffs lists those that this key may see."),
    errors.CallbackUnknown: _Row(404, "Check the id; GET /v1/callbacks lists those that this key may see."),
    errors.CallUnknown: _Row(404, "Check the reference, and that the events of the telephone system arrive."),
    errors.WebhookUnknown: _Row(404, "Check the name; the list of webhooks has it."),
    errors.ChannelUnknown: _Row(404, "Check the path; `askonce channels list` shows the doors there are."),
    errors.Conflict: _Row(409, "Read the present state, and decide again."),
    errors.IdempotencyKeyReused: _Row(422, "Take a new key for a new intention; repeat a request unchanged."),
    errors.IdempotencyKeyRunning: _Row(409, "Repeat the same request after a moment.", _RETRY_AFTER),
    errors.IdentityTaken: _Row(409, "Merge the two customers, or remove the identity from the other one first."),
    errors.IdentityExclusive: _Row(
        409,
        "Remove the other one first if it was wrong; if the new one is another person's, create them; if both are one "
        "person's, create a customer with it and merge the two.",
    ),
    errors.FactVouchedFor: _Row(
        409, "State the new value, which goes to the history, or let a console remove the fact."
    ),
    errors.MergeImpossible: _Row(409, "The detail says why."),
    errors.CustomerHeld: _Row(
        409, "The detail gives the holds and their reasons; release them first, if those who set them agree."
    ),
    errors.PrivacyRequestClosed: _Row(409, "Leave it as it is, or receive another request."),
    errors.PrivacyRequestNotVerified: _Row(409, "Make sure who asks, then set the state to `verified`."),
    errors.NoSuchExport: _Row(409, "Receive a request of the kind `access`."),
    errors.ConditionNotInForce: _Row(409, "The detail says since when or until when; a new condition may be granted."),
    errors.ConditionOutOfScope: _Row(
        409, "The detail says where it does not hold; the condition's scope, where it does."
    ),
    errors.ConditionUsedUp: _Row(409, "Do not grant it again in this period; void a wrong redemption if there is one."),
    errors.HandoffTaken: _Row(409, "Leave it to the taker; `state` says how far they are."),
    errors.HandoffTokenStale: _Row(
        409, "Stop: somebody else holds the conversation, or nobody does. Read the handoff before you go on."
    ),
    errors.HandoffClosed: _Row(409, "`state` says how it ended; hand the conversation off anew if need be."),
    errors.CallbackNotDue: _Row(409, "Wait for the window that the detail names, or reschedule with the customer."),
    errors.CallbackTaken: _Row(409, "Leave it to the claimer; an idle claim comes back after five minutes."),
    errors.CallbackTokenStale: _Row(409, "Claim the callback again before you call."),
    errors.CallbackClosed: _Row(409, "`state` says how it ended; schedule a new callback if need be."),
    errors.WebhookDisabled: _Row(409, "Put the webhook once more, which enables it; then replay."),
    errors.Unavailable: _Row(503, "Repeat the request after Retry-After seconds.", _RETRY_AFTER),
    errors.SecretUnreadable: _Row(503, "The operator gives askonce the key again: docs/security.md.", _RETRY_AFTER),
    errors.DatabaseUnavailable: _Row(503, _REPEAT_REMEDY, _RETRY_AFTER),
    errors.DatabaseBusy: _Row(503, _REPEAT_REMEDY, _RETRY_AFTER),
    errors.CacheUnavailable: _Row(503, "Repeat the request after Retry-After seconds.", _RETRY_AFTER),
    errors.PeerUnavailable: _Row(503, "Repeat the request after Retry-After seconds.", _RETRY_AFTER),
    errors.RequestTooSlow: _Row(408, "Send the request again over a better connection, or in smaller parts."),
    errors.RequestTimedOut: _Row(
        503, "Whether it took effect is unknown: repeat it with the same ids, which never counts twice.", _RETRY_AFTER
    ),
    errors.Overloaded: _Row(503, "Repeat the request after Retry-After seconds, then less often.", _RETRY_AFTER),
}


class Problem(Struct, frozen=True, kw_only=True):
    """What an error class is in HTTP; its slug and title are the words of the class' name."""

    status: int
    slug: str
    title: str
    meaning: str
    remedy: str
    headers: tuple[Header, ...]

    @property
    def type(self) -> str:
        """The stable name of the problem, which is also the address of its page."""
        return f"/problems/{self.slug}"


class FieldError(Struct, frozen=True):
    """A part of the request that cannot be taken, e.g. `identities[0].kind`."""

    field: Annotated[
        str,
        Meta(description="Where the error is in the request, such as `identities[0].kind`; empty for the whole body."),
    ]
    message: Annotated[str, Meta(description="What is wrong with it, a sentence that repeats no value.")]


class ProblemDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every answer that is not a success."""

    type: Annotated[
        str, Meta(description="Stable name of the problem (RFC 9457), a path of this service that explains it.")
    ]
    title: Annotated[str, Meta(description="The kind of problem in a few words, the same for every occurrence.")]
    status: Annotated[int, Meta(description="HTTP status code of the answer.")]
    detail: Annotated[str, Meta(description="What went wrong this time, a sentence without personal data.")]
    state: Annotated[
        str, Meta(description="State of the handoff or callback that forbids the action; absent for other problems.")
    ] = ""
    errors: Annotated[
        tuple[FieldError, ...],
        Meta(description="The parts of the request that cannot be taken; absent when none is to blame."),
    ] = ()


def _build_problem(error_type: type[errors.AskonceError], row: _Row) -> Problem:
    words = re.findall("[A-Z][a-z]+", error_type.__name__)
    return Problem(
        status=row.status,
        slug="-".join(words).lower(),
        title=" ".join(words).capitalize(),
        meaning=error_type().detail,
        remedy=row.remedy,
        headers=row.headers,
    )


PROBLEMS = {kind: _build_problem(kind, row) for kind, row in _PROBLEM_ROWS.items()}
"""The problem of every class of the tree."""
PROBLEMS_BY_SLUG = {problem.slug: problem for problem in PROBLEMS.values()}


def problem_of(error_type: type[BaseException]) -> Problem:
    """The problem of an error's class; whatever is no error of ours is an internal one, about which nothing is said."""
    return next(
        (PROBLEMS[ancestor] for ancestor in error_type.__mro__ if ancestor in PROBLEMS), PROBLEMS[errors.AskonceError]
    )


def problem_details(error: Exception) -> ProblemDetails:
    """What the caller is told about this very error."""
    problem = problem_of(type(error))
    return ProblemDetails(
        type=problem.type,
        title=problem.title,
        status=problem.status,
        detail=error.detail if isinstance(error, errors.AskonceError) else problem.meaning,
        state=error.state if isinstance(error, errors.Conflict) else "",
        errors=(FieldError(error.field, error.message),)
        if isinstance(error, errors.InvalidInput) and error.field
        else (),
    )


def problem_response(error: Exception) -> Response:
    """The whole answer to an error, with the headers its kind needs."""
    problem = problem_of(type(error))
    headers = problem.headers
    if isinstance(error, errors.MethodNotAllowed):
        headers += ((b"allow", error.allowed.encode()),)
    elif isinstance(error, errors.LookUpBudget):
        headers += ((b"retry-after", b"%d" % error.retry_after_s),)
    return Response(problem.status, msgspec.json.encode(problem_details(error)), PROBLEM_JSON, headers)
