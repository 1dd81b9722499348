"""What articles report of events, before and after it is known who is who."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import make_lexicon, make_reading

from kg.knowing.entities import resolve_mentions
from kg.knowing.happenings import Report, group_reports
from kg.knowing.reports import OwnReport, make_reports, place_report, read_report, write_report
from kg.records import Reading, Time

LEXICON = make_lexicon()


def own(*local: str, **more: object) -> OwnReport:
    facts = {"actors": ("person-a-1",), "recipients": ("org-b",), **more}
    return OwnReport(Report(id="ev:1", article="x", type="Consult", **facts), local)  # type: ignore[arg-type]


def test_reports_of_an_article() -> None:
    reading = make_reading()
    entities = resolve_mentions(reading, lexicon=LEXICON).by_span()
    found = list(make_reports(reading, entities=entities, lexicon=LEXICON))
    assert [(o.report.type, o.report.actors) for o in found][:1] == [("Request", ("usa",))]
    assert all(o.report.id.startswith(("ev:", "st:")) for o in found)
    assert not any(o.report.negated for o in found)
    assert [read_report(write_report(o)) for o in found] == found


def test_who_is_local_is_nobody_in_particular() -> None:
    assert place_report(own("person-a-1"), {}) == own(actors=()).report
    assert place_report(own("person-a-1", "org-b"), {}) is None


def test_who_is_somebody_over_all_articles_takes_part() -> None:
    placed = place_report(own("person-a-1"), {"person-a-1": "person-ada-lind"})
    assert placed == own(actors=("person-ada-lind",)).report


def test_a_place_that_only_one_article_knows_is_no_place() -> None:
    placed = place_report(own("place-p", place="place-p"), {})
    assert placed is not None
    assert placed.place is None
    moved = place_report(own("place-p", place="place-p"), {"place-p": "city-riga"})
    assert moved is not None
    assert moved.place == "city-riga"


def test_an_unnamed_recipient_is_named_once_somebody_is() -> None:
    report = own("org-b", unnamed=True)
    assert place_report(report, {}) == own(recipients=(), unnamed=True).report
    assert place_report(report, {"org-b": "org-c"}) == own(recipients=("org-c",)).report


def test_numbers_survive_the_way_through_the_ledger() -> None:
    report = own(quantity=(12.0, "Matrosen"))
    assert read_report(write_report(report)) == report


@pytest.mark.parametrize("published", ["gestern", "2019-08-02T10:00:00Z", "2019-02-30"])
def test_what_is_no_day_is_left_out(published: str) -> None:
    found = reports_of(make_reading(published=published))
    assert found
    assert {o.report.published for o in found} == {None}
    assert list(group_reports(o.report for o in found)) == []


@pytest.mark.parametrize(
    ("begin", "until", "told"),
    [
        ("2019-08-02", "2019-08-03", ("2019-08-02", "2019-08-03")),
        ("2019-08-03", "2019-08-02", (None, None)),
        ("2019-08-02", "2019-08-02", (None, None)),
        ("bald", "2019-08-02", (None, "2019-08-02")),
        (None, None, (None, None)),
    ],
)
def test_a_time_that_ends_before_it_begins_is_none(
    begin: str | None, until: str | None, told: tuple[str | None, str | None]
) -> None:
    reading = make_reading()
    time = Time("damals", 0, 6, begin, until, "day")
    timed = tuple(replace(statement, when=time) for statement in reading.statements)
    found = reports_of(replace(reading, statements=timed))
    assert found
    assert {(o.report.begin, o.report.until) for o in found} == {told}
    list(group_reports(o.report for o in found))


def reports_of(reading: Reading) -> list[OwnReport]:
    entities = resolve_mentions(reading, lexicon=LEXICON).by_span()
    return list(make_reports(reading, entities=entities, lexicon=LEXICON))
