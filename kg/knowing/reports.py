"""What each article reports of events, ready to be compared with what others report.

Participants are named by the ids that they have while their article is alone; who they are
over all articles may change without the article being looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from kg.knowing.events import event_participants, find_event_type
from kg.knowing.happenings import Report
from kg.lexicon import Lexicon
from kg.names import mint
from kg.records import Entity, Reading, Span, Statement, is_plain


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report whose participants and place are own ids; ``local`` are those of them that
    exist in their article only.
    """

    report: Report
    local: tuple[str, ...]


def make_reports(
    reading: Reading, *, entities: Mapping[Span, Entity], lexicon: Lexicon
) -> Iterator[OwnReport]:
    """What one article says that happened, or that did not happen; in the order of the text.

    A time or a day of publication that is none is left out: seam records of others may hold any.
    """
    local = {entity.id for entity in entities.values() if entity.local}
    for statement in reading.statements:
        plain = is_plain(statement)
        if plain or (statement.negated and is_plain(replace(statement, negated=False))):
            report = _make_report(reading, statement, entities, local, lexicon, plain=plain)
            if report is not None:
                yield report


def _make_report(
    reading: Reading,
    statement: Statement,
    entities: Mapping[Span, Entity],
    local: set[str],
    lexicon: Lexicon,
    *,
    plain: bool,
) -> OwnReport | None:
    type = find_event_type(statement, lexicon=lexicon)
    if type is None:
        return None
    actors, recipients = event_participants(statement, type, entities)
    if not (actors or recipients):
        return None
    place = _entity_at(statement.where.mention if statement.where else None, entities)
    taking_part = {*actors, *recipients, *([place] if place else [])}
    begin, until = _days(statement)
    quantity = statement.quantity
    report = Report(
        id=f"ev:{mint('event', statement.id)}" if plain else f"st:{statement.id}",
        article=reading.article.id,
        type=type.type,
        mode=type.mode,
        actors=actors,
        recipients=recipients,
        unnamed=_has_object(statement) and not {*recipients} - local,
        begin=begin,
        until=until,
        place=place,
        published=_day(reading.article.published),
        publisher=reading.article.publisher,
        negated=not plain,
        quantity=(quantity.value, quantity.unit) if quantity else None,
    )
    return OwnReport(report, tuple(sorted(taking_part & local)))


def _days(statement: Statement) -> tuple[str | None, str | None]:
    """The first day and the day after the last; both None where the time ends before it begins."""
    when = statement.when
    begin, until = (_day(when.begin), _day(when.until)) if when else (None, None)
    return (None, None) if begin and until and begin >= until else (begin, until)


def _day(text: str | None) -> str | None:
    """A day as ``YYYY-MM-DD``, None for what is none."""
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        return None


def _entity_at(span: Span | None, entities: Mapping[Span, Entity]) -> str | None:
    return entities[span].id if span is not None and span in entities else None


def _has_object(statement: Statement) -> bool:
    """Is it done to or with somebody or something?"""
    return statement.object is not None or any(a.role == "recipient" for a in statement.arguments)


def place_report(own: OwnReport, entity_of: Mapping[str, str]) -> Report | None:
    """A report with the entities of all articles; None where nobody of them takes part.

    ``entity_of`` gives the entity of an own id that has another one.
    """
    local = set(own.local) - entity_of.keys()
    report = own.report
    actors, recipients = (
        _place(some, local, entity_of) for some in (report.actors, report.recipients)
    )
    if not (actors or recipients):
        return None
    place = report.place if report.place not in local else None
    return replace(
        report,
        actors=actors,
        recipients=recipients,
        unnamed=report.unnamed and not recipients,
        place=entity_of.get(place, place) if place else None,
    )


def _place(ids: Iterable[str], local: set[str], entity_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({entity_of.get(id, id) for id in ids if id not in local}))


def write_report(own: OwnReport) -> str:
    """A report as JSON without spaces."""
    data = {**asdict(own.report), "local": own.local}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def read_report(text: str) -> OwnReport:
    """The report that :func:`write_report` wrote."""
    data = json.loads(text)
    local = tuple(data.pop("local"))
    quantity = data.pop("quantity")
    for name in ("actors", "recipients"):
        data[name] = tuple(data[name])
    return OwnReport(Report(quantity=tuple(quantity) if quantity else None, **data), local)
