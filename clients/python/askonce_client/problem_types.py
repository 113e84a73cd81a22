"""Every problem of the API as an exception. Generated from the description of the API by clients/python/generator; change nothing here."""


class AskonceError(Exception):
    """Something went wrong; the kinds of problems are its subclasses. The message is the problem's `detail`."""

    def __init__(
        self,
        detail: str,
        *,
        type: str = "",
        title: str = "",
        status: int = 0,
        errors: list[tuple[str, str]] | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail, self.type, self.title, self.status = detail, type, title, status
        self.errors = errors or []
        """(field, message) of each part of the request that cannot be taken."""
        self.request_id = request_id
        self.retry_after_s = retry_after_s


class Absent(AskonceError):
    """There is nothing here."""


class ConfigurationError(AskonceError):
    """The settings do not allow a safe start."""


class Conflict(AskonceError):
    """The request does not fit the present state."""


class InvalidInput(AskonceError):
    """The request has a part that askonce cannot take; `errors` names it."""


class Refused(AskonceError):
    """The caller may not do this."""


class Unavailable(AskonceError):
    """askonce cannot do this at the moment: try again."""


class AgentNotDeclared(Absent):
    """No agent was declared under this id."""


class AgentUnknown(InvalidInput):
    """No desk is known for this agent."""


class BodyTooLarge(InvalidInput):
    """The body is larger than this endpoint takes."""


class CacheUnavailable(Unavailable):
    """The cache cannot be reached; readers turn to the database."""


class CalendarInvalid(InvalidInput):
    """The calendar cannot be used; the detail says which part and what is allowed."""


class CallUnknown(Absent):
    """There is no call of this reference, or it ended more than a day ago."""


class CallbackClosed(Conflict):
    """This callback is over."""


class CallbackNotDue(Conflict):
    """The customer was promised a call at a later time."""


class CallbackTaken(Conflict):
    """Somebody has claimed this callback already."""


class CallbackTokenStale(Conflict):
    """This token does not hold the callback, or does not any more."""


class CallbackUnknown(Absent):
    """There is no such callback."""


class ChannelUnknown(Absent):
    """There is no such channel door."""


class ConditionNotInForce(Conflict):
    """The condition is not in force."""


class ConditionOutOfScope(Conflict):
    """The condition does not hold there."""


class ConditionUnknown(Absent):
    """There is no such condition."""


class ConditionUsedUp(Conflict):
    """The condition has no use left in this period."""


class ConversationUnknown(Absent):
    """There is no such conversation."""


class CustomerErased(Absent):
    """The customer of this was erased: nothing of it is kept, and it is not taken again."""


class CustomerHeld(Conflict):
    """A legal hold keeps this customer's data: nothing of it may be erased."""


class CustomerRestricted(Refused):
    """The customer's data are restricted: only the privacy desk may see or change them until that is lifted."""


class CustomerUnknown(Absent):
    """No customer is known by this."""


class DatabaseBusy(Unavailable):
    """The database did not answer in time: repeat the request with the same ids."""


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached: repeat the request with the same ids."""


class DeliveryRefused(Refused):
    """This delivery does not carry the proof that this door asks for: its signature, secret or time is wrong."""


class FactUnknown(Absent):
    """The customer has no such fact."""


class FactVouchedFor(Conflict):
    """A person of the company vouched for this fact: a key of theirs may remove it, and no other."""


class ForeignHost(Refused):
    """The request names a host, or comes from a page, that is not this service's own."""


class ForeignStore(Refused):
    """This key speaks for another store."""


class FormTokenRefused(Refused):
    """The form's token is unknown, has expired, was submitted, or is for another form."""


class HandoffClosed(Conflict):
    """This handoff is over."""


class HandoffTaken(Conflict):
    """Somebody has taken this handoff already."""


class HandoffTokenStale(Conflict):
    """This token does not hold the handoff, or does not any more."""


class HandoffUnknown(Absent):
    """There is no such handoff."""


class IdempotencyKeyMissing(InvalidInput):
    """This request needs an Idempotency-Key header: any string, new for a new intention, the same for a retry."""


class IdempotencyKeyReused(Conflict):
    """This Idempotency-Key was used for another request: take a new key for a new intention."""


class IdempotencyKeyRunning(Conflict):
    """The first request with this Idempotency-Key is still running: try again in a moment."""


class IdentityExclusive(Conflict):
    """The customer has another identity of this kind: remove that one first, or keep the two people apart."""


class IdentityTaken(Conflict):
    """The identity belongs to another customer: merge the two, or remove it there first."""


class IdentityUnknown(Absent):
    """The customer does not have this identity."""


class InteractionUnknown(Absent):
    """The customer does not have this interaction."""


class LookUpBudget(Refused):
    """The look-ups of this key are used up for now: try again after Retry-After seconds."""


class MediaTypeUnknown(InvalidInput):
    """The body's Content-Type is not one that this endpoint reads."""


class MergeImpossible(Conflict):
    """These two customers cannot be merged."""


class MethodNotAllowed(Refused):
    """This path knows other methods; the Allow header names them."""


class NoSuchExport(Conflict):
    """An export belongs to a request for access alone."""


class NotConfirmed(Refused):
    """The answer does not confirm the customer, or the token is used up or older than five minutes."""


class Overloaded(Unavailable):
    """More requests are waiting than can be served soon: try again."""


class PeerUnavailable(Unavailable):
    """The system at the other end cannot be reached, or has ended the connection."""


class PhoneImpossible(InvalidInput):
    """This telephone number cannot exist."""


class PhoneNeeded(InvalidInput):
    """Nobody can be called back without a telephone number, and none is known of this customer."""


class PhoneRefused(InvalidInput):
    """Numbers of this type, such as premium rate, are not called back."""


class PrivacyRequestClosed(Conflict):
    """The customer's request is done or refused, or extended already: this cannot be done with it any more."""


class PrivacyRequestNotVerified(Conflict):
    """It is not on record that the customer's request comes from the customer."""


class PrivacyRequestUnknown(Absent):
    """There is no such request of a customer."""


class QueueUnknown(Absent):
    """There is no such queue."""


class ReasonNeeded(Refused):
    """A reason is needed to open a customer who is not being served: say it, and ask again."""


class ReceiptUnknown(Absent):
    """There is no receipt: nothing has been erased for this request."""


class RedemptionUnknown(Absent):
    """There is no such redemption."""


class RequestTimedOut(Unavailable):
    """The request took too long and was given up; whether it took effect is unknown, so repeat it with the same ids."""


class RequestTooSlow(Unavailable):
    """The body did not arrive in time."""


class RoleNotAllowed(Refused):
    """The role of this key may not call this endpoint."""


class RouteUnknown(Absent):
    """Nothing is served under this path."""


class SecretUnreadable(Unavailable):
    """A secret is sealed with a key that does not stand in ASKONCE_SECRETS_KEY."""


class SourceReserved(Refused):
    """This source belongs to askonce itself or to a door."""


class Unauthenticated(Refused):
    """A valid key is needed: Authorization: Bearer <key>."""


class WebhookAddressRefused(InvalidInput):
    """The webhook's host has an address that is not one of the public internet."""


class WebhookDisabled(Conflict):
    """The webhook is disabled, because its receiver answered that it is gone (410)."""


class WebhookUnknown(Absent):
    """There is no such webhook."""


class WindowClosed(InvalidInput):
    """The queue is closed during the whole window."""


class WindowInPast(InvalidInput):
    """The window for the callback is over already."""


class SignInPaused(LookUpBudget):
    """Too many wrong passwords were given: try again after Retry-After seconds."""


class SignInRefused(Unauthenticated):
    """The name or the password is wrong."""


PROBLEM_TYPES: dict[str, type[AskonceError]] = {
    "askonce-error": AskonceError,
    "absent": Absent,
    "configuration-error": ConfigurationError,
    "conflict": Conflict,
    "invalid-input": InvalidInput,
    "refused": Refused,
    "unavailable": Unavailable,
    "agent-not-declared": AgentNotDeclared,
    "agent-unknown": AgentUnknown,
    "body-too-large": BodyTooLarge,
    "cache-unavailable": CacheUnavailable,
    "calendar-invalid": CalendarInvalid,
    "call-unknown": CallUnknown,
    "callback-closed": CallbackClosed,
    "callback-not-due": CallbackNotDue,
    "callback-taken": CallbackTaken,
    "callback-token-stale": CallbackTokenStale,
    "callback-unknown": CallbackUnknown,
    "channel-unknown": ChannelUnknown,
    "condition-not-in-force": ConditionNotInForce,
    "condition-out-of-scope": ConditionOutOfScope,
    "condition-unknown": ConditionUnknown,
    "condition-used-up": ConditionUsedUp,
    "conversation-unknown": ConversationUnknown,
    "customer-erased": CustomerErased,
    "customer-held": CustomerHeld,
    "customer-restricted": CustomerRestricted,
    "customer-unknown": CustomerUnknown,
    "database-busy": DatabaseBusy,
    "database-unavailable": DatabaseUnavailable,
    "delivery-refused": DeliveryRefused,
    "fact-unknown": FactUnknown,
    "fact-vouched-for": FactVouchedFor,
    "foreign-host": ForeignHost,
    "foreign-store": ForeignStore,
    "form-token-refused": FormTokenRefused,
    "handoff-closed": HandoffClosed,
    "handoff-taken": HandoffTaken,
    "handoff-token-stale": HandoffTokenStale,
    "handoff-unknown": HandoffUnknown,
    "idempotency-key-missing": IdempotencyKeyMissing,
    "idempotency-key-reused": IdempotencyKeyReused,
    "idempotency-key-running": IdempotencyKeyRunning,
    "identity-exclusive": IdentityExclusive,
    "identity-taken": IdentityTaken,
    "identity-unknown": IdentityUnknown,
    "interaction-unknown": InteractionUnknown,
    "look-up-budget": LookUpBudget,
    "media-type-unknown": MediaTypeUnknown,
    "merge-impossible": MergeImpossible,
    "method-not-allowed": MethodNotAllowed,
    "no-such-export": NoSuchExport,
    "not-confirmed": NotConfirmed,
    "overloaded": Overloaded,
    "peer-unavailable": PeerUnavailable,
    "phone-impossible": PhoneImpossible,
    "phone-needed": PhoneNeeded,
    "phone-refused": PhoneRefused,
    "privacy-request-closed": PrivacyRequestClosed,
    "privacy-request-not-verified": PrivacyRequestNotVerified,
    "privacy-request-unknown": PrivacyRequestUnknown,
    "queue-unknown": QueueUnknown,
    "reason-needed": ReasonNeeded,
    "receipt-unknown": ReceiptUnknown,
    "redemption-unknown": RedemptionUnknown,
    "request-timed-out": RequestTimedOut,
    "request-too-slow": RequestTooSlow,
    "role-not-allowed": RoleNotAllowed,
    "route-unknown": RouteUnknown,
    "secret-unreadable": SecretUnreadable,
    "source-reserved": SourceReserved,
    "unauthenticated": Unauthenticated,
    "webhook-address-refused": WebhookAddressRefused,
    "webhook-disabled": WebhookDisabled,
    "webhook-unknown": WebhookUnknown,
    "window-closed": WindowClosed,
    "window-in-past": WindowInPast,
    "sign-in-paused": SignInPaused,
    "sign-in-refused": SignInRefused,
}
