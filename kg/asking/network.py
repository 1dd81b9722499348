"""Who acts on whom: the network of actors as a view of the graph.

:func:`read_network` asks a store and gives a networkx graph. Nodes are actors.
Edges run from who acts to whom it concerns, in two layers that never mix:
``plain`` holds what articles themselves assert, ``claim`` what they report as
somebody's words, demand, plan or possibility. What is denied is no edge at all.
Every edge carries the statements that it stands for, each with its sentence.

The other functions take such a graph and give a smaller graph or table rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.errors import QueryError
from kg.lexicon import ontology_path, read_table
from kg.names import KG, PREFIXES

if TYPE_CHECKING:
    from typing import TypeAlias

    Network: TypeAlias = "nx.MultiDiGraph[str]"

Select = Callable[[str], Iterable[Any]]
"""Runs a SPARQL SELECT; each row gives the terms by ``row["name"]``, None where unbound."""

LAYERS = ("plain", "claim")
"""What articles assert, and what they report as said, demanded, planned or possible."""

KINDS = (
    "State",
    "Government",
    "PoliticalParty",
    "ArmedGroup",
    "Military",
    "Company",
    "Media",
    "InternationalOrganisation",
    "Alliance",
    "Person",
    "Organisation",
    "Group",
)
"""Classes of actor, the more telling one first where an actor has several."""

OBJECT = "object"
"""The role of whom a statement concerns directly; other roles are argument roles."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement behind an edge, with the sentence and the article that it stands in.

    ``role`` is what the second actor is in the statement: ``object``, ``recipient``,
    ``oblique:mit`` ... ``published`` is ``YYYY-MM-DD`` or None; ``score`` runs from -10
    (conflict) to 10 (cooperation) and is None where the relation has no event type.
    """

    statement: str
    relation: str
    role: str
    sentence: str
    article: str
    event_type: str | None = None
    score: float | None = None
    speaker: str | None = None
    modality: str = "asserted"
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of ``plover.tsv``: quad class and score of an event type and mode."""

    type: str
    mode: str
    quad: str
    score: str


@cache
def read_scores() -> Mapping[tuple[str, str], float]:
    """The score of each event type and mode, from -10 (conflict) to 10 (cooperation).

    Mode ``-`` is the type itself. Raises LexiconError when ``plover.tsv`` is broken.
    """
    rows = read_table(ontology_path("plover.tsv"), ScoreRow)
    return {(row.type, row.mode): float(row.score) for row in rows}


_PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

_ACTORS = """SELECT DISTINCT ?entity ?property ?value (?g = kg:knowledge AS ?known) WHERE {
  %s
  VALUES ?class { %s }
  VALUES ?property { rdf:type rdfs:label skos:altLabel kg:mentionCount kg:articleCount }
  GRAPH ?g { ?entity a ?class ; ?property ?value }
}"""
_MERGED_ONLY = "VALUES ?g { kg:knowledge }"

_MENTIONS = """SELECT ?entity (COUNT(DISTINCT ?mention) AS ?mentions) WHERE {
  GRAPH ?g { ?link a kg:Link ; kg:entity ?entity ; kg:mention ?mention }
} GROUP BY ?entity"""

_PAIRS = """SELECT DISTINCT ?statement ?subject ?object ?role WHERE {
  GRAPH ?g {
    { ?statement a kg:Statement ; kg:subject ?subject ; kg:object ?object }
    UNION
    { ?statement a kg:Statement ; kg:subject ?subject ; kg:argument ?argument .
      ?argument kg:entity ?object ; kg:role ?role
      FILTER NOT EXISTS { ?statement kg:place ?object } }
    UNION
    { ?event a kg:Event ; kg:statement ?statement ; kg:actor ?subject ; kg:recipient ?object }
  }
}"""

