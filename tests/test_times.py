"""Time expressions: a table a language, and laws for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.reading.times import find_times

FRIDAY = "2019-08-02"

GERMAN = [
    ("nachdem 1994 auf See gestorben war", "1994", "1994-01-01", "1995-01-01", "year"),
    (
        "Sales sagte am Donnerstag (Ortszeit) zu",
        "am Donnerstag (Ortszeit)",
        "2019-08-01",
        "2019-08-02",
        "day",
    ),
    ("der am Donnerstagabend kam", "am Donnerstagabend", "2019-08-01", "2019-08-02", "day"),
    ("am späten Freitagabend kam er", "am späten Freitagabend", "2019-08-02", "2019-08-03", "day"),
    ("am heutigen Freitag kam er", "am heutigen Freitag", "2019-08-02", "2019-08-03", "day"),
    ("am vergangenen Freitag", "am vergangenen Freitag", "2019-07-26", "2019-07-27", "day"),
    ("am kommenden Freitag", "am kommenden Freitag", "2019-08-09", "2019-08-10", "day"),
    (
        "am Montag vergangener Woche",
        "am Montag vergangener Woche",
        "2019-07-22",
        "2019-07-23",
        "day",
    ),
    ("in der Nacht zum Dienstag", "in der Nacht zum Dienstag", "2019-07-29", "2019-07-31", "day"),
    ("am Wochenende", "am Wochenende", "2019-07-27", "2019-07-29", "day"),
    ("am 3. Mai", "am 3. Mai", "2019-05-03", "2019-05-04", "day"),
    ("am 15. Dezember", "am 15. Dezember", "2019-12-15", "2019-12-16", "day"),
    ("am 3. Mai 2017", "am 3. Mai 2017", "2017-05-03", "2017-05-04", "day"),
    ("03.05.2019", "03.05.2019", "2019-05-03", "2019-05-04", "day"),
    ("2019-05-03", "2019-05-03", "2019-05-03", "2019-05-04", "day"),
    (
        "am Freitag, dem 3. Dezember 2004,",
        "am Freitag, dem 3. Dezember 2004",
        "2004-12-03",
        "2004-12-04",
        "day",
    ),
    ("vom 3. bis 5. Mai", "vom 3. bis 5. Mai", "2019-05-03", "2019-05-06", "day"),
    ("Der IS hatte im März verloren", "im März", "2019-03-01", "2019-04-01", "month"),
    ("im Dezember", "im Dezember", "2018-12-01", "2019-01-01", "month"),
    ("im August", "im August", "2019-08-01", "2019-09-01", "month"),
    ("im März 2017", "im März 2017", "2017-03-01", "2017-04-01", "month"),
    (
        "im März vergangenen Jahres",
        "im März vergangenen Jahres",
        "2018-03-01",
        "2018-04-01",
        "month",
    ),
    ("Anfang März", "Anfang März", "2019-03-01", "2019-03-12", "week"),
    ("Ende Juli", "Ende Juli", "2019-07-21", "2019-08-01", "week"),
    ("von Januar bis März 2019", "von Januar bis März 2019", "2019-01-01", "2019-04-01", "month"),
    ("seit 2015", "seit 2015", "2015-01-01", None, "year"),
    ("seit dem Jahr 2015 rund 1200 Kämpfer", "seit dem Jahr 2015", "2015-01-01", None, "year"),
    ("bis Ende 2020", "bis Ende 2020", None, "2021-01-01", "season"),
    ("bis Freitag", "bis Freitag", None, "2019-08-03", "day"),
    ("ab Montag", "ab Montag", "2019-08-05", None, "day"),
    ("vor 2015", "vor 2015", None, "2015-01-01", "year"),
    ("Der IS hatte 2014 den Höhepunkt", "2014", "2014-01-01", "2015-01-01", "year"),
    (
        "in den Jahren 2010 bis 2012",
        "in den Jahren 2010 bis 2012",
        "2010-01-01",
        "2013-01-01",
        "year",
    ),
    ("zwischen 2010 und 2012", "zwischen 2010 und 2012", "2010-01-01", "2013-01-01", "year"),
    ("er kam gestern an", "gestern", "2019-08-01", "2019-08-02", "day"),
    ("er kommt heute Abend", "heute Abend", "2019-08-02", "2019-08-03", "day"),
    ("vergangene Woche", "vergangene Woche", "2019-07-22", "2019-07-29", "week"),
    ("im nächsten Jahr", "im nächsten Jahr", "2020-01-01", "2021-01-01", "year"),
    ("im Vorjahr", "im Vorjahr", "2018-01-01", "2019-01-01", "year"),
    ("Ende vergangenen Jahres", "Ende vergangenen Jahres", "2018-09-01", "2019-01-01", "season"),
    ("vor drei Tagen", "vor drei Tagen", "2019-07-30", "2019-07-31", "day"),
    ("vor rund zwei Jahren", "vor rund zwei Jahren", "2017-01-01", "2018-01-01", "year"),
    ("seit drei Jahren", "seit drei Jahren", "2016-08-02", None, "year"),
    ("in den vergangenen Jahren", "in den vergangenen Jahren", None, "2019-08-03", "year"),
    ("im Sommer 2018", "im Sommer 2018", "2018-06-01", "2018-09-01", "season"),
    ("in den 1990er Jahren", "in den 1990er Jahren", "1990-01-01", "2000-01-01", "decade"),
    ("im ersten Quartal", "im ersten Quartal", "2019-01-01", "2019-04-01", "season"),
    ("drei Tage später kam er", "drei Tage später", None, None, "day"),
]

ENGLISH = [
    ("he said on Thursday that", "on Thursday", "2019-08-01", "2019-08-02", "day"),
    ("last week", "last week", "2019-07-22", "2019-07-29", "week"),
    ("in March", "in March", "2019-03-01", "2019-04-01", "month"),
    ("early March", "early March", "2019-03-01", "2019-03-12", "week"),
    ("since 2015", "since 2015", "2015-01-01", None, "year"),
    ("on May 3", "on May 3", "2019-05-03", "2019-05-04", "day"),
    ("on May 3, 2017, he", "on May 3, 2017", "2017-05-03", "2017-05-04", "day"),
    ("3 May 2019", "3 May 2019", "2019-05-03", "2019-05-04", "day"),
    ("yesterday", "yesterday", "2019-08-01", "2019-08-02", "day"),
    ("next year", "next year", "2020-01-01", "2021-01-01", "year"),
    ("in the 1990s", "in the 1990s", "1990-01-01", "2000-01-01", "decade"),
    ("three days ago", "three days ago", "2019-07-30", "2019-07-31", "day"),
    ("from 2010 to 2012", "from 2010 to 2012", "2010-01-01", "2013-01-01", "year"),
    ("between 2010 and 2012", "between 2010 and 2012", "2010-01-01", "2013-01-01", "year"),
    ("earlier this week", "earlier this week", "2019-07-29", "2019-08-03", "week"),
    ("in the summer of 2018", "in the summer of 2018", "2018-06-01", "2018-09-01", "season"),
    ("over the past three years", "over the past three years", "2016-08-02", "2019-08-03", "year"),
    ("by 2030", "by 2030", None, "2031-01-01", "year"),
]

NO_TIME = [
    ("de", "2000 ausländische Kämpfer"),
    ("de", "rund 2000 Kämpfer"),
    ("de", "2014 Menschen starben"),
    ("de", "damals und mittlerweile"),
    ("de", "Guten Morgen"),
    ("de", "die Agenda 2010"),
    ("de", "am 31. Februar"),
    ("de", "gegen 15.30 Uhr"),
    ("de", "wie Jerzy Montag sagte"),
    ("en", "he may go"),
    ("en", "the March on Rome"),
    ("en", "2014 people"),
    ("en", "in 2000 cases"),
]


@pytest.mark.parametrize(("text", "span", "begin", "until", "precision"), GERMAN)
def test_german(text: str, span: str, begin: str, until: str, precision: str) -> None:
    found = [
        (t.text, t.begin, t.until, t.precision)
        for t in find_times(text, lang="de", published=FRIDAY)
    ]
    assert found == [(span, begin, until, precision)]


@pytest.mark.parametrize(("text", "span", "begin", "until", "precision"), ENGLISH)
def test_english(text: str, span: str, begin: str, until: str, precision: str) -> None:
    found = [
        (t.text, t.begin, t.until, t.precision)
        for t in find_times(text, lang="en", published=FRIDAY)
    ]
    assert found == [(span, begin, until, precision)]


@pytest.mark.parametrize(("lang", "text"), NO_TIME)
def test_is_no_time(lang: str, text: str) -> None:
    assert find_times(text, lang=lang, published=FRIDAY) == []


@pytest.mark.parametrize(
    "text", ["gestern", "am Donnerstag", "im März", "vor drei Tagen", "Ende Juli"]
)
def test_without_publication_relative_times_are_open(text: str) -> None:
    (time,) = find_times(text, lang="de", published=None)
    assert (time.text, time.begin, time.until) == (text, None, None)


def test_offsets_count_from_the_beginning_of_the_text() -> None:
    text = "gestern. Er kam am 3. Mai 2019."
    (time,) = find_times(text, lang="de", published=None, start=8)
    assert text[time.start : time.end] == time.text == "am 3. Mai 2019"


def test_a_line_end_inside_an_expression_counts_as_a_space() -> None:
    (time,) = find_times("Er kam am 3.\r\nMai 2019 an", lang="de", published=None)
    assert time.begin == "2019-05-03"


def test_a_wrong_publication_date_is_loud() -> None:
    with pytest.raises(InputError, match=r"2019-13-01.*YYYY-MM-DD"):
        find_times("gestern", lang="de", published="2019-13-01")


PIECES = [
    "am",
    "im",
    "vor",
    "seit",
    "bis",
    "3.",
    "31.",
    "Mai",
    "2019",
    "9999",
    "0000",
    "drei",
    "999",
    "Jahren",
    "Tagen",
    "Montag",
    "letzten",
    "Ende",
    "des",
    "in",
    "March",
    "last",
    "ago",
    "years",
    "decades",
    "Jahrzehnten",
    "99er Jahre",
    "Wochenende",
    "29. Februar",
    "on",
    "\n",
    "-",
    "\u2013",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=60),
    st.sampled_from(["de", "en"]),
    st.none() | st.dates().map(str),
)
def test_laws(text: str, lang: str, published: str | None) -> None:
    last = 0
    for time in find_times(text, lang=lang, published=published):
        assert last <= time.start < time.end
        assert text[time.start : time.end] == time.text
        assert time.begin is None or time.until is None or time.begin < time.until
        last = time.end
