"""Judging who is who by hand: which pairs are in doubt, both sides of each, and the verdict.

Judgements go to the file of :mod:`kg.knowing.judgements`; the store then decides anew what
they touch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kg import names
from kg.errors import InputError, NotFoundError, StoreError
from kg.knowing.explain import find_named
from kg.knowing.identity import Doubt
from kg.knowing.judgements import (
    Judgement,
    append_judgement,
    judgements_path,
    read_judgements,
    standing,
)
from kg.knowing.ledger import Ledger
from kg.knowing.profiles import Profile, ProfileKey
from kg.knowing.store import GraphStore
from kg.records import Reading

SENTENCES = 2
"""Sentences shown of each side of a pair."""


@dataclass(frozen=True, slots=True)
class Side:
    """One entity of a pair: its id and what is known of it, with sentences that name it.

    ``sentences`` are (article, sentence), those with the most particulars first.
    """

    entity: str
    key: ProfileKey
    name: str
    kinds: tuple[str, ...]
    offices: tuple[str, ...]
    articles: int
    mentions: int
    sentences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A pair in doubt: are the two one? ``score`` and ``reason`` are the program's own."""

    one: Side
    other: Side
    score: float
    reason: str


def list_questions(
    store: GraphStore, *, asked: Collection[tuple[ProfileKey, ProfileKey]] = ()
) -> Iterator[Question]:
    """The pairs in doubt that nobody has judged, those on which most hangs first; without those
    that were ``asked`` about already.
    """
    ledger = need_ledger(store)
    for doubt in _open_doubts(store, ledger):
        if (doubt.one, doubt.other) not in asked:
            yield _question(store, ledger, doubt)


def _open_doubts(store: GraphStore, ledger: Ledger) -> Iterator[Doubt]:
    judged = {pair_of(ledger, j.one, j.other) for j in _standing(store)}
    for doubt in ledger.doubts():
        if not judged or pair_of(ledger, doubt.one, doubt.other) not in judged:
            yield doubt


def question_row(question: Question) -> Mapping[str, str | int | float | None]:
    """A pair in doubt as a row of a table."""
    one, other = question.one, question.other
    return {
        "one": one.name,
        "other": other.name,
        "score": question.score,
        "one_articles": one.articles,
        "other_articles": other.articles,
        "reason": question.reason,
        "one_id": f"ent:{one.entity}",
        "other_id": f"ent:{other.entity}",
    }


def write_question(question: Question) -> str:
    """A pair in doubt as text: both sides with their sentences, and the program's reason."""
    lines = ["", f"score {question.score}: {question.reason}"]
    for side in (question.one, question.other):
        what = ", ".join([*side.kinds, *side.offices])
        lines.append(
            f"  {side.name} ({what}), {side.mentions} mentions in {side.articles} articles"
        )
        lines += [f"      {title}: {sentence}" for title, sentence in side.sentences]
    return "\n".join(lines)


def count_questions(store: GraphStore) -> int:
    """How many pairs are in doubt that nobody has judged."""
    return sum(1 for _ in _open_doubts(store, need_ledger(store)))


def pair_of(ledger: Ledger, one: ProfileKey, other: ProfileKey) -> frozenset[str | None]:
    """The entities of two profiles, in no order."""
    return frozenset(map(ledger.entity_of, ledger.find_pair(one, other)))


def need_ledger(store: GraphStore) -> Ledger:
    """The store's ledger. Raises StoreError where it has none that can be written."""
    if store.ledger is None or store.path is None:
        raise StoreError("who is who across articles is decided in a folder only, not on a server")
    return store.ledger


def _standing(store: GraphStore) -> list[Judgement]:
    assert store.path is not None
    return standing(read_judgements(judgements_path(store.path)))


def _question(store: GraphStore, ledger: Ledger, doubt: Doubt) -> Question:
    one, other = (make_side(store, ledger, key) for key in (doubt.one, doubt.other))
    return Question(one, other, doubt.score, doubt.reason)


def make_side(store: GraphStore, ledger: Ledger, key: ProfileKey) -> Side:
    """What a person has to know of an entity to judge it."""
    entity = ledger.entity_of(key) or key.own
    found = (ledger.profile(k) for k in ledger.attestations(entity) or [key])
    profiles = [profile for profile in found if profile is not None]
    ranked = sorted(profiles, key=lambda p: (-len(p.offices), -p.mentions, p.key))
    sentences = [s for p in ranked[: SENTENCES * 2] for s in _sentences(store, p)]
    return Side(
        entity=entity,
        key=key,
        name=max((p.name for p in profiles), key=lambda n: (len(n.split()), n), default=key.own),
        kinds=tuple(sorted({p.kind for p in profiles})),
        offices=tuple(sorted({office for p in profiles for office in p.offices})),
        articles=len({p.article for p in profiles}),
        mentions=sum(p.mentions for p in profiles),
        sentences=tuple(sentences[:SENTENCES]),
    )


