"""One event, many articles: what is put together, what never is, and what stays disputed."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import pytest
import rdflib
from handmade import make_lexicon
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store
from stories import Fact, make_story

from kg.asking.queries import Table, find_stock_query, read_stock_queries, run_stock_query
from kg.errors import InputError
from kg.knowing import happenings
from kg.knowing.exports import export_graph
from kg.knowing.happenings import (
    Contradiction,
    Happening,
    Report,
    contradict,
    count_independent,
    group_reports,
    happening_quads,
    make_case,
    measure_link,
)
from kg.knowing.shapes import validate
from kg.knowing.store import GraphStore
from kg.knowing.triples import kg_term
from kg.names import KG, KNOWLEDGE, PREFIXES, mint, shorten
from kg.records import Reading

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib.*")

ARREST = Report(
    id="ev:a",
    article="a",
    type="Coerce",
    mode="arrest",
    actors=("org-hafenpolizei",),
    recipients=("person-anna-berg",),
    begin="2021-03-01",
    until="2021-03-02",
    place="place-riga",
    published="2021-03-02",
    publisher="Morgenblatt",
    copy="a",
)
MEETING = Report(
    id="ev:a",
    article="a",
    type="Consult",
    actors=("person-anna-berg",),
    recipients=("person-jan-holm",),
    published="2021-03-02",
)


def retold(report: Report, name: str, **changes: object) -> Report:
    """The report of another article, which an outlet of its own tells in its own words."""
    own = {"id": f"ev:{name}", "article": name, "publisher": f"Blatt {name}", "copy": name}
    return replace(report, **{**own, **changes})  # type: ignore[arg-type]


def groups(*reports: Report) -> list[tuple[str, ...]]:
    return [happening.reports for happening in group_reports(reports)]


def one(*reports: Report) -> Happening:
    (found,) = group_reports(reports)
    return found


# --- what is put together -----------------------------------------------------------------

NEVER = {"begin": None, "until": None, "published": None}
UNDATED = {"begin": None, "until": None}
NO_VICTIM = {"recipients": ()}

SAME = {
    "the same": {},
    "no mode": {"mode": None},
    "no place": {"place": None},
    "more actors": {"actors": ("org-hafenpolizei", "org-zoll")},
    "no time, published the same day": UNDATED,
    "no time, published three days later": {**UNDATED, "published": "2021-03-04"},
    "a week": {"begin": "2021-03-01", "until": "2021-03-08"},
    "a month, in the news together": {"begin": "2021-03-01", "until": "2021-04-01"},
    "since then, in the news together": {"until": None},
    "remembered a year later": {"published": "2022-03-02"},
    "no recipient, the same place": NO_VICTIM,
    "no recipient, the same day": {**NO_VICTIM, "place": None},
    "no actor, the same place without a day": {"actors": (), **UNDATED},
    "others as well": {"unnamed": True},
    "a day later, published together": {"begin": "2021-03-02", "until": "2021-03-03"},
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_the_same_event(changes: dict[str, object]) -> None:
    assert groups(ARREST, retold(ARREST, "b", **changes)) == [("ev:a", "ev:b")]


OTHER = {
    "another type": {"type": "Assault"},
    "another mode": {"mode": "restrict"},
    "another place": {"place": "place-turku"},
    "another actor": {"actors": ("org-zoll",)},
    "another recipient": {"recipients": ("person-jan-holm",)},
    "the other way round": {"actors": ARREST.recipients, "recipients": ARREST.actors},
    "nobody": {"actors": (), "recipients": ()},
    "two days later": {"begin": "2021-03-03", "until": "2021-03-04"},
    "the month before": {"begin": "2021-02-01", "until": "2021-03-01"},
    "no time, published before": {**UNDATED, "published": "2021-02-28"},
    "no time, published long after": {**UNDATED, "published": "2021-03-05"},
    "no time at all": NEVER,
    "a month, remembered later": {
        "begin": "2021-03-01",
        "until": "2021-04-01",
        "published": "2021-08-01",
    },
    "since then, remembered later": {"until": None, "published": "2021-08-01"},
    "no recipient, neither day nor place": {**NO_VICTIM, **UNDATED, "place": None},
    "somebody unnamed": {**NO_VICTIM, "unnamed": True},
    "no recipient, a month, no place": {
        **NO_VICTIM,
        "begin": "2021-03-01",
        "until": "2021-04-01",
        "place": None,
    },
    "a day later, told before it came": {
        "begin": "2021-03-03",
        "until": "2021-03-04",
        "published": "2021-03-03",
    },
    "a day later, and no mode": {"begin": "2021-03-02", "until": "2021-03-03", "mode": None},
    "a day later, and no place": {"begin": "2021-03-02", "until": "2021-03-03", "place": None},
    "a day later, published when nobody knows": {
        "begin": "2021-03-02",
        "until": "2021-03-03",
        "published": None,
    },
}


@pytest.mark.parametrize("changes", OTHER.values(), ids=OTHER)
def test_another_event(changes: dict[str, object]) -> None:
    assert groups(ARREST, retold(ARREST, "b", **changes)) == []


def test_without_any_time_publications_decide() -> None:
    early = replace(ARREST, begin=None, until=None)
    assert groups(early, retold(early, "b", published="2021-03-05"))
    assert not groups(early, retold(early, "b", published="2021-03-06"))
    assert not groups(early, retold(early, "b", published=None))
    never = replace(ARREST, begin=None, until=None, published=None)
    assert not groups(never, retold(never, "b"))


def test_who_meets_whom_is_all_one() -> None:
    swapped = {"actors": MEETING.recipients, "recipients": MEETING.actors}
    both = {"actors": ("person-anna-berg", "person-jan-holm"), "recipients": ()}
    found = one(MEETING, retold(MEETING, "b", **swapped), retold(MEETING, "c", **both))
    assert found.actors == ("person-anna-berg", "person-jan-holm")
    assert found.recipients == ()
    assert not groups(MEETING, retold(MEETING, "b", recipients=("person-mira-solling",)))
    assert not groups(MEETING, retold(MEETING, "b", recipients=()))
    told = replace(MEETING, place="place-riga")
    assert groups(told, retold(told, "b", recipients=()))
    assert not groups(told, retold(told, "b", recipients=(), unnamed=True))


def test_a_visit_has_its_direction() -> None:
    visit = replace(MEETING, mode="visit")
    back = retold(visit, "b", actors=visit.recipients, recipients=visit.actors)
    assert not groups(visit, back)
    assert groups(visit, replace(back, mode=None))


def test_one_article_alone_makes_no_happening() -> None:
    assert groups(ARREST, replace(ARREST, id="ev:b")) == []
    assert groups(ARREST, replace(ARREST, id="ev:b"), retold(ARREST, "c")) == [
        ("ev:a", "ev:b", "ev:c")
    ]


# --- chains -------------------------------------------------------------------------------


def test_a_chain_whose_ends_contradict_each_other_is_cut_at_its_weakest_link() -> None:
    """Day and place are known of the first two; the third link rests on publication only."""
    middle = retold(ARREST, "b", place=None)
    far = retold(ARREST, "c", **UNDATED, place="place-turku")
    assert groups(middle, far) == [("ev:b", "ev:c")]
    assert groups(ARREST, middle, far) == [("ev:a", "ev:b")]
    others = retold(far, "d"), retold(far, "e")
    assert groups(ARREST, middle, far, *others) == [("ev:a", "ev:b"), ("ev:c", "ev:d", "ev:e")]


def test_what_one_report_leaves_out_speaks_against_nothing() -> None:
    """The last two share neither place nor time nor recipient: only with the first they do."""
    dated = retold(ARREST, "b", place=None)
    placed = retold(ARREST, "c", **UNDATED, **NO_VICTIM)
    assert groups(dated, placed) == []
    assert groups(ARREST, dated, placed) == [("ev:a", "ev:b", "ev:c")]
    assert groups(ARREST, dated, retold(placed, "d", place="place-turku")) == [("ev:a", "ev:b")]


def test_news_without_a_day_do_not_drift() -> None:
    days = ("2021-03-02", "2021-03-05", "2021-03-08", "2021-03-11")
    drift = [retold(ARREST, f"d{day}", **UNDATED, published=day) for day in days]
    assert [len(reports) for reports in groups(*drift)] == [2, 2]


def test_days_of_a_series_are_not_strung_together() -> None:
    days = [date(2021, 3, 1) + timedelta(days=n) for n in range(6)]
    series = [
        retold(
            ARREST, f"d{n}", begin=str(day), until=str(day + timedelta(1)), published="2021-03-07"
        )
        for n, day in enumerate(days)
    ]
    assert max(len(reports) for reports in groups(*series)) == 2


def test_a_denial_does_not_weld_two_events() -> None:
    here, there = ARREST, retold(ARREST, "b", place="place-turku")
    denial = retold(ARREST, "c", id="st:c", place=None, negated=True)
    assert groups(here, there) == []
    assert len(groups(here, there, denial)) == 1


# --- what a happening tells ---------------------------------------------------------------


def test_a_happening_tells_what_its_reports_know_together() -> None:
    found = one(
        ARREST,
        retold(ARREST, "b", begin="2021-02-27", until="2021-03-06", mode=None),
        retold(ARREST, "c", actors=("org-zoll", "org-hafenpolizei"), place=None),
        retold(ARREST, "d", **UNDATED, recipients=()),
    )
    assert found == Happening(
        mint("happening", "ev:a"),
        "Coerce",
        "arrest",
        ("ev:a", "ev:b", "ev:c", "ev:d"),
        ("org-hafenpolizei", "org-zoll"),
        ("person-anna-berg",),
        "2021-03-01",
        "2021-03-02",
        "place-riga",
        ("a", "b", "c", "d"),
        4,
        (),
    )


def test_an_open_time_stays_open() -> None:
    since = replace(ARREST, until=None)
    found = one(since, retold(since, "b", begin="2021-02-28"))
    assert (found.begin, found.until) == ("2021-03-01", None)
    found = one(*(retold(ARREST, name, **UNDATED) for name in "ab"))
    assert (found.begin, found.until) == (None, None)


def test_the_name_stays_when_later_reports_join() -> None:
    first, second = retold(ARREST, "m"), retold(ARREST, "x", published="2021-03-03")
    third = retold(ARREST, "a", published="2021-03-04")
    assert one(first, second).id == one(third, second, first).id == mint("happening", "ev:m")


def test_copies_and_outlets_count_once() -> None:
    agency = {"copy": "a"}
    assert (
        one(ARREST, retold(ARREST, "b", **agency), retold(ARREST, "c", **agency)).independent == 1
    )
    own = retold(ARREST, "c", publisher="Blatt b")
    assert one(ARREST, retold(ARREST, "b"), own).independent == 2
    nameless = retold(ARREST, "c", publisher=None, **agency)
    assert one(ARREST, retold(ARREST, "b"), nameless).independent == 2
    assert one(ARREST, retold(ARREST, "b"), replace(nameless, copy="c")).independent == 3
    assert one(replace(ARREST, copy=""), retold(ARREST, "b", copy="")).independent == 2
    spelt = retold(ARREST, "b", publisher=" MORGENBLATT\n")
    assert one(ARREST, spelt).independent == 1


@pytest.mark.parametrize(
    ("pairs", "number"),
    [
        ("Aa Ab Ac", 1),  # one outlet, three texts of its own
        ("Aa Ba Ca", 1),  # one text in three outlets
        ("Aa Ba Bb", 2),  # the agency's text, and one of B's own
        ("Aa Ab Ba Bc Ca", 3),  # two outlets with texts of their own beside the agency's
        ("Aa Ab Ba Bb Ca Cb", 2),  # two agencies in three outlets
        ("Aa Ab Ba", 2),  # A must leave the text a to B
        ("Ab Ac Ba Bb Ca", 3),
    ],
)
def test_each_outlet_and_each_text_counts_once(pairs: str, number: int) -> None:
    reports = [
        retold(ARREST, f"{n}", publisher=outlet, copy=text)
        for n, (outlet, text) in enumerate(pairs.split())
    ]
    assert count_independent(reports) == count_independent(reports[::-1]) == number


def test_many_outlets_are_counted() -> None:
    chain = [(f"o{n}", f"t{n + step}") for n in range(500) for step in (0, 1)]
    reports = [
        retold(ARREST, f"{n}", publisher=outlet, copy=text)
        for n, (outlet, text) in enumerate(chain)
    ]
    assert count_independent(reports) == 500


# --- contradictions -----------------------------------------------------------------------


def test_numbers_are_kept_side_by_side() -> None:
    found = one(
        replace(ARREST, quantity=(12.0, "Festnahmen")),
        retold(ARREST, "b", quantity=(20.0, "festnahmen")),
        retold(ARREST, "c", quantity=(12.0, "Festnahmen")),
        retold(ARREST, "d", quantity=(300.0, "Beamte")),
        retold(ARREST, "e", quantity=(310.0, "Beamte")),
        retold(ARREST, "f", quantity=(7.0, None)),
        retold(ARREST, "g", quantity=(8.0, None)),
    )
    reports = ("ev:a", "ev:b", "ev:c")
    values = ("12 Festnahmen", "20 festnahmen", "12 Festnahmen")
    assert found.contradictions == (Contradiction("number", reports, values),)


def test_a_number_between_two_is_disputed_by_neither() -> None:
    numbers = {"a": 100.0, "b": 104.0, "c": 108.5}
    found = one(*(retold(ARREST, name, quantity=(n, "kg")) for name, n in numbers.items()))
    (contradiction,) = found.contradictions
    assert contradiction == Contradiction("number", ("ev:a", "ev:c"), ("100 kg", "108.5 kg"))


def test_a_denial_stands_beside_what_it_denies() -> None:
    denial = retold(
        ARREST,
        "b",
        id="st:b",
        negated=True,
        actors=("org-hafenpolizei", "org-zoll"),
        begin="2021-02-25",
        until="2021-03-04",
        quantity=(3.0, "Festnahmen"),
    )
    found = one(replace(ARREST, quantity=(5.0, "Festnahmen")), denial)
    assert found.contradictions == (
        Contradiction("polarity", ("ev:a", "st:b"), ("affirmed", "negated")),
    )
    assert (found.actors, found.sources, found.independent) == (ARREST.actors, ("a",), 1)
    assert (found.begin, found.until) == (ARREST.begin, ARREST.until)
    assert groups(denial, retold(denial, "c", id="st:c")) == []


def test_two_days_are_kept_side_by_side() -> None:
    later = {"begin": "2021-03-02", "until": "2021-03-03"}
    week = {"begin": "2021-03-01", "until": "2021-03-08"}
    found = one(ARREST, retold(ARREST, "b", **later), retold(ARREST, "c", **week))
    assert found.contradictions == (
        Contradiction("time", ("ev:a", "ev:b"), ("2021-03-01", "2021-03-02")),
    )
    assert (found.begin, found.until) == ("2021-03-01", "2021-03-03")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"begin": "gestern"}, "report ev:b: 'gestern' is no day"),
        ({"published": "2021-02-30"}, "report ev:b: '2021-02-30' is no day"),
        ({"until": "2021-03-01"}, "report ev:b: its time ends before it begins"),
        ({"id": "ev:a"}, "report ev:a: given twice and differently"),
    ],
)
def test_a_broken_report_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        groups(ARREST, retold(ARREST, "b", **changes))
    assert groups(ARREST, ARREST) == []


# --- laws ---------------------------------------------------------------------------------

PEOPLE = st.lists(st.sampled_from("pqrs"), max_size=2, unique=True).map(tuple)
DAYS = st.none() | st.integers(0, 6).map(lambda n: str(date(2021, 3, 1) + timedelta(days=n)))
TIMES = st.one_of(
    st.just((None, None)),
    st.tuples(DAYS, st.none()),
    st.tuples(st.integers(0, 5), st.sampled_from([1, 1, 2, 7, 31])).map(
        lambda t: tuple(str(date(2021, 3, 1) + timedelta(days=n)) for n in (t[0], sum(t)))
    ),
)


@st.composite
def reports(draw: st.DrawFn, name: str = "x") -> Report:
    begin, until = draw(TIMES)
    article = draw(st.sampled_from("abcdef"))
    return Report(
        id=f"ev:{name}",
        article=article,
        type=draw(st.sampled_from(["Coerce", "Consult"])),
        mode=draw(st.sampled_from([None, "visit"])),
        actors=draw(PEOPLE),
        recipients=draw(PEOPLE),
        unnamed=draw(st.booleans()),
        begin=begin,
        until=until,
        place=draw(st.sampled_from([None, None, "here", "there"])),
        published=draw(DAYS),
        publisher={"a": "A", "b": "A", "c": "B"}.get(article),
        copy="a" if article in "ace" else "",
        negated=draw(st.sampled_from([False, False, True])),
        quantity=draw(st.sampled_from([None, (1.0, "t"), (2.0, "t")])),
    )


@st.composite
def collections(draw: st.DrawFn) -> list[Report]:
    return [draw(reports(f"{n:02}")) for n in range(draw(st.integers(0, 14)))]


@given(reports(), reports())
def test_links_are_symmetric_and_what_links_can_meet_its_like(a: Report, b: Report) -> None:
    one, other = make_case(a), make_case(b)
    assert measure_link(one, other) == measure_link(other, one)
    if measure_link(one, other):
        assert measure_link(one, one) and measure_link(other, other)


@given(collections(), st.randoms())
@settings(max_examples=300)
def test_the_order_of_reports_makes_no_difference(
    found: list[Report], drawn: random.Random
) -> None:
    told = list(group_reports(found))
    drawn.shuffle(found)
    assert list(group_reports(found)) == told


@given(collections())
@settings(max_examples=300)
def test_no_two_reports_of_a_happening_contradict_each_other(found: list[Report]) -> None:
    known = {report.id: report for report in found}
    told = list(group_reports(found))
    assert max(Counter(id for h in told for id in h.reports).values(), default=1) == 1
    assert len({h.id for h in told}) == len(told)
    for happening in told:
        group = [known[id] for id in happening.reports]
        assert not any(contradict(make_case(a), make_case(b)) for a, b in combinations(group, 2))
        assert 1 <= happening.independent <= len(happening.sources)
        assert happening.actors or happening.recipients
        begin, until = happening.begin, happening.until
        assert begin is None or until is None or begin < until


@given(collections())
@settings(max_examples=300)
def test_no_link_is_missed_and_no_two_groups_could_be_one(found: list[Report]) -> None:
    cases = sorted({make_case(report) for report in found}, key=str)
    linked = {
        (a, b) for a, b in combinations(range(len(cases)), 2) if measure_link(cases[a], cases[b])
    }
    assert set(happenings._find_links(cases)) == linked
    for one, other in combinations(happenings._group_cases(cases), 2):
        pairs = [(min(pair), max(pair)) for pair in product(one, other)]
        against = any(contradict(cases[a], cases[b]) for a, b in pairs)
        assert against or not linked.intersection(pairs)


# --- cost ---------------------------------------------------------------------------------


def news(number: int, *, seed: int = 5) -> list[Report]:
    """Made-up reports: five on each event, some actors in every tenth event, 60 events a day."""
    drawn = random.Random(seed)
    found: list[Report] = []
    for event in range(number // 5):
        day = date(2015, 1, 1) + timedelta(days=event // 60)
        first = replace(
            ARREST,
            type=drawn.choice(["Coerce", "Accuse", "Consult", "Assault"]),
            mode=None,
            actors=(f"e{min(drawn.randrange(1000), drawn.randrange(1000)) // 10 * 10}",),
            recipients=(f"e{drawn.randrange(1000)}",),
            place=None,
            begin=str(day),
            until=str(day + timedelta(1)),
        )
        for n in range(5):
            changes = drawn.choice([{}, UNDATED, NO_VICTIM, {"place": f"p{drawn.randrange(9)}"}])
            when = str(day + timedelta(days=drawn.randrange(3)))
            found.append(retold(first, f"r{event}-{n}", published=when, **changes))
    return found


def count_comparisons(found: Iterable[Report], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often two reports are held against each other, with themselves included."""
    compared = 0

    def count(a: happenings.Case, b: happenings.Case) -> bool:
        nonlocal compared
        compared += 1
        return contradict(a, b)

    monkeypatch.setattr(happenings, "contradict", count)
    assert list(group_reports(found))
    return compared


