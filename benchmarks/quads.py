"""News-shaped quads: articles that nobody wrote, as the project itself would store them.

``python benchmarks/quads.py --quads 1000000 --to FILE`` writes N-Quads. The articles are made
up from syllables; their records go through ``make_quads``, so that each graph has the shape of
a real one. Who is named follows a Zipf law. Beside one graph an article there are the graph
``kg:knowledge`` of merged entities, with places that lie in places, and the ontology with its
classes. The same seed gives the same quads, and a larger number of quads begins with the
articles of a smaller one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count
from math import exp, log
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import names
from kg.knowing.triples import kg_term, make_quads
from kg.lexicon import Lexicon, ontology_path, read_lexicon
from kg.records import (
    Argument,
    Article,
    Mention,
    Part,
    Phrase,
    Quantity,
    Quotation,
    Reading,
    Relation,
    Span,
    Statement,
    Time,
)

PERSONS, ORGANISATIONS, PLACES = 20_000, 4_000, 2_000
LIES_IN = NamedNode(names.PREFIXES["schema"] + "containedInPlace")
"""The one transitive property here: a place lies in a region, that in a country."""
ONTOLOGY = NamedNode(names.BASE + "ontology")
"""The graph of the ontology."""
MEDIAN_SENTENCES = 20
"""Of an article; their number is lognormal, so that there are flashes and long reports."""

_FIRST_DAY = date(2020, 1, 1)
_DAYS = 2000
_PRINTERS = ("Nordagentur", "Hafenpost", "Abendblick", "Morgenbote", "Der Lotse")
_KINDS = (
    ("company", "{}-Werft"),
    ("government", "Regierung von {}"),
    ("organisation", "Verband {}"),
    ("party", "Partei {}"),
    ("international_organisation", "Union von {}"),
    ("armed_group", "Miliz {}"),
    ("media", "{} Rundschau"),
)
_VERBS = (
    ("kritisieren", "kritisierte"),
    ("treffen", "traf"),
    ("sein", "war"),
    ("unterstützen", "unterstützte"),
    ("haben", "hatte"),
    ("festnehmen", "ergriff"),
    ("zurückweisen", "verwarf"),
    ("nennen", "nannte"),
    ("loben", "lobte"),
    ("angreifen", "attackierte"),
    ("fordern", "forderte"),
    ("planen", "plante"),
    ("verklagen", "verklagte"),
    ("besuchen", "besuchte"),
    ("kennen", "kannte"),
    ("besetzen", "besetzte"),
)
_MATTERS = ("Haushalt", "Vertrag", "Plan", "Streit", "Antrag", "Umbau", "Vorwurf", "Bericht")
_QUALITIES = ("neuen", "alten", "geheimen", "strengen", "halben", "teuren", "langen", "letzten")
_OFFICES = ("Minister", "Sprecher", "Präsident", "Vorsitzende", "Sekretär", "Direktor")
_UNITS = ("Menschen", "Schiffe", "Stimmen", "Häuser", "Euro")
_MONTHS = ("Januar", "März", "Mai", "Juli", "September", "November")
_ONSETS = ("B", "D", "F", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "W", "Br", "Kr")
_RHYMES = ("a", "e", "i", "o", "u", "al", "en", "ir", "or", "un", "as", "el", "im", "ok", "ur")


# --- names --------------------------------------------------------------------------------


@cache
def _word(number: int, *, syllables: int) -> str:
    """A made-up word; each number has one of its own."""
    parts = []
    for _ in range(syllables):
        number, onset = divmod(number, len(_ONSETS))
        number, rhyme = divmod(number, len(_RHYMES))
        parts.append(_ONSETS[onset] + _RHYMES[rhyme])
    return "".join(parts).capitalize()


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something with a name; ``short`` is what a second mention says."""

    kind: str
    name: str
    short: str


@cache
def _person(number: int) -> Actor:
    first, last = _word(number * 7 % 240, syllables=1) + "na", _word(number * 11, syllables=3)
    return Actor("person", f"{first} {last}", last)


@cache
def _organisation(number: int) -> Actor:
    kind, form = _KINDS[number % len(_KINDS)]
    name = form.format(_word(number * 13 + 5, syllables=2) + "berg")
    return Actor(kind, name, name)


@cache
def _place(number: int) -> Actor:
    name = _word(number * 17 + 3, syllables=2) + ("stadt" if number % 2 else "hafen")
    return Actor("place", name, name)


def _zipf(chance: random.Random, size: int) -> int:
    """A number below ``size``; number n is drawn about 1/n times as often as the first."""
    return min(int(exp(chance.random() * log(size + 1))), size) - 1


