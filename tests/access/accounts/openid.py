"""A small OpenID provider: it serves its discovery and keys over HTTP, and signs real tokens."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwk, jwt

CLIENT_ID, SECRET = "askonce", "a secret: of+the client"
CLAIMS = {"sub": "248289761001", "preferred_username": "jana.koehler", "groups": ["Support Team", "Everybody"]}


class Provider:
    """Who signs in there is `claims`; a test changes what it signs, and with which key."""

    def __init__(self, url: str, algorithm: str = "RS256") -> None:
        self.url = url
        self.algorithm = algorithm
        self.key = new_key(algorithm)
        self.published = [self.key]
        self.header: dict[str, object] = {}
        self.claims: dict[str, object] = dict(CLAIMS)
        self.given: dict[str, dict[str, str]] = {}
        self.takes_codes_again = False
        self.now = 0

    def authorize(self, url: str) -> dict[str, str]:
        """What the browser comes back with after the person has signed in at `url`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_urlsafe(16)
        self.given[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str]:
        """The answer to a code, or {} for a refusal."""
        asked = (self.given.get if self.takes_codes_again else self.given.pop)(form["code"], None)
        challenge = unpadded(hashlib.sha256(form["code_verifier"].encode()).digest())
        wanted = base64.b64encode(b"askonce:a%20secret%3A%20of%2Bthe%20client").decode()
        if not asked or challenge != asked["code_challenge"] or authorization != f"Basic {wanted}":
            return {}
        assert form["redirect_uri"] == asked["redirect_uri"]
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        claims = {
            "iss": self.url, "aud": CLIENT_ID, "nonce": nonce, "iat": self.now, "exp": self.now + 300,
        } | self.claims  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.key.kid} | self.header
        if header["alg"] in {"none", "HS256"}:  # forged by hand: no library would
            signed = ".".join(unpadded(json.dumps(part).encode()) for part in (header, claims))
            public = self.published[0].as_pem(private=False)
            forged = hmac.digest(public, signed.encode(), "sha256") if header["alg"] == "HS256" else b""
            return f"{signed}.{unpadded(forged)}"
        return jwt.encode(header, claims, self.key, algorithms=[str(header["alg"])])

    def answer(self, method: str, path: str, body: str, authorization: str) -> tuple[int, object]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize?tenant=1",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        assert (method, path) == ("POST", "/token")
        answer = self.token({name: values[0] for name, values in parse_qs(body).items()}, authorization)
        return (200, answer) if answer else (400, {"error": "invalid_grant"})


def unpadded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def new_key(algorithm: str):
    parameters = {"kid": secrets.token_hex(4), "use": "sig"}
    if algorithm.startswith("ES"):
        return jwk.ECKey.generate_key("P-256", parameters)
    return jwk.RSAKey.generate_key(2048, parameters)


@contextmanager
def running_provider(algorithm: str = "RS256"):
    """A provider on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            status, answer = provider.answer(self.command, self.path, body, self.headers.get("authorization", ""))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", algorithm)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
