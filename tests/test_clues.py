"""What speaks for and against two being one: a line a clue, and names side by side."""

from __future__ import annotations

from functools import cached_property
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import make_profile, minister, striker

from kg.errors import LexiconError
from kg.knowing import clues
from kg.knowing.clues import (
    Clue,
    Portrait,
    contradict,
    find_clues,
    first_names_fit,
    keys_of,
    read_person,
    read_weights,
    reasons_of,
    score_of,
    sound,
    unite,
)
from kg.knowing.profiles import Profile

BERG = "Anna Berg"


def portrait(*profiles: Profile) -> Portrait:
    return Portrait(profiles)


def org(article: str, name: str, kind: str = "company", **more: object) -> Profile:
    return make_profile(article, name, kind, **more)


def known(article: str, own: str, name: str) -> Profile:
    return make_profile(article, name, "state", own=own, known=True)


HAS = {"shared_person": "person-lars-holm", "shared_organisation": "org-nordwind",
       "shared_place": "state-lettland"}  # fmt: skip


def beside(article: str, neighbour: str, name: str = BERG) -> Profile:
    return make_profile(article, name, neighbours=(neighbour,))


def on(day: str, article: str) -> Profile:
    return make_profile(article, BERG, published=day)


FIRED = {
    "known": (known("a", "state-x", "Xland"), known("b", "state-x", "X")),
    "same_name": (make_profile("a", BERG), make_profile("b", "ANNA BERG")),
    "longer_name": (make_profile("a", BERG), make_profile("b", "Anna Maria Berg")),
    "initial": (make_profile("a", BERG), make_profile("b", "A. Berg")),
    "spelling": (make_profile("a", "Muammar Gaddafi"), make_profile("b", "Muammar Gadhafi")),
    "inflected": (org("a", "Blauer Kran"), org("b", "Blauen Kranes")),
    "lone_surname": (make_profile("a", BERG), make_profile("b", "Berg")),
    "same_office": (
        make_profile("a", BERG, offices=("minister",)),
        make_profile("b", BERG, offices=("minister",)),
    ),
    "same_home": (
        make_profile("a", BERG, homes=("state-estland",)),
        make_profile("b", BERG, homes=("state-estland",)),
    ),
    "same_office_and_home": (minister("a", BERG), minister("b", BERG)),
    "other_home": (minister("a", BERG), minister("b", BERG, "state-estland")),
    "same_field": (minister("a", BERG), make_profile("b", BERG, sectors=("LEG",))),
    "other_field": (minister("a", BERG), make_profile("b", BERG, sectors=("BUS",))),
    "sport_or_not": (minister("a", BERG), striker("b", BERG)),
    "other_sex": (make_profile("a", BERG, gender=3), make_profile("b", BERG, gender=-3)),
    "same_kind": (org("a", "Nordwind"), org("b", "Nordwind")),
    "other_kind": (org("a", "Nordwind"), org("b", "Nordwind", "party")),
    "other_family": (org("a", "Riga"), org("b", "Riga", "place")),
    "same_article": (org("a", "Riga"), org("a", "Riga", "place")),
    **{clue: (beside("a", id), beside("b", id)) for clue, id in HAS.items()},
    "same_month": (on("2024-03-01", "a"), on("2024-03-20", "b")),
    "years_apart": (on("2004-03-01", "a"), on("2024-03-20", "b")),
}


@pytest.mark.parametrize("clue", FIRED)
def test_each_clue_is_found_whichever_comes_first(clue: str) -> None:
    for one, other in permutations(FIRED[clue]):
        assert read_weights()[clue] in find_clues(portrait(one), portrait(other)), clue


def test_every_line_of_the_table_is_fired_here() -> None:
    assert set(read_weights()) == set(FIRED)


def test_a_broken_table_names_its_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "clues.tsv").write_text("clue\tweight\treason\nknown\t6\n", encoding="utf-8")
    monkeypatch.setattr(clues, "ontology_path", lambda name: tmp_path / name)
    with pytest.raises(LexiconError, match=r"clues\.tsv:2"):
        read_weights.__wrapped__()