def _someone(chance: random.Random) -> Actor:
    if chance.random() < 0.6:
        return _person(_zipf(chance, PERSONS))
    return _organisation(_zipf(chance, ORGANISATIONS))


# --- articles -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """An article while it is made up: its text so far and the records found in it."""

    id: str
    chance: random.Random
    cast: list[Actor]
    places: list[Actor]
    published: date
    text: str = ""
    named: set[str] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    quotations: list[Quotation] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    waiting: list[dict[str, object]] = field(default_factory=list)

    def say(self, words: str) -> Span:
        """Adds words, a space in front where there are some already; tells where they stand."""
        glue = "" if not self.text or self.text[-1] in "\n„" or words[0] in ",.“" else " "
        start = len(self.text) + len(glue)
        self.text += glue + words
        return start, start + len(words)

    def name(self, actor: Actor) -> Phrase:
        """Names an actor: in full the first time, briefly or by a pronoun later."""
        again = actor.name in self.named
        self.named.add(actor.name)
        last = self.mentions[-1] if self.mentions else None
        if again and last and last.kind == "person" == actor.kind and last.text == actor.short:
            span = self.say("er")
            told = (last.start, last.end)
            self._mention(span, actor.kind, named=False, refers=told, reason="pronoun")
        else:
            span = self.say(actor.short if again else actor.name)
            self._mention(span, actor.kind)
        return Phrase(self.text[slice(*span)], *span, span)

    def _mention(self, span: Span, kind: str, **more: object) -> None:
        words = self.text[slice(*span)]
        self.mentions.append(Mention(self.id, *span, words, kind, **more))

    def matter(self) -> Phrase:
        """Names a matter that has no name: a description."""
        words = f"den {self.chance.choice(_QUALITIES)} {self.chance.choice(_MATTERS)}"
        span = self.say(words)
        return Phrase(words, *span)

    def claim(self, subject: Phrase, relation: Relation, object: Phrase, **more: object) -> None:
        """A statement of the sentence at hand; the end of the sentence is not known yet."""
        given = {"subject": subject, "relation": relation, "object": object, "rule": "active"}
        self.waiting.append({**given, **more})

    def end(self, start: int) -> None:
        """Ends the sentence that began at ``start`` and makes its statements."""
        sentence = (start, self.say(".")[1])
        for given in self.waiting:
            id = names.mint("statement", self.id, len(self.statements))
            self.statements.append(Statement(self.id, id, sentence, **given))
        self.waiting.clear()
        if self.chance.random() < 0.2:
            self.text += "\n"


def _act(draft: _Draft) -> None:
    """Somebody does something to somebody, now and then somewhere, some time."""
    chance = draft.chance
    subject = draft.name(chance.choice(draft.cast))
    for clause in range(chance.choice((1, 1, 2))):
        if clause:
            draft.say("und")
        lemma, form = _verb(chance)
        draft.say(form)
        object = _object(draft)
        more: dict[str, object] = {"arguments": _arguments(draft)}
        if chance.random() < 0.25:
            more["when"] = _time(draft)
        if chance.random() < 0.1:
            more["where"] = _where(draft)
        odd = chance.random()
        more["negated"] = odd < 0.05
        more["modality"] = "intended" if 0.05 < odd < 0.12 else "asserted"
        draft.claim(subject, Relation(lemma, form), object, **more)


def _verb(chance: random.Random) -> tuple[str, str]:
    """A verb with its past form: a common one, or one of many rare ones."""
    if chance.random() < 0.5:
        return _VERBS[_zipf(chance, len(_VERBS))]
    stem = _word(chance.randrange(3000), syllables=2).lower()
    return stem + "eln", stem + "elte"


def _object(draft: _Draft) -> Phrase:
    if draft.chance.random() < 0.45:
        return draft.name(draft.chance.choice(draft.cast))
    return draft.matter()


def _arguments(draft: _Draft) -> tuple[Argument, ...]:
    found = []
    while draft.chance.random() < 0.35:
        start = draft.say("mit")[0]
        with_whom = _object(draft)
        words = draft.text[start:]
        found.append(Argument("oblique:mit", words, start, len(draft.text), with_whom.mention))
    return tuple(found)


def _time(draft: _Draft) -> Time:
    at = draft.chance.randrange(len(_MONTHS))
    begin = date(draft.published.year, 2 * at + 1, 1)
    until = (begin + timedelta(days=31)).replace(day=1)
    words = f"im {_MONTHS[at]}"
    return Time(words, *draft.say(words), begin.isoformat(), until.isoformat(), "month")


def _where(draft: _Draft) -> Phrase:
    start = draft.say("in")[0]
    place = draft.name(draft.chance.choice(draft.places))
    return Phrase(draft.text[start:], start, len(draft.text), place.mention)


