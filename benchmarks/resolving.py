"""How the time to tell who is who grows with the number of articles.

``python benchmarks/resolving.py`` makes 1,000 and 10,000 made-up articles, puts what is known
of their entities into a ledger, decides, and prints for each number: seconds to note the
profiles, seconds to decide, entities, the largest entity, pairs in doubt, the time relative to
that of the first number beside the ratio of the numbers (1.0 is linear), and the median time
to add one further article and decide again: of names that came before, of new names, and of the
most frequent surname alone. ``--store DIR`` also builds a store on disk from the articles
(slower: their graphs are written too) and adds one further article to it. ``--articles N ...``
takes other numbers.

An article names 4 to 12 of a stock of people, organisations and places, half as many people as
articles; how often each is named falls with its rank (Zipf). One in five people has a
namesake of another trade. One in eight mentions is a lone surname; half of the people have an
office, the more frequent ones always. No model is needed, no text is read, and the same
numbers give the same articles.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from kg.knowing.entities import resolve_mentions
from kg.knowing.ledger import Ledger
from kg.knowing.profiles import Profile, make_profiles
from kg.knowing.store import GraphStore
from kg.lexicon import read_lexicon
from kg.names import mint
from kg.records import Argument, Article, Mention, Phrase, Reading, Relation, Statement

FIRST = (  # noqa: SIM905
    "Anna Jan Marit Lars Kadri Henrik Elena Janis Samuel Liis Anders Petra Jonas Ingrid Oskar "
    "Hedda Nils Vera Emil Tove Mattis Greta Ruben Silje Arne Birte Klaas Doris Edgar Frauke"
).split()
STEMS = "Berg Holm Sund Dahl Lind Tamm Solh Aldr Ozol March Aden Kvist Hage Nord Vik".split()  # noqa: SIM905
ENDINGS = ["", "er", "mann", "sen", "strom", "feld", "gaard", "ov", "eim", "qvist", "rup", "ski"]
OFFICES = (
    ("Minister", True), ("Präsident", True), ("Außenminister", True), ("Bürgermeister", False),
    ("Sprecher", False), ("Vorstandschef", False), ("Stürmer", False), ("Trainer", False),
)  # fmt: skip
STATES = "Norwegen Estland Lettland Litauen Dänemark Schweden Finnland Polen".split()  # noqa: SIM905
_FLAT = 10
"""Flattens the head of Zipf's law, so that the first is in about one article of ten."""
ADDED = 9
"""Articles added one by one, of whose times the median is told."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom articles name: first name, surname, perhaps an office and its country."""

    first: str
    surname: str
    office: str | None
    home: str | None


class World:
    """Who there is to be named, and how often."""

    def __init__(self, size: int) -> None:
        chance = random.Random(size)
        surnames = [a + b for a in STEMS for b in ENDINGS]
        surnames += [f"{a}{b.lower()}" for a in surnames for b in STEMS]
        self.people: list[Person] = []
        for rank in range(size // 2):
            before = chance.choice(self.people) if rank % 5 == 4 else None
            first = before.first if before else chance.choice(FIRST)
            surname = before.surname if before else _pick(surnames, chance)
            office, of_state = chance.choice(OFFICES)
            has_office = rank < 20 or chance.random() < 0.5
            home = chance.choice(STATES) if has_office and of_state else None
            self.people.append(Person(first, surname, office if has_office else None, home))
        self.firms = [f"{a}{b}werk" for a in STEMS for b in ENDINGS][: max(9, size // 50)]
        self.weights = _zipf(len(self.people))

    def article(self, number: int, people: Sequence[Person] | None = None) -> Reading:
        """An article about some people; about any, the frequent ones more often, if not given."""
        chance = random.Random(f"{number}")
        text = _Text(f"a{number:06}")
        count = chance.randint(3, 9)
        drawn = (_draw(self.people, self.weights, chance) for _ in range(count))
        for person in people or dict.fromkeys(drawn):
            text.tell(person, lone=chance.random() < 0.125)
        text.name(_pick(self.firms, chance), "company")
        text.add(" wuchs. ")
        day = f"20{chance.randint(10, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return text.reading(day)


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + _FLAT) for rank in range(1, count + 1)))


def _draw(items: Sequence[Person], weights: Sequence[float], chance: random.Random) -> Person:
    return items[bisect(weights, chance.random() * weights[-1])]


def _pick(items: Sequence[str], chance: random.Random) -> str:
    """One of them, the first ones more often."""
    return items[int(len(items) * chance.random() ** 2)]


