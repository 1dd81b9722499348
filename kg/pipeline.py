"""The order of the stages: the only place that knows it.

Article -> tree -> mentions, offices, clauses, quotations, pronouns -> statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from kg.lexicon import read_lexicon
from kg.reading.clauses import find_clauses
from kg.reading.coreference import find_descriptions, find_pronouns
from kg.reading.mending import mend_tree
from kg.reading.mentions import find_mentions
from kg.reading.offices import find_offices
from kg.reading.parsing import Pipeline, find_model, load_pipeline, parse_article
from kg.reading.phrases import find_denotations
from kg.reading.quantities import find_quantities
from kg.reading.quotations import QuotationFinder, find_quoted_spans
from kg.reading.statements import Context, find_statements
from kg.reading.times import find_times
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary, load_vocabulary
from kg.records import Article, Mention, Reading, Span

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
