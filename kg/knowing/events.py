"""What happened between actors: plain statements with a typed relation become events.

The lexicon knows the type and mode of a relation; ``ontology/plover.tsv`` knows
the quad class and score of each. Speech, denials and wishes have a type too, but
make no event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from kg.lexicon import EventWord, Lexicon, ontology_path, read_table
from kg.names import mint
from kg.records import ACTOR_KINDS, Entity, Reading, Span, Statement, is_plain

_CASES: Mapping[str, str] = {
    "accusative": "object",
    "acc": "object",
    "dative": "recipient",
    "dat": "recipient",
}
_OPPONENT = frozenset({"oblique:gegen", "oblique:against"})
_COMPANION = frozenset({"oblique:mit", "oblique:with"})
_UNMUTED = str.maketrans("äöü", "aou")
MUTUAL_TYPES = frozenset({"Agree", "Consult", "Cooperate"})
"""Types of what two do together: who stands first is all one."""


@dataclass(frozen=True, slots=True)
class PloverRow:
    """One line of ``plover.tsv``: quad class and score of a type and mode."""

    type: str
    mode: str
    quad: str
    score: str


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type such as ``Coerce``, its mode (``arrest``), quad class, score (-10 to 10)."""

    type: str
    mode: str | None
    quad: str
    score: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``actors`` and ``recipients`` are ids of entities."""

    id: str
    type: EventType
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    statement: Statement


@cache
def read_event_types() -> Mapping[tuple[str, str], EventType]:
    """All event types by (type, mode), mode ``-`` being the type itself.

    Raises LexiconError when ``plover.tsv`` is broken.
    """
    rows = read_table(ontology_path("plover.tsv"), PloverRow)
    return {
        (r.type, r.mode): EventType(r.type, None if r.mode == "-" else r.mode, r.quad, r.score)
        for r in rows
    }


class _Index(NamedTuple):
    """Event words by their verb: plain verbs, and light verbs with their noun."""

    verbs: Mapping[str, tuple[EventWord, ...]]
    light: Mapping[str, tuple[EventWord, ...]]


class _Same(NamedTuple):
    """A table that is told apart by being itself, not by what stands in its many lines."""

    words: tuple[EventWord, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.words is other.words

    def __hash__(self) -> int:
        return id(self.words)


@lru_cache(maxsize=4)
def _index_words(table: _Same, lang: str) -> _Index:
    verbs: dict[str, list[EventWord]] = defaultdict(list)
    light: dict[str, list[EventWord]] = defaultdict(list)
    for word in table.words:
        if word.pos == "light":
            light[_light_parts(word, lang)[0]].append(word)
        else:
            verbs[word.lemma].append(word)
    return _Index(
        {lemma: tuple(some) for lemma, some in verbs.items()},
        {lemma: tuple(some) for lemma, some in light.items()},
    )


def _light_parts(word: EventWord, lang: str) -> tuple[str, frozenset[str]]:
    """Verb and noun of a light-verb construction: German puts its verb last, and an English
    one keeps its particle ("carry out attack").
    """
    *front, last = word.lemma.split()
    return (last, frozenset(front)) if lang == "de" else (" ".join(front), frozenset({last}))


def find_event_type(statement: Statement, *, lexicon: Lexicon) -> EventType | None:
    """The event type of a statement's relation, or None where the lexicon has none.

    A line whose frame (preposition, ``accusative``, ``dative``, ``clause``) the statement
    fills goes before a line for any frame (``-``). What goes with the noun of a light verb
    may stand inside its phrase: "held talks with the union".
    """
    index = _index_words(_Same(lexicon.events), lexicon.lang)
    lemma = statement.relation.lemma
    light = [w for w in index.light.get(lemma, ()) if _has_noun(statement, w, lexicon.lang)]
    words = light or index.verbs.get(lemma, ())
    frames = _frames(statement)
    if light and statement.object:
        frames |= {word.casefold() for word in statement.object.text.split()}
    if light and statement.relation.phrase:
        return _type_of(light[0])  # "zur Verfügung" stellen: the phrase holds its own preposition
    fitting = [w for w in words if w.frame in frames] or [w for w in words if w.frame == "-"]
    return _type_of(fitting[0]) if fitting else None


def _has_noun(statement: Statement, word: EventWord, lang: str) -> bool:
    """Does the noun of a light-verb construction stand in the statement's object or arguments?

    Words are compared by their beginnings, so that "Vorwürfe" is "Vorwurf".
    """
    phrases = [*(_near_phrases(statement, word) if lang == "de" else _phrases(statement))]
    phrases += [statement.relation.phrase] if statement.relation.phrase else []
    found = [w.casefold() for text in phrases for w in text.split()]
    _, wanted = _light_parts(word, lang)
    stems = [_stem(w) for w in wanted]
    return all(any(_stem(f).startswith(stem) for f in found) for stem in stems)


def _phrases(statement: Statement) -> Iterator[str]:
    phrases = (statement.object, *statement.arguments)
    yield from (phrase.text for phrase in phrases if phrase is not None)


def _near_phrases(statement: Statement, word: EventWord) -> Iterator[str]:
    """What can be the noun of a light verb: "erklärte seinen Rücktritt", "nahm ihn als Geisel";
    not "erklärte zum Rücktritt, ...".
    """
    allowed = {word.frame, "als"}
    if statement.object and (statement.relation.preposition or "als") in allowed:
        yield statement.object.text
    for argument in statement.arguments:
        role, _, preposition = argument.role.partition(":")
        if role != "oblique" or preposition in allowed or not preposition:
            yield argument.text


def _stem(word: str) -> str:
    plain = word.casefold().translate(_UNMUTED)
    return plain[:-1] if len(plain) > 5 and plain[-1] in "aeiouy" else plain


def _type_of(word: EventWord) -> EventType | None:
    types = read_event_types()
    return types.get((word.type, word.mode)) or types.get((word.type, "-"))


def _frames(statement: Statement) -> frozenset[str]:
    """All that the statement's relation governs, in the words of the lexicon."""
    roles = {argument.role for argument in statement.arguments}
    if statement.object and not statement.relation.preposition:
        roles.add("object")
    cases = {case for case, role in _CASES.items() if role in roles}
    cases |= {a.text.casefold() for a in statement.arguments if a.role == "manner"}
    cases |= {"sich"} & set(statement.relation.text.split())
    prepositions = {role.removeprefix("oblique:") for role in roles if role.startswith("oblique:")}
    own = {statement.relation.preposition} if statement.relation.preposition else set()
    return frozenset(cases | prepositions | own | ({"clause"} & roles))


