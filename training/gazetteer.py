"""Write the rows of states, capitals, governments and nationality adjectives from free sources.

Usage: ``python training/gazetteer.py CODES LANGS PARTIES ONTOLOGY``

``CODES``     country_codes.csv of the "country-codes" data package (PDDL):
              ISO codes, capitals, Wikidata ids of states
``LANGS``     folder ``langs`` of the npm package i18n-nationality (MIT)
``PARTIES``   parties_wikidata.csv, parties of PartyFacts with Wikidata ids (CC0)
``ONTOLOGY``  folder ``ontology/lexicon``

Country names come from CLDR through ``babel`` (Unicode licence), Wikidata ids of parts of
states from the PyPI package ``rigour`` (MIT); both must be installed. In each table
the rows above the line ``# Kept by hand.`` are replaced, those below it stay.
A row whose name stands below the line already is left out. Of the rows below it only
Wikidata ids that are missing are filled in, where exactly one source row of the same country
has one of their names; the rest stays ``-``.
"""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel import Locale
from rigour.territories import get_territories

MARK = "# Kept by hand."

ALIASES: dict[str, tuple[str, str]] = {
    "AE": (
        "Vereinigten Arabischen Emirate|Vereinigten Arabischen Emiraten|Emirate|VAE",
        "UAE|Emirates",
    ),
    "AG": ("", "Antigua and Barbuda"),
    "BA": ("Bosnien-Herzegowina|Bosnien", "Bosnia and Herzegovina|Bosnia-Herzegovina|Bosnia"),
    "BD": ("Bangladesh", ""),
    "BN": ("Brunei", "Brunei Darussalam"),
    "BW": ("Botswana", ""),
    "BY": ("Weißrussland|Weissrussland|Belorussland", "Byelorussia"),
    "CD": (
        "Demokratische Republik Kongo|Demokratischen Republik Kongo|DR Kongo|Kongo|Zaire",
        "Democratic Republic of the Congo|DR Congo|DRC|Congo",
    ),
    "CF": ("Zentralafrikanischen Republik|Zentralafrika", ""),
    "CG": ("Republik Kongo", "Republic of the Congo"),
    "CH": ("Schweizerische Eidgenossenschaft", "Swiss Confederation"),
    "CI": ("Elfenbeinküste|Cote d'Ivoire|Côte d'Ivoire", "Ivory Coast|Cote d'Ivoire"),
    "CN": ("Volksrepublik China", "People's Republic of China"),
    "CU": ("Cuba", ""),
    "CV": ("Kap Verde|Kapverden", "Cabo Verde"),
    "CZ": ("Tschechische Republik|Tschechischen Republik|Tschechei", "Czech Republic"),
    "DE": ("Bundesrepublik Deutschland|Bundesrepublik|BRD", "Federal Republic of Germany"),
    "DO": ("Dominikanischen Republik", ""),
    "FJ": ("Fidschi-Inseln", ""),
    "FM": ("Föderierte Staaten von Mikronesien", "Federated States of Micronesia"),
    "GB": (
        "Großbritannien|Grossbritannien|Vereinigten Königreich|Vereinigte Königreich|UK|England",
        "Great Britain|Britain|UK|U.K.|England",
    ),
    "IE": ("Republik Irland", "Republic of Ireland"),
    "IR": ("Islamische Republik Iran", "Islamic Republic of Iran"),
    "KG": ("Kirgistan|Kirgisien", "Kyrgyz Republic"),
    "KN": ("", "Saint Kitts and Nevis|St. Kitts and Nevis"),
    "KP": ("Demokratische Volksrepublik Korea", "North-Korea|DPRK"),
    "KR": ("Republik Korea", "South-Korea|Republic of Korea"),
    "LC": ("", "Saint Lucia"),
    "LK": ("Ceylon", ""),
    "MD": ("Moldau|Moldawien|Moldova", "Republic of Moldova"),
    "MK": ("Mazedonien", "Macedonia"),
    "MM": ("Birma|Burma", "Burma|Myanmar"),
    "NL": ("Niederlanden|Holland", "The Netherlands|Holland"),
    "PS": (
        "Palästina|Palästinensergebiete|Palästinensergebieten|Palästinensische Gebiete",
        "Palestine|Palestinian territories",
    ),
    "QA": ("Qatar", ""),
    "RU": ("Russische Föderation|Russischen Föderation|Rußland", "Russian Federation"),
    "ST": ("", "São Tomé and Príncipe|Sao Tome and Principe"),
    "SY": ("Arabische Republik Syrien", "Syrian Arab Republic"),
    "SZ": ("Swasiland", "Swaziland"),
    "TL": ("Osttimor", "East Timor"),
    "TR": ("Türkiye", "Turkey|Turkiye"),
    "TT": ("", "Trinidad and Tobago|Trinidad"),
    "TW": ("Republik China", "Republic of China"),
    "US": (
        "Vereinigte Staaten von Amerika|Vereinigten Staaten von Amerika|Vereinigten Staaten"
        "|USA|US|U.S.|Amerika",
        "United States of America|USA|US|U.S.|U.S.A.|America",
    ),
    "UZ": ("Uzbekistan", ""),
    "VA": ("Vatikan|Heiliger Stuhl|Heilige Stuhl|Heiligen Stuhl", "Vatican|Holy See"),
    "VC": ("", "Saint Vincent and the Grenadines|St. Vincent and the Grenadines"),
    "VN": ("Viet Nam", "Viet Nam"),
    "ZW": ("Zimbabwe|Rhodesien", ""),
    "HK": ("Hongkong|Hong Kong", "Hong Kong"),
    "MO": ("Macau|Macao", "Macau|Macao"),
}
"""Further names of a country, German and English, by ISO code."""

