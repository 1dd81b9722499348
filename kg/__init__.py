"""newskg: news articles to a knowledge graph that can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Dataset, Graph

__version__ = "0.1.0"


def open(location: str | Path) -> Dataset | Graph:
    """A store (a directory, or the URL of a SPARQL server) as rdflib sees it, for reading.

    >>> graph = kg.open("harbour")                                         # doctest: +SKIP
    >>> graph.query("SELECT DISTINCT ?n { ?e a kg:Person ; rdfs:label ?n }")   # doctest: +SKIP

    Raises StoreError when there is no store, or it cannot be read.
    """
    from kg.knowing.store import GraphStore
    from kg.knowing.views import as_rdflib

    with GraphStore.open(location, read_only=True) as store:
        return as_rdflib(store)