class _Text:
    """An article as it grows."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.text = ""
        self.mentions: list[Mention] = []
        self.statements: list[Statement] = []

    def add(self, words: str) -> tuple[int, int]:
        start = len(self.text)
        self.text += words
        return start, len(self.text)

    def name(self, words: str, kind: str) -> tuple[int, int]:
        span = self.add(words)
        self.mentions.append(Mention(self.id, *span, words, kind))
        return span

    def tell(self, person: Person, *, lone: bool) -> None:
        """A sentence or two about somebody."""
        start = len(self.text)
        arguments: list[Argument] = []
        if person.office:
            self.add("Der ")
            arguments.append(Argument("office", person.office, *self.add(person.office)))
            self.add(" ")
        name = person.surname if lone else f"{person.first} {person.surname}"
        span = self.name(name, "person")
        if person.office and person.home:
            self.add(" aus ")
            of = self.name(person.home, "state")
            arguments.append(Argument("organisation", person.home, *of, of))
        end = self.add(" sprach.")[1]
        if arguments:
            self._state((start, end), Phrase(name, *span, span), arguments)
        self.add(" ")

    def _state(self, at: tuple[int, int], who: Phrase, arguments: list[Argument]) -> None:
        office = arguments[0]
        self.statements.append(
            Statement(
                self.id,
                mint(self.id, at),
                at,
                who,
                Relation("sein", ""),
                Phrase(office.text, office.start, office.end),
                tuple(arguments),
                rule="role-apposition",
            )
        )

    def reading(self, published: str) -> Reading:
        head = Article(self.id, f"{self.id}.txt", "de", self.text, self.id, None, published)
        return Reading(head, tuple(self.mentions), (), tuple(self.statements))


def profiles_of(reading: Reading) -> list[Profile]:
    """What the article knows of its entities."""
    lexicon = read_lexicon("de")
    resolution = resolve_mentions(reading, lexicon=lexicon)
    return list(make_profiles(reading, resolution, lexicon=lexicon))


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found for one number of articles; all times in seconds."""

    articles: int
    note_s: float
    decide_s: float
    entities: int
    largest: int
    doubts: int
    add_s: dict[str, float]


def measure_ledger(count: int, *, path: Path) -> Measured:
    """Notes and decides ``count`` articles in a ledger on disk, then adds some one by one."""
    world, ledger = World(count), Ledger(path)
    noted = [(f"a{n:06}", profiles_of(world.article(n))) for n in range(count)]
    begin = time.perf_counter()
    for article, profiles in noted:
        ledger.put(article, "made up", profiles)
    middle = time.perf_counter()
    ledger.decide()
    end = time.perf_counter()
    sizes = sizes_of(ledger, noted)
    add_s = {
        kind: statistics.median(
            _add(ledger, world.article(count + n, people)) for n, people in some
        )
        for kind, some in further(world).items()
    }
    doubts = len(ledger.doubts())
    ledger.close()
    return Measured(
        count, middle - begin, end - middle, len(sizes), max(sizes.values()), doubts, add_s
    )


def sizes_of(ledger: Ledger, noted: Sequence[tuple[str, list[Profile]]]) -> dict[str, int]:
    """How many articles each entity is in."""
    found: dict[str, int] = {}
    for _, profiles in noted:
        for profile in profiles:
            entity = ledger.entity_of(profile.key) or profile.own
            found[entity] = found.get(entity, 0) + 1
    return found


def further(world: World) -> dict[str, list[tuple[int, list[Person] | None]]]:
    """Further articles, numbered: of names that came before, of new ones, of the commonest."""
    new = [Person("Xenia", f"Ypsilon{n}haus", None, None) for n in range(ADDED)]
    top = world.people[0]
    return {
        "usual": [(n, None) for n in range(ADDED)],
        "new": [(ADDED + n, [new[n]]) for n in range(ADDED)],
        "commonest": [(2 * ADDED + n, [top]) for n in range(ADDED)],
    }


def _add(ledger: Ledger, reading: Reading) -> float:
    profiles = profiles_of(reading)
    begin = time.perf_counter()
    ledger.put(reading.article.id, "made up", profiles)
    ledger.decide()
    ledger.pending()
    return time.perf_counter() - begin


def measure_store(count: int, folder: Path) -> Iterator[str]:
    """Builds a store of ``count`` articles and adds some one by one; says what it took."""
    world = World(count)
    begin = time.perf_counter()
    with GraphStore.open(folder) as store:
        for number in range(count):
            store.put_article(world.article(number))
        put = time.perf_counter()
        store.decide_identities()
        decided = time.perf_counter()
        store.refresh_knowledge()
        end = time.perf_counter()
        yield (
            f"{count:>9,} articles in a store: put {put - begin:.1f} s, decide and write anew "
            f"{decided - put:.1f} s, merge {end - decided:.1f} s"
        )
        for kind, some in further(world).items():
            times = []
            for number, people in some[:5]:
                begin = time.perf_counter()
                store.put_article(world.article(count + number, people))
                store.refresh_knowledge()
                times.append(time.perf_counter() - begin)
            yield f"{'':>9} one more, {kind}: {statistics.median(times):.3f} s"


def write_table(measured: Sequence[Measured]) -> Iterator[str]:
    """A row for each number of articles."""
    kinds = list(measured[0].add_s)
    head = ["articles", "note s", "decide s", "entities", "largest", "doubts", "time/articles"]
    yield " ".join(f"{name:>13}" for name in [*head, *(f"+1 {kind} s" for kind in kinds)])
    first = measured[0]
    for one in measured:
        spent, before = (m.note_s + m.decide_s for m in (one, first))
        growth = (spent / before) / (one.articles / first.articles)
        row = [f"{one.articles:,}", f"{one.note_s:.2f}", f"{one.decide_s:.2f}"]
        row += [f"{one.entities:,}", f"{one.largest:,}", f"{one.doubts:,}", f"{growth:.2f}"]
        yield " ".join(f"{cell:>13}" for cell in [*row, *(f"{one.add_s[k]:.4f}" for k in kinds)])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Who is who: time by number of articles.")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10000], metavar="N")
    parser.add_argument("--store", type=Path, help="build a store here too; a new folder")
    options = parser.parse_args()
    profiles_of(World(20).article(0))  # the tables are read once
    measured = []
    for count in options.articles:
        with tempfile.TemporaryDirectory() as folder:
            measured.append(measure_ledger(count, path=Path(folder) / "entities.sqlite"))
    print("\n".join(write_table(measured)))
    if options.store:
        for count in options.articles:
            for line in measure_store(count, options.store / str(count)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
