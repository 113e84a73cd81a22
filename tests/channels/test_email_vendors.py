"""Mail through its vendors: Mailgun, Postmark, SendGrid and Resend, with the proofs of each."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.channels.base import Adapter, ChannelAccount, Delivery
from service.channels.email import mailgun, postmark, resend, sendgrid
from service.channels.email import raw as door
from service.errors import DeliveryRefused, InvalidInput, PeerUnavailable
from service.inbound.mail.fetch import MailFetcher, transport_factory
from service.model.mail import Envelope, Mail, MailAtVendor
from tests.channels.mails import mail
from tests.fixtures import NOW

RAW = mail("Grüße")
SECRET = "whsec_" + base64.b64encode(b"secret-of-24-bytes-long!").decode()
EVENT = (
    b'{"type":"email.received","created_at":"2026-11-21T09:30:00Z","data":{"email_id":"4e/f","to":["s@example.org"]}}'
)
ADAPTERS = (door.ADAPTER, mailgun.ADAPTER, postmark.ADAPTER, sendgrid.ADAPTER, resend.ADAPTER)


def instance_of(adapter: Adapter, **settings: str) -> ChannelAccount:
    return ChannelAccount(
        account_id=UUID(int=1), adapter=adapter.name, name="x", secret=SECRET, settings=adapter.settings(**settings)
    )


def received(adapter: Adapter) -> Delivery:
    """A mail as the vendor delivers it now."""
    if adapter is mailgun.ADAPTER:
        return mailgun.signed_delivery(RAW, SECRET, NOW)
    if adapter is sendgrid.ADAPTER:
        return sendgrid.signed_delivery(RAW, NOW)
    if adapter is resend.ADAPTER:
        return resend.signed_delivery(EVENT, SECRET, NOW)
    if adapter is postmark.ADAPTER:
        password = base64.b64encode(f"anybody:{SECRET}".encode()).decode()
        body = {
            "RawEmail": RAW.decode(),
            "OriginalRecipient": "s+t@example.org",
            "ToFull": [{"Email": "s@example.org"}],
        }
        return Delivery(raw=msgspec.json.encode(body), headers={"authorization": f"Basic {password}"}, received_at=NOW)
    return door.mail_delivery(RAW, Envelope(sender="", recipients=("s@example.org",)), NOW)


@pytest.mark.parametrize(
    ("adapter", "envelope"),
    [
        (door.ADAPTER, Envelope(sender="", recipients=("s@example.org",))),
        (mailgun.ADAPTER, Envelope(sender="anna@example.com", recipients=("support@example.org",))),
        (postmark.ADAPTER, Envelope(recipients=("s+t@example.org", "s@example.org"))),
        (sendgrid.ADAPTER, Envelope(sender="anna@example.com", recipients=("support@example.org",))),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_raw_mail_comes_out_byte_by_byte(adapter: Adapter, envelope: Envelope):
    account, delivery = instance_of(adapter), received(adapter)
    adapter.verify(delivery, account)
    assert adapter.parse(delivery, account) == (Mail(raw=RAW, received_at=NOW, envelope=envelope),)


def test_resend_says_where_the_mail_is():
    account = instance_of(resend.ADAPTER, api_key="re_key")
    (found,) = resend.ADAPTER.parse(received(resend.ADAPTER), account)
    assert isinstance(found, MailAtVendor)
    assert (found.url, found.api_key) == ("https://api.resend.com/emails/receiving/4e%2Ff", "re_key")
    assert found.envelope.recipients == ("s@example.org",)
    assert "re_key" not in repr(found)


def test_other_events_of_resend_are_no_mail():
    assert (
        resend.ADAPTER.parse(
            resend.signed_delivery(b'{"type":"email.opened"}', SECRET, NOW), instance_of(resend.ADAPTER)
        )
        == ()
    )


def changed(delivery: Delivery, **headers: str) -> Delivery:
    return replace(delivery, headers={**delivery.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


WRONG: dict[str, tuple[Adapter, Callable[[Delivery], Delivery]]] = {
    "mailgun: other key": (mailgun.ADAPTER, lambda _: mailgun.signed_delivery(RAW, "guess", NOW)),
    "mailgun: old": (
        mailgun.ADAPTER,
        lambda _: replace(mailgun.signed_delivery(RAW, SECRET, NOW), received_at=later(301)),
    ),
    "mailgun: early": (
        mailgun.ADAPTER,
        lambda _: replace(mailgun.signed_delivery(RAW, SECRET, NOW), received_at=later(-301)),
    ),
    "mailgun: no time": (mailgun.ADAPTER, lambda one: replace(one, raw=one.raw.replace(b"timestamp", b"t"))),
    "mailgun: unsigned": (mailgun.ADAPTER, lambda one: replace(one, raw=one.raw.replace(b"signature", b"s"))),
    "postmark: none": (postmark.ADAPTER, lambda one: replace(one, headers={})),
    "postmark: bearer": (postmark.ADAPTER, lambda one: changed(one, authorization=f"Bearer {SECRET}")),
    "postmark: other": (postmark.ADAPTER, lambda one: changed(one, authorization="Basic eDp5")),
    "postmark: no base64": (postmark.ADAPTER, lambda one: changed(one, authorization="Basic \xff")),
    "resend: none": (resend.ADAPTER, lambda one: replace(one, headers={})),
    "resend: other key": (resend.ADAPTER, lambda _: resend.signed_delivery(EVENT, "whsec_AAAA", NOW)),
    "resend: changed": (resend.ADAPTER, lambda one: replace(one, raw=one.raw + b" ")),
    "resend: no text": (resend.ADAPTER, lambda one: replace(one, raw=b"\xff")),
    "resend: old": (resend.ADAPTER, lambda one: replace(one, received_at=later(301))),
    "resend: time": (resend.ADAPTER, lambda one: changed(one, svix_timestamp="9" * 400)),
    "resend: signature": (resend.ADAPTER, lambda one: changed(one, svix_signature="v1,\xff v2")),
}


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.promise("S11")
def test_a_delivery_without_the_vendors_proof_is_refused(name: str):
    adapter, change = WRONG[name]
    with pytest.raises(DeliveryRefused):
        adapter.verify(change(received(adapter)), instance_of(adapter))


PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def signed_by_sendgrid(raw: bytes, at: datetime = NOW) -> Delivery:
    delivery = sendgrid.signed_delivery(raw, NOW)
    stamp = str(int(at.timestamp()))
    signature = base64.b64encode(PRIVATE.sign(stamp.encode() + delivery.raw, ec.ECDSA(SHA256()))).decode()
    return changed(delivery, **{sendgrid.SIGNATURE: signature, sendgrid.TIMESTAMP: stamp})


@pytest.mark.promise("S11")
def test_sendgrids_signature_is_checked_where_its_key_is_set():
    account = instance_of(sendgrid.ADAPTER, verification_key=PUBLIC)
    sendgrid.ADAPTER.verify(signed_by_sendgrid(RAW), account)
    good = signed_by_sendgrid(RAW)
    bad = [
        sendgrid.signed_delivery(RAW, NOW),
        replace(good, raw=good.raw + b" "),
        replace(good, received_at=later(301)),
        changed(good, **{sendgrid.TIMESTAMP: "²"}),
        changed(good, **{sendgrid.SIGNATURE: "!"}),
        signed_by_sendgrid(RAW, at=datetime(2020, 1, 1, tzinfo=UTC)),
    ]
    for delivery in bad:
        with pytest.raises(DeliveryRefused):
            sendgrid.ADAPTER.verify(delivery, account)


def test_a_key_that_is_none_refuses_everything():
    for key in ("nonsense", "AAAA", base64.b64encode(b"x" * 91).decode()):
        with pytest.raises(DeliveryRefused):
            sendgrid.ADAPTER.verify(signed_by_sendgrid(RAW), instance_of(sendgrid.ADAPTER, verification_key=key))


@pytest.mark.parametrize(
    ("adapter", "raw", "content_type", "says"),
    [
        (mailgun.ADAPTER, b"body-plain=hi", "application/x-www-form-urlencoded", "/mime"),
        (mailgun.ADAPTER, b"{}", "application/json", "form"),
        (mailgun.ADAPTER, b"", "multipart/form-data; boundary=x", "broken"),
        (sendgrid.ADAPTER, b"text=hi", "application/x-www-form-urlencoded", "raw, full MIME"),
        (sendgrid.ADAPTER, b"--x\r\nnonsense", "multipart/form-data; boundary=x", "broken"),
        (postmark.ADAPTER, b'{"TextBody": "hi"}', "application/json", "raw email"),
        (postmark.ADAPTER, b"{", "application/json", "JSON"),
        (resend.ADAPTER, b'{"type":"email.received"}', "application/json", "email_id"),
    ],
)
def test_a_setting_that_is_missing_at_the_vendors_is_named(adapter: Adapter, raw: bytes, content_type: str, says: str):
    delivery = Delivery(raw=raw, headers={"content-type": content_type}, received_at=NOW)
    with pytest.raises(InvalidInput, match=says):
        adapter.parse(delivery, instance_of(adapter))


def test_mailgun_is_told_not_to_try_again_what_cannot_succeed():
    assert mailgun.ADAPTER.refuse is not None
    assert [mailgun.ADAPTER.refuse(status, "x").status for status in (400, 401, 413, 500, 503)] == [
        406,
        406,
        406,
        500,
        503,
    ]


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_the_samples_go_through_their_own_door(adapter: Adapter):
    account = instance_of(adapter)
    for sample in adapter.samples(account):
        adapter.verify(sample, account)
        adapter.parse(sample, account)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
@given(
    raw=st.binary(max_size=300),
    cut=st.integers(0, 400),
    kind=st.sampled_from(["", "x", "multipart/form-data; boundary=e"]),
)
def test_nothing_that_comes_makes_a_door_fail(adapter: Adapter, raw: bytes, cut: int, kind: str):
    whole = received(adapter)
    for delivery in (
        replace(whole, raw=whole.raw[:cut] + raw),
        Delivery(raw=raw, headers={"content-type": kind, "authorization": kind}, received_at=NOW),
    ):
        for step in (adapter.verify, adapter.parse):
            try:
                step(delivery, instance_of(adapter))
            except (DeliveryRefused, InvalidInput) as error:
                assert error.detail


def vendor(answers: dict[str, httpx.Response]) -> MailFetcher:
    return MailFetcher(lambda: httpx.MockTransport(lambda request: answers[str(request.url)]))


AT_RESEND = MailAtVendor(url="https://api.resend.com/emails/receiving/1", api_key="re_key", received_at=NOW)
LOCATION = {"raw": {"download_url": "https://cdn.example/1", "expires_at": "2026-11-21T10:30:00Z"}}


async def test_a_mail_is_fetched_from_where_resend_says_it_is():
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.headers.get("authorization")))
        return httpx.Response(200, json=LOCATION) if "api" in request.url.host else httpx.Response(200, content=RAW)

    found = await MailFetcher(lambda: httpx.MockTransport(answer)).fetch_mail(AT_RESEND)
    assert found == Mail(raw=RAW, received_at=NOW)
    assert seen == [(AT_RESEND.url, "Bearer re_key"), ("https://cdn.example/1", None)]


@pytest.mark.parametrize(
    "answers",
    [
        {AT_RESEND.url: httpx.Response(401)},
        {AT_RESEND.url: httpx.Response(200, content=b"no json")},
        {AT_RESEND.url: httpx.Response(200, json={"raw": None})},
        {AT_RESEND.url: httpx.Response(200, json={"raw": {"download_url": "http://10.0.0.1/"}})},
        {AT_RESEND.url: httpx.Response(302, headers={"location": "http://10.0.0.1/"})},
        {AT_RESEND.url: httpx.Response(200, json=LOCATION), "https://cdn.example/1": httpx.Response(403)},
        {AT_RESEND.url: httpx.Response(200, json=LOCATION), "https://cdn.example/1": httpx.Response(302)},
        {
            AT_RESEND.url: httpx.Response(200, json=LOCATION),
            "https://cdn.example/1": httpx.Response(200, content=bytes(33 * 1024 * 1024)),
        },
    ],
)
async def test_a_mail_that_cannot_be_fetched_now_is_told_of_again(answers):
    with pytest.raises(PeerUnavailable):
        await vendor(answers).fetch_mail(AT_RESEND)


@pytest.mark.promise("S12")
async def test_no_mail_is_fetched_from_a_private_address():
    async def resolve(_host: str, _port: int) -> list[IPv4Address]:
        return [IPv4Address("169.254.169.254")]

    with pytest.raises(PeerUnavailable, match="WebhookAddressRefused"):
        await MailFetcher(transport_factory(resolve, allow_private=False)).fetch_mail(AT_RESEND)


async def test_mailgun_posts_a_mail_that_is_on_record_afterwards(postbox, open_door):
    _, path = await open_door("mailgun", name="sales", secret=SECRET)
    delivery = mailgun.signed_delivery(RAW, SECRET, NOW)
    answer = await postbox.desk.http.post(f"{path}/mime", content=delivery.raw, headers=dict(delivery.headers))
    assert answer.status_code == 200
    assert [record["text"] for record in await postbox.records()] == ["Grüße"]
    forged = mailgun.signed_delivery(RAW, "guess", NOW)
    refused = await postbox.desk.http.post(f"{path}/mime", content=forged.raw, headers=dict(forged.headers))
    assert refused.status_code == 406


@pytest.mark.promise("S11")
async def test_a_token_of_mailgun_is_good_for_one_mail_to_one_recipient(postbox, open_door):
    """TRUST S11: a replay is refused."""
    _, path = await open_door("mailgun", name="sales", secret=SECRET)
    first, other = mailgun.signed_delivery(RAW, SECRET, NOW), mail("Pay to another account", message_id="<2@b.c>")
    replayed = dict(parse_qsl(first.raw.decode(), encoding="latin-1"))
    forged = [{**replayed, "body-mime": other}, {**replayed, "recipient": "x@y.z"}, {**replayed, "sender": "a@b.c"}]
    statuses = []
    for content in (first.raw, first.raw, *(urlencode(one, encoding="latin-1").encode() for one in forged), first.raw):
        answer = await postbox.desk.http.post(f"{path}/mime", content=content, headers=dict(first.headers))
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 406, 406, 406, 200]
    assert [record["text"] for record in await postbox.records()] == ["Grüße"]


async def test_postmark_posts_a_mail_that_is_on_record_afterwards(postbox, open_door):
    _, path = await open_door("postmark", name="sales", secret=SECRET)
    delivery = received(postmark.ADAPTER)
    answer = await postbox.desk.http.post(path, content=delivery.raw, headers=dict(delivery.headers))
    assert answer.status_code == 200
    assert len(await postbox.records()) == 1
    assert (await postbox.desk.http.post(path, content=delivery.raw)).status_code == 401


async def test_sendgrid_posts_a_mail_that_is_on_record_afterwards(postbox, open_door):
    _, path = await open_door("sendgrid", name="sales", verification_key=PUBLIC)
    delivery = signed_by_sendgrid(RAW)
    answer = await postbox.desk.http.post(path, content=delivery.raw, headers=dict(delivery.headers))
    assert answer.status_code == 200
    assert len(await postbox.records()) == 1