def _retell(draft: _Draft) -> None:
    """Somebody says something; the article retells it or quotes it word for word."""
    chance = draft.chance
    direct = chance.random() < 0.4
    speaker = None if direct else draft.name(chance.choice(draft.cast))
    cue = None if direct else draft.say("sagte")
    quote = draft.say("„" if direct else ",")[1]
    subject = draft.name(chance.choice(draft.cast))
    verb = "will" if direct else "wolle"
    draft.say(verb)
    object = _object(draft)
    lemma, _ = _verb(chance)
    draft.say(lemma)
    span = (quote + (not direct), len(draft.text))
    if direct:
        draft.say("“")
        draft.say(",")
        cue, speaker = draft.say("sagte"), draft.name(chance.choice(draft.cast))
    assert cue and speaker
    kind, id = "direct" if direct else "indirect", names.mint("quotation", draft.id, *span)
    who = (speaker.start, speaker.end)
    draft.quotations.append(
        Quotation(draft.id, (span,), (who,), (cue,), kind, mention=speaker.mention, id=id)
    )
    for claimed in range(chance.choice((1, 1, 2))):
        relation = Relation(lemma if claimed == 0 else "wollen", verb)
        more = {"attribution": kind, "speaker": speaker, "quotation": id, "modality": "intended"}
        draft.claim(subject, relation, object, **more)


def _introduce(draft: _Draft) -> None:
    """Somebody with an office, and what organisation it is of."""
    chance = draft.chance
    office = chance.choice(_OFFICES)
    start, end = draft.say(f"Der {office}")
    draft.say("der")
    house = draft.name(_organisation(_zipf(chance, ORGANISATIONS)))
    holder = Phrase(draft.text[start:], start, len(draft.text))
    draft.say(",")
    person = draft.name(_person(_zipf(chance, PERSONS)))
    draft.say(",")
    arguments = (
        Argument("office", office, start + 4, end),
        Argument("organisation", house.text, house.start, house.end, house.mention),
    )
    draft.claim(person, Relation("sein", ""), holder, arguments=arguments, rule="role-apposition")
    draft.say("besuchte")
    place = draft.name(chance.choice(draft.places))
    draft.claim(person, Relation("besuchen", "besuchte"), place)


def _tally(draft: _Draft) -> None:
    """A number, exact or about, of something."""
    value, unit = draft.chance.randrange(3, 9000), draft.chance.choice(_UNITS)
    about = draft.chance.random() < 0.5
    start = draft.say("Rund" if about else "Genau")[0]
    draft.say(f"{value} {unit}")
    words, end = draft.text[start:], len(draft.text)
    low, high = (None, None) if about else (float(value), float(value))
    number = Quantity(words, start, end, float(value), low, high, about, unit)
    draft.say("erreichten")
    where = draft.name(draft.chance.choice(draft.places))
    subject = Phrase(words, start, end)
    draft.claim(subject, Relation("erreichen", "erreichten"), where, quantity=number)


_SENTENCES = (*[_act] * 8, *[_retell] * 11, *[_introduce] * 4, *[_tally] * 3)


