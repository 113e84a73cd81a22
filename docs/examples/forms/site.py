"""The insurance company's own web site, as small as can be: it shows the pages, and makes tokens for them.

ASKONCE_KEY=ask_channel_… python docs/examples/forms/site.py --service http://127.0.0.1:8080

The service has to be told of the site: ASKONCE_FORM_ORIGINS=http://127.0.0.1:8090.
"""

import argparse
import json
import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import httpx

PERSON = ["name", "email", "tel", "street-address", "postal-code", "address-level2"]
FIELDS = {
    "household": [*PERSON, "living-space", "home-kind", "bicycles"],
    "car": [*PERSON, "car-make", "license-plate"],
}
NEXT_PAGES = {"/car.html", "/done.html"}


class Site:
    """One visit of one customer who is logged in; a real site takes both from its session."""

    def __init__(self, service: str, key: str, customer_number: str) -> None:
        self.service = service
        self._key = key
        self._customer_number = customer_number
        self._draft = str(uuid4())

    def token(self, form: str) -> bytes:
        """The service's answer: a token for this form, with which its page can do nothing else."""
        wanted = {
            "identity": {"kind": "customer_number", "value": self._customer_number, "verified": True},
            "assurance": "verified",
            "fields": FIELDS[form],
            "draft": self._draft,
            "subject": "Application for two insurances",
        }
        headers = {"authorization": f"Bearer {self._key}"}
        return httpx.post(f"{self.service}/v1/forms/{form}/tokens", json=wanted, headers=headers).content


class Handler(SimpleHTTPRequestHandler):
    """Serves the files beside this one, and what their scripts ask for."""

    def __init__(self, *arguments: object, site: Site, **options: object) -> None:
        self._site = site
        super().__init__(*arguments, directory=str(Path(__file__).parent), **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file, or where the service is."""
        if self.path == "/service":
            self._answer(json.dumps({"service": self._site.service}).encode())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        """A token, or a form that was sent off: here a real site does its own work. Then comes the next page."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        form = self.path.removeprefix("/token/")
        if form in FIELDS:
            self._answer(self._site.token(form))
        elif self.path in NEXT_PAGES:
            self.send_response(303)
            self.send_header("location", self.path)
            self.end_headers()
        else:
            self.send_error(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(description="The example's web site.")
    options.add_argument("--service", required=True, help="where the pages reach askonce, e.g. http://127.0.0.1:8080")
    options.add_argument("--customer-number", default="K-1", help="who is logged in")
    options.add_argument("--port", type=int, default=8090)
    told = options.parse_args()
    site = Site(told.service, os.environ["ASKONCE_KEY"], told.customer_number)
    with ThreadingHTTPServer(("127.0.0.1", told.port), partial(Handler, site=site)) as server:
        print(f"http://127.0.0.1:{told.port}/household.html", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
