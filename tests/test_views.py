"""A store seen through rdflib."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import make_lexicon, make_reading
from rdflib import RDF, Dataset, URIRef
from servers import oxigraph_server

import kg
from kg.errors import StoreError
from kg.knowing.store import GraphStore
from kg.names import ART, KG, KNOWLEDGE

NAMES = "SELECT DISTINCT ?n { GRAPH kg:knowledge { ?e a kg:Person ; rdfs:label ?n } } ORDER BY ?n"


def fill(location: str | Path) -> list[str]:
    """Two articles in a store; the names of all persons there."""
    with GraphStore.open(location) as store:
        for name in ("one", "two"):
            store.put_article(make_reading(name), lexicon=make_lexicon())
        store.refresh_knowledge()
        rows = store.query(NAMES)
        return [row["n"].value for row in rows]  # type: ignore[union-attr,misc]


def test_a_directory_is_a_dataset(tmp_path: Path) -> None:
    known = fill(tmp_path / "s")
    graph = kg.open(tmp_path / "s")
    assert isinstance(graph, Dataset)
    assert [str(row[0]) for row in graph.query(NAMES)] == known != []  # type: ignore[index]
    assert {str(g.identifier) for g in graph.graphs()} >= {ART + "one", ART + "two", KNOWLEDGE}
    assert len(set(graph.subjects(RDF.type, URIRef(KG + "Statement")))) == 12


def test_a_server_is_a_graph(tmp_path: Path) -> None:
    with oxigraph_server(tmp_path) as url:
        known = fill(url)
        graph = kg.open(url)
        assert [str(row[0]) for row in graph.query(NAMES)] == known != []  # type: ignore[index]
        assert len(set(graph.subjects(RDF.type, URIRef(KG + "Statement")))) == 12


def test_no_store_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no newskg store"):
        kg.open(tmp_path / "nowhere")
