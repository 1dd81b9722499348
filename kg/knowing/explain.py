"""Why does the graph say that? From any node or edge back to rule, sentence and article."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode

from kg import names
from kg.errors import NotFoundError
from kg.knowing.store import GraphStore
from kg.knowing.triples import kg_term

Facts = Mapping[str, tuple[str, ...]]
"""Values of a node by the short name of the property; IRIs in full."""

Edge = tuple[str, str, str]

_NAME_PROPERTIES = (names.PREFIXES["rdfs"] + "label", names.PREFIXES["skos"] + "altLabel")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is explained, its facts as (label, value) in reading order, and what lies behind."""

    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    behind: tuple[Explanation, ...] = ()


def explain(store: GraphStore, target: str | Edge) -> Explanation:
    """Where a node or an edge of the graph comes from.

    ``target`` is an IRI or prefixed name (``st:1f0c…``, ``ent:person-nathan-sales``,
    ``<https://…>``), or an edge as three of them. Raises NotFoundError when the store
    knows nothing of it.
    """
    if isinstance(target, tuple):
        return _explain_edge(store, target)
    node = _read_node(target)
    facts = _facts(store, node)
    if not facts:
        raise NotFoundError(f"{target}: the store knows nothing of it; kg query finds names")
    if node.value.startswith(names.ENT):
        return _explain_entity(store, node, facts)
    classes = [name.removeprefix(names.KG) for name in facts.get("rdf:type", ())]
    known = next((_EXPLAINERS[c] for c in classes if c in _EXPLAINERS), _explain_other)
    return known(store, node, facts)


def write_explanation(explanation: Explanation, *, indent: int = 0) -> str:
    """An explanation as plain text, one fact a line, what lies behind it indented."""
    margin = " " * indent
    width = max((len(label) for label, _ in explanation.facts), default=0)
    lines = [f"{margin}{explanation.kind} {explanation.name}"]
    for label, value in explanation.facts:
        shown = "".join(c if c.isprintable() else " " for c in value)
        lines.append(f"{margin}  {label.ljust(width)}  {' '.join(shown.split())}")
    parts = [write_explanation(part, indent=indent + 4) for part in explanation.behind]
    return "\n".join([*lines, *parts])


def find_named(store: GraphStore, name: str) -> list[str]:
    """The short names of what a name stands for.

    An IRI or prefixed name stands for itself. Any other text stands for all entities that
    have it as a name, whatever its case; those known to all articles come first. Raises
    NotFoundError when there is none.
    """
    prefix, colon, _ = name.strip().partition(":")
    if colon and (prefix in names.PREFIXES or re.match(r"<?https?$", prefix)):
        return [name]
    wanted = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    labels = chain.from_iterable(store.quads(None, NamedNode(iri)) for iri in _NAME_PROPERTIES)
    found = {
        quad.subject.value
        for quad in labels
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
        and quad.subject.value.startswith(names.ENT)
        and " ".join(quad.object.value.split()).casefold() == wanted
    }
    if not found:
        raise NotFoundError(f"{name}: nobody and nothing in the store has this name")
    local = {iri for iri in found if "localTo" in _facts_of(store, iri)}
    return [names.shorten(iri) for iri in (*sorted(found - local), *sorted(local))]


def write_candidates(store: GraphStore, found: Iterable[str]) -> str:
    """One line an entity: its short name, its label, its kinds."""
    lines = []
    for name in found:
        facts = _facts(store, _read_node(name))
        kinds = ", ".join(c.removeprefix(names.KG) for c in facts.get("rdf:type", ()))
        label = "".join(c if c.isprintable() else " " for c in _first(facts, "rdfs:label"))
        lines.append(f"{name}  {label}  ({kinds})")
    return "\n".join(lines)


# --- reading the graph --------------------------------------------------------------------


def _read_node(name: str) -> NamedNode:
    iri = names.expand(name)
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise NotFoundError(f"{name}: neither an IRI nor a prefixed name ({error})") from error