SHORT = {"HK": ("Hongkong", "Hong Kong"), "MO": ("Macau", "Macao"), "MM": ("Myanmar", "Myanmar")}
"""Names to take instead of those of CLDR."""

STATES_IN_CONTENTION = {"PS"}

TERRITORIES = {
    "AQ", "BM", "EH", "FK", "FO", "GF", "GI", "GL", "GP", "GU", "HK", "KY", "MO", "MQ", "NC", "PF",
    "PR", "RE",
}  # fmt: skip
"""Places under another state's rule that news speak of by name."""

EXTRA = [("XK", "Pristina", "Pristina", "-")]
"""States without an ISO code of their own: code, capital in German and English, Wikidata id."""

CAPITALS: dict[str, tuple[str, str]] = {
    "AE": ("Abu Dhabi", ""),
    "AF": ("", ""),
    "AL": ("", ""),
    "AM": ("Eriwan|Jerewan", ""),
    "AT": ("Wien", ""),
    "AZ": ("", ""),
    "BE": ("Brüssel", ""),
    "BO": ("Sucre", ""),
    "BR": ("Brasília|Brasilia", "Brasília|Brasilia"),
    "CL": ("Santiago de Chile", "Santiago de Chile"),
    "CM": ("Yaoundé|Jaunde", "Yaoundé|Yaounde"),
    "CN": ("Peking|Beijing", "Beijing|Peking"),
    "CO": ("Bogotá|Bogota", "Bogotá|Bogota"),
    "CR": ("San José", "San José"),
    "CU": ("Havanna", ""),
    "CY": ("Nikosia", ""),
    "CZ": ("Prag", ""),
    "DK": ("Kopenhagen", ""),
    "DZ": ("Algier", ""),
    "EG": ("Kairo", ""),
    "ET": ("Addis Abeba", ""),
    "GE": ("Tiflis|Tbilissi", ""),
    "GR": ("Athen", ""),
    "GT": ("Guatemala-Stadt", ""),
    "HT": ("Port-au-Prince", ""),
    "IL": ("Jerusalem", ""),
    "IN": ("Neu-Delhi|Neu Delhi|Delhi", "New Delhi|Delhi"),
    "IQ": ("Bagdad", ""),
    "IR": ("Teheran", "Tehran|Teheran"),
    "IS": ("Reykjavík|Reykjavik", "Reykjavík|Reykjavik"),
    "IT": ("Rom", ""),
    "JP": ("Tokio|Tokyo", ""),
    "KG": ("Bischkek", ""),
    "KH": ("Phnom Penh", ""),
    "KP": ("Pjöngjang", ""),
    "KR": ("Seoul", ""),
    "KW": ("Kuwait-Stadt", ""),
    "KZ": ("Astana|Nur-Sultan", "Astana|Nur-Sultan"),
    "LB": ("Beirut", ""),
    "LY": ("Tripolis", ""),
    "MD": ("Chișinău|Chisinau|Kischinau", "Chișinău|Chisinau"),
    "MG": ("Antananarivo", ""),
    "MM": ("Naypyidaw", "Naypyidaw"),
    "MN": ("Ulan Bator|Ulaanbaatar", "Ulaanbaatar|Ulan Bator"),
    "MV": ("Malé", "Malé"),
    "MX": ("Mexiko-Stadt", ""),
    "NP": ("Kathmandu", ""),
    "OM": ("Maskat", ""),
    "PA": ("Panama-Stadt", ""),
    "PL": ("Warschau", ""),
    "PT": ("Lissabon", ""),
    "PY": ("Asunción|Asuncion", "Asunción|Asuncion"),
    "RO": ("Bukarest", ""),
    "RS": ("Belgrad", ""),
    "RU": ("Moskau", ""),
    "SA": ("Riad", ""),
    "SD": ("Khartum", ""),
    "SO": ("Mogadischu", ""),
    "SY": ("Damaskus", ""),
    "TD": ("N’Djamena|N'Djamena|Ndjamena", "N'Djamena|Ndjamena"),
    "TG": ("Lomé|Lome", "Lomé|Lome"),
    "TJ": ("Duschanbe", ""),
    "TM": ("Aschgabat", ""),
    "TW": ("Taipeh", ""),
    "UA": ("Kiew|Kyjiw", "Kyiv|Kiev"),
    "US": ("Washington|Washington D.C.|Washington DC", "Washington|Washington D.C.|Washington DC"),
    "UY": ("Montevideo", ""),
    "UZ": ("Taschkent", ""),
    "VN": ("Hanoi", ""),
    "YE": ("Sanaa", "Sanaa|Sana'a"),
}
"""Capitals whose German or usual name is not the one of the source."""

