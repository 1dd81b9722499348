"""The same event told by several articles, found by what their reports share.

Two reports can tell of the same event when nothing of what they tell speaks against it and
enough speaks for it: type, participants, time, place. Groups grow from the strongest link
on, and no two reports in one may contradict each other: two events are never welded by a
third report that fits both. What the reports of a group tell differently, numbers, days, or
that it happened at all, is kept side by side.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from math import inf
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.errors import InputError
from kg.knowing.events import MUTUAL_TYPES
from kg.knowing.triples import entity_node, kg_term

PUBLISHED_DAYS = 3
"""How many days apart the news of one event are published."""

NARROW_DAYS = 8
"""A stated time of more days tells no event from the next: then publication must be near too."""

NUMBER_TOLERANCE = 0.05
"""Numbers that differ by no more than this share of the greater one are told as the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one article tells of an event.

    ``id`` is the short name of its event or statement (``ev:…``, ``st:…``). ``actors``,
    ``recipients`` and ``place`` are ids of entities that other articles can know, too: one
    that is local to its article is nobody in particular and left out. ``begin`` and
    ``until`` (the day after the last) are the stated time, ``YYYY-MM-DD`` or None where open;
    ``copy`` is the article's copy group, itself where none is given. ``unnamed``: it is done
    to or with somebody or something, but to nobody among ``recipients``, so that another
    report with the same actor may be about another one. A ``negated`` report says that it
    did not happen.
    """

    id: str
    article: str
    type: str
    mode: str | None = None
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    unnamed: bool = False
    begin: str | None = None
    until: str | None = None
    place: str | None = None
    published: str | None = None
    publisher: str | None = None
    copy: str = ""
    negated: bool = False
    quantity: tuple[float, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What some reports of an event tell differently; ``values`` go with ``reports``.

    ``kind`` is ``number`` (of the same unit), ``time`` (two days), or ``polarity`` (some
    affirm, some deny).
    """

    kind: str
    reports: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that several articles tell of.

    ``reports`` are ids, sorted, those that deny it among them; all else but the
    contradictions comes from those that affirm it. ``begin`` and ``until`` are the days on
    which all stated times agree. ``sources`` are the articles, ``independent`` the number of
    independent outlets among them: see :func:`count_independent`.
    """

    id: str
    type: str
    mode: str | None
    reports: tuple[str, ...]
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    begin: str | None
    until: str | None
    place: str | None
    sources: tuple[str, ...]
    independent: int
    contradictions: tuple[Contradiction, ...]


def group_reports(reports: Iterable[Report]) -> Iterator[Happening]:
    """The events that at least two articles tell of, by the smallest id among their reports.

    A happening is named by the report first published, so that later ones leave its name as
    it is. What all articles deny did not happen. The order of the reports makes no
    difference. Raises InputError for a date that is none, for a time that ends before it
    begins, and for an id that two different reports bear.
    """
    alike: dict[Case, list[Report]] = defaultdict(list)
    for report in _in_order(reports):
        alike[make_case(report)].append(report)
    cases = list(alike)
    for members in _group_cases(cases):
        group = sorted((r for n in members for r in alike[cases[n]]), key=lambda r: r.id)
        if len({r.article for r in group}) > 1 and not all(r.negated for r in group):
            yield _make_happening(group)


def _in_order(reports: Iterable[Report]) -> list[Report]:
    """The reports by id, each once."""
    known: dict[str, Report] = {}
    for report in reports:
        if known.setdefault(report.id, report) != report:
            raise InputError(f"report {report.id}: given twice and differently")
    return [known[id] for id in sorted(known)]


# --- what two reports have in common ------------------------------------------------------


class Case(NamedTuple):
    """What grouping asks of a report; days are numbers, those of an open time infinite."""

    type: str
    mode: str | None
    actors: frozenset[str]
    recipients: frozenset[str]
    unnamed: bool
    begin: float
    until: float
    place: str | None
    published: int | None

    @property
    def stated(self) -> bool:
        return self.begin > -inf or self.until < inf

    @property
    def wide(self) -> bool:
        """Is a time stated, but one that tells hardly anything?"""
        return self.stated and self.until - self.begin > NARROW_DAYS

    @property
    def people(self) -> frozenset[str]:
        return self.actors | self.recipients

    @property
    def whole(self) -> bool:
        """Are both sides named?"""
        if self.type in MUTUAL_TYPES:
            return len(self.people) > 1
        return bool(self.actors and self.recipients)


def make_case(report: Report) -> Case:
    """What grouping asks of a report. Raises InputError as :func:`group_reports` does."""
    begin, until = _day(report, report.begin), _day(report, report.until)
    if begin is not None and until is not None and begin >= until:
        raise InputError(f"report {report.id}: its time ends before it begins")
    return Case(
        report.type,
        report.mode,
        frozenset(report.actors),
        frozenset(report.recipients),
        report.unnamed and not report.recipients,
        -inf if begin is None else begin,
        inf if until is None else until,
        report.place,
        _day(report, report.published),
    )


def _day(report: Report, text: str | None) -> int | None:
    """The number of a day."""
    try:
        return None if text is None else date.fromisoformat(text).toordinal()
    except ValueError as error:
        raise InputError(f"report {report.id}: {text!r} is no day: {error}") from None


def measure_link(a: Case, b: Case) -> float:
    """How much speaks for two reports telling of the same event; 0 where too little does.

    They share somebody on both sides, or on the only side that one of them names: then a
    stated time or a place must be shared as well, and who only acts must not do it to
    somebody unnamed. The order of the two makes no difference. What can be linked to
    anything can be linked to its own like.
    """
    if contradict(a, b):
        return 0
    sides, time = _shared_sides(a, b), _closeness(a, b)
    placed = a.place is not None and a.place == b.place
    if not sides or not time or (sides == 1 and not placed and time < 4):
        return 0
    if sides == 1 and (a.unnamed or b.unnamed) and not a.recipients & b.recipients:
        return 0
    likeness = len(a.people & b.people) / len(a.people | b.people)
    return 4 * sides + time + 2 * placed + (a.mode == b.mode) + likeness


def contradict(a: Case, b: Case) -> bool:
    """Is there anything by which two reports cannot tell of the same event?

    What only one of them tells contradicts nothing.
    """
    return (
        a.type != b.type
        or _differ(a.mode, b.mode)
        or _differ(a.place, b.place)
        or _is_other_people(a, b)
        or _is_other_time(a, b)
    )


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _is_other_people(a: Case, b: Case) -> bool:
    """Do both name somebody on a side, and nobody in common?

    Who meets whom is all one, but a visit has its direction.
    """
    opposed = (a.actors and b.actors and not a.actors & b.actors) or (
        a.recipients and b.recipients and not a.recipients & b.recipients
    )
    if a.type not in MUTUAL_TYPES or (a.mode == b.mode == "visit" and opposed):
        return bool(opposed)
    return a.whole and b.whole and len(a.people & b.people) < 2


def _shared_sides(a: Case, b: Case) -> int:
    """On how many sides, actors and recipients, two reports name somebody in common."""
    if a.type in MUTUAL_TYPES:
        return min(2, len(a.people & b.people))
    return bool(a.actors & b.actors) + bool(a.recipients & b.recipients)


def _is_other_time(a: Case, b: Case) -> bool:
    """Are the times of two reports known, and apart?"""
    if a.stated and b.stated:
        gap = max(a.begin, b.begin) - min(a.until, b.until)
        return gap > 0 or (gap == 0 and not _differ_by_mistake(a, b))
    if a.stated or b.stated:
        told, other = (a, b) if a.stated else (b, a)
        news = other.published
        return news is not None and not told.begin <= news < told.until + PUBLISHED_DAYS
    known = a.published is not None and b.published is not None
    return known and not _published_near(a, b)


def _closeness(a: Case, b: Case) -> int:
    """How near two reports are that are not apart in time: 4 their stated times overlap, 3 the
    stated time of one and the publication of the other do, 2 only their publications, 1 they
    differ by a day in a way that can be a mistake; 0 not known to be near.

    A wide time adds nothing to the publications.
    """
    near = _published_near(a, b)
    if a.stated and b.stated and not (a.wide or b.wide):
        return 4 if max(a.begin, b.begin) < min(a.until, b.until) else 1
    told, other = (a, b) if a.stated else (b, a)
    if told.stated and not told.wide and not other.stated and other.published:
        return 3
    return 2 if near else 0


def _published_near(a: Case, b: Case) -> bool:
    if a.published is None or b.published is None:
        return False
    return abs(a.published - b.published) <= PUBLISHED_DAYS


def _differ_by_mistake(a: Case, b: Case) -> bool:
    """Do two reports name two days that follow each other, and tell the same in all else?

    Both must be published on the later day or after it: nobody dates wrongly what is still
    to come, and what happens every day is told every day.
    """
    if a.until - a.begin != 1 or b.until - b.begin != 1 or not _published_near(a, b):
        return False
    if min(a.published or 0, b.published or 0) < max(a.begin, b.begin):
        return False
    told, other = (case._replace(begin=0, until=0, published=0) for case in (a, b))
    return told == other


# --- groups -------------------------------------------------------------------------------


class _Groups:
    """Groups of numbers of cases that grow together, unless they contradict each other."""

    def __init__(self, cases: Sequence[Case], links: Mapping[tuple[int, int], float]) -> None:
        self.cases, self.links = cases, links
        self.leader = {number: number for pair in links for number in pair}
        self.members = {number: [number] for number in self.leader}
        self.apart: dict[int, set[int]] = {number: set() for number in self.leader}

    def join(self, one: int, other: int) -> None:
        """Makes one group of two, if nothing in them is against it."""
        pair = {self.leader[one], self.leader[other]}
        small, *great = sorted(pair, key=lambda group: (len(self.members[group]), group))
        if not great or small in self.apart[great[0]]:
            return
        if self._contradict(small, great[0]):
            self.apart[small].add(great[0])
            self.apart[great[0]].add(small)
        else:
            self._absorb(great[0], small)

    def _contradict(self, small: int, great: int) -> bool:
        pairs = product(self.members[small], self.members[great])
        unlinked = (pair for pair in pairs if (min(pair), max(pair)) not in self.links)
        return any(contradict(self.cases[one], self.cases[other]) for one, other in unlinked)

    def _absorb(self, great: int, small: int) -> None:
        joining = self.members.pop(small)
        self.members[great] += joining
        self.leader.update(dict.fromkeys(joining, great))
        for other in self.apart.pop(small):
            self.apart[other].discard(small)
            self.apart[other].add(great)
            self.apart[great].add(other)


def _group_cases(cases: Sequence[Case]) -> list[list[int]]:
    """Groups of the numbers of cases, sorted; a case is in one, or in none if nothing links it."""
    links = _find_links(cases)
    groups = _Groups(cases, links)
    for one, other in sorted(links, key=lambda pair: (-links[pair], pair)):
        groups.join(one, other)
    numbers = (n for n in range(len(cases)) if n not in groups.leader)
    alone = [[n] for n in numbers if measure_link(cases[n], cases[n])]
    return sorted([*map(sorted, groups.members.values()), *alone])


def _find_links(cases: Sequence[Case]) -> dict[tuple[int, int], float]:
    """All pairs that can be linked, and how strongly.

    Reports that name both sides are compared where they share one of each; one that names
    one side only, with all that share it. In either case the times must be near.
    """
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        if measure_link(case, case):
            for block in _blocks(case):
                blocks[block].append(number)
    links: dict[tuple[int, int], float] = {}
    for block, numbers in blocks.items():
        for pair in _near_pairs(cases, numbers, all_pairs=block[1] == "pair"):
            if pair not in links:
                links[pair] = measure_link(cases[pair[0]], cases[pair[1]])
    return {pair: strength for pair, strength in links.items() if strength}


def _blocks(case: Case) -> Iterator[tuple[str, ...]]:
    """The names of the blocks of a case: of each of its participants and each of its pairs."""
    if case.type in MUTUAL_TYPES:
        yield from ((case.type, "", person) for person in case.people)
        pairs: Iterable[tuple[str, str]] = combinations(sorted(case.people), 2)
    else:
        yield from ((case.type, "actor", person) for person in case.actors)
        yield from ((case.type, "recipient", person) for person in case.recipients)
        pairs = product(case.actors, case.recipients)
    yield from ((case.type, "pair", one, other) for one, other in pairs)


def _near_pairs(
    cases: Sequence[Case], numbers: Sequence[int], *, all_pairs: bool
) -> Iterator[tuple[int, int]]:
    """The pairs of a block that are near in time.

    Unless ``all_pairs``, one of the two must name one side only: all others meet in the
    block of a pair.
    """
    partial = {n for n in numbers if all_pairs or not cases[n].whole}
    if not partial:
        return
    told = [(*_window(cases[n]), n) for n in numbers if not cases[n].wide]
    yield from _overlaps(told, marked=partial)
    wide = {n for n in numbers if cases[n].wide}
    news = [(day, day + PUBLISHED_DAYS, n) for n in numbers if (day := cases[n].published)]
    for pair in _overlaps(news, marked=wide if all_pairs else partial) if wide else ():
        if wide & {*pair} and partial & {*pair}:
            yield pair


def _window(case: Case) -> tuple[float, float]:
    """The days between which a report's event lies, both included, with a day to spare."""
    if case.stated or case.published is None:
        return case.begin, case.until
    return case.published - PUBLISHED_DAYS, case.published


