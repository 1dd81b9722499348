"""Which stretch of text a head stands for, and whom it denotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from treebank import draw, parse, random_trees, words_of

from kg.reading.mentions import find_mentions
from kg.reading.offices import find_offices
from kg.reading.phrases import find_denotations, head_token, make_phrase, phrase_span, phrase_tokens
from kg.reading.trees import Tree

PHRASES = [
    ("perfect", "Bastion", "seine letzte Bastion in Syrien"),
    ("perfect-frame", "Kampf", "weltweiten Kampf gegen die Extremisten"),
    ("relative-subject", "Mann", "Der Mann"),
    ("two-subjects", "Frankreich", "Frankreich"),
    ("two-subjects", "Spanien", "Spanien"),
    ("two-objects", "Häuser", "Häuser"),
    ("title", "Film", "Der Film „Das weite Meer“"),
    ("scare", "Helfer", "den „Helfer“"),
    ("title-name", "US-Präsident", "US-Präsident Donald Trump"),
    (
        "office-before-comma",
        "Koordinator",
        "Der Koordinator für Terrorismusbekämpfung der US-Regierung, Nathan Sales",
    ),
    ("office-after-comma", "Nathan", "Nathan Sales, Koordinator der US-Regierung"),
    ("party", "Karl", "Karl Maus (SPD)"),
    ("quantity", "Kämpfer", "rund 2000 ausländische Kämpfer"),
    ("participle", "Kämpfer", "Die von den SDF festgehaltenen Kämpfer"),
    ("not-only", "Stadt", "die Stadt"),
    ("neither", "Firma", "die Firma"),
    ("copula-office", "Präsident", "Präsident von Kenia"),
    ("copula-adjective", "stabil", "stabil"),
]


def token(tree: Tree, form: str) -> int:
    return next(t.i for t in tree.tokens if t.text == form)


@pytest.mark.parametrize(("name", "head", "expected"), PHRASES)
def test_phrase(name: str, head: str, expected: str) -> None:
    tree = parse(name)
    assert tree.slice(phrase_span(tree, token(tree, head))) == expected


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        (
            "office-before-comma",
            "Koordinator",
            "Der Koordinator für Terrorismusbekämpfung der US-Regierung",
        ),
        ("office-after-comma", "Nathan", "Nathan Sales"),
        ("title", "Film", "Der Film"),
    ],
)
def test_phrase_without_appositions(name: str, head: str, expected: str) -> None:
    tree = parse(name)
    assert tree.slice(phrase_span(tree, token(tree, head), appositions=False)) == expected


def test_a_genitive_belongs_to_its_noun() -> None:
    tree = draw(
        "Der/ART/det<Rücktritt Rücktritt/NN/nsubj<kam des/ART/det<Ministers "
        "Ministers/NN/nmod<Rücktritt=Minister aus/APPR/case<Riga Riga/NE/nmod<Ministers "
        "kam/VVFIN/root=kommen ."
    )
    assert tree.slice(phrase_span(tree, 1)) == "Der Rücktritt des Ministers aus Riga"


def test_a_phrase_has_no_gaps() -> None:
    """The parser hung a word from behind the verb on the subject: it stays out."""
    tree = draw(
        "Der/ART/det<Mann Mann/NN/nsubj<kam kam/VVFIN/root=kommen aus/APPR/case<Riga "
        "Riga/NE/nmod<Mann ."
    )
    assert tree.slice(phrase_span(tree, 1)) == "Der Mann"


DENOTED = [
    ("militia", "Terrormiliz", "IS"),
    ("title-name", "US-Präsident", "Donald Trump"),
    ("office-before-comma", "Koordinator", "Nathan Sales"),
    ("office-after-comma", "Koordinator", "Nathan Sales"),
    ("party", "Karl", "Karl Maus"),
    ("party", "SPD", "SPD"),
    ("perfect", "IS", "IS"),
    ("two-objects", "Häuser", None),
]


@pytest.mark.parametrize(("name", "head", "expected"), DENOTED)
def test_denotation(name: str, head: str, expected: str | None) -> None:
    tree = parse(name)
    words = words_of("de")
    mentions = find_mentions(tree, words)
    found = find_denotations(tree, mentions, find_offices(tree, mentions, words))
    mention = found.mention(token(tree, head))
    assert (mention.text if mention else None) == expected
    assert (found.span(token(tree, head)) is None) is (expected is None)


def test_a_name_with_a_preposition_is_not_the_noun_before_it() -> None:
    tree = draw(
        "Die/ART/det<Polizei Polizei/NN/nsubj<kam in/APPR/case<Syrien Syrien/NE/nmod<Polizei^LOC "
        "kam/VVFIN/root=kommen ."
    )
    mentions = find_mentions(tree, words_of("de"))
    found = find_denotations(tree, mentions, ()).mention(1)
    assert found is not None
    assert found.text == "Polizei"


def test_the_head_of_a_name_hangs_outside_of_it() -> None:
    tree = parse("office-after-comma")
    mention = next(m for m in find_mentions(tree, words_of("de")) if m.text == "Nathan Sales")
    assert head_token(tree, mention) == 0


@settings(max_examples=100, deadline=None)
@given(random_trees())
def test_laws_of_phrases(tree: Tree) -> None:
    words = words_of("de")
    mentions = find_mentions(tree, words)
    denotations = find_denotations(tree, mentions, find_offices(tree, mentions, words))
    for i in range(len(tree)):
        tokens = phrase_tokens(tree, i)
        assert i in tokens
        assert tokens == list(range(tokens[0], tokens[-1] + 1))
        assert all(tree[t].sent == tree[i].sent for t in tokens)
        phrase = make_phrase(tree, i, denotations)
        assert tree.text[phrase.start : phrase.end] == phrase.text != ""