def test_a_weight_that_is_no_number_names_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "clues.tsv").write_text("clue\tweight\treason\nknown\tsix\tx\n", encoding="utf-8")
    monkeypatch.setattr(clues, "ontology_path", lambda name: tmp_path / name)
    with pytest.raises(LexiconError, match=r"clues\.tsv.*six"):
        read_weights.__wrapped__()


# --- names


@pytest.mark.parametrize(
    ("name", "given_names", "surname"),
    [
        ("Anna Berg", ("anna",), "berg"),
        ("Berg", (), "berg"),
        ("Ursula von der Leyen", ("ursula",), "vonderleyen"),
        ("von der Leyen", (), "vonderleyen"),
        ("Hu Jintao", ("jintao",), "hu"),
        ("Hu", (), "hu"),
        ("George W. Bush", ("george", "W"), "bush"),
        ("Muammar al-Gaddafi", ("muammar",), "gaddafi"),
        ("Al-Sisi", (), "sisi"),
        ("Tarek ElMasri", ("tarek",), "masri"),
        ("Tarek el-Masri", ("tarek",), "masri"),
        ("TAREK ALSTER", ("tarek",), "alster"),
        ("Jean-Claude Moreau", ("jeanclaude",), "moreau"),
    ],
)
def test_first_names_and_surname(name: str, given_names: tuple[str, ...], surname: str) -> None:
    found = read_person(name)
    assert (tuple(g.lower() for g in found.given), found.surname) == (
        tuple(g.lower() for g in given_names),
        surname,
    )


@pytest.mark.parametrize(
    "spellings",
    [
        ("Gaddafi", "Ghaddafi", "Gadhafi", "Gadafi"),
        ("Schmidt", "Schmitt"),
        ("Meyer", "Meier", "Maier"),
        ("Chodorkowski", "Chodorkovski"),
    ],
)
def test_spellings_that_sound_alike(spellings: tuple[str, ...]) -> None:
    assert len({sound(name) for name in spellings}) == 1, [sound(name) for name in spellings]


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("anna", "anna", True),
        ("anna", "a", True),
        ("anna", "", True),
        ("muammar", "moammar", True),
        ("anna", "berta", False),
        ("anna", "b", False),
        ("jan", "jens", False),
    ],
)
def test_first_names(one: str, other: str, fit: bool) -> None:
    assert first_names_fit(one, other) is first_names_fit(other, one) is fit


MAY_BE_ONE = [
    ("Anna Berg", "Anna Maria Berg"),
    ("Anna Berg", "A. Berg"),
    ("George Bush", "George W. Bush"),
    ("Muammar Gaddafi", "Moammar al-Gaddafi"),
    ("Hu Jintao", "Jintao Hu"),
    ("Anna Berg", "Berg"),
]
MUST_BE_TWO = [
    ("Anna Berg", "Lars Berg"),
    ("B. Berg", "Anna Berg"),
    ("George W. Bush", "George H. W. Bush"),
    ("Anna Berg", "Anna Tal"),
]


@pytest.mark.parametrize(("one", "other"), MAY_BE_ONE)
def test_these_names_do_not_contradict(one: str, other: str) -> None:
    a, b = portrait(make_profile("a", one)), portrait(make_profile("b", other))
    assert not contradict(a, b) and not contradict(b, a)
    assert find_clues(a, b)


@pytest.mark.parametrize(("one", "other"), MUST_BE_TWO)
def test_these_names_give_no_pair(one: str, other: str) -> None:
    a, b = portrait(make_profile("a", one)), portrait(make_profile("b", other))
    assert contradict(a, b) or not find_clues(a, b)


def test_two_entries_of_the_gazetteer_contradict_whatever_they_are_called() -> None:
    a, b = known("a", "state-x", "Kongo"), known("b", "state-y", "Kongo")
    assert contradict(portrait(a), portrait(b))
    assert not contradict(portrait(a), portrait(known("b", "state-x", "Zaire")))


