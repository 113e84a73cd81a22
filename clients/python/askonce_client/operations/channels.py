"""Operations of `channels`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from typing import Any

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ChannelsOperations(Sender):
    """Operations of `channels`."""

    def receive_asterisk_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/asterisk", (Any,), body=body, content_type=content_type))

    def receive_asterisk_delivery_as_text(self, *, accept: str) -> str:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/asterisk", (str,), headers={"Accept": accept}))

    def receive_asterisk_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/asterisk/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_asterisk_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/asterisk/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_botframework_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/botframework", (Any,), body=body, content_type=content_type))

    def receive_botframework_delivery_as_text(self, *, accept: str) -> str:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/botframework", (str,), headers={"Accept": accept}))

    def receive_botframework_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any](
                "POST", f"/v1/channels/botframework/{in_path(rest)}", (Any,), body=body, content_type=content_type
            )
        )

    def receive_botframework_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/botframework/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_chatwoot_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/chatwoot", (Any,), body=body, content_type=content_type))

    def receive_chatwoot_delivery_as_text(self, *, accept: str) -> str:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/chatwoot", (str,), headers={"Accept": accept}))

    def receive_chatwoot_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/chatwoot/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_chatwoot_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/chatwoot/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_cti_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/cti", (Any,), body=body, content_type=content_type))

    def receive_cti_delivery_as_text(self, *, accept: str) -> str:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/cti", (str,), headers={"Accept": accept}))

    def receive_cti_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/cti/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_cti_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/cti/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_email_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/email", (Any,), body=body, content_type=content_type))

    def receive_email_delivery_as_text(self, *, accept: str) -> str:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/email", (str,), headers={"Accept": accept}))

    def receive_email_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/email/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_email_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/email/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_mailgun_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/mailgun", (Any,), body=body, content_type=content_type))

    def receive_mailgun_delivery_as_text(self, *, accept: str) -> str:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/mailgun", (str,), headers={"Accept": accept}))

    def receive_mailgun_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_mailgun_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_meta_delivery_by_get(self) -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("GET", "/v1/channels/meta", (Any,)))

    def receive_meta_delivery_by_get_as_text(self, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("GET", "/v1/channels/meta", (str,), headers={"Accept": accept}))

    def receive_meta_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/meta", (Any,), body=body, content_type=content_type))

    def receive_meta_delivery_as_text(self, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/meta", (str,), headers={"Accept": accept}))

    def receive_meta_delivery_by_get_at_path(self, rest: str) -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("GET", f"/v1/channels/meta/{in_path(rest)}", (Any,)))

    def receive_meta_delivery_by_get_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("GET", f"/v1/channels/meta/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_meta_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/meta/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_meta_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/meta/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_postmark_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/postmark", (Any,), body=body, content_type=content_type))

    def receive_postmark_delivery_as_text(self, *, accept: str) -> str:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/postmark", (str,), headers={"Accept": accept}))

    def receive_postmark_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/postmark/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_postmark_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/postmark/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_rasa_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/rasa", (Any,), body=body, content_type=content_type))

    def receive_rasa_delivery_as_text(self, *, accept: str) -> str:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/rasa", (str,), headers={"Accept": accept}))

    def receive_rasa_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/rasa/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_rasa_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/rasa/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_resend_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/resend", (Any,), body=body, content_type=content_type))

    def receive_resend_delivery_as_text(self, *, accept: str) -> str:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/resend", (str,), headers={"Accept": accept}))

    def receive_resend_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/resend/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_resend_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/resend/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def receive_segment_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/segment", (Any,), body=body, content_type=content_type))

    def receive_segment_delivery_as_text(self, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/segment", (str,), headers={"Accept": accept}))

    def receive_segment_delivery_by_options(self) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("OPTIONS", "/v1/channels/segment", (Any,)))

    def receive_segment_delivery_by_options_as_text(self, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("OPTIONS", "/v1/channels/segment", (str,), headers={"Accept": accept}))

    def receive_segment_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/segment/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_segment_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/segment/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_segment_delivery_by_options_at_path(self, rest: str) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (Any,)))

    def receive_segment_delivery_by_options_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_sendgrid_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/sendgrid", (Any,), body=body, content_type=content_type))

    def receive_sendgrid_delivery_as_text(self, *, accept: str) -> str:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/sendgrid", (str,), headers={"Accept": accept}))

    def receive_sendgrid_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/sendgrid/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_sendgrid_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(
            Call[str]("POST", f"/v1/channels/sendgrid/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    def receive_twilio_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(Call[Any]("POST", "/v1/channels/twilio", (Any,), body=body, content_type=content_type))

    def receive_twilio_delivery_as_text(self, *, accept: str) -> str:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", "/v1/channels/twilio", (str,), headers={"Accept": accept}))

    def receive_twilio_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> Any:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(
            Call[Any]("POST", f"/v1/channels/twilio/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    def receive_twilio_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(Call[str]("POST", f"/v1/channels/twilio/{in_path(rest)}", (str,), headers={"Accept": accept}))

    def list_channel_deliveries(
        self,
        name: str,
        *,
        outcome: shapes.DeliveryOutcome | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ChannelDeliveryPage:
        """The latest deliveries to a door, and what became of them, newest first."""
        return self._send(
            Call[shapes.ChannelDeliveryPage](
                "GET",
                f"/v1/channels/{in_path(name)}/deliveries",
                (shapes.ChannelDeliveryPage,),
                query={"outcome": outcome, "limit": limit, "after": after},
            )
        )


class AsyncChannelsOperations(AsyncSender):
    """The same, awaited."""

    async def receive_asterisk_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", "/v1/channels/asterisk", (Any,), body=body, content_type=content_type)
        )

    async def receive_asterisk_delivery_as_text(self, *, accept: str) -> str:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/asterisk", (str,), headers={"Accept": accept}))

    async def receive_asterisk_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/asterisk/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_asterisk_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/asterisk/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_botframework_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", "/v1/channels/botframework", (Any,), body=body, content_type=content_type)
        )

    async def receive_botframework_delivery_as_text(self, *, accept: str) -> str:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/botframework", (str,), headers={"Accept": accept}))

    async def receive_botframework_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any](
                "POST", f"/v1/channels/botframework/{in_path(rest)}", (Any,), body=body, content_type=content_type
            )
        )

    async def receive_botframework_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/botframework/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_chatwoot_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", "/v1/channels/chatwoot", (Any,), body=body, content_type=content_type)
        )

    async def receive_chatwoot_delivery_as_text(self, *, accept: str) -> str:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/chatwoot", (str,), headers={"Accept": accept}))

    async def receive_chatwoot_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/chatwoot/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_chatwoot_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/chatwoot/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_cti_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/cti", (Any,), body=body, content_type=content_type))

    async def receive_cti_delivery_as_text(self, *, accept: str) -> str:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/cti", (str,), headers={"Accept": accept}))

    async def receive_cti_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/cti/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_cti_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/cti/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_email_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/email", (Any,), body=body, content_type=content_type))

    async def receive_email_delivery_as_text(self, *, accept: str) -> str:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/email", (str,), headers={"Accept": accept}))

    async def receive_email_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/email/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_email_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/email/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_mailgun_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/mailgun", (Any,), body=body, content_type=content_type))

    async def receive_mailgun_delivery_as_text(self, *, accept: str) -> str:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/mailgun", (str,), headers={"Accept": accept}))

    async def receive_mailgun_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_mailgun_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_meta_delivery_by_get(self) -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("GET", "/v1/channels/meta", (Any,)))

    async def receive_meta_delivery_by_get_as_text(self, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("GET", "/v1/channels/meta", (str,), headers={"Accept": accept}))

    async def receive_meta_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/meta", (Any,), body=body, content_type=content_type))

    async def receive_meta_delivery_as_text(self, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/meta", (str,), headers={"Accept": accept}))

    async def receive_meta_delivery_by_get_at_path(self, rest: str) -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("GET", f"/v1/channels/meta/{in_path(rest)}", (Any,)))

    async def receive_meta_delivery_by_get_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("GET", f"/v1/channels/meta/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_meta_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/meta/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_meta_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/meta/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_postmark_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", "/v1/channels/postmark", (Any,), body=body, content_type=content_type)
        )

    async def receive_postmark_delivery_as_text(self, *, accept: str) -> str:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/postmark", (str,), headers={"Accept": accept}))

    async def receive_postmark_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/postmark/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_postmark_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/postmark/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_rasa_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/rasa", (Any,), body=body, content_type=content_type))

    async def receive_rasa_delivery_as_text(self, *, accept: str) -> str:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/rasa", (str,), headers={"Accept": accept}))

    async def receive_rasa_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/rasa/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_rasa_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/rasa/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_resend_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/resend", (Any,), body=body, content_type=content_type))

    async def receive_resend_delivery_as_text(self, *, accept: str) -> str:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/resend", (str,), headers={"Accept": accept}))

    async def receive_resend_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/resend/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_resend_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/resend/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_segment_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/segment", (Any,), body=body, content_type=content_type))

    async def receive_segment_delivery_as_text(self, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/segment", (str,), headers={"Accept": accept}))

    async def receive_segment_delivery_by_options(self) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("OPTIONS", "/v1/channels/segment", (Any,)))

    async def receive_segment_delivery_by_options_as_text(self, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("OPTIONS", "/v1/channels/segment", (str,), headers={"Accept": accept}))

    async def receive_segment_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/segment/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_segment_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/segment/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_segment_delivery_by_options_at_path(self, rest: str) -> Any:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (Any,)))

    async def receive_segment_delivery_by_options_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_sendgrid_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", "/v1/channels/sendgrid", (Any,), body=body, content_type=content_type)
        )

    async def receive_sendgrid_delivery_as_text(self, *, accept: str) -> str:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/sendgrid", (str,), headers={"Accept": accept}))

    async def receive_sendgrid_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/sendgrid/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_sendgrid_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/sendgrid/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def receive_twilio_delivery(self, body: bytes, *, content_type: str = "application/json") -> Any:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(Call[Any]("POST", "/v1/channels/twilio", (Any,), body=body, content_type=content_type))

    async def receive_twilio_delivery_as_text(self, *, accept: str) -> str:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(Call[str]("POST", "/v1/channels/twilio", (str,), headers={"Accept": accept}))

    async def receive_twilio_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> Any:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[Any]("POST", f"/v1/channels/twilio/{in_path(rest)}", (Any,), body=body, content_type=content_type)
        )

    async def receive_twilio_delivery_at_path_as_text(self, rest: str, *, accept: str) -> str:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[str]("POST", f"/v1/channels/twilio/{in_path(rest)}", (str,), headers={"Accept": accept})
        )

    async def list_channel_deliveries(
        self,
        name: str,
        *,
        outcome: shapes.DeliveryOutcome | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> shapes.ChannelDeliveryPage:
        """The latest deliveries to a door, and what became of them, newest first."""
        return await self._send(
            Call[shapes.ChannelDeliveryPage](
                "GET",
                f"/v1/channels/{in_path(name)}/deliveries",
                (shapes.ChannelDeliveryPage,),
                query={"outcome": outcome, "limit": limit, "after": after},
            )
        )
