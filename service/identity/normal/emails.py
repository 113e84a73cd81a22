"""E-mail addresses that can be evidence: one form for each mailbox."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from service.identity.normal.folding import listed
from service.identity.spelling import plain_signs

_MAX_CHARS = 400
_MAX_ADDRESSES = 5
_AT = re.compile(
    r"\s*(?:[(\[{<]\s*(?:at|ät|a)\s*[)\]}>]|\s(?:at|ät)\s(?=[a-z0-9-]+\s*(?:[.,]|\(|\[|\sdot|\spunkt)))\s*"
)
_DOT = re.compile(r"\s*[(\[{]\s*(?:dot|punkt)\s*[)\]}]\s*|(?<=\w)\s(?:dot|punkt)\s(?=\w)")
_AROUND_AT = re.compile(r"\s*@+\s*")
_DOTS = re.compile(r"\.{2,}")
_COMMA_FOR_DOT = re.compile(r",(?=(?:de|com|at|ch|net|org|eu|info)\b)")
_BETWEEN = re.compile(r"[\s;,|<>()\[\]\"]+|/(?=\S+@)|mailto:")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}")
_PROVIDERS = tuple(
    listed("""
gmail.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de hotmail.com hotmail.de hotmail.ch hotmail.fr
outlook.com outlook.de outlook.at live.de live.com live.at live.ch yahoo.de yahoo.com yahoo.fr icloud.com me.com
mac.com freenet.de aol.com aol.de posteo.de mailbox.org arcor.de online.de mail.de email.de vodafone.de kabelmail.de
protonmail.com proton.me bluewin.ch hispeed.ch sunrise.ch aon.at a1.net chello.at drei.at kabsi.at inode.at
ymail.com msn.com mail.com email.com googlemail.com utanet.at tele2.at liwest.at swissonline.ch netcologne.de
ewetel.net osnanet.de unitybox.de versanet.de magenta.de magenta.at web.com tutanota.com rocketmail.com orange.fr
""")
)
_KNOWN = frozenset(_PROVIDERS)
_SHORT = 8
"""Of shorter domains too many neighbours are real: only letters that changed places, or an ending that lost one."""
_ENDINGS = {
    "gmx": "gmx.de",
    "web": "web.de",
    "gmail": "gmail.com",
    "t-online": "t-online.de",
    "googlemail": "gmail.com",
}
_ENDINGS |= {
    "hotmail": "hotmail.com",
    "outlook": "outlook.com",
    "icloud": "icloud.com",
    "yahoo": "yahoo.com",
    "freenet": "freenet.de",
}
_ENDINGS |= {"bluewin": "bluewin.ch", "aon": "aon.at", "chello": "chello.at", "posteo": "posteo.de", "aol": "aol.com"}
_GMAIL = "gmail.com"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ROLES = frozenset(
    listed("""
info infos office kontakt contact postmaster webmaster hostmaster admin administrator buchhaltung rechnung
rechnungen invoice invoices accounting service kundenservice kundendienst support sales verkauf vertrieb bestellung
bestellungen order orders shop team hello hallo empfang sekretariat verwaltung zentrale rezeption reception booking
reservierung reservation personal hr jobs bewerbung karriere marketing presse datenschutz privacy einkauf newsletter
abuse help hilfe anfrage anfragen praxis kanzlei hotel geschaeftsleitung gl leitung versand lager auftrag export
import technik werkstatt zahlung kasse
""")
)
_PLACEHOLDERS = frozenset(
    listed("""
noreply no-reply no_reply donotreply do-not-reply mailer-daemon noemail no-email nomail no-mail keine keinemail
keine-mail keineemail keine-email kein no none na n.a n-a k.a unbekannt unknown unbek test tester testuser xxx xx x
asdf qwertz qwerty dummy fake nobody niemand leer nix nichts null ohne abc aaa foo bar nichtvorhanden
nicht.vorhanden keine.mail keine.email kunde.ohne.mail ohne.mail ohnemail
""")
)
_PLACEHOLDER_DOMAINS = frozenset(
    listed("""
keine.de kein.de keinemail.de keine-mail.de noemail.com nomail.com nomail.de unbekannt.de none.com test.de test.com
invalid nichtvorhanden.de ohne.de xxx.de noreply.com xx.xx
""")
)


@lru_cache(maxsize=65_536)
def read_emails(text: str) -> tuple[str, ...]:
    """All addresses of one field in comparable form, role mailboxes among them, placeholders not."""
    plain = plain_signs(text[:_MAX_CHARS]).strip().lower()
    if " " in plain or "(" in plain or "[" in plain or "@@" in plain:
        plain = _AROUND_AT.sub("@", _DOT.sub(".", _AT.sub("@", plain)))
    if "," in plain:
        plain = _COMMA_FOR_DOT.sub(".", plain)
    pieces = [plain] if _BETWEEN.search(plain) is None else _BETWEEN.split(plain)
    found = [mailbox for piece in pieces if (mailbox := _mailbox(piece))]
    return tuple(dict.fromkeys(found[:_MAX_ADDRESSES]))


def is_role(mailbox: str) -> bool:
    """Whether a mailbox belongs to a task and not to a person."""
    return mailbox.partition("@")[0] in _ROLES


@lru_cache(maxsize=16_384)
def true_domain(domain: str) -> str:
    """The provider's domain that was meant: gmial.com gives gmail.com, any other domain itself."""
    if domain in _KNOWN:
        return domain
    if "." not in domain:
        return _ENDINGS.get(domain, domain)
    near = [
        known for known in _PROVIDERS if OSA.distance(domain, known, score_cutoff=1) == 1 and _is_slip(domain, known)
    ]
    return near[0] if near else domain


def _is_slip(domain: str, meant: str) -> bool:
    return (
        len(meant) > _SHORT or sorted(domain) == sorted(meant) or meant.startswith(domain) or domain.startswith(meant)
    )


def _mailbox(piece: str) -> str:
    address = piece.strip(".:'`-")
    if _ADDRESS.fullmatch(address) is None:
        return ""
    local, _, domain = address.translate(_UMLAUTS).partition("@")
    if "xn--" in domain:
        domain = _in_letters(domain)
    domain = true_domain(_DOTS.sub(".", domain.removeprefix("www.")))
    if domain == "googlemail.com":
        domain = _GMAIL
    local = local.partition("+")[0].strip(".")
    if local in _PLACEHOLDERS or domain in _PLACEHOLDER_DOMAINS or not local:
        return ""
    if domain == _GMAIL:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def _in_letters(domain: str) -> str:
    """The domain with the letters that it is encoded from (IDNA), as people write them without umlauts."""
    try:
        return domain.encode().decode("idna").translate(_UMLAUTS)
    except UnicodeError:
        return domain
