"""Noun phrases: which stretch of text a head token stands for, and whom it denotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.reading.clauses import is_finite
from kg.reading.offices import Office
from kg.reading.trees import Token, Tree, runs
from kg.records import Mention, Phrase, Span

_CLAUSES = {"acl:relcl", "acl", "advcl", "ccomp", "xcomp", "parataxis", "cop"}
_OUTER = {"case", "conj", "cc"}
_VERBAL = {"nsubj", "nsubj:pass", "aux", "aux:pass", "punct", "expl", "mark", "discourse"}
_TRIM = {"PUNCT", "CCONJ"}
_DEGREES = {"weniger", "minder", "fast", "beinahe", "nahezu", "less", "almost", "nearly"}
"""Without them an adjective says another thing: "weniger gefährlich"."""
_NAME_LINKS = {"appos", "flat", "flat:name", "compound", "nmod", "dep"}


def phrase_tokens(tree: Tree, i: int, *, appositions: bool = True) -> list[int]:
    """The tokens of the phrase of ``i``: one run without gaps, no clauses, no conjuncts,
    without the preposition before it.
    """
    verbal = tree.child(i, "cop") is not None

    def skip(token: Token) -> bool:
        if token.dep in _CLAUSES or (token.dep == "appos" and not appositions):
            return True
        if token.i != i and any(tree[m].tag == "KOUS" for m in tree.children(token.i, "mark")):
            return True
        if is_finite(token):
            return True
        top = token.head == i
        return top and (token.dep in _OUTER or (verbal and token.dep in _VERBAL))

    kept = set(tree.subtree(i, skip=skip))
    kept |= _inner_punctuation(tree, kept)
    first, last = next(run for run in runs(sorted(kept)) if run[0] <= i < run[1])
    return _trimmed(tree, first, _before_colon(tree, i, last), i)


def _before_colon(tree: Tree, i: int, last: int) -> int:
    """A phrase ends at its colon: "betroffen: Zwei Züge fielen aus"."""
    return next((n for n in range(i + 1, last) if tree[n].text == ":"), last)


def _inner_punctuation(tree: Tree, kept: set[int]) -> set[int]:
    """Punctuation between two kept tokens belongs to the phrase."""
    return {
        i
        for i in range(min(kept), max(kept))
        if i not in kept
        and tree[i].pos == "PUNCT"
        and i - 1 in kept
        and (i + 1 in kept or (tree[i + 1].pos == "PUNCT" and i + 2 in kept))
    }


def _trimmed(tree: Tree, first: int, last: int, i: int) -> list[int]:
    while first < i and (tree[first].pos in _TRIM or _is_loose_adverb(tree, first, i)):
        first += 1
    if first + 1 < i and tree[first + 1].text in {"anderem", "allem"}:  # "unter anderem X"
        first += 2
    while last - 1 > i and _is_loose_end(tree, first, last - 1):
        last -= 1
    return list(range(first, last))


def _is_loose_adverb(tree: Tree, first: int, i: int) -> bool:
    """ "auch Sales": a particle that hangs on the noun, not on a number in it."""
    token = tree[first]
    numbered = any(tree[t].pos == "NUM" for t in range(first + 1, min(first + 3, i + 1)))
    degree = tree[i].pos == "ADJ" and token.text.lower() in _DEGREES
    return token.tag in {"ADV", "PTKNEG", "RB"} and not numbered and not degree


def _is_loose_end(tree: Tree, first: int, end: int) -> bool:
    token = tree[end]
    opens = any(tree[t].text in '„“"»«(' for t in range(first, end))
    return token.pos in _TRIM and not (opens and token.text in '“”"«»)')


def phrase_span(tree: Tree, i: int, *, appositions: bool = True) -> Span:
    """The characters of the phrase of ``i``; found once for each tree."""
    known = tree.phrases.get((i, appositions))
    if known is None:
        tokens = phrase_tokens(tree, i, appositions=appositions)
        known = tree.phrases[i, appositions] = (tree[tokens[0]].start, tree[tokens[-1]].end)
    return known


@dataclass(frozen=True, slots=True)
class Denotations:
    """Which mention the phrase headed by a token denotes.

    ``offices``: for a role noun the span of office and name together.
    """

    of_token: Mapping[int, Mention]
    offices: Mapping[int, Span]

    def mention(self, i: int) -> Mention | None:
        """The mention that token ``i`` denotes, or None."""
        return self.of_token.get(i)

    def span(self, i: int) -> Span | None:
        """The span of that mention, or None."""
        found = self.of_token.get(i)
        return (found.start, found.end) if found else None


def find_denotations(
    tree: Tree, mentions: Iterable[Mention], offices: Sequence[Office]
) -> Denotations:
    """Head tokens and their mentions; a noun in apposition to a name denotes the name."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        i = head_token(tree, mention)
        if mention.end >= tree[i].end:
            found[i] = mention
    for i, mention in list(found.items()):
        inhabitant = mention.kind == "group" and mention.start == tree[i].start
        name = None if mention.named and not inhabitant else _name_beside(tree, found, i)
        if name is not None:
            found[i] = name
    spans: dict[int, Span] = {}
    for office in offices:
        if office.rule != "role-party":
            found[office.token] = office.holder
            spans[office.token] = _hull(office.phrase, (office.holder.start, office.holder.end))
    return Denotations(found, spans)


