"""Open triples: the facts of a sentence in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import draw, parse, random_trees, words_of

from kg.reading.clauses import find_clauses
from kg.reading.mending import mend_tree
from kg.reading.open_triples import LONGEST_SENTENCE, PRINTED, find_facts, find_triples
from kg.reading.trees import Tree


def triples(tree: Tree) -> list[str]:
    words = words_of(tree.lang)
    tree = mend_tree(tree, words)
    return [" | ".join(triple) for triple in find_triples(tree, find_clauses(tree, words), words)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("active", ["Die Bank | verkauft | das Haus"]),
        ("perfect", ["Der IS | hatte verloren | seine letzte Bastion in Syrien"]),
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
            ["Karl Maus | ist | Präsident", "Karl Maus | ist Präsident | von Kenia"],
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
        ("relative-subject", []),
        ("office-after-comma", []),
        ("subject-control", ["Die Regierung | plant zu schließen | den Hafen"]),
        ("en-active", ["The army | seized | the town", "The army | seized the town | in Syria"]),
        ("en-phrasal", ["The police | called off | the search"]),
    ],
)
def test_triples(name: str, expected: list[str]) -> None:
    assert sorted(triples(parse(name))) == sorted(expected)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # a conjunct has the preposition and the auxiliary of the first
        (
            "Er/PPER/nsubj<wartet wartet/VVFIN/root=warten auf/APPR/case<Briefe "
            "Briefe/NN/obl<wartet und/KON/cc<Pakete Pakete/NN/conj<Briefe .",
            ["Er | wartet | auf Briefe", "Er | wartet | auf Pakete"],
        ),
        (
            "Sie/PPER/nsubj:pass<gefasst wurde/VAFIN/aux:pass<gefasst=werden in/APPR/case<Riga "
            "Riga/NE/obl<gefasst gefasst/VVPP/root=fassen und/KON/cc<gebracht nach/APPR/case<Lyon "
            "Lyon/NE/obl<gebracht gebracht/VVPP/conj<gefasst=bringen .",
            ["Sie | wurde gefasst | in Riga", "Sie | wurde gebracht | nach Lyon"],
        ),
        # what somebody becomes is shed of what hangs behind it, an object is not
        (
            "Danach/ADV/advmod<wurde wurde/VAFIN/root=werden er/PPER/nsubj<Richter "
            "Richter/NN/xcomp<wurde des/ART/det<Gerichts "
            "Gerichts/NN/nmod<Richter{Case=Gen} in/APPR/case<Kenia Kenia/NE/nmod<Gerichts .",
            [
                "er | wurde | Richter",
                "er | wurde Richter | des Gerichts",
                "er | wurde Richter des Gerichts | in Kenia",
            ],
        ),
        (
            "Er/PPER/nsubj<zog zog/VVFIN/root=ziehen Vergleiche/NN/obj<zog zu/APPR/case<Lyon "
            "Lyon/NE/nmod<Vergleiche und/KON/cc<Riga Riga/NE/conj<Lyon .",
            ["Er | zog | Vergleiche zu Lyon", "Er | zog | Vergleiche zu Riga"],
        ),
        # an adjective goes with the verb
        (
            "Er/PPER/nsubj<wichtig ist/VAFIN/cop<wichtig=sein für/APPR/case<Handel "
            "den/ART/det<Handel Handel/NN/obl<wichtig wichtig/ADJD/root .",
            ["Er | ist wichtig | für den Handel"],
        ),
        # beside an object only what the verb asks for; behind another oblique only a number
        (
            "Die/ART/det<USA USA/NE/nsubj<riefen riefen/VVFIN/root=aufrufen "
            "Kenia/NE/obj<riefen zu/APPR/case<Hilfe Hilfe/NN/obl<riefen im/APPRART/case<Mai "
            "Mai/NN/obl<riefen auf/PTKVZ/compound:prt<riefen .",
            ["Die USA | riefen auf | Kenia", "Die USA | riefen auf Kenia | zu Hilfe"],
        ),
        (
            "Er/PPER/nsubj<sang sang/VVFIN/root=singen 1998/CARD/obl<sang in/APPR/case<Halle "
            "der/ART/det<Halle Halle/NN/obl<sang am/APPRART/case<Fluss Fluss/NN/obl<sang .",
            ["Er | sang | 1998", "Er | sang | in der Halle"],
        ),
        # what is said stays with who says it
        (
            "Er/PPER/nsubj<sagte sagte/VVFIN/root=sagen , dass/KOUS/mark<verkauft "
            "Maus/NE/nsubj<verkauft Häuser/NN/obj<verkauft verkauft/VVFIN/ccomp<sagte=verkaufen .",
            ["Er | sagte | dass Maus Häuser verkauft"],
        ),
        (
            "Maus/NE/nsubj<verkauft verkauft/VVFIN/root=verkaufen Häuser/NN/obj<verkauft , "
            "sagte/VVFIN/parataxis<verkauft=sagen er/PPER/nsubj<sagte .",
            [],
        ),
        (
            "„ Maus/NE/nsubj<verkauft verkauft/VVFIN/root=verkaufen Häuser/NN/obj<verkauft . “",
            [],
        ),
        # a result is not said, a condition or a purpose is no fact, a question neither
        (
            "Er/PPER/nsubj<rief rief/VVFIN/root=rufen so/ADV/advmod<rief , dass/KOUS/mark<kam "
            "Maus/NE/nsubj<kam kam/VVFIN/ccomp<rief=kommen .",
            [],
        ),
        (
            "Er/PPER/nsubj<wohnt wohnt/VVFIN/root=wohnen in/APPR/case<Riga Riga/NE/obl<wohnt , "
            "wenn/KOUS/mark<verkauft Maus/NE/nsubj<verkauft Häuser/NN/obj<verkauft "
            "verkauft/VVFIN/advcl<wohnt=verkaufen .",
            ["Er | wohnt | in Riga"],
        ),
        (
            "Verkauft/VVFIN/root=verkaufen Maus/NE/nsubj<Verkauft Häuser/NN/obj<Verkauft ?",
            [],
        ),
        (
            "Er/PPER/nsubj<wohnt wohnt/VVFIN/root=wohnen in/APPR/case<Riga Riga/NE/obl<wohnt , "
            "seit/KOUS/mark<verkauft Maus/NE/nsubj<verkauft Häuser/NN/obj<verkauft "
            "verkauft/VVFIN/advcl<wohnt=verkaufen .",
            ["Er | wohnt | in Riga", "Maus | verkauft | Häuser"],
        ),
        # a denial is among the words, or nothing is printed
        (
            "Er/PPER/nsubj<verkauft verkauft/VVFIN/root=verkaufen nicht/PTKNEG/advmod<verkauft "
            "Häuser/NN/obj<verkauft .",
            ["Er | verkauft nicht | Häuser"],
        ),
        (
            "Weder/KON/cc:preconj<Er Er/PPER/nsubj<verkauft noch/KON/cc<Maus Maus/NE/conj<Er "
            "verkauft/VVFIN/root=verkaufen Häuser/NN/obj<verkauft .",
            [],
        ),
        # two subjects that nothing joins: one of them is none
        (
            "Riga/NE/nsubj:pass<gekauft wurde/VAFIN/aux:pass<gekauft=werden "
            "Schiff/NN/nsubj:pass<gekauft in/APPR/case<Lyon Lyon/NE/obl<gekauft "
            "gekauft/VVPP/root=kaufen .",
            [],
        ),
        # "es" that stands for something
        (
            "Es/PPER/nsubj<hat hat/VVFIN/root=haben zwei/CARD/nummod<Häfen Häfen/NN/obj<hat .",
            ["Es | hat | zwei Häfen"],
        ),
        # a title takes its name along, a noun with an article does not; a name in quotation
        # marks goes with its noun
        (
            "Lady/NN/nsubj<verkauft Mary/NE/appos<Lady verkauft/VVFIN/root=verkaufen "
            "den/ART/det<Film Film/NN/obj<verkauft „ Wind/NN/appos<Film “ .",
            ["Lady Mary | verkauft | den Film „Wind“"],
        ),
        (
            "Die/ART/det<Ärztin Ärztin/NN/nsubj<verkauft Maus/NE/appos<Ärztin "
            "verkauft/VVFIN/root=verkaufen Häuser/NN/obj<verkauft .",
            ["Die Ärztin | verkauft | Häuser"],
        ),
    ],
)
def test_german_facts(drawn: str, expected: list[str]) -> None:
    assert triples(draw(drawn)) == expected


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # what hangs behind a noun is a fact of its own, but an indefinite noun keeps its "of"
        (
            "Maus/NNP/nsubj<leads leads/VBZ/root=lead the/DT/det<office office/NN/obj<leads "
            "of/IN/case<trade trade/NN/nmod<office in/IN/case<Riga Riga/NNP/nmod<trade .",
            [
                "Maus | leads | the office",
                "Maus | leads the office | of trade",
                "Maus | leads the office of trade | in Riga",
            ],
        ),
        (
            "Maus/NNP/nsubj<leads leads/VBZ/root=lead a/DT/det<group group/NN/obj<leads "
            "of/IN/case<friends friends/NNS/nmod<group in/IN/case<Riga Riga/NNP/nmod<friends .",
            ["Maus | leads | a group of friends", "Maus | leads a group of friends | in Riga"],
        ),
        # so is what stands beside an object, and what opens the sentence
        (
            "In/IN/case<May May/NNP/obl<sold , he/PRP/nsubj<sold sold/VBD/root=sell "
            "ships/NNS/obj<sold to/IN/case<Kenya Kenya/NNP/obl<sold .",
            ["he | sold | ships", "he | sold ships | In May", "he | sold ships | to Kenya"],
        ),
        # a participle and a relative clause speak of their noun
        (
            "A/DT/det<law law/NN/nsubj<helps signed/VBN/acl<law=sign by/IN/case<Maus "
            "Maus/NNP/obl:agent<signed helps/VBZ/root=help Kenya/NNP/obj<helps .",
            ["A law | signed | by Maus", "A law | helps | Kenya"],
        ),
        (
            "The/DT/det<bank bank/NN/nsubj<left , which/WDT/nsubj<owns owns/VBZ/acl:relcl<bank=own "
            "ships/NNS/obj<owns , left/VBD/root=leave Riga/NNP/obj<left .",
            ["The bank | owns | ships", "The bank | left | Riga"],
        ),
        # but not where somebody else is its subject
        (
            "The/DT/det<bank bank/NN/nsubj<left that/WDT/obj<owns he/PRP/nsubj<owns "
            "owns/VBZ/acl:relcl<bank=own left/VBD/root=leave Riga/NNP/obj<left .",
            ["The bank | left | Riga"],
        ),
        # an infinitive takes the verb above it along
        (
            "He/PRP/nsubj<tried tried/VBD/root=try to/TO/mark<sell sell/VB/xcomp<tried "
            "ships/NNS/obj<sell in/IN/case<Riga Riga/NNP/obl<sell .",
            ["He | tried to sell | ships", "He | tried to sell ships | in Riga"],
        ),
        (
            "He/PRP/nsubj<able is/VBZ:AUX/cop<able=be able/JJ/root to/TO/mark<buy "
            "buy/VB/xcomp<able ships/NNS/obj<buy and/CC/cc<leave leave/VB/conj<buy "
            "Riga/NNP/obj<leave .",
            ["He | is able to buy | ships", "He | is able to leave | Riga"],
        ),
        (
            "Neither/CC/cc:preconj<He He/PRP/nsubj<tried nor/CC/cc<Maus Maus/NNP/conj<He "
            "tried/VBD/root=try to/TO/mark<sell sell/VB/xcomp<tried ships/NNS/obj<sell .",
            [],
        ),
        # no phrase ends in an article
        (
            "He/PRP/nsubj<left left/VBD/root=leave Riga/NNP/obj<left the/DT/det<Riga .",
            ["He | left | Riga"],
        ),
        # a suspicion without "that"; a verb that says nothing has no content
        (
            "He/PRP/nsubj<said said/VBD/root=say Maus/NNP/nsubj<left left/VBD/ccomp<said=leave .",
            ["He | said | Maus left"],
        ),
        (
            "He/PRP/nsubj<made made/VBD/root=make Maus/NNP/nsubj<left left/VBD/ccomp<made=leave .",
            [],
        ),
        (
            "He/PRP/nsubj<sell did/VBD:AUX/aux<sell=do n't/RB:PART/advmod<sell=not "
            "sell/VB/root ships/NNS/obj<sell .",
            ["He | did n't sell | ships"],
        ),
    ],
)
def test_english_facts(drawn: str, expected: list[str]) -> None:
    assert triples(draw(drawn, "en")) == expected


def test_a_sentence_without_end_prints_nothing() -> None:
    some = " ".join(["in/IN/case<Riga Riga/NNP/obl<left"] * LONGEST_SENTENCE)
    assert triples(draw(f"He/PRP/nsubj<left left/VBD/root=leave {some} .", "en")) == []


def test_the_same_words_are_one_fact() -> None:
    tree = draw(
        "Er/PPER/nsubj<wurde wurde/VAFIN/root=werden Richter/NN/xcomp<wurde und/KON/cc<wurde "
        "wurde/VAFIN/conj<wurde=werden Richter/NN/xcomp<wurde ."
    )
    assert triples(tree) == ["Er | wurde | Richter"]


@pytest.mark.parametrize("name", ["perfect", "copula-office", "passive-von", "en-active"])
def test_only_shapes_that_the_language_prints(name: str) -> None:
    tree = parse(name)
    words = words_of(tree.lang)
    found = {fact.shape for fact in find_facts(tree, find_clauses(tree, words), words)}
    assert found
    assert found <= PRINTED[tree.lang]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("de", "en")).flatmap(random_trees))
def test_laws_of_triples(tree: Tree) -> None:
    """Each once, three filled cells, no word that the text has not."""
    words = words_of(tree.lang)
    found = find_triples(tree, find_clauses(tree, words), words)
    assert len(set(found)) == len(found)
    text = "".join(tree.text.split())
    known = {t.text for t in tree.tokens}
    for subject, relation, obj in found:
        assert subject
        assert relation
        assert obj
        assert "".join(subject.split()) in text
        assert all(word in known or word in tree.text for word in relation.split())
