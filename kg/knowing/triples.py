"""One article as RDF: all quads of its named graph, as drawn in ``ontology/README.md``.

Every IRI is made from content, there are no blank nodes and no clock times, so
the same reading gives the same quads on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, Quad

from kg import __version__, names
from kg.confidence import doubts_of
from kg.errors import InputError
from kg.knowing.entities import Resolution, resolve_mentions, unique_mentions
from kg.knowing.events import Event, EventType, find_event_type, make_events
from kg.lexicon import Lexicon
from kg.records import (
    Argument,
    Entity,
    Link,
    Mention,
    Phrase,
    Quantity,
    Quotation,
    Reading,
    Span,
    Statement,
    Time,
    family_of,
    is_plain,
)

Node = NamedNode
Triple3 = tuple[NamedNode, NamedNode, NamedNode | Literal]

CLASS_OF_KIND: Mapping[str, str] = {
    "person": "Person",
    "group": "Group",
    "organisation": "Organisation",
    "party": "PoliticalParty",
    "armed_group": "ArmedGroup",
    "military": "Military",
    "company": "Company",
    "media": "Media",
    "government": "Government",
    "international_organisation": "InternationalOrganisation",
    "alliance": "Alliance",
    "state": "State",
    "place": "Place",
    "event": "Thing",
    "thing": "Thing",
}
"""The class of each kind of mention."""

SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SENTENCE_END = re.compile(
    r"\n|(?<=[.!?…])(?<!\b\w\.)(?<!\b\w\w\.)(?<!\d\.)[\"“”»«’']?\s+(?=[\W_]*[A-ZÄÖÜ])"
)
"""A line end, or the space after a full stop that belongs to no number or short word."""


@cache
def kg_term(name: str) -> NamedNode:
    """A term of ``ontology/news.ttl``."""
    return NamedNode(names.KG + name)


@cache
def _term(prefixed: str) -> NamedNode:
    prefix, local = prefixed.split(":", 1)
    return NamedNode(names.PREFIXES[prefix] + local)


def check_article_id(article: str) -> str:
    """The id itself if it can name a graph and a file. Raises InputError otherwise."""
    if not SAFE_ID.fullmatch(article) or len(article) > 200:
        raise InputError(
            f"article id {article!r}: give one of letters, digits, '.', '_' and '-', at most 200"
        )
    return article


def _local(id: str) -> str:
    return id if SAFE_ID.fullmatch(id) else names.mint(id)


# --- literals -----------------------------------------------------------------------------


def _text(value: str) -> Literal:
    return Literal(value.encode("utf-8", "replace").decode("utf-8"))


def _label(value: str) -> Literal:
    return _text(" ".join(value.split()))


def _typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=_term(f"xsd:{datatype}"))


def _integer(value: int) -> Literal:
    return _typed(str(value), "integer")


def _decimal(value: float | str) -> Literal:
    return _typed(format(Decimal(str(value)).normalize() + 0, "f"), "decimal")


def _boolean(value: bool) -> Literal:
    return _typed("true" if value else "false", "boolean")


# --- what all parts of one article share --------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Graph:
    """One article with its entities by span, and the sentences that statements know."""

    reading: Reading
    resolution: Resolution
    entities: Mapping[Span, Entity]
    sentences: tuple[Span, ...]

    @property
    def article(self) -> Node:
        return NamedNode(names.article_iri(self.reading.article.id))

    def stretch(self, span: Span) -> Node:
        return NamedNode(names.text_iri(self.reading.article.id, *span))

    def minted(self, *parts: object) -> Node:
        return NamedNode(names.NODE + names.mint(*parts))

    def entity(self, span: Span | None) -> Node | None:
        found = self.entities.get(span) if span else None
        return entity_node(found.id) if found else None

    def denotes(self, phrase: Phrase) -> bool:
        """Does a phrase stand for somebody or something? An unresolved pronoun does not."""
        return not phrase.pronoun or self.entity(phrase.mention) is not None

    def participant(self, phrase: Phrase) -> Node:
        """The entity of a phrase, or the description that stands for it."""
        id = self.reading.article.id
        found = self.entity(phrase.mention)
        return found or self.minted("description", id, phrase.start, phrase.end)

    def sentence(self, start: int, end: int) -> Span:
        """The sentence around a stretch of text."""
        for begin, until in self.sentences:
            if begin <= start < until:
                return begin, until
        return find_sentence(self.reading.article.text, start, end, self.sentences)


def entity_node(id: str) -> NamedNode:
    """The IRI of an entity."""
    return NamedNode(names.ENT + _local(id))


def reading_node(article: str, *, version: str, model: str) -> NamedNode:
    """The IRI of the run that read an article."""
    return NamedNode(names.NODE + names.mint("reading", article, version, model))


def find_sentence(text: str, start: int, end: int, known: Iterable[Span] = ()) -> Span:
    """The sentence around ``text[start:end]`` where no statement tells it.

    Line ends and a full stop before a capital end a sentence, and so do the
    ``known`` sentences on both sides.

    >>> find_sentence("Es regnet. Anna lacht. Gut.", 11, 15)
    (11, 22)
    """
    low = max([until for _, until in known if until <= start], default=0)
    high = min([begin for begin, _ in known if begin >= end], default=len(text))
    cuts = list(_SENTENCE_END.finditer(text, low, high))
    begin = max([low, *(cut.end() for cut in cuts if cut.end() <= start)])
    until = min([high, *(cut.start() for cut in cuts if cut.start() >= end)])
    return _trim(text, begin, max(until, end))


def _trim(text: str, begin: int, end: int) -> Span:
    inner = text[begin:end]
    left = len(inner) - len(inner.lstrip())
    return begin + left, max(begin + left + len(inner.strip()), begin + left)


# --- the parts of a graph -----------------------------------------------------------------


def _article_triples(graph: _Graph, version: str, model: str) -> Iterator[Triple3]:
    article, node = graph.reading.article, graph.article
    yield node, _term("rdf:type"), kg_term("Article")
    yield node, _term("rdf:type"), _term("schema:NewsArticle")
    yield node, kg_term("source"), _text(_file_name(article.source))
    yield node, kg_term("language"), _text(article.lang)
    yield node, kg_term("textLength"), _integer(len(article.text))
    if article.title:
        yield node, _term("schema:headline"), _label(article.title)
    if article.url:
        yield node, _term("schema:url"), _typed(article.url, "anyURI")
    if article.published:
        yield node, _term("schema:datePublished"), _typed(article.published, "date")
    if article.publisher:
        yield node, kg_term("publisher"), _text(article.publisher)
    run = reading_node(article.id, version=version, model=model)
    yield node, _term("prov:wasGeneratedBy"), run
    yield from _reading_triples(run, version, model)


def _file_name(source: str) -> str:
    """The name of the file, without folders, and without the line: lines move."""
    return re.sub(r":\d+$", "", PurePosixPath(source.replace("\\", "/")).name)


def _reading_triples(run: Node, version: str, model: str) -> Iterator[Triple3]:
    yield run, _term("rdf:type"), kg_term("Reading")
    yield run, _term("rdf:type"), _term("prov:Activity")
    yield run, kg_term("programVersion"), _text(version)
    yield run, kg_term("model"), _text(model)


def _stretch_triples(graph: _Graph, node: Node, span: Span) -> Iterator[Triple3]:
    """Where something stands in the text."""
    yield node, kg_term("begin"), _integer(span[0])
    yield node, kg_term("end"), _integer(span[1])
    yield node, kg_term("text"), _text(graph.reading.article.text[span[0] : span[1]])
    yield node, kg_term("inArticle"), graph.article


def _sentence_triples(graph: _Graph, node: Node, span: Span) -> Iterator[Triple3]:
    """That something stands in a sentence, and the sentence."""
    sentence = graph.stretch(span)
    yield node, kg_term("inSentence"), sentence
    yield sentence, _term("rdf:type"), kg_term("Sentence")
    yield from _stretch_triples(graph, sentence, span)


def _mention_triples(graph: _Graph, mention: Mention) -> Iterator[Triple3]:
    span = (mention.start, mention.end)
    node = graph.stretch(span)
    yield node, _term("rdf:type"), kg_term("Mention")
    yield node, kg_term("mentionKind"), _text(mention.kind)
    yield from _stretch_triples(graph, node, span)
    yield from _sentence_triples(graph, node, graph.sentence(*span))


def _link_triples(graph: _Graph, link: Link) -> Iterator[Triple3]:
    node = graph.minted("link", link.article, *link.mention)
    yield node, _term("rdf:type"), kg_term("Link")
    yield node, kg_term("mention"), graph.stretch(link.mention)
    yield node, kg_term("entity"), entity_node(link.entity)
    yield node, kg_term("reason"), _text(link.reason)
    yield node, kg_term("score"), _decimal(link.score)


def _entity_triples(graph: _Graph, entity: Entity, kinds: Iterable[str]) -> Iterator[Triple3]:
    node = entity_node(entity.id)
    for kind in kinds:
        yield node, _term("rdf:type"), kg_term(CLASS_OF_KIND[kind])
    yield node, _term("rdfs:label"), _label(entity.name)
    for variant in entity.variants:
        yield node, _term("skos:altLabel"), _label(variant)
    if entity.wikidata:
        yield node, _term("owl:sameAs"), NamedNode(names.PREFIXES["wd"] + _local(entity.wikidata))
    if entity.local:
        yield node, kg_term("localTo"), graph.article


def _kinds_of(graph: _Graph, entity: Entity, acting: frozenset[str]) -> list[str]:
    """The kinds of an entity in this article: a country can be a place, a state, or both."""
    if family_of(entity.kind) != "place":
        return [entity.kind]
    spans = {link.mention for link in graph.resolution.links if link.entity == entity.id}
    mentioned = {m.kind for m in graph.reading.mentions if (m.start, m.end) in spans}
    kinds = mentioned & {"place", "state"}
    if entity.kind == "state" and entity.id in acting:
        kinds.add("state")
    return sorted(kinds) or [entity.kind]


def _acting(graph: _Graph, events: Iterable[Event]) -> frozenset[str]:
    """Ids of the entities that do or say something, or have something done to them."""
    phrases = [p for s in graph.reading.statements for p in (s.subject, s.speaker) if p]
    spans = {p.mention for p in phrases} | {q.mention for q in graph.reading.quotations}
    ids = {graph.entities[span].id for span in spans if span and span in graph.entities}
    return frozenset(ids).union(*((*e.actors, *e.recipients) for e in events))


def _quotation_triples(graph: _Graph, quotation: Quotation) -> Iterator[Triple3]:
    text = graph.reading.article.text
    node = quotation_node(quotation)
    hull = (min(s for s, _ in quotation.quote), max(e for _, e in quotation.quote))
    yield node, _term("rdf:type"), kg_term("Quotation")
    yield node, kg_term("quotationKind"), _text(quotation.kind)
    yield node, kg_term("text"), _text(_joined(text, quotation.quote))
    yield node, kg_term("begin"), _integer(hull[0])
    yield node, kg_term("end"), _integer(hull[1])
    yield node, kg_term("stance"), _text(quotation.stance)
    yield node, kg_term("inArticle"), graph.article
    if quotation.speaker:
        yield node, kg_term("speakerText"), _text(_joined(text, quotation.speaker))
    if quotation.cue:
        yield node, kg_term("cueText"), _text(_joined(text, quotation.cue))
    if speaker := graph.entity(quotation.mention):
        yield node, kg_term("speaker"), speaker
    first = min(quotation.quote)
    yield from _sentence_triples(graph, node, graph.sentence(*first))


def quotation_node(quotation: Quotation) -> NamedNode:
    """The IRI of a quotation."""
    id = quotation.id or names.mint("quotation", quotation.article, quotation.quote)
    return NamedNode(names.Q + _local(id))


def _joined(text: str, spans: Iterable[Span]) -> str:
    return " ".join(text[start:end] for start, end in spans)


# --- statements ---------------------------------------------------------------------------


def relation_node(statement: Statement) -> NamedNode:
    """The open predicate of a statement, with its preposition: ``rel:aufrufen-zu``."""
    relation = statement.relation
    return NamedNode(names.REL + names.relation_name(relation.name, relation.preposition))


def _statement_triples(graph: _Graph, statement: Statement, lexicon: Lexicon) -> Iterator[Triple3]:
    node = statement_node(statement)
    yield node, _term("rdf:type"), kg_term("Statement")
    yield from _relation_triples(node, statement)
    yield from _phrase_triples(graph, node, "subject", statement.subject)
    yield from _phrase_triples(graph, node, "object", statement.object)
    for argument in statement.arguments:
        yield from _argument_triples(graph, node, statement, argument)
    yield from _quality_triples(node, statement)
    yield from _speech_triples(graph, node, statement)
    yield from _type_triples(node, find_event_type(statement, lexicon=lexicon))
    yield from _time_triples(node, statement.when)
    yield from _place_triples(graph, node, statement.where)
    if statement.quantity:
        yield from _quantity_triples(graph, node, statement.quantity)
    yield from _sentence_triples(graph, node, statement.sentence)
    yield node, kg_term("inArticle"), graph.article
    yield from _plain_edge(graph, statement)


def statement_node(statement: Statement) -> NamedNode:
    """The IRI of a statement."""
    return NamedNode(names.ST + _local(statement.id))


def _relation_triples(node: Node, statement: Statement) -> Iterator[Triple3]:
    relation = statement.relation
    predicate = relation_node(statement)
    label = f"{relation.name} {relation.preposition}" if relation.preposition else relation.name
    yield node, kg_term("relation"), predicate
    yield node, kg_term("relationText"), _text(relation.text)
    yield predicate, _term("rdf:type"), kg_term("Relation")
    yield predicate, _term("rdfs:label"), _label(label)


def _phrase_triples(
    graph: _Graph, node: Node, name: str, phrase: Phrase | None
) -> Iterator[Triple3]:
    if phrase is None:
        return
    yield node, kg_term(f"{name}Text"), _text(phrase.text)
    if not graph.denotes(phrase):
        return
    thing = graph.participant(phrase)
    yield node, kg_term(name), thing
    if graph.entity(phrase.mention) is None:
        yield from _description_triples(graph, thing, phrase)


def _description_triples(graph: _Graph, node: Node, phrase: Phrase) -> Iterator[Triple3]:
    yield node, _term("rdf:type"), kg_term("Description")
    yield node, _term("rdfs:label"), _label(phrase.text)
    yield node, kg_term("begin"), _integer(phrase.start)
    yield node, kg_term("end"), _integer(phrase.end)
    yield node, kg_term("localTo"), graph.article


def _argument_triples(
    graph: _Graph, node: Node, statement: Statement, argument: Argument
) -> Iterator[Triple3]:
    part = graph.minted("argument", statement.id, argument.role, argument.start, argument.end)
    yield node, kg_term("argument"), part
    yield part, _term("rdf:type"), kg_term("Argument")
    yield part, kg_term("role"), _text(argument.role)
    yield part, kg_term("text"), _text(argument.text)
    if entity := graph.entity(argument.mention):
        yield part, kg_term("entity"), entity


def _quality_triples(node: Node, statement: Statement) -> Iterator[Triple3]:
    yield node, kg_term("polarity"), kg_term("negated" if statement.negated else "affirmed")
    yield node, kg_term("modality"), kg_term(statement.modality)
    yield node, kg_term("attribution"), _text(statement.attribution)
    yield node, kg_term("stance"), _text(statement.stance)
    yield node, kg_term("plain"), _boolean(is_plain(statement))
    yield node, kg_term("confidence"), _decimal(statement.confidence)
    yield from ((node, kg_term("doubt"), _text(why)) for why in doubts_of(statement.signs))
    yield node, kg_term("rule"), _text(statement.rule)


def _speech_triples(graph: _Graph, node: Node, statement: Statement) -> Iterator[Triple3]:
    if statement.speaker:
        yield node, kg_term("speakerText"), _text(statement.speaker.text)
        if speaker := graph.entity(statement.speaker.mention):
            yield node, kg_term("speaker"), speaker
    known = {quotation.id: quotation for quotation in graph.reading.quotations}
    if statement.quotation in known and statement.quotation:
        yield node, kg_term("inQuotation"), quotation_node(known[statement.quotation])


def _type_triples(node: Node, type: EventType | None) -> Iterator[Triple3]:
    if type is None:
        return
    yield node, kg_term("eventType"), kg_term(type.type)
    if type.mode:
        yield node, kg_term("mode"), _text(type.mode)


def _time_triples(node: Node, when: Time | None) -> Iterator[Triple3]:
    if when is None:
        return
    yield node, kg_term("timeText"), _text(when.text)
    yield node, kg_term("timePrecision"), _text(when.precision)
    if when.begin:
        yield node, kg_term("timeBegin"), _typed(when.begin, "date")
    if when.until:
        yield node, kg_term("timeUntil"), _typed(when.until, "date")


def _place_triples(graph: _Graph, node: Node, where: Phrase | None) -> Iterator[Triple3]:
    if where is None:
        return
    yield node, kg_term("placeText"), _text(where.text)
    if place := graph.entity(where.mention):
        yield node, kg_term("place"), place


def _quantity_triples(graph: _Graph, node: Node, quantity: Quantity) -> Iterator[Triple3]:
    part = graph.minted("quantity", graph.reading.article.id, quantity.start, quantity.end)
    yield node, kg_term("quantity"), part
    yield part, _term("rdf:type"), kg_term("Quantity")
    yield part, kg_term("value"), _decimal(quantity.value)
    yield part, kg_term("approximate"), _boolean(quantity.approximate)
    yield part, kg_term("text"), _text(quantity.text)
    for name, bound in (("low", quantity.low), ("high", quantity.high)):
        if bound is not None:
            yield part, kg_term(name), _decimal(bound)
    if quantity.unit:
        yield part, kg_term("unit"), _text(quantity.unit)


def _plain_edge(graph: _Graph, statement: Statement) -> Iterator[Triple3]:
    """The edge between two nodes that the article itself asserts, and no other."""
    if not is_plain(statement) or statement.subject is None or statement.object is None:
        return
    if graph.denotes(statement.subject) and graph.denotes(statement.object):
        subject, target = (graph.participant(p) for p in (statement.subject, statement.object))
        yield subject, relation_node(statement), target


def _role_triples(graph: _Graph, statement: Statement) -> Iterator[Triple3]:
    """The office that a plain statement gives to a named holder."""
    offices = [a for a in statement.arguments if a.role == "office"]
    holder = graph.entity(statement.subject.mention) if statement.subject else None
    if holder is None or not offices or not is_plain(statement):
        return
    if not statement.rule.startswith("role"):
        return
    node = graph.minted("role", statement.id)
    yield node, _term("rdf:type"), kg_term("Role")
    yield node, kg_term("holder"), holder
    yield node, kg_term("office"), _label(offices[0].text)
    yield node, kg_term("statement"), statement_node(statement)
    for argument in statement.arguments:
        if argument.role == "organisation":
            yield node, kg_term("organisationText"), _label(argument.text)
            if organisation := graph.entity(argument.mention):
                yield node, kg_term("organisation"), organisation


def _event_triples(graph: _Graph, event: Event) -> Iterator[Triple3]:
    node = NamedNode(names.EV + event.id)
    yield node, _term("rdf:type"), kg_term("Event")
    yield node, _term("rdf:type"), kg_term(event.type.type)
    yield node, kg_term("quadClass"), _text(event.type.quad)
    yield node, kg_term("score"), _decimal(event.type.score)
    if event.type.mode:
        yield node, kg_term("mode"), _text(event.type.mode)
    for actor in event.actors:
        yield node, kg_term("actor"), entity_node(actor)
    for recipient in event.recipients:
        yield node, kg_term("recipient"), entity_node(recipient)
    yield from _time_triples(node, event.statement.when)
    yield from _place_triples(graph, node, event.statement.where)
    yield node, kg_term("statement"), statement_node(event.statement)


# --- the whole ----------------------------------------------------------------------------


def make_quads(
    reading: Reading,
    *,
    lexicon: Lexicon,
    model: str = "",
    version: str = __version__,
    resolution: Resolution | None = None,
) -> Iterator[Quad]:
    """The quads of one article's graph, each once, in the order of the text.

    ``model`` names the language pipeline that read the article; ``resolution`` says who is
    who, from the article alone unless given. Raises InputError when the article's id cannot
    name a graph.
    """
    check_article_id(reading.article.id)
    resolution = resolution or resolve_mentions(reading, lexicon=lexicon)
    sentences = tuple(sorted({statement.sentence for statement in reading.statements}))
    graph = _Graph(reading, resolution, resolution.by_span(), sentences)
    triples = dict.fromkeys(_all_triples(graph, lexicon, version, model))
    yield from (Quad(s, p, o, graph.article) for s, p, o in triples)


def _all_triples(graph: _Graph, lexicon: Lexicon, version: str, model: str) -> Iterator[Triple3]:
    reading = graph.reading
    events = tuple(make_events(reading, entities=graph.entities, lexicon=lexicon))
    acting = _acting(graph, events)
    yield from _article_triples(graph, version, model)
    for mention in unique_mentions(reading.mentions):
        yield from _mention_triples(graph, mention)
    for link in graph.resolution.links:
        yield from _link_triples(graph, link)
    for entity in graph.resolution.entities:
        yield from _entity_triples(graph, entity, _kinds_of(graph, entity, acting))
    for quotation in reading.quotations:
        if quotation.quote:
            yield from _quotation_triples(graph, quotation)
    for statement in reading.statements:
        yield from _statement_triples(graph, statement, lexicon)
        yield from _role_triples(graph, statement)
    for event in events:
        yield from _event_triples(graph, event)
