"""Story 1: a matter that changes hands five times, and is told once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from uuid import uuid4

from service.demo.play import DemoRun, Json
from service.model.vocabulary import Role

HOTLINE, TECHNICIANS = "demo-hotline", "demo-technicians"
PATIENCE_S = 15.0
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def failed_support(play: DemoRun) -> None:
    """Bot, hotline, a technician who does not pick up, a dropped call, closing time, and the call that was promised."""
    play.story(
        1,
        "Failed support",
        "A router does not connect. The bot cannot help, nobody picks up, the call drops, support closes. Nobody asks "
        "twice, and nobody is forgotten.",
    )
    _open(play, HOTLINE)
    _open(play, TECHNICIANS)
    who: Json = {"kind": "email", "value": f"jonas.{uuid4().hex[:6]}@example.com"}
    phone: Json = {"kind": "phone", "value": f"0171 {uuid4().int % 10**7:07d}"}
    matter: Json = {"ref": f"bot:{uuid4().hex[:6]}", "subject": "Router does not connect"}
    told = _the_bot_cannot_help(play, who, phone, matter)
    handoff = _the_hotline_takes_over(play, who, matter)
    promise = _nobody_picks_up(play, handoff)
    _the_call_drops(play, phone, matter, told)
    _support_closes(play, promise)
    _the_promise_is_kept(play, promise)
    after = play.look_up(Role.CONSOLE, phone)
    play.check("no fact was asked twice", after["signals"]["repeated_questions"] == 0)
    play.check("nothing is open any more: no handoff, no promise", not after["handoffs"] and not after["callbacks"])
    calls = [one["outcome"] for one in after["recent"] if one["kind"] == "call"]
    play.check("nothing was lost: all three calls are there", calls == ["answered", "answered", "abandoned"])
    bot = play.look_up(Role.BOT, who)
    play.check("the bot sees no agent's name and no identity", "Ada" not in str(bot) and "identities" not in bot)


def _the_bot_cannot_help(play: DemoRun, who: Json, phone: Json, matter: Json) -> Json:
    play.step(
        "chatbot", 'Jonas: "My router blinks red, error E42. My customer number is K-4711, the invoice R-2026-88."'
    )
    told = {"customer_number": "K-4711", "invoice_number": "R-2026-88", "error_code": "E42"}
    play.register(
        Role.BOT,
        who=who,
        channel="chatbot",
        kind="message",
        conversation=matter,
        participant={"role": "customer", "name": "Jonas Berg"},
        text="My router blinks red, error E42.",
        facts=told,
        mood=-0.2,
        language="en",
    )
    play.step("chatbot", "suggests to restart the router, and learns his number to have him called: it did not help.")
    play.register(
        Role.BOT,
        who=who,
        channel="chatbot",
        kind="attempt",
        conversation=matter,
        identities=[who, phone],
        participant={"role": "bot"},
        attempt={"what": "Restarted the router", "outcome": "failed"},
    )
    return told


def _the_hotline_takes_over(play: DemoRun, who: Json, matter: Json) -> Json:
    play.step("chatbot", "hands Jonas off to the hotline; Ada takes the conversation and reads the brief.")
    given = play.intend(
        Role.BOT,
        "/v1/handoffs",
        {
            "identity": who,
            "conversation": {"ref": matter["ref"]},
            "to": {"queue": HOTLINE},
            "reason": {"code": "unsolved", "text": "The restart did not help."},
        },
    )
    taken = play.do(Role.CONSOLE, "POST", f"/v1/handoffs/{given['id']}/accept", {"agent": "Ada"})
    brief = play.ask(Role.CONSOLE, "GET", f"/v1/handoffs/{given['id']}/brief", accept="text/plain").text
    play.sees("Ada", brief.strip().splitlines())
    play.check("the brief has the number, the invoice and the fix that failed", _has_all(brief))
    return taken


def _nobody_picks_up(play: DemoRun, handoff: Json) -> Json:
    play.step("console", "Ada passes the conversation on to a technician, who does not pick up.")
    passed = play.do(
        Role.CONSOLE,
        "POST",
        f"/v1/handoffs/{handoff['id']}/transfer",
        {"token": handoff["token"], "to": {"queue": TECHNICIANS}, "reason": {"text": "Needs a line test."}},
    )
    ended = _await(play, f"/v1/handoffs/{passed['id']}", lambda one: one["state"] != "offered")
    play.check("the unanswered transfer has become a promise to call back", ended["state"] == "fell_back")
    return play.do(Role.CONSOLE, "GET", f"/v1/callbacks/{ended['callback_id']}")


def _the_call_drops(play: DemoRun, phone: Json, matter: Json, told: Json) -> None:
    play.step("phone", "Jonas calls the hotline, and the call drops.")
    subject = {"subject": matter["subject"]}
    play.register(
        Role.CHANNEL, who=phone, channel="phone", kind="call", conversation=subject, outcome="abandoned", mood=-0.6
    )
    play.step("phone", "Jonas calls again. Before the agent says a word:")
    context = play.look_up(Role.CONSOLE, phone)
    _show_console(play, context)
    conversation = context["conversations"][0]
    play.check("the calls and the chat are one customer and one conversation", len(context["conversations"]) == 1)
    play.check("the agent sees the fix that failed", conversation["attempts"][0]["outcome"] == "failed")
    play.check("the agent sees the call that dropped", context["signals"]["dropped_calls"] == 1)
    play.check("the agent sees the promise", len(context["callbacks"]) == 1)
    must = play.need_to_ask(Role.CONSOLE, phone, [*told, "router_model"])
    play.check("the agent need only ask for the router's model", must == ["router_model"])
    play.register(
        Role.CONSOLE,
        who=phone,
        channel="phone",
        kind="call",
        conversation=subject,
        asks=must,
        facts={"router_model": "RX-500"},
        attempt={"what": "New firmware", "outcome": "failed"},
        participant={"role": "agent", "name": "Ada"},
        outcome="answered",
    )


def _support_closes(play: DemoRun, promise: Json) -> None:
    play.step("console", "The new firmware does not help either, and support closes for the day.")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    _open(play, TECHNICIANS, f"{_DAYS[tomorrow.weekday()]} 09:00-17:00")
    moved = _await(play, f"/v1/callbacks/{promise['id']}", lambda one: one["promised_from"] != promise["promised_from"])
    play.sees("Jonas", [f"We call you back on {moved['promised_from']:.16} (UTC)."])
    play.check("the promise is for the next opening", moved["promised_from"].startswith(f"{tomorrow:%Y-%m-%d}T09:00"))


def _the_promise_is_kept(play: DemoRun, promise: Json) -> None:
    play.step("phone", "The next morning (the demo opens the desk now): Carla claims the callback.")
    _open(play, TECHNICIANS)
    now = datetime.now(UTC)
    window = {"from": now.isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    play.do(Role.CONSOLE, "POST", f"/v1/callbacks/{promise['id']}/reschedule", {"window": window})
    _await(play, f"/v1/callbacks/{promise['id']}", lambda one: one["state"] == "due")
    claimed = play.do(Role.CONSOLE, "POST", f"/v1/callbacks/{promise['id']}/claim", {"agent": "Carla"})
    brief = claimed["brief"]
    play.sees("Carla", [f"tried: {one['what']} ({one['outcome']})" for one in brief["tried"]])
    play.check("the caller sees both fixes that failed", len(brief["tried"]) == 2)  # noqa: PLR2004
    play.check("the caller need not ask for the router's model", brief["known"]["router_model"] == "RX-500")
    done = play.do(
        Role.CONSOLE,
        "POST",
        f"/v1/callbacks/{promise['id']}/attempts",
        {"token": claimed["token"], "outcome": "connected", "note": "The line was cut; repaired."},
    )
    play.check("the promise was kept", done["state"] == "fulfilled" and done["kept"])


def _open(play: DemoRun, queue: str, hours: str = "Mo-Su 00:00-24:00") -> None:
    """Have a queue that is open at these hours; its offers expire after a second, as nobody waits in a demo."""
    play.do(
        Role.ADMIN,
        "PUT",
        f"/v1/queues/{queue}",
        {
            "title": queue,
            "calendar": {"time_zone": "UTC", "hours": hours},
            "offer_timeout_s": 60 if queue == HOTLINE else 1,
            "max_offers": 1,
            "fallback": {"callback": True},
        },
    )


def _await(play: DemoRun, path: str, reached: Callable[[Json], bool]) -> Json:
    """What is there once it has come so far; after a while, what is there then."""
    patient_until = monotonic() + PATIENCE_S
    while not reached(found := play.do(Role.CONSOLE, "GET", path)) and monotonic() < patient_until:
        sleep(0.05)
    return found


def _has_all(brief: str) -> bool:
    return all(word in brief for word in ("K-4711", "R-2026-88", "Restarted the router"))


def _show_console(play: DemoRun, context: Json) -> None:
    signals = context["signals"]
    lines = [f"{context['customer']['name']}, version {context['version']}"]
    lines += [f"known: {name} = {fact['value']}" for name, fact in context["known"].items()]
    for conversation in context["conversations"]:
        lines.append(f"{conversation['subject']} ({conversation['status']}; {', '.join(conversation['channels'])})")
        lines += [f"  tried: {attempt['what']}: {attempt['outcome']}" for attempt in conversation["attempts"]]
    lines += [f"promised: a call from {one['promised_from']:.16}" for one in context["callbacks"]]
    lines.append(
        f"mood {signals['mood']}, dropped calls {signals['dropped_calls']}, churn {signals['churn_risk']['level']}"
    )
    play.sees("The agent", lines)
