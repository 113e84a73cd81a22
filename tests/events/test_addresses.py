import contextlib
import shutil
import ssl
import subprocess
from ipaddress import ip_address

import httpx
import pytest

from service.errors import InvalidInput, WebhookAddressRefused
from service.events import sending
from service.events.addresses import is_public_address
from service.events.transport import CheckedTransport, Resolver
from service.events.webhooks import check_webhook_url
from tests.events.sinks import Sink, status

PORT = "{port}"
LOOPBACK = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0x0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://a:b@127.0.0.1:{port}/",
    "http://example.com\\@127.0.0.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
]
ELSEWHERE = [
    "http://0177.0.0.1:{port}/",
    "http://127.0.0.2:{port}/",
    "http://127.255.255.254:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2002:7f00:0001::1]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://[2001:db8::1]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fd00:ec2::254]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[100::1]:{port}/",
    "http://[3fff::1]:{port}/",
    "http://[5f00::1]:{port}/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.88.99.1/",
    "http://10.0.0.1/",
    "http://10.1/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://203.0.113.5/",
    "http://224.0.0.1/",
    "http://239.255.255.250:1900/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.0.1%00.example.com:{port}/",
    "http://127.0.0.1:99999/",
    "http:///hook",
    "http://",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "ftp://127.0.0.1:{port}/",
    "unix:///run/askonce.sock",
    "data:text/plain,x",
]


@pytest.fixture
async def inside():
    """A receiver on the loopback interface."""
    sink = await Sink(status(204)).start()
    yield sink
    await sink.stop()


def with_scheme(url, scheme):
    return url.replace("http:", f"{scheme}:", 1)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.promise("S12")
async def test_no_url_in_no_spelling_leads_inside(inside, measured, scheme):
    assert len(LOOPBACK + ELSEWHERE) >= 60
    async with sending.webhook_client(Resolver(), allow_private=False) as client:
        for url in LOOPBACK + ELSEWHERE:
            with pytest.raises((WebhookAddressRefused, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)):
                await client.post(with_scheme(url, scheme).replace(PORT, str(inside.port)), content=b"{}")
    measured("S12", "addresses", len(LOOPBACK + ELSEWHERE))
    measured("S12", "connections", inside.connections)
    assert inside.connections == 0


@pytest.mark.parametrize("url", LOOPBACK)
async def test_the_same_spellings_do_lead_inside_where_that_is_allowed(inside, url):
    async with sending.webhook_client(Resolver(), allow_private=True) as client:
        answer = await client.post(url.replace(PORT, str(inside.port)), content=b"{}")
    assert (answer.status_code, inside.connections) == (204, 1)


@pytest.mark.parametrize("url", LOOPBACK + ELSEWHERE)
@pytest.mark.promise("S12")
async def test_a_webhook_with_such_a_url_is_not_stored(url):
    with pytest.raises(InvalidInput) as caught:
        await check_webhook_url(with_scheme(url, "https").replace(PORT, "443"), Resolver(), allow_private=False)
    assert caught.value.field == "url"


async def test_a_webhook_is_called_over_tls_unless_tests_say_otherwise():
    async def public(_host, _port):
        return [ip_address("93.184.216.34")]

    await check_webhook_url("https://hooks.example.com:8443/x?y=z", public, allow_private=False)
    with pytest.raises(InvalidInput, match="https"):
        await check_webhook_url("http://hooks.example.com/", public, allow_private=False)
    await check_webhook_url("http://hooks.example.com/", public, allow_private=True)


async def test_a_name_that_cannot_be_resolved_now_is_stored_and_checked_when_it_is_called():
    async def unknown(_host, _port):
        raise OSError

    await check_webhook_url("https://hooks.example.com/", unknown, allow_private=False)


class Network:
    """A network in which names change their addresses with every look-up; keeps what was connected to."""

    def __init__(self, *lookups, unreachable=()):
        self._lookups = iter(lookups)
        self._unreachable = unreachable
        self.connected: list[httpx.Request] = []

    async def resolve(self, _host, _port):
        return [ip_address(text) for text in next(self._lookups)]

    async def answer(self, request):
        if request.url.host in self._unreachable:
            raise httpx.ConnectError("unreachable")
        self.connected.append(request)
        return httpx.Response(204)

    def client(self):
        inner = httpx.MockTransport(self.answer)
        return httpx.AsyncClient(transport=CheckedTransport(self.resolve, inner, allow_private=False))


@pytest.mark.promise("S12")
async def test_a_name_is_resolved_once_and_connected_to_as_checked():
    network = Network(["93.184.216.34"], ["127.0.0.1"])
    async with network.client() as client:
        await client.post("https://hooks.example.com:8443/x", content=b"{}")
        with pytest.raises(WebhookAddressRefused):
            await client.post("https://hooks.example.com:8443/x", content=b"{}")

    (request,) = network.connected
    assert str(request.url) == "https://93.184.216.34:8443/x"
    assert request.headers["host"] == "hooks.example.com:8443"
    assert request.extensions["sni_hostname"] == "hooks.example.com"


@pytest.mark.promise("S12")
async def test_a_name_with_one_address_inside_is_refused_altogether():
    network = Network(["93.184.216.34", "10.0.0.1"])
    async with network.client() as client:
        with pytest.raises(WebhookAddressRefused):
            await client.post("https://hooks.example.com/", content=b"{}")
    assert network.connected == []


async def test_the_next_address_of_a_name_is_tried_when_one_cannot_be_reached():
    network = Network(["2606:2800:220:1::1", "93.184.216.34"], unreachable={"2606:2800:220:1::1"})
    async with network.client() as client:
        await client.post("https://bücher.example/", content=b"{}")
    (request,) = network.connected
    assert request.url.host == "93.184.216.34"
    assert request.extensions["sni_hostname"] == "xn--bcher-kva.example"


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_ordinary_addresses_are_public(address):
    assert is_public_address(ip_address(address))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for hooks.example, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "hooks.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example", "-days", "2"),
            *("-keyout", path, "-out", path.with_suffix(".crt")),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.mark.parametrize(("host", "arrives"), [("hooks.example", True), ("other.example", False)])
async def test_tls_is_with_the_host_that_was_named_though_its_address_is_connected_to(
    certificate, monkeypatch, host, arrives
):
    async def resolve(_host, _port):
        return [ip_address("127.0.0.1")]

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    sink = await Sink(status(204)).start(context)
    async with sending.webhook_client(resolve, allow_private=True) as client:
        with contextlib.nullcontext() if arrives else pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
            await client.post(f"https://{host}:{sink.port}/", content=b"{}")
    await sink.stop()
    assert len(sink.received) == arrives
