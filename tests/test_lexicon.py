"""The tables of words: they load, hold what they promise, and every example fits its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from treebank import draw, words_of

from kg.errors import LexiconError
from kg.knowing.entities import make_key, split_name
from kg.knowing.events import read_event_types
from kg.lexicon import (
    LANGUAGES,
    EventWord,
    GazetteerEntry,
    Lexicon,
    NegationWord,
    ontology_path,
    read_lexicon,
    read_table,
)
from kg.names import slug
from kg.reading.boundaries import Stretch, name_kind
from kg.reading.vocabulary import fold_name
from kg.records import MENTION_KINDS, MODALITIES, family_of

SECTORS = {
    "-", "AGR", "BUS", "COP", "CVL", "EDU", "GOV", "HLH", "IGO", "JRN", "JUD", "LAB", "LEG", "MIL",
    "NGO", "OPP", "PTY", "REB", "REF", "REL", "SPT", "SPY",
}  # fmt: skip
FLOORS = {
    "de": {"events": 1560, "reporting": 240, "modals": 140, "negation": 14, "roles": 430,
           "kinds": 420, "demonyms": 845, "words": 1000, "gazetteer": 1900,
           "holders": 1230},
    "en": {"events": 1140, "reporting": 140, "modals": 95, "negation": 12, "roles": 140,
           "kinds": 190, "demonyms": 480, "words": 770, "gazetteer": 1900,
           "holders": 1230},
}  # fmt: skip
"""Rows that each table has at least; raise them when a table grows."""

MADE = ("state-", "place-", "city-", "government-")
"""How the ids of the rows begin that ``training/gazetteer.py`` makes."""

KEYS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "events": lambda r: (r.lemma, r.pos, r.frame),
    "reporting": lambda r: (r.lemma, r.pos),
    "modals": lambda r: (r.lemma, r.pos, r.modality),
    "negation": lambda r: (r.word,),
    "roles": lambda r: (r.noun,),
    "kinds": lambda r: (r.noun,),
    "demonyms": lambda r: (r.word, r.pos),
    "words": lambda r: (r.word, r.kind),
    "gazetteer": lambda r: (r.id,),
    "holders": lambda r: (r.id, r.office_de, r.organisation, r.since),
}
WITHOUT_EXAMPLE = {"demonyms", "words", "gazetteer", "holders"}

PARTICLES = [
    "auseinander", "entgegen", "wieder", "zurecht", "zurück", "zusammen", "durch", "herbei",
    "hervor", "hinter", "nieder", "sicher", "ein", "fest", "frei", "fort", "heran", "heraus",
    "hinaus", "hinzu", "lahm", "nahe", "teil", "voran", "voraus", "vorher", "vor", "ver",
    "weiter", "ab", "an", "auf", "aus", "bei", "dar", "her", "hin", "klar", "los", "mit",
    "nach", "statt", "um", "unter", "zu", "über", "weg", "bloß", "bereit", "bekannt", "überein",
    "be", "ent", "er", "ge", "zer",
]  # fmt: skip
"""Particles and prefixes, separable or not."""

FORMS = {
    "ally": "allied allies", "ban": "banned", "beg": "begged", "bring": "brought",
    "bringen": "brachte", "buy": "bought",
    "come": "came", "denken": "denkt dachte", "fight": "fought", "flee": "fled",
    "gehen": "ging gingen geht", "get": "gets", "give": "gave", "go": "goes going went",
    "gun": "gunned", "n't": "didn't", "haben": "hat haben", "have": "had", "hold": "held",
    "lay": "laid", "leave": "left", "lend": "lent", "leiden": "litt", "make": "made", "meet": "met",
    "mug": "mugged", "nab": "nabbed", "nehmen": "nahm nahmen nimmt genommen",
    "pay": "paid", "rob": "robbed", "run": "ran running", "say": "said", "see": "saw",
    "seek": "seek sought", "sell": "sold", "send": "sent", "sit": "sat", "spy": "spied",
    "shoot": "shot", "stand": "stood", "stehen": "stand standen steht", "strike": "struck",
    "take": "took", "tell": "told", "tie": "ties", "try": "tried", "win": "won",
    "üben": "übte übten", "bauen": "baut", "ziehen": "zog zogen zieht",
}  # fmt: skip
"""Forms of verbs whose consonants change, or that are too short to be told by them."""


def fold(text: str) -> str:
    """Lower case without umlauts."""
    return text.lower().translate(str.maketrans("äöüß", "aous"))


def bones(text: str) -> str:
    """The consonants of a word, doubled ones once: what ablaut leaves."""
    return re.sub(r"(.)\1", r"\1", re.sub(r"[aeiouy]", "", fold(text)))


def is_stem_of(stem: str, token: str) -> bool:
    """Does the token begin with the consonants of the stem, perhaps behind ge- or zu-?"""
    starts = [token, token.removeprefix("ge"), token.removeprefix("zu")]
    return len(stem) > 1 and any(bones(s).startswith(stem) for s in starts)


def shows_verb(verb: str, tokens: list[str]) -> bool:
    """Is a form of the verb among the tokens, its particle joined or apart?"""
    stem = re.sub(r"(?<=\w{3})(?:en|n|e|y)$", "", verb)
    if any(is_stem_of(bones(stem), t) for t in tokens):
        return True
    for particle in (p for p in map(fold, PARTICLES) if verb.startswith(p)):
        rest = verb.removeprefix(particle)
        joined = [t.removeprefix(particle) for t in tokens if t.startswith(particle)]
        if rest and shows_part(rest, joined):
            return True
        if rest and particle in tokens and shows_part(rest, tokens):
            return True
    return False


def shows_part(word: str, tokens: list[str]) -> bool:
    """Is one word there: a listed form, its first letters, or its consonants?"""
    listed = [fold(f) for k, forms in FORMS.items() if fold(k) == word for f in forms.split()]
    if any(t in (f, "ge" + f, "zu" + f) for f in (*listed, word) for t in tokens):
        return True
    if len(word) < 4:
        forms = re.compile(re.escape(word) + "(?:s|e?d|ing)?")
        return any(forms.fullmatch(t) for t in tokens)
    stem = word[: max(4, len(word) - 2)]
    return any(stem in t for t in tokens) or shows_verb(word, tokens)


def shows(word: str, example: str) -> bool:
    """Does the example hold a form of each part of the word? Loose, but able to say no.

    >>> shows("aufrufen", "Die Stadt rief zur Hilfe auf."), shows("aufrufen", "Sie ruft an.")
    (True, False)
    """
    tokens = re.findall(r"[\w'’.-]*\w", fold(example))
    tokens += [part for t in tokens for part in t.split("-") if "-" in t]
    return all(shows_part(part, tokens) for part in fold(word).split())


def rows_of(lang: str, table: str) -> Iterable[Any]:
    """The rows of one table."""
    return getattr(read_lexicon(lang), table)  # type: ignore[no-any-return]


def word_of(row: Any) -> str:
    """The word that a row is about."""
    return next(str(getattr(row, name)) for name in ("lemma", "noun", "word") if hasattr(row, name))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", KEYS)
def test_each_table_has_its_rows_and_no_key_twice(lang: str, table: str) -> None:
    keys = [KEYS[table](row) for row in rows_of(lang, table)]
    assert len(keys) >= FLOORS[lang][table]
    assert not [key for key, count in Counter(keys).items() if count > 1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", [t for t in KEYS if t not in WITHOUT_EXAMPLE])
def test_each_example_holds_its_word(lang: str, table: str) -> None:
    rows = [(word_of(row), row.example) for row in rows_of(lang, table)]
    assert not [(word, example) for word, example in rows if not shows(word, example)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_example_is_one_short_sentence(lang: str) -> None:
    for table in ("events", "reporting", "modals", "negation", "roles", "kinds"):
        examples = [row.example for row in rows_of(lang, table)]
        assert not [e for e in examples if not re.fullmatch(r"\S.{5,110}\.", e)]


@pytest.mark.parametrize(
    ("word", "example"),
    [
        ("aufrufen", "Der Minister reiste ab."),
        ("aufrufen", "Die Stadt rief an."),
        ("Festnahme", "Die Polizei nahm zwei Männer mit."),
        ("Kritik üben", "Die Opposition übte Nachsicht."),
        ("withdraw", "The troops left the city."),
        ("gehen", "Die Stadt gab Geld."),
    ],
)
def test_the_check_of_examples_can_say_no(word: str, example: str) -> None:
    assert not shows(word, example)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_event_words_are_of_the_sixteen_types(lang: str) -> None:
    known = {*read_event_types(), ("-", "-")}
    words: tuple[EventWord, ...] = read_lexicon(lang).events
    assert not [w for w in words if (w.type, w.mode) not in known]
    assert {w.pos for w in words} == {"verb", "noun", "light"}
    assert {w.type for w in words} == {type for type, _ in known}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_light_verbs_are_noun_and_verb(lang: str) -> None:
    assert not [w for w in read_lexicon(lang).events if w.pos == "light" and " " not in w.lemma]


@pytest.mark.parametrize(
    ("lang", "verbs"),
    [
        ("de", "geben machen gehen erreichen verlieren gewinnen kommen bringen halten finden"),
        ("en", "give make go reach lose win come hold show find take"),
    ],
)
def test_everyday_verbs_stay_untyped(lang: str, verbs: str) -> None:
    found = {w.lemma: w.type for w in read_lexicon(lang).events if w.pos == "verb"}
    assert {found[v] for v in verbs.split()} == {"-"}


@pytest.mark.parametrize(
    ("lemma", "frame", "type", "mode"),
    [
        ("angreifen", "-", "Assault", "-"),
        ("aufrufen", "zu", "Request", "-"),
        ("auffordern", "-", "Request", "-"),
        ("festnehmen", "-", "Coerce", "arrest"),
        ("zurücktreten", "-", "Retreat", "resign"),
        ("verurteilen", "zu", "Sanction", "convict"),
        ("verurteilen", "-", "Accuse", "disapprove"),
        ("drohen", "clause", "-", "-"),
        ("drohen", "dative", "Threaten", "-"),
        ("abziehen", "aus", "Retreat", "withdraw"),
        ("abziehen", "von", "-", "-"),
        ("warnen", "vor", "-", "-"),
        ("liefern", "dative", "Aid", "-"),
        ("liefern", "-", "-", "-"),
        ("demonstrieren", "accusative", "-", "-"),
        ("Rücktritt fordern", "-", "Request", "change"),
        ("Todesopfer fordern", "-", "-", "-"),
        ("Gespräch abbrechen", "-", "Reject", "meet"),
        ("Entschuldigung bitten", "um", "Support", "-"),
    ],
)
def test_the_frame_decides(lemma: str, frame: str, type: str, mode: str) -> None:
    found = {(w.lemma, w.frame): (w.type, w.mode) for w in read_lexicon("de").events}
    assert found[lemma, frame] == (type, mode)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_come_from_closed_sets(lang: str) -> None:
    lexicon = read_lexicon(lang)
    reporting = {(r.kind, r.stance) for r in lexicon.reporting}
    kinds = {"say", "ask", "demand", "announce", "think", "perceive"}
    assert {kind for kind, _ in reporting} == kinds
    assert {stance for _, stance in reporting} == {"neutral", "affirm", "deny", "doubt"}
    assert {r.pos for r in lexicon.reporting} == {"verb", "noun", "preposition", "adverb"}
    assert {m.modality for m in lexicon.modals} <= {*MODALITIES, "hearsay"} - {"asserted"}
    assert {m.pos for m in lexicon.modals} == {"verb", "adverb", "governor"}
    assert {k.kind for k in lexicon.kinds} <= set(MENTION_KINDS)
    assert {k.sector for k in lexicon.kinds} | {r.sector for r in lexicon.roles} <= SECTORS
    assert {entry.sector for entry in lexicon.gazetteer} <= SECTORS
    assert {d.pos for d in lexicon.demonyms} == {"adjective", "noun"}


def test_no_governor_leaves_its_clause_asserted() -> None:
    """Hearsay is no modality of a statement: a governor that lent it would lend nothing."""
    words = [m for lang in LANGUAGES for m in read_lexicon(lang).modals if m.pos == "governor"]
    assert not [m for m in words if m.modality not in MODALITIES]


@pytest.mark.parametrize(
    ("lang", "kind", "least"),
    [
        *((lang, f"first_name_{sex}", 150) for lang in LANGUAGES for sex in ("male", "female")),
        *((lang, kind, 3) for lang in LANGUAGES for kind in ("title", "copula", "auxiliary")),
        *((lang, kind, 10) for lang in LANGUAGES for kind in ("hedge_number", "light_verb")),
    ],
)
def test_closed_lists_are_there(lang: str, kind: str, least: int) -> None:
    assert len(read_lexicon(lang).words_of(kind)) >= least


@pytest.mark.parametrize(
    ("kinds", "least"),
    [
        ({"state"}, 197),
        ({"government"}, 220),
        ({"international_organisation", "armed_group"}, 240),
        ({"media"}, 210),
        ({"party"}, 300),
        ({"alliance"}, 18),
        ({"military"}, 18),
    ],
)
def test_the_gazetteer_has_many_of_each_kind(kinds: set[str], least: int) -> None:
    assert len([e for e in read_lexicon("de").gazetteer if e.kind in kinds]) >= least


HOMONYMS = {
    "frankfurt": {"city-frankfurt-am-main", "city-frankfurt-an-der-oder"},
    "opec": {"org-opec", "alliance-opec-plus"},
}
"""Names that two entries share on purpose once case, hyphens and brackets are gone:
which of the two is meant is left open."""


def test_no_name_belongs_to_two_entries_of_the_gazetteer() -> None:
    plain: dict[str, set[str]] = {}
    folded: dict[str, set[str]] = {}
    for entry in read_lexicon("de").gazetteer:
        for name in entry.names:
            plain.setdefault(name, set()).add(entry.id)
            folded.setdefault(make_key(split_name(name, family_of(entry.kind))), set()).add(
                entry.id
            )
    assert not {name: ids for name, ids in plain.items() if len(ids) > 1}
    assert {name: ids for name, ids in folded.items() if len(ids) > 1} == HOMONYMS


SAME_STEM = {("us", "marin"), ("u.s.", "marin")}
"""The navy and the marine corps of the United States, told by the -s."""


def test_no_two_entries_differ_only_in_endings() -> None:
    found: dict[tuple[str, ...], set[str]] = {}
    for entry in read_lexicon("de").gazetteer:
        for name in entry.names:
            words = fold_name(name.split())
            if len(words) > 1:
                found.setdefault(words, set()).add(entry.id)
    assert {words for words, ids in found.items() if len(ids) > 1} <= SAME_STEM


MISFIRING = [
    *("Welt", "Zeit", "Bild", "Stern", "Focus", "Blick", "Volt", "Kurier", "Standard", "Profil"),
    *("Linke", "Mitte", "Basis", "Heimat", "Zentrum", "Presse", "Arte", "Politiken", "Home Office"),
    *("PS", "SP", "SDP", "PSD", "LKR", "BIS", "EG", "MEK", "ERC", "NDP", "GPS", "EBA", "MILF"),
]
"""Names that mean something else more often than not: ordinary words, ambiguous acronyms."""


def test_ordinary_words_are_no_names() -> None:
    names = {name for entry in read_lexicon("de").gazetteer for name in entry.names}
    assert not names.intersection(MISFIRING)


def test_gazetteer_cells_are_well_formed() -> None:
    for entry in read_lexicon("de").gazetteer:
        assert re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)+", entry.id), entry
        assert entry.kind in MENTION_KINDS, entry
        assert entry.names, entry
        assert re.fullmatch(r"[A-Z]{2}|-", entry.country), entry
        assert re.fullmatch(r"Q[0-9]+|-", entry.wikidata), entry
        assert not [name for name in entry.names if name != name.strip()], entry


@pytest.mark.parametrize(
    ("name", "id", "kind"),
    [
        ("USA", "state-vereinigte-staaten", "state"),
        ("Großbritannien", "state-vereinigtes-koenigreich", "state"),
        ("Weißrussland", "state-belarus", "state"),
        ("IS", "armed-islamischer-staat", "armed_group"),
        ("Syrische Demokratische Kräfte", "armed-sdf", "armed_group"),
        ("Vereinten Nationen", "org-vereinte-nationen", "international_organisation"),
        ("Weißes Haus", "government-vereinigte-staaten", "government"),
        ("US-Regierung", "government-vereinigte-staaten", "government"),
        ("Nato", "alliance-nato", "alliance"),
        ("SPD", "party-spd", "party"),
        ("dpa", "media-dpa", "media"),
        ("Bayern", "land-bayern", "place"),
        ("Kyiv", "city-kiew", "place"),
        ("afghanische Regierung", "government-afghanistan", "government"),
        ("Schweizer Regierung", "government-schweiz", "government"),
        ("New Zealand government", "government-neuseeland", "government"),
        ("Kreml", "government-russland", "government"),
        ("Ballhausplatz", "government-oesterreich", "government"),
        ("Kanton Zürich", "kanton-zuerich", "place"),
        ("Weltklimarat", "org-weltklimarat", "international_organisation"),
        ("Polisario", "armed-polisario", "armed_group"),
        ("KPÖ", "party-kpoe", "party"),
        ("Fianna Fáil", "party-fianna-fail", "party"),
        ("Kleine Zeitung", "media-kleine-zeitung", "media"),
    ],
)
def test_well_known_names(name: str, id: str, kind: str) -> None:
    found = [(e.id, e.kind) for e in read_lexicon("de").gazetteer if name in e.names]
    assert found == [(id, kind)]


STATES_WITHOUT_ADJECTIVE = {
    "de": {"CG", "KN"},
    "en": {"CG", "DM", "LI", "NZ", "VA"},
}
"""Countries whose adjective is another's too ("Congolese"), or that have none."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_has_an_adjective_and_a_government(lang: str) -> None:
    lexicon = read_lexicon(lang)
    states = {e.id: e.country for e in lexicon.gazetteer if e.kind == "state"}
    adjectives: dict[str, list[str]] = {}
    for demonym in lexicon.demonyms:
        if demonym.pos == "adjective" and demonym.id in states:
            adjectives.setdefault(states[demonym.id], []).append(demonym.word)
    assert set(states.values()) - set(adjectives) == STATES_WITHOUT_ADJECTIVE[lang]
    governments = {e.country: set(e.names) for e in find_governments(lexicon)}
    assert set(governments) == set(states.values())
    for country, words in adjectives.items():
        spelled = {f"{word}{end}" for word in words for end in (" government", "e Regierung")}
        spelled |= {f"{word} Regierung" for word in words}
        assert spelled & governments[country] or country == "VA", country


