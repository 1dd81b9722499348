"""Open triples: the facts of a sentence in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import parse, random_trees, words_of

from kg.reading.clauses import find_clauses
from kg.reading.mending import mend_tree
from kg.reading.open_triples import find_triples
from kg.reading.trees import Tree


def triples(tree: Tree) -> list[str]:
    words = words_of(tree.lang)
    tree = mend_tree(tree, words)
    return [" | ".join(triple) for triple in find_triples(tree, find_clauses(tree, words))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("active", ["Die Bank | verkauft | das Haus"]),
        (
            "perfect",
            [
                "Der IS | hatte verloren | seine letzte Bastion in Syrien",
                "Der IS | hatte verloren seine letzte Bastion in Syrien | im März",
            ],
        ),
        (
            "passive-von",
            ["Die Stadt | wurde erobert | am Montag", "Die Stadt | wurde erobert | von der Armee"],
        ),
        (
            "perfect-frame",
            ["Die USA | haben aufgerufen | zum weltweiten Kampf gegen die Extremisten"],
        ),
        ("copula-adjective", ["Die Lage | ist | stabil"]),
        (
            "copula-office",
            ["Karl Maus | ist | Präsident von Kenia", "Karl Maus | ist Präsident | von Kenia"],
        ),
        (
            "two-subjects",
            ["Frankreich | unterstützen | den Plan", "Spanien | unterstützen | den Plan"],
        ),
        ("two-objects", ["Die Bank | verkauft | Häuser", "Die Bank | verkauft | Schiffe"]),
        (
            "two-verbs",
            ["Die Polizei | stoppte | den Wagen", "Die Polizei | nahm fest | drei Männer"],
        ),
        ("separable", ["Der Minister | trat zurück | am Freitag"]),
        ("relative-subject", ["Der Mann | überfiel | die Bank"]),
        ("office-after-comma", []),
        ("subject-control", []),
        ("en-active", ["The army | seized | the town", "The army | seized the town | in Syria"]),
        ("en-phrasal", ["The police | called off | the search"]),
    ],
)
def test_triples(name: str, expected: list[str]) -> None:
    assert sorted(triples(parse(name))) == sorted(expected)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("de", "en")).flatmap(random_trees))
def test_laws_of_triples(tree: Tree) -> None:
    """Each once, three filled cells, no word that the text has not."""
    words = words_of(tree.lang)
    found = find_triples(tree, find_clauses(tree, words))
    assert len(set(found)) == len(found)
    text = "".join(tree.text.split())
    known = {t.text for t in tree.tokens}
    for subject, relation, obj in found:
        assert subject
        assert relation
        assert obj
        assert "".join(subject.split()) in text
        assert all(word in known or word in tree.text for word in relation.split())