def _overlaps(
    windows: Iterable[tuple[float, float, int]], *, marked: Collection[int]
) -> Iterator[tuple[int, int]]:
    """The pairs of windows that share a day and of which one is marked, the smaller first."""
    active: dict[bool, list[tuple[float, int]]] = {True: [], False: []}
    for begin, end, number in sorted(windows):
        own = number in marked
        for kind in (True, False) if own else (True,):
            active[kind] = [(until, n) for until, n in active[kind] if until >= begin]
            yield from ((min(n, number), max(n, number)) for _, n in active[kind])
        active[own].append((end, number))


# --- one happening ------------------------------------------------------------------------


def _make_happening(group: Sequence[Report]) -> Happening:
    told = [report for report in group if not report.negated]
    first = min(told, key=lambda report: (report.published or "9999", report.id))
    actors = {actor for report in told for actor in report.actors}
    recipients = {recipient for report in told for recipient in report.recipients}
    if first.type in MUTUAL_TYPES:
        recipients -= actors
    begin, until = _agreed_time(told)
    return Happening(
        names.mint("happening", first.id),
        first.type,
        next((report.mode for report in told if report.mode), None),
        tuple(report.id for report in group),
        tuple(sorted(actors)),
        tuple(sorted(recipients)),
        begin,
        until,
        next((report.place for report in told if report.place), None),
        tuple(sorted({report.article for report in told})),
        count_independent(told),
        tuple(_find_contradictions(group)),
    )