def test_comparisons_grow_with_the_number_of_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    found = news(20_000)
    half = count_comparisons(found[:10_000], monkeypatch)
    whole = count_comparisons(found, monkeypatch)
    assert whole < 2.2 * half
    assert whole < 10 * len(found)


def test_one_event_in_twenty_thousand_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        retold(ARREST, f"n{n:05}", published=f"2021-03-0{2 + n % 3}", quantity=(n % 7, "Tote"))
        for n in range(20_000)
    ]
    assert count_comparisons(found, monkeypatch) < 100
    (happening,) = group_reports(found)
    assert (len(happening.reports), happening.independent) == (20_000, 20_000)


# --- as RDF -------------------------------------------------------------------------------


def test_happenings_as_quads() -> None:
    found = one(
        replace(ARREST, quantity=(2.0, "Manager")),
        retold(ARREST, "b", quantity=(3.0, "Manager")),
        retold(ARREST, "c", id="st:c", negated=True),
    )
    quads = list(happening_quads([found]))
    assert len(quads) == len(set(quads))
    assert {quad.graph_name.value for quad in quads} == {KNOWLEDGE}  # type: ignore[union-attr]
    lines = [tuple(map(write_term, quad.triple)) for quad in quads]
    node = f"ev:{found.id}"
    assert [line[1:] for line in lines if line[0] == node] == [
        ("rdf:type", "kg:Happening"),
        ("kg:eventType", "kg:Coerce"),
        ("kg:mode", '"arrest"'),
        ("kg:actor", "ent:org-hafenpolizei"),
        ("kg:recipient", "ent:person-anna-berg"),
        ("kg:timeBegin", '"2021-03-01"^^xsd:date'),
        ("kg:timeUntil", '"2021-03-02"^^xsd:date'),
        ("kg:place", "ent:place-riga"),
        ("kg:report", "ev:a"),
        ("kg:report", "ev:b"),
        ("kg:report", "st:c"),
        ("kg:sourceCount", '"2"^^xsd:integer'),
        ("kg:independentSources", '"2"^^xsd:integer'),
        *[("kg:contradiction", line[2]) for line in lines if line[1] == "kg:contradiction"],
    ]
    told = {(s, o) for s, p, o in lines if p in ("kg:contradictionKind", "kg:valueText")}
    assert sorted(o for _, o in told) == [
        '"2 Manager"', '"3 Manager"', '"affirmed"', '"negated"', '"number"', '"polarity"',
    ]  # fmt: skip
    (three,) = [s for s, o in told if o == '"3 Manager"']
    assert [o for s, p, o in lines if (s, p) == (three, "kg:report")] == ["ev:b"]
    (affirmed,) = [s for s, o in told if o == '"affirmed"']
    assert [o for s, p, o in lines if (s, p) == (affirmed, "kg:report")] == ["ev:a", "ev:b"]