_STATEMENTS = """SELECT DISTINCT ?statement ?relation ?relationText ?plain ?polarity ?stance
  ?modality ?attribution ?speaker ?speakerName ?speakerText ?type ?mode ?office ?sentence ?article
WHERE {
  GRAPH ?g {
    ?statement a kg:Statement ; kg:inArticle ?article .
    OPTIONAL { ?statement kg:inSentence/kg:text ?sentence }
    OPTIONAL { ?statement kg:relation ?relation }
    OPTIONAL { ?statement kg:relationText ?relationText }
    OPTIONAL { ?statement kg:plain ?plain }
    OPTIONAL { ?statement kg:polarity ?polarity }
    OPTIONAL { ?statement kg:stance ?stance }
    OPTIONAL { ?statement kg:modality ?modality }
    OPTIONAL { ?statement kg:attribution ?attribution }
    OPTIONAL { ?statement kg:speaker ?speaker OPTIONAL { ?speaker rdfs:label ?speakerName } }
    OPTIONAL { ?statement kg:speakerText ?speakerText }
    OPTIONAL { ?statement kg:eventType ?type OPTIONAL { ?statement kg:mode ?mode } }
    OPTIONAL { ?statement kg:argument ?argument .
               ?argument kg:role "office" ; kg:text ?office }
  }
}"""

_SCORES = """SELECT DISTINCT ?statement ?score WHERE {
  GRAPH ?g { ?event a kg:Event ; kg:statement ?statement ; kg:score ?score }
}"""

_RELATIONS = """SELECT DISTINCT ?relation ?label WHERE {
  GRAPH ?g { ?relation a kg:Relation ; rdfs:label ?label }
}"""

_ARTICLES = """SELECT DISTINCT ?article ?title ?source ?url ?published ?publisher WHERE {
  GRAPH ?g {
    ?article a kg:Article .
    OPTIONAL { ?article schema:headline ?title }
    OPTIONAL { ?article kg:source ?source }
    OPTIONAL { ?article schema:url ?url }
    OPTIONAL { ?article schema:datePublished ?published }
    OPTIONAL { ?article kg:publisher ?publisher }
  }
}"""

Texts = dict[str, str | None]


def read_network(
    select: Select,
    *,
    layer: str | None = None,
    min_count: int = 1,
    local: bool = False,
    max_nodes: int | None = None,
) -> Network:
    """The network of actors that a store holds: who acts on whom, how often, in which sentences.

    ``select`` runs a SPARQL SELECT over the store, for instance ``GraphStore.query``.
    ``layer`` is ``plain``, ``claim`` or None for both; ``min_count`` the least number of
    statements that makes an edge; ``local`` lets in actors that only one article knows (a lone
    surname, "drei Männer"); ``max_nodes`` keeps the heart of a large network, see
    :func:`keep_heart`.

    Nodes are IRIs with ``label kind mentions articles aliases``. Edges have their layer as key
    and ``layer count relations event_types score first last evidence``: relations and event
    types are counted by name, the score is the mean over typed statements (None without any),
    dates are those of publication. ``graph.graph`` has ``first last articles publishers`` and
    ``left_out``. The order of nodes and edges is the same every time.

    Raises QueryError for an unknown layer.
    """
    actors = _read_actors(select, local=local)
    graph = make_network(actors, _grouped_evidence(select, actors))
    if layer is not None or min_count > 1:
        graph = filter_network(graph, layer=layer, min_count=min_count)
    return graph if max_nodes is None else keep_heart(graph, max_nodes)


def make_network(
    actors: Mapping[str, Mapping[str, Any]],
    edges: Mapping[tuple[str, str, str], Sequence[Evidence]],
) -> Network:
    """A network of the given edges, keyed by who, whom and layer, and of the actors they touch.

    ``actors`` gives ``label kind mentions articles aliases`` by IRI. See :func:`read_network`
    for what the graph, its nodes and its edges carry.
    """
    graph: Network = nx.MultiDiGraph()
    touched = {end for who, whom, _ in edges for end in (who, whom)}
    graph.add_nodes_from((iri, dict(actors[iri])) for iri in sorted(touched))
    order = {layer: place for place, layer in enumerate(LAYERS)}
    for who, whom, layer in sorted(edges, key=lambda e: (e[0], e[1], order[e[2]])):
        graph.add_edge(who, whom, key=layer, layer=layer, **_summary(edges[who, whom, layer]))
    graph.graph.update(_period(e for found in edges.values() for e in found))
    graph.graph["left_out"] = {"actors": 0, "edges": 0}
    return graph


