"""Label schemes: what structure foreign trees take once they speak Universal Dependencies.

That the statements are the same stands in test_statements.py.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import LABELS, convert, random_trees, read

from kg.reading.schemes import MARKERS, Node, find_scheme, read_labels, to_universal
from kg.reading.trees import Tree

TIGER = [
    "ROOT",
    "ac",
    "adc",
    "ag",
    "ams",
    "app",
    "avc",
    "cc",
    "cd",
    "cj",
    "cm",
    "cp",
    "cvc",
    "da",
    "dm",
    "ep",
    "ju",
    "mnr",
    "mo",
    "ng",
    "nk",
    "nmc",
    "oa",
    "oc",
    "og",
    "op",
    "par",
    "pd",
    "pg",
    "ph",
    "pm",
    "pnc",
    "punct",
    "rc",
    "re",
    "rs",
    "sb",
    "sbp",
    "svp",
    "uc",
    "vo",
]
CLEAR = [
    "ROOT",
    "acl",
    "acomp",
    "advcl",
    "advmod",
    "agent",
    "amod",
    "appos",
    "attr",
    "aux",
    "auxpass",
    "case",
    "cc",
    "ccomp",
    "compound",
    "conj",
    "csubj",
    "csubjpass",
    "dative",
    "dep",
    "det",
    "dobj",
    "expl",
    "intj",
    "mark",
    "meta",
    "neg",
    "nmod",
    "npadvmod",
    "nsubj",
    "nsubjpass",
    "nummod",
    "oprd",
    "parataxis",
    "pcomp",
    "pobj",
    "poss",
    "preconj",
    "predet",
    "prep",
    "prt",
    "punct",
    "quantmod",
    "relcl",
    "xcomp",
]
STEPS = {"prep", "agent", "pobj", "pcomp", "nk", "oc", "cd", "predicate"}
"""Labels of the tables that only the turning steps see."""


@pytest.mark.parametrize(
    ("labels", "scheme"),
    [
        (["root", "nsubj", "obl", "obj"], "ud"),
        (TIGER, "tiger"),
        (CLEAR, "clear"),
        (["nsubj", "dobj"], None),
        ([], None),
    ],
)
def test_labels_give_their_scheme_away(labels: list[str], scheme: str | None) -> None:
    assert find_scheme(labels) == scheme


def test_no_scheme_is_taken_for_another() -> None:
    assert [find_scheme(marks) for marks in MARKERS.values()] == list(MARKERS)


@pytest.mark.parametrize(("scheme", "labels"), [("tiger", TIGER), ("clear", CLEAR)])
def test_every_label_of_a_scheme_has_a_line(scheme: str, labels: list[str]) -> None:
    assert set(labels) == {label for label, _ in read_labels(scheme)} & set(labels)


@pytest.mark.parametrize("scheme", ["tiger", "clear"])
def test_tables_lead_to_universal_labels(scheme: str) -> None:
    assert set(read_labels(scheme).values()) <= {*LABELS, *STEPS, "root"}


def shape(tree: Tree) -> list[str]:
    """``form label<head`` for every word that is no punctuation."""
    return [
        f"{t.text} {t.dep}<{tree[t.head].text}" if t.head != t.i else f"{t.text} {t.dep}"
        for t in tree.tokens
        if t.pos != "PUNCT"
    ]


@pytest.mark.parametrize(
    ("scheme", "foreign", "expected"),
    [
        (
            "tiger",
            "Maus/NE/sb<ist ist/VAFIN/root=sein Präsident/NN/pd<ist von/APPR/pg<Präsident "
            "Kenia/NE/nk<von .",
            [
                "Maus nsubj<Präsident",
                "ist cop<Präsident",
                "Präsident root",
                "von case<Kenia",
                "Kenia nmod<Präsident",
            ],
        ),
        (
            "tiger",
            "Maus/NE/sb<hat hat/VAFIN/root=haben in/APPR/mo<gelebt Riga/NE/nk<in "
            "gelebt/VVPP/oc<hat=leben .",
            [
                "Maus nsubj<gelebt",
                "hat aux<gelebt",
                "in case<Riga",
                "Riga obl<gelebt",
                "gelebt root",
            ],
        ),
        (
            "tiger",
            "Maus/NE/sb<wurde wurde/VAFIN/root=werden von/APPR/sbp<gesehen Anna/NE/nk<von "
            "gesehen/VVPP/oc<wurde=sehen .",
            [
                "Maus nsubj:pass<gesehen",
                "wurde aux:pass<gesehen",
                "von case<Anna",
                "Anna obl:agent<gesehen",
                "gesehen root",
            ],
        ),
        (
            "tiger",
            "Maus/NE/sb<kam kam/VVFIN/root=kommen ,<kam Anna/NE/cj<Maus und/KON/cd<Anna "
            "Rita/NE/cj<und .",
            ["Maus nsubj<kam", "kam root", "Anna conj<Maus", "und cc<Rita", "Rita conj<Anna"],
        ),
        (
            "tiger",
            "Er/PPER/sb<sagte sagte/VVFIN/root=sagen ,<kommt dass/KOUS/cp<kommt Anna/NE/sb<kommt "
            "kommt/VVFIN/oc<sagte=kommen .",
            [
                "Er nsubj<sagte",
                "sagte root",
                "dass mark<kommt",
                "Anna nsubj<kommt",
                "kommt ccomp<sagte",
            ],
        ),
        (
            "tiger",
            "Er/PPER/sb<plant plant/VVFIN/root=planen ,<kommen zu/PTKZU/pm<kommen "
            "kommen/VVINF/oc<plant .",
            ["Er nsubj<plant", "plant root", "zu mark<kommen", "kommen xcomp<plant"],
        ),
        (
            "clear",
            "He/PRP/nsubj<is is/VBZ:AUX/root=be difficult/JJ/acomp<is .",
            ["He nsubj<difficult", "is cop<difficult", "difficult root"],
        ),
        (
            "clear",
            "He/PRP/nsubj<lives lives/VBZ/root=live in/IN/prep<lives Syria/NNP/pobj<in .",
            ["He nsubj<lives", "lives root", "in case<Syria", "Syria obl<lives"],
        ),
        (
            "clear",
            "talks/NNS/nsubj<failed on/IN/prep<talks Syria/NNP/pobj<on failed/VBD/root=fail .",
            ["talks nsubj<failed", "on case<Syria", "Syria nmod<talks", "failed root"],
        ),
        (
            "clear",
            "He/PRP/nsubj<gave gave/VBD/root=give Kyiv/NNP/dative<gave help/NN/dobj<gave .",
            ["He nsubj<gave", "gave root", "Kyiv iobj<gave", "help obj<gave"],
        ),
    ],
)
def test_structure_is_turned(scheme: str, foreign: str, expected: list[str]) -> None:
    assert shape(convert(foreign, scheme)) == expected


def test_universal_trees_are_left_alone() -> None:
    node = Node(0, "a", "a", "NOUN", "NN", "whatever", 0, {})
    assert to_universal([node], "ud")[0].dep == "whatever"


def test_an_unknown_label_is_a_mere_dependent() -> None:
    tree = convert("Maus/NE/zz<kam kam/VVFIN/root=kommen .", "tiger")
    assert tree[0].dep == "dep"


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from((("tiger", "de", TIGER), ("clear", "en", CLEAR))))
def test_turning_keeps_a_tree(data: st.DataObject, how: tuple[str, str, list[str]]) -> None:
    """Whatever the labels: no circle, one root a sentence as before, only universal labels."""
    scheme, lang, labels = how
    tree = data.draw(random_trees(lang, labels=labels))
    nodes = [
        Node(t.i, t.text, t.lemma, t.pos, t.tag, t.dep.replace("root", "ROOT"), t.head, t.morph)
        for t in tree.tokens
    ]
    before = sum(n.head == n.i for n in nodes)
    turned = to_universal(nodes, scheme)
    assert sum(n.head == n.i for n in turned) == before
    for node in turned:
        at, seen = node, set()
        while at.head != at.i:
            assert at.i not in seen
            seen.add(at.i)
            at = turned[at.head]
    assert {n.dep for n in turned} <= {*LABELS, "root"}


def test_a_foreign_office_is_found() -> None:
    tree = convert(
        "US-Präsident/NN/nk<Trump Donald/NE/pnc<Trump^PER Trump/NE/sb<floh^I "
        "floh/VVFIN/root=fliehen .",
        "tiger",
    )
    assert {s.rule for s in read(tree).statements} == {"role-title", "active-main"}
