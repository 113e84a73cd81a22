"""Route of the headers that make answers to a mail find their conversation."""

from collections.abc import Mapping

from msgspec.structs import replace

from service.channels.base import Adapter
from service.db.pool import Database
from service.errors import ChannelUnknown, ConversationUnknown
from service.inbound.mail import tokens as mail_tokens
from service.inbound.mail.tokens import MailToken, MailTokenRequest
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.registration.batcher import Registrar
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route

EMAIL_TOKEN_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT, Role.CHANNEL})
_ADDRESS_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})
"""Roles whose view of a customer shows addresses; the others are told of none here either."""


class EmailTokenRoutes:
    """The route of systems that write mail to customers."""

    def __init__(self, database: Database, registrar: Registrar, adapters: Mapping[str, Adapter]) -> None:
        self._database = database
        self._registrar = registrar
        self._adapters = adapters

    @route(
        "POST",
        "/v1/email/tokens",
        roles=EMAIL_TOKEN_ROLES,
        summary="Headers for a mail to a customer, so that its answer joins the conversation",
        body=MailTokenRequest,
        answers={201: MailToken},
        problems=(ConversationUnknown, ChannelUnknown),
    )
    async def issue_email_token(self, request: Request) -> Response:
        """Makes the headers that a mail to a customer must carry.

        The customer's answer then joins the same conversation. Only a console is told which addresses bounced.
        """
        requested = decode_json(request.raw, MailTokenRequest)
        token = await mail_tokens.issue_mail_token(
            self._database, self._registrar, self._adapters, requested, principal=request.principal, now=request.now
        )
        if request.principal.role not in _ADDRESS_ROLES:
            token = replace(token, undeliverable=())
        return json_response(token, status=201)
