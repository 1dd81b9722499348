"""What an article knows of its entities: offices, homes, gender, neighbours."""

from __future__ import annotations

import pytest
from handmade import make_reading
from hypothesis import given
from hypothesis import strategies as st
from people import Role, make_article

from kg.knowing.entities import resolve_mentions
from kg.knowing.profiles import Profile, make_profiles, read_profile, write_profile
from kg.lexicon import read_lexicon
from kg.records import Mention, Reading

LEXICON = read_lexicon("de")


def profiles_of(reading: Reading) -> dict[str, Profile]:
    """The profiles of an article by name."""
    resolution = resolve_mentions(reading, lexicon=LEXICON)
    return {p.name: p for p in make_profiles(reading, resolution, lexicon=LEXICON)}


def profile(name: str, marked: str, *roles: Role, **more: object) -> Profile:
    return profiles_of(make_article("a", marked, *roles, **more))[name]  # type: ignore[arg-type]


def test_an_office_and_what_it_belongs_to() -> None:
    found = profile(
        "Jan Holm",
        "Der Minister [Jan Holm] aus [Estland|state] lobte [Marit Sund]. [Holm] reiste ab.",
        ("Jan Holm", "Minister", "Estland"),
    )
    assert (found.offices, found.homes, found.sectors) == (
        ("minister",),
        ("state-estland",),
        ("GOV",),
    )
    assert found.names == ("Holm", "Jan Holm")
    assert (found.mentions, found.local, found.known) == (2, False, False)
    assert found.neighbours == ("person-marit-sund", "state-estland")
    assert found.published == "2024-03-01"
    assert found.key == ("a", "person-jan-holm")


@pytest.mark.parametrize(
    ("office", "base"),
    [
        ("Außenminister", "aussenminister"),
        ("Außenministerin", "aussenminister"),
        ("US-Außenministerin", "aussenminister"),
        ("Außenministers", "aussenminister"),
        ("Vizebürgermeister", "buergermeister"),
        ("Fährenzähler", "faehrenzaehler"),
    ],
)
def test_office_nouns_are_compared_by_what_they_end_in(office: str, base: str) -> None:
    found = profile("Kim Dahl", f"Der {office} [Kim Dahl] kam.", ("Kim Dahl", office, None))
    assert found.offices == (base,)


def test_the_chancellor_is_of_germany() -> None:
    found = profile(
        "Kim Dahl", "Bundeskanzlerin [Kim Dahl] kam.", ("Kim Dahl", "Bundeskanzlerin", None)
    )
    assert found.homes == ("state-deutschland",)


@pytest.mark.parametrize(
    ("marked", "homes"),
    [
        ("Der estnische Lotse [Kim Dahl] kam.", ("state-estland",)),
        ("Die estnischen Lotsen um [Kim Dahl] kamen.", ("state-estland",)),
        ("Er mied estnische Häfen. [Kim Dahl] kam.", ()),
        ("Der deutsch-estnische Lotse [Kim Dahl] kam.", ()),
    ],
)
def test_a_country_right_before_the_name(marked: str, homes: tuple[str, ...]) -> None:
    assert profile("Kim Dahl", marked).homes == homes


@pytest.mark.parametrize(
    ("marked", "role", "gender"),
    [
        ("Herr [Kim Dahl] kam.", None, 3),
        ("Frau [Kim Dahl] kam.", None, -3),
        ("Er dankte Herrn [Kim Dahl].", None, 3),
        ("Die Ministerin [Kim Dahl] kam.", "Ministerin", -3),
        ("Der Minister [Kim Dahl] kam.", "Minister", 1),
        ("[Kim Dahl] kam.", None, 0),
    ],
)
def test_man_or_woman(marked: str, role: str | None, gender: int) -> None:
    roles = [("Kim Dahl", role, None)] if role else []
    assert profile("Kim Dahl", marked, *roles).gender == gender


def test_first_names_tell_man_or_woman_and_many_votes_are_bounded() -> None:
    assert profile("Peter Dahl", "[Peter Dahl] kam.").gender == 2
    many = "Herr [Peter Dahl] kam. " * 9
    assert profile("Peter Dahl", many).gender == 9


def test_organisations_have_no_gender_and_no_office() -> None:
    found = profile("Nordwind", "Der estnische Reeder [Nordwind|company] dankte Herrn [Kim Dahl].")
    assert (found.gender, found.offices, found.homes) == (0, (), ())
    assert found.family == "org"


def test_a_lone_surname_is_local_and_no_neighbour() -> None:
    found = profiles_of(make_article("a", "[Dahl] traf [Marit Sund] in [Riga|place]."))
    assert found["Dahl"].local
    assert found["Marit Sund"].neighbours == ("city-riga",)
    assert set(found["Dahl"].neighbours) == {"city-riga", "person-marit-sund"}


def test_an_entry_of_the_gazetteer_is_known_by_its_id() -> None:
    found = profile("Estland", "[Estland|state] zahlt.")
    assert (found.own, found.known) == ("state-estland", True)


def test_who_has_no_name_has_no_profile() -> None:
    reading = make_article("a", "Ein Lotse sprach mit [Marit Sund].")
    lotse = Mention("a", 4, 9, "Lotse", "person", named=False)
    assert set(profiles_of(Reading(reading.article, (lotse, *reading.mentions)))) == {"Marit Sund"}


def test_only_neighbours_with_most_mentions_are_kept() -> None:
    crowd = " ".join(f"[Firma {chr(65 + n // 26)}{chr(97 + n % 26)}x|company]." for n in range(60))
    found = profiles_of(make_article("a", f"[Marit Sund] lobte [Marit Sund]. {crowd}"))
    assert len(found["Marit Sund"].neighbours) == 39
    assert all("person-marit-sund" in p.neighbours for n, p in found.items() if n != "Marit Sund")


def test_profiles_come_in_one_order() -> None:
    reading = make_reading()
    resolution = resolve_mentions(reading, lexicon=LEXICON)
    found = list(make_profiles(reading, resolution, lexicon=LEXICON))
    assert [p.own for p in found] == sorted(p.own for p in found)
    assert found == list(make_profiles(reading, resolution, lexicon=LEXICON))


WORDS = st.lists(st.text(max_size=8), max_size=3).map(tuple)


@given(
    st.builds(
        Profile,
        article=st.text(max_size=8),
        own=st.text(max_size=8),
        kind=st.sampled_from(["person", "state"]),
        name=st.text(max_size=8),
        names=WORDS,
        mentions=st.integers(0, 9),
        local=st.booleans(),
        known=st.booleans(),
        gender=st.integers(-9, 9),
        offices=WORDS,
        homes=WORDS,
        sectors=WORDS,
        neighbours=WORDS,
        published=st.none() | st.text(max_size=10),
    )
)
def test_what_is_written_is_read_again(one: Profile) -> None:
    text = write_profile(one)
    assert "\n" not in text
    assert read_profile(text) == one
