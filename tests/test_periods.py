"""Periods side by side, and months one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ties import NAMES, make_chain, make_evidence, make_ties, networks

from kg.asking.network import filter_network, make_network
from kg.asking.periods import compare_rows, read_period, timeline_rows
from kg.errors import NotFoundError, QueryError

LAW = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2019-01-01..2019-07-01", "2019-01-01", "2019-07-01"),
        ("2019-03", "2019-03-01", "2019-04-01"),
        ("2019-12", "2019-12-01", "2020-01-01"),
        ("2019", "2019-01-01", "2020-01-01"),
        ("2020-02-28", "2020-02-28", "2020-02-29"),
        ("2019..2019-03", "2019-01-01", "2019-03-01"),
        ("..2019-03-04", None, "2019-03-04"),
        (" 2019-03-04.. ", "2019-03-04", None),
    ],
)
def test_periods_are_half_open(text: str, since: str | None, until: str | None) -> None:
    assert read_period(text) == (since, until)


@pytest.mark.parametrize(
    "text", ["", "..", "neulich", "2019-13", "2019-02-30", "0000", "2019-1-1", "2019..2018", "1..2"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(QueryError, match=r"period"):
        read_period(text)


def test_who_is_new_gone_or_moved() -> None:
    before = make_ties([("a", "b", "plain", None)] * 2 + [("c", "d", "plain", None)])
    after = make_ties([("c", "d", "plain", None)] * 3 + [("e", "b", "plain", None)])
    rows = compare_rows(before, after)
    assert [(r["change"], r["name"], r["moved"]) for r in rows] == [
        ("new", "E", None),
        ("gone", "A", None),
        ("up", "C", 2),
        ("up", "D", 2),
        ("down", "B", -2),
    ]
    assert (rows[4]["rank_before"], rows[4]["rank_after"]) == (1, 3)
    assert (rows[4]["statements_before"], rows[4]["statements_after"]) == (2, 1)


@LAW
@given(networks)
def test_law_nothing_changes_beside_itself(graph: Any) -> None:
    assert {row["change"] for row in compare_rows(graph, graph)} <= {"same"}
    empty = make_ties([])
    assert {row["change"] for row in compare_rows(empty, graph)} <= {"new"}
    assert {row["change"] for row in compare_rows(graph, empty)} <= {"gone"}


def test_month_by_month() -> None:
    graph = make_ties(
        [
            ("a", "b", "plain", "Assault"),
            ("b", "a", "claim", "Consult"),
            ("b", "c", "plain", "Aid"),
        ]
    )
    assert timeline_rows(graph, "A") == [
        {
            "month": "2026-01",
            "statements": 1,
            "events": 1,
            "claims": 0,
            "acts": 1,
            "conflict": 1,
            "cooperation": 0,
            "score": -9.0,
            "articles": 1,
        },
        {
            "month": "2026-02",
            "statements": 1,
            "events": 0,
            "claims": 1,
            "acts": 0,
            "conflict": 0,
            "cooperation": 1,
            "score": 2.5,
            "articles": 1,
        },
    ]
    assert [row["month"] for row in timeline_rows(graph)] == ["2026-01", "2026-02", "2026-03"]
    assert "acts" not in timeline_rows(graph)[0]
    with pytest.raises(NotFoundError):
        timeline_rows(graph, "nobody")


def test_undated_statements_come_last_and_double_edges_count_once() -> None:
    undated, dated = make_evidence(1, published=None), make_evidence(2)
    actors = {
        n: {"label": n, "kind": "Person", "mentions": 1, "articles": 1, "aliases": ()}
        for n in "abc"
    }
    graph = make_network(
        actors, {("a", "b", "plain"): [undated, dated], ("a", "c", "plain"): [dated]}
    )
    rows = timeline_rows(graph, "a")
    assert [(r["month"], r["statements"]) for r in rows] == [("2026-03", 1), ("undated", 1)]


@LAW
@given(networks, st.sampled_from(NAMES))
def test_law_months_add_up(graph: Any, name: str) -> None:
    everything = timeline_rows(graph)
    statements = {s for _, _, data in graph.edges(data=True) for s in data["statements"]}
    assert sum(row["statements"] for row in everything) == len(statements)
    assert all(row["events"] + row["claims"] == row["statements"] for row in everything)
    if name in graph:
        own = timeline_rows(filter_network(graph, ego=name), name)
        assert own == timeline_rows(graph, name)
        assert sum(row["acts"] for row in own) == sum(
            data["count"] for _, _, data in graph.out_edges(name, data=True)
        )


def test_chain_has_a_month_a_statement() -> None:
    assert len(timeline_rows(make_chain("a", "b", "c"))) == 2
