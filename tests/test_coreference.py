"""Whom a pronoun or a description stands for; a wrong link is worse than none."""

from __future__ import annotations

import pytest
from treebank import draw, mention_lines, parse, read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pronoun-he", "Er: person -> Karl Maus"),
        ("pronoun-group", "er: armed_group -> IS"),
        ("pronoun-speech", "Er: person -> Karl Maus"),
        ("pronoun-she", "Sie: person -> Anna Maus"),
        ("militia", "Terrormiliz: armed_group -> IS"),
        ("en-pronoun", "He: person -> John Mouse"),
        ("president-again", "Präsident: person -> Donald Trump"),
    ],
)
def test_links(name: str, expected: str) -> None:
    assert expected in mention_lines(parse(name))


@pytest.mark.parametrize(
    ("name", "swaps"),
    [
        ("pronoun-two", {}),
        ("pronoun-quote", {}),
        ("pronoun-he", {"Er": "Sie"}),
        ("pronoun-she", {"Sie": "Er"}),
        ("pronoun-he", {"Karl": "Uruk"}),
    ],
)
def test_no_link(name: str, swaps: dict[str, str]) -> None:
    tree = parse(name, swaps)
    if name.startswith("pronoun-he") and swaps.get("Er"):
        tree = draw(
            "Karl/NE/nsubj<verließ^PER verließ/VVFIN/root=verlassen die/ART/det<Stadt "
            "Stadt/NN/obj<verließ .\nSie/PPER/nsubj<brannte=sie "
            "brannte/VVFIN/root=brennen{Number=Sing|VerbForm=Fin} ."
        )
    assert not [line for line in mention_lines(tree) if "->" in line]


def test_a_plural_sie_is_left_alone() -> None:
    tree = draw(
        "Anna/NE/nsubj<kam^PER kam/VVFIN/root=kommen .\nSie/PPER/nsubj<flohen=sie "
        "flohen/VVFIN/root=fliehen{Number=Plur|VerbForm=Fin} ."
    )
    assert not [line for line in mention_lines(tree) if "->" in line]


def test_a_pronoun_does_not_look_far_back() -> None:
    filler = "\n".join(["Es/PPER/expl<regnete regnete/VVFIN/root=regnen ."] * 3)
    tree = draw(
        "Karl/NE/nsubj<kam^PER kam/VVFIN/root=kommen .\n"
        f"{filler}\nEr/PPER/nsubj<floh=er floh/VVFIN/root=fliehen ."
    )
    assert not [line for line in mention_lines(tree) if "->" in line]


def test_a_link_goes_to_the_name_and_says_why() -> None:
    tree = draw(
        "Karl/NE/nsubj<kam^PER kam/VVFIN/root=kommen .\n"
        "Er/PPER/nsubj<aß=er aß/VVFIN/root=essen .\n"
        "Er/PPER/nsubj<floh=er floh/VVFIN/root=fliehen ."
    )
    linked = [m for m in read(tree).mentions if m.refers]
    assert [tree.slice(m.refers) for m in linked if m.refers] == ["Karl", "Karl"]
    assert all(m.reason and m.reason.startswith("pronoun") and not m.named for m in linked)


def test_the_statement_denotes_the_pronoun_s_own_mention() -> None:
    tree = parse("pronoun-he")
    (found,) = [s for s in read(tree).statements if s.relation.lemma == "verkaufen"]
    assert found.subject is not None
    assert found.subject.mention is not None
    assert tree.slice(found.subject.mention) == "Er"


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("Die/ART/det<Terrormiliz Terrormiliz/NN/nsubj<floh floh/VVFIN/root=fliehen .", True),
        ("Eine/ART/det<Terrormiliz Terrormiliz/NN/nsubj<floh floh/VVFIN/root=fliehen .", False),
        (
            "Die/ART/det<Terrormiliz andere/ADJA/amod<Terrormiliz Terrormiliz/NN/nsubj<floh "
            "floh/VVFIN/root=fliehen .",
            False,
        ),
        (
            "Die/ART/det<Terrormiliz Terrormiliz/NN/nsubj<floh in/APPR/case<Kenia "
            "Kenia/NE/nmod<Terrormiliz floh/VVFIN/root=fliehen .",
            False,
        ),
    ],
)
def test_a_description_refers_when_it_is_bare_and_definite(words: str, linked: bool) -> None:
    first = (
        "Die/ART/det<Terrormiliz Terrormiliz/NN/nsubj<verlor IS/NE/appos<Terrormiliz^ORG "
        "verlor/VVFIN/root=verlieren ."
    )
    lines = mention_lines(draw(f"{first}\n{words}"))
    assert ("Terrormiliz: armed_group -> IS" in lines) is linked


