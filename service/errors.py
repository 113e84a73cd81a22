"""Every error askonce raises on purpose (docs/problems.md draws the tree); a docstring is the sentence people read."""


class AskonceError(Exception):
    """Something went wrong inside askonce."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail or (self.__doc__ or "").split("\n", 1)[0]
        """The sentence for this very case; it names no personal data."""
        super().__init__(self.detail)


class ConfigurationError(AskonceError):
    """The settings do not allow a safe start."""


class InvalidInput(AskonceError):
    """The request has a part that askonce cannot take; `errors` names it."""

    def __init__(self, detail: str = "", *, field: str = "", message: str = "") -> None:
        super().__init__(detail or message)
        self.field = field
        self.message = message or self.detail


class BodyTooLarge(InvalidInput):
    """The body is larger than this endpoint takes."""


class MediaTypeUnknown(InvalidInput):
    """The body's Content-Type is not one that this endpoint reads."""


class CalendarInvalid(InvalidInput):
    """The calendar cannot be used; the detail says which part and what is allowed."""


class AgentUnknown(InvalidInput):
    """No desk is known for this agent."""


class PhoneNeeded(InvalidInput):
    """Nobody can be called back without a telephone number, and none is known of this customer."""


class PhoneImpossible(InvalidInput):
    """This telephone number cannot exist."""


class PhoneRefused(InvalidInput):
    """Numbers of this type, such as premium rate, are not called back."""


class WindowInPast(InvalidInput):
    """The window for the callback is over already."""


class WindowClosed(InvalidInput):
    """The queue is closed during the whole window."""


class WebhookAddressRefused(InvalidInput):
    """The webhook's host has an address that is not one of the public internet."""


class IdempotencyKeyMissing(InvalidInput):
    """This request needs an Idempotency-Key header: any string, new for a new intention, the same for a retry."""


class Refused(AskonceError):
    """The caller may not do this."""


class Unauthenticated(Refused):
    """A valid key is needed: Authorization: Bearer <key>."""


class SignInRefused(Unauthenticated):
    """The name or the password is wrong."""


class RoleNotAllowed(Refused):
    """The role of this key may not call this endpoint."""


class MethodNotAllowed(Refused):
    """This path knows other methods; the Allow header names them."""

    def __init__(self, allowed: str = "") -> None:
        super().__init__()
        self.allowed = allowed


class NotConfirmed(Refused):
    """The answer does not confirm the customer, or the token is used up or older than five minutes."""


class DeliveryRefused(Refused):
    """This delivery does not carry the proof that this door asks for: its signature, secret or time is wrong."""


class ForeignHost(Refused):
    """The request names a host, or comes from a page, that is not this service's own."""


class FormTokenRefused(Refused):
    """The form's token is unknown, has expired, was submitted, or is for another form."""


class SourceReserved(Refused):
    """This source belongs to askonce itself or to a door."""


class ForeignStore(Refused):
    """This key speaks for another store."""


class CustomerRestricted(Refused):
    """The customer's data are restricted: only the privacy desk may see or change them until that is lifted."""


class ReasonNeeded(Refused):
    """A reason is needed to open a customer who is not being served: say it, and ask again."""

    def __init__(self, detail: str = "", *, customer_id: object = None) -> None:
        super().__init__(detail)
        self.customer_id = customer_id


class LookUpBudget(Refused):
    """The look-ups of this key are used up for now: try again after Retry-After seconds."""

    def __init__(self, retry_after_s: int = 60) -> None:
        super().__init__()
        self.retry_after_s = max(retry_after_s, 1)


class SignInPaused(LookUpBudget):
    """Too many wrong passwords were given: try again after Retry-After seconds."""


class Absent(AskonceError):
    """There is nothing here."""


class RouteUnknown(Absent):
    """Nothing is served under this path."""


class CustomerUnknown(Absent):
    """No customer is known by this."""


class CustomerErased(Absent):
    """The customer of this was erased: nothing of it is kept, and it is not taken again."""


class IdentityUnknown(Absent):
    """The customer does not have this identity."""


