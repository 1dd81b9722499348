"""The order of the stages: the only place that knows it.

Article -> tree -> mentions, offices, clauses, quotations, pronouns -> statements.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from kg import __version__
from kg.errors import InputError
from kg.knowing.store import GraphStore
from kg.lexicon import lexicon_version, read_lexicon
from kg.reading.articles import Skip, read_articles
from kg.reading.clauses import find_clauses
from kg.reading.coreference import find_descriptions, find_pronouns
from kg.reading.mending import mend_tree
from kg.reading.mentions import find_mentions
from kg.reading.offices import find_offices
from kg.reading.parsing import Pipeline, find_model, load_pipeline, parse_article, parse_text
from kg.reading.phrases import find_denotations
from kg.reading.quantities import find_quantities
from kg.reading.quotations import QuotationFinder, find_quoted_spans
from kg.reading.statements import Context, find_statements
from kg.reading.times import find_times
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary, load_vocabulary
from kg.reading.open_triples import Triple, find_triples
from kg.records import Article, Mention, Reading, Span, group_records, read_record

PipelineOf = Callable[[str], Pipeline]
Found = TypeVar("Found")


def pipelines(*, model: str | None = None) -> PipelineOf:
    """Language -> pipeline: the named model for its own language, else the best installed.

    Raises ModelError at once when the named model cannot be used.
    """
    named = load_pipeline(model) if model else None

    def of_language(lang: str) -> Pipeline:
        if named is not None and named.lang == lang:
            return named
        return load_pipeline(find_model(lang))

    return of_language


def read_all(articles: Iterable[Article], *, pipeline_of: PipelineOf) -> Iterator[Reading]:
    """One reading for each article, as they come. Raises ModelError for a language without
    a pipeline."""
    for article in articles:
        yield read_article(article, pipeline_of(article.lang))


def read_article(article: Article, pipeline: Pipeline) -> Reading:
    """All that one article says."""
    words = load_vocabulary(article.lang)
    tree = mend_tree(parse_article(article, pipeline), words)
    body = [(p.start, p.end) for p in article.parts if p.kind == "body"]
    return read_tree(tree, words, article=article, paragraphs=body)


def read_tree(
    tree: Tree, words: Vocabulary, *, article: Article, paragraphs: Sequence[Span]
) -> Reading:
    """The reading of a parsed article: no model is needed from here on."""
    mentions = find_mentions(tree, words, article=article.id)
    offices = find_offices(tree, mentions, words)
    mentions = find_descriptions(tree, mentions, offices)
    clauses = find_clauses(tree, words)
    quoted = find_quoted_spans(tree.text, paragraphs)
    denotations = find_denotations(tree, mentions, offices)
    pronouns = find_pronouns(
        tree, clauses, mentions, denotations, words, quoted, article=article.id
    )
    mentions = _in_order([*mentions, *pronouns])
    denotations = find_denotations(tree, mentions, offices)
    finder = QuotationFinder(tree, clauses, denotations, words, paragraphs, article=article.id)
    quotations = finder.find()
    context = Context(
        tree=tree,
        words=words,
        clauses=clauses,
        denotations=denotations,
        offices=offices,
        quotations=quotations,
        times=_over(paragraphs, lambda s, e: find_times(
            tree.text, lang=tree.lang, published=article.published, start=s, end=e
        )),
        quantities=_over(paragraphs, lambda s, e: find_quantities(
            tree.text, lang=tree.lang, start=s, end=e
        )),
        frames=read_frames(tree.lang),
        article=article.id,
    )
    return Reading(
        replace(article),
        tuple(mentions),
        tuple(quotations),
        tuple(find_statements(context)),
    )


def _in_order(mentions: Iterable[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda m: (m.start, m.end))


def _over(
    paragraphs: Sequence[Span], find: Callable[[int, int], Iterable[Found]]
) -> list[Found]:
    return [found for start, end in paragraphs for found in find(start, end)]


@cache
def read_frames(lang: str) -> frozenset[tuple[str, str]]:
    """Verbs and the prepositions that their objects come with, from the event lexicon."""
    lexicon = read_lexicon(lang)
    return frozenset((w.lemma, w.frame) for w in lexicon.events if w.pos == "verb")


def read_triples(sentence: str, pipeline: Pipeline) -> list[Triple]:
    """The open triples of one sentence; none for a blank one."""
    if not sentence.strip():
        return []
    words = load_vocabulary(pipeline.lang)
    tree = mend_tree(parse_text(sentence, pipeline), words)
    return find_triples(tree, find_clauses(tree, words))


def read_text(path: Path) -> str:
    """The text of a file in UTF-8. Raises InputError when there is no such thing."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start})") from error