NO_CAPITAL = {
    "AG", "DJ", "GD", "GQ", "KI", "LU", "MC", "NR", "PS", "PW", "SC", "SG", "SM", "ST", "VA", "VC",
}  # fmt: skip
"""Capitals called as the state is, in dispute, or with a name too common to be told."""

ADJECTIVES: dict[str, tuple[str, str]] = {
    "AG": ("antiguanisch", "Antiguan"),
    "AR": ("argentinisch", "Argentine"),
    "BA": ("bosnisch", "Bosnian"),
    "BY": ("belarussisch", "Belarusian"),
    "CD": ("kongolesisch", "Congolese"),
    "CG": ("-", "-"),
    "CI": ("ivorisch", "Ivorian"),
    "CR": ("costa-ricanisch", "Costa Rican"),
    "DJ": ("dschibutisch", "Djiboutian"),
    "DM": ("dominicanisch", "-"),
    "DO": ("dominikanisch", "Dominican"),
    "EC": ("ecuadorianisch", "Ecuadorian"),
    "EH": ("westsaharisch", "Sahrawi"),
    "GB": ("britisch", "British"),
    "GL": ("grönländisch", "Greenlandic"),
    "GQ": ("äquatorialguineisch", "Equatorial Guinean"),
    "KZ": ("kasachisch", "Kazakh"),
    "LC": ("lucianisch", "Saint Lucian"),
    "KN": ("-", "Kittitian"),
    "KI": ("kiribatisch", "I-Kiribati"),
    "IM": ("-", "-"),
    "GW": ("guinea-bissauisch", "Bissau-Guinean"),
    "LI": ("liechtensteinisch", "-"),
    "LS": ("lesothisch", "Basotho"),
    "LU": ("luxemburgisch", "-"),
    "MK": ("nordmazedonisch", "North Macedonian"),
    "MD": ("moldauisch", "Moldovan"),
    "MC": ("monegassisch", "Monegasque"),
    "MM": ("myanmarisch", "Burmese"),
    "NE": ("nigrisch", "Nigerien"),
    "NG": ("nigerianisch", "Nigerian"),
    "NZ": ("neuseeländisch", "-"),
    "PG": ("papua-neuguineisch", "Papua New Guinean"),
    "PH": ("philippinisch", "Philippine"),
    "PK": ("pakistanisch", "Pakistani"),
    "PS": ("palästinensisch", "Palestinian"),
    "PR": ("puerto-ricanisch", "Puerto Rican"),
    "PT": ("portugiesisch", "Portuguese"),
    "SA": ("saudi-arabisch", "Saudi Arabian"),
    "SG": ("singapurisch", "Singaporean"),
    "SK": ("slowakisch", "Slovak"),
    "SI": ("slowenisch", "Slovene"),
    "SM": ("san-marinesisch", "Sammarinese"),
    "SO": ("somalisch", "Somali"),
    "SS": ("südsudanesisch", "South Sudanese"),
    "ST": ("são-toméisch", "São Toméan"),
    "SZ": ("eswatinisch", "Swazi"),
    "TM": ("turkmenisch", "Turkmen"),
    "TT": ("trinidadisch", "Trinidadian"),
    "UZ": ("usbekisch", "Uzbek"),
    "VA": ("vatikanisch", "-"),
    "VC": ("vincentisch", "Vincentian"),
    "AE": ("emiratisch", "Emirati"),
    "YE": ("jemenitisch", "Yemeni"),
    "XK": ("kosovarisch", "Kosovar"),
    "ME": ("montenegrinisch", "Montenegrin"),
    "NI": ("nicaraguanisch", "Nicaraguan"),
    "ES": ("spanisch", "Spanish"),
    "TL": ("osttimoresisch", "East Timorese"),
    "FO": ("färöisch", "Faroese"),
    "HK": ("-", "-"),
    "BW": ("botsuanisch", "Botswanan"),
    "SL": ("sierra-leonisch", "Sierra Leonean"),
    "LK": ("sri-lankisch", "Sri Lankan"),
    "VU": ("vanuatisch", "Ni-Vanuatu"),
    "GY": ("guyanisch", "Guyanese"),
}
"""Adjectives to take instead of those of the source; ``-``: none."""


