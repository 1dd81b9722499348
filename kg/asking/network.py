"""Who acts on whom: the network of actors as a view of the graph.

:func:`read_network` asks a store and gives a networkx graph. Nodes are actors.
Edges run from who acts to whom it concerns, in two layers that never mix:
``plain`` holds what articles themselves assert, ``claim`` what they report as
somebody's words, demand, plan or possibility. What is denied is no edge at all.
Every edge carries the statements that it stands for, each with its sentence.

The other functions take such a graph and give a smaller graph or table rows.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import networkx as nx

from kg.asking.gazetteers import Entries, by_iri, country_of, is_at, sector_of
from kg.errors import NotFoundError, QueryError
from kg.lexicon import Names, ontology_path, read_table
from kg.names import KG, PREFIXES, expand, shorten

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
    ``confidence`` runs to 1; ``place`` is where it happened, by name, and ``place_iri`` the same
    where it is known; so are ``speaker``, who says so, and ``speaker_iri``.
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
    confidence: float | None = None
    place: str | None = None
    place_iri: str | None = None
    speaker_iri: str | None = None

    @property
    def quad(self) -> str | None:
        """The quad class of its event type: ``verbal conflict``, ``material cooperation`` ..."""
        return read_quads().get(self.event_type or "")


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


@cache
def read_quads() -> Mapping[str, str]:
    """The quad class of each event type: verbal or material, conflict or cooperation.

    Raises LexiconError when ``plover.tsv`` is broken.
    """
    return {row.type: row.quad for row in read_table(ontology_path("plover.tsv"), ScoreRow)}


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

_EVENTS = """SELECT DISTINCT ?statement ?score WHERE {
  VALUES ?statement { %s }
  GRAPH ?g { ?event a kg:Event ; kg:statement ?statement ; kg:score ?score }
}"""

_FACTS = """SELECT DISTINCT ?node ?property ?value WHERE {
  VALUES ?node { %s }
  GRAPH ?g { ?node ?property ?value }
}"""

_DAY = re.compile(r"\d{4}-\d\d-\d\d(T|$)", re.ASCII)

_IRI = re.compile(r"""[A-Za-z][\w+.-]*:[^\s<>"{}|\\^`]*""")

NODES_A_QUERY = 200
"""How many nodes one query asks about."""

Texts = dict[str, str | None]


def read_network(
    select: Select,
    *,
    layer: str | None = None,
    min_count: int = 1,
    local: bool = False,
    max_nodes: int | None = None,
    names: Names = (),
) -> Network:
    """The network of actors that a store holds: who acts on whom, how often, in which sentences.

    ``select`` runs a SPARQL SELECT over the store, for instance ``GraphStore.query``.
    ``layer`` is ``plain``, ``claim`` or None for both; ``min_count`` the least number of
    statements that makes an edge; ``local`` lets in actors that only one article knows (a lone
    surname, "drei Männer"); ``max_nodes`` keeps the heart of a large network, see
    :func:`keep_heart`; ``names`` are the user's own entries beside the gazetteer.

    Nodes are IRIs with ``label kind mentions articles aliases country sector iri``; country and
    sector are the gazetteer's, None where it does not know. Edges have their layer as key and
    ``layer count relations event_types quads score first last articles statements evidence``:
    relations, event types and quad classes are counted by name, the score is the mean over typed
    statements (None without any), dates are those of publication, articles and statements IRIs.
    ``graph.graph`` has ``first last articles publishers`` and
    ``left_out``. The order of nodes and edges is the same every time.

    Raises QueryError for an unknown layer.
    """
    actors = _read_actors(select, local=local, own=by_iri(names))
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
    graph.add_nodes_from((iri, {**actors[iri], "iri": iri}) for iri in sorted(touched))
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
    event_types: Iterable[str] = (),
    quads: Iterable[str] = (),
    min_confidence: float = 0.0,
    place: str | None = None,
    kinds: Iterable[str] = (),
    ego: str | None = None,
    radius: int = 1,
) -> Network:
    """The part of a network that fulfils every condition.

    Of the statements those count that were published in ``[since, until)`` (``YYYY-MM-DD``),
    have one of the ``event_types`` (``Assault``), are of one of the ``quads`` (``conflict``,
    ``verbal cooperation``), are at least as sure as ``min_confidence``, and happen at or in
    ``place`` (a name or IRI). What does not tell a value falls out where it is asked for. Then
    edges stay that lie in the ``layer``, between two actors of the ``kinds``, and have
    ``min_count`` statements; at last what lies at most ``radius`` edges, in any direction,
    from the actor ``ego`` (see :func:`find_actor`).

    Raises QueryError for an unknown layer, event type, quad class or kind, and NotFoundError
    for an unknown ``ego``.
    """
    centre = None if ego is None else find_actor(graph, ego)
    layers = _known_of("layer", [layer] if layer else (), LAYERS) or set(LAYERS)
    allowed = _known_of("kind", kinds, KINDS) or set(KINDS)
    fits = _make_test(event_types, quads, min_confidence, place)
    kept = {
        (who, whom, key): [
            e for e in data["evidence"] if _is_in(e.published, since, until) and fits(e)
        ]
        for who, whom, key, data in graph.edges(keys=True, data=True)
        if key in layers and {graph.nodes[end]["kind"] for end in (who, whom)} <= allowed
    }
    edges = {ends: found for ends, found in kept.items() if len(found) >= max(1, min_count)}
    if centre is not None:
        around = set(find_distances(edges, centre, radius))
        edges = {ends: found for ends, found in edges.items() if around.issuperset(ends[:2])}
    smaller = make_network(_actors_of(graph), edges)
    smaller.graph["left_out"] = dict(graph.graph["left_out"])
    return smaller