def make_events(
    reading: Reading, *, entities: Mapping[Span, Entity], lexicon: Lexicon
) -> Iterator[Event]:
    """The events of one article, in the order of its statements.

    ``entities`` gives the entity of each mention by its span. A statement makes an
    event when it is plain, typed, and has an actor among its participants.
    """
    for statement in reading.statements:
        type = find_event_type(statement, lexicon=lexicon) if is_plain(statement) else None
        if type is None:
            continue
        actors, recipients = event_participants(statement, type, entities)
        if actors or recipients:
            yield Event(mint("event", statement.id), type, actors, recipients, statement)


def event_participants(
    statement: Statement, type: EventType, entities: Mapping[Span, Entity]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of those who act and of those to whom it is done; each once, sorted."""
    actors = _actors_in(_actor_spans(statement), entities)
    return actors, _actors_in(_recipient_spans(statement, type), entities)


def _actor_spans(statement: Statement) -> Iterator[Span | None]:
    if statement.subject:
        yield statement.subject.mention
    yield from (a.mention for a in statement.arguments if a.role in {"agent", "subject"})


def _recipient_spans(statement: Statement, type: EventType) -> Iterator[Span | None]:
    if statement.object:
        yield statement.object.mention
    roles = {"recipient", "object", f"oblique:{statement.relation.preposition}"} | _OPPONENT
    roles |= _COMPANION if type.type in MUTUAL_TYPES else frozenset()
    yield from (a.mention for a in statement.arguments if a.role in roles)


def _actors_in(spans: Iterator[Span | None], entities: Mapping[Span, Entity]) -> tuple[str, ...]:
    """Ids of those that can act, each once, sorted."""
    found = (entities[span] for span in spans if span is not None and span in entities)
    return tuple(sorted({entity.id for entity in found if entity.kind in ACTOR_KINDS}))
