"""The order of the stages: the only place that knows it.

Article -> tree -> mentions, offices, clauses, quotations, pronouns -> statements.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from types import FrameType, UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

from kg import __version__
from kg.errors import InputError, ModelError
from kg.knowing.store import GraphStore
from kg.lexicon import LANGUAGES, Names, lexicon_version
from kg.reading.articles import MAX_LINE_BYTES, Skip, read_articles
from kg.reading.clauses import find_clauses
from kg.reading.coreference import find_first_persons, find_references
from kg.reading.marks import find_quoted_spans
from kg.reading.mending import mend_tree
from kg.reading.mentions import find_mentions
from kg.reading.offices import find_offices
from kg.reading.open_triples import Triple, find_triples
from kg.reading.parsing import (
    Pipeline,
    find_model,
    load_pipeline,
    parse_article,
    parse_articles,
    parse_text,
)
from kg.reading.phrases import find_denotations
from kg.reading.quantities import find_quantities
from kg.reading.quotations import find_quotations
from kg.reading.signs import find_scenes
from kg.reading.speech import Speech
from kg.reading.statements import Context, by_governor, by_head, find_statements
from kg.reading.times import find_times
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary, load_vocabulary
from kg.records import (
    ATTRIBUTIONS,
    MENTION_KINDS,
    MODALITIES,
    Article,
    Mention,
    Part,
    Quantity,
    Reading,
    Record,
    Span,
    Statement,
    Time,
    group_records,
    read_record,
)

_START = attrgetter("start")
PipelineOf = Callable[[str], Pipeline]


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


def read_all(
    articles: Iterable[Article],
    *,
    pipeline_of: PipelineOf,
    names: Names = (),
    ahead: bool = True,
) -> Iterator[Reading]:
    """One reading for each article, in order; ``names`` are a user's own.

    ``ahead`` parses paragraphs of several articles together, which is faster; without it each
    article is read before the next one is asked for, as suits a source that is slow itself.
    Memory does not grow with the number of articles. Raises ModelError for a language without
    a pipeline.
    """
    for lang, run in groupby(articles, key=attrgetter("lang")):
        pipeline = pipeline_of(lang)
        if ahead:
            words = load_vocabulary(lang, names)
            yield from (_read(a, tree, words) for a, tree in parse_articles(run, pipeline))
        else:
            yield from (read_article(article, pipeline, names=names) for article in run)


def read_article(article: Article, pipeline: Pipeline, *, names: Names = ()) -> Reading:
    """All that one article says; ``names`` are a user's own."""
    words = load_vocabulary(article.lang, names)
    return _read(article, parse_article(article, pipeline), words)


def _read(article: Article, parsed: Tree, words: Vocabulary) -> Reading:
    body = [(p.start, p.end) for p in article.parts if p.kind == "body"]
    return read_tree(mend_tree(parsed, words), words, article=article, paragraphs=body)


def read_tree(
    tree: Tree, words: Vocabulary, *, article: Article, paragraphs: Sequence[Span]
) -> Reading:
    """The reading of a parsed article: no model is needed from here on."""
    mentions = find_mentions(tree, words, article=article.id)
    offices = find_offices(tree, mentions, words)
    clauses = find_clauses(tree, words)
    quoted = find_quoted_spans(tree.text, paragraphs)
    mentions = find_references(tree, clauses, mentions, offices, words, quoted, article=article.id)
    denotations = find_denotations(tree, mentions, offices)
    speech = Speech(tree, clauses, denotations, words, paragraphs, quoted, article=article.id)
    quotations = find_quotations(speech)
    spoken = find_first_persons(tree, quotations, mentions)
    if spoken:
        mentions = _in_order([*mentions, *spoken])
        denotations = find_denotations(tree, mentions, offices)
    times = _times(tree, article, paragraphs)
    context = Context(
        tree=tree,
        words=words,
        clauses=clauses,
        denotations=denotations,
        offices=offices,
        quotations=quotations,
        times=times,
        quantities=_quantities(tree, paragraphs, times),
        quoted=quoted,
        scenes=find_scenes(tree, words),
        article=article.id,
        by_head=by_head(clauses),
        governed=by_governor(clauses),
    )
    statements = tuple(find_statements(context))
    return Reading(article, tuple(mentions), tuple(context.quotations), statements)


def read_sentence(text: str, pipeline: Pipeline, *, published: str | None = None) -> Reading:
    """One sentence read as an article of its own."""
    whole = (Part("body", 0, len(text)),)
    article = Article("sentence", "-", pipeline.lang, text, published=published, parts=whole)
    return read_article(article, pipeline)