def _make_test(
    event_types: Iterable[str], quads: Iterable[str], min_confidence: float, place: str | None
) -> Callable[[Evidence], bool]:
    """Whether a statement has one of the types and classes, is sure enough, and is there."""
    types = _known_of("event type", event_types, read_quads())
    classes = {name for wanted in quads for name in _find_quads(wanted)}
    at = None if place is None else is_at(place)

    def test(e: Evidence) -> bool:
        return (
            (not types or e.event_type in types)
            and (not classes or e.quad in classes)
            and (min_confidence <= 0 or (e.confidence or 0) >= min_confidence)
            and (at is None or at(e.place, e.place_iri))
        )

    return test


def _known_of(what: str, wanted: Iterable[str], known: Iterable[str]) -> set[str]:
    """The wanted names as they are written, whatever their case. Raises QueryError for others."""
    written = {name.casefold(): name for name in known}
    for name in wanted:
        if name.casefold() not in written:
            raise QueryError(f"no {what} {name!r}: there are {', '.join(written.values())}")
    return {written[name.casefold()] for name in wanted}


def _find_quads(wanted: str) -> list[str]:
    """The quad classes that have all the words: ``conflict`` is the verbal and the material."""
    known = sorted({*read_quads().values()})
    found = [name for name in known if set(wanted.casefold().split()) <= set(name.split())]
    if not found or not wanted.strip():
        raise QueryError(f"no quad class {wanted!r}: there are {', '.join(known)}")
    return found


def find_distances(
    edges: Iterable[tuple[str, str, Any]], centre: str, radius: int | None = None
) -> dict[str, int]:
    """How many edges, in any direction, lie between an actor and those within a radius.

    The centre itself is at 0; the nearest come first.
    """
    beside: dict[str, set[str]] = defaultdict(set)
    for who, whom, *_ in edges:
        beside[who].add(whom)
        beside[whom].add(who)
    distance, ring = {centre: 0}, [centre]
    while ring and (radius is None or distance[ring[0]] < radius):
        step = distance[ring[0]] + 1
        ring = sorted({far for near in ring for far in beside[near]} - distance.keys())
        distance.update(dict.fromkeys(ring, step))
    return distance


def find_in_part(part: Network, whole: Network, name: str) -> str:
    """The IRI of the actor of a whole network that goes by a name, and is in a part of it.

    Raises NotFoundError as :func:`find_actor`, and where the part has no edge of the actor.
    """
    iri = find_actor(whole, name)
    if iri not in part:
        label = whole.nodes[iri]["label"]
        raise NotFoundError(f"{label}: no edge of this actor passes the filters")
    return iri


def find_actor(graph: Network, name: str) -> str:
    """The IRI of the actor of a network that goes by a name.

    ``name`` is an IRI, a prefixed name (``ent:person-x``), or a label or alias in any case.
    Raises NotFoundError when none or several have it; the message says which.
    """
    iri = expand(name)
    if iri in graph:
        return iri
    wanted = _fold(name)
    found = [node for node, called in _names(graph) if wanted in called]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{graph.nodes[node]['label']} ({shorten(node)})" for node in found)
        raise NotFoundError(f"{name}: several actors have this name: {several}")
    similar = _similar(graph, wanted)
    hint = f"; similar are {', '.join(similar)}" if similar else ""
    raise NotFoundError(f"{name}: nobody in this network has this name{hint}")


