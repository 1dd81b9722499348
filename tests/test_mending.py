"""What a parser is known to get wrong, put right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from treebank import draw, facts, parse, random_trees, words_of

from kg.reading.mending import mend_tree
from kg.reading.trees import Tree, make_tree

WORDS = words_of("de")


def test_what_hangs_below_an_auxiliary_moves_to_the_verb() -> None:
    tree = mend_tree(
        draw(
            "Maus/NE/nsubj<hat hat/VAFIN/aux<verkauft=haben Häuser/NN/obj<hat=Haus "
            "verkauft/VVPP/root=verkaufen ."
        ),
        WORDS,
    )
    assert [tree[t.head].text for t in tree.tokens[:3]] == ["verkauft"] * 3
    assert facts(tree) == ["Maus | verkaufen | Häuser"]


@pytest.mark.parametrize(
    ("particle", "label"),
    [("zurück", "compound:prt"), ("fest", "compound:prt"), ("gestern", "advmod")],
)
def test_only_a_particle_is_a_particle(particle: str, label: str) -> None:
    tree = draw(f"Maus/NE/nsubj<trat trat/VVFIN/root=treten {particle}/PTKVZ/compound:prt<trat .")
    assert mend_tree(tree, WORDS)[2].dep == label


@pytest.mark.parametrize(
    ("form", "tag", "lemma"),
    [
        ("sagte", "VVFIN", "sagen"),
        ("zurückzunehmen", "VVIZU", "zurücknehmen"),
        ("festgenommen", "VVPP", "festnehmen"),
        ("habe", "VAFIN", "haben"),
        ("seien", "VAFIN", "sein"),
        ("xyzt", "VVFIN", "Falsch"),
    ],
)
def test_the_table_knows_the_verb_better(form: str, tag: str, lemma: str) -> None:
    assert mend_tree(draw(f"{form}/{tag}/root=Falsch ."), WORDS)[0].lemma == lemma


def test_a_noun_keeps_its_lemma() -> None:
    assert mend_tree(draw("Sagen/NN/root=Sage ."), WORDS)[0].lemma == "Sage"


def test_a_head_in_another_sentence_is_none() -> None:
    tree = draw("Maus/NE/nsubj<kam kam/VVFIN/root=kommen .\nAnna/NE/nsubj<ging ging/VVFIN/root .")
    tokens = [replace(t, head=1) if t.text == "Anna" else t for t in tree.tokens]
    mended = mend_tree(make_tree(tree.text, "de", tokens, tree.sentences), WORDS)
    assert (mended[3].head, mended[3].dep) == (3, "root")


def test_roots_have_one_label() -> None:
    tree = draw("Maus/NE/nsubj<kam kam/VVFIN/root=kommen .")
    tokens = [replace(t, dep="ROOT") if t.head == t.i else t for t in tree.tokens]
    assert mend_tree(make_tree(tree.text, "de", tokens, tree.sentences), WORDS)[1].dep == "root"


def test_a_sound_parse_keeps_its_shape() -> None:
    for name in ("perfect", "passive-von", "relative-object", "object-control", "free-run"):
        tree = parse(name)
        mended = mend_tree(tree, WORDS)
        assert [(t.head, t.dep) for t in mended.tokens] == [(t.head, t.dep) for t in tree.tokens]


@settings(max_examples=400, deadline=None)
@given(random_trees())
def test_mending_keeps_a_tree(tree: Tree) -> None:
    """No word moves, no circle arises, every head stays in its sentence."""
    mended = mend_tree(tree, WORDS)
    assert [(t.start, t.end, t.text) for t in mended.tokens] == [
        (t.start, t.end, t.text) for t in tree.tokens
    ]
    for token in mended.tokens:
        at, seen = token, set()
        while at.head != at.i:
            assert at.i not in seen
            seen.add(at.i)
            assert mended[at.head].sent == at.sent
            at = mended[at.head]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # "der" before a masculine noun is a nominative, before a feminine one it is not
        (
            "Häuser/NN/nsubj<kaufte=Haus kaufte/VVFIN/root=kaufen der/ART/det<Mann "
            "Mann/NN/obl:arg<kaufte{Gender=Masc|Number=Sing} .",
            ["der Mann | kaufen | Häuser"],
        ),
        (
            "Maus/NE/nsubj<half half/VVFIN/root=helfen der/ART/det<Behörde "
            "Behörde/NN/obl:arg<half{Gender=Masc|Number=Sing} .",
            ["Maus | helfen | der Behörde"],
        ),
        # when it was, is no participant
        (
            "Gestern/ADV/advmod<kaufte kaufte/VVFIN/root=kaufen letzte/ADJA/amod<Woche "
            "Woche/NN/nsubj<kaufte Maus/NE/obj<kaufte Häuser/NN/obj<kaufte=Haus .",
            ["Maus | kaufen | Häuser"],
        ),
        # a noun with a preposition is no subject, unless the preposition counts
        (
            "Auf/APPR/case<Messe der/ART/det<Messe Messe/NN/nsubj:pass<gekauft "
            "wurde/VAFIN/aux:pass<gekauft=werden Maus/NE/nsubj:pass<gekauft "
            "gekauft/VVPP/root=kaufen .",
            ["- | kaufen | Maus"],
        ),
        (
            "Über/APPR/case<Häuser 30/CARD/nummod<Häuser Häuser/NN/nsubj<brannten "
            "brannten/VVFIN/root=brennen .",
            ["30 Häuser | brennen | -"],
        ),
        # what has a subject and an object and looks like a verb is no adjective
        (
            "Gestern/ADV/advmod<kaufte kaufte/ADJA/root Maus/NE/nsubj<kaufte "
            "Häuser/NN/obj<kaufte .",
            ["Maus | kaufen | Häuser"],
        ),
        # a postposition belongs to the noun before it
        (
            "Maus/NE/nsubj<kaufte kaufte/VVFIN/root=kaufen der/ART/det<Meldung "
            "Meldung/NN/obl:arg<kaufte zufolge/APPO/compound:prt<kaufte Häuser/NN/obj<kaufte .",
            ["Maus | kaufen | Häuser [indirect: der Meldung]"],
        ),
        # "wird verkaufen" is no passive, whatever the tagger says
        (
            "Maus/NE/nsubj:pass<verkaufen wird/VAFIN/aux:pass<verkaufen=werden "
            "Häuser/NN/obj<verkaufen verkaufen/VVPP/root .",
            ["Maus | verkaufen | Häuser [future]"],
        ),
        # a perfect makes the verb a participle
        (
            "Maus/NE/nsubj<durchgefallen ist/VAFIN/aux:pass<durchgefallen=sein "
            "durchgefallen/VVINF/root=durchgefallen .",
            ["Maus | durchfallen | -"],
        ),
        # "sagte weiter" is still "sagen"
        (
            "Er/PPER/nsubj<sagte sagte/VVFIN/root=sagen weiter/ADV/compound:prt<sagte , "
            "Maus/NE/nsubj<komme komme/VVFIN/ccomp<sagte=kommen .",
            ["Maus | kommen | - [indirect: Er]"],
        ),
    ],
)
def test_mended_faults_make_right_facts(drawn: str, expected: list[str]) -> None:
    assert facts(draw(drawn)) == expected


@pytest.mark.parametrize(
    ("drawn", "head"),
    [
        (
            "Dann/ADV/advmod<wurde wurde/VAFIN/root=werden er/PPER/nsubj<Arzt "
            "Arzt/NN/xcomp<wurde .",
            1,
        ),
        (
            "Er/PPER/nsubj<sah sah/VVFIN/root=sehen sie/PPER/nsubj<kommen kommen/VVINF/xcomp<sah .",
            3,
        ),
    ],
)
def test_who_becomes_something_is_the_subject_of_becoming(drawn: str, head: int) -> None:
    assert mend_tree(draw(drawn), WORDS)[2].head == head


def test_a_passive_of_two_verbs_is_not_of_the_one_with_sein() -> None:
    tree = draw("Maus/NE/obl:arg<geraten wurde/VAFIN/aux:pass<geraten=werden geraten/VVPP/root .")
    assert mend_tree(tree, WORDS)[2].lemma == "raten"


def test_a_dictionary_form_is_not_a_past_tense() -> None:
    tree = draw("abzuschalten/VVIZU/root=Falsch .")
    assert mend_tree(tree, WORDS)[0].lemma == "abschalten"


def test_a_postposition_takes_no_noun_that_hangs_below_it() -> None:
    below = draw("Maus/NE/nsubj<zufolge zufolge/APPO/root<zufolge")
    assert mend_tree(below, WORDS)[1].dep == "root"


@pytest.mark.parametrize(
    ("form", "label"), [("bekannt", "compound:prt"), ("klar", "xcomp")], ids=["known", "not"]
)
def test_a_particle_before_a_verb_that_ends_its_clause(form: str, label: str) -> None:
    line = (
        f"Wie/KOUS/mark<gab Anna/NE/nsubj<gab {form}/ADJD/xcomp<gab "
        "gab/VVFIN/advcl<fehlt=geben , fehlt/VVFIN/root=fehlen Geld/NN/nsubj<fehlt ."
    )
    assert mend_tree(draw(line), WORDS)[2].dep == label