def find_governments(lexicon: Lexicon) -> list[GazetteerEntry]:
    """The one row of each country that names its government as a whole."""
    rows = [e for e in lexicon.gazetteer if e.kind == "government"]
    whole = re.compile(r"regierung|government|kurie", re.IGNORECASE)
    return [e for e in rows if whole.search(" ".join(e.names))]


def test_no_state_has_two_governments() -> None:
    found = Counter(entry.country for entry in find_governments(read_lexicon("de")))
    assert {country for country, count in found.items() if count > 1} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_has_inhabitants(lang: str) -> None:
    lexicon = read_lexicon(lang)
    nouns = {d.id for d in lexicon.demonyms if d.pos == "noun"}
    states = {e.id: e.country for e in lexicon.gazetteer if e.kind == "state"}
    without = {country for id, country in states.items() if id not in nouns}
    allowed = {"CG", "DM", "KN", "PS", "ST", "VA"}
    assert without <= allowed


LAENDER = {
    "DE": "Baden-Württemberg|Bayern|Berlin|Brandenburg|Bremen|Hamburg|Hessen|Niedersachsen"
    "|Mecklenburg-Vorpommern|Nordrhein-Westfalen|Rheinland-Pfalz|Saarland|Sachsen"
    "|Sachsen-Anhalt|Schleswig-Holstein|Thüringen",
    "AT": "Burgenland|Kärnten|Land Salzburg|Land Wien|Niederösterreich|Oberösterreich"
    "|Steiermark|Tirol|Vorarlberg",
    "CH": "Aargau|Appenzell Ausserrhoden|Appenzell Innerrhoden|Basel-Landschaft|Basel-Stadt"
    "|Graubünden|Kanton Bern|Kanton Freiburg|Kanton Genf|Kanton Glarus|Kanton Jura"
    "|Kanton Luzern|Kanton Neuenburg|Kanton Schaffhausen|Kanton Schwyz|Kanton Solothurn"
    "|Kanton St. Gallen|Kanton Uri|Kanton Wallis|Kanton Zug|Kanton Zürich|Nidwalden"
    "|Obwalden|Tessin|Thurgau|Waadtland",
}