# building


@dataclass(slots=True)
class Progress:
    """Says now and then how far the work is; ``say`` None keeps quiet."""

    say: Callable[[str], None] | None
    every_seconds: float = 5.0
    _start: float = field(default_factory=time.monotonic)
    _last: float = field(default_factory=time.monotonic)

    def tell(self, done: int) -> None:
        """Called after each article."""
        now = time.monotonic()
        if self.say is not None and now - self._last >= self.every_seconds:
            self._last = now
            self.say(f"{done} articles, {done / (now - self._start):.1f} a second")


@dataclass(slots=True)
class BuildResult:
    """What a build did: articles seen, new or changed, unchanged; entities in the end."""

    seen: int = 0
    changed: int = 0
    entities: int = 0
    interrupted: bool = False

    def __str__(self) -> str:
        same = self.seen - self.changed
        end = "; interrupted, run it again to go on" if self.interrupted else ""
        return (
            f"{self.seen} articles: {self.changed} new or changed, {same} unchanged; "
            f"{self.entities} entities known{end}"
        )


def build_store(
    inputs: Sequence[str],
    *,
    store: Path,
    pipeline_of: PipelineOf,
    on_skip: Callable[[Skip], None],
    lang: str | None = None,
    published: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> BuildResult:
    """Reads articles into the store of a directory, one transaction an article.

    An article already read from the same text by the same program, lexicon and model is
    not parsed again, so an interrupted build goes on where it was. An input that holds
    seam records (what ``kg read`` wrote) is not parsed at all.
    """
    result = BuildResult()
    with GraphStore.open(store) as graph:
        readings = _readings(
            graph, inputs, pipeline_of, on_skip, lang=lang, published=published, force=force
        )
        try:
            for reading, model in readings:
                result.seen += 1
                if reading is not None:
                    version = f"{__version__}+{lexicon_version()}"
                    result.changed += graph.put_article(reading, model=model, version=version)
                if progress is not None:
                    progress.tell(result.seen)
        except KeyboardInterrupt:
            result.interrupted = True
        result.entities = graph.refresh_knowledge()
    return result


def _readings(
    graph: GraphStore,
    inputs: Sequence[str],
    pipeline_of: PipelineOf,
    on_skip: Callable[[Skip], None],
    *,
    lang: str | None,
    published: str | None,
    force: bool,
) -> Iterator[tuple[Reading | None, str]]:
    """Each article's reading and model; None for one that is known and unchanged."""
    seams = [name for name in inputs if is_seam(name)]
    for name in seams:
        yield from ((reading, "seam") for reading in read_seam(Path(name), on_skip=on_skip))
    plain = [name for name in inputs if name not in seams]
    version = f"{__version__}+{lexicon_version()}"
    for article in read_articles(plain, lang=lang, published=published, on_skip=on_skip):
        pipeline = pipeline_of(article.lang)
        if not force and graph.has_reading(article, model=pipeline.name, version=version):
            yield None, pipeline.name
        else:
            yield read_article(article, pipeline), pipeline.name


def is_seam(name: str) -> bool:
    """Does a file hold seam records? Its first line tells."""
    path = Path(name)
    if name == "-" or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(1_000_000) or b"null")
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and first.get("type") == "article"


def read_seam(path: Path, *, on_skip: Callable[[Skip], None]) -> Iterator[Reading]:
    """The readings in a file of seam records; a broken article is skipped and named."""
    block: list[str] = []
    start = 1
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith('{"type": "article"') and block:
                yield from _seam_block(path, start, block, on_skip)
                block, start = [], number
            block.append(line)
    yield from _seam_block(path, start, block, on_skip)


def _seam_block(
    path: Path, start: int, block: Sequence[str], on_skip: Callable[[Skip], None]
) -> Iterator[Reading]:
    records = (
        read_record(line, where=f"{path}:{number}")
        for number, line in enumerate(block, start)
        if line.strip()
    )
    try:
        yield from list(group_records(records))
    except InputError as error:
        on_skip(Skip(f"{path}:{start}", str(error)))
