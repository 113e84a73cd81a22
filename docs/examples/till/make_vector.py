"""Writes vector.json: what the service signs for a till with a fixed key, and what a till must make of it.

python docs/examples/till/make_vector.py, in a checkout of askonce. Reruns give the same file.
"""

import base64
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from service.conditions.model import Scope, Terms
from service.conditions.offline_snapshot import (
    SNAPSHOT_LIFETIME,
    ConditionHolder,
    OfflineClaims,
    SnapshotCounts,
    dialling_of,
    offline_customer,
    signed,
)
from service.conditions.snapshot_signer import SnapshotSigner
from service.conditions.till import HeldCondition
from service.model.vocabulary import Audience, ConditionKind, IdentityKind, Stacking, UsePeriod

KEY = "ask_store_this-key-is-made-for-the-documentation-only"
OTHER_KEY = "ask_store_that-is-the-key-of-another-till-in-our-shop"
KEY_ID = UUID("01970000-0000-7000-8000-000000000042")
SALT = "c2FsdCBvZiB0aGUgcGFnZQ"
ISSUED_AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SHOWN = "loyalty_card:PAYBACK:30834211"
ANNA = ConditionHolder(
    customer_id=UUID("01970000-0000-7000-8000-000000000001"),
    name="Anna Müller",
    identities=(
        (IdentityKind.LOYALTY_CARD, "PAYBACK:30834211"),
        (IdentityKind.PHONE, "+491711234567"),
        (IdentityKind.EMAIL, "anna@example.de"),
    ),
    held=(),
)
BEN = ConditionHolder(
    customer_id=UUID("01970000-0000-7000-8000-000000000002"),
    name="Ben Çelik",
    identities=((IdentityKind.CUSTOMER_NUMBER, "K4711"),),
    held=(),
)
TYPED = [
    ("loyalty_card", "payback:3083 4211", "A. M."),
    ("loyalty_card", "payback:3083-4211", None),
    ("phone", "0171 / 1234567", "A. M."),
    ("phone", "+49 (0)171 1234567", "A. M."),
    ("phone", "0049 171 1234567", "A. M."),
    ("phone", "491711234567", "A. M."),
    ("phone", "0171 9999999", None),
    ("email", " Anna@Example.de", "A. M."),
    ("customer_number", "k-4711", "B. Ç."),
]
"""Kind, what is typed, and the customer that a till shows."""
MONEY = [
    ("One line", "EUR", [(1, "99.90")], "discount", {"percent": 20}, "19.98"),
    ("Half a cent goes up", "EUR", [(3, "0.35")], "discount", {"percent": 50}, "0.53"),
    ("One sum, not line by line", "EUR", [(1, "0.33")] * 3, "discount", {"percent": 10}, "0.10"),
    ("What is weighed", "EUR", [("0.345", "12.99")], "discount", {"percent": 10}, "0.45"),
    ("A share with decimals", "EUR", [(1, "19.90")], "discount", {"percent": "12.5"}, "2.49"),
    ("No decimals", "JPY", [(3, "333")], "discount", {"percent": 15}, "150"),
    ("Three decimals", "KWD", [(1, "1.235")], "discount", {"percent": 10}, "0.124"),
    ("A voucher above the price", "EUR", [(1, "3.20")], "discount", {"amount": 5, "currency": "EUR"}, "3.20"),
    ("The price of a unit", "EUR", [("41.37", "1.859")], "price", {"amount": "1.799", "currency": "EUR"}, "2.49"),
    ("Bought and brought back", "EUR", [(1, "99.90"), (-1, "19.90")], "discount", {"percent": 20}, "16.00"),
    ("More brought back than bought", "EUR", [(-1, "19.90")], "discount", {"percent": 20}, "0.00"),
]
"""What is tried, the currency, the covered lines (`qty`, `unit_price`), the kind, the terms, what they are worth."""


def condition(number: int, holder: ConditionHolder, terms: Terms, **differences: Any) -> HeldCondition:
    """A condition of the vector."""
    usual: dict[str, Any] = {
        "title": "20 % on shoes",
        "kind": ConditionKind.DISCOUNT,
        "scope": Scope(categories=("shoes",)),
        "valid_from": ISSUED_AT,
        "valid_until": None,
        "priority": 0,
        "stacking": Stacking.STACK,
        "audiences": (Audience.STORE,),
        "contract": None,
        "max_uses": None,
        "max_uses_per": None,
        "created_at": ISSUED_AT,
        "revoked_at": None,
        "used": 0,
    }
    condition_id = UUID(f"01970000-0000-7000-8000-0000000001{number:02}")
    return HeldCondition(id=condition_id, customer_id=holder.customer_id, terms=terms, **{**usual, **differences})


