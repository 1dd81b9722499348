"""Who and what a text names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import bare_lexicon, draw, mention_lines, parse, random_trees, words_of

from kg.lexicon import GazetteerEntry
from kg.reading.mentions import find_mentions
from kg.reading.trees import Tree
from kg.reading.vocabulary import make_vocabulary
from kg.records import MENTION_KINDS


def found(words: str, lang: str = "de") -> list[str]:
    return mention_lines(draw(words, lang))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # gazetteer
        ("Der/ART/det<IS IS/NE/nsubj<floh floh/VVFIN/root .", ["IS: armed_group"]),
        (
            "Syriens/NE/nmod<Armee Armee/NN/nsubj<floh floh/VVFIN/root .",
            ["Syriens: state", "Armee: military"],
        ),
        (
            "Der/ART/det<Staat Islamische/ADJA/amod<Staat Staat/NN/nsubj<floh floh/VVFIN/root .",
            ["Islamische Staat: armed_group"],
        ),
        (
            "des/ART/det<Staates Islamischen/ADJA/amod<Staates Staates/NN/nmod<Ende=Staat "
            "Ende/NN/root .",
            ["Islamischen Staates: armed_group"],
        ),
        (
            "Die/ART/det<Staaten Vereinigten/ADJA/amod<Staaten Staaten/NN/nsubj<kamen "
            "kamen/VVFIN/root .",
            ["Vereinigten Staaten: state"],
        ),
        # names of the pipeline
        (
            "Karl/NE/nsubj<kam^PER Maus/NE/flat:name<Karl^I kam/VVFIN/root .",
            ["Karl Maus: person"],
        ),
        (
            "Frau/NN/nsubj<kam^PER Anna/NE/flat:name<Frau^I Maus/NE/flat:name<Frau^I "
            "kam/VVFIN/root .",
            ["Anna Maus: person"],
        ),
        ("Gestern/ADV/advmod<kam^ORG kam/VVFIN/root .", []),
        ("kam/VVFIN/root^LOC .", []),
        ("Zoran/NE/nsubj<kam^MISC kam/VVFIN/root .", ["Zoran: thing"]),
        # kind nouns before a name
        (
            "Die/ART/det<Firma Firma/NN/nsubj<floh Zork/NE/appos<Firma^ORG floh/VVFIN/root .",
            ["Firma: company", "Zork: company"],
        ),
        (
            "Die/ART/det<Terrormiliz Terrormiliz/NN/nsubj<floh Zork/NE/appos<Terrormiliz^MISC "
            "floh/VVFIN/root .",
            ["Terrormiliz: armed_group", "Zork: armed_group"],
        ),
        # compounds
        ("IS-Kämpfer/NN/nsubj<flohen flohen/VVFIN/root .", ["IS: armed_group", "Kämpfer: group"]),
        (
            "Der/ART/det<US-Präsident US-Präsident/NN/nsubj<kam kam/VVFIN/root .",
            ["US: state", "Präsident: person"],
        ),
        (
            "Die/ART/det<Anti-IS-Koalition Anti-IS-Koalition/NN/nsubj<kam kam/VVFIN/root .",
            ["IS: armed_group", "Koalition: alliance"],
        ),
        (
            "Die/ART/det<US-Regierung US-Regierung/NN/nsubj<kam kam/VVFIN/root .",
            ["US-Regierung: government"],
        ),
        # common nouns that act
        ("Die/ART/det<Polizei Polizei/NN/nsubj<kam kam/VVFIN/root .", ["Polizei: organisation"]),
        ("Die/ART/det<Europäer Europäer/NN/nsubj<kamen kamen/VVFIN/root .", ["Europäer: group"]),
        ("Die/ART/det<Sprecherin Sprecherin/NN/nsubj<kam kam/VVFIN/root .", ["Sprecherin: person"]),
        ("Der/ART/det<Tisch Tisch/NN/nsubj<kam kam/VVFIN/root .", []),
    ],
)
def test_mentions(words: str, expected: list[str]) -> None:
    assert found(words) == expected


@pytest.mark.parametrize(
    ("preposition", "kind"),
    [
        ("in", "place"),
        ("aus", "place"),
        ("nach", "place"),
        ("mit", "state"),
        ("gegen", "state"),
        ("von", "state"),
    ],
)
def test_a_state_is_a_place_where_something_is(preposition: str, kind: str) -> None:
    words = f"Maus/NE/nsubj<kam kam/VVFIN/root {preposition}/APPR/case<Syrien Syrien/NE/obl<kam ."
    assert f"Syrien: {kind}" in found(words)


def test_a_state_acts_as_subject_and_in_a_compound() -> None:
    assert found("Syrien/NE/nsubj<kam kam/VVFIN/root .") == ["Syrien: state"]
    assert "US: state" in found("in/APPR/case<US-Haft US-Haft/NN/obl<kam kam/VVFIN/root .")


def test_coordinated_places_share_their_preposition() -> None:
    words = (
        "Maus/NE/nsubj<kam kam/VVFIN/root aus/APPR/case<Syrien Syrien/NE/obl<kam und/KON/cc<Kenia "
        "Kenia/NE/conj<Syrien ."
    )
    assert found(words) == ["Syrien: place", "Kenia: place"]


def test_an_adjective_is_no_party() -> None:
    words = make_vocabulary(
        bare_lexicon(gazetteer=(GazetteerEntry("l", "party", "Die Linke", "-", "DE", "PTY", "-"),))
    )
    tree = draw("Die/ART/det<Gruppe linke/ADJA/amod<Gruppe Gruppe/NN/nsubj<kam kam/VVFIN/root .")
    assert find_mentions(tree, words) == []


def test_an_acronym_in_brackets_is_a_mention_of_its_own() -> None:
    assert mention_lines(parse("acronym")) == ["Islamische Staat: armed_group", "IS: armed_group"]


def test_a_name_that_its_acronym_spells_is_one() -> None:
    assert mention_lines(parse("spelled-out"))[-2:] == [
        "Gewerkschaft Hafen und Meer: organisation",
        "GHM: organisation",
    ]


def test_a_surname_is_known_from_the_full_name() -> None:
    lines = mention_lines(parse("surname"))
    assert lines[:2] == ["Karl Maus: person", "Maus: person"]


@pytest.mark.parametrize(
    "genitive",
    ["Trumps", "Maus'"],
)
def test_the_genitive_of_a_known_surname(genitive: str) -> None:
    name = genitive.rstrip("s'") if genitive == "Trumps" else genitive.rstrip("'")
    words = (
        f"Karl/NE/nsubj<kam^PER {name}/NE/flat:name<Karl^I kam/VVFIN/root=kommen .\n"
        f"{genitive}/NE/nmod<Haus Haus/NN/nsubj<brennt brennt/VVFIN/root ."
    )
    assert f"{genitive}: person" in found(words)


def test_a_longer_name_wins_over_one_inside_it() -> None:
    words = make_vocabulary(
        bare_lexicon(
            gazetteer=(
                GazetteerEntry("a", "place", "Köln", "-", "-", "-", "-"),
                GazetteerEntry("b", "company", "Bank Köln", "-", "-", "-", "-"),
            )
        )
    )
    tree = draw("Die/ART/det<Bank Bank/NN/nsubj<kam Köln/NE/flat<Bank^LOC kam/VVFIN/root .")
    assert [(m.text, m.kind) for m in find_mentions(tree, words)] == [("Bank Köln", "company")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("France/NNP/nsubj<came^GPE came/VBD/root=come .", ["France: state"]),
        (
            "Maus/NNP/nsubj<came^PERSON came/VBD/root=come from/IN/case<Syria Syria/NNP/obl<came .",
            ["Maus: person", "Syria: place"],
        ),
        (
            "President/NNP/compound<Mouse^PERSON Karl/NNP/compound<Mouse^I Mouse/NNP/nsubj<came^I "
            "came/VBD/root=come .",
            ["Karl Mouse: person"],
        ),
        ("The/DT/det<police police/NN/nsubj<came came/VBD/root=come .", ["police: organisation"]),
    ],
)
def test_english_mentions(words: str, expected: list[str]) -> None:
    assert found(words, "en") == expected


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("de", "en")).flatmap(random_trees))
def test_laws_of_mentions(tree: Tree) -> None:
    mentions = find_mentions(tree, words_of(tree.lang))
    for mention in mentions:
        assert tree.text[mention.start : mention.end] == mention.text != ""
        assert mention.kind in MENTION_KINDS
    ends = [(m.start, m.end) for m in mentions]
    assert ends == sorted(ends)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # a common noun in front of a name is no part of it, and tells its kind
        (
            "Der/ART/det<Konzern Konzern/NN/nsubj<floh^PER Zork/NE/flat<Konzern^I "
            "floh/VVFIN/root .",
            ["Konzern: company", "Zork: company"],
        ),
        # a name of a house or a country before a person
        (
            "Syriens/NE/nmod<kam^LOC Zoran/NE/flat<Syriens^I Maus/NE/flat<Syriens^I "
            "kam/VVFIN/root .",
            ["Syriens: state", "Zoran Maus: person"],
        ),
        (
            "Zork/NE/nsubj<kam^ORG Rights/NE/flat<Zork^I Watch-Sprecher/NE/flat<Zork^I "
            "Maus/NE/flat<Zork^I kam/VVFIN/root .",
            ["Sprecher: person", "Maus: person"],
        ),
        (
            "Zork/NE/nsubj<kam^PER Maus/NE/flat<Zork^I von/APPR/case<IS^I IS/NE/nmod<Maus^I "
            "kam/VVFIN/root .",
            ["Zork Maus: person", "IS: armed_group"],
        ),
        (
            "Löcher/NN/nsubj<kamen^PER von/APPR/case<Waffen^I Waffen/NN/nmod<Löcher^I "
            "kamen/VVFIN/root .",
            [],
        ),
        # words inside a name
        (
            "Die/ART/det<Post Zork/NE/nsubj<kam^ORG Post/NE/flat<Zork^I kam/VVFIN/root .",
            ["Zork Post: media"],
        ),
        (
            "Zork/NE/nsubj<kam^PER University/NE/flat<Zork^I kam/VVFIN/root .",
            ["Zork University: organisation"],
        ),
        ("Zork/NE/nsubj<kam^PER Post/NE/flat<Zork^I kam/VVFIN/root .", ["Zork Post: person"]),
        (
            "Die/ART/det<Maus-Regierung Maus-Regierung/NE/nsubj<kam^PER kam/VVFIN/root .",
            ["Maus: person", "Regierung: government"],
        ),
        (
            "Die/ART/det<Polizei Polizei/NN/nsubj<kam Zork/NE/appos<Polizei^ORG kam/VVFIN/root .",
            ["Polizei: organisation", "Zork: place"],
        ),
        (
            "die/ART/det<Regierung kenianische/ADJA/amod<Regierung Regierung/NN/nsubj<kam "
            "kam/VVFIN/root .",
            ["kenianische Regierung: government"],
        ),
        ("Das/ART/det<AKW AKW/NE/nsubj<stand^ORG stand/VVFIN/root .", []),
    ],
)
def test_names_begin_and_end_where_they_do(words: str, expected: list[str]) -> None:
    assert found(words) == expected


def test_a_part_of_an_english_office_is_no_name() -> None:
    office = (
        "EU/NNP/compound<Commissioner^ORG Transport/NNP/compound<Commissioner^I "
        "Commissioner/NNP/nsubj<came came/VBD/root ."
    )
    assert found(office, "en") == ["EU: international_organisation", "Commissioner: person"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Der/ART/det<Europäer Europäer/NN/nsubj<kam{Number=Sing} kam/VVFIN/root .", "person"),
        ("Die/ART/det<Französin Französin/NN/nsubj<kam{Number=Sing} kam/VVFIN/root .", "person"),
        ("Die/ART/det<Europäer Europäer/NN/nsubj<kamen{Number=Plur} kamen/VVFIN/root .", "group"),
    ],
)
def test_one_inhabitant_is_not_the_people(words: str, expected: str) -> None:
    (mention,) = find_mentions(draw(words), words_of("de"))
    assert (mention.kind, mention.named) == (expected, expected == "group")
