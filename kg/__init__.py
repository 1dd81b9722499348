"""newskg: news articles to a knowledge graph that can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Dataset, Graph

    from kg.asking.notebooks import ActorNetwork

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


def network(location: str | Path, *, unnamed: bool = False, **filters: Any) -> ActorNetwork:
    """Who acts on whom in a store (a directory, or the URL of a SPARQL server).

    It shows itself in a notebook; ``graph`` is a networkx graph, ``edges_frame()`` a table of
    pandas. Filters are those of :func:`kg.asking.network.filter_network`; ``unnamed`` takes in
    actors that only one article knows.

    >>> who = kg.network("harbour", layer="plain", since="2026-10-01")        # doctest: +SKIP
    >>> who.path("Elena Marchetti", "Nordwind")                              # doctest: +SKIP

    Raises StoreError when there is no store, QueryError for an unknown filter, and
    NotFoundError for an unknown ``ego``.
    """
    from kg.asking.network import read_network
    from kg.asking.notebooks import make_actor_network
    from kg.knowing.store import GraphStore

    with GraphStore.open(location, read_only=True) as store:
        select: Any = store.query  # all that is asked are SELECTs
        whole = read_network(select, local=unnamed, names=store.names)
    return make_actor_network(whole, **filters)
