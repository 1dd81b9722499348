"""Where a name begins and ends, and what words inside it tell of its kind.

Pipelines take neighbours of a name for parts of it: the noun before ("Musikband Landser"),
the home of an office ("Russischen Föderation Sergei Lawrow"), the house that somebody speaks
for ("John Sifton von Human Rights Watch"). Nothing is taken out of the text; a stretch of
tokens is cut into names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary, fold_word

_COMMON = "NN"
"""The tag of German common nouns; names have NE, FM or XY."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens ``[first, last)`` that are one name, and its kind."""

    first: int
    last: int
    kind: str


def cut_names(tree: Tree, words: Vocabulary, found: Stretch) -> Iterator[Stretch]:
    """The names in what the pipeline took for one; none where it is no name at all."""
    if found.kind == "person":
        if _is_phrase(tree.tokens[found.first : found.last]):
            return
        found = _without_home(tree, words, found)
    if _is_before_office(tree, words, found):
        return
    person = _after_role(tree, words, found) or _after_place(tree, words, found)
    if person is not None:
        yield person
    else:
        yield from _cut_front(tree, words, found)


def _is_before_office(tree: Tree, words: Vocabulary, found: Stretch) -> bool:
    """ "EU Transport" of "EU Transport Commissioner": a part of an office, in English.

    A known name in it is found elsewhere.
    """
    if tree.lang != "en" or found.kind == "person" or found.last >= len(tree):
        return False
    if found.last - found.first < 2 or words.find_role(tree[found.last].lemma) is None:
        return False
    end = _starts_known(tree, words, found.first)
    return tree[found.first].pos == "ADJ" or (end is not None and end < found.last)


def name_kind(tree: Tree, words: Vocabulary, found: Stretch) -> str:
    """The kind by a word inside the name: "Harbour Times" are media, whoever took it for what.

    A name of one word has no such word.
    """
    if found.last - found.first < 2:
        return found.kind
    for i in reversed(range(found.first, found.last)):
        head = words.heads.get(tree[i].text) or words.heads.get(tree[i].text.removesuffix("s"))
        if head is not None and (head.sure == "yes" or found.kind in {"organisation", "thing"}):
            return head.kind
    return found.kind


def name_end(tree: Tree, words: Vocabulary, found: Stretch) -> int:
    """The character at which a name ends: that of "Merkel-Regierung" before the hyphen."""
    token = tree[found.last - 1]
    front, hyphen, last = token.text.rpartition("-")
    compound = hyphen and front and (words.find_kind(last) or words.find_role(last))
    return token.start + len(front) if found.kind == "person" and compound else token.end


def _cut_front(tree: Tree, words: Vocabulary, found: Stretch) -> Iterator[Stretch]:
    """The name without the common nouns in front of it that tell its kind."""
    first, kind = found.first, found.kind
    if kind not in {"person", "place"}:
        yield found
        return
    while first < found.last - 1 and _is_common(tree[first]) and not _is_common(tree[first + 1]):
        told = _told_kind(tree[first], words)
        if told is None or (kind == "place" and told != "person"):
            break
        first, kind = first + 1, told
    yield Stretch(first, found.last, kind)


def _is_phrase(parts: Sequence[Token]) -> bool:
    """ "Einschusslöcher von Schrotwaffen": common nouns, and prepositions between them."""
    nouns = [t for t in parts if t.pos != "ADP"]
    return len(nouns) < len(parts) and all(map(_is_common, nouns))


def _is_common(token: Token) -> bool:
    return token.tag == _COMMON and token.text[:1].isupper()


def _told_kind(noun: Token, words: Vocabulary) -> str | None:
    """The kind that a common noun right before a name tells of it, in any case of the noun."""
    forms = (noun.lemma, noun.text, noun.text.removesuffix("s"), noun.text.removesuffix("en"))
    if any(map(words.find_role, forms)):
        return "person"
    row = next(filter(None, map(words.find_kind, forms)), None)
    return row.kind if row is not None else None


def _without_home(tree: Tree, words: Vocabulary, found: Stretch) -> Stretch:
    """The person alone in "John Sifton von Human Rights Watch", "Hu von der Staatssicherheit"."""
    for i in range(found.first + 1, found.last - 1):
        if tree[i].text not in {"von", "vom", "of"}:
            continue
        after = i + 2 if tree[i + 1].pos == "DET" and i + 2 < found.last else i + 1
        if _is_common(tree[after]) or _starts_known(tree, words, after) is not None:
            return Stretch(found.first, i, found.kind)
    return found


def _starts_known(tree: Tree, words: Vocabulary, first: int) -> int | None:
    """The end of the longest name of the gazetteer that begins at a token."""
    folded = fold_word(tree[first].text.split("-")[0])
    ends = [first + 1] if words.find_single(tree[first].text) is not None else []
    for name, _ in words.names.get(folded, ()):
        end = first + len(name)
        if [fold_word(token.text) for token in tree.tokens[first:end]] == list(name):
            ends.append(end)
    return max(ends, default=None)


def _after_role(tree: Tree, words: Vocabulary, found: Stretch) -> Stretch | None:
    """ "Human Rights Watch-Sprecher Malinowski": the person; the house is found elsewhere."""
    for i in range(found.first + 1, found.last - 1):
        front, hyphen, last = tree[i].text.rpartition("-")
        if hyphen and front and words.find_role(last) is not None:
            return Stretch(i + 1, found.last, "person")
    return None


def _after_place(tree: Tree, words: Vocabulary, found: Stretch) -> Stretch | None:
    """ "Kosovos Hashim Thaçi": the full name behind a known one, which is found elsewhere."""
    end = _starts_known(tree, words, found.first)
    if end is None or found.last - end != 2:
        return None
    first = tree[end].text
    known = words.is_a("first_name_male", first) or words.is_a("first_name_female", first)
    genitive = found.kind == "place" and tree[end - 1].text.endswith(("s", "Föderation"))
    names = all(tree[i].tag in {"NE", "NNP"} for i in range(end, found.last))
    return Stretch(end, found.last, "person") if names and (known or genitive) else None
