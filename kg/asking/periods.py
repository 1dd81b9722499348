"""How a network changes with time: two periods side by side, and month after month."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kg.asking.measures import TONES, mean, rank
from kg.asking.network import find_actor, weigh_actors
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.asking.network import Evidence, Network

Row = dict[str, Any]
Period = tuple[str | None, str | None]

CHANGES = ("new", "gone", "up", "down", "same")
"""What can happen to an actor between two periods."""

UNDATED = "undated"
"""The month of statements in articles without a date."""

_DATE = re.compile(r"(?!0000)\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


def read_period(text: str) -> Period:
    """The first day of a period, and the day after its last, from ``2019-01-01..2019-07-01``.

    Either end may be missing (open) and be a month or a year; ``2019`` and ``2019-03`` alone
    are that year or month.

    >>> read_period("2019-12"), read_period("2019-01-01..")
    (('2019-12-01', '2020-01-01'), ('2019-01-01', None))

    Raises QueryError for what is no period, or an empty one.
    """
    first, dots, last = text.strip().partition("..")
    if not (first or last) or not all(_is_date(end) for end in (first, last) if end):
        raise QueryError(f"{text!r} is no period: write it as 2019-01-01..2019-07-01 or 2019-03")
    if not dots:
        return _first_day(first), _next(first)
    since, until = (_first_day(end) if end else None for end in (first, last))
    if since and until and since >= until:
        raise QueryError(f"{text!r} is an empty period: its end does not belong to it")
    return since, until


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.date.fromisoformat(_first_day(text)))
    except ValueError:
        return False


def _first_day(date: str) -> str:
    return date + "-01" * (2 - date.count("-"))


def _next(date: str) -> str:
    """The first day after a year, a month or a day."""
    year, *rest = map(int, date.split("-"))
    if not rest:
        return f"{year + 1:04}-01-01"
    if len(rest) == 1:
        return f"{year + rest[0] // 12:04}-{rest[0] % 12 + 1:02}-01"
    return (datetime.date(year, rest[0], rest[1]) + datetime.timedelta(days=1)).isoformat()


def compare_rows(before: Network, after: Network) -> list[Row]:
    """One row an actor of either network: who is new, gone, has gone up or down in rank.

    ``rank`` counts by statements, equal ones share it. The new come first, then the gone, then
    those that moved furthest; among equals, those in most statements.
    """
    weights = (weigh_actors(before), weigh_actors(after))
    ranks = tuple(rank(weight) for weight in weights)
    data = {node: facts for graph in (before, after) for node, facts in graph.nodes(data=True)}
    rows = []
    for node, facts in data.items():
        old, new = (found.get(node) for found in ranks)
        rows.append(
            {
                "change": _change(old, new),
                "name": facts["label"],
                "kind": facts["kind"],
                "rank_before": old,
                "rank_after": new,
                "moved": old - new if old is not None and new is not None else None,
                "statements_before": weights[0].get(node, 0),
                "statements_after": weights[1].get(node, 0),
                "iri": node,
            }
        )
    return sorted(rows, key=_furthest_first)


def _change(old: int | None, new: int | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    return "same" if old == new else "up" if new < old else "down"


def _furthest_first(row: Row) -> tuple[Any, ...]:
    statements = row["statements_before"] + row["statements_after"]
    moved = -abs(row["moved"] or 0)
    return (CHANGES.index(row["change"]), moved, -statements, row["name"], row["iri"])


def timeline_rows(graph: Network, name: str | None = None) -> list[Row]:
    """One row a month with news of an actor, or of all: what is asserted, claimed, in what tone.

    ``events`` counts plain statements, ``claims`` the others, ``acts`` those in which the actor
    acts (left out for all), ``conflict`` and ``cooperation`` those with an event type; months
    are those of publication. Raises NotFoundError for an unknown name.
    """
    actor = None if name is None else find_actor(graph, name)
    months: defaultdict[str, dict[str, tuple[str, bool, Evidence]]] = defaultdict(dict)
    for who, whom, layer, data in graph.edges(keys=True, data=True):
        if actor in (None, who, whom):
            for e in data["evidence"]:
                month = months[(e.published or UNDATED)[:7]]
                acted = who == actor or (e.statement in month and month[e.statement][1])
                month[e.statement] = (layer, acted, e)
    return [
        _month_row(month, list(found.values()), of_actor=actor is not None)
        for month, found in sorted(months.items())
    ]


def _month_row(month: str, found: list[tuple[str, bool, Evidence]], *, of_actor: bool) -> Row:
    layers = Counter(layer for layer, _, _ in found)
    tones = Counter(e.quad.rsplit(" ", 1)[-1] for _, _, e in found if e.quad)
    acts = {"acts": sum(acted for _, acted, _ in found)} if of_actor else {}
    return {
        "month": month,
        "statements": len(found),
        "events": layers["plain"],
        "claims": layers["claim"],
        **acts,
        **{tone: tones[tone] for tone in TONES},
        "score": mean(e.score for _, _, e in found if e.score is not None),
        "articles": len({e.article for _, _, e in found}),
    }
