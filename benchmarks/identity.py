"""How well mentions are put together to entities, on the project's own gold (B-cubed).

``python benchmarks/identity.py FOLDER`` prints precision, recall and F1 within articles and
across them. FOLDER holds the articles that ``tests/gold/entities.*.tsv`` annotates by
character offsets: the training part of "Dataset of Quotation Attribution in German News
Articles" (Petersen-Frey and Biemann 2024), one JSON file an article with its text under
``originalText``. The texts are not part of this project.

The weights of ``ontology/clues.tsv`` were chosen while looking at part 1; part 2 was only
measured. A gold mention that was not found, or only as part of something else, counts as an
entity of its own: that costs recall. Found mentions that the gold does not list (places,
descriptions, pronouns) do not count.

Source of the measure: Bagga and Baldwin, "Algorithms for Scoring Coreference Chains" (1998).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.knowing.entities import resolve_mentions
from kg.knowing.identity import decide_identities
from kg.knowing.profiles import Profile, ProfileKey, make_profiles
from kg.lexicon import read_lexicon, read_table
from kg.pipeline import read_article
from kg.reading.articles import find_parts
from kg.reading.parsing import Pipeline, find_model, load_pipeline
from kg.records import Article, Span

GOLD = Path(__file__).parent.parent / "tests" / "gold"


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A name in an article and the entity that it denotes."""

    article: str
    start: str
    end: str
    entity: str

    @property
    def span(self) -> Span:
        """Its characters."""
        return int(self.start), int(self.end)


class Place(NamedTuple):
    """Where a mention stands."""

    article: str
    span: Span


class BCubed(NamedTuple):
    """Precision, recall and F1, each in [0, 1]."""

    precision: float
    recall: float
    f1: float


def measure_bcubed(found: Mapping[Place, Hashable], gold: Mapping[Place, Hashable]) -> BCubed:
    """B-cubed of two clusterings of the same mentions."""
    in_found, in_gold = Counter(found.values()), Counter(gold.values())
    both = Counter((found[place], gold[place]) for place in gold)
    pairs = [(both[found[p], gold[p]], in_found[found[p]], in_gold[gold[p]]) for p in gold]
    precision = sum(same / mine for same, mine, _ in pairs) / len(pairs)
    recall = sum(same / theirs for same, _, theirs in pairs) / len(pairs)
    return BCubed(precision, recall, 2 * precision * recall / (precision + recall))


def align(gold: Iterable[Place], found: Mapping[Place, str]) -> dict[Place, Hashable]:
    """The entity of the found mention that shares most with each gold mention; where there is
    none, or it holds a further gold mention and ends elsewhere, an entity of its own.
    """
    by_article: dict[str, list[Span]] = defaultdict(list)
    for place in found:
        by_article[place.article].append(place.span)
    return {place: _entity_at(place, by_article[place.article], found) for place in gold}


def _entity_at(place: Place, spans: Sequence[Span], found: Mapping[Place, str]) -> Hashable:
    start, end = place.span
    meeting = [s for s in spans if s[0] < end and start < s[1]]
    best = max(
        meeting, key=lambda s: (min(end, s[1]) - max(start, s[0]), -(s[1] - s[0])), default=None
    )
    return found[Place(place.article, best)] if best else place


def read_profiles(
    folder: Path, articles: Iterable[str], pipeline: Pipeline
) -> tuple[dict[Place, ProfileKey], list[Profile]]:
    """Each found mention with its profile, and the profiles."""
    lexicon = read_lexicon(pipeline.lang)
    links: dict[Place, ProfileKey] = {}
    profiles: list[Profile] = []
    for id in articles:
        data = json.loads((folder / f"{id}.json").read_text(encoding="utf-8"))
        text, published = data["originalText"], data.get("published")
        parts = find_parts(text, lang="de")
        article = Article(id, id, "de", text, published=published, parts=parts)
        reading = read_article(article, pipeline)
        resolution = resolve_mentions(reading, lexicon=lexicon)
        for link in resolution.links:
            links[Place(id, link.mention)] = ProfileKey(id, link.entity)
        profiles += make_profiles(reading, resolution, lexicon=lexicon)
    return links, profiles


def compare(
    gold: Sequence[GoldMention], links: Mapping[Place, ProfileKey], profiles: Sequence[Profile]
) -> Iterator[tuple[str, BCubed]]:
    """The two measures: within articles, and across them."""
    wanted = {Place(g.article, g.span): g.entity for g in gold}
    alone = {place: f"{key.article} {key.own}" for place, key in links.items()}
    inside = {place: f"{place.article} {entity}" for place, entity in wanted.items()}
    yield "within articles", measure_bcubed(align(wanted, alone), inside)
    yield "across articles", measure_bcubed(align(wanted, decide(links, profiles)), wanted)


def decide(links: Mapping[Place, ProfileKey], profiles: Sequence[Profile]) -> dict[Place, str]:
    """The entity of each mention after all articles were seen."""
    assigned = decide_identities(profiles).assigned
    return {
        place: assigned[key].entity if key in assigned else f"{key.article} {key.own}"
        for place, key in links.items()
    }


def list_errors(
    gold: Sequence[GoldMention], found: Mapping[Place, Hashable], folder: Path
) -> Iterator[str]:
    """Entities of the gold that are several, and found ones that hold several."""
    wanted = {Place(g.article, g.span): g.entity for g in gold}
    for label, one, other in (("split", wanted, found), ("merged", found, wanted)):
        groups: dict[Hashable, dict[Hashable, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for place in wanted:
            groups[one[place]][other[place]].append(place)
        for name, parts in sorted(groups.items(), key=lambda item: str(item[0])):
            if len(parts) > 1:
                shown = (
                    f"{_brief(part)} ({_words(places, folder)})" for part, places in parts.items()
                )
                yield f"{label}  {_brief(name)}: {'; '.join(sorted(shown))}"


def _brief(name: Hashable) -> str:
    return f"{name.article}:{name.span[0]}" if isinstance(name, Place) else str(name)


def _words(places: Sequence[Place], folder: Path) -> str:
    found = Counter(
        json.loads((folder / f"{p.article}.json").read_text(encoding="utf-8"))["originalText"][
            slice(*p.span)
        ]
        for p in places
    )
    return ", ".join(f"{n} {word}" for word, n in found.most_common())


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Who is who against the gold.")
    parser.add_argument("folder", type=Path, help="the annotated articles as JSON")
    parser.add_argument("--errors", action="store_true", help="show what is split or merged")
    options = parser.parse_args()
    parts = [tuple(read_table(path, GoldMention)) for path in sorted(GOLD.glob("entities.*.tsv"))]
    gold = [mention for part in parts for mention in part]
    articles = sorted({g.article for g in gold})
    links, profiles = read_profiles(options.folder, articles, load_pipeline(find_model("de")))
    print(f"{'':<28}{'mentions':>9}{'precision':>11}{'recall':>8}{'F1':>7}")
    for name, some in [("part 1", parts[0]), ("part 2", parts[1]), ("all", gold)]:
        for measure, score in compare(some, links, profiles):
            row = f"{score.precision:>11.3f}{score.recall:>8.3f}{score.f1:>7.3f}"
            print(f"{name + ', ' + measure:<28}{len(some):>9}{row}")
    if options.errors:
        wanted = {Place(g.article, g.span) for g in parts[0]}
        found = align(wanted, decide(links, profiles))
        print("\n".join(list_errors(parts[0], found, options.folder)))


if __name__ == "__main__":
    main()
