"""Allies, rivals and threes that do not fit."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
from hypothesis import given, settings
from ties import make_ties, networks

from kg.asking.balances import (
    FINDINGS,
    balance_rows,
    count_triangles,
    find_triangles,
    is_balanced,
    sign_network,
)


def test_a_friend_of_two_enemies_is_unbalanced() -> None:
    graph = make_ties(
        [
            ("a", "b", "plain", "Consult"),
            ("b", "a", "claim", "Aid"),
            ("c", "a", "plain", "Consult"),
            ("b", "c", "plain", "Assault"),
            ("a", "d", "plain", None),
        ]
    )
    rows = balance_rows(graph)
    assert [(r["finding"], r["one"], r["other"], r["third"]) for r in rows] == [
        ("ally", "A", "B", None),
        ("ally", "A", "C", None),
        ("rival", "B", "C", None),
        ("unbalanced triangle", "A", "B", "C"),
    ]
    assert [(r["score"], r["statements"], r["claims"]) for r in rows] == [
        (6.25, 2, 1),
        (2.5, 1, 0),
        (-9.0, 1, 0),
        (1.5, 4, 1),
    ]
    assert rows[3]["signs"] == "A + B; A + C; B - C"
    assert [rows[3][f"{p}_iri"] for p in ("one", "other", "third")] == ["a", "b", "c"]


def test_enemies_of_enemies_fit() -> None:
    graph = make_ties(
        [
            ("a", "b", "plain", "Assault"),
            ("b", "c", "plain", "Assault"),
            ("a", "c", "plain", "Aid"),
        ]
    )
    assert count_triangles(sign_network(graph)) == (1, 0)
    assert {row["finding"] for row in balance_rows(graph)} == {"ally", "rival"}


def test_scores_that_cancel_out_are_no_sign() -> None:
    graph = make_ties([("a", "b", "plain", None)])
    assert balance_rows(graph) == []
    assert not sign_network(graph).edges


@settings(max_examples=60, deadline=None)
@given(networks)
def test_law_of_signs_and_triangles(graph: Any) -> None:
    signed = sign_network(graph)
    found = list(find_triangles(signed))
    triangles: Any = nx.triangles(signed)
    assert len(found) == sum(triangles.values()) // 3
    for triangle in found:
        negative = sum(signed.edges[pair]["sign"] < 0 for pair in combinations(triangle, 2))
        assert is_balanced(signed, triangle) == (negative % 2 == 0)
    rows = balance_rows(graph)
    order = [FINDINGS.index(row["finding"]) for row in rows]
    assert order == sorted(order)
    assert sum(row["third"] is None for row in rows) == signed.number_of_edges()
    assert all(row["claims"] <= row["statements"] for row in rows)