def filter_network(
    graph: Network,
    *,
    layer: str | None = None,
    min_count: int = 1,
    since: str | None = None,
    until: str | None = None,
) -> Network:
    """The part of a network in one layer, with enough statements, published in ``[since, until)``.

    Dates are ``YYYY-MM-DD``; with a date given, statements of undated articles fall out.
    Raises QueryError for an unknown layer.
    """
    if layer is not None and layer not in LAYERS:
        raise QueryError(f"no layer {layer!r}: there are {', '.join(LAYERS)}")
    kept = {
        (who, whom, key): [e for e in data["evidence"] if _is_in(e.published, since, until)]
        for who, whom, key, data in graph.edges(keys=True, data=True)
        if layer in (None, key)
    }
    edges = {ends: found for ends, found in kept.items() if len(found) >= max(1, min_count)}
    smaller = make_network(_actors_of(graph), edges)
    smaller.graph["left_out"] = dict(graph.graph["left_out"])
    return smaller


def keep_heart(graph: Network, max_nodes: int) -> Network:
    """The ``max_nodes`` actors with most statements between them, and what was left out.

    ``graph.graph["left_out"]`` counts the ``actors`` and ``edges`` that fell away. Raises
    QueryError when ``max_nodes`` is not positive.
    """
    if max_nodes < 1:
        raise QueryError(f"cannot keep {max_nodes} actors: ask for at least 1")
    weight = weigh_actors(graph)
    chosen = set(sorted(weight, key=lambda node: (-weight[node], node))[:max_nodes])
    edges = {
        (who, whom, key): data["evidence"]
        for who, whom, key, data in graph.edges(keys=True, data=True)
        if who in chosen and whom in chosen
    }
    heart = make_network(_actors_of(graph), edges)
    before = graph.graph["left_out"]
    heart.graph["left_out"] = {
        "actors": before["actors"] + len(graph) - len(heart),
        "edges": before["edges"] + graph.number_of_edges() - heart.number_of_edges(),
    }
    return heart


def weigh_actors(graph: Network) -> dict[str, int]:
    """How many statements each actor takes part in, over all its edges, in the order of nodes."""
    weight = dict.fromkeys(graph.nodes, 0)
    for who, whom, data in graph.edges(data=True):
        weight[who] += data["count"]
        weight[whom] += data["count"]
    return weight


def edge_rows(graph: Network) -> list[dict[str, Any]]:
    """One flat row an edge, the heaviest first: who, to whom, layer, count, relations ...

    ``relations`` and ``event_types`` read "angreifen 3; drohen 1"; the other values are
    strings, numbers or None, so that the rows go into JSON and CSV as they are.
    """
    rows = [
        {
            "who": graph.nodes[who]["label"],
            "whom": graph.nodes[whom]["label"],
            "layer": layer,
            "count": data["count"],
            "relations": _counted(data["relations"]),
            "event_types": _counted(data["event_types"]),
            "score": data["score"],
            "first": data["first"],
            "last": data["last"],
            "who_iri": who,
            "whom_iri": whom,
        }
        for who, whom, layer, data in graph.edges(keys=True, data=True)
    ]
    return sorted(rows, key=_heaviest_first)


def node_rows(graph: Network) -> list[dict[str, Any]]:
    """One flat row an actor, the one with most statements first: name, kind, counts, IRI.

    ``acts`` counts the statements it is the subject of, ``concerned`` those it is in as the
    other side; ``mentions`` and ``articles`` are those of the whole store.
    """
    acts: Counter[str] = Counter()
    concerned: Counter[str] = Counter()
    for who, whom, data in graph.edges(data=True):
        acts[who] += data["count"]
        concerned[whom] += data["count"]
    rows = [
        {
            "name": data["label"],
            "kind": data["kind"],
            "mentions": data["mentions"],
            "articles": data["articles"],
            "acts": acts[node],
            "concerned": concerned[node],
            "iri": node,
        }
        for node, data in graph.nodes(data=True)
    ]
    return sorted(rows, key=lambda row: (-row["acts"] - row["concerned"], row["name"], row["iri"]))


def evidence_rows(graph: Network) -> list[dict[str, Any]]:
    """One flat row a statement behind an edge, in the order of :func:`edge_rows`."""
    return [
        {
            "who": row["who"],
            "whom": row["whom"],
            "layer": row["layer"],
            **{name: getattr(evidence, name) for name in Evidence.__dataclass_fields__},
        }
        for row in edge_rows(graph)
        for evidence in graph.edges[row["who_iri"], row["whom_iri"], row["layer"]]["evidence"]
    ]


