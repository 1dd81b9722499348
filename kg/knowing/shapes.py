"""Does the graph keep its own rules? ``ontology/shapes.ttl`` checked on every article.

The rules that SHACL itself can say are checked by pySHACL; those written as
SPARQL inside the shapes run in the store, where they are much faster. Both come
from the one file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg import names
from kg.errors import LexiconError
from kg.knowing.store import GraphStore
from kg.lexicon import ontology_path

if TYPE_CHECKING:
    from rdflib import Graph

_STRING = names.PREFIXES["xsd"] + "string"
_WAYS_TO_SENTENCE = """
SELECT ?text WHERE {
  VALUES ?node { NODE }
  { ?node kg:inSentence/kg:text ?text } UNION { ?node a kg:Sentence ; kg:text ?text }
  UNION { ?node kg:statement/kg:inSentence/kg:text ?text }
  UNION { ?node kg:mention/kg:inSentence/kg:text ?text }
  UNION { ?other ?any ?node ; a kg:Statement ; kg:inSentence/kg:text ?text }
} ORDER BY ?text LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: in which article, at which node, in which sentence, what is wrong.

    ``title`` is the headline of the article, empty where it has none.
    """

    article: str
    node: str
    message: str
    value: str = ""
    sentence: str = ""
    title: str = ""

    def __str__(self) -> str:
        title = f" “{' '.join(self.title.split())}”" if self.title else ""
        value = f" (found: {self.value})" if self.value else ""
        sentence = f" — in: {' '.join(self.sentence.split())}" if self.sentence else ""
        return f"{self.article}{title}: {self.node}: {self.message}{value}{sentence}"


@dataclass(frozen=True, slots=True)
class _Rules:
    core: Graph
    queries: tuple[tuple[str, str], ...]


def validate(
    store: GraphStore, *, on_article: Callable[[int, int], None] | None = None
) -> list[Violation]:
    """All violations in the graphs of the store, sorted; an empty list when it conforms.

    ``on_article`` is told how many of how many articles are checked, after each. An
    article of 20 statements takes about 0.1 s.
    """
    graphs = [NamedNode(names.article_iri(article)) for article in store.article_ids()]
    found = set(_check(store, NamedNode(names.KNOWLEDGE)))
    for number, graph in enumerate(graphs, 1):
        found.update(_check(store, graph))
        if on_article is not None:
            on_article(number, len(graphs))
    return sorted(found, key=lambda v: (v.article, v.message, v.node, v.value))


def write_violations(violations: Iterable[Violation], format: str = "text") -> str:
    """Violations as ``text``, one a line, or as ``json``, a list of objects."""
    if format == "json":
        return json.dumps([asdict(v) for v in violations], ensure_ascii=False, indent=1) + "\n"
    return "".join(f"{violation}\n" for violation in violations)


def _check(store: GraphStore, graph: NamedNode) -> Iterator[Violation]:
    rules = _read_rules()
    article = names.shorten(graph.value)
    broken = [*_run_core(store, graph, rules), *_run_queries(store, graph, rules)]
    title = _title_of(store, graph) if broken else ""
    for node, message, value in broken:
        sentence = _sentence_of(store, graph, node)
        short = names.shorten(node), message, names.shorten(value)
        yield Violation(article, *short, sentence, title)


def _title_of(store: GraphStore, graph: NamedNode) -> str:
    found = store.quads(graph, NamedNode(names.PREFIXES["schema"] + "headline"), None, graph)
    return min((q.object.value for q in found if isinstance(q.object, Literal)), default="")


@cache
def _read_rules() -> _Rules:
    from rdflib import RDF, SH, Graph

    path = ontology_path("shapes.ttl")
    try:
        core = Graph().parse(path, format="turtle")
    except (OSError, SyntaxError) as error:
        raise LexiconError(f"{path}: {error}") from error
    queries = []
    for constraint in list(core.objects(None, SH.sparql)):
        message, select = core.value(constraint, SH.message), core.value(constraint, SH.select)
        queries.append((str(message), str(select)))
        core.remove((None, SH.sparql, constraint))
        core.remove((constraint, None, None))
    assert (None, RDF.type, SH.NodeShape) in core
    return _Rules(core, tuple(sorted(queries)))


def _run_queries(
    store: GraphStore, graph: NamedNode, rules: _Rules
) -> Iterator[tuple[str, str, str]]:
    for message, select in rules.queries:
        answer = store.query(select, graph=graph)
        assert isinstance(answer, QuerySolutions)
        has_value = any(variable.value == "value" for variable in answer.variables)
        for row in answer:
            value = row["value"] if has_value else None
            yield row["this"].value, message, value.value if value else ""


def _run_core(store: GraphStore, graph: NamedNode, rules: _Rules) -> Iterator[tuple[str, str, str]]:
    import pyshacl
    from rdflib import RDF, SH

    data = _as_rdflib(store, graph)
    conforms, report, _ = pyshacl.validate(data, shacl_graph=rules.core, inference="none")
    if conforms:
        return
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, message = report.value(result, SH.focusNode), report.value(result, SH.resultMessage)
        yield str(focus), str(message), str(report.value(result, SH.value) or "")


def _as_rdflib(store: GraphStore, graph: NamedNode) -> Graph:
    """One graph of the store as an rdflib graph."""
    from rdflib import Graph, URIRef
    from rdflib import Literal as RdfLiteral

    def term(thing: object) -> URIRef | RdfLiteral:
        if isinstance(thing, Literal):
            plain = thing.datatype.value == _STRING  # rdflib: "a" is not "a"^^xsd:string
            datatype = None if plain else URIRef(thing.datatype.value)
            return RdfLiteral(thing.value, datatype=datatype)
        assert isinstance(thing, NamedNode)  # there are no blank nodes
        return URIRef(thing.value)

    data = Graph()
    for quad in store.quads(graph=graph):
        data.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return data


def _sentence_of(store: GraphStore, graph: NamedNode, node: str) -> str:
    """The text of the sentence in which a node of the graph stands, or an empty string."""
    answer = store.query(_WAYS_TO_SENTENCE.replace("NODE", str(NamedNode(node))), graph=graph)
    assert isinstance(answer, QuerySolutions)
    return next((row["text"].value for row in answer), "")
