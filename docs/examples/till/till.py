"""A till that goes on while askonce does not answer; the standard library is enough.

export ASKONCE_KEY=ask_store_…
python docs/examples/till/till.py --url http://127.0.0.1:8080 prepare
python docs/examples/till/till.py --url http://127.0.0.1:8080 look-up loyalty_card payback:30834211
python docs/examples/till/till.py --url http://127.0.0.1:8080 redeem CONDITION RECEIPT 19.98 EUR
python docs/examples/till/till.py --url http://127.0.0.1:8080 deliver
"""

import argparse
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any

import snapshot

Json = dict[str, Any]


class NoAnswer(Exception):
    """The service is away, too slow, or says that it cannot answer now: go on without it."""


class Refused(Exception):
    """The service answered with a problem; its type is the text."""


class Till:
    """A till that keeps its things in `folder`; `clock` gives Unix seconds."""

    def __init__(
        self, url: str, key: str, folder: Path, *, patience_s: float = 0.3, clock: Callable[[], float] = time.time
    ) -> None:
        self._url, self._key, self._patience_s, self._clock = url, key, patience_s, clock
        self._snapshot, self._queue, self._refused = (
            folder / name for name in ("snapshot.jws", "queue.jsonl", "refused.jsonl")
        )

    def prepare(self) -> Json:
        """Take the day's conditions along, and give how many; what was taken before stays if this fails."""
        told = self._ask("GET", "/v1/store/offline", patience_s=10)["snapshot"]
        included: Json = snapshot.opened(told, self._key, self._clock())["included"]
        _write(self._snapshot, told)
        return included

    def look_up(self, kind: str, typed: str) -> Json:
        """The customer of a card, number or address with the conditions, or why there is none (`refused`)."""
        try:
            wanted = {"identity": {"kind": kind, "value": typed}}
            return {"from": "service", **self._ask("POST", "/v1/store/lookup", wanted)}
        except NoAnswer:
            return {"from": "snapshot", **self._look_up_offline(kind, typed)}

    def by_name(self, name: str) -> Json:
        """Masked candidates; a name is found online alone."""
        return self._ask("POST", "/v1/store/lookup", {"name": name})

    def confirm(self, token: str, answer: Json) -> Json:
        """The candidate whom the customer's answer confirms."""
        return self._ask("POST", "/v1/store/confirm", {"token": token, **answer})

    def redeem(self, condition: str, receipt: str, amount: Decimal, currency: str) -> Json:
        """The redemption on record, or `{"queued": true}`: it is granted, and will be delivered."""
        use = {"receipt": receipt, "amount": amount, "currency": currency, "redeemed_at": self._now()}
        return self._send_or_queue(f"/v1/conditions/{condition}/redemptions", use, {**use, "offline": True})

    def register(self, kind: str, receipt: str, identity: Json, data: Json) -> Json:
        """A visit or a purchase on record, or `{"queued": true}`."""
        happened = {
            "source": "till-DE-042",
            "source_event_id": receipt,
            "occurred_at": self._now(),
            "channel": "store",
            "kind": kind,
            "direction": "inbound",
            "assurance": "possession" if identity["kind"] == "loyalty_card" else "claimed",
            "identities": [identity],
            "data": data,
        }
        return self._send_or_queue("/v1/interactions", happened, happened)

    def deliver(self) -> Json:
        """Send what is queued, in its order, until nothing answers; what is refused is kept for a person to see."""
        answers, queued = [], self._queued()
        while queued:
            try:
                answers.append(self._ask("POST", queued[0]["path"], queued[0]["body"], patience_s=10))
            except NoAnswer:
                break
            except Refused as problem:
                _append(self._refused, {**queued[0], "problem": str(problem)})
            queued = queued[1:]
            _write(self._queue, "".join(_text(one) + "\n" for one in queued))
        return {"delivered": answers, "left": len(queued)}

    def _look_up_offline(self, kind: str, typed: str) -> Json:
        if not self._snapshot.exists():
            return {"refused": "there is no snapshot"}
        try:
            claims = snapshot.opened(self._snapshot.read_text("utf-8"), self._key, self._clock())
        except (snapshot.NotGenuine, snapshot.Expired) as error:
            return {"refused": f"the snapshot is {type(error).__name__}"}
        customer = snapshot.found(claims, self._key, kind, typed)
        if customer is None:
            return {"refused": "not in the snapshot"}
        held = [self._with_uses_left(one) for one in customer["conditions"] if self._holds_now(one)]
        return {"customer": {"display": customer["display"]}, "conditions": held}

    def _holds_now(self, condition: Json) -> bool:
        """One may begin or end within the day of the snapshot."""
        begins, ends = (
            datetime.fromisoformat(at).timestamp() if (at := condition[name]) else None
            for name in ("valid_from", "valid_until")
        )
        return (begins or 0) <= self._clock() and (ends is None or self._clock() < ends)

    def _with_uses_left(self, condition: Json) -> Json:
        """What this till has granted since is not in the snapshot yet."""
        if condition["uses_left"] is None:
            return condition
        granted = sum(condition["id"] in one["path"] for one in self._queued())
        return {**condition, "uses_left": max(0, condition["uses_left"] - granted)}

    def _send_or_queue(self, path: str, online: Json, offline: Json) -> Json:
        try:
            return {"queued": False, **self._ask("POST", path, online)}
        except NoAnswer:
            _append(self._queue, {"path": path, "body": offline})
            return {"queued": True}

    def _queued(self) -> list[Json]:
        lines = self._queue.read_text("utf-8").splitlines() if self._queue.exists() else []
        return [json.loads(line, parse_float=Decimal) for line in lines]

    def _ask(self, method: str, path: str, body: Json | None = None, *, patience_s: float | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = None if body is None else _text(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310 (the operator's)
        try:
            with urllib.request.urlopen(request, timeout=patience_s or self._patience_s) as answer:  # noqa: S310
                told: Json = json.load(answer, parse_float=Decimal)
                return told
        except urllib.error.HTTPError as error:
            if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NoAnswer from error
            raise Refused(json.load(error)["type"]) from error
        except (OSError, ValueError) as error:
            raise NoAnswer from error

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat()


def _text(value: Any) -> str:
    """JSON; a Decimal of up to 15 digits is a number with the same digits."""
    return json.dumps(value, default=float, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    """In place of what was there, as a whole or not at all."""
    new = file.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(file)


def _append(file: Path, value: Json) -> None:
    """On the disk before the goods are handed over."""
    with file.open("a", encoding="utf-8") as queue:
        queue.write(_text(value) + "\n")
        queue.flush()
        os.fsync(queue.fileno())


def main() -> None:
    """One action of the till, and its answer as JSON."""
    parser = argparse.ArgumentParser(description="A till that goes on while askonce does not answer.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--folder", type=Path, default=Path())
    actions = parser.add_subparsers(dest="action", required=True)
    for action, names in {
        "prepare": (),
        "look-up": ("kind", "typed"),
        "redeem": ("condition", "receipt", "amount", "currency"),
        "deliver": (),
    }.items():
        one = actions.add_parser(action)
        for name in names:
            one.add_argument(name, type=Decimal if name == "amount" else str)
    given = vars(parser.parse_args())
    till = Till(given.pop("url"), os.environ["ASKONCE_KEY"], given.pop("folder"))
    print(_text(getattr(till, given.pop("action").replace("-", "_"))(**given)))


if __name__ == "__main__":
    main()