def test_a_description_of_two_is_of_none() -> None:
    tree = draw(
        "Präsident/NN/nsubj<kam Karl/NE/flat:name<Präsident^PER Maus/NE/flat:name<Präsident^I "
        "kam/VVFIN/root=kommen .\n"
        "Präsident/NN/nsubj<kam Hans/NE/flat:name<Präsident^PER Katz/NE/flat:name<Präsident^I "
        "kam/VVFIN/root=kommen .\n"
        "Der/ART/det<Präsident Präsident/NN/nsubj<floh floh/VVFIN/root=fliehen ."
    )
    assert not [line for line in mention_lines(tree) if "->" in line]


def test_the_office_once_named_refers() -> None:
    tree = draw(
        "Präsident/NN/nsubj<kam Karl/NE/flat:name<Präsident^PER Maus/NE/flat:name<Präsident^I "
        "kam/VVFIN/root=kommen .\n"
        "Der/ART/det<Präsident Präsident/NN/nsubj<floh floh/VVFIN/root=fliehen ."
    )
    assert "Präsident: person -> Karl Maus" in mention_lines(tree)


def test_a_possessive_belongs_to_the_subject_of_its_clause() -> None:
    tree = draw(
        "Karl/NE/nsubj<verkaufte^PER Maus/NE/flat:name<Karl^I verkaufte/VVFIN/root=verkaufen "
        "sein/PPOSAT:DET/det:poss<Haus=sein Haus/NN/obj<verkaufte ."
    )
    assert "sein: person -> Karl Maus" in mention_lines(tree)


def test_the_first_person_of_a_quotation_is_its_speaker() -> None:
    tree = draw(
        "„ Wir/PPER/nsubj<verlassen=wir verlassen/VVFIN/ccomp<sagte die/ART/det<Stadt "
        "Stadt/NN/obj<verlassen “ ,<sagte sagte/VVFIN/root=sagen Karl/NE/nsubj<sagte^PER ."
    )
    (found,) = [m for m in read(tree).mentions if m.text == "Wir"]
    assert found.refers is not None
    assert tree.slice(found.refers) == "Karl"
    assert found.reason == "first person: the speaker of these words"


def test_a_first_person_without_a_speaker_is_nobody() -> None:
    tree = draw(
        "„ Wir/PPER/nsubj<verlassen=wir verlassen/VVFIN/root=verlassen die/ART/det<Stadt "
        "Stadt/NN/obj<verlassen . “"
    )
    assert not [m for m in read(tree).mentions if m.text == "Wir"]


def test_a_description_takes_up_the_same_noun() -> None:
    tree = draw(
        "Ein/ART/det<Sondergericht Sondergericht/NN/nsubj<kam kam/VVFIN/root=kommen .\n"
        "Das/ART/det<Gericht Gericht/NN/nsubj<ging ging/VVFIN/root=gehen ."
    )
    assert any("Gericht: " in line and "-> Sondergericht" in line for line in mention_lines(tree))


def test_it_does_not_take_up_one_among_several() -> None:
    tree = draw(
        "Vor/APPR/case<Gericht Gericht/NN/obl<kam Karl/NE/nsubj<kam^PER kam/VVFIN/root=kommen .\n"
        "Das/ART/det<Gericht Gericht/NN/nsubj<ging ging/VVFIN/root=gehen ."
    )
    assert not [line for line in mention_lines(tree) if line.startswith("Gericht") and "->" in line]
