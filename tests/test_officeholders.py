"""Offices, and who can be meant by the name of one who holds or held one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import make_lexicon
from people import make_article
from test_entities import resolve

from kg.knowing.entities import resolve_mentions
from kg.knowing.officeholders import (
    fields_of,
    holder_fields,
    may_be_holder,
    office_gender,
    office_home,
    office_noun,
    office_sectors,
    offices_of,
    surname_is_common,
)
from kg.lexicon import Holder, Lexicon, RoleNoun, read_lexicon
from kg.records import Article, Mention, Reading

OFFICES = offices_of(read_lexicon("de"))


def holder(since: str, until: str, name: str = "Karla Veit") -> Holder:
    rest = ("Kanzlerin", "chancellor", "-", "DE", since, until, "-")
    return Holder("person-karla-veit", name, "Veit", "f", *rest)


@pytest.mark.parametrize(
    ("office", "noun", "gender"),
    [
        ("US-Außenministerin", "aussenminister", -3),
        ("Außenminister", "aussenminister", 1),
        ("ehemalige Ministerpräsidentin", "ministerpraesident", -3),
        ("Premierministers", "premierminister", 1),
        ("Zork", "zork", 0),
    ],
)
def test_what_an_office_tells(office: str, noun: str, gender: int) -> None:
    assert office_noun(office, OFFICES) == noun
    assert office_gender(office, OFFICES) == gender


def test_homes_and_fields() -> None:
    assert office_home("Bundeskanzlerin") == ("state-deutschland",)
    assert office_home("Präsident") == ()
    assert fields_of(office_sectors(["Innenminister", "Stürmer", "Zork"], OFFICES)) == {
        "politics",
        "sport",
    }
    assert fields_of(["-", "SPY"]) == frozenset()


ROWS = (holder("2001", "2005"), holder("2006-02-01", "2010-07"))
OPEN = (holder("2020", "-"),)


@pytest.mark.parametrize(
    ("rows", "published", "given", "expected"),
    [
        (ROWS, "2003-01-01", {}, True),
        (ROWS, "1992-01-01", {}, True),  # some years before: he is known already
        (ROWS, "1985-01-01", {}, False),
        (ROWS, "2039-01-01", {}, True),
        (ROWS, "2041-01-01", {}, False),
        (OPEN, "2090-01-01", {}, True),
        (ROWS, "1997-01-01", {"lone": True}, False),
        (ROWS, "1999-01-01", {"lone": True}, True),
        (ROWS, "2003-01-01", {"fields": {"sport"}}, False),
        (ROWS, "2003-01-01", {"fields": {"sport", "politics"}}, True),
        (ROWS, "2003-01-01", {"fields": {"society"}, "own": {"society", "politics"}}, True),
        (ROWS, "gestern", {}, True),
        (ROWS, "gestern", {"common": True}, False),
        (ROWS, "2003-01-01", {"common": True}, False),
        (ROWS, "2003-01-01", {"common": True, "fields": {"politics"}}, True),
        (ROWS, None, {}, True),
        (ROWS, None, {"common": True}, False),
        ((holder("-", "-"),), "1950-01-01", {}, True),
    ],
)
def test_who_can_be_a_holder(
    rows: tuple[Holder, ...], published: str | None, given: dict[str, object], expected: bool
) -> None:
    options = {"fields": set(), "lone": False, "common": False, **given}
    assert may_be_holder(rows, published=published, **options) is expected  # type: ignore[arg-type]


def test_common_surnames() -> None:
    common = {"Müller"}
    assert surname_is_common("Ada Müller", common)
    assert not surname_is_common("Ada Müllerstein", common)


def knowing(*rows: Holder) -> Lexicon:
    roles = (RoleNoun("Stürmer", "SPT", "Der Stürmer kam."),)
    return replace(make_lexicon(), holders=rows, roles=roles)


def entity_of(name: str, published: str, lexicon: Lexicon) -> str:
    article = Article("a", "a", "de", f"{name} kam.", published=published)
    reading = Reading(article, (Mention("a", 0, len(name), name, "person"),))
    return resolve_mentions(reading, lexicon=lexicon).entities[0].id


def test_a_holder_is_known_in_his_years_only() -> None:
    lexicon = knowing(holder("2001", "2005"))
    assert entity_of("Karla Veit", "2003-01-01", lexicon) == "person-karla-veit"
    assert entity_of("Veit", "2003-01-01", lexicon) == "person-karla-veit"
    assert entity_of("Veit", "1980-01-01", lexicon) != "person-karla-veit"


def test_the_full_name_of_the_article_comes_before_the_gazetteer() -> None:
    lexicon = knowing(holder("2001", "2005"))
    found = resolve(
        "Jan Veit kam. Veit ging.", ("Jan Veit", "person"), ("Veit", "person"), lexicon=lexicon
    )
    assert {link.entity for link in found.links} == {"person-jan-veit"}


def test_a_holder_of_another_field_than_politics_is_known_with_his_office() -> None:
    lexicon = read_lexicon("de")
    named = "[Joseph Ratzinger], der Papst, kam."
    reading = make_article("a", named, ("Joseph Ratzinger", "Papst", None), published="2007-03-01")
    (entity,) = resolve_mentions(reading, lexicon=lexicon).entities
    assert entity.id == "person-benedikt-xvi"


def test_nobody_is_kept_from_being_known_by_his_own_office() -> None:
    known = offices_of(lexicon := read_lexicon("de"))
    for row in lexicon.holders:
        assert fields_of(office_sectors([row.office_de], known)) <= holder_fields([row], known)
