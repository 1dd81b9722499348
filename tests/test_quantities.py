"""Quantities: a table a language, what is no quantity, and laws for any text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import LexiconError
from kg.reading.quantities import find_quantities

CASES = [
    ("de", "es waren 30 auf Schiffen", "30", 30, 30, 30, False, None),
    ("de", "auf rund 15 000 - nach", "rund 15 000", 15000, 15000, 15000, True, None),
    ("de", "15 000 Menschen", "15 000 Menschen", 15000, 15000, 15000, False, "Menschen"),
    ("de", "15.000 Menschen", "15.000 Menschen", 15000, 15000, 15000, False, "Menschen"),
    ("de", "1,2 Millionen Euro", "1,2 Millionen Euro", 1.2e6, 1.2e6, 1.2e6, False, "Euro"),
    (
        "de",
        "seit 2015 rund 1200 IS-Kämpfer",
        "rund 1200 IS-Kämpfer",
        1200,
        1200,
        1200,
        True,
        "IS-Kämpfer",
    ),
    (
        "de",
        "2000 ausländische Kämpfer",
        "2000 ausländische Kämpfer",
        2000,
        2000,
        2000,
        False,
        "Kämpfer",
    ),
    (
        "de",
        "Wir haben Tausende IS-Kämpfer",
        "Tausende IS-Kämpfer",
        1000,
        1000,
        None,
        True,
        "IS-Kämpfer",
    ),
    ("de", "bis zu 20 Tote", "bis zu 20 Tote", 20, None, 20, False, "Tote"),
    (
        "de",
        "mehr als drei Millionen Menschen",
        "mehr als drei Millionen Menschen",
        3e6,
        3e6,
        None,
        False,
        "Menschen",
    ),
    ("de", "knapp 100 Menschen", "knapp 100 Menschen", 100, None, 100, True, "Menschen"),
    (
        "de",
        "mindestens zwölf Menschen",
        "mindestens zwölf Menschen",
        12,
        12,
        None,
        False,
        "Menschen",
    ),
    (
        "de",
        "zwischen 10 und 20 Personen",
        "zwischen 10 und 20 Personen",
        15,
        10,
        20,
        True,
        "Personen",
    ),
    (
        "de",
        "zwei bis drei Millionen Euro",
        "zwei bis drei Millionen Euro",
        2.5e6,
        2e6,
        3e6,
        True,
        "Euro",
    ),
    ("de", "41,9 % der Stimmen", "41,9 %", 41.9, 41.9, 41.9, False, "Prozent"),
    ("de", "fünfundzwanzig Menschen", "fünfundzwanzig Menschen", 25, 25, 25, False, "Menschen"),
    (
        "de",
        "dreitausendzweihundert Menschen",
        "dreitausendzweihundert Menschen",
        3200,
        3200,
        3200,
        False,
        "Menschen",
    ),
    ("de", "Haftbefehl gegen drei Iraker", "drei Iraker", 3, 3, 3, False, "Iraker"),
    ("de", "Es waren 12 Tote.", "12 Tote", 12, 12, 12, False, "Tote"),
    ("en", "about 15,000 fighters", "about 15,000 fighters", 15000, 15000, 15000, True, "fighters"),
    ("en", "two French soldiers", "two French soldiers", 2, 2, 2, False, "soldiers"),
    ("en", "twenty-five soldiers", "twenty-five soldiers", 25, 25, 25, False, "soldiers"),
    (
        "en",
        "tens of thousands of people",
        "tens of thousands of people",
        10000,
        10000,
        None,
        True,
        "people",
    ),
    ("en", "$5 million", "$5 million", 5e6, 5e6, 5e6, False, "dollars"),
    ("en", "10 to 20 people", "10 to 20 people", 15, 10, 20, True, "people"),
    ("en", "5,000 U.S. troops", "5,000 U.S. troops", 5000, 5000, 5000, False, "troops"),
    ("en", "up to 20 percent", "up to 20 percent", 20, None, 20, False, "percent"),
]

NONE = [
    ("de", "Der IS hatte 2014 den Höhepunkt"),
    ("de", "um 15.30 Uhr"),
    ("de", "gegen fünf Uhr"),
    ("de", "Karlsruher SC 2 : 2 (1 : 0)"),
    ("de", "am 3. Mai"),
    ("de", "der 16. Deutsche Bundestag"),
    ("de", "Artikel 68"),
    ("de", "Boeing 737 stürzte ab"),
    ("de", "der 67-jährige Pilot"),
    ("de", "Wittenberg (43) kam"),
    ("de", "siegte 3:1 gegen"),
    ("de", "§ 68"),
    ("de", "007 Agenten"),
    ("de", "eine Frau"),
    ("en", "the 3rd attempt"),
    ("en", "at 5 p.m."),
    ("en", "at 11:30"),
    ("en", "on May 3"),
    ("en", "Flight 123"),
    ("en", "a 37-year-old man"),
    ("en", "a man"),
]


@pytest.mark.parametrize(("lang", "text", "span", "value", "low", "high", "about", "unit"), CASES)
def test_quantity(lang, text, span, value, low, high, about, unit) -> None:  # type: ignore[no-untyped-def]
    (found,) = find_quantities(text, lang=lang)
    assert (found.text, found.unit, found.approximate) == (span, unit, about)
    assert (found.value, found.low, found.high) == (value, low, high)


@pytest.mark.parametrize(("lang", "text"), NONE)
def test_is_no_quantity(lang: str, text: str) -> None:
    assert find_quantities(text, lang=lang) == []


def test_an_unknown_language_is_loud() -> None:
    with pytest.raises(LexiconError):
        find_quantities("12 hommes", lang="fr")


PIECES = [
    "rund",
    "bis zu",
    "über",
    "15 000",
    "1.000",
    "1,5",
    "zwei",
    "drei",
    "Millionen",
    "Mio.",
    "Tausende",
    "zwischen",
    "und",
    "bis",
    "%",
    "$",
    "Euro",
    "Menschen",
    "große",
    "between",
    "and",
    "to",
    "hundred",
    "thousand",
    "twenty-two",
    "people",
    "99999999999999999999",
    "2014",
    "-",
    "fünfundzwanzig",
    "٣",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=60),
    st.sampled_from(["de", "en"]),
)
def test_laws(text: str, lang: str) -> None:
    last = 0
    for found in find_quantities(text, lang=lang):
        assert last <= found.start < found.end
        assert text[found.start : found.end] == found.text
        assert math.isfinite(found.value)
        assert found.low is None or found.low <= found.value
        assert found.high is None or found.value <= found.high
        last = found.end