def _names(graph: Network) -> Iterator[tuple[str, set[str]]]:
    for node, data in graph.nodes(data=True):
        yield node, {_fold(name) for name in (data["label"], *data["aliases"])}


def _similar(graph: Network, wanted: str, *, most: int = 3) -> list[str]:
    """Labels of the actors with the wanted words in their names, else those spelt alike."""
    words = set(wanted.split())
    weight = weigh_actors(graph)
    partly = [n for n, called in _names(graph) if any(words <= set(c.split()) for c in called)]
    if not partly:
        owners = {name: node for node, called in _names(graph) for name in sorted(called)}
        partly = [owners[name] for name in get_close_matches(wanted, owners, n=most)]
    first = sorted(dict.fromkeys(partly), key=lambda n: (-weight[n], n))[:most]
    return [graph.nodes[node]["label"] for node in first]


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
            "country": data.get("country"),
            "sector": data.get("sector"),
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


def _fold(name: str) -> str:
    return " ".join(normalize("NFC", name).split()).casefold()


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


def _read_actors(select: Select, *, local: bool, own: Entries) -> dict[str, dict[str, Any]]:
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
        iri: _actor(iri, facts, mentions.get(iri, 0), own)
        for iri, facts in sorted(everyone.items())
    }


def _count_mentions(select: Select) -> dict[str, int]:
    rows = _rows(select, _MENTIONS, "entity", "mentions")
    return {row["entity"] or "": int(row["mentions"] or 0) for row in rows}


def _actor(
    iri: str, facts: Iterable[tuple[str, str]], mentions: int, own: Entries
) -> dict[str, Any]:
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
        "mentions": _greatest(values.get("mentionCount", ()), mentions),
        "articles": _greatest(values.get("articleCount", ()), 1),
        "aliases": tuple(sorted(aliases)),
        "country": country_of(iri, own),
        "sector": sector_of(iri, own),
    }


def _greatest(texts: Iterable[str], otherwise: int) -> int:
    """The greatest of some whole numbers; what is none is passed over."""
    return max((int(t) for t in texts if t.isascii() and t.isdigit()), default=otherwise)


def _grouped_evidence(select: Select, actors: Mapping[str, Any]) -> dict[Any, list[Evidence]]:
    """The evidence of each edge, keyed by who, whom and layer."""
    pairs = _read_pairs(select, actors)
    needed = {statement for statement, _, _ in pairs}
    statements = _read_statements(select, needed, {iri: a["label"] for iri, a in actors.items()})
    grouped: dict[Any, list[Evidence]] = {}
    for (statement, who, whom), role in pairs.items():
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


_AROUND = ("inSentence", "relation", "speaker", "argument", "place", "inArticle")
"""Properties of a statement whose values are nodes that tell more."""