def make_reading(
    number: int, *, seed: int = 1, median: int = MEDIAN_SENTENCES, id: str | None = None
) -> Reading:
    """The records of one made-up article; ``id`` gives it the name of another."""
    chance = random.Random(f"{seed}/{number}")
    size = max(1, round(median * exp(chance.gauss(0, 0.6))))
    cast = [_someone(chance) for _ in range(3 + size // 3)]
    places = [_place(_zipf(chance, PLACES)) for _ in range(1 + size // 10)]
    published = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    id = id or names.mint("article", seed, number)
    draft = _Draft(id, chance, cast, places, published)
    title = draft.say(f"{cast[0].name} und der {chance.choice(_MATTERS)}")
    draft.text += "\n\n"
    body = len(draft.text)
    for _ in range(size):
        start = len(draft.text) + (not draft.text.endswith("\n"))
        chance.choice(_SENTENCES)(draft)
        draft.end(start)
    parts = (Part("title", *title), Part("body", body, len(draft.text)))
    article = Article(
        draft.id,
        f"archive/{number}.txt",
        "de",
        draft.text,
        draft.text[slice(*title)],
        f"https://example.org/{number}",
        published.isoformat(),
        chance.choice(_PRINTERS),
        parts,
    )
    found = (tuple(draft.mentions), tuple(draft.quotations), tuple(draft.statements))
    return Reading(article, *found)


# --- quads --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Knowledge:
    """What the articles so far know of each entity, for the graph of merged knowledge."""

    facts: dict[NamedNode, set[tuple[NamedNode, object]]] = field(default_factory=dict)
    count: int = 0
    mentions: Counter[NamedNode] = field(default_factory=Counter)
    articles: Counter[NamedNode] = field(default_factory=Counter)

    def note(self, quads: Iterable[Quad]) -> None:
        linked = set()
        local = {q.subject for q in quads if q.predicate == kg_term("localTo")}
        for quad in quads:
            if quad.predicate == kg_term("entity") and quad.object not in local:
                self.mentions[quad.object] += 1
                linked.add(quad.object)
            elif _is_fact(quad) and quad.subject not in local:
                facts = self.facts.setdefault(quad.subject, set())
                self.count -= len(facts)
                facts.add((quad.predicate, quad.object))
                self.count += len(facts)
        self.articles.update(linked)

    def quads(self) -> Iterator[Quad]:
        graph = NamedNode(names.KNOWLEDGE)
        integer = NamedNode(names.PREFIXES["xsd"] + "integer")
        for node, facts in sorted(self.facts.items(), key=lambda item: item[0].value):
            for predicate, value in sorted(facts, key=str):
                yield Quad(node, predicate, value, graph)
            for name, found in (("mentionCount", self.mentions), ("articleCount", self.articles)):
                yield Quad(node, kg_term(name), Literal(str(found[node]), datatype=integer), graph)
        places = [node for node in sorted(self.facts, key=str) if "/place-" in node.value]
        yield from _map_of(places, graph)


def _is_fact(quad: Quad) -> bool:
    """Kind or name of an entity; what it does to others is no such thing."""
    relates = quad.predicate.value.startswith(names.REL)
    return quad.subject.value.startswith(names.ENT) and not relates


def _map_of(places: list[NamedNode], graph: NamedNode) -> Iterator[Quad]:
    """A country every hundred places, a region every ten; the rest lies in regions."""
    for at, place in enumerate(places):
        if at % 10:
            yield Quad(place, LIES_IN, places[at - at % 10], graph)
        elif at % 100:
            yield Quad(place, LIES_IN, places[at - at % 100], graph)


def ontology_quads() -> Iterator[Quad]:
    """The project's ontology, in a graph of its own."""
    for triple in parse(path=str(ontology_path("news.ttl")), format=RdfFormat.TURTLE):
        yield Quad(triple.subject, triple.predicate, triple.object, ONTOLOGY)


def make_archive(
    quads: int, *, seed: int = 1, median: int = MEDIAN_SENTENCES, lexicon: Lexicon | None = None
) -> Iterator[Quad]:
    """At least ``quads`` quads, up to one article more, as they come; merged knowledge last."""
    lexicon = lexicon or read_lexicon("de")
    known, written = _Knowledge(), 0
    for quad in ontology_quads():
        written += 1
        yield quad
    for number in count():
        found = list(make_quads(make_reading(number, seed=seed, median=median), lexicon=lexicon))
        known.note(found)
        yield from found
        written += len(found)
        if written + known.count + 2 * len(known.facts) >= quads:
            break
    yield from known.quads()


@dataclass(frozen=True, slots=True)
class Archive:
    """What was written, and whom and what one can ask about."""

    quads: int
    articles: int
    actor: str
    """Somebody who acts much: the tenth of all."""
    statement: str
    country: str
    """The place in which most others lie directly."""


def write_archive(
    path: Path, quads: int, *, seed: int = 1, median: int = MEDIAN_SENTENCES
) -> Archive:
    """Writes the quads as N-Quads."""
    written, statement = 0, ""
    graphs: set[str] = set()
    actors: Counter[str] = Counter()
    wholes: Counter[str] = Counter()
    with open(path, "w", encoding="utf-8") as file:
        for quad in make_archive(quads, seed=seed, median=median):
            file.write(f"{quad} .\n")
            written += 1
            graphs.add(str(quad.graph_name))
            if quad.predicate == kg_term("actor"):
                actors[quad.object.value] += 1
            elif quad.predicate == LIES_IN:
                wholes[quad.object.value] += 1
            elif quad.predicate == kg_term("confidence"):
                statement = quad.subject.value
    ranked = sorted(actors, key=lambda actor: (-actors[actor], actor))
    country = max(sorted(wholes), key=wholes.__getitem__, default="")
    return Archive(written, len(graphs) - 2, ranked[:10][-1], statement, country)


def main() -> None:
    """Writes N-Quads."""
    parser = argparse.ArgumentParser(description="News-shaped quads.")
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sentences", type=int, default=MEDIAN_SENTENCES, help="median of an article"
    )
    parser.add_argument("--to", type=Path, required=True, metavar="FILE")
    options = parser.parse_args()
    found = write_archive(options.to, options.quads, seed=options.seed, median=options.sentences)
    print(f"{found.quads} quads of {found.articles} articles", file=sys.stderr)


if __name__ == "__main__":
    main()