class InteractionUnknown(Absent):
    """The customer does not have this interaction."""


class FactUnknown(Absent):
    """The customer has no such fact."""


class ConversationUnknown(Absent):
    """There is no such conversation."""


class ConditionUnknown(Absent):
    """There is no such condition."""


class PrivacyRequestUnknown(Absent):
    """There is no such request of a customer."""


class ReceiptUnknown(Absent):
    """There is no receipt: nothing has been erased for this request."""


class RedemptionUnknown(Absent):
    """There is no such redemption."""


class QueueUnknown(Absent):
    """There is no such queue."""


class AgentNotDeclared(Absent):
    """No agent was declared under this id."""


class HandoffUnknown(Absent):
    """There is no such handoff."""


class CallbackUnknown(Absent):
    """There is no such callback."""


class CallUnknown(Absent):
    """There is no call of this reference, or it ended more than a day ago."""


class WebhookUnknown(Absent):
    """There is no such webhook."""


class ChannelUnknown(Absent):
    """There is no such channel door."""


class Conflict(AskonceError):
    """The request does not fit the present state."""

    def __init__(self, detail: str = "", *, state: str = "") -> None:
        super().__init__(detail)
        self.state = state  # the present one of what was to change, if it has states


class IdempotencyKeyReused(Conflict):
    """This Idempotency-Key was used for another request: take a new key for a new intention."""


class IdempotencyKeyRunning(Conflict):
    """The first request with this Idempotency-Key is still running: try again in a moment."""


class IdentityTaken(Conflict):
    """The identity belongs to another customer: merge the two, or remove it there first."""


class IdentityExclusive(Conflict):
    """The customer has another identity of this kind: remove that one first, or keep the two people apart."""


class FactVouchedFor(Conflict):
    """A person of the company vouched for this fact: a key of theirs may remove it, and no other."""


class MergeImpossible(Conflict):
    """These two customers cannot be merged."""


class CustomerHeld(Conflict):
    """A legal hold keeps this customer's data: nothing of it may be erased."""


class PrivacyRequestClosed(Conflict):
    """The customer's request is done or refused, or extended already: this cannot be done with it any more."""


class PrivacyRequestNotVerified(Conflict):
    """It is not on record that the customer's request comes from the customer."""


class NoSuchExport(Conflict):
    """An export belongs to a request for access alone."""


class ConditionNotInForce(Conflict):
    """The condition is not in force."""


class ConditionOutOfScope(Conflict):
    """The condition does not hold there."""


class ConditionUsedUp(Conflict):
    """The condition has no use left in this period."""


class HandoffTaken(Conflict):
    """Somebody has taken this handoff already."""


class HandoffTokenStale(Conflict):
    """This token does not hold the handoff, or does not any more."""


class HandoffClosed(Conflict):
    """This handoff is over."""


class CallbackNotDue(Conflict):
    """The customer was promised a call at a later time."""


class CallbackTaken(Conflict):
    """Somebody has claimed this callback already."""


class CallbackTokenStale(Conflict):
    """This token does not hold the callback, or does not any more."""


class CallbackClosed(Conflict):
    """This callback is over."""


class WebhookDisabled(Conflict):
    """The webhook is disabled, because its receiver answered that it is gone (410)."""


class Unavailable(AskonceError):
    """askonce cannot do this at the moment: try again."""


class SecretUnreadable(Unavailable):
    """A secret is sealed with a key that does not stand in ASKONCE_SECRETS_KEY."""


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached: repeat the request with the same ids."""


class DatabaseBusy(Unavailable):
    """The database did not answer in time: repeat the request with the same ids."""


class CacheUnavailable(Unavailable):
    """The cache cannot be reached; readers turn to the database."""


class PeerUnavailable(Unavailable):
    """The system at the other end cannot be reached, or has ended the connection."""


class RequestTooSlow(Unavailable):
    """The body did not arrive in time."""


class RequestTimedOut(Unavailable):
    """The request took too long and was given up; whether it took effect is unknown, so repeat it with the same ids."""


class Overloaded(Unavailable):
    """More requests are waiting than can be served soon: try again."""
