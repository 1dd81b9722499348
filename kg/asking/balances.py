"""Who is with whom, who against whom, and which threes do not fit together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.asking.measures import mean

if TYPE_CHECKING:
    from kg.asking.network import Network

Row = dict[str, Any]

FINDINGS = ("ally", "rival", "unbalanced triangle")
"""A pair that cooperates, one in conflict, and three with one or three conflicts among them."""


def sign_network(graph: Network) -> nx.Graph[str]:
    """Pairs of actors with the mean ``score`` of their typed statements, and its ``sign``.

    Both directions and layers count together; pairs without a score, or with one of 0, are no
    edge. ``count`` says how many typed statements there are, ``claims`` how many of them only
    somebody says.
    """
    scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    claims: Counter[tuple[str, str]] = Counter()
    for who, whom, layer, data in graph.edges(keys=True, data=True):
        pair = (min(who, whom), max(who, whom))
        found = [e.score for e in data["evidence"] if e.score is not None]
        scores[pair] += found
        claims[pair] += len(found) if layer == "claim" else 0
    signed: nx.Graph[str] = nx.Graph()
    signed.add_nodes_from((node, {"label": graph.nodes[node]["label"]}) for node in graph)
    for (one, other), found in sorted(scores.items()):
        score = mean(found)
        if score:
            sign = 1 if score > 0 else -1
            more = {"count": len(found), "claims": claims[one, other]}
            signed.add_edge(one, other, score=score, sign=sign, **more)
    return signed


def find_triangles(signed: nx.Graph[str]) -> Iterator[tuple[str, str, str]]:
    """All threes of actors that have a sign among each two, each once and in order."""
    for node in sorted(signed):
        after = sorted(other for other in signed[node] if other > node)
        for one, other in combinations(after, 2):
            if signed.has_edge(one, other):
                yield node, one, other


def is_balanced(signed: nx.Graph[str], triangle: tuple[str, str, str]) -> bool:
    """Whether friends of friends are friends there, and enemies of enemies too."""
    product = 1
    for one, other in combinations(triangle, 2):
        product *= signed.edges[one, other]["sign"]
    return product > 0


def count_triangles(signed: nx.Graph[str]) -> tuple[int, int]:
    """How many triangles are balanced, and how many are not."""
    verdicts = [is_balanced(signed, triangle) for triangle in find_triangles(signed)]
    return sum(verdicts), len(verdicts) - sum(verdicts)


def balance_rows(graph: Network) -> list[Row]:
    """One row a finding: allies, rivals, then unbalanced triangles; most statements first.

    ``score`` is the mean of the typed ``statements`` between them, of which ``claims`` are only
    said by somebody; ``signs`` tells each pair of a triangle with ``+`` or ``-``.
    """
    signed = sign_network(graph)
    pairs = [
        _row(signed, FINDINGS[0] if data["sign"] > 0 else FINDINGS[1], (one, other))
        for one, other, data in signed.edges(data=True)
    ]
    triangles = [
        _row(signed, FINDINGS[2], triangle)
        for triangle in find_triangles(signed)
        if not is_balanced(signed, triangle)
    ]
    return sorted([*pairs, *triangles], key=_order)


def _row(signed: nx.Graph[str], finding: str, actors: tuple[str, ...]) -> Row:
    named = sorted(actors, key=lambda node: (signed.nodes[node]["label"], node))
    label = [signed.nodes[node]["label"] for node in named]
    edges = [signed.edges[pair] for pair in combinations(named, 2)]
    counts = sum(edge["count"] for edge in edges)
    signs = [
        f"{signed.nodes[one]['label']} {'+' if signed.edges[one, other]['sign'] > 0 else '-'} "
        f"{signed.nodes[other]['label']}"
        for one, other in combinations(named, 2)
    ]
    return {
        "finding": finding,
        "one": label[0],
        "other": label[1],
        "third": label[2] if len(label) > 2 else None,
        "score": round(sum(edge["score"] * edge["count"] for edge in edges) / counts, 2),
        "statements": counts,
        "claims": sum(edge["claims"] for edge in edges),
        "signs": "; ".join(signs) if len(label) > 2 else None,
        **{f"{place}_iri": node for place, node in zip(_PLACES, (*named, None), strict=False)},
    }


_PLACES = ("one", "other", "third")


def _order(row: Row) -> tuple[Any, ...]:
    names = (row["one"], row["other"], row["third"] or "")
    iris = (row["one_iri"], row["other_iri"], row["third_iri"] or "")
    extreme = -abs(row["score"])
    return (FINDINGS.index(row["finding"]), -row["statements"], extreme, names, iris)