def write_term(term: object) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    assert isinstance(term, Literal)
    plain = term.datatype.value.endswith("#string")
    return f'"{term.value}"' if plain else f'"{term.value}"^^{shorten(term.datatype.value)}'


def test_what_is_unknown_makes_no_quad() -> None:
    found = one(*(retold(MEETING, name) for name in "ab"))
    used = {quad.predicate.value.removeprefix(KG) for quad in happening_quads([found])}
    assert not used & {"mode", "place", "timeBegin", "timeUntil", "contradiction"}


def test_a_report_without_prefix_is_refused() -> None:
    found = one(replace(ARREST, id="a"), retold(ARREST, "b"))
    with pytest.raises(InputError, match="report a: not the short name of a node"):
        list(happening_quads([found]))


# --- in a store ---------------------------------------------------------------------------

ARRESTS = (
    ("m", "2021-01-03", "Morgenblatt", "nahm 12 Matrosen und Anna Berg in Riga fest", {}),
    ("a", "2021-01-04", "Abendkurier", "nahm 20 Matrosen und Anna Berg in Riga fest", {}),
    ("t", "2021-01-05", "Tageszettel", "nahm Anna Berg in Riga nicht fest", {"negated": True}),
)


def make_arrest(
    id: str, published: str, outlet: str, words: str, more: dict[str, object]
) -> Reading:
    number = re.search(r"(\d+) Matrosen", words)
    fact = Fact(
        f"Die Hafenpolizei {words}.",
        "Hafenpolizei",
        "festnehmen",
        "Anna Berg",
        where="Riga",
        quantity=number and (number[0], float(number[1]), "Matrosen"),
        more=more,
    )
    meeting = Fact("Jan Holm traf Anna Berg.", "Jan Holm", "treffen", "Anna Berg")
    return make_story(id, [fact, meeting], published=published, publisher=outlet, title="T")