def _sentences(store: GraphStore, profile: Profile) -> Iterator[tuple[str, str]]:
    """The first sentence of an article that names the entity."""
    reading: Reading | None = store.read_reading(profile.article)
    if reading is None:
        return
    title = reading.article.title or reading.article.source
    text = reading.article.text
    for statement in reading.statements:
        sentence = text[slice(*statement.sentence)]
        if any(name in sentence for name in profile.names):
            yield title, " ".join(sentence.split())
            return
    at = min((i for name in profile.names if (i := text.find(name)) >= 0), default=0)
    yield title, " ".join(text[max(0, at - 80) : at + 120].split())


def find_side(store: GraphStore, text: str) -> tuple[str, list[ProfileKey]]:
    """The entity that a name means, and its profiles.

    ``text`` is a name, an IRI or prefixed name, or one of these with ``@`` and the id of an
    article, for the entity as that article has it. Raises NotFoundError when nobody is
    meant, or several are.
    """
    ledger = need_ledger(store)
    found, wanted = _find_meant(store, text)
    keys = {id: ledger.attestations(id) for id in map(_local_id, found)}
    if wanted:
        keys = {id: [k for k in some if k.article == wanted] for id, some in keys.items()}
    met = {id: some for id, some in keys.items() if some}
    if not met:
        raise NotFoundError(f"{text}: no entity with a name that articles of this store attest")
    if len(met) > 1:
        shown = ", ".join(f"ent:{id}" for id in sorted(met)[:5])
        raise NotFoundError(f"{text}: {len(met)} entities have this name ({shown}); name one")
    return next(iter(met.items()))


def _find_meant(store: GraphStore, text: str) -> tuple[list[str], str]:
    """The short names of what a text means, and the id of the article after its last ``@``; a
    name may hold an ``@`` itself.
    """
    name, at, article = text.rpartition("@")
    if not at:
        return find_named(store, text), ""
    try:
        return find_named(store, name), article.removeprefix("art:").removeprefix(names.ART)
    except NotFoundError:
        return find_named(store, text), ""


def _local_id(name: str) -> str:
    return names.expand(name).removeprefix(names.ENT)


def judge(
    store: GraphStore, verdict: str, one: str, other: str, *, who: str, why: str = ""
) -> Judgement:
    """Writes down that two entities are the same or different, and decides anew.

    Raises NotFoundError for names that mean nobody or several, InputError when the two are
    one and the same and no articles tell the sides apart.
    """
    sides = [find_side(store, text) for text in (one, other)]
    first, second = _anchors(sides, (one, other), verdict)
    return record(store, verdict, first, second, who=who, why=why)


def _anchors(
    sides: Sequence[tuple[str, list[ProfileKey]]], texts: Sequence[str], verdict: str
) -> tuple[ProfileKey, ProfileKey]:
    (a, ones), (b, others) = sides
    if a != b:
        return ones[0], others[0]
    if verdict == "same":
        raise InputError(f"{texts[0]} and {texts[1]} are one entity already (ent:{a})")
    rest = [key for key in others if key not in ones]
    if not rest:
        raise InputError(
            f"{texts[0]} and {texts[1]} are one entity (ent:{a}); "
            "name the odd one by its article first: NAME@art:ID (kg explain shows the articles)"
        )
    return ones[0], rest[0]


def record(
    store: GraphStore, verdict: str, one: ProfileKey, other: ProfileKey, *, who: str, why: str = ""
) -> Judgement:
    """Writes down a judgement of two profiles, and decides anew what it touches."""
    ledger = need_ledger(store)
    a, b = (p.name if (p := ledger.profile(key)) else key.own for key in (one, other))
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    judgement = Judgement(verdict, one, other, a, b, who, when, why)
    append_judgement(_path(store), judgement)
    store.refresh_knowledge()
    return judgement


def is_overruled(store: GraphStore, judgement: Judgement) -> bool:
    """Whether two that were judged different are still one, for other judgements say so."""
    return judgement.verdict == "different" and (
        len(pair_of(need_ledger(store), judgement.one, judgement.other)) == 1
    )


def undo(store: GraphStore, *, who: str) -> Judgement:
    """Takes the latest standing judgement back. Raises NotFoundError when there is none."""
    need_ledger(store)
    left = _standing(store)
    if not left:
        raise NotFoundError("there is no judgement to take back")
    last = left[-1]
    record(store, "undone", last.one, last.other, who=who, why=f"took back: {last.verdict}")
    return last


def _path(store: GraphStore) -> Path:
    assert store.path is not None
    return judgements_path(store.path)
