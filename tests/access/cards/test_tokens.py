"""A token is believed only if the desk's own secret signed it, for this service, for five minutes at most."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import jwt
import pytest
from msgspec.structs import replace

from service.access.cards.tokens import CardClaims, read_token
from service.errors import ConfigurationError
from service.settings.environment import load_settings
from tests.access.cards.tokens import DESK, HOST, KEY, NEXT_KEY, OTHER_DESK, SECRETS, at, claims, rewritten, signed
from tests.fixtures import NOW
from tests.house.place import ROOT

ID = "01900000-0000-7000-8000-000000000001"
SETTINGS = load_settings(
    {
        "ASKONCE_PUBLIC_URL": HOST,
        "ASKONCE_EMBED_ORIGINS": f"{DESK} {OTHER_DESK}",
        "ASKONCE_EMBED_SECRETS": SECRETS,
    }
)
NO_TOKENS = {
    "signature": {
        "another secret": lambda: signed("x" * 32),
        "another desk": lambda: signed(iss=OTHER_DESK),
        "no desk": lambda: signed(iss=None),
        "another algorithm": lambda: signed(algorithm="HS512", key="k" * 64),
        "none": lambda: jwt.encode(claims(), None, algorithm="none"),
        "none in the header": lambda: rewritten(signed(), 0, alg="none"),
        "another agent": lambda: rewritten(signed(), 1, sub="admin"),
        "another customer": lambda: rewritten(signed(), 1, identity={"kind": "email", "value": "max@example.de"}),
        "a later end": lambda: rewritten(signed(exp=at(-9)), 1, exp=at(99)),
        "cut": lambda: signed()[:-4],
        "no signature": lambda: signed().rpartition(".")[0] + ".",
        "a number": lambda: "7",
        "letters": lambda: "a.b.c",
        "umlauts": lambda: "ä.ö.ü",
        "far too long": lambda: "x" * 5000,
    },
    "audience": {
        "another service": lambda: signed(aud="https://staging.askonce.test"),
        "no service": lambda: signed(aud=[]),
    },
    "expired": {"over": lambda: signed(exp=at(-1)), "just over": lambda: signed(exp=at(0))},
    "too_long": {"six minutes": lambda: signed(exp=at(360)), "a day": lambda: signed(exp=at(86_400))},
    "claims": {
        "no customer": lambda: signed(identity=None),
        "two customers": lambda: signed(customer_id=ID),
        "no id": lambda: signed(identity=None, customer_id="17"),
        "no kind": lambda: signed(identity={"kind": "shoe", "value": "44"}),
        "no end": lambda: signed(exp=None),
        "an end in words": lambda: signed(exp="soon"),
        "an end that never comes": lambda: signed(exp=1e300),
        "no audience": lambda: signed(aud=None),
        "no agent": lambda: signed(sub=""),
        "an agent that is a number": lambda: signed(sub=7),
        "no number of its own": lambda: signed(jti=None),
        "a short number of its own": lambda: signed(jti="short"),
    },
}


@pytest.mark.parametrize(
    ("fault", "token"),
    [pytest.param(fault, token, id=name) for fault, tokens in NO_TOKENS.items() for name, token in tokens.items()],
)
def test_a_token_that_is_not_right_is_refused_for_what_is_wrong_with_it(fault, token):
    assert read_token(token(), SETTINGS, NOW) == fault


def test_a_token_that_is_right_says_who_looks_at_whom():
    for key, named in ((KEY, {}), (NEXT_KEY, {"identity": None, "customer_id": ID})):
        read = read_token(signed(key, aud=[HOST, "elsewhere"], **named), SETTINGS, NOW)
        assert isinstance(read, CardClaims)
        assert (read.sub, read.iss, read.customer_id) == ("Jana.Koehler", DESK, UUID(ID) if named else None)


def test_a_desk_that_is_listed_no_more_opens_nothing():
    assert read_token(signed(), replace(SETTINGS, embed_origins=OTHER_DESK), NOW) == "signature"


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        (f"{DESK}=short", "ASKONCE_EMBED_SECRETS"),
        (f"https://elsewhere.example={KEY}", "ASKONCE_EMBED_ORIGINS"),
        (KEY, "ASKONCE_EMBED_SECRETS"),
    ],
)
def test_a_secret_that_is_short_or_of_no_listed_desk_stops_the_start(secrets, said):
    given = {"ASKONCE_EMBED_ORIGINS": DESK, "ASKONCE_PUBLIC_URL": HOST, "ASKONCE_EMBED_SECRETS": secrets}
    with pytest.raises(ConfigurationError, match=said):
        load_settings(given)


@pytest.mark.parametrize(
    "origins", ["http://chat.example", "https://chat.example/", "chat.example", "https://*.example", "*"]
)
def test_a_desk_without_tls_and_what_is_no_origin_stop_the_start(origins):
    with pytest.raises(ConfigurationError, match="ASKONCE_EMBED_ORIGINS"):
        load_settings({"ASKONCE_EMBED_ORIGINS": origins})


def code_of(language: str) -> str:
    """The example of the page about embedding in this language."""
    return re.search(rf"```{language}\n(.*?)```", (ROOT / "docs/embedding.md").read_text("utf-8"), re.DOTALL)[1]


@pytest.mark.parametrize(("program", "language"), [((sys.executable, "-c"), "python"), (("node", "-e"), "js")])
def test_the_examples_of_the_page_sign_what_is_believed(program, language):
    if shutil.which(program[0]) is None:
        pytest.skip(f"there is no {program[0]} here")
    ran = subprocess.run([*program, code_of(language)], capture_output=True, text=True, check=True)
    address, _, token = ran.stdout.strip().partition("/embed/context?token=")
    (secret,) = re.findall(r"ASKONCE_EMBED_SECRETS=(\S+)", (ROOT / "docs/embedding.md").read_text("utf-8"))
    desk = secret.partition("=")[0]
    settings = replace(SETTINGS, public_url=address, embed_origins=desk, embed_secrets=secret)
    assert isinstance(read_token(token, settings, datetime.now(UTC)), CardClaims)