def _actors_of(graph: Network) -> dict[str, Mapping[str, Any]]:
    return {iri: data for iri, data in graph.nodes(data=True)}


def _heaviest_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (-row["count"], row["who"], row["whom"], row["who_iri"], row["whom_iri"], row["layer"])


def _counted(counts: Mapping[str, int]) -> str:
    return "; ".join(f"{name} {count}" for name, count in counts.items())


def _is_in(day: str | None, since: str | None, until: str | None) -> bool:
    if day is None:
        return since is None and until is None
    return (since is None or day >= since) and (until is None or day < until)


# --- from rows to a graph


def _rows(select: Select, query: str, *names: str) -> Iterator[Texts]:
    """The rows of a query as texts by name: IRIs, and literals without language or type."""
    for row in select(_PROLOGUE + query):
        yield {name: _text(row[name]) for name in names}


def _text(term: Any) -> str | None:
    return None if term is None else str(getattr(term, "value", term))


def _read_actors(select: Select, *, local: bool) -> dict[str, dict[str, Any]]:
    """Label, kind and counts of every actor by IRI; what the merged view says wins."""
    names = ("entity", "property", "value", "known")
    merged: dict[str, list[tuple[str, str]]] = {}
    single: dict[str, list[tuple[str, str]]] = {}
    classes = " ".join(f"kg:{kind}" for kind in KINDS)
    query = _ACTORS % ("" if local else _MERGED_ONLY, classes)
    for row in _rows(select, query, *names):
        facts = merged if _is_true(row["known"]) else single
        fact = (row["property"] or "", row["value"] or "")
        facts.setdefault(row["entity"] or "", []).append(fact)
    mentions = _count_mentions(select) if local else {}
    everyone = {**single, **merged} if local else merged
    return {
        iri: _actor(iri, facts, mentions.get(iri, 0)) for iri, facts in sorted(everyone.items())
    }


def _count_mentions(select: Select) -> dict[str, int]:
    rows = _rows(select, _MENTIONS, "entity", "mentions")
    return {row["entity"] or "": int(row["mentions"] or 0) for row in rows}


def _actor(iri: str, facts: Iterable[tuple[str, str]], mentions: int) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for name, value in sorted(set(facts)):
        values.setdefault(_local_name(name), []).append(value)
    kinds = {_local_name(kind) for kind in values.get("type", ())}
    labels = sorted(values.get("label", ()), key=lambda label: (-len(label), label))
    label = labels[0] if labels else _local_name(iri)
    aliases = {*labels[1:], *values.get("altLabel", ())} - {label}
    return {
        "label": label,
        "kind": next(kind for kind in KINDS if kind in kinds),
        "mentions": int(values.get("mentionCount", [str(mentions)])[-1]),
        "articles": int(values.get("articleCount", ["1"])[-1]),
        "aliases": tuple(sorted(aliases)),
    }


def _grouped_evidence(select: Select, actors: Mapping[str, Any]) -> dict[Any, list[Evidence]]:
    """The evidence of each edge, keyed by who, whom and layer."""
    statements = _read_statements(select, {iri: data["label"] for iri, data in actors.items()})
    grouped: dict[Any, list[Evidence]] = {}
    for (statement, who, whom), role in _read_pairs(select, actors).items():
        found = statements.get(statement)
        if found is not None:
            layer, facts = found
            grouped.setdefault((who, whom, layer), []).append(Evidence(role=role, **facts))
    return grouped


