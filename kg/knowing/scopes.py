"""Parts of the graph to hand on: articles, a time window, all that concerns one entity.

A scope narrows by articles and then by entity; what it takes is whole: each statement
comes with its sentence and article, each entity and relation with its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode

from kg import names
from kg.errors import NotFoundError
from kg.knowing.explain import find_named
from kg.knowing.layouts import TYPE, read_facts
from kg.knowing.store import GraphStore

GraphName = NamedNode | DefaultGraph

_ENT, _REL, _KNOWLEDGE = f"<{names.ENT}", f"<{names.REL}", f"<{names.KNOWLEDGE}>"
_PUBLISHED = NamedNode(names.PREFIXES["schema"] + "datePublished")
_ABOUT_NAMED = (
    TYPE,
    f"<{names.PREFIXES['rdfs']}label>",
    f"<{names.PREFIXES['skos']}altLabel>",
    f"<{names.PREFIXES['owl']}sameAs>",
    f"<{names.KG}localTo>",
)
"""What tells who an entity or what a relation is; all else of it is a plain edge."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What part of the store; without any field all of it.

    ``articles`` are ids (or ``art:`` names), ``entity`` a name or IRI; ``since`` and
    ``until`` are days ``YYYY-MM-DD`` of publication, half-open: ``until`` itself is out.
    What ``kg:knowledge`` says of the entities in the part (how often they are mentioned, for
    one) stays what it is in the whole store.
    """

    articles: tuple[str, ...] = ()
    entity: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def is_whole(self) -> bool:
        chosen = (self.entity, self.since, self.until)
        return not self.articles and all(value is None for value in chosen)


@dataclass(slots=True)
class Selection:
    """A scope in one store: its graphs in order, and which of their lines.

    The graph ``kg:knowledge`` comes last: of it only those entities are taken that the
    graphs before it name. So give :meth:`keep` the graphs in their order.
    """

    graphs: tuple[GraphName, ...]
    whole: bool = True
    entity: str = ""
    _named: set[str] = field(default_factory=set)

    def keep(self, graph: GraphName, lines: Sequence[str]) -> Sequence[str]:
        """The lines of N-Triples of one graph that belong to the selection."""
        if self.whole:
            return lines
        if str(graph) == _KNOWLEDGE:
            return [line for line in lines if line.partition(" ")[0] in self._named]
        kept = list(_around(self.entity, lines)) if self.entity else lines
        self._named.update(s for line in kept if (s := line.partition(" ")[0]).startswith(_ENT))
        return kept


def select(store: GraphStore, scope: Scope) -> Selection:
    """What a scope means in a store.

    Raises NotFoundError for an article or entity that the store does not know, for a
    name of several entities, and for a window in which nothing was published.
    """
    everything: list[GraphName] = [*store.graph_names()]
    graphs = [graph for graph in everything if str(graph) != _KNOWLEDGE]
    knowledge = [graph for graph in everything if str(graph) == _KNOWLEDGE]
    if scope.is_whole:
        return Selection((DefaultGraph(), *graphs, *knowledge))
    if scope.articles:
        wanted = {_article_graph(article, graphs) for article in scope.articles}
        graphs = [graph for graph in graphs if graph in wanted]
    if scope.since or scope.until:
        graphs = _published(store, graphs, scope)
    entity = ""
    if scope.entity is not None:
        node = _find_entity(store, scope.entity)
        about = {quad.graph_name for quad in store.quads(None, None, node)}
        graphs = [graph for graph in graphs if graph in about]
        entity = str(node)
        if not graphs:
            raise NotFoundError(f"{scope.entity}: no article in this part of the store names it")
    return Selection((*graphs, *knowledge), whole=False, entity=entity)


def _article_graph(article: str, graphs: Sequence[GraphName]) -> GraphName:
    iri = names.expand(article)
    iri = iri if iri.startswith(names.ART) else names.ART + article
    found = [graph for graph in graphs if isinstance(graph, NamedNode) and graph.value == iri]
    if not found:
        raise NotFoundError(f"article {article}: not in this store; kg query finds articles")
    return found[0]


def _published(store: GraphStore, graphs: Sequence[GraphName], scope: Scope) -> list[GraphName]:
    since, until = scope.since or "", scope.until or "~"
    dates = store.quads(None, _PUBLISHED)
    inside = {
        quad.graph_name
        for quad in dates
        if quad.subject == quad.graph_name and since <= getattr(quad.object, "value", "") < until
    }
    found = [graph for graph in graphs if graph in inside]
    if not found:
        window = f"from {scope.since or 'the first'} until before {scope.until or 'today or later'}"
        raise NotFoundError(f"no article published {window} in this part of the store")
    return found


def _find_entity(store: GraphStore, name: str) -> NamedNode:
    found = find_named(store, name)
    known = [n for n in found if len(found) > 1 and not _is_local(store, n)]
    if len(known) == 1:
        found = known  # one that many articles may know, beside strangers of the same name
    if len(found) > 1:
        raise NotFoundError(f"{name}: this is the name of {', '.join(found)}; give one of them")
    try:
        node = NamedNode(names.expand(found[0]))
    except ValueError as error:
        raise NotFoundError(f"{name}: not an IRI ({error})") from error
    if next(store.quads(None, None, node), None) is None:
        raise NotFoundError(f"{name}: no statement in the store speaks of it")
    return node


def _is_local(store: GraphStore, name: str) -> bool:
    local = store.quads(NamedNode(names.expand(name)), NamedNode(names.KG + "localTo"))
    return next(local, None) is not None


# --- one entity's neighbourhood in one graph ----------------------------------------------

_ARGUMENT, _STATEMENT, _PLAIN, _SUBJECT, _RELATION, _OBJECT = (
    f"<{names.KG}{term}> "
    for term in ("argument", "statement", "plain", "subject", "relation", "object")
)


def _around(entity: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines about what an entity does, says, or has done to it, and where it is told."""
    facts = read_facts(lines)
    chosen = _reach(_roots(entity, facts), facts)
    edges = {edge for node in chosen for edge in _plain_edges(facts.get(node, ()))}
    for node in chosen:
        named = node.startswith((_ENT, _REL))
        for tail in facts[node]:
            if named and not tail.startswith(_ABOUT_NAMED):
                continue
            if not tail.startswith(_REL):
                yield f"{node} {tail}"
    for edge in sorted(edges):
        subject, _, tail = edge.partition(" ")
        if tail in facts.get(subject, ()):
            yield edge