def _hull(a: Span, b: Span) -> Span:
    return min(a[0], b[0]), max(a[1], b[1])


def head_token(tree: Tree, mention: Mention) -> int:
    """The token of a mention that hangs outside of it."""
    inside = [t.i for t in tree.touching(mention.start, mention.end)]
    numbers = set(inside)
    outer = [i for i in inside if tree[i].head not in numbers or tree[i].head == i]
    return outer[-1] if outer else inside[-1]


def _name_beside(tree: Tree, found: Mapping[int, Mention], i: int) -> Mention | None:
    """The named mention right behind a common noun: "die Terrormiliz Islamischer Staat"."""
    for c in tree.children(i, *_NAME_LINKS):
        name = found.get(c)
        bare = tree.child(c, "case", "det") is None
        if name is None or not name.named or not bare or not _adjacent(tree, i, name):
            continue
        if not _is_genitive(tree, c) and _agree(found[i].kind, name.kind):
            return name
    return None


def _is_genitive(tree: Tree, i: int) -> bool:
    """ "die Bevölkerung Italiens" is not Italy."""
    token = tree[i]
    return token.dep == "nmod" and (
        token.morph.get("Case") == "Gen" or token.text.endswith(("s", "'", "’"))
    )


def _agree(noun: str, name: str) -> bool:
    """May a noun of one kind and a name of the other denote the same?"""
    if name == "person":
        return noun in {"person", "group"}
    return noun == name or (noun in _BODIES and name in _BODIES)


_BODIES = {
    *("organisation", "party", "armed_group", "military", "company", "media", "government"),
    *("international_organisation", "alliance", "group"),
}


def _adjacent(tree: Tree, i: int, name: Mention) -> bool:
    between = tree.text[tree[i].end : name.start]
    return 0 < len(between) <= 3 and not between.strip(" ,„“\"»«'")


def make_phrase(
    tree: Tree, i: int, denotations: Denotations, *, appositions: bool = True
) -> Phrase:
    """The phrase of token ``i`` as a record."""
    start, end = phrase_span(tree, i, appositions=appositions)
    if i in denotations.offices:
        start, end = _hull((start, end), denotations.offices[i])
    mention = denotations.span(i)
    pronoun = mention is None and tree[i].pos in {"PRON", "DET"}
    return Phrase(tree.text[start:end], start, end, mention, pronoun)


def span_phrase(tree: Tree, span: Span, mention: Span | None = None) -> Phrase:
    """A stretch of text as a phrase."""
    return Phrase(tree.slice(span), span[0], span[1], mention)