@pytest.mark.parametrize("country", LAENDER)
def test_all_federal_states_and_cantons_are_there(country: str) -> None:
    found = {n: e for e in read_lexicon("de").gazetteer if e.country == country for n in e.names}
    rows = [found[name] for name in LAENDER[country].split("|")]
    assert {row.kind for row in rows} == {"place"}
    assert len({row.id for row in rows}) == {"DE": 16, "AT": 9, "CH": 26}[country]
    if country != "AT":
        assert "-" not in {row.wikidata for row in rows}


@pytest.mark.parametrize("name", ["Zürich", "Bern", "Luzern", "Basel", "Genf", "Salzburg", "Wien"])
def test_a_town_is_not_its_canton(name: str) -> None:
    (found,) = (e for e in read_lexicon("de").gazetteer if name in e.names)
    assert found.id.startswith("city-")


def test_a_wikidata_id_belongs_to_one_entry() -> None:
    ids = Counter(e.wikidata for e in read_lexicon("de").gazetteer if e.wikidata != "-")
    assert not [id for id, count in ids.items() if count > 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_demonyms_point_into_the_gazetteer(lang: str) -> None:
    lexicon = read_lexicon(lang)
    known = {entry.id for entry in lexicon.gazetteer}
    assert not [d for d in lexicon.demonyms if d.id not in known]


@pytest.mark.parametrize(
    ("lang", "word", "pos", "id"),
    [
        ("de", "US-amerikanisch", "adjective", "state-vereinigte-staaten"),
        ("de", "kurdisch", "adjective", "group-kurden"),
        ("de", "Französin", "noun", "state-frankreich"),
        ("de", "nigrisch", "adjective", "state-niger"),
        ("de", "nigerianisch", "adjective", "state-nigeria"),
        ("de", "Berliner", "adjective", "city-berlin"),
        ("en", "Dutch", "adjective", "state-niederlande"),
        ("en", "Briton", "noun", "state-vereinigtes-koenigreich"),
    ],
)
def test_well_known_demonyms(lang: str, word: str, pos: str, id: str) -> None:
    found = {(d.word, d.pos): d.id for d in read_lexicon(lang).demonyms}
    assert found[word, pos] == id


def test_rows_of_one_holder_agree() -> None:
    people: dict[str, set[tuple[str, ...]]] = {}
    for row in read_lexicon("de").holders:
        same = (row.name, row.aliases, row.gender, row.wikidata)
        people.setdefault(row.id, set()).add(same)
    assert len(people) >= 970
    assert not {id: rows for id, rows in people.items() if len(rows) > 1}


def test_holders_are_the_same_in_both_languages() -> None:
    assert read_lexicon("de").holders == read_lexicon("en").holders


def test_cells_of_holders_are_well_formed() -> None:
    lexicon = read_lexicon("de")
    countries = {entry.id: entry.country for entry in lexicon.gazetteer}
    for row in lexicon.holders:
        assert row.id == "person-" + slug(row.name), row
        assert row.gender in ("m", "f"), row
        assert row.organisation in countries or row.organisation == "-", row
        assert row.country == countries.get(row.organisation, row.country), row
        assert re.fullmatch(r"[A-Z]{2}|-", row.country), row
        assert re.fullmatch(r"Q[1-9][0-9]*|-", row.wikidata), row
        spellings = [row.name] if row.aliases == "-" else [row.name, *row.aliases.split("|")]
        assert list(row.names) == spellings, row


def test_holders_have_dates_in_order() -> None:
    date = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
    for row in read_lexicon("de").holders:
        ends = [end for end in (row.since, row.until) if end != "-"]
        assert all(date.fullmatch(end) for end in ends), row
        shared = min(map(len, ends), default=0)  # a year and a day compare as years
        assert [end[:shared] for end in ends] == sorted(end[:shared] for end in ends), row


def test_no_name_belongs_to_two_holders_or_to_the_gazetteer() -> None:
    lexicon = read_lexicon("de")
    owners: dict[str, set[str]] = {}
    named = [(e.names, e.id) for e in lexicon.gazetteer]
    for names, id in named + [(row.names, row.id) for row in lexicon.holders]:
        for name in names:
            owners.setdefault(name, set()).add(id)
    assert not {name: ids for name, ids in owners.items() if len(ids) > 1}


@pytest.mark.parametrize(
    ("name", "id", "wikidata"),
    [
        ("Merkel", "person-angela-merkel", "Q567"),
        ("Vladimir Putin", "person-wladimir-putin", "-"),
        ("Moammar Gadhafi", "person-muammar-al-gaddafi", "-"),
        ("Gerhard Schröder", "person-gerhard-schroeder", "-"),
        ("Pope Francis", "person-franziskus", "-"),
    ],
)
def test_well_known_holders(name: str, id: str, wikidata: str) -> None:
    rows = [row for row in read_lexicon("en").holders if name in row.names]
    assert {(row.id, row.wikidata) for row in rows} == {(id, wikidata)}


@pytest.mark.parametrize("surname", ["Bush", "Clinton", "Fischer", "Kohl", "May", "Kim"])
def test_surnames_of_many_stand_alone_for_no_holder(surname: str) -> None:
    assert not [row for row in read_lexicon("de").holders if surname in row.names]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_dictionary_forms_without_stray_spaces(lang: str) -> None:
    lexicon: Lexicon = read_lexicon(lang)
    for table in KEYS:
        for row in getattr(lexicon, table):
            cells = [getattr(row, name) for name in type(row).__slots__]
            assert not [c for c in cells if c != " ".join(c.split())], row
    if lang == "de":
        verbs = [w.lemma for w in lexicon.events if w.pos == "verb"]
        assert not [v for v in verbs if not re.fullmatch(r"[a-zäöüß]+n", v)]
        nouns = [w.lemma for w in lexicon.events if w.pos == "noun"]
        assert not [n for n in nouns if not n[0].isupper()]


def test_a_broken_table_names_file_and_line(tmp_path: Path) -> None:
    table = tmp_path / "negation.tsv"
    table.write_text("# words\nword\texample\nnicht\tNicht heute.\nnie\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"negation\.tsv:4"):
        list(read_table(table, NegationWord))


def test_the_gazetteer_keeps_the_line_that_its_recipe_needs() -> None:
    lines = ontology_path("lexicon", "gazetteer.tsv").read_text(encoding="utf-8").splitlines()
    mark = lines.index("# Kept by hand.")
    made, kept = lines[2:mark], lines[mark + 1 :]
    assert all(line.split("\t")[0].startswith(MADE) for line in made)
    assert not [line for line in kept if line.startswith("state-")]
    assert list(read_table(ontology_path("lexicon", "gazetteer.tsv"), GazetteerEntry))


def test_every_head_tells_the_kind_of_its_example() -> None:
    heads = read_lexicon("de").heads
    assert len({head.word for head in heads}) == len(heads) >= 80
    words = words_of("de")
    for head in heads:
        line = " ".join(
            f"{w}/NE/{'flat<kam' if n else 'nsubj<kam'}" for n, w in enumerate(head.example.split())
        )
        tree = draw(line + " kam/VVFIN/root .")
        for kind in ("organisation", "person"):
            told = name_kind(tree, words, Stretch(0, len(tree) - 2, kind))
            assert told == (head.kind if head.sure == "yes" or kind != "person" else kind), head
