"""Towns and countries by one name each."""

import re
from functools import lru_cache

from service.identity.normal.folding import folded, listed, repaired
from service.identity.normal.titles import EMPTY, EMPTY_TEXTS

_PARENTHESES = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?")
_CODE = re.compile(r"(?:\b[A-Z]{1,3}\s?-\s?)?\b\d{4,5}\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"\s(?:a\.?\s?d\.?|an\sder|am|a\.|b\.|bei|i\.|im|in\sder|ob\sder|ot|ortsteil|stadtteil|v\.\s?d\.|vor\sder|o\.\s?d\.)\s?(?=\w).*$"
    r"|/.*$|,.*$",
    re.IGNORECASE,
)
"""What tells towns of one name apart; the postal code tells that better."""
_CANTON = re.compile(r"\s(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)$")
_RANK = re.compile(
    r"^(?:(?:freie (?:und )?)?hansestadt|landeshauptstadt|bundesstadt|kreisstadt|stadtgemeinde|marktgemeinde|stadt)"
    r" (?=\w{3})"
)
"""What a town is, before its name, in folded form."""
_COUNTRY_BEFORE = re.compile(r"^(?:D|A|DE|AT|CH|FL|LI|L)\s?-\s?(?=[^\W\d_])")
_SAINT = re.compile(r"^(?:sankt|saint|san|st) ")
_NUMBERS = re.compile(r"\s+(?:\d+|[ivx]+)$")
_EXONYMS = {
    _SAINT.sub("st ", folded(name)): _SAINT.sub("st ", folded(names.split("=")[0]))
    for names in (
        "Wien=Vienna=Vienne=Bécs=Viedeň",
        "Graz=Gradec",
        "Klagenfurt=Celovec=Klgft=Klu",
        "Villach=Beljak",
        "Innsbruck=Innsbruk=Ibk",
        "Wiener Neustadt=Wr Neustadt=W Neustadt",
        "Salzburg=Salisburgo=Salzbourg=Sbg",
        "München=Munich=Monaco di Baviera=Mnichov=Monachium=Münih",
        "Köln=Cologne=Colonia=Keulen",
        "Nürnberg=Nuremberg=Norimberga",
        "Hannover=Hanover",
        "Braunschweig=Brunswick",
        "Aachen=Aix-la-Chapelle=Aken",
        "Mainz=Mayence=Magonza",
        "Trier=Trèves=Treviri",
        "Koblenz=Coblenz=Coblence",
        "Regensburg=Ratisbon=Ratisbonne",
        "Augsburg=Augsbourg=Augusta",
        "Hamburg=Hambourg=Amburgo=HH=Hbg",
        "Berlin=Berlino",
        "Dresden=Dresde=Dresda=Drezno",
        "Leipzig=Lipsia=Lipsk",
        "Frankfurt=Francfort=Francoforte=Frankfurt Main=FFM",
        "Genf=Genève=Geneva=Ginevra",
        "Zürich=Zurigo",
        "Basel=Bâle=Basle=Basilea",
        "Bern=Berne=Berna",
        "Luzern=Lucerne=Lucerna",
        "Lausanne=Losanna",
        "Neuenburg=Neuchâtel",
        "Freiburg=Fribourg=Friburgo",
        "Sitten=Sion",
        "Biel=Bienne=Biel Bienne",
        "Sankt Gallen=Saint-Gall=San Gallo",
        "Chur=Coire=Coira=Cuera",
        "Solothurn=Soleure=Soletta",
        "Schaffhausen=Schaffhouse=Sciaffusa",
        "Delsberg=Delémont",
        "Zug=Zoug=Zugo",
        "Thun=Thoune",
        "Siders=Sierre",
        "Brig=Brigue",
        "Murten=Morat",
        "Bellinzona=Bellenz=Bellinzone",
        "Luxemburg=Luxembourg=Lëtzebuerg",
        "Frankfurt Oder=Frankfurt an der Oder=Frankfurt a d Oder=Frankfurt a d O=Frankfurt a O",
        "Straßburg=Strasbourg",
        "Mailand=Milano=Milan",
        "Prag=Praha=Prague",
        "Warschau=Warszawa=Warsaw",
        "Brüssel=Bruxelles=Brussel=Brussels",
        "Bozen=Bolzano",
        "Meran=Merano",
        "Brixen=Bressanone",
        "Rom=Roma=Rome",
        "Venedig=Venezia=Venice",
        "Lüttich=Liège",
        "Kopenhagen=København=Copenhagen",
        "Breslau=Wrocław",
        "Danzig=Gdańsk",
        "Stettin=Szczecin",
        "Preßburg=Bratislava",
    )
    for name in names.split("=")
}
_WITH_DISTRICTS = frozenset(
    folded(town)
    for town in listed("""
Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg
Duisburg Bochum Wuppertal Bielefeld Bonn Münster Mannheim Karlsruhe Augsburg Wiesbaden Mönchengladbach Gelsenkirchen
Aachen Braunschweig Kiel Chemnitz Halle Magdeburg Freiburg Krefeld Mainz Lübeck Erfurt Rostock Kassel Hagen Potsdam
Saarbrücken Mülheim Ludwigshafen Oldenburg Osnabrück Leverkusen Heidelberg Darmstadt Solingen Regensburg Herne
Paderborn Neuss Ingolstadt Offenbach Fürth Ulm Heilbronn Pforzheim Würzburg Wolfsburg Göttingen Bottrop Reutlingen
Erlangen Koblenz Bremerhaven Remscheid Trier Recklinghausen Jena Moers Salzgitter Siegen Gütersloh
Hildesheim Hanau Kaiserslautern Cottbus Wien Graz Linz Salzburg Innsbruck Klagenfurt Villach Wels Zürich Genf Basel
Bern Lausanne Winterthur Luzern
""")
)
_TOWNS_BY_COUNTRY = {
    folded(town): country
    for country, towns in {
        "AT": """
Wien Graz Linz Salzburg Innsbruck Klagenfurt Villach Wels St.Pölten Dornbirn Steyr Feldkirch Bregenz Leonding
Klosterneuburg Baden Leoben Krems Traun Amstetten Lustenau Kapfenberg Mödling Hallein Kufstein Traiskirchen
Schwechat Braunau Stockerau Saalfelden Ansfelden Tulln Hohenems Spittal Telfs Ternitz Perchtoldsdorf Feldkirchen
Bludenz Eisenstadt Schwaz Hall Gmunden Wörgl Zwettl Mistelbach Lienz Wolfsberg Knittelfeld
""",
        "CH": """
Zürich Genf Basel Lausanne Bern Winterthur Luzern Lugano Biel Thun Bellinzona Köniz Freiburg Schaffhausen Chur Uster
Sitten Vernier Emmen Yverdon Zug Kriens Dübendorf Dietikon Montreux Frauenfeld Wetzikon Wil Baar Rapperswil Meyrin
Carouge Wädenswil Kreuzlingen Riehen Renens Aarau Allschwil Horgen Wettingen Nyon Bülach Kloten Reinach Vevey Baden
Adliswil Onex Gossau Bulle Pully Volketswil Muttenz Thalwil Regensdorf Monthey Ostermundigen Martigny Pratteln Olten
Solothurn Grenchen Burgdorf Langenthal Locarno Herisau Davos Neuenburg
""",
    }.items()
    for town in towns.split()
}
_COUNTRIES = {
    name: code
    for code, names in {
        "DE": """
d de deu ger germany deutschland brd allemagne germania bundesrepublik deutschland=federal republic of germany
""",
        "AT": "a at aut oe austria osterreich osterreicht autriche republik osterreich",
        "CH": "ch che sui schweiz suisse svizzera svizra switzerland swiss helvetia",
        "LI": "fl li lie liechtenstein",
        "LU": "l lu lux luxemburg luxembourg",
        "FR": "f fr fra frankreich france francia",
        "IT": "i it ita italien italia italy italie",
        "NL": "nl nld niederlande holland nederland netherlands",
        "BE": "b be bel belgien belgie belgique belgium",
        "DK": "dk dnk danemark danmark denmark",
        "PL": "pl pol polen polska poland",
        "CZ": "cz cze tschechien cesko czechia",
        "HU": "h hu hun ungarn magyarorszag hungary",
        "SI": "slo si svn slowenien slovenija slovenia",
        "SK": "sk svk slowakei slovensko slovakia",
        "GB": "gb uk gbr grossbritannien england schottland",
        "US": "us usa",
        "ES": "e es esp spanien espana spain",
        "SE": "s se swe schweden sverige sweden",
        "TR": "tr tur turkei turkiye turkey",
        "AU": "au aus australien australia",
    }.items()
    for name in names.replace("=", " ").split()
}
_ISO_LETTERS = 2