def _read_statements(
    select: Select, needed: Iterable[str], actors: Mapping[str, str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """The layer of each statement that is not denied, and the fields of its evidence."""
    nodes = _read_facts(select, needed)
    statements = {iri: node for iri, node in nodes.items() if KG + "Statement" in node["type"]}
    around = {v for node in statements.values() for name in _AROUND for v in node[name]}
    nodes = _read_facts(select, around)
    scores = _read_scores_of(select, statements)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for iri, node in statements.items():
        layer = _layer(node)
        if layer is not None and node["inArticle"]:
            facts = _facts(node, nodes, actors)
            facts["score"] = _score(facts["event_type"], node.one("mode"), scores.get(iri))
            found[iri] = (layer, {"statement": iri, **facts, **_article_facts(node, nodes)})
    return found


class _Node(dict[str, tuple[str, ...]]):
    """The values of a node by the local name of the property, sorted; none where it has none."""

    def __missing__(self, name: str) -> tuple[str, ...]:
        return ()

    def one(self, name: str) -> str | None:
        """The value of a property, the first of several."""
        return next(iter(self[name]), None)


def _read_facts(select: Select, iris: Iterable[str]) -> dict[str, _Node]:
    """All that the store says of the given nodes; a node that it does not know is empty."""
    wanted = sorted(iri for iri in set(iris) if _IRI.fullmatch(iri))
    found: dict[str, dict[str, set[str]]] = {iri: {} for iri in wanted}
    for row in _rows_about(select, _FACTS, wanted, "node", "property", "value"):
        values = found[row["node"] or ""].setdefault(_local_name(row["property"] or ""), set())
        values.add(row["value"] or "")
    nodes: dict[str, _Node] = defaultdict(_Node)
    for iri, facts in found.items():
        nodes[iri] = _Node({name: tuple(sorted(values)) for name, values in facts.items()})
    return nodes


def _rows_about(select: Select, query: str, iris: Sequence[str], *names: str) -> Iterator[Texts]:
    """The rows of a query about the given nodes, which is put to the store in parts."""
    for start in range(0, len(iris), NODES_A_QUERY):
        part = iris[start : start + NODES_A_QUERY]
        yield from _rows(select, query % " ".join(f"<{iri}>" for iri in part), *names)


def _read_scores_of(select: Select, statements: Iterable[str]) -> dict[str, float]:
    """The score of the event that each statement makes, if it makes one; the lowest of several."""
    scores: dict[str, float] = {}
    for row in _rows_about(select, _EVENTS, sorted(statements), "statement", "score"):
        iri, score = row["statement"] or "", _number(row["score"])
        if score is not None:
            scores[iri] = min(scores.get(iri, score), score)
    return scores


def _number(text: str | None) -> float | None:
    """A number; None for what is none, or endless."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


def _layer(node: _Node) -> str | None:
    """Where a statement belongs; None when it is denied. What is not surely plain is a claim."""
    if KG + "negated" in node["polarity"] or "deny" in node["stance"]:
        return None
    if node["speaker"] or node["speakerText"]:
        return "claim"
    sure = all({value}.issuperset(node[name]) for name, value in _SURE.items())
    return "plain" if sure and _is_true(node.one("plain")) else "claim"


_SURE = {"attribution": "none", "polarity": KG + "affirmed", "modality": KG + "asserted"}
"""What a plain statement has and nothing beside it, where it tells these things at all."""


def _facts(node: _Node, nodes: Mapping[str, _Node], actors: Mapping[str, str]) -> dict[str, Any]:
    kind, speaker, place = node.one("eventType"), node.one("speaker"), node.one("place")
    return {
        "relation": _relation_label(node, nodes),
        "sentence": next((t for s in node["inSentence"] if (t := nodes[s].one("text"))), ""),
        "article": node.one("inArticle"),
        "event_type": _local_name(kind) if kind else None,
        "speaker": _name_of(speaker, nodes, actors) or node.one("speakerText"),
        "modality": _local_name(node.one("modality") or "asserted"),
        "confidence": _number(node.one("confidence")),
        "place": _name_of(place, nodes, actors) or node.one("placeText"),
        "place_iri": place,
        "speaker_iri": speaker,
    }


def _name_of(iri: str | None, nodes: Mapping[str, _Node], actors: Mapping[str, str]) -> str | None:
    """How an entity is called: as the actor is, else by the label that articles give it."""
    return None if iri is None else actors.get(iri) or nodes[iri].one("label")


def _score(kind: str | None, mode: str | None, of_event: float | None) -> float | None:
    """The score of the event that a statement makes, else of its type, else None."""
    if of_event is not None:
        return of_event
    known = read_scores()
    return known.get((kind or "", mode or "-"), known.get((kind or "", "-")))


def _relation_label(node: _Node, nodes: Mapping[str, _Node]) -> str:
    """The office of a role ("US-Präsident"), else the name of the open predicate."""
    arguments = (nodes[iri] for iri in node["argument"])
    offices = sorted(t for a in arguments if "office" in a["role"] for t in a["text"])
    relation = node.one("relation") or ""
    name = nodes[relation].one("label") if relation else None
    return next(iter(offices), None) or name or node.one("relationText") or _local_name(relation)


_ARTICLE_FACTS = {
    "title": "headline",
    "source": "source",
    "url": "url",
    "publisher": "publisher",
}


def _article_facts(node: _Node, nodes: Mapping[str, _Node]) -> Texts:
    article = nodes[node["inArticle"][0]]
    facts = {field: article.one(name) for field, name in _ARTICLE_FACTS.items()}
    return facts | {"published": next(filter(None, map(_day, article["datePublished"])), None)}


def _day(text: str) -> str | None:
    """The day of a date, ``YYYY-MM-DD``, also of one with an hour; None for what is no date."""
    try:
        return date.fromisoformat(text[:10]).isoformat() if _DAY.match(text) else None
    except ValueError:
        return None


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
        "quads": _most_first(e.quad for e in found if e.quad),
        "score": round(sum(scores) / len(scores), 2) if scores else None,
        "first": min(days, default=None),
        "last": max(days, default=None),
        "articles": tuple(sorted({e.article for e in found})),
        "statements": tuple(e.statement for e in found),
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
