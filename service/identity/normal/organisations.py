"""Whether a name is that of an organisation, and the form by which organisations are compared."""

import re
from functools import lru_cache

from service.identity.normal.folding import folded, listed, repaired

_LEGAL_FORM = re.compile(
    r"(?<![^\W_])(?:g?g\.?\s?m\.?\s?b\.?\s?h\.?|m\.?b\.?h\.?|ges\.?\s?m\.?\s?b\.?\s?h\.?|gesmbh|ges\.?b\.?r\.?|k\.?g\.?a\.?a\.?"
    r"|e\.\s?k(?:fm|fr)?\.?|e\.\s?v\.?|e\.\s?u\.?|e\.\s?g\.?|o\.?h\.?g\.?|part\s?g(?:\s?mbb)?|s\.?à\.?r\.?l\.?|sarl|sagl"
    r"|gbr|gmbh|ltd\.?|limited|llc|inc\.?|s\.?r\.?l\.?|s\.p\.a\.?|b\.v\.|n\.v\.|haftungsbeschränkt|verein|stiftung)(?![^\W_])",
    re.IGNORECASE,
)
_CAPITAL_FORM = re.compile(r"(?<=\s)(?:AG|KG|OG|UG|SE|SA|EG|eG|eV|eK|eU|EV|EK|EU|PLC|Ag|Kg|Ug|ag|kg|ug|og)(?![^\W_])")
_COMPANY = re.compile(
    r"&\s*(?:co\b|söhne|soehne|sohn|partner|cie|kollegen|töchter)|\b(?:und|u\.)\s+(?:söhne|sohn|partner)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\binh(?:\.|aber(?:in)?\b)|^\s*(?:firma|fa\.|stadt|gemeinde|marktgemeinde|stadtgemeinde|landkreis|kreis|kanton|land|hotel|gasthof|gasthaus)\s+\S",
    re.IGNORECASE,
)
_WORDS = frozenset(
    folded(
        """
Praxis Arztpraxis Zahnarztpraxis Gemeinschaftspraxis Kanzlei Rechtsanwälte Rechtsanwaltskanzlei Steuerberater
Steuerberatung Steuerkanzlei Hotel Gasthof Gasthaus Restaurant Pizzeria Bäckerei Konditorei Metzgerei Fleischerei
Apotheke Autohaus Werkstatt Tischlerei Schreinerei Zimmerei Schlosserei Malerbetrieb Elektrotechnik Sanitär
Heizungsbau Spedition Immobilien Hausverwaltung Versicherung Versicherungen Sparkasse Volksbank Raiffeisenbank
Raiffeisen Grundschule Volksschule Gymnasium Realschule Mittelschule Kindergarten Kita Universität Hochschule Klinik
Klinikum Krankenhaus Spital Pflegeheim Seniorenheim Altenheim
Altersheim Wohnheim Studentenheim Kinderheim Tierheim Pfarramt Pfarre Pfarrei Kirchengemeinde Gemeindeamt
Stadtwerke Stadtverwaltung Bezirksamt Finanzamt Landratsamt Ministerium Feuerwehr Verlag Druckerei Buchhandlung
Vertrieb Service Consulting Solutions Systems Software Agentur Werbeagentur Fitnessstudio Friseursalon
Kosmetikstudio Hochbau Tiefbau Holzbau Metallbau Maschinenbau Weingut Verband Genossenschaft Holding Gruppe
Gesellschaft Handelsgesellschaft Unternehmen Betriebe Betrieb Sportverein Musikverein Einzelunternehmen
Hausgemeinschaft Erbengemeinschaft Eigentümergemeinschaft WEG Büro Ingenieurbüro Architekturbüro Architekten Garage
Carrosserie Boulangerie Association Société Fondation Commune Gebrüder Trading Logistik Transporte Stiftung Verein
Firma Filiale Gärtnerei Drogerie Optik Reisebüro Fahrschule Tanzschule Musikschule Brauerei Handel
"""
    ).split()
)
_ENDINGS = listed("""
verein praxis kanzlei handel betrieb werkstatt verwaltung gesellschaft gemeinschaft verband schule buro agentur
backerei metzgerei apotheke werke technik kasse amt studio klinik vertrieb service versicherung reinigung
""")
_MIN_BEFORE_ENDING = 3
_FORM_WORDS = frozenset(
    folded(
        """
gmbh ggmbh mbh gesmbh ges gesbr kg kgaa ag ohg og ug gbr eg ek ev eu se sa sarl sagl ltd limited llc inc srl spa co
cie firma fa e k v u m b h g haftungsbeschränkt und herr frau gesellschaft
"""
    ).split()
)


@lru_cache(maxsize=131_072)
def is_organisation(name: str) -> bool:
    """Whether a name has a legal form or a word that people do not have as a name."""
    if _LEGAL_FORM.search(name) or _CAPITAL_FORM.search(name) or _COMPANY.search(name) or _LEADING.search(name):
        return True
    return any(
        word in _WORDS
        or any(word.endswith(ending) and len(word) >= len(ending) + _MIN_BEFORE_ENDING for ending in _ENDINGS)
        for word in folded(name).split()
    )


def normal_organisation(name: str) -> str:
    """Its words without the legal form; all of its words if there are no others."""
    words = folded(_LEGAL_FORM.sub(" ", repaired(name))).split()
    return " ".join([word for word in words if word not in _FORM_WORDS] or folded(name).split())
