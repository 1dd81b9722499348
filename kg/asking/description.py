"""The description that a SPARQL service gives of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import io

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg import names

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"

_RESULTS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)
_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")


def describe_service(endpoint: str, *, media_type: str, updates: bool = False) -> bytes:
    """The description of the service at an address, in an RDF media type."""
    out = io.BytesIO()
    format = RdfFormat.from_media_type(media_type)
    prefixes = {"sd": SD, "formats": FORMATS}
    pyoxigraph.serialize(_describe(endpoint, updates), out, format, prefixes=prefixes)
    return out.getvalue()


def _describe(endpoint: str, updates: bool) -> list[Triple]:
    """No blank nodes: service and dataset are named by the address."""
    service, dataset, graph = (
        NamedNode(endpoint + part) for part in ("#service", "#dataset", "#default-graph")
    )
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if updates else [])]
    return [
        Triple(service, _TYPE, _sd("Service")),
        Triple(service, _sd("endpoint"), NamedNode(endpoint)),
        *(Triple(service, _sd("supportedLanguage"), _sd(name)) for name in languages),
        *(Triple(service, _sd("resultFormat"), NamedNode(FORMATS + name)) for name in _RESULTS),
        Triple(service, _sd("feature"), _sd("UnionDefaultGraph")),
        Triple(service, _sd("defaultDataset"), dataset),
        Triple(dataset, _TYPE, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), graph),
        Triple(graph, _TYPE, _sd("Graph")),
    ]


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