def read_reports(store: GraphStore) -> Iterator[Report]:
    """What the articles of these tests tell: their events, and the statement that denies one."""
    rows = store.query("""
        SELECT ?node ?type ?mode ?polarity ?subject ?object ?place ?value ?unit ?published ?outlet
               ?article WHERE {
          GRAPH ?article {
            ?statement kg:eventType ?type ; kg:subject ?subject ; kg:object ?object ;
                       kg:polarity ?polarity .
            ?article kg:publisher ?outlet ; schema:datePublished ?published .
            OPTIONAL { ?statement kg:mode ?mode }
            OPTIONAL { ?statement kg:place ?place }
            OPTIONAL { ?statement kg:quantity ?q . ?q kg:value ?value ; kg:unit ?unit }
            OPTIONAL { ?event kg:statement ?statement ; a kg:Event }
            BIND (COALESCE(?event, ?statement) AS ?node)
          }
        }""")
    for row in rows:  # type: ignore[union-attr]
        told = {name: row[name] and row[name].value for name in ("mode", "published", "outlet")}
        local = {n: row[n] and shorten(row[n].value)[4:] for n in ("subject", "object", "place")}
        yield Report(
            id=shorten(row["node"].value),
            article=shorten(row["article"].value)[4:],
            type=shorten(row["type"].value)[3:],
            mode=told["mode"],
            actors=(local["subject"],),
            recipients=(local["object"],),
            place=local["place"],
            published=told["published"],
            publisher=told["outlet"],
            negated=row["polarity"].value.endswith("negated"),
            quantity=row["value"] and (float(row["value"].value), row["unit"].value),
        )