GOVERNMENTS: dict[str, tuple[str, str]] = {
    "CG": ("Regierung der Republik Kongo", "Government of the Republic of the Congo"),
    "DM": ("Regierung von Dominica", "Government of Dominica"),
    "KN": ("Regierung von St. Kitts und Nevis", "Government of St. Kitts and Nevis"),
    "LI": ("Liechtensteiner Regierung", "Liechtenstein government"),
    "LU": ("Luxemburger Regierung", "Luxembourg government"),
    "NZ": ("", "New Zealand government"),
    "VA": ("Römische Kurie|Römischen Kurie", "Roman Curia"),
}
"""Names of governments beside those that adjectives give, German and English, by ISO code."""

CITY_STATES = {"city-berlin", "city-hamburg", "city-bremen"}
"""Cities that are federal states as well."""

PARTS = ("land-", "kanton-", "place-")
"""How the ids of parts of states begin."""

OF_PART = ("Kanton ", "Canton of ", "Land ")
"""What may stand before the name of a part of a state."""

Known = Mapping[tuple[str, str], set[str]]
"""Wikidata ids by ISO code of the state and name."""


def make_slug(name: str) -> str:
    """The part of an id that a German name gives: ``Österreich`` -> ``oesterreich``."""
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(letter, plain)
    plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain_name).split())


def join_names(*names: str) -> str:
    """All names, each once, in order, separated by ``|``; ``-`` without any."""
    parts = [n.strip() for name in names for n in name.split("|") if n.strip()]
    return "|".join(dict.fromkeys(parts)) or "-"


