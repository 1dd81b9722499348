"""A store as rdflib sees it: for notebooks, SHACL and other people's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import names
from kg.errors import StoreError
from kg.knowing.engines import EmbeddedEngine
from kg.knowing.servers import ServerEngine
from kg.knowing.store import GraphStore

if TYPE_CHECKING:
    from rdflib import Dataset, Graph


def as_rdflib(store: GraphStore) -> Dataset | Graph:
    """The union of all graphs as an rdflib graph, with the project's prefixes.

    A store in memory or on disk is a ``Dataset``, whose named graphs are the articles and
    ``kg:knowledge``; a server is a ``Graph``, as rdflib's own datasets find nothing there.
    Nothing is copied. For many rows ask :meth:`GraphStore.query`, which is quicker.
    """
    engine = store.engine
    if isinstance(engine, EmbeddedEngine):
        view: Dataset | Graph = _embedded(engine)
    elif isinstance(engine, ServerEngine):
        view = _server(engine)
    else:
        raise StoreError(f"{type(engine).__name__}: rdflib cannot look into it")
    for prefix, base in names.PREFIXES.items():
        view.bind(prefix, base, override=True, replace=True)
    return view


def _embedded(engine: EmbeddedEngine) -> Dataset:
    from oxrdflib import OxigraphStore
    from rdflib import Dataset

    return Dataset(store=OxigraphStore(store=engine.store), default_union=True)


def _server(engine: ServerEngine) -> Graph:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    server = engine.server
    login = (server.user, server.password) if server.user is not None else None
    return Graph(
        store=SPARQLStore(
            server.query_url,
            method="POST_FORM",
            auth=login,
            params=dict(engine.find_union()),
        )
    )
