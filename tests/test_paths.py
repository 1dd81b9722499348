"""Ways between actors, and what is around one."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ties import NAMES, make_actor, make_chain, make_ties, networks

from kg.asking.measures import merge_directions
from kg.asking.network import filter_network
from kg.asking.paths import ego_rows, find_path, path_rows, tell_path
from kg.errors import NotFoundError, QueryError

LAW = settings(max_examples=80, deadline=None)
DETOUR = [
    *[("a", "b", "plain", None)],
    *[("a", "c", "plain", "Consult"), ("d", "c", "claim", None)] * 4,
    *[("d", "b", "plain", None)] * 4,
]


def test_the_strongest_way_may_be_longer() -> None:
    graph = make_ties(DETOUR)
    assert find_path(graph, "A", "B") == ["a", "b"]
    assert find_path(graph, "A", "B", way="strongest") == ["a", "c", "d", "b"]
    rows = path_rows(graph, "a", "B")
    assert [(r["way"], r["step"], r["from"], r["to"], r["statements"]) for r in rows] == [
        ("shortest", 1, "A", "B", 1),
        ("strongest", 1, "A", "C", 4),
        ("strongest", 2, "C", "D", 4),
        ("strongest", 3, "D", "B", 4),
    ]
    assert (rows[2]["who"], rows[2]["whom"], rows[2]["layer"]) == ("D", "C", "claim")
    assert rows[1]["sentence"] == "Satz 7.", "the surest statement"


def test_each_step_shows_a_plain_statement_where_there_is_one() -> None:
    graph = make_ties([("a", "b", "claim", None), ("b", "a", "plain", None)])
    (row,) = path_rows(graph, "A", "B")
    assert (row["way"], row["layer"], row["who"]) == ("shortest, strongest", "plain", "B")


def test_a_way_is_told_with_its_sentences() -> None:
    told = tell_path(path_rows(make_ties(DETOUR), "A", "B"))
    assert told.splitlines()[:4] == [
        "shortest: 1 step",
        "  1  A – B",
        "     A → reden mit → B (plain)",
        "     Satz 0. [2026-01-01, st:0]",
    ]
    assert "strongest: 3 steps\n  1  A – C\n" in told
    assert "     D → reden mit → C (claim, 1 of 4 statements)\n" in told


def test_no_way_and_no_name() -> None:
    graph = make_ties([("a", "b", "plain", None), ("c", "d", "plain", None)])
    with pytest.raises(NotFoundError, match="A and D: nothing connects them"):
        path_rows(graph, "A", "D")
    with pytest.raises(NotFoundError, match="Z: nobody in this network has this name"):
        path_rows(graph, "A", "Z")
    with pytest.raises(QueryError, match="same actor"):
        path_rows(graph, "A", "a")
    with pytest.raises(QueryError, match="shortest, strongest"):
        find_path(graph, "A", "B", way="scenic")


def test_what_is_around_an_actor() -> None:
    graph = make_ties(
        [("a", "b", "plain", None), ("b", "c", "plain", None), ("d", "c", "plain", None)]
        + [("b", "e", "plain", None), ("a", "e", "plain", None)] * 2
    )
    rows = ego_rows(graph, "A")
    assert [(r["distance"], r["who"], r["whom"], r["count"]) for r in rows] == [
        (0, "A", "E", 2),
        (0, "A", "B", 1),
        (1, "B", "E", 2),
    ]
    assert [r["distance"] for r in ego_rows(graph, "A", radius=3)] == [0, 0, 1, 1, 2]


def connected(graph: Any, one: str, other: str) -> bool:
    pairs = merge_directions(graph)
    return one in pairs and other in pairs and one != other and nx.has_path(pairs, one, other)


@LAW
@given(networks, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_law_ways_are_those_of_networkx(graph: Any, one: str, other: str) -> None:
    if not connected(graph, one, other):
        with pytest.raises((NotFoundError, QueryError)):
            path_rows(graph, one, other)
        return
    pairs = merge_directions(graph)
    for _, _, data in pairs.edges(data=True):
        data["cost"] = 1 / data["weight"]
    short = find_path(graph, one, other)
    assert len(short) - 1 == nx.shortest_path_length(pairs, one, other)
    cost = {
        tuple(p): nx.path_weight(pairs, p, "cost") for p in nx.all_shortest_paths(pairs, one, other)
    }
    assert cost[tuple(short)] == pytest.approx(min(cost.values()))
    strong = find_path(graph, one, other, way="strongest")
    least = nx.dijkstra_path_length(pairs, one, other, weight="cost")
    assert nx.path_weight(pairs, strong, "cost") == pytest.approx(least)
    for row in path_rows(graph, one, other):
        assert row["sentence"]
        assert {row["who"], row["whom"]} == {row["from"], row["to"]}


@LAW
@given(networks, st.sampled_from(NAMES), st.integers(1, 4))
def test_law_what_is_around_is_the_ego_graph(graph: Any, centre: str, radius: int) -> None:
    if centre not in graph:
        return
    rows = ego_rows(graph, centre, radius=radius)
    around = nx.ego_graph(graph.to_undirected(), centre, radius=radius)
    inside = graph.subgraph(around)
    assert len(rows) == inside.number_of_edges()
    assert [r["distance"] for r in rows] == sorted(r["distance"] for r in rows)
    part = filter_network(graph, ego=centre, radius=radius)
    assert set(part) == set(around)
    assert part.number_of_edges() == len(rows)


def test_an_actor_may_be_named_by_alias_or_iri() -> None:
    actors = {"a": make_actor("a", aliases=("Alpha",)), "b": make_actor("b")}
    graph = make_ties([("a", "b", "plain", None)], **actors)
    assert find_path(graph, " alpha ", "b") == ["a", "b"]
    assert ego_rows(make_chain("a", "b"), "a") == ego_rows(make_chain("a", "b"), "A")
