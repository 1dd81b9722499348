"""Size, centre and communities of networks, beside networkx and rustworkx."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ties import Tie, make_actor, make_chain, make_ties, networks, ties

from kg.asking import measures
from kg.asking.measures import (
    ORDERS,
    central_rows,
    community_rows,
    find_communities,
    measure_betweenness,
    member_rows,
    rank,
    stat_rows,
)
from kg.errors import QueryError

LAW = settings(max_examples=60, deadline=None)


def figures(graph: Any) -> dict[str, Any]:
    return {row["measure"]: row["value"] for row in stat_rows(graph)}


def test_figures_of_a_small_network() -> None:
    graph = make_ties(
        [
            ("a", "b", "plain", "Assault"),
            ("b", "a", "plain", "Consult"),
            ("a", "b", "claim", "Accuse"),
            ("c", "d", "plain", None),
        ]
    )
    assert figures(graph) == {
        "actors": 4,
        "edges": 4,
        "edges plain": 3,
        "edges claim": 1,
        "statements": 4,
        "statements plain": 3,
        "statements claim": 1,
        "articles": 2,
        "first": "2026-01-01",
        "last": "2026-04-04",
        "density": 0.25,
        "components": 2,
        "largest component": 2,
        "reciprocity": 0.6667,
        "typed statements": 3,
        "conflict": 0.6667,
        "cooperation": 0.3333,
    }
    assert all(row["meaning"] for row in stat_rows(graph))


def test_an_empty_network_has_figures_too() -> None:
    found = figures(make_ties([]))
    assert (found["actors"], found["density"], found["components"]) == (0, 0, 0)
    assert (found["reciprocity"], found["conflict"], found["first"]) == (0.0, None, None)
    assert central_rows(make_ties([])) == community_rows(make_ties([])) == []


def test_a_statement_that_makes_two_edges_counts_once() -> None:
    graph = make_chain("a", "b")
    edge = dict(graph.edges["a", "b", "plain"])
    graph.add_node("c", **make_actor("c"))
    graph.add_edge("a", "c", key="plain", **edge)
    assert figures(graph)["statements"] == 1


def test_who_stands_between_brokers() -> None:
    rows = {row["name"]: row for row in central_rows(make_chain("a", "b", "c"), by="betweenness")}
    assert (rows["B"]["rank"], rows["B"]["betweenness"], rows["B"]["brokered"]) == (1, 1.0, 1)
    assert (rows["A"]["rank"], rows["C"]["rank"], rows["A"]["degree"]) == (2, 2, 1)
    with pytest.raises(QueryError, match="statements, degree, pagerank, betweenness, brokered"):
        central_rows(make_chain("a", "b"), by="fame")


def test_equal_ones_share_a_rank() -> None:
    assert rank({"a": 3, "b": 5, "c": 3, "d": 1}) == {"a": 2, "b": 1, "c": 2, "d": 4}


@LAW
@given(networks, st.sampled_from(ORDERS))
def test_law_centralities_are_those_of_networkx(graph: Any, by: str) -> None:
    directed = nx.DiGraph()
    directed.add_nodes_from(graph)
    for who, whom, data in graph.edges(data=True):
        before = directed.get_edge_data(who, whom, {"weight": 0})["weight"]
        directed.add_edge(who, whom, weight=before + data["count"])
    pairs = nx.Graph(directed.edges)
    rows = central_rows(graph, by=by)
    between, ranks = nx.betweenness_centrality(pairs), nx.pagerank(directed)
    clustering = nx.clustering(pairs)
    for row in rows:
        node = row["iri"]
        assert row["statements"] == graph.degree(node, weight="count")
        assert row["degree"] == pairs.degree(node)
        assert row["betweenness"] == pytest.approx(between[node], abs=1e-6)
        assert row["pagerank"] == pytest.approx(ranks[node], abs=1e-5)
        possible = row["degree"] * (row["degree"] - 1) / 2
        assert row["brokered"] == pytest.approx(possible * (1 - clustering[node]))
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert [row[by] for row in rows] == sorted((row[by] for row in rows), reverse=True)
    assert figures(graph)["components"] == nx.number_connected_components(pairs)


@LAW
@given(st.integers(0, 30), st.floats(0, 0.6), st.integers(0, 99))
def test_law_both_engines_agree(size: int, density: float, seed: int) -> None:
    pytest.importorskip("rustworkx")
    graph = nx.gnp_random_graph(size, density, seed=seed)
    named = nx.relabel_nodes(graph, {n: f"n{n}" for n in graph})
    fast = measure_betweenness(named, fast=True)
    assert fast == pytest.approx(measure_betweenness(named, fast=False), abs=1e-9)
    assert list(fast) == list(named)


@pytest.mark.parametrize("installed", [True, False])
def test_the_quick_engine_is_taken_by_itself(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    asked = []
    monkeypatch.setattr(measures, "has_rustworkx", lambda: installed)
    monkeypatch.setattr(
        measures, "_fast_betweenness", lambda g: asked.append(g) or dict.fromkeys(g)
    )
    measure_betweenness(nx.path_graph(3))
    assert len(asked) == installed


def test_what_is_sampled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = make_chain("a", "b", "c", "d")
    monkeypatch.setattr(measures, "has_rustworkx", lambda: False)
    (first, *_) = central_rows(graph, by="betweenness", sample_above=3)
    assert "betweenness_sampled" in first
    assert "betweenness" not in first
    assert central_rows(graph, sample_above=3) == central_rows(graph, sample_above=3)
    assert "betweenness" in central_rows(graph, sample_above=4)[0]
    monkeypatch.setattr(measures, "has_rustworkx", lambda: True)
    assert not measures.is_sampled(10**6)


def test_communities_are_called_by_their_leading_actors() -> None:
    triangles = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "e"), ("e", "f"), ("f", "d")]
    every = [(x, y, "plain", "Consult") for x, y in triangles] * 2
    graph = make_ties([*every, ("c", "d", "claim", "Assault"), ("a", "b", "plain", None)])
    rows = community_rows(graph)
    assert [(r["community"], r["name"], r["actors"]) for r in rows] == [
        (1, "A, B, C", 3),
        (2, "D, E, F", 3),
    ]
    assert [(r["statements"], r["to_others"], r["score"]) for r in rows] == [
        (7, 1, 2.5),
        (6, 1, 2.5),
    ]
    assert [(r["community"], r["name"]) for r in member_rows(graph)] == [
        (1, "A"),
        (1, "B"),
        (1, "C"),
        (2, "D"),
        (2, "E"),
        (2, "F"),
    ]


@LAW
@given(ties, st.integers(0, 99))
def test_law_the_order_of_statements_changes_nothing(found: list[Tie], seed: int) -> None:
    mixed = [tie for tie in found]
    random.Random(seed).shuffle(mixed)
    one, two = make_ties(found), make_ties(mixed)
    assert find_communities(one) == find_communities(two)
    assert community_rows(one) == community_rows(two)
    assert central_rows(one) == central_rows(two)
    everyone = sorted(node for group in find_communities(one) for node in group)
    assert everyone == sorted(one)