def split_table(path: Path) -> tuple[str, list[str]]:
    """The header of a table, and its lines below the mark."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[0], lines[lines.index(MARK) + 1 :]


def write_table(
    path: Path, rows: Iterable[list[str]], source: str, kept: list[str] | None = None
) -> None:
    """Replace the rows above the mark, and with ``kept`` those below it."""
    header, below = split_table(path)
    kept = below if kept is None else kept
    made = ["\t".join(row) for row in rows]
    path.write_text("\n".join([header, source, *made, MARK, *kept]) + "\n", encoding="utf-8")


def list_countries(codes: Path) -> list[tuple[str, bool, str, str]]:
    """Code, whether a state, capital and Wikidata id of each country to be written."""
    with codes.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for row in rows:
        code = row["ISO3166-1-Alpha-2"]
        state = row["is_independent"] == "Yes" or code in STATES_IN_CONTENTION
        if state or code in TERRITORIES:
            wikidata = row["wikidata_id"].rsplit("/", 1)[-1] or "-"
            found.append((code, state, row["Capital"].strip(), wikidata))
    return found + [(code, True, english, qid) for code, _, english, qid in EXTRA]


def name_country(code: str) -> tuple[str, str]:
    """The usual German and English name of a country."""
    if code in SHORT:
        return SHORT[code]
    english = Locale("en").territories[code].replace("Myanmar (Burma)", "Myanmar")
    return Locale("de").territories[code], english.replace("Türkiye", "Turkey|Türkiye")


def make_country_row(code: str, state: bool, wikidata: str) -> list[str]:
    """The row of one country."""
    german, english = name_country(code)
    more_german, more_english = ALIASES.get(code, ("", ""))
    kind, sector = ("state", "GOV") if state else ("place", "-")
    return [
        id_of(code, state),
        kind,
        join_names(german, more_german),
        join_names(english, more_english),
        code,
        sector,
        wikidata,
    ]


def id_of(code: str, state: bool) -> str:
    """The id of a country."""
    return f"{'state' if state else 'place'}-{make_slug(name_country(code)[0])}"


def make_capital_row(code: str, capital: str) -> list[str]:
    """The row of one capital."""
    german, english = CAPITALS.get(code, ("", ""))
    names = join_names(german or capital)
    slug = make_slug(names.split("|")[0])
    return [f"city-{slug}", "place", names, join_names(english or capital), code, "-", "-"]


def make_gazetteer(codes: Path) -> list[list[str]]:
    """The rows of states, territories and capitals."""
    countries = list_countries(codes)
    rows = [make_country_row(code, state, wikidata) for code, state, _, wikidata in countries]
    capitals = [
        make_capital_row(code, capital)
        for code, state, capital, _ in countries
        if state and capital and code not in NO_CAPITAL
    ]
    return rows + capitals


def make_adjectives(codes: Path, langs: Path, lang: str) -> list[list[str]]:
    """The rows of nationality adjectives of ``de`` or ``en``."""
    text = (langs / f"{lang}.json").read_text(encoding="utf-8")
    source: dict[str, str] = json.loads(text)["nationalities"]
    rows = []
    for code, state, _, _ in list_countries(codes):
        own = ADJECTIVES.get(code)
        word = own[LANGUAGE[lang]] if own else source.get(code, "-")
        if lang == "de":
            word = word.lower()
        if word != "-" and (own or (state and is_adjective(word, code))):
            rows.append([word, "adjective", id_of(code, state)])
    return rows


LANGUAGE = {"de": 0, "en": 1}


def is_adjective(word: str, code: str) -> bool:
    """Whether an entry of the source is an adjective; some are names of the country."""
    names = join_names(*name_country(code), *ALIASES.get(code, ("", ""))).lower().split("|")
    return not any(c in word for c in "(,;-") and word.lower() not in names


def read_adjectives(path: Path) -> dict[str, list[str]]:
    """The adjectives of each id of the gazetteer, in the order of a table of demonyms."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        word, pos, id = [*line.split("\t"), "", ""][:3]
        if pos == "adjective":
            found[id].append(word)
    return found


def decline_government(adjective: str) -> str:
    """What a German adjective makes of a government; "Schweizer" is not declined."""
    if adjective[0].isupper() and adjective.endswith("er"):
        return f"{adjective} Regierung"
    return f"{adjective}e Regierung|{adjective}en Regierung"