def _in_order(mentions: Iterable[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda m: (m.start, m.end))


def _times(tree: Tree, article: Article, paragraphs: Sequence[Span]) -> list[Time]:
    found = (
        find_times(tree.text, lang=tree.lang, published=article.published, start=start, end=end)
        for start, end in paragraphs
    )
    return list(chain.from_iterable(found))


def _quantities(tree: Tree, paragraphs: Sequence[Span], times: Sequence[Time]) -> list[Quantity]:
    found: list[Quantity] = []
    for start, end in paragraphs:
        first = bisect_left(times, start, key=_START)
        inside = times[first : bisect_left(times, end, lo=first, key=_START)]
        found += find_quantities(tree.text, lang=tree.lang, start=start, end=end, times=inside)
    return found


def read_triples(sentence: str, pipeline: Pipeline) -> list[Triple]:
    """The open triples of one sentence; none for a blank one."""
    if not sentence.strip():
        return []
    words = load_vocabulary(pipeline.lang)
    tree = mend_tree(parse_text(sentence, pipeline), words)
    return find_triples(tree, find_clauses(tree, words), words)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8. Raises InputError when there is no such thing."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start})") from error


# building


def skip_languages(
    articles: Iterable[Article], *, pipeline_of: PipelineOf, on_skip: Callable[[Skip], None]
) -> Iterator[Article]:
    """The articles whose language has a pipeline; each other one is skipped and says why."""
    for article in articles:
        try:
            pipeline_of(article.lang)
        except ModelError as error:
            on_skip(Skip(article.source, str(error)))
        else:
            yield article


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


class Patience:
    """Lets Ctrl-C wait for the end of a ``with`` block; a second Ctrl-C does not wait.

    Works from construction to :meth:`end`, in the main thread, and only where Ctrl-C has its
    usual effect, which is KeyboardInterrupt: then that is raised at the end of the block.
    """

    def __init__(self) -> None:
        self._busy = False
        self._asked = False
        self._installed = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        try:
            if self._installed:
                signal.signal(signal.SIGINT, self._on_signal)
        except ValueError:  # not the main thread
            self._installed = False

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self._busy or self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def __enter__(self) -> None:
        self._busy = True

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        asked, self._busy, self._asked = self._asked, False, False
        if asked and kind is None:
            raise KeyboardInterrupt

    def end(self) -> None:
        """Gives Ctrl-C its usual effect back."""
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(slots=True)
class BuildResult:
    """What a build did: articles seen, new or changed, and entities known in the end."""

    seen: int = 0
    changed: int = 0
    entities: int = 0
    interrupted: bool = False
    lost_judgements: int = 0

    def __str__(self) -> str:
        articles = "1 article" if self.seen == 1 else f"{self.seen} articles"
        end = "; run it again to go on" if self.interrupted else ""
        return (
            f"{articles}: {self.changed} new or changed, {self.seen - self.changed} unchanged; "
            f"{self.entities} entities known{end}"
        )


