"""Whom a pronoun or a description stands for; a wrong link is worse than none."""

from __future__ import annotations

from pathlib import Path

import pytest
from treebank import draw, mention_lines, parse, read, words_of

from kg.errors import LexiconError
from kg.reading import antecedents
from kg.reading.referents import is_person, is_plural


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


# persons that no lexicon of actors lists

RENTNERIN = "Eine/ART/det<Rentnerin Rentnerin/NN/nsubj<fiel{Gender=Fem} fiel/VVFIN/root=fallen ."
SHE = "Sie/PPER/nsubj<floh=sie floh/VVFIN/root=fliehen{Number=Sing|VerbForm=Fin} ."


def test_a_noun_for_a_person_is_a_mention_only_where_it_is_taken_up() -> None:
    assert mention_lines(draw(RENTNERIN)) == []
    assert mention_lines(draw(f"{RENTNERIN}\n{SHE}")) == [
        "Rentnerin: person",
        "Sie: person -> Rentnerin",
    ]


@pytest.mark.parametrize(("age", "expected"), [("46", ["46-Jährige: person -> Karl"]), ("50", [])])
def test_an_age_says_who_is_meant(age: str, expected: list[str]) -> None:
    tree = draw(
        "Karl/NE/nsubj<kam^PER (<46 46/CARD:NUM/appos<Karl )<46 kam/VVFIN/root=kommen .\n"
        f"Der/ART/det<{age}-Jährige {age}-Jährige/NN/nsubj<floh floh/VVFIN/root=fliehen ."
    )
    assert [line for line in mention_lines(tree) if "Jährige" in line] == expected


def test_an_adjective_of_age_is_nobody_beside_its_noun() -> None:
    tree = draw(
        "Ein/ART/det<Rentner 46-jähriger/ADJA/amod<Rentner Rentner/NN/nsubj<fiel{Gender=Masc} "
        "fiel/VVFIN/root=fallen .\n"
        "Er/PPER/nsubj<floh=er floh/VVFIN/root=fliehen{Number=Sing|VerbForm=Fin} ."
    )
    assert mention_lines(tree) == ["Rentner: person", "Er: person -> Rentner"]


def test_the_shipped_nouns_for_persons_are_known() -> None:
    words = words_of("de")
    for noun in sorted(words.classes["person_noun"] | words.classes["general_person"]):
        tree = draw(f"{noun}/NN/nsubj<kam{{Gender=Masc}} kam/VVFIN/root=kommen .")
        known = words.find_role(noun) or words.find_kind(noun)
        assert known or is_person(tree, tree[0], words), noun


def test_the_object_den_studenten_is_one() -> None:
    tree = draw(
        "Karl/NE/nsubj<sah^PER sah/VVFIN/root=sehen den/ART/det<Studenten "
        "Studenten/NN/obj<sah=Student{Number=Plur|Gender=Masc} ."
    )
    assert not is_plural(tree, 3)


# who does not come in question


def test_a_thing_stands_in_the_way() -> None:
    lines = (
        "Karl/NE/nsubj<sah^PER sah/VVFIN/root=sehen etwas/PIS/obj<sah .",
        "Der/ART/det<Wagen Wagen/NN/nsubj<stand{Gender=Masc} stand/VVFIN/root=stehen .",
        "Er/PPER/nsubj<brannte=er brannte/VVFIN/root=brennen{Number=Sing|VerbForm=Fin} .",
    )
    assert "->" not in "".join(mention_lines(draw("\n".join(lines))))
    assert "Er: person -> Karl" in mention_lines(draw("\n".join([lines[0], lines[2]])))


def test_another_argument_of_the_verb_is_somebody_else() -> None:
    tree = draw(
        "Von/APPR/case<Karl Karl/NE/obl<hörte^PER hörte/VVFIN/root=hören{VerbForm=Fin} "
        "er/PPER/nsubj<hörte=er nichts/PIS/obj<hörte ."
    )
    assert "->" not in "".join(mention_lines(tree))