def claims(signer: SnapshotSigner) -> OfflineClaims:
    """The content of the snapshot: Anna with two conditions, Ben with one."""
    shoes = condition(1, ANNA, Terms(percent=Decimal(20)), max_uses=2, max_uses_per=UsePeriod.MONTH, used=1)
    voucher = condition(2, ANNA, Terms(amount=Decimal("12.50"), currency="EUR"), title="Gutschein für Anna 🎁")
    fuel = condition(3, BEN, Terms(amount=Decimal("1.799"), currency="EUR"), kind=ConditionKind.PRICE, title="Diesel")
    holders = [(ANNA, (shoes, voucher)), (BEN, (fuel,))]
    hash_of = signer.identity_hasher(SALT)
    return OfflineClaims(
        jti=UUID("01970000-0000-7000-8000-000000000003"),
        iat=int(ISSUED_AT.timestamp()),
        exp=int((ISSUED_AT + SNAPSHOT_LIFETIME).timestamp()),
        store="DE-042",
        salt=SALT,
        **dialling_of("DE"),
        customers=tuple(
            offline_customer(ConditionHolder(**{**_fields(holder), "held": held}), hash_of) for holder, held in holders
        ),
        included=SnapshotCounts(customers=2, of=2),
    )


def vector() -> dict[str, Any]:
    """The whole vector, as it stands in the file."""
    signer = SnapshotSigner(KEY, str(KEY_ID))
    content = claims(signer)
    snapshot = signed(content, signer)
    return {
        "key": KEY,
        "now": content.iat + 3600,
        "snapshot": snapshot,
        "steps": _steps(snapshot),
        "lookups": [{"kind": kind, "typed": typed, "display": display} for kind, typed, display in TYPED],
        "refused": _refused(snapshot, signed(content, SnapshotSigner(OTHER_KEY, str(KEY_ID))), content),
        "money": [_money(*case) for case in MONEY],
    }


def _steps(snapshot: str) -> dict[str, str]:
    """Each value between the key and the answer, for those who look for where theirs differs."""
    signature_key, identity_key = (
        hmac.digest(KEY.encode(), purpose.encode(), "sha256")
        for purpose in ("askonce offline signature", f"askonce offline identities {SALT}")
    )
    signing_input = snapshot.rpartition(".")[0]
    digest = hmac.digest(identity_key, SHOWN.encode(), "sha256")
    return {
        "signature_key_hex": signature_key.hex(),
        "signature_hex": hmac.digest(signature_key, signing_input.encode(), "sha256").hex(),
        "salt": SALT,
        "identity_key_hex": identity_key.hex(),
        "identity": SHOWN,
        "identity_hmac_hex": digest.hex(),
        "match": base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode(),
    }


def _refused(snapshot: str, of_another_till: str, content: OfflineClaims) -> list[dict[str, Any]]:
    header, payload, signature = snapshot.split(".")
    generous = base64.urlsafe_b64decode(payload + "==").replace(b'"percent":20', b'"percent":99')
    unsigned = json.dumps({"typ": "askonce-offline+jwt", "alg": "none"}).encode()
    cases = [
        ("its content was changed", "NotGenuine", f"{header}.{_base64url(generous)}.{signature}", content.iat),
        ("its signature was changed", "NotGenuine", f"{header}.{payload}.{_base64url(b'0' * 32)}", content.iat),
        ("it is signed for another till", "NotGenuine", of_another_till, content.iat),
        ("it is not signed", "NotGenuine", f"{_base64url(unsigned)}.{payload}.", content.iat),
        ("it has just expired", "Expired", snapshot, content.exp),
        ("it is of tomorrow", "Expired", snapshot, content.iat - 86_400),
    ]
    return [{"why": why, "as": kind, "snapshot": text, "now": now} for why, kind, text, now in cases]


def _money(case: str, currency: str, lines: list[tuple[Any, str]], *condition: Any) -> dict[str, Any]:
    kind, terms, worth = condition
    covered = [{"qty": _number(qty), "unit_price": _number(price)} for qty, price in lines]
    exact = {name: value if name == "currency" else _number(value) for name, value in terms.items()}
    return {"case": case, "currency": currency, "covered": covered, "kind": kind, "terms": exact, "worth": worth}


def _number(text: Any) -> float | int:
    return float(text) if "." in str(text) else int(text)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _fields(holder: ConditionHolder) -> dict[str, Any]:
    return {name: getattr(holder, name) for name in holder.__struct_fields__}


def text() -> str:
    """The file."""
    return json.dumps(vector(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("vector.json").write_text(text(), "utf-8")