def _agreed_time(told: Iterable[Report]) -> tuple[str | None, str | None]:
    """The days on which all stated times agree; both days where two contradict each other."""
    cases = [make_case(report) for report in told]
    begin, until = max(case.begin for case in cases), min(case.until for case in cases)
    if begin >= until:
        begin, until = until - 1, begin + 1
    return _write_day(begin), _write_day(until)


def _write_day(day: float) -> str | None:
    return None if abs(day) == inf else date.fromordinal(int(day)).isoformat()


def recount(
    happening: Happening, reports: Mapping[str, Report], copies: Mapping[str, str]
) -> Happening:
    """The happening with its independent outlets counted anew, now that copies are known.

    ``copies`` gives the copy group of an article.
    """
    told = (reports[id] for id in happening.reports if not reports[id].negated)
    grouped = [replace(r, copy=copies.get(r.article, r.article)) for r in told]
    return replace(happening, independent=count_independent(grouped))


def count_independent(reports: Iterable[Report]) -> int:
    """The number of independent outlets behind reports.

    Each outlet counts once, and each copy group once, however many outlets print it; an
    outlet that prints an agency's text beside its own counts for its own. An article without
    a publisher counts as an outlet that prints nothing but its copy group.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        copy = report.copy or report.article
        outlet = " ".join((report.publisher or "").casefold().split())
        texts[f"outlet {outlet}" if outlet else f"copy {copy}"].add(copy)
    owners: dict[str, str] = {}
    own: dict[str, str] = {}
    return sum(_give_text(outlet, texts, owners, own) for outlet in sorted(texts))


def _give_text(
    outlet: str, texts: Mapping[str, set[str]], owners: dict[str, str], own: dict[str, str]
) -> bool:
    """Can an outlet have a text for its own, if others change theirs for another of theirs?

    ``owners`` and ``own``, the outlet of each text and the text of each outlet, are changed.
    Source: H. W. Kuhn, The Hungarian method (1955), by breadth-first search.
    """
    asked_by: dict[str, str] = {}
    waiting = deque([outlet])
    while waiting:
        asking = waiting.popleft()
        for text in sorted(texts[asking] - asked_by.keys()):
            asked_by[text] = asking
            if text in owners:
                waiting.append(owners[text])
            else:
                _pass_on(text, asked_by, owners, own)
                return True
    return False


def _pass_on(
    text: str, asked_by: Mapping[str, str], owners: dict[str, str], own: dict[str, str]
) -> None:
    """Gives a free text to the outlet that asks for it, and what it had to the next."""
    free: str | None = text
    while free is not None:
        owner = owners[free] = asked_by[free]
        had = own.get(owner)
        own[owner] = free
        free = had


# --- contradictions -----------------------------------------------------------------------


def _find_contradictions(group: Sequence[Report]) -> Iterator[Contradiction]:
    """What the reports of a group, sorted by id, tell differently: numbers, polarity, time."""
    told = [report for report in group if not report.negated]
    yield from _differing_numbers(told)
    if len(told) < len(group):
        values = tuple("negated" if report.negated else "affirmed" for report in group)
        yield Contradiction("polarity", tuple(report.id for report in group), values)
    stated = [(r, case) for r in told if (case := make_case(r)).stated]
    first = min((case.until for _, case in stated), default=inf)
    last = max((case.begin for _, case in stated), default=-inf)
    apart = [r for r, case in stated if case.begin >= first or case.until <= last]
    if apart:
        days = tuple(report.begin or "" for report in apart)
        yield Contradiction("time", tuple(report.id for report in apart), days)


def _differing_numbers(told: Iterable[Report]) -> Iterator[Contradiction]:
    """For each unit the reports whose number is not that of all others."""
    counted: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for report in told:
        if report.quantity is not None and report.quantity[1]:
            value, unit = report.quantity[0], report.quantity[1]
            counted[unit.casefold()].append((value, report.id, f"{_write_number(value)} {unit}"))
    for _, found in sorted(counted.items()):
        low, high = min(found)[0], max(found)[0]
        apart = [(id, text) for n, id, text in found if _unlike(low, n) or _unlike(n, high)]
        if apart:
            ids, values = zip(*apart, strict=True)
            yield Contradiction("number", ids, values)


def _unlike(one: float, other: float) -> bool:
    return abs(one - other) > NUMBER_TOLERANCE * max(abs(one), abs(other))


def _write_number(value: float) -> str:
    return format(Decimal(str(value)).normalize() + 0, "f")


# --- as RDF -------------------------------------------------------------------------------

_RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
_KNOWLEDGE = NamedNode(names.KNOWLEDGE)
_DATE = NamedNode(names.PREFIXES["xsd"] + "date")
_INTEGER = NamedNode(names.PREFIXES["xsd"] + "integer")

_Pair = tuple[NamedNode, NamedNode | Literal]


def happening_quads(happenings: Iterable[Happening]) -> Iterator[Quad]:
    """Happenings as quads of the graph ``kg:knowledge``, each with its contradictions."""
    for happening in happenings:
        node = happening_node(happening)
        for predicate, value in _happening_pairs(happening):
            yield Quad(node, predicate, value, _KNOWLEDGE)
        for contradiction in happening.contradictions:
            yield from _contradiction_quads(node, happening, contradiction)


def happening_node(happening: Happening) -> NamedNode:
    """The IRI of a happening."""
    return NamedNode(names.EV + happening.id)


def _happening_pairs(happening: Happening) -> Iterator[_Pair]:
    yield _RDF_TYPE, kg_term("Happening")
    yield kg_term("eventType"), kg_term(happening.type)
    if happening.mode:
        yield kg_term("mode"), Literal(happening.mode)
    for actor in happening.actors:
        yield kg_term("actor"), entity_node(actor)
    for recipient in happening.recipients:
        yield kg_term("recipient"), entity_node(recipient)
    if happening.begin:
        yield kg_term("timeBegin"), Literal(happening.begin, datatype=_DATE)
    if happening.until:
        yield kg_term("timeUntil"), Literal(happening.until, datatype=_DATE)
    if happening.place:
        yield kg_term("place"), entity_node(happening.place)
    for report in happening.reports:
        yield kg_term("report"), _report_node(report)
    yield kg_term("sourceCount"), _integer(len(happening.sources))
    yield kg_term("independentSources"), _integer(happening.independent)


def _contradiction_quads(
    node: NamedNode, happening: Happening, found: Contradiction
) -> Iterator[Quad]:
    id = names.mint("contradiction", happening.id, found.kind, *found.reports, *found.values)
    contradiction = NamedNode(names.NODE + id)
    yield Quad(node, kg_term("contradiction"), contradiction, _KNOWLEDGE)
    yield Quad(contradiction, _RDF_TYPE, kg_term("Contradiction"), _KNOWLEDGE)
    yield Quad(contradiction, kg_term("contradictionKind"), Literal(found.kind), _KNOWLEDGE)
    versions: dict[str, list[str]] = defaultdict(list)
    for report, value in zip(found.reports, found.values, strict=True):
        versions[value].append(report)
    for value, reports in versions.items():
        version = NamedNode(names.NODE + names.mint("version", id, value))
        yield Quad(contradiction, kg_term("version"), version, _KNOWLEDGE)
        yield Quad(version, _RDF_TYPE, kg_term("Version"), _KNOWLEDGE)
        yield Quad(version, kg_term("valueText"), Literal(value), _KNOWLEDGE)
        for report in reports:
            yield Quad(version, kg_term("report"), _report_node(report), _KNOWLEDGE)


def _report_node(id: str) -> NamedNode:
    """The IRI of an article's event or statement. Raises InputError for an id without prefix."""
    try:
        return NamedNode(names.expand(id))
    except ValueError as error:
        raise InputError(f"report {id}: not the short name of a node (ev:…, st:…)") from error


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
