"""Stories 2 and 3, each a function that plays it."""

from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

from service.demo.demo_run import DemoRun, JsonBody
from service.model.vocabulary import Role

FORBIDDEN, CONFLICT, CREATED = 403, 409, 201
FORM_FIELDS = ["name", "street-address", "postal-code", "address-level2", "tel"]


def unrecognised_guest(run: DemoRun) -> None:  # long, as a story is told in one piece
    """Story 2: the brand ambassador at the till."""
    run.begin_story(
        2,
        "Unrecognised guest",
        "A brand ambassador stands at the till without her card and says her name. The till finds her conditions.",
    )
    digits = f"{uuid4().int % 10**7:07d}"
    name = "Mira " + "".join("abcdefghij"[int(digit)] for digit in digits).capitalize()
    customer = run.post_idempotent(
        Role.ADMIN,
        "/v1/customers",
        {
            "name": name,
            "language": "de",
            "identities": [{"kind": "phone", "value": f"0172 {digits}", "verified": True}],
        },
    )
    condition = run.post_idempotent(
        Role.CONSOLE,
        f"/v1/customers/{customer['id']}/conditions",
        {
            "title": "Brand ambassador: 30 % on Nordlicht",
            "kind": "discount",
            "terms": {"percent": 30},
            "scope": {"stores": ["DE-042"], "brands": ["Nordlicht"]},
            "valid_from": "2026-01-01T00:00:00Z",
            "audiences": ["console", "store"],
            "contract": "BA-2026-7",
            "max_uses": 1,
            "max_uses_per": "day",
        },
    )
    basket = {
        "currency": "EUR",
        "lines": [
            {"sku": "N-1", "brand": "Nordlicht", "category": "coats", "qty": 1, "unit_price": 240},
            {"sku": "X-9", "brand": "Other", "category": "socks", "qty": 2, "unit_price": 5},
        ],
    }
    run.print_step("till DE-042", f'"My name is {name}."')
    found = run.request(Role.STORE, "POST", "/v1/store/lookup", {"name": name, "store": "DE-042"}).json()
    candidate = found["candidates"][0]
    run.print_view("The till", [f"{candidate['hint']}   confirm by: {', '.join(candidate['confirm'])}"])
    run.check("the till sees a masked hint, and not her name", name not in str(found))
    wrong = f"{(int(digits[-4:]) + 1) % 10000:04d}"
    impostor = run.request(Role.STORE, "POST", "/v1/store/confirm", {"token": candidate["token"], "phone_last4": wrong})
    run.check("somebody who does not know her number learns nothing", impostor.status_code == FORBIDDEN)
    started = perf_counter()
    exact = run.request(
        Role.STORE,
        "POST",
        "/v1/store/confirm",
        {"token": candidate["token"], "phone_last4": digits[-4:], "basket": basket},
    ).json()
    took_ms = (perf_counter() - started) * 1000
    conditions = exact["conditions"]
    run.print_view(
        "The till", [f"{exact['customer']['display']}: {one['title']}. {one['because']}" for one in conditions]
    )
    run.check(f"her condition is there, {took_ms:.0f} ms after she confirmed", len(conditions) == 1)
    receipt = {
        "store": "DE-042",
        "receipt": f"R-{digits}",
        "amount": 72,
        "currency": "EUR",
        "redeemed_at": datetime.now(UTC).isoformat(),
    }
    path = f"/v1/conditions/{condition['id']}/redemptions"
    redeemed = run.request(Role.STORE, "POST", path, receipt)
    again = run.request(Role.STORE, "POST", path, receipt)
    second = run.request(Role.STORE, "POST", path, receipt | {"receipt": f"R-{digits}-2"})
    run.check("the redemption is recorded once, however often the till sends it", redeemed.status_code == CREATED)
    run.check("the till's retry gets the same answer", again.status_code == CREATED)
    run.check("a second use on the same day is refused", second.status_code == CONFLICT)


def form_fields(run: DemoRun) -> None:  # long, as a story is told in one piece
    """Story 3: two insurances, and the address typed once."""
    run.begin_story(
        3,
        "Form fields",
        "A customer takes out two insurances online, goes back to change one thing, and types nothing twice.",
    )
    who: JsonBody = {"kind": "email", "value": f"lena.{uuid4().hex[:6]}@example.com"}
    first = run.fields_to_ask(Role.CHANNEL, who, FORM_FIELDS)
    run.print_step("web form", f"household insurance asks for {', '.join(first)}.")
    run.check("of an unknown customer everything is asked", first == FORM_FIELDS)
    answers = dict(zip(FORM_FIELDS, ("Lena Kurz", "Alte Gasse 1", "70173", "Stuttgart", "0711 220011"), strict=True))
    draft = {"ref": f"household-{uuid4().hex[:6]}", "subject": "Household insurance"}
    registered = run.register(Role.CHANNEL, who=who, channel="web", kind="form", conversation=draft, facts=answers)
    run.print_step("web form", "Lena goes back and corrects her street; the form has kept the rest.")
    kept = run.look_up_context(Role.CONSOLE, who)["known"]
    run.check("going back loses nothing", {name: kept[name]["value"] for name in FORM_FIELDS} == answers)
    run.register(
        Role.CHANNEL,
        who=who,
        channel="web",
        kind="form",
        conversation=draft,
        facts={"street-address": "Neue Gasse 2"},
    )
    second = run.fields_to_ask(Role.CHANNEL, who, [*FORM_FIELDS, "bday"])
    run.print_step("web form", f"liability insurance asks for {', '.join(second)} only.")
    run.check("the second form asks for nothing that the first one learnt", second == ["bday"])
    fact = run.request(Role.CONSOLE, "GET", f"/v1/customers/{registered['customer_id']}/facts/street-address").json()
    run.print_view(
        "The agent",
        [f"street-address: {fact['now']['value']}", *(f"earlier: {one['value']}" for one in fact["history"])],
    )
    run.check("the changed answer keeps its history", [one["value"] for one in fact["history"]] == ["Alte Gasse 1"])
    must = run.fields_to_ask(Role.BOT, who, ["street-address", "policy_number"])
    run.check("the chatbot does not ask for the address either", must == ["policy_number"])
