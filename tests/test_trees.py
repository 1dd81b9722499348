"""Trees: CoNLL-U in, tokens with right offsets out; and are the hand-made parses sound?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import LABELS, draw, names, parse, random_trees, source

from kg.errors import InputError
from kg.reading.trees import Tree, read_conllu, read_morph, runs

TWO = """
# newdoc id = two
1	Die	der	DET	ART	Case=Nom|Number=Sing	2	det	_	_
2	Bank	Bank	NOUN	NN	_	3	nsubj	_	_
3	zahlt	zahlen	VERB	VVFIN	_	0	root	_	SpaceAfter=No
4	.	.	PUNCT	$.	_	3	punct	_	_

# newpar
1-2	Im	_	_	_	_	_	_	_	_
1	In	in	ADP	APPR	_	3	case	_	_
2	dem	der	DET	ART	_	3	det	_	_
3	Jahr	Jahr	NOUN	NN	_	4	obl	_	_
3.1	leer	_	_	_	_	_	_	_	_
4	floh	fliehen	VERB	VVFIN	_	0	root	_	_
5	Karl	Karl	PROPN	NE	_	4	nsubj	_	Ent=PER
6	Maus	Maus	PROPN	NE	_	5	flat:name	_	Ent=I|SpaceAfter=No
7	.	.	PUNCT	$.	_	4	punct	_	_
"""


@pytest.fixture(name="two")
def _two() -> Tree:
    return read_conllu(TWO)


def test_text_and_offsets(two: Tree) -> None:
    assert two.text == "Die Bank zahlt. In dem Jahr floh Karl Maus."
    assert all(two.text[t.start : t.end] == t.text for t in two.tokens)


def test_heads_count_over_sentences_and_roots_head_themselves(two: Tree) -> None:
    assert [t.head for t in two.tokens] == [1, 2, 2, 2, 6, 6, 7, 7, 7, 8, 7]
    assert [t.i for t in two.tokens if t.head == t.i] == [2, 7]


def test_sentences_and_paragraphs(two: Tree) -> None:
    assert two.sentences == ((0, 4), (4, 11))
    assert two.paragraphs[0] != two.paragraphs[1]
    assert [t.sent for t in two.tokens] == [0] * 4 + [1] * 7
    assert two.slice(two.sentence_span(9)) == "In dem Jahr floh Karl Maus."
    assert list(two.sentence_tokens(1)) == list(range(4, 11))


def test_names_run_over_tokens(two: Tree) -> None:
    assert [(e.first, e.last, e.label) for e in two.entities] == [(8, 10, "PER")]


def test_features(two: Tree) -> None:
    assert two[0].morph == {"Case": "Nom", "Number": "Sing"}
    assert read_morph("_") == read_morph("") == {}


def test_children_and_subtrees(two: Tree) -> None:
    assert two.children(7) == (6, 8, 10)
    assert two.children(7, "nsubj", "obl") == (6, 8)
    assert two.child(7, "nsubj") == 8
    assert two.child(7, "obj") is None
    assert two.subtree(6) == [4, 5, 6]
    assert two.subtree(7, skip=lambda t: t.dep == "obl") == [7, 8, 9, 10]
    assert list(two.ancestors(4)) == [6, 7]


def test_conjuncts_from_the_first_one() -> None:
    tree = draw(
        "A/NE/nsubj<kamen ,<B B/NE/conj<A und/KON/cc<C C/NE/conj<A kamen/VVFIN/root=kommen ."
    )
    assert [tree[i].text for i in tree.conjuncts(0)] == ["A", "B", "C"]
    assert [tree[i].text for i in tree.conjuncts(2)] == ["B"]


@pytest.mark.parametrize("broken", ["1\tDie\tder", "1 Die der DET ART _ 0 root _"])
def test_a_short_line_names_its_number(broken: str) -> None:
    with pytest.raises(InputError, match=r"line 2: . columns"):
        read_conllu("# newdoc\n" + broken)


def test_nothing_gives_an_empty_tree() -> None:
    tree = read_conllu("")
    assert (len(tree), tree.text, tree.sentences) == (0, "", ())


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], []), ([4], [(4, 5)]), ([1, 2, 3, 7], [(1, 4), (7, 8)]), ([1, 3], [(1, 2), (3, 4)])],
)
def test_runs(numbers: list[int], expected: list[tuple[int, int]]) -> None:
    assert runs(numbers) == expected


@settings(max_examples=60, deadline=None)
@given(random_trees())
def test_every_token_is_below_one_root(tree: Tree) -> None:
    roots = [t.i for t in tree.tokens if t.head == t.i]
    assert sorted(i for root in roots for i in tree.subtree(root)) == list(range(len(tree)))
    for token in tree.tokens:
        above = [token.i, *tree.ancestors(token.i)]
        assert above[-1] in roots
        assert len(above) == len(set(above))


# the hand-made parses themselves


@pytest.mark.parametrize("name", names())
def test_a_hand_made_parse_is_sound(name: str) -> None:
    tree = parse(name)
    comments = [row for row in source(name).split("\n") if row.startswith("#")]
    texts = [row.removeprefix("# text = ") for row in comments if row.startswith("# text = ")]
    assert texts == [tree.text[tree[a].start : tree[b - 1].end] for a, b in tree.sentences]
    assert len(comments) > len(texts), "a parse says in a comment what it is for"
    for first, last in tree.sentences:
        inside = tree.tokens[first:last]
        assert sum(t.head == t.i for t in inside) == 1
        assert all(first <= t.head < last for t in inside)
        assert len(tree.subtree(next(t.i for t in inside if t.head == t.i))) == last - first
        assert {t.dep for t in inside} <= {*LABELS, "root"}
        assert all(t.lemma and t.pos != "X" for t in inside)


def test_there_are_parses_in_both_languages() -> None:
    assert len(names("de")) >= 100
    assert len(names("en")) >= 15


@given(random_trees(), st.integers(0, 60), st.integers(0, 60))
def test_stretches_of_text_hold_the_tokens_a_walk_finds(tree: Tree, one: int, other: int) -> None:
    start, end = sorted((one, other))
    within = [t for t in tree.tokens if start <= t.start and t.end <= end]
    sharing = [t for t in tree.tokens if t.start < end and start < t.end]
    assert list(tree.inside(start, end)) == within
    assert list(tree.touching(start, end)) == sharing