@pytest.mark.parametrize(
    "late",
    [
        "Anna/NE/nsubj<machte^PER machte/VVFIN/root=machen ihn/PPER/obj<machte=er "
        "zum/APPRART/case<Präsidenten Präsidenten/NN/obl<machte=Präsident .",
        "Anna/NE/nsubj<wollte^PER wollte/VVFIN/root=wollen das/ART/det<Amt Amt/NN/obj<wollte "
        "des/ART/det<Präsidenten Präsidenten/NN/nmod<Amt=Präsident .",
    ],
)
def test_an_office_that_somebody_gets_is_not_its_holder(late: str) -> None:
    tree = draw(
        "Präsident/NN/nsubj<kam Karl/NE/flat:name<Präsident^PER Maus/NE/flat:name<Präsident^I "
        f"kam/VVFIN/root=kommen .\n{late}"
    )
    assert not [li for li in mention_lines(tree) if li.startswith("Präsidenten") and "->" in li]


def test_an_offender_is_no_victim() -> None:
    tree = draw(
        "Ein/ART/det<Angreifer Angreifer/NN/nsubj<kam{Gender=Masc} kam/VVFIN/root=kommen .\n"
        "Das/ART/det<Opfer Opfer/NN/nsubj<floh{Gender=Neut} floh/VVFIN/root=fliehen ."
    )
    assert "->" not in "".join(mention_lines(tree))


def test_another_first_name_is_somebody_else() -> None:
    tree = draw(
        "Minister/NN/nsubj<kam Karl/NE/flat:name<Minister^PER Maus/NE/flat:name<Minister^I "
        "kam/VVFIN/root=kommen .\n"
        "Anna/NE/nsubj<schlief^PER Maus/NE/flat:name<Anna^I schlief/VVFIN/root=schlafen .\n"
        "Der/ART/det<Minister Minister/NN/nsubj<floh floh/VVFIN/root=fliehen ."
    )
    assert "Minister: person -> Karl Maus" in mention_lines(tree)


def test_several_in_speech_may_be_named_outside_of_it() -> None:
    words = (
        "Kämpfer/NN/nsubj<fliehen{Gender=Masc|Number=Plur} fliehen/VVFIN/root=fliehen .\n"
        "Wir/PPER/nsubj<hoffen=wir hoffen/VVFIN/root=hoffen ,<kommen dass/KOUS/mark<kommen "
        "sie/PPER/nsubj<kommen{Number=Plur} kommen/VVFIN/ccomp<hoffen=kommen{Number=Plur} ."
    )
    assert "sie: group -> Kämpfer" in mention_lines(draw(words))
    assert "sie:" not in "".join(mention_lines(draw(f"„ {words} “")))


# what else is taken up


def test_dieser_is_the_last_one_named() -> None:
    tree = draw(
        "Karl/NE/nsubj<traf^PER traf/VVFIN/root=treffen Hans/NE/obj<traf^PER .\n"
        "Dieser/PDS/nsubj<floh=dieser floh/VVFIN/root=fliehen{Number=Sing|VerbForm=Fin} ."
    )
    assert "Dieser: person -> Hans" in mention_lines(tree)


def test_dieser_behind_a_preposition_may_be_a_thing() -> None:
    tree = draw(
        "Karl/NE/nsubj<traf^PER traf/VVFIN/root=treffen Hans/NE/obj<traf^PER .\n"
        "Bei/APPR/case<dieser dieser/PDS/obl<floh floh/VVFIN/root=fliehen Anna/NE/nsubj<floh^PER ."
    )
    assert "->" not in "".join(mention_lines(tree))


def test_dessen_belongs_to_the_last_one_but_not_in_a_relative_clause() -> None:
    tree = draw(
        "Anna/NE/nsubj<traf^PER traf/VVFIN/root=treffen Hans/NE/obj<traf^PER und/KON/cc<Freunde "
        "dessen/PDS/det:poss<Freunde=der Freunde/NN/conj<Hans{Gender=Masc|Number=Plur} ."
    )
    assert "dessen: person -> Hans" in mention_lines(tree)
    tree = draw(
        "Hans/NE/nsubj<kam^PER ,<brannte dessen/PRELAT:PRON/det:poss<Haus=der "
        "Haus/NN/nsubj<brannte brannte/VVFIN/acl:relcl<Hans=brennen ,<brannte "
        "kam/VVFIN/root=kommen ."
    )
    assert "->" not in "".join(mention_lines(tree))


