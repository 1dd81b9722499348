"""How two actors hang together, and what lies around one: with a sentence for every step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.asking.measures import merge_directions
from kg.asking.network import edge_rows, find_actor, find_distances
from kg.errors import NotFoundError, QueryError
from kg.names import shorten

if TYPE_CHECKING:
    from kg.asking.network import Evidence, Network

Row = dict[str, Any]

WAYS = ("shortest", "strongest")
"""Fewest edges; or edges with many statements, though they may be more."""


def find_path(graph: Network, one: str, other: str, *, way: str = "shortest") -> list[str]:
    """The actors on the way between two, both included, whichever direction edges have.

    ``one`` and ``other`` are names, see :func:`kg.asking.network.find_actor`. The shortest way
    has the fewest edges and, among those, the strongest ones; the strongest has the least sum
    of 1 / statements over its edges. The same network gives the same way every time.

    Raises NotFoundError for an unknown name and where there is no way, QueryError for another
    ``way`` and where both names mean one actor.
    """
    if way not in WAYS:
        raise QueryError(f"no way {way!r}: there are {', '.join(WAYS)}")
    start, end = find_actor(graph, one), find_actor(graph, other)
    if start == end:
        raise QueryError(f"{one} and {other} are the same actor: name two")
    pairs = merge_directions(graph)
    toll = float(len(pairs)) if way == "shortest" else 0.0
    for _, _, data in pairs.edges(data=True):
        data["cost"] = toll + 1 / data["weight"]
    try:
        return list(nx.dijkstra_path(pairs, start, end, weight="cost"))
    except nx.NetworkXNoPath as error:
        raise NotFoundError(f"{one} and {other}: nothing connects them in this network") from error


def path_rows(graph: Network, one: str, other: str) -> list[Row]:
    """One row a step of the shortest way between two actors, then of the strongest.

    Where both are the same it stands once, as ``shortest, strongest``. ``from`` and ``to`` tell
    the step; ``who``, ``relation`` and ``whom`` the surest statement behind it (plain before
    claim), with its sentence; ``statements`` how many there are of the two. Raises as
    :func:`find_path`.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for way in WAYS:
        found.setdefault(tuple(find_path(graph, one, other, way=way)), []).append(way)
    return [
        {"way": ", ".join(ways), "step": number, **_step(graph, here, there)}
        for path, ways in found.items()
        for number, (here, there) in enumerate(pairwise(path), 1)
    ]


def _step(graph: Network, here: str, there: str) -> Row:
    statements = [
        (who, whom, layer, evidence)
        for who, whom in ((here, there), (there, here))
        for layer in sorted(graph[who].get(whom, ()), key=_plain_first)
        for evidence in graph.edges[who, whom, layer]["evidence"]
    ]
    who, whom, layer, best = min(statements, key=lambda s: (_plain_first(s[2]), _sure(s[3])))
    label = {node: graph.nodes[node]["label"] for node in (here, there)}
    return {
        "from": label[here],
        "to": label[there],
        "statements": len(statements),
        "who": label[who],
        "relation": best.relation,
        "whom": label[whom],
        "layer": layer,
        "modality": best.modality,
        "speaker": best.speaker,
        "published": best.published,
        "publisher": best.publisher,
        "statement": best.statement,
        "article": best.article,
        "sentence": best.sentence,
    }


def _plain_first(layer: str) -> bool:
    return layer != "plain"


def _sure(evidence: Evidence) -> tuple[Any, ...]:
    return (-(evidence.confidence or 0), evidence.published or "9999", evidence.statement)


def ego_rows(graph: Network, name: str, *, radius: int = 1) -> list[Row]:
    """The edges around an actor, the nearest first: ``distance`` 0 are its own.

    Then those between actors at distance 1, and so on, up to ``radius``; columns are those of
    :func:`kg.asking.network.edge_rows`. Raises NotFoundError for an unknown name.
    """
    distance = find_distances(graph.edges, find_actor(graph, name), radius)
    rows = [
        {"distance": min(distance[row["who_iri"]], distance[row["whom_iri"]]), **row}
        for row in edge_rows(graph)
        if row["who_iri"] in distance and row["whom_iri"] in distance
    ]
    return sorted(rows, key=lambda row: row["distance"])  # stays heaviest first within


def tell_path(rows: Sequence[Row]) -> str:
    """Rows of :func:`path_rows` for people: each way a block, each step with its sentence."""
    lines: list[str] = []
    for row in rows:
        if row["step"] == 1:
            steps = sum(other["way"] == row["way"] for other in rows)
            lines.append(f"{row['way']}: {steps} step{'s' * (steps > 1)}")
        source = filter(None, (row["published"], row["publisher"], shorten(row["statement"])))
        lines += [
            f"  {row['step']}  {row['from']} – {row['to']}",
            f"     {row['who']} → {row['relation']} → {row['whom']} ({_tell_status(row)})",
            f"     {' '.join(row['sentence'].split())} [{', '.join(source)}]",
        ]
    return "".join(f"{line}\n" for line in lines)


def _tell_status(row: Row) -> str:
    """Reads: ``claim of Marit Solheim, future, 1 of 3 statements``."""
    speaker = f" of {row['speaker']}" if row["speaker"] else ""
    modality = "" if row["modality"] == "asserted" else row["modality"]
    more = "" if row["statements"] == 1 else f"1 of {row['statements']} statements"
    return ", ".join(filter(None, (row["layer"] + speaker, modality, more)))