def told_store(*, happen: bool = True) -> GraphStore:
    inner = Store()
    store = GraphStore(store=inner)
    for arrest in ARRESTS:
        store.put_article(make_arrest(*arrest), lexicon=make_lexicon())
    store.refresh_knowledge()
    if not happen:
        for quad in [q for q in inner if q.subject in happening_nodes(inner)]:
            inner.remove(quad)
    return store


def happening_nodes(inner: Store) -> set[object]:
    classes = {kg_term(name) for name in ("Happening", "Contradiction", "Version")}
    return {quad.subject for quad in inner if quad.object in classes}


TOLD = told_store()


def rows_of(store: GraphStore, name: str, /, **values: str) -> list[tuple[str, ...]]:
    result = run_stock_query(store, name, values=values)
    assert isinstance(result, Table)
    return [tuple(shorten(term.value) if term else "" for term in row) for row in result.rows]


HAPPENED = [
    ("Consult", "Jan Holm", "Anna Berg", "2021-01-03", "2021-01-05", "3", "3"),
    ("Coerce", "Hafenpolizei", "Anna Berg", "2021-01-03", "2021-01-05", "2", "2"),
]
WHO = ("Coerce", "Hafenpolizei", "Anna Berg")
DISPUTED = [
    (*WHO, kind, value, published, outlet, f"Die Hafenpolizei {words}.")
    for kind, value, (_, published, outlet, words, _) in (
        ("number", "12 Matrosen", ARRESTS[0]),
        ("number", "20 Matrosen", ARRESTS[1]),
        ("polarity", "affirmed", ARRESTS[0]),
        ("polarity", "affirmed", ARRESTS[1]),
        ("polarity", "negated", ARRESTS[2]),
    )
]


