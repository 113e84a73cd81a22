"""The rules that askonce brings along, as data; a rule of the company with the same name takes the place of one."""

from collections.abc import Mapping
from types import MappingProxyType

from service.insight.advice.model import RuleInput

_BROKEN = 'callbacks.filter(c, c.kept == false || c.state == "missed")'
_CLOSING = 'closing_queues.filter(q, handoffs.exists(h, h.state == "offered" && h.to.queue == q.queue))'
_UNUSED = "conditions.filter(c, c.uses_left != null && c.uses_left > 0)"

SHIPPED_RULES: Mapping[str, RuleInput] = MappingProxyType({
    "keep_promise": RuleInput(
        title="Apologise for a broken promise, and keep it",
        condition='callbacks.exists(c, c.kept == false || c.state == "missed")',
        action="apologise_and_call_back",
        words={
            "en": "I am sorry: we promised to call you on {promised_from}, and did not. "
            "I will see to it that you are called now.",
            "de": "Es tut mir leid: Wir hatten Ihnen für den {promised_from} einen Anruf versprochen "
            "und nicht angerufen. Ich sorge dafür, dass Sie jetzt angerufen werden.",
        },
        because={"promised_from": f"{_BROKEN}[0].promised_from", "promised_to": f"{_BROKEN}[0].promised_to"},
        priority=90,
        audiences=("console", "bot"),
    ),
    "hand_over": RuleInput(
        title="Hand over what failed twice",
        condition="size(stuck_matters) > 0",
        action="hand_over",
        words={
            "en": "{failed} attempts did not help. I will hand your matter over now, "
            "with all that you have told us, so that you need not repeat it.",
            "de": "{failed} Versuche haben nicht geholfen. Ich gebe Ihr Anliegen jetzt weiter, "
            "mit allem, was Sie uns gesagt haben: Sie müssen nichts wiederholen.",
        },
        because={"failed": "stuck_matters[0].failed", "subject": "stuck_matters[0].subject"},
        priority=80,
        audiences=("console", "bot"),
    ),
    "offer_callback": RuleInput(
        title="Offer a callback when the queue closes soon",
        condition=f"size({_CLOSING}) > 0 && size(callbacks) == 0",
        action="offer_callback",
        words={
            "en": "The desk you are waiting for closes soon ({closes_at}). "
            "Shall we call you back, so that you need not wait?",
            "de": "Die Stelle, auf die Sie warten, schließt bald ({closes_at}). "
            "Sollen wir Sie zurückrufen, damit Sie nicht warten müssen?",
        },
        because={"queue": f"{_CLOSING}[0].title", "closes_at": f"{_CLOSING}[0].closes_at"},
        until=f"{_CLOSING}[0].closes_at",
        priority=70,
        audiences=("console", "bot"),
    ),
    "ask_rating": RuleInput(
        title="Ask for a rating after a solved matter",
        condition='size(solved_lately) > 0 && !preferences.do_not_contact.exists(d, d.purpose in ["all", "survey"])',
        action="ask_rating",
        words={
            "en": "Your matter is solved. How satisfied were you with us, from 1 to 5?",
            "de": "Ihr Anliegen ist gelöst. Wie zufrieden waren Sie mit uns, von 1 bis 5?",
        },
        because={"subject": "solved_lately[0].subject", "solved": "solved_lately[0].last_at"},
        until="solved_lately[0].until",
        priority=30,
        audiences=("console", "bot"),
    ),
    "name_condition": RuleInput(
        title="Name a condition that has not been used",
        condition=f'customer.assurance in ["possession", "verified"] && size({_UNUSED}) > 0',
        action="name_condition",
        words={
            "en": "You are entitled to this: {condition}. Would you like to use it?",
            "de": "Das steht Ihnen zu: {condition}. Möchten Sie es nutzen?",
        },
        because={"condition": f"{_UNUSED}[0].title", "uses_left": f"{_UNUSED}[0].uses_left"},
        until=f"{_UNUSED}[0].valid_until",
        priority=20,
    ),
})  # fmt: skip