@lru_cache(maxsize=65_536)
def normal_town(text: str) -> str:
    """One name for the town: "Frankfurt a. M.", "81241 München (Laim)" give "frankfurt", "munchen"."""
    whole = _COUNTRY_BEFORE.sub("", _CODE.sub(" ", repaired(text)).strip())
    name = folded(whole)
    if name in _EXONYMS or name in EMPTY or whole.lower() in EMPTY_TEXTS:
        return _EXONYMS.get(name, "")
    plain = _CANTON.sub("", _PARENTHESES.sub(" ", whole).strip())
    name = _RANK.sub("", folded(_BESIDE.sub("", plain) or plain))
    name = _SAINT.sub("st ", _NUMBERS.sub("", name))
    name = _EXONYMS.get(name, name)
    first = name.partition(" ")[0]
    return first if first in _WITH_DISTRICTS else name


def normal_country(text: str) -> str:
    """ISO 3166 code in upper case, or "" for a name that is not known."""
    name = folded(text[:60])
    if name in _COUNTRIES:
        return _COUNTRIES[name]
    code = text.strip().upper()
    return code if len(code) == _ISO_LETTERS and code.isalpha() and code.isascii() else ""


def country_of_town(town: str) -> str:
    """The country of a larger Austrian or Swiss town in normal form; "" for all others."""
    return _TOWNS_BY_COUNTRY.get(town, "")
