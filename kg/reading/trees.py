"""A parsed text as plain records: tokens, sentences, Universal Dependencies labels.

spaCy objects stay in :mod:`kg.reading.parsing`; every rule works on a
:class:`Tree`, which a test can write down as CoNLL-U without any model. Trees
always speak Universal Dependencies: other label schemes are converted in
:mod:`kg.reading.schemes` before a rule sees them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import MappingProxyType

from kg.errors import InputError
from kg.records import Span

_START, _END = attrgetter("start"), attrgetter("end")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: place in the text, dictionary form, tags, and its head (itself when root)."""

    i: int
    start: int
    end: int
    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    morph: Mapping[str, str] = field(default_factory=dict)
    ent: str = ""
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of tokens ``[first, last)`` that the pipeline took for a name."""

    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All tokens of an article's body, in order, over its whole text.

    ``sentences`` are token ranges ``[first, last)``; ``paragraphs`` gives for each
    sentence the number of its paragraph. ``phrases`` remembers what
    :func:`kg.reading.phrases.phrase_span` has found.
    """

    text: str
    lang: str
    tokens: tuple[Token, ...]
    sentences: tuple[Span, ...]
    paragraphs: tuple[int, ...] = ()
    entities: tuple[Entity, ...] = ()
    published: str | None = None
    _children: Mapping[int, tuple[int, ...]] = field(default_factory=dict, repr=False)
    phrases: dict[tuple[int, bool], Span] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, i: int) -> Token:
        return self.tokens[i]

    def children(self, i: int, *deps: str) -> tuple[int, ...]:
        """Dependents of token ``i`` in order; with ``deps`` only those of these labels."""
        found = self._children.get(i, ())
        if not deps or not found:
            return found
        tokens = self.tokens
        return tuple([c for c in found if tokens[c].dep in deps])

    def child(self, i: int, *deps: str) -> int | None:
        """The first dependent of token ``i`` with one of the labels, or None."""
        tokens = self.tokens
        for c in self._children.get(i, ()):
            if not deps or tokens[c].dep in deps:
                return c
        return None

    def subtree(self, i: int, *, skip: Callable[[Token], bool] | None = None) -> list[int]:
        """Token ``i`` and all below it, in text order, without branches that ``skip`` names."""
        found, waiting, below = [], [i], self._children
        while waiting:
            at = waiting.pop()
            found.append(at)
            waiting += [c for c in below.get(at, ()) if skip is None or not skip(self.tokens[c])]
        return sorted(found)

    def conjuncts(self, i: int) -> list[int]:
        """Token ``i`` and everything coordinated with it, in text order."""
        found = [i]
        for at in found:
            found += self.children(at, "conj")
        return sorted(found)

    def sentence_span(self, i: int) -> Span:
        """Character span of the sentence that holds token ``i``."""
        first, last = self.sentences[self.tokens[i].sent]
        return self.tokens[first].start, self.tokens[last - 1].end

    def inside(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that lie wholly within these characters; found without a walk."""
        first = bisect_left(self.tokens, start, key=_START)
        return self.tokens[first : bisect_right(self.tokens, end, lo=first, key=_END)]

    def touching(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that share a character with this span."""
        first = bisect_right(self.tokens, start, key=_END)
        return self.tokens[first : bisect_left(self.tokens, end, lo=first, key=_START)]

    def sentence_tokens(self, sent: int) -> range:
        """Token numbers of one sentence."""
        first, last = self.sentences[sent]
        return range(first, last)

    def slice(self, span: Span) -> str:
        """The text of a character span."""
        return self.text[span[0] : span[1]]

    def ancestors(self, i: int) -> Iterator[int]:
        """The heads above token ``i``, nearest first."""
        while self.tokens[i].head != i:
            i = self.tokens[i].head
            yield i


def make_tree(
    text: str,
    lang: str,
    tokens: Sequence[Token],
    sentences: Sequence[Span],
    *,
    paragraphs: Sequence[int] = (),
    entities: Sequence[Entity] = (),
    published: str | None = None,
) -> Tree:
    """A tree with its table of dependents filled in.

    Where heads run in a circle, the first token of the circle becomes a root.
    """
    tokens = _without_circles(tokens)
    below: dict[int, list[int]] = {}
    for token in tokens:
        if token.head != token.i:
            below.setdefault(token.head, []).append(token.i)
    children = MappingProxyType({i: tuple(c) for i, c in below.items()})
    return Tree(
        text=text,
        lang=lang,
        tokens=tuple(tokens),
        sentences=tuple(sentences),
        paragraphs=tuple(paragraphs) or tuple(0 for _ in sentences),
        entities=tuple(entities),
        published=published,
        _children=children,
    )


def _without_circles(tokens: Sequence[Token]) -> Sequence[Token]:
    heads = [t.head for t in tokens]
    safe = [False] * len(heads)
    for i in range(len(heads)):
        path: list[int] = []
        at = i
        while not safe[at] and heads[at] != at:
            if at in path:
                at = min(path[path.index(at) :])
                heads[at] = at
                break
            path.append(at)
            at = heads[at]
        for step in path:
            safe[step] = True
    if all(t.head == h for t, h in zip(tokens, heads, strict=True)):
        return tokens
    return [
        t if t.head == h else replace(t, head=h, dep="root")
        for t, h in zip(tokens, heads, strict=True)
    ]


def read_morph(text: str) -> dict[str, str]:
    """``Mood=Sub|Tense=Pres`` as a dictionary; ``_`` and the empty string give none."""
    pairs = (pair.partition("=") for pair in text.split("|") if "=" in pair)
    return {name: value for name, _, value in pairs}


def read_conllu(source: str, *, lang: str = "de", published: str | None = None) -> Tree:
    """A tree from CoNLL-U, as the hand-made parses of the tests are written.

    The text is the words joined by spaces, none where MISC says ``SpaceAfter=No``; a
    blank line ends a sentence, ``# newpar`` opens a paragraph. ``Ent=PER`` in MISC opens
    a name, ``Ent=I`` continues it. Multiword ranges and empty nodes are left out.

    Raises InputError for a line without ten columns.
    """
    builder = _ConlluBuilder()
    for number, line in enumerate(source.strip("\n").split("\n"), 1):
        builder.take(line.strip(), number)
    builder.end_sentence()
    return make_tree(
        builder.text.rstrip(),
        lang,
        builder.tokens,
        builder.sentences,
        paragraphs=builder.paragraphs,
        entities=builder.entities,
        published=published,
    )


class _ConlluBuilder:
    """Collects tokens line by line."""

    def __init__(self) -> None:
        self.text = ""
        self.tokens: list[Token] = []
        self.sentences: list[Span] = []
        self.paragraphs: list[int] = []
        self.entities: list[Entity] = []
        self._paragraph = 0
        self._first = 0

    def take(self, line: str, number: int) -> None:
        if not line:
            self.end_sentence()
        elif line.startswith("# newpar"):
            self._paragraph += 1
        elif not line.startswith("#"):
            cells = line.split("\t") if "\t" in line else line.split()
            if len(cells) != 10:
                raise InputError(f"CoNLL-U line {number}: {len(cells)} columns, not 10")
            if cells[0].isdigit():
                self._add(cells)

    def _add(self, cells: list[str]) -> None:
        _, form, lemma, pos, tag, feats, head, dep, _, misc = cells
        i, start = len(self.tokens), len(self.text)
        at = i if head == "0" else self._first + int(head) - 1
        morph = read_morph(feats)
        ent = read_morph(misc).get("Ent", "")
        self.text += form + ("" if "SpaceAfter=No" in misc else " ")
        sent = len(self.sentences)
        end = start + len(form)
        self.tokens.append(Token(i, start, end, form, lemma, pos, tag, dep, at, morph, ent, sent))
        if ent == "I":
            last = self.entities.pop()
            self.entities.append(Entity(last.first, i + 1, last.label))
        elif ent:
            self.entities.append(Entity(i, i + 1, ent))

    def end_sentence(self) -> None:
        if self._first < len(self.tokens):
            self.sentences.append((self._first, len(self.tokens)))
            self.paragraphs.append(self._paragraph)
            self._first = len(self.tokens)


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as half-open runs.

    >>> runs([1, 2, 3, 7])
    [(1, 4), (7, 8)]
    """
    found: list[tuple[int, int]] = []
    for n in numbers:
        if found and found[-1][1] == n:
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found
