"""What a network of actors looks like from outside: size, centre, communities.

Each function takes a network and gives table rows, always in the same order. Measures look at
actors and pairs: both layers count together unless the network was filtered to one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.asking.network import LAYERS
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.asking.network import Evidence, Network

Row = dict[str, Any]

SAMPLE_ABOVE = 3000
"""With more actors than this, betweenness is estimated where rustworkx is not installed."""

SAMPLE_SIZE = 200
"""From how many actors it is estimated then."""

ORDERS = ("statements", "degree", "pagerank", "betweenness", "brokered")
"""What actors can be ranked by."""

SEED = 0
"""Where chance begins, the same every time."""


def merge_edges(graph: Network) -> nx.DiGraph[str]:
    """The same actors with one edge a direction; ``weight`` counts statements of both layers."""
    merged: nx.DiGraph[str] = nx.DiGraph()
    merged.add_nodes_from(graph.nodes)
    for who, whom, data in graph.edges(data=True):
        before = merged.get_edge_data(who, whom, {"weight": 0})["weight"]
        merged.add_edge(who, whom, weight=before + data["count"])
    return merged


def merge_directions(graph: Network) -> nx.Graph[str]:
    """The same actors with one edge a pair; ``weight`` counts its statements."""
    merged: nx.Graph[str] = nx.Graph()
    merged.add_nodes_from(graph.nodes)
    for who, whom, data in graph.edges(data=True):
        before = merged.get_edge_data(who, whom, {"weight": 0})["weight"]
        merged.add_edge(who, whom, weight=before + data["count"])
    return merged


def each_statement(graph: Network) -> Iterator[tuple[str, Evidence]]:
    """The layer and the evidence of each statement, once though it may make several edges."""
    seen: set[str] = set()
    for _, _, layer, data in graph.edges(keys=True, data=True):
        for evidence in data["evidence"]:
            if evidence.statement not in seen:
                seen.add(evidence.statement)
                yield layer, evidence


# --- the whole


def stat_rows(graph: Network) -> list[Row]:
    """One row a figure: ``measure value meaning``. See :mod:`kg.asking.measures`."""
    return [
        {"measure": name, "value": value, "meaning": meaning}
        for name, value, meaning in (*_count_facts(graph), *_shape_facts(graph), *_tone(graph))
    ]


def _count_facts(graph: Network) -> Iterator[tuple[str, Any, str]]:
    layers = Counter(layer for _, _, layer in graph.edges(keys=True))
    statements = Counter(layer for layer, _ in each_statement(graph))
    yield "actors", len(graph), "who acts, or is acted on"
    yield "edges", graph.number_of_edges(), "who acts on whom; each layer by itself"
    yield "edges plain", layers[LAYERS[0]], "asserted by articles"
    yield "edges claim", layers[LAYERS[1]], "said, demanded, planned or possible"
    yield "statements", sum(statements.values()), "that the edges stand for"
    yield "statements plain", statements[LAYERS[0]], "asserted by articles"
    yield "statements claim", statements[LAYERS[1]], "said, demanded, planned or possible"
    yield "articles", graph.graph["articles"], "that these statements stand in"
    yield "first", graph.graph["first"], "day of the oldest of them"
    yield "last", graph.graph["last"], "day of the newest"


def _shape_facts(graph: Network) -> Iterator[tuple[str, Any, str]]:
    directed, pairs = merge_edges(graph), merge_directions(graph)
    parts = sorted((len(part) for part in nx.connected_components(pairs)), reverse=True)
    density, mutual = nx.density(directed), _reciprocity(directed)
    yield "density", round(density, 4), "share of all ordered pairs where one acts on the other"
    yield "components", len(parts), "groups of actors without an edge between groups"
    yield "largest component", parts[0] if parts else 0, "actors in the largest of them"
    yield "reciprocity", round(mutual, 4), "share of edges that are answered by one back"


def _reciprocity(directed: nx.DiGraph[str]) -> float:
    return float(nx.overall_reciprocity(directed)) if directed.number_of_edges() else 0.0


def _tone(graph: Network) -> Iterator[tuple[str, Any, str]]:
    quads = Counter(e.quad for _, e in each_statement(graph) if e.quad)
    typed = sum(quads.values())
    yield "typed statements", typed, "that name an event of a known type"
    for tone in TONES:
        share = (
            sum(n for quad, n in quads.items() if quad.endswith(tone)) / typed if typed else None
        )
        yield tone, None if share is None else round(share, 4), "share of typed statements"


TONES = ("conflict", "cooperation")
"""The last word of a quad class."""


# --- the actors


def central_rows(
    graph: Network, *, by: str = "statements", sample_above: int = SAMPLE_ABOVE
) -> list[Row]:
    """One row an actor, the most central first.

    ``statements`` it takes part in (its weighted degree), ``degree`` (how many others it has to
    do with), ``pagerank`` (how much acts on it, more from those much acted on), ``betweenness``
    (share of shortest ways that pass through it) and ``brokered`` (pairs of its neighbours that
    have nothing to do with each other). ``by`` is one of these and gives the order and the rank;
    equal actors share a rank. With more than ``sample_above`` actors and no rustworkx,
    betweenness is estimated, and its column is called ``betweenness_sampled``.

    Raises QueryError for another ``by``.
    """
    if by not in ORDERS:
        raise QueryError(f"no measure {by!r}: there are {', '.join(ORDERS)}")
    pairs, directed = merge_directions(graph), merge_edges(graph)
    sampled = is_sampled(len(graph), sample_above=sample_above)
    measures: Mapping[str, Mapping[str, float]] = {
        "statements": dict(pairs.degree(weight="weight")),
        "degree": dict(pairs.degree()),
        "pagerank": nx.pagerank(directed, weight="weight"),
        "betweenness": measure_betweenness(pairs, sample=SAMPLE_SIZE if sampled else None),
        "brokered": count_brokered(pairs),
    }
    rounded = {name: {n: round(v, 6) for n, v in of.items()} for name, of in measures.items()}
    ranks = rank(rounded[by])
    order = sorted(graph, key=lambda n: (ranks[n], graph.nodes[n]["label"], n))
    title = {"betweenness": "betweenness_sampled"} if sampled else {}
    return [
        {
            "rank": ranks[node],
            "name": graph.nodes[node]["label"],
            "kind": graph.nodes[node]["kind"],
            **{title.get(name, name): rounded[name][node] for name in ORDERS},
            "iri": node,
        }
        for node in order
    ]


def rank(values: Mapping[str, float]) -> dict[str, int]:
    """The rank of each, 1 for the greatest; two that share it leave out the next."""
    ranks: dict[float, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        ranks.setdefault(value, place)
    return {node: ranks[value] for node, value in values.items()}


@cache
def has_rustworkx() -> bool:
    """Whether the quick engine is installed: ``pip install 'newskg[fast]'``."""
    return find_spec("rustworkx") is not None


def is_sampled(actors: int, *, sample_above: int = SAMPLE_ABOVE) -> bool:
    """Whether betweenness among so many actors is estimated rather than computed."""
    return actors > sample_above and not has_rustworkx()


def measure_betweenness(
    pairs: nx.Graph[str], *, sample: int | None = None, fast: bool | None = None
) -> dict[str, float]:
    """The share of shortest ways between others that pass through each actor, 0 to 1.

    By rustworkx where it is installed, or as ``fast`` says; both give the same. ``sample``
    estimates it from the ways that begin at so many actors, chosen by a fixed seed.
    """
    if fast if fast is not None else has_rustworkx() and sample is None:
        return _fast_betweenness(pairs)
    size = None if sample is None else min(sample, len(pairs))
    return dict(nx.betweenness_centrality(pairs, k=size, seed=SEED))


def _fast_betweenness(pairs: nx.Graph[str]) -> dict[str, float]:
    rustworkx: Any = import_module("rustworkx")
    nodes = list(pairs)
    place = {node: number for number, node in enumerate(nodes)}
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(nodes)
    graph.add_edges_from_no_data([(place[one], place[other]) for one, other in pairs.edges])
    found = rustworkx.betweenness_centrality(graph, normalized=True)
    return {node: found[place[node]] for node in nodes}


def count_brokered(pairs: nx.Graph[str]) -> dict[str, int]:
    """How many pairs of each actor's neighbours have no edge between themselves."""
    triangles: Any = nx.triangles(pairs)
    degree = dict(pairs.degree())
    return {n: degree[n] * (degree[n] - 1) // 2 - triangles[n] for n in pairs}


# --- communities


def find_communities(graph: Network) -> list[list[str]]:
    """Groups of actors with more statements between them than with others, the largest first.

    By the Louvain method with a fixed seed. Within a group its leading actors come first.
    """
    pairs = merge_directions(graph)
    nodes = list(pairs)
    numbered = nx.relabel_nodes(pairs, {node: number for number, node in enumerate(nodes)})
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    home = {nodes[number]: place for place, group in enumerate(found) for number in group}
    weight: Counter[str] = Counter()
    for who, whom, data in graph.edges(data=True):
        if home[who] == home[whom]:
            weight.update({who: data["count"], whom: data["count"]})
    groups: list[list[str]] = [[] for _ in found]
    for node in sorted(home, key=lambda n: (-weight[n], graph.nodes[n]["label"], n)):
        groups[home[node]].append(node)
    return sorted(groups, key=lambda g: (-len(g), graph.nodes[g[0]]["label"], g))


def community_rows(graph: Network) -> list[Row]:
    """One row a community: its name (of its leading actors), size, statements, tone, members."""
    groups = find_communities(graph)
    home = {node: number for number, group in enumerate(groups) for node in group}
    inside: Counter[int] = Counter()
    across: Counter[int] = Counter()
    scores: defaultdict[int, list[float]] = defaultdict(list)
    for who, whom, data in graph.edges(data=True):
        if home[who] == home[whom]:
            inside[home[who]] += data["count"]
            scores[home[who]] += [e.score for e in data["evidence"] if e.score is not None]
        else:
            across.update({home[who]: data["count"], home[whom]: data["count"]})
    labels = [[graph.nodes[node]["label"] for node in group] for group in groups]
    return [
        {
            "community": number + 1,
            "name": ", ".join(names[:3]),
            "actors": len(names),
            "statements": inside[number],
            "to_others": across[number],
            "score": mean(scores[number]),
            "members": "; ".join(names),
        }
        for number, names in enumerate(labels)
    ]


def member_rows(graph: Network) -> list[Row]:
    """One row an actor: which community it is in, those of one community together."""
    return [
        {
            "community": number,
            "community_name": ", ".join(graph.nodes[n]["label"] for n in group[:3]),
            "name": graph.nodes[node]["label"],
            "kind": graph.nodes[node]["kind"],
            "iri": node,
        }
        for number, group in enumerate(find_communities(graph), 1)
        for node in group
    ]


def mean(scores: Iterable[float]) -> float | None:
    """The mean in two digits, None of nothing."""
    found = list(scores)
    return round(sum(found) / len(found), 2) if found else None