def _read_pairs(select: Select, actors: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    """The role of the second actor by statement, first and second actor; each three once."""
    pairs: dict[tuple[str, str, str], str] = {}
    for row in _rows(select, _PAIRS, "statement", "subject", "object", "role"):
        who, whom, role = row["subject"] or "", row["object"] or "", row["role"] or OBJECT
        if who in actors and whom in actors and who != whom:
            key = (row["statement"] or "", who, whom)
            pairs[key] = min(pairs.get(key, role), role, key=lambda r: (r != OBJECT, r))
    return dict(sorted(pairs.items()))


def _read_statements(
    select: Select, actors: Mapping[str, str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """The layer of each statement that is not denied, and the fields of its evidence."""
    names = (
        *("statement", "relation", "relationText", "plain", "polarity", "stance", "modality"),
        *("attribution", "speaker", "speakerName", "speakerText", "type", "mode"),
        *("office", "sentence", "article"),
    )
    rows = list(_rows(select, _STATEMENTS, *names))
    labels = {r["relation"]: r["label"] for r in _rows(select, _RELATIONS, "relation", "label")}
    scores = {r["statement"]: r["score"] for r in _rows(select, _SCORES, "statement", "score")}
    articles = _read_articles(select)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: tuple(r[name] or "" for name in names)):
        layer = _layer(row)
        iri = row["statement"] or ""
        if layer is not None and iri not in found:
            facts = _facts(row, labels, scores)
            facts["speaker"] = actors.get(row["speaker"] or "") or facts["speaker"]
            found[iri] = (layer, {**facts, **articles.get(row["article"] or "", {})})
    return found


def _layer(row: Texts) -> str | None:
    """Where a statement belongs; None when it is denied. What is not surely plain is a claim."""
    if row["polarity"] == KG + "negated" or row["stance"] == "deny":
        return None
    if row["speaker"] or row["speakerText"] or row["attribution"] not in (None, "none"):
        return "claim"
    return "plain" if _is_true(row["plain"]) else "claim"


def _facts(
    row: Texts, labels: Mapping[str | None, str | None], scores: Mapping[str | None, str | None]
) -> dict[str, Any]:
    kind = _local_name(row["type"]) if row["type"] else None
    return {
        "statement": row["statement"],
        "relation": _relation_label(row, labels),
        "sentence": row["sentence"] or "",
        "article": row["article"],
        "event_type": kind,
        "score": _score(kind, row["mode"], scores.get(row["statement"])),
        "speaker": row["speakerName"] or row["speakerText"],
        "modality": _local_name(row["modality"] or "asserted"),
    }


def _score(kind: str | None, mode: str | None, of_event: str | None) -> float | None:
    """The score of the event that a statement makes, else of its type, else None."""
    if of_event is not None:
        return float(of_event)
    known = read_scores()
    return known.get((kind or "", mode or "-"), known.get((kind or "", "-")))


def _relation_label(row: Texts, labels: Mapping[str | None, str | None]) -> str:
    """The office of a role ("US-Präsident"), else the name of the open predicate."""
    name = row["office"] or labels.get(row["relation"]) or row["relationText"]
    return name or _local_name(row["relation"] or "")


def _read_articles(select: Select) -> dict[str, Texts]:
    names = ("title", "source", "url", "published", "publisher")
    found: dict[str, Texts] = {}
    rows = list(_rows(select, _ARTICLES, "article", *names))
    for row in sorted(rows, key=lambda r: tuple(value or "" for value in r.values())):
        found.setdefault(row["article"] or "", {name: row[name] for name in names})
    return found


def _is_true(text: str | None) -> bool:
    return text in ("true", "True", "1")


def _local_name(iri: str) -> str:
    return iri.rstrip("/#").rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _summary(evidence: Iterable[Evidence]) -> dict[str, Any]:
    """What an edge says about its statements, in the order of publication."""
    found = tuple(sorted(evidence, key=lambda e: (e.published or "", e.article, e.statement)))
    scores = [e.score for e in found if e.score is not None]
    days = [e.published for e in found if e.published]
    return {
        "count": len(found),
        "relations": _most_first(e.relation for e in found),
        "event_types": _most_first(e.event_type for e in found if e.event_type),
        "score": round(sum(scores) / len(scores), 2) if scores else None,
        "first": min(days, default=None),
        "last": max(days, default=None),
        "evidence": found,
    }


def _most_first(names: Iterable[str]) -> dict[str, int]:
    counts = Counter(names)
    return {name: counts[name] for name in sorted(counts, key=lambda n: (-counts[n], n))}


def _period(evidence: Iterable[Evidence]) -> dict[str, Any]:
    found = list(evidence)
    days = [e.published for e in found if e.published]
    return {
        "first": min(days, default=None),
        "last": max(days, default=None),
        "articles": len({e.article for e in found}),
        "publishers": list(_most_first(e.publisher for e in found if e.publisher)),
    }
