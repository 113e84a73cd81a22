"""Story 1: a conversation with five handoffs, in which the customer explains the problem once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from uuid import uuid4

from service.demo.demo_run import DemoRun, JsonBody
from service.model.vocabulary import Role

HOTLINE, TECHNICIANS = "demo-hotline", "demo-technicians"
STATE_TIMEOUT_S = 15.0
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def failed_support(run: DemoRun) -> None:
    """Bot, hotline, a technician who does not pick up, a dropped call, closing time, and the call that was promised."""
    run.begin_story(
        1,
        "Failed support",
        "A router does not connect. The bot cannot help, nobody picks up, the call drops, support closes. Nobody asks "
        "twice, and nobody is forgotten.",
    )
    _put_open_queue(run, HOTLINE)
    _put_open_queue(run, TECHNICIANS)
    who: JsonBody = {"kind": "email", "value": f"jonas.{uuid4().hex[:6]}@example.com"}
    phone: JsonBody = {"kind": "phone", "value": f"0171 {uuid4().int % 10**7:07d}"}
    matter: JsonBody = {"ref": f"bot:{uuid4().hex[:6]}", "subject": "Router does not connect"}
    facts = _the_bot_cannot_help(run, who, phone, matter)
    handoff = _the_hotline_takes_over(run, who, matter)
    promise = _nobody_picks_up(run, handoff)
    _the_call_drops(run, phone, matter, facts)
    _support_closes(run, promise)
    _the_promise_is_kept(run, promise)
    after = run.look_up_context(Role.CONSOLE, phone)
    run.check("no fact was asked twice", after["signals"]["repeated_questions"] == 0)
    run.check("nothing is open any more: no handoff, no promise", not after["handoffs"] and not after["callbacks"])
    calls = [one["outcome"] for one in after["recent"] if one["kind"] == "call"]
    run.check("nothing was lost: all three calls are there", calls == ["answered", "answered", "abandoned"])
    bot = run.look_up_context(Role.BOT, who)
    run.check("the bot sees no agent's name and no identity", "Ada" not in str(bot) and "identities" not in bot)


def _the_bot_cannot_help(run: DemoRun, who: JsonBody, phone: JsonBody, matter: JsonBody) -> JsonBody:
    run.print_step(
        "chatbot", 'Jonas: "My router blinks red, error E42. My customer number is K-4711, the invoice R-2026-88."'
    )
    facts = {"customer_number": "K-4711", "invoice_number": "R-2026-88", "error_code": "E42"}
    run.register(
        Role.BOT,
        who=who,
        channel="chatbot",
        kind="message",
        conversation=matter,
        participant={"role": "customer", "name": "Jonas Berg"},
        text="My router blinks red, error E42.",
        facts=facts,
        mood=-0.2,
        language="en",
    )
    run.print_step(
        "chatbot", "suggests to restart the router, and learns his number to have him called: it did not help."
    )
    run.register(
        Role.BOT,
        who=who,
        channel="chatbot",
        kind="attempt",
        conversation=matter,
        identities=[who, phone],
        participant={"role": "bot"},
        attempt={"what": "Restarted the router", "outcome": "failed"},
    )
    return facts


def _the_hotline_takes_over(run: DemoRun, who: JsonBody, matter: JsonBody) -> JsonBody:
    run.print_step("chatbot", "hands Jonas off to the hotline; Ada takes the conversation and reads the brief.")
    given = run.post_idempotent(
        Role.BOT,
        "/v1/handoffs",
        {
            "identity": who,
            "conversation": {"ref": matter["ref"]},
            "to": {"queue": HOTLINE},
            "reason": {"code": "unsolved", "text": "The restart did not help."},
        },
    )
    taken = run.request_json(Role.CONSOLE, "POST", f"/v1/handoffs/{given['id']}/accept", {"agent": "Ada"})
    brief = run.request(Role.CONSOLE, "GET", f"/v1/handoffs/{given['id']}/brief", accept="text/plain").text
    run.print_view("Ada", brief.strip().splitlines())
    run.check("the brief has the number, the invoice and the fix that failed", _has_all_details(brief))
    return taken


def _nobody_picks_up(run: DemoRun, handoff: JsonBody) -> JsonBody:
    run.print_step("console", "Ada passes the conversation on to a technician, who does not pick up.")
    passed = run.request_json(
        Role.CONSOLE,
        "POST",
        f"/v1/handoffs/{handoff['id']}/transfer",
        {"token": handoff["token"], "to": {"queue": TECHNICIANS}, "reason": {"text": "Needs a line test."}},
    )
    ended = _poll_until(run, f"/v1/handoffs/{passed['id']}", lambda one: one["state"] != "offered")
    run.check("the unanswered transfer has become a promise to call back", ended["state"] == "fell_back")
    return run.request_json(Role.CONSOLE, "GET", f"/v1/callbacks/{ended['callback_id']}")


def _the_call_drops(run: DemoRun, phone: JsonBody, matter: JsonBody, facts: JsonBody) -> None:
    run.print_step("phone", "Jonas calls the hotline, and the call drops.")
    subject = {"subject": matter["subject"]}
    run.register(
        Role.CHANNEL, who=phone, channel="phone", kind="call", conversation=subject, outcome="abandoned", mood=-0.6
    )
    run.print_step("phone", "Jonas calls again. Before the agent says a word:")
    context = run.look_up_context(Role.CONSOLE, phone)
    _show_console_view(run, context)
    conversation = context["conversations"][0]
    run.check("the calls and the chat are one customer and one conversation", len(context["conversations"]) == 1)
    run.check("the agent sees the fix that failed", conversation["attempts"][0]["outcome"] == "failed")
    run.check("the agent sees the call that dropped", context["signals"]["dropped_calls"] == 1)
    run.check("the agent sees the promise", len(context["callbacks"]) == 1)
    must = run.fields_to_ask(Role.CONSOLE, phone, [*facts, "router_model"])
    run.check("the agent need only ask for the router's model", must == ["router_model"])
    run.register(
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


def _support_closes(run: DemoRun, promise: JsonBody) -> None:
    run.print_step("console", "The new firmware does not help either, and support closes for the day.")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    _put_open_queue(run, TECHNICIANS, f"{_DAYS[tomorrow.weekday()]} 09:00-17:00")
    moved = _poll_until(
        run, f"/v1/callbacks/{promise['id']}", lambda one: one["promised_from"] != promise["promised_from"]
    )
    run.print_view("Jonas", [f"We call you back on {moved['promised_from']:.16} (UTC)."])
    run.check("the promise is for the next opening", moved["promised_from"].startswith(f"{tomorrow:%Y-%m-%d}T09:00"))


def _the_promise_is_kept(run: DemoRun, promise: JsonBody) -> None:
    run.print_step("phone", "The next morning (the demo opens the desk now): Carla claims the callback.")
    _put_open_queue(run, TECHNICIANS)
    now = datetime.now(UTC)
    window = {"from": now.isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    run.request_json(Role.CONSOLE, "POST", f"/v1/callbacks/{promise['id']}/reschedule", {"window": window})
    _poll_until(run, f"/v1/callbacks/{promise['id']}", lambda one: one["state"] == "due")
    claimed = run.request_json(Role.CONSOLE, "POST", f"/v1/callbacks/{promise['id']}/claim", {"agent": "Carla"})
    brief = claimed["brief"]
    run.print_view("Carla", [f"tried: {one['what']} ({one['outcome']})" for one in brief["tried"]])
    run.check("the caller sees both fixes that failed", len(brief["tried"]) == 2)  # noqa: PLR2004
    run.check("the caller need not ask for the router's model", brief["known"]["router_model"] == "RX-500")
    done = run.request_json(
        Role.CONSOLE,
        "POST",
        f"/v1/callbacks/{promise['id']}/attempts",
        {"token": claimed["token"], "outcome": "connected", "note": "The line was cut; repaired."},
    )
    run.check("the promise was kept", done["state"] == "fulfilled" and done["kept"])


def _put_open_queue(run: DemoRun, queue: str, hours: str = "Mo-Su 00:00-24:00") -> None:
    """Have a queue that is open at these hours; its offers expire after a second, as nobody waits in a demo."""
    run.request_json(
        Role.ADMIN,
        "PUT",
        f"/v1/queues/{queue}",
        {
            "title": f"Story 1: {queue.removeprefix('demo-')}",
            "calendar": {"time_zone": "UTC", "hours": hours},
            "offer_timeout_s": 60 if queue == HOTLINE else 1,
            "max_offers": 1,
            "fallback": {"callback": True},
        },
    )


def _poll_until(run: DemoRun, path: str, condition: Callable[[JsonBody], bool]) -> JsonBody:
    """What is there once it has come so far; after a while, what is there then."""
    deadline = monotonic() + STATE_TIMEOUT_S
    while not condition(found := run.request_json(Role.CONSOLE, "GET", path)) and monotonic() < deadline:
        sleep(0.05)
    return found


def _has_all_details(brief: str) -> bool:
    return all(word in brief for word in ("K-4711", "R-2026-88", "Restarted the router"))


def _show_console_view(run: DemoRun, context: JsonBody) -> None:
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
    run.print_view("The agent", lines)
