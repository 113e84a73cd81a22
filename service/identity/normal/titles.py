"""Words in name fields that are no names: titles, salutations, marks of a generation, and what fills empty fields."""

import re

from service.identity.normal.folding import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(text).split())


DOTTED_TITLES = re.compile(
    r"\b(?:h\.?\s?c|b\.\s?sc|m\.\s?sc|m\.\s?a|b\.\s?a|b\.\s?eng|m\.\s?eng|ll\.\s?m|ph\.\s?d|e\.\s?h|d\.\s?o"
    r"|dipl\.?[\s-]*(?:ing|kfm|kffr|päd|psych|wirt|inf|math|phys|chem|biol|volksw|betriebsw|hdl|oec|theol|soz|jur)\w*"
    r"|med\.\s?(?:dent|vet|univ)|rer\.\s?(?:nat|pol|oec|soc|medic)|sc\.\s?(?:nat|hum|agr)|dr\.?\s?-\s?ing"
    r"|mag\.a|em\.|\(fh\)|\(uni\)|\(univ\))(?![^\W\d_])\.?",
    re.IGNORECASE,
)
TITLES = _words(
    """
Herr Herrn Frau Fräulein Frl Hr Hrn Fr Firma Familie Fam Eheleute Ehepaar Eheg Dr Drs Doktor Prof Professor
Professorin Dipl Ing Mag Magister Magistra Mmag DI DDr MMag Univ PD Priv Doz Dozent Med Rer Nat Phil Jur Iur Pol Oec
Techn Theol Habil Dent Vet hc Mr Mrs Ms Miss Mx Sir Madam Doctor Mme Mlle Madame Mademoiselle Monsieur Docteur
Signor Signora Sig Dott Avv Ra RAin Rechtsanwalt Rechtsanwältin Notar Hofrat Kommerzialrat KommR OStR StR Pfarrer
Bay Bayan Pan Pani Freiherr Freifrau Frhr lic Fräul Kundin Kunde Dres
"""
)
LEADING_ONLY = _words("Fr Med Di Ra Mag Sig Pan Pani Bay Pol Nat Ing")
"""Names or initials as well: titles only where another name follows."""
TITLES_AFTER = _words(
    """
II III IV PhD MBA MSc BSc MA BA BEd MEd LLM LLB MAS Dipl Ing FH Bakk MSC BSC Esq Bey Hanim Betriebswirt BBA CPA Mag Dr
Herr Frau
"""
)
COUPLES = _words("Familie Fam Eheleute Ehepaar Eheg")
AND = _words("und u and et")
JUNIOR = _words("jun jr junior jnr")
SENIOR = _words("sen sr senior snr")
GENERATION = re.compile(
    r"[\s,(]+(?:(?P<jun>jun|jr|jnr|junior|d\.?\s?j\.|(?:der|die)\s+jüngere)"
    r"|(?P<sen>sen|snr|sr|senior|d\.?\s?ä\.|(?:der|die)\s+ältere))(?![^\W\d_])[.)]*",
    re.IGNORECASE,
)
BIRTH_NAME = re.compile(
    r"[\s,(]+(?:geb(?:\.|oren(?:e|er)?\b)|née\b|nee\b|vormals\b|vorm\.|ehem(?:\.|als\b)|früher\b|gesch(?:\.|iedene?\b)|verw(?:\.|itwete?\b))\s*",
    re.IGNORECASE,
)
MARRIED_NAME = re.compile(r"[\s,(]+(?:verh(?:\.|eiratete?\b)|vh\.|jetzt\b|nun\b)\s*", re.IGNORECASE)
CARE_OF = re.compile(
    r"(?:^|[\s,;(])(?:c\s?[/.]\s?o\.?|p\.\s?a(?:dr)?\.|wohnhaft\s+bei|per\s+adresse)(?![^\W\d_])[^,]*,?", re.IGNORECASE
)
ATTENTION = re.compile(
    r"(?:^|[\s,;(/-])(?:z\.?\s?h(?:d|dn)?\.|zhd\.?|zu\s+händen|z\.\s?hd|attn\.?|att\.|ansprechpartner(?:in)?)"
    r"(?:\s+(?:von|v\.))?[:\s]*",
    re.IGNORECASE,
)
PARTICLES = _words(
    """
von vom zu zum zur van de der den del della di da dos du des la le ter ten af av auf und el al ben bin ibn abu bint
Mac Mc st Sankt San Santa do das dello degli d l
"""
)
"""Words before a family name that are a part of it."""
EMPTY = _words(
    """
unbekannt unbek unknown na ka nn tba leer ohne keine keiner kein null none nil undefined nan xxx xx xxxx test tester
testkunde dummy fehlt privat anonym anonymous niemand nobody kunde kundin vorname nachname name namenlos neukunde
asdf qwertz diverse diverses barverkauf laufkundschaft laufkunde gast
"""
)
_EMPTY_TEXTS = """
n/a | k.a. | k. a. | k.a | n.n. | n. n. | n.a. | n.v. | - | -- | --- | . | .. | ... | ? | ?? | ??? | x | * | / | #nv
| #n/a | keine angabe | keine angaben | nicht angegeben | nicht bekannt | kein name | not available | not known |
ohne angabe | o.a. | o. a. | kein vorname
"""
EMPTY_TEXTS = frozenset(" ".join(text.split()) for text in _EMPTY_TEXTS.split("|"))
"""What people write into a field that must not be empty."""
