"""Operations of `channels`. Generated from the description of the API by clients/python/generator; change nothing here."""

from __future__ import annotations

from askonce_client import shapes
from askonce_client.sender import AsyncSender, Sender
from askonce_client.transport import Call, in_path


class ChannelsOperations(Sender):
    """Operations of `channels`."""

    def receive_asterisk_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/asterisk", (bytes,), body=body, content_type=content_type))

    def receive_asterisk_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes](
                "POST", f"/v1/channels/asterisk/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    def receive_botframework_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", "/v1/channels/botframework", (bytes,), body=body, content_type=content_type)
        )

    def receive_botframework_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes](
                "POST", f"/v1/channels/botframework/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    def receive_chatwoot_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/chatwoot", (bytes,), body=body, content_type=content_type))

    def receive_chatwoot_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes](
                "POST", f"/v1/channels/chatwoot/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    def receive_cti_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/cti", (bytes,), body=body, content_type=content_type))

    def receive_cti_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/cti/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_email_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/email", (bytes,), body=body, content_type=content_type))

    def receive_email_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """E-mail: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/email/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_mailgun_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/mailgun", (bytes,), body=body, content_type=content_type))

    def receive_mailgun_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Mailgun: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_meta_delivery_by_get(self) -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("GET", "/v1/channels/meta", (bytes,)))

    def receive_meta_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/meta", (bytes,), body=body, content_type=content_type))

    def receive_meta_delivery_by_get_at_path(self, rest: str) -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("GET", f"/v1/channels/meta/{in_path(rest)}", (bytes,)))

    def receive_meta_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/meta/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_postmark_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/postmark", (bytes,), body=body, content_type=content_type))

    def receive_postmark_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Postmark: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes](
                "POST", f"/v1/channels/postmark/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    def receive_rasa_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/rasa", (bytes,), body=body, content_type=content_type))

    def receive_rasa_delivery_at_path(self, rest: str, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Rasa: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/rasa/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_resend_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/resend", (bytes,), body=body, content_type=content_type))

    def receive_resend_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Resend: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/resend/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_segment_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/segment", (bytes,), body=body, content_type=content_type))

    def receive_segment_delivery_by_options(self) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("OPTIONS", "/v1/channels/segment", (bytes,)))

    def receive_segment_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/segment/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    def receive_segment_delivery_by_options_at_path(self, rest: str) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (bytes,)))

    def receive_sendgrid_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/sendgrid", (bytes,), body=body, content_type=content_type))

    def receive_sendgrid_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """SendGrid: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes](
                "POST", f"/v1/channels/sendgrid/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    def receive_twilio_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(Call[bytes]("POST", "/v1/channels/twilio", (bytes,), body=body, content_type=content_type))

    def receive_twilio_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return self._send(
            Call[bytes]("POST", f"/v1/channels/twilio/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

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

    async def receive_asterisk_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/asterisk", (bytes,), body=body, content_type=content_type)
        )

    async def receive_asterisk_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Asterisk (AMI and ARI): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes](
                "POST", f"/v1/channels/asterisk/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    async def receive_botframework_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/botframework", (bytes,), body=body, content_type=content_type)
        )

    async def receive_botframework_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Bot Framework: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes](
                "POST", f"/v1/channels/botframework/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    async def receive_chatwoot_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/chatwoot", (bytes,), body=body, content_type=content_type)
        )

    async def receive_chatwoot_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Chatwoot: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes](
                "POST", f"/v1/channels/chatwoot/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    async def receive_cti_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(Call[bytes]("POST", "/v1/channels/cti", (bytes,), body=body, content_type=content_type))

    async def receive_cti_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Telephone systems with CTI push (sipgate, Placetel, Zammad's format): a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/cti/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_email_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/email", (bytes,), body=body, content_type=content_type)
        )

    async def receive_email_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """E-mail: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/email/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_mailgun_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/mailgun", (bytes,), body=body, content_type=content_type)
        )

    async def receive_mailgun_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Mailgun: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/mailgun/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_meta_delivery_by_get(self) -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[bytes]("GET", "/v1/channels/meta", (bytes,)))

    async def receive_meta_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/meta", (bytes,), body=body, content_type=content_type)
        )

    async def receive_meta_delivery_by_get_at_path(self, rest: str) -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(Call[bytes]("GET", f"/v1/channels/meta/{in_path(rest)}", (bytes,)))

    async def receive_meta_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """WhatsApp, Messenger and Instagram: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/meta/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_postmark_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/postmark", (bytes,), body=body, content_type=content_type)
        )

    async def receive_postmark_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Postmark: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes](
                "POST", f"/v1/channels/postmark/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    async def receive_rasa_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/rasa", (bytes,), body=body, content_type=content_type)
        )

    async def receive_rasa_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Rasa: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/rasa/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_resend_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/resend", (bytes,), body=body, content_type=content_type)
        )

    async def receive_resend_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Resend: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/resend/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_segment_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/segment", (bytes,), body=body, content_type=content_type)
        )

    async def receive_segment_delivery_by_options(self) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[bytes]("OPTIONS", "/v1/channels/segment", (bytes,)))

    async def receive_segment_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/segment/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
        )

    async def receive_segment_delivery_by_options_at_path(self, rest: str) -> bytes:
        """Segment, RudderStack: a delivery, with the vendor's own proof."""
        return await self._send(Call[bytes]("OPTIONS", f"/v1/channels/segment/{in_path(rest)}", (bytes,)))

    async def receive_sendgrid_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/sendgrid", (bytes,), body=body, content_type=content_type)
        )

    async def receive_sendgrid_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """SendGrid: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes](
                "POST", f"/v1/channels/sendgrid/{in_path(rest)}", (bytes,), body=body, content_type=content_type
            )
        )

    async def receive_twilio_delivery(self, body: bytes, *, content_type: str = "application/json") -> bytes:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", "/v1/channels/twilio", (bytes,), body=body, content_type=content_type)
        )

    async def receive_twilio_delivery_at_path(
        self, rest: str, body: bytes, *, content_type: str = "application/json"
    ) -> bytes:
        """Twilio Voice: a delivery, with the vendor's own proof."""
        return await self._send(
            Call[bytes]("POST", f"/v1/channels/twilio/{in_path(rest)}", (bytes,), body=body, content_type=content_type)
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