def _roots(entity: str, facts: dict[str, list[str]]) -> set[str]:
    """Nodes that point at the entity, and the statements, events and roles tied to them."""
    end = f" {entity} ."
    roots = {
        node
        for node, tails in facts.items()
        if not node.startswith((_ENT, _REL)) and any(t.endswith(end) for t in tails)
    }
    roots |= _pointing(_ARGUMENT, roots, facts)
    said = roots | {o for n in roots for o in _objects(facts[n], _STATEMENT)}
    return roots | _pointing(_STATEMENT, said, facts)


def _pointing(predicate: str, nodes: set[str], facts: dict[str, list[str]]) -> set[str]:
    return {
        node for node, tails in facts.items() if any(o in nodes for o in _objects(tails, predicate))
    }


def _objects(tails: Iterable[str], predicate: str) -> list[str]:
    return [tail[len(predicate) : -2] for tail in tails if tail.startswith(predicate)]


def _reach(roots: set[str], facts: dict[str, list[str]]) -> list[str]:
    """All nodes that the roots lead to, sorted; entities and relations lead no further."""
    seen, todo = set(roots), list(roots)
    while todo:
        for tail in facts[todo.pop()]:
            predicate, _, rest = tail.partition(" ")
            node = rest[:-2]
            for found in (node, predicate) if node[0] == "<" else (predicate,):
                if found in facts and found not in seen and not predicate.startswith(_REL):
                    seen.add(found)
                    if not found.startswith((_ENT, _REL)):
                        todo.append(found)
    return sorted(seen)


def _plain_edges(tails: Sequence[str]) -> Iterator[str]:
    if any(tail.startswith(f'{_PLAIN}"true"') for tail in tails):
        for subject in _objects(tails, _SUBJECT):
            for relation in _objects(tails, _RELATION):
                for target in _objects(tails, _OBJECT):
                    yield f"{subject} {relation} {target} ."