def _facts(store: GraphStore, node: NamedNode) -> Facts:
    """All that any graph says of a node."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads(node):
        assert isinstance(quad.object, NamedNode | Literal)
        found[_property(quad.predicate.value)].add(quad.object.value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _property(iri: str) -> str:
    return names.shorten(iri).removeprefix("kg:")


def _first(facts: Facts, name: str) -> str:
    return next(iter(facts.get(name, ())), "")


def _pointing(store: GraphStore, predicate: str, node: NamedNode) -> list[NamedNode]:
    """Nodes that point at a node, sorted."""
    found = {quad.subject for quad in store.quads(None, kg_term(predicate), node)}
    return sorted((n for n in found if isinstance(n, NamedNode)), key=str)


def _facts_of(store: GraphStore, iri: str) -> Facts:
    return _facts(store, NamedNode(iri)) if iri else {}


def _named(store: GraphStore, iri: str) -> str:
    """A node as people read it: its label and its short name."""
    label = _first(_facts_of(store, iri), "rdfs:label")
    return f"{label} [{names.shorten(iri)}]" if label else names.shorten(iri)


def _known(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in pairs if value)


# --- where it stands ----------------------------------------------------------------------


def _source_facts(store: GraphStore, facts: Facts) -> Iterator[tuple[str, str]]:
    """The sentence and the article of a node."""
    yield "sentence", _first(_facts_of(store, _first(facts, "inSentence")), "text")
    article = _first(facts, "inArticle")
    if article:
        yield "article", _article_line(_facts_of(store, article), article)


def _article_line(facts: Facts, iri: str) -> str:
    names_of = ("schema:headline", "source", "schema:datePublished", "publisher", "schema:url")
    known = [_first(facts, name) for name in names_of]
    return ", ".join([*(value for value in known if value), names.shorten(iri)])


def _participant(store: GraphStore, facts: Facts, name: str) -> str:
    """Reads: "Der IS" → Islamischer Staat [ent:org-islamischer-staat]."""
    text, iri = _first(facts, f"{name}Text"), _first(facts, name)
    if not iri.startswith(names.BASE) or "/node/" in iri:
        return f"“{text}”" if text else ""
    return f"“{text}” → {_named(store, iri)}" if text else _named(store, iri)


def _time(facts: Facts) -> str:
    text, begin, until = (_first(facts, n) for n in ("timeText", "timeBegin", "timeUntil"))
    span = f" ({begin or '…'} until before {until or '…'})" if begin or until else ""
    return f"“{text}”{span}" if text else ""


# --- one explainer a class ----------------------------------------------------------------


def _explain_statement(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    relation = _first(facts, "relation")
    pairs = [
        ("subject", _participant(store, facts, "subject")),
        ("relation", f"“{_first(facts, 'relationText')}” → {names.shorten(relation)}"),
        ("object", _participant(store, facts, "object")),
        *_argument_facts(store, facts),
        *_limit_facts(store, facts),
        ("event type", _event_type(facts)),
        ("when", _time(facts)),
        ("where", _participant(store, facts, "place")),
        ("quantity", _quantity(store, facts)),
        ("rule", f"{_first(facts, 'rule')}, confidence {_first(facts, 'confidence')}"),
        *(("doubt", why) for why in sorted(facts.get("doubt", ()))),
        *_source_facts(store, facts),
    ]
    return Explanation(names.shorten(node.value), "statement", _known(pairs))


def _argument_facts(store: GraphStore, facts: Facts) -> list[tuple[str, str]]:
    parts = [_facts_of(store, iri) for iri in facts.get("argument", ())]
    found = []
    for part in parts:
        entity = _first(part, "entity")
        arrow = f" → {_named(store, entity)}" if entity else ""
        found.append((_first(part, "role"), f"“{_first(part, 'text')}”{arrow}"))
    return sorted(found)


def _limit_facts(store: GraphStore, facts: Facts) -> Iterator[tuple[str, str]]:
    """What keeps a statement from being a plain fact; "asserted by the article" if nothing."""
    limits = [_first(facts, name).removeprefix(names.KG) for name in ("polarity", "modality")]
    limits += [_first(facts, "attribution"), _first(facts, "stance")]
    special = [x for x in limits if x not in ("affirmed", "asserted", "none", "neutral")]
    plain = _first(facts, "plain") == "true"
    yield "status", "asserted by the article itself" if plain else ", ".join(special)
    yield "speaker", _participant(store, facts, "speaker")
    quotation = _first(facts, "inQuotation")
    yield "quotation", _first(_facts_of(store, quotation), "text")


def _event_type(facts: Facts) -> str:
    type, mode = _first(facts, "eventType").removeprefix(names.KG), _first(facts, "mode")
    return f"{type} ({mode})" if mode else type


def _quantity(store: GraphStore, facts: Facts) -> str:
    part = _facts_of(store, _first(facts, "quantity"))
    about = "about " if _first(part, "approximate") == "true" else ""
    unit = _first(part, "unit")
    value = f"{about}{_first(part, 'value')} {unit}".strip()
    return f"“{_first(part, 'text')}” = {value}" if part else ""


def _explain_quotation(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    pairs = [
        ("words", _first(facts, "text")),
        ("kind", _first(facts, "quotationKind")),
        ("speaker", _participant(store, facts, "speaker")),
        ("cue", _first(facts, "cueText")),
        ("stance", _first(facts, "stance")),
        *_source_facts(store, facts),
    ]
    inside = [explain(store, s.value) for s in _pointing(store, "inQuotation", node)]
    return Explanation(names.shorten(node.value), "quotation", _known(pairs), tuple(inside))


def _explain_event(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    classes = [c.removeprefix(names.KG) for c in facts.get("rdf:type", ())]
    pairs = [
        ("type", ", ".join([*(c for c in classes if c != "Event"), *facts.get("mode", ())])),
        ("class", f"{_first(facts, 'quadClass')}, score {_first(facts, 'score')}"),
        *(("actor", _named(store, iri)) for iri in facts.get("actor", ())),
        *(("recipient", _named(store, iri)) for iri in facts.get("recipient", ())),
        ("when", _time(facts)),
        ("where", _participant(store, facts, "place")),
    ]
    behind = tuple(explain(store, iri) for iri in facts.get("statement", ()))
    return Explanation(names.shorten(node.value), "event", _known(pairs), behind)


def _explain_happening(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    pairs = [
        ("type", _event_type(facts)),
        *(("actor", _named(store, iri)) for iri in facts.get("actor", ())),
        *(("recipient", _named(store, iri)) for iri in facts.get("recipient", ())),
        ("when", _days(facts)),
        ("where", _participant(store, facts, "place")),
        ("articles", _first(facts, "sourceCount")),
        ("outlets", f"{_first(facts, 'independentSources')} independent"),
        *(line for iri in facts.get("contradiction", ()) for line in _version_lines(store, iri)),
    ]
    behind = tuple(explain(store, iri) for iri in facts.get("report", ()))
    return Explanation(names.shorten(node.value), "happening", _known(pairs), behind)


def _days(facts: Facts) -> str:
    begin, until = _first(facts, "timeBegin"), _first(facts, "timeUntil")
    return f"{begin or '…'} until before {until or '…'}" if begin or until else ""


def _version_lines(store: GraphStore, contradiction: str) -> Iterator[tuple[str, str]]:
    """What the reports tell differently, a line a version."""
    facts = _facts_of(store, contradiction)
    for iri in facts.get("version", ()):
        version = _facts_of(store, iri)
        told = ", ".join(names.shorten(report) for report in version.get("report", ()))
        yield (
            f"differ in {_first(facts, 'contradictionKind')}",
            (f"{_first(version, 'valueText')} ({told})"),
        )


def _explain_role(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    pairs = [
        ("holder", _named(store, _first(facts, "holder"))),
        ("office", _first(facts, "office")),
        ("organisation", _participant(store, facts, "organisation")),
    ]
    behind = tuple(explain(store, iri) for iri in facts.get("statement", ()))
    return Explanation(names.shorten(node.value), "role", _known(pairs), behind)


def _explain_mention(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    pairs = [("words", _first(facts, "text")), ("kind", _first(facts, "mentionKind"))]
    for link in _pointing(store, "mention", node):
        decided = _facts(store, link)
        why = f"{_first(decided, 'reason')}, score {_first(decided, 'score')}"
        pairs.append(("denotes", f"{_named(store, _first(decided, 'entity'))}: {why}"))
    pairs += _source_facts(store, facts)
    return Explanation(names.shorten(node.value), "mention", _known(pairs))


def _explain_link(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    return explain(store, _first(facts, "mention"))


def _explain_article(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    run = _facts_of(store, _first(facts, "prov:wasGeneratedBy"))
    in_it = list(store.quads(None, kg_term("inArticle"), node))
    statements = {q.subject for q in in_it if str(q.subject).startswith(f"<{names.ST}")}
    pairs = [
        ("title", _first(facts, "schema:headline")),
        ("source", _first(facts, "source")),
        ("published", _first(facts, "schema:datePublished")),
        ("publisher", _first(facts, "publisher")),
        ("url", _first(facts, "schema:url")),
        ("statements", str(len(statements))),
        ("read by", f"newskg {_first(run, 'programVersion')} {_first(run, 'model')}"),
    ]
    return Explanation(names.shorten(node.value), "article", _known(pairs))


def _explain_other(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    pairs = [(name, names.shorten(v)) for name in sorted(facts) for v in facts[name]]
    return Explanation(names.shorten(node.value), "node", _known(pairs))


_EXPLAINERS: Mapping[str, Callable[[GraphStore, NamedNode, Facts], Explanation]] = {
    "Statement": _explain_statement,
    "Quotation": _explain_quotation,
    "Event": _explain_event,
    "Happening": _explain_happening,
    "Role": _explain_role,
    "Mention": _explain_mention,
    "Link": _explain_link,
    "Article": _explain_article,
}


# --- entities and edges -------------------------------------------------------------------


def _explain_entity(store: GraphStore, node: NamedNode, facts: Facts) -> Explanation:
    classes = [c.removeprefix(names.KG) for c in facts.get("rdf:type", ())]
    also = (*facts.get("rdfs:label", ()), *facts.get("skos:altLabel", ()))
    pairs = [
        ("names", ", ".join(sorted(set(also)))),
        ("kinds", ", ".join(classes)),
        ("same as", ", ".join(names.shorten(iri) for iri in facts.get("owl:sameAs", ()))),
        ("local to", names.shorten(_first(facts, "localTo"))),
        *(("role", _role_line(store, role)) for role in _pointing(store, "holder", node)),
        ("statements", str(_count_statements(store, node))),
        *_mention_lines(store, node),
    ]
    return Explanation(names.shorten(node.value), "entity", _known(pairs))


def _role_line(store: GraphStore, role: NamedNode) -> str:
    facts = _facts(store, role)
    parts = [_first(facts, "office"), _first(facts, "organisationText")]
    return f"{', '.join(part for part in parts if part)} [{names.shorten(role.value)}]"


def _count_statements(store: GraphStore, node: NamedNode) -> int:
    """How many statements have the entity as subject, object or speaker."""
    roles = ("subject", "object", "speaker")
    found = {n for role in roles for n in _pointing(store, role, node)}
    return sum(1 for n in found if n.value.startswith(names.ST))


def _mention_lines(store: GraphStore, node: NamedNode) -> Iterator[tuple[str, str]]:
    """One line a reason: how often it joins a mention, with its first sentence."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in _pointing(store, "entity", node):
        facts = _facts(store, link)
        mention = _facts_of(store, _first(facts, "mention"))
        if mention:
            sentence = _first(_facts_of(store, _first(mention, "inSentence")), "text")
            why = f"{_first(facts, 'reason')}, score {_first(facts, 'score')}"
            where = names.shorten(_first(mention, "inArticle"))
            found[_first(mention, "text"), why].append(f"{sentence} [{where}]")
    for (text, why), sentences in sorted(found.items()):
        yield "mention", f"{len(sentences)} × “{text}”: {why} — in: {min(sentences)}"


def _explain_edge(store: GraphStore, edge: Edge) -> Explanation:
    subject, predicate, target = (_read_node(name) for name in edge)
    name = " ".join(names.shorten(node.value) for node in (subject, predicate, target))
    if not any(store.quads(subject, predicate, target)):
        raise NotFoundError(f"{name}: no such edge in the store")
    behind = []
    for statement in _pointing(store, "subject", subject):
        facts = _facts(store, statement)
        same = predicate.value in facts.get("relation", ()) and target.value in facts.get(
            "object", ()
        )
        if same and _first(facts, "plain") == "true":
            behind.append(_explain_statement(store, statement, facts))
    return Explanation(name, "edge", (("statements", str(len(behind))),), tuple(behind))