@pytest.mark.parametrize(("one", "other"), [*MAY_BE_ONE, ("Blauer Kran", "Blauen Kranes")])
def test_who_may_be_one_shares_a_key(one: str, other: str) -> None:
    kind = "person" if "Kran" not in one else "company"
    assert keys_of(make_profile("a", one, kind)) & keys_of(make_profile("b", other, kind))


def test_a_person_and_an_organisation_of_one_name_share_a_key() -> None:
    assert keys_of(make_profile("a", "Anna Berg")) & keys_of(org("b", "Anna Berg"))


# --- the score


CLUES = st.lists(st.builds(Clue, st.floats(-20, 20), st.sampled_from(["a", "b", "c"])), max_size=8)


@given(CLUES)
def test_a_score_lies_between_0_and_1_in_any_order(found: list[Clue]) -> None:
    assert 0 <= score_of(found) <= 1
    assert abs(score_of(found) - score_of(found[::-1])) <= 0.01
    assert reasons_of(found) == reasons_of(found[::-1])


@given(CLUES, st.floats(0, 9))
def test_a_further_clue_for_it_never_lowers_the_score(found: list[Clue], weight: float) -> None:
    assert score_of([*found, Clue(weight, "more")]) >= score_of(found)


def test_reasons_name_what_speaks_for_it_first() -> None:
    found = [Clue(-1, "different fields"), Clue(1, "persons named with both"), Clue(3, "one name")]
    assert reasons_of(found) == "one name, persons named with both; but different fields"


def test_who_is_named_with_both_counts_at_most_twice_a_kind() -> None:
    def among(article: str, count: int) -> Portrait:
        others = tuple(f"person-nachbar-{n}" for n in range(count))
        return portrait(make_profile(article, BERG, neighbours=others))

    scores = [score_of(find_clues(among("a", n), among("b", n))) for n in range(5)]
    assert scores[0] < scores[1] < scores[2] == scores[3] == scores[4]


def test_what_an_article_names_says_nothing_of_two_in_it() -> None:
    one = make_profile("a", BERG, neighbours=("org-x",), published="2024-01-01")
    other = make_profile("a", "Berg", neighbours=("org-x",), published="2024-01-01")
    reasons = reasons_of(find_clues(portrait(one), portrait(other)))
    assert "named with both" not in reasons and "month" not in reasons


NAMES = ["Anna Berg", "A. Berg", "Berg", "Lars Berg", "Anna Maria Berg", "Gaddafi", "Gadhafi"]
PROFILES = st.builds(
    make_profile,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(NAMES),
    gender=st.sampled_from([-3, 0, 3]),
    offices=st.sampled_from([(), ("minister",), ("stuermer",)]),
    homes=st.sampled_from([(), ("state-estland",), ("state-lettland",), ("org-x",)]),
    sectors=st.sampled_from([(), ("GOV",), ("SPT",)]),
    published=st.sampled_from([None, "2024-01-01", "1999-01-01", "not a day"]),
)


@given(PROFILES, PROFILES)
def test_the_order_of_two_does_not_matter(one: Profile, other: Profile) -> None:
    a, b = portrait(one), portrait(other)
    assert sorted(find_clues(a, b), key=str) == sorted(find_clues(b, a), key=str)
    assert contradict(a, b) == contradict(b, a)


@given(PROFILES, PROFILES)
def test_a_pair_with_clues_shares_a_key(one: Profile, other: Profile) -> None:
    """Else the ledger would not look at the two together."""
    if find_clues(portrait(one), portrait(other)):
        assert keys_of(one) & keys_of(other)


@given(st.lists(PROFILES, min_size=2, max_size=6), st.integers(1, 5))
def test_portraits_united_show_what_all_profiles_show(profiles: list[Profile], at: int) -> None:
    at = min(at, len(profiles) - 1)
    whole = unite(portrait(*profiles[:at]), portrait(*profiles[at:]))
    for name in (n for n, value in vars(Portrait).items() if isinstance(value, cached_property)):
        assert getattr(whole, name) == getattr(portrait(*profiles), name), name