def make_government_rows(codes: Path, ontology: Path, kept: Iterable[list[str]]) -> list[list[str]]:
    """The governments of all states but those whose id or name is kept by hand."""
    german, english = (read_adjectives(ontology / lang / "demonyms.tsv") for lang in LANGUAGE)
    rows = []
    taken = {name for row in kept for name in (row[0], *row[2].split("|"), *row[3].split("|"))}
    for code, state, _, _ in list_countries(codes):
        id, own = id_of(code, state), GOVERNMENTS.get(code, ("", ""))
        names_de = join_names(*map(decline_government, german[id]), own[0])
        names_en = join_names(*(f"{word} government" for word in english[id]), own[1])
        government = f"government-{id.removeprefix('state-')}"
        if state and taken.isdisjoint([government, *names_de.split("|"), *names_en.split("|")]):
            rows.append([government, "government", names_de, names_en, code, "GOV", "-"])
    return rows


def list_parties(parties: Path, codes: Path) -> Known:
    """Wikidata ids of parties by the ISO code of their state and their exact name."""
    with codes.open(encoding="utf-8-sig", newline="") as lines:
        short = {r["ISO3166-1-Alpha-3"]: r["ISO3166-1-Alpha-2"] for r in csv.DictReader(lines)}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    with parties.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            for name in (row["name"], row["name_native"]):
                found[short.get(row["country"], "-"), name].add(row["wikidata_id"])
    return found


def list_territories() -> Known:
    """Wikidata ids of states and their parts, by the ISO code of the state and the name."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for territory in get_territories():
        state = territory.parent or territory
        if not territory.is_historical and territory.qid:
            found[state.code.upper(), territory.name].add(territory.qid)
    return found


def find_wikidata(row: list[str], known: Known) -> str:
    """The one id that a source gives to the names of a row in its country, or ``-``."""
    names = [name for cell in row[2:4] for name in cell.split("|") if name != "-"]
    bare = [name.removeprefix(prefix) for name in names for prefix in OF_PART]
    found = set().union(*(known.get((row[4], name), set()) for name in [*names, *bare]))
    return found.pop() if len(found) == 1 else "-"


def fill_wikidata(row: list[str], parties: Known, territories: Known) -> list[str]:
    """A row of the gazetteer with its Wikidata id, where a source states it."""
    id, kind = row[:2]
    is_part = id.startswith(PARTS) or id in CITY_STATES
    known = parties if kind == "party" else territories if is_part or kind == "state" else {}
    return [*row[:6], find_wikidata(row, known)] if row[6] == "-" else row


def write_gazetteer(codes: Path, parties: Path, ontology: Path, source: str) -> None:
    """Rewrite the made rows of the gazetteer, and fill in ids in all of them."""
    path = ontology / "gazetteer.tsv"
    below = [line.split("\t") for line in split_table(path)[1]]
    kept = [row for row in below if len(row) > 1]
    made = make_gazetteer(codes) + make_government_rows(codes, ontology, kept)
    known = list_parties(parties, codes), list_territories()
    filled = ["\t".join(fill_wikidata(row, *known) if len(row) > 1 else row) for row in below]
    write_table(path, [fill_wikidata(row, *known) for row in made], source, filled)


def main(codes: Path, langs: Path, parties: Path, ontology: Path) -> None:
    """Rewrite the made rows of the three tables."""
    origin = (
        "# Made by training/gazetteer.py from country-codes (PDDL), CLDR and i18n-nationality (MIT)"
    )
    for lang in LANGUAGE:
        path = ontology / lang / "demonyms.tsv"
        kept = {tuple(line.split("\t")[:2]) for line in split_table(path)[1]}
        rows = [r for r in make_adjectives(codes, langs, lang) if tuple(r[:2]) not in kept]
        write_table(path, rows, f"{origin}.")
    ids = "Wikidata ids also from PartyFacts (CC0) and rigour (MIT)"
    write_gazetteer(codes, parties, ontology, f"{origin}; {ids}.")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