def test_words_for_the_same_take_up_each_other() -> None:
    first = "Eine/ART/det<Firma Firma/NN/nsubj<kam{Gender=Fem} kam/VVFIN/root=kommen ."
    late = "Das/ART/det<Unternehmen Unternehmen/NN/nsubj<ging{Gender=Neut} ging/VVFIN/root=gehen ."
    assert "Unternehmen: company -> Firma" in mention_lines(draw(f"{first}\n{late}"))


def test_the_two_are_the_two_just_named() -> None:
    tree = draw(
        "Zwei/CARD/nummod<Töchter Töchter/NN/nsubj<kamen=Tochter{Gender=Fem|Number=Plur} "
        "kamen/VVFIN/root=kommen .\n"
        "Die/ART/det<Frauen beiden/PIAT/det<Frauen=beide "
        "Frauen/NN/nsubj<lachten=Frau{Gender=Fem|Number=Plur} lachten/VVFIN/root=lachen ."
    )
    assert "Frauen: group -> Töchter" in mention_lines(tree)


def test_a_possessive_belongs_to_whom_a_relative_clause_is_about() -> None:
    tree = draw(
        "Hans/NE/nsubj<sah^PER sah/VVFIN/root=sehen Karl/NE/obj<sah^PER ,<verkaufte "
        "der/PRELS/nsubj<verkaufte{Gender=Masc} sein/PPOSAT:DET/det:poss<Haus "
        "Haus/NN/obj<verkaufte verkaufte/VVFIN/acl:relcl<Karl=verkaufen ."
    )
    assert "sein: person -> Karl" in mention_lines(tree)


def test_whom_the_pipeline_takes_for_a_man() -> None:
    tree = draw(
        "Uruk/NE/nsubj<kam^PER{Gender=Masc} Maus/NE/flat:name<Uruk^I kam/VVFIN/root=kommen .\n"
        "Er/PPER/nsubj<floh=er floh/VVFIN/root=fliehen{Number=Sing|VerbForm=Fin} ."
    )
    assert "Er: person -> Uruk Maus" in mention_lines(tree)


def test_the_source_of_what_is_told_goes_on_speaking() -> None:
    tree = draw(
        "Laut/APPR/case<Karl=laut Karl/NE/obl<brannte^PER brannte/VVFIN/root=brennen "
        "das/ART/det<Haus Haus/NN/nsubj<brannte{Gender=Neut} .\n"
        "Er/PPER/nsubj<sagte=er sagte/VVFIN/root=sagen{Number=Sing|VerbForm=Fin} "
        "nichts/PIS/obj<sagte ."
    )
    (found,) = [m for m in read(tree).mentions if m.text == "Er"]
    assert found.reason is not None
    assert "source of what is told" in found.reason


# weights


def test_every_clue_has_its_weight() -> None:
    used = {
        *("least", "lead", "word", "again", "same_sentence", "one_back", "two_back"),
        *("three_back", "subject", "both_subjects", "other_role", "same_clause_subject"),
        *("pronoun", "source", "both_speak", "inner", "named", "same_gender", "unknown_gender"),
        *("person", "body", "male_body", "thing"),
    }
    assert set(antecedents.read_weights()) == used


def test_a_broken_weight_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "antecedents.tsv"
    path.write_text("clue\tweight\treason\nsubject\tmuch\tsubject\n", encoding="utf-8")
    monkeypatch.setattr(antecedents, "ontology_path", lambda *parts: path)
    with pytest.raises(LexiconError, match=r"subject: 'much' is not a number"):
        antecedents.read_weights.__wrapped__()
