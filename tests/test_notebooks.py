"""A network in a notebook: what it shows, its tables, its filters."""

from __future__ import annotations

import base64
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from handmade import make_lexicon, make_reading
from ties import make_actor, make_ties

import kg
from kg.asking import notebooks
from kg.asking.network import edge_rows, evidence_rows, node_rows
from kg.asking.notebooks import EDGE_COLUMNS, EVIDENCE_COLUMNS, NODE_COLUMNS, make_actor_network
from kg.errors import NotFoundError, QueryError, StoreError
from kg.knowing.store import GraphStore

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202e'
TIES: list[Any] = [("a", "b", "plain", "Assault"), ("b", "c", "claim", "Consult")]


def network(**actors: Any) -> Any:
    return make_actor_network(make_ties(TIES, **actors))


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_it_shows_itself_with_counts_tables_and_a_picture() -> None:
    shown = network()._repr_html_()
    assert "3 actors, 2 edges, 2026-01-01 to 2026-02-02" in shown
    assert "<td>reden mit 1</td>" in shown
    data = re.search(r"data:image/svg\+xml;base64,([\w+/=]+)", shown)
    assert data is not None
    assert b"<svg" in base64.b64decode(data[1])
    assert repr(network()) == "<3 actors, 2 edges, 2026-01-01 to 2026-02-02>"
    assert len(network()) == 3


def test_hostile_labels_are_only_text() -> None:
    hostile = network(a=make_actor("a", label=HOSTILE, kind="Person"))
    shown = hostile._repr_html_()
    tags = Tags(shown).found
    assert {tag for tag, _ in tags} == {
        *("p", "b", "img", "table", "thead", "tbody", "tr", "th", "td"),
    }
    assert [set(attrs) for tag, attrs in tags if tag == "img"] == [{"alt", "style", "src"}]
    assert all(not attrs for tag, attrs in tags if tag != "img")
    assert "\u202e" not in shown
    assert "&lt;script&gt;" in shown


def test_an_empty_network_shows_itself_too() -> None:
    shown = make_actor_network(make_ties([]))._repr_html_()
    assert "0 actors, 0 edges" in shown


def test_it_filters_and_measures() -> None:
    found = network()
    plain = found.filter(layer="plain")
    assert (len(plain), len(found)) == (2, 3)
    assert [row["name"] for row in plain.central()] == ["A", "B"]
    assert {row["measure"] for row in found.stats()} >= {"actors", "density"}
    assert [row["step"] for row in found.path("A", "C")] == [1, 2]
    assert [row["distance"] for row in found.ego("A")] == [0]
    assert [row["finding"] for row in found.balance()] == ["ally", "rival"]
    assert len(found.timeline("B")) == len(found.timeline()) == 2
    assert found.communities()[0]["actors"] >= 2
    assert {row["change"] for row in found.compare("2026-01", "2026-02")} == {"new", "gone", "same"}
    with pytest.raises(NotFoundError, match="C: no edge of this actor passes the filters"):
        plain.path("A", "C")
    with pytest.raises(QueryError, match="no layer"):
        found.filter(layer="gossip")


def test_columns_are_those_of_the_rows() -> None:
    graph = network().graph
    assert tuple(node_rows(graph)[0]) == NODE_COLUMNS
    assert tuple(edge_rows(graph)[0]) == EDGE_COLUMNS
    assert tuple(evidence_rows(graph)[0]) == EVIDENCE_COLUMNS


def test_frames_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    found = network()
    assert list(found.nodes_frame()["name"]) == ["B", "A", "C"]
    edges = found.edges_frame()
    assert edges.loc[edges["layer"] == "plain", "score"].item() == -9.0
    assert edges["first"].min() == pandas.Timestamp("2026-01-01")
    assert list(found.evidence_frame()["sentence"]) == ["Satz 0.", "Satz 1."]
    empty = make_actor_network(make_ties([]))
    assert list(empty.edges_frame().columns) == list(EDGE_COLUMNS)
    assert len(empty.evidence_frame()) == len(empty.nodes_frame()) == 0


def test_without_pandas_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        network().nodes_frame()


def test_without_a_picture_there_are_still_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise QueryError("no picture")

    monkeypatch.setattr(notebooks, "draw_picture", refuse)
    assert "<img" not in network()._repr_html_()


def test_from_a_store_on_disk(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "store") as store:
        store.put_article(make_reading(), lexicon=make_lexicon())
        store.refresh_knowledge()
    found = kg.network(tmp_path / "store", unnamed=True)
    assert "Nathan Sales" in {data["label"] for _, data in found.graph.nodes(data=True)}
    assert len(kg.network(tmp_path / "store", unnamed=True, ego="Nathan Sales")) >= 2
    with pytest.raises(StoreError):
        kg.network(tmp_path / "nowhere")
