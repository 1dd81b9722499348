"""Who holds which office."""

from __future__ import annotations

import pytest
from treebank import draw, parse, words_of

from kg.reading.mentions import find_mentions
from kg.reading.offices import find_offices
from kg.reading.trees import Tree


def offices(tree: Tree) -> list[str]:
    """``holder | office | organisation | rule`` for each office."""
    words = words_of(tree.lang)
    found = find_offices(tree, find_mentions(tree, words), words)
    return [
        " | ".join(
            (
                o.holder.text,
                tree.slice(o.office) if o.office else "-",
                o.organisation.text if o.organisation else "-",
                o.rule,
            )
        )
        for o in found
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title-name", ["Donald Trump | US-Präsident | US | role-title"]),
        (
            "office-before-comma",
            [
                "Nathan Sales | Koordinator für Terrorismusbekämpfung | US-Regierung "
                "| role-apposition"
            ],
        ),
        ("office-after-comma", ["Nathan Sales | Koordinator | US-Regierung | role-apposition"]),
        ("party", ["Karl Maus | - | SPD | role-party"]),
        ("president-said", []),
        ("en-office", ["Donald Trump | President | - | role-title"]),
        ("active", []),
        ("copula-office", []),
    ],
)
def test_offices(name: str, expected: list[str]) -> None:
    assert offices(parse(name)) == expected


NAME = "Karl/NE/flat:name<{0}^PER Maus/NE/flat:name<{0}^I kam/VVFIN/root=kommen ."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "Der/ART/det<Sprecher Sprecher/NN/nsubj<kam der/ART/det<Polizei "
            "Polizei/NN/nmod<Sprecher ,<Maus Karl/NE/appos<Sprecher^PER Maus/NE/flat:name<Karl^I "
            ",<Maus kam/VVFIN/root=kommen .",
            ["Karl Maus | Sprecher | Polizei | role-apposition"],
        ),
        (
            "Kenias/NE/nmod<Präsident Präsident/NN/nsubj<kam " + NAME.format("Präsident"),
            ["Karl Maus | Präsident | - | role-title"],
        ),
        (
            "Karl/NE/nsubj<kam^PER Maus/NE/flat:name<Karl^I ,<Präsident Präsident/NN/appos<Karl "
            "von/APPR/case<Kenia Kenia/NE/nmod<Präsident^LOC ,<Präsident kam/VVFIN/root=kommen .",
            ["Karl Maus | Präsident | Kenia | role-apposition"],
        ),
        (
            "Der/ART/det<US-Sonderbeauftragte US-Sonderbeauftragte/NN/nsubj<kam "
            "für/APPR/case<Koalition die/ART/det<Koalition "
            "Koalition/NN/nmod<US-Sonderbeauftragte ,<Maus "
            "Karl/NE/appos<US-Sonderbeauftragte^PER Maus/NE/flat:name<Karl^I ,<Maus "
            "kam/VVFIN/root=kommen .",
            ["Karl Maus | US-Sonderbeauftragte für die Koalition | US | role-apposition"],
        ),
        # no office
        ("Der/ART/det<Tisch Tisch/NN/nsubj<kam " + NAME.format("Tisch"), []),
        ("der/ART/det<präsident präsident/NN/nsubj<kam " + NAME.format("präsident"), []),
        (
            "Als/KOUS/mark<kam der/ART/det<Präsident Präsident/NN/nsubj<kam kam/VVFIN/advcl<sprach "
            ",<kam sprach/VVFIN/root=sprechen Karl/NE/nsubj<sprach^PER Maus/NE/flat:name<Karl^I .",
            [],
        ),
        (
            "Der/ART/det<Präsident Präsident/NN/nsubj<kam kam/VVFIN/root=kommen .\n"
            "Karl/NE/nsubj<ging^PER Maus/NE/flat:name<Karl^I ging/VVFIN/root=gehen .",
            [],
        ),
        (
            "Karl/NE/nsubj<kam^PER Maus/NE/flat:name<Karl^I (<Riga Riga/NE/appos<Karl^LOC )<Riga "
            "kam/VVFIN/root=kommen .",
            [],
        ),
    ],
)
def test_offices_beside_names(words: str, expected: list[str]) -> None:
    assert offices(draw(words)) == expected


def test_each_of_a_list_has_her_own_office() -> None:
    assert offices(parse("list-of-offices")) == [
        "Angela Katz | Kanzlerin | - | role-title",
        "Karl Maus | Präsident | - | role-title",
        "Anna Hund | Sprecherin | - | role-title",
    ]


def test_an_office_is_not_shared_by_the_next_in_a_list() -> None:
    assert offices(parse("list-of-people")) == ["Angela Katz | Kanzlerin | - | role-title"]


def test_a_former_office_says_so() -> None:
    assert offices(parse("former-office")) == ["Karl Maus | ehemalige Präsident | - | role-title"]


def test_the_phrase_holds_the_office() -> None:
    tree = parse("office-before-comma")
    words = words_of("de")
    (office,) = find_offices(tree, find_mentions(tree, words), words)
    assert tree.slice(office.phrase) == "Der Koordinator für Terrorismusbekämpfung der US-Regierung"
    assert tree[office.token].text == "Koordinator"
