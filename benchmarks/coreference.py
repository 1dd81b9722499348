"""How often anaphors are linked to whom they stand for, on the project's own gold.

``python benchmarks/coreference.py FOLDER`` prints accuracy and precision by kind. FOLDER
holds the articles that ``tests/gold/coreference.*.tsv`` annotate by character offsets: the
training part of "Dataset of Quotation Attribution in German News Articles" (Petersen-Frey
and Biemann 2024), one JSON file an article with its text under ``originalText``. The texts
are not part of this project.

Rules and weights were made while looking at the mistakes of part 1; part 2 was annotated before
the program had read it and is only measured, so ``--errors`` shows part 1 alone. Part 2 are ten
articles taken by a fixed rule: of those with 2,000 characters or more that part 1 lacks, in the
order of their numbers, every fourteenth from the eighth on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.knowing.entities import resolve_mentions
from kg.lexicon import Lexicon, read_lexicon, read_table
from kg.pipeline import read_sentence
from kg.reading.parsing import Pipeline, find_model, load_pipeline
from kg.records import Reading, Span

GOLD = Path(__file__).parent.parent / "tests" / "gold"
PARTS = (1, 2)
RIGHT, WRONG, OPEN = "right", "wrong", "open"


@dataclass(frozen=True, slots=True)
class Anaphor:
    """An expression that stands for somebody named elsewhere; ``-`` for nobody."""

    article: str
    kind: str
    start: str
    end: str
    referent_start: str
    referent_end: str

    @property
    def span(self) -> Span:
        """Its characters."""
        return int(self.start), int(self.end)

    @property
    def referent(self) -> Span | None:
        """The characters of the fullest mention of whom it stands for."""
        if self.referent_start == "-":
            return None
        return int(self.referent_start), int(self.referent_end)


@dataclass(frozen=True, slots=True)
class Links:
    """What was read: the entity of each mention, and the antecedent of those that have one."""

    entities: Mapping[Span, str]
    refers: Mapping[Span, Span]


def judge(anaphor: Anaphor, chain: Sequence[Span], reading: Links) -> str:
    """Whether the link of an anaphor is right, wrong, or not made (open).

    ``chain``: all that the gold says stands for the same one. A link is right when its
    antecedent is another member of the chain, or when it leads to the entity of the referent.
    """
    last = anaphor.span[1] - 1
    mine = [s for s in reading.entities if s[0] <= last < s[1]]
    antecedents = [reading.refers[s] for s in mine if s in reading.refers]
    counts = Counter(reading.entities.values())
    linked = {reading.entities[s] for s in mine if counts[reading.entities[s]] > 1}
    if anaphor.referent is None:
        return WRONG if linked else RIGHT
    referents = {e for s, e in reading.entities.items() if _meets(anaphor.referent, s)}
    others = [s for s in chain if s != anaphor.span]
    if linked & referents or any(_meets(a, o) for a in antecedents for o in others):
        return RIGHT
    named = anaphor.kind in {"surname", "acronym", "metonymy"}
    return WRONG if antecedents or (linked and named) else OPEN


def _meets(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def read_links(reading: Reading, lexicon: Lexicon) -> Links:
    """What a reading says of who is who."""
    resolution = resolve_mentions(reading, lexicon=lexicon)
    entities = {span: entity.id for span, entity in resolution.by_span().items()}
    refers = {(m.start, m.end): m.refers for m in reading.mentions if m.refers}
    return Links(entities, refers)


def judge_article(gold: Sequence[Anaphor], links: Links) -> Iterator[tuple[Anaphor, str]]:
    """(anaphor, judgement) for the gold of one article."""
    chains: dict[Span | None, list[Span]] = {}
    for anaphor in gold:
        chains.setdefault(anaphor.referent, [anaphor.referent] if anaphor.referent else [])
        if anaphor.referent:
            chains[anaphor.referent].append(anaphor.span)
    for anaphor in gold:
        yield anaphor, judge(anaphor, chains[anaphor.referent], links)


def judge_all(
    gold: Sequence[Anaphor], folder: Path, pipeline: Pipeline
) -> Iterator[tuple[Anaphor, str, str]]:
    """(anaphor, judgement, its words with their surroundings) for all of the gold."""
    lexicon = read_lexicon(pipeline.lang)
    for article in sorted({a.article for a in gold}):
        text = json.loads((folder / f"{article}.json").read_text(encoding="utf-8"))["originalText"]
        links = read_links(read_sentence(text, pipeline), lexicon)
        for anaphor, verdict in judge_article([a for a in gold if a.article == article], links):
            start, end = anaphor.span
            words = f"{text[max(0, start - 60) : start]}[{text[start:end]}]{text[end : end + 30]}"
            yield anaphor, verdict, words.replace("\n", " ")


def write_table(judged: Sequence[tuple[Anaphor, str, str]]) -> Iterator[str]:
    """A line for each kind and one for all: accuracy over all, precision over links made."""
    kinds = sorted({a.kind for a, _, _ in judged})
    yield f"{'kind':<14}{'gold':>6}{'right':>7}{'wrong':>7}{'open':>6}  accuracy  precision"
    for kind in [*kinds, "all"]:
        found = Counter(v for a, v, _ in judged if kind in {a.kind, "all"})
        right, wrong, left = found[RIGHT], found[WRONG], found[OPEN]
        total = right + wrong + left
        precision = right / (right + wrong) if right + wrong else 0.0
        yield (
            f"{kind:<14}{total:>6}{right:>7}{wrong:>7}{left:>6}"
            f"  {right / total:>8.3f}  {precision:>9.3f}"
        )


def read_gold(part: int) -> list[Anaphor]:
    """The anaphors of one part of the gold."""
    return list(read_table(GOLD / f"coreference.{part}.tsv", Anaphor))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Anaphors against the gold.")
    parser.add_argument("folder", type=Path, help="the annotated articles as JSON")
    parser.add_argument("--part", type=int, choices=PARTS, help="only this part of the gold")
    parser.add_argument(
        "--errors", action="store_true", help="show what is wrong or open in part 1"
    )
    options = parser.parse_args()
    pipeline = load_pipeline(find_model("de"))
    for part in [options.part] if options.part else PARTS:
        judged = list(judge_all(read_gold(part), options.folder, pipeline))
        print("\n".join([f"part {part}", *write_table(judged)]))
        if options.errors and part == 1:
            print("\n".join(write_errors(judged)))


def write_errors(judged: Sequence[tuple[Anaphor, str, str]]) -> Iterator[str]:
    """A line for each anaphor that is linked wrong or not at all."""
    for anaphor, verdict, words in judged:
        if verdict != RIGHT:
            yield f"{verdict}  {anaphor.article}  {anaphor.kind}  {words}"


if __name__ == "__main__":
    main()