def build_store(
    inputs: Sequence[str],
    *,
    store: str | Path,
    pipeline_of: PipelineOf,
    on_skip: Callable[[Skip], None],
    lang: str | None = None,
    published: str | None = None,
    force: bool = False,
    names: Names | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Reads articles into a store (directory or server), one transaction an article.

    ``names`` are a user's own; the store keeps them until it is given others.

    An article already read from the same text by the same program, lexicon and model is
    not parsed again, so an interrupted build goes on where it was. An input that holds
    seam records (what ``kg read`` wrote) is not parsed at all. Ctrl-C ends the build after
    the article at hand. Raises StoreError when the store cannot be written.
    """
    seams = [name for name in inputs if is_seam(name)]
    texts = [name for name in inputs if name not in seams]
    articles = read_articles(texts, lang=lang, published=published, on_skip=on_skip)
    found: Iterable[Reading | Article] = chain(
        (reading for name in seams for reading in read_seam(name, on_skip=on_skip)),
        skip_languages(articles, pipeline_of=pipeline_of, on_skip=on_skip),
    )
    with GraphStore.open(store) as graph:
        if names is not None:
            graph.keep_names(names)
        return _put_all(graph, found, pipeline_of, on_skip, force=force, progress=progress)


def _put_all(
    graph: GraphStore,
    found: Iterable[Reading | Article],
    pipeline_of: PipelineOf,
    on_skip: Callable[[Skip], None],
    *,
    force: bool,
    progress: Progress | None,
) -> BuildResult:
    result, patience = BuildResult(), Patience()
    try:
        for item in found:
            with patience:
                _put(graph, item, pipeline_of, on_skip, result, force=force)
            if progress is not None:
                progress.tell(result.seen)
    except KeyboardInterrupt:
        result.interrupted = True
    finally:
        patience.end()
    result.entities = graph.refresh_knowledge()
    result.lost_judgements = graph.lost_judgements
    return result


def _put(
    graph: GraphStore,
    item: Reading | Article,
    pipeline_of: PipelineOf,
    on_skip: Callable[[Skip], None],
    result: BuildResult,
    *,
    force: bool,
) -> None:
    """Brings one article into the store, parsed only if it is new or changed."""
    version = f"{__version__}+{lexicon_version(graph.names)}"
    reading, model = (item, "seam") if isinstance(item, Reading) else (None, "")
    if isinstance(item, Article):
        pipeline = pipeline_of(item.lang)
        model = pipeline.name
        if force or not graph.has_reading(item, model=model, version=version):
            reading = read_article(item, pipeline, names=graph.names)
    try:
        if reading is not None:
            result.changed += graph.put_article(reading, model=model, version=version)
        result.seen += 1
    except InputError as error:
        source = item.article.source if isinstance(item, Reading) else item.source
        on_skip(Skip(source, str(error)))


# what kg read wrote

_ARTICLE_LINE = re.compile(rb'\s*\{\s*"type"\s*:\s*"article"')
_Line = tuple[int, bytes]


def is_seam(name: str) -> bool:
    """Does a file, or standard input for ``-``, hold seam records? Its first line tells."""
    if name == "-":
        peek = getattr(sys.stdin.buffer, "peek", bytes)
        return bytes(peek(24)).startswith(b'{"type": "article", "id"')
    try:
        with open(name, "rb") as file:
            line = file.readline(MAX_LINE_BYTES) if _ARTICLE_LINE.match(file.peek(64)) else b"0"
        first = json.loads(line)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(first, dict) and {"id", "source", "parts"} <= first.keys()


def read_seam(name: str, *, on_skip: Callable[[Skip], None]) -> Iterator[Reading]:
    """The readings in a file of seam records, or in standard input for ``-``.

    An article with a broken line is left out, and the line is named; the rest goes on.
    """
    if name == "-":
        yield from _read_blocks(sys.stdin.buffer, name, on_skip)
        return
    with open(name, "rb") as file:
        yield from _read_blocks(file, name, on_skip)


def _read_blocks(file: BinaryIO, name: str, on_skip: Callable[[Skip], None]) -> Iterator[Reading]:
    block: list[_Line] = []
    for number, line in enumerate(file, 1):
        if _ARTICLE_LINE.match(line):
            yield from _read_block(name, block, on_skip)
            block = []
        if line.strip():
            block.append((number, line))
    yield from _read_block(name, block, on_skip)


def _read_block(
    name: str, block: Sequence[_Line], on_skip: Callable[[Skip], None]
) -> Sequence[Reading]:
    """The readings in the lines of an article; none, and a Skip, where a line is broken."""
    where = name
    try:
        records = []
        for number, line in block:
            where = f"{name}:{number}"
            record = read_record(line.decode("utf-8"), where=where)
            if not _fits(record, type(record)) or not _is_known(record):
                raise InputError("not a newskg record (a value of the wrong kind)")
            records.append(record)
        where = f"{name}:{block[0][0] if block else 1}"
        readings = list(group_records(records))
        fault = next((r.article.lang for r in readings if r.article.lang not in LANGUAGES), None)
        if fault is not None:
            raise InputError(f"language {fault!r} is not one of {', '.join(LANGUAGES)}")
    except UnicodeDecodeError:
        on_skip(Skip(where, "not UTF-8; its article is left out"))
    except InputError as error:
        why = str(error).removeprefix(f"{where}: ")
        on_skip(Skip(where, f"{why}; its article is left out"))
    else:
        return readings
    return ()


def _fits(value: object, hint: Any) -> bool:
    """Whether a value of a record, and all in it, is of the type that the record declares."""
    parts = get_args(hint)
    if get_origin(hint) is UnionType:
        return any(_fits(value, part) for part in parts)
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return False
        kinds = [parts[0]] * len(value) if Ellipsis in parts else parts
        return len(kinds) == len(value) and all(map(_fits, value, kinds))
    if isinstance(hint, type) and is_dataclass(hint):
        inner = _hints(hint).items()
        return isinstance(value, hint) and all(_fits(getattr(value, n), h) for n, h in inner)
    if hint is str:
        return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)
    return type(value) is hint or (hint is float and type(value) is int)


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


def _is_known(record: Record) -> bool:
    """Whether the words in a record that come from a list are on that list."""
    if isinstance(record, Mention):
        return record.kind in MENTION_KINDS
    if isinstance(record, Statement):
        return record.modality in MODALITIES and record.attribution in ATTRIBUTIONS
    return True