def test_the_stock_questions_answer() -> None:
    assert [row[:-1] for row in rows_of(TOLD, "happenings")] == HAPPENED
    assert [row[:-1] for row in rows_of(TOLD, "disputed")] == DISPUTED
    assert {row[-1] for row in rows_of(TOLD, "disputed")} == {rows_of(TOLD, "happenings")[1][-1]}


@pytest.mark.parametrize(
    ("name", "values", "number"),
    [
        ("happenings", {"name": "holm"}, 1),
        ("happenings", {"name": "ent:person-anna-berg"}, 2),
        ("happenings", {"name": "usa"}, 0),
        ("happenings", {"since": "2021-01-03", "until": "2021-01-04"}, 2),
        ("happenings", {"since": "2021-01-04"}, 0),
        ("happenings", {"until": "2021-01-03"}, 0),
        ("disputed", {"name": "polizei"}, 5),
        ("disputed", {"name": "holm"}, 0),
    ],
)
def test_parameters_narrow_the_answer(name: str, values: dict[str, str], number: int) -> None:
    assert len(rows_of(TOLD, name, **values)) == number


@pytest.mark.parametrize("name", ["happenings", "disputed"])
def test_rdflib_gives_the_same(name: str) -> None:
    out = io.BytesIO()
    export_graph(TOLD, "nquads", out)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=out.getvalue().decode(), format="nquads")
    answer = dataset.query(find_stock_query(name).text, initNs=PREFIXES)
    found = [tuple("" if cell is None else shorten(str(cell)) for cell in row) for row in answer]
    assert found == rows_of(TOLD, name)


def test_all_other_questions_answer_as_before() -> None:
    before = told_store(happen=False)
    for query in read_stock_queries():
        if query.name not in ("happenings", "disputed"):
            assert rows_of(TOLD, query.name) == rows_of(before, query.name), query.name
        else:
            assert rows_of(before, query.name) == []


def test_the_store_holds_the_happenings_of_its_reports() -> None:
    held = {q for q in TOLD.quads() if q.subject in happening_nodes(TOLD.engine.store)}
    assert held == set(happening_quads(group_reports(read_reports(TOLD))))


def test_a_store_with_happenings_conforms() -> None:
    assert validate(TOLD) == []
    assert TOLD.count_entities() == told_store(happen=False).count_entities()
    assert list(TOLD.wrong_entities()) == []
