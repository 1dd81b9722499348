"""Who is who across articles: one line a story, then laws that hold for any profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import make_profile, minister, striker, together, who

from kg.knowing.clues import Portrait, contradict
from kg.knowing.entities import resolve_mentions
from kg.knowing.identity import (
    ASK,
    JOIN,
    Identities,
    Verdict,
    assign_entities,
    decide_identities,
)
from kg.knowing.profiles import Profile
from kg.lexicon import read_lexicon

FRANCE, ESTONIA = "state-frankreich", "state-estland"
TOWN = ("state-deutschland", "place-havelstadt")


def mayor(article: str, name: str, **more: object) -> Profile:
    return make_profile(
        article, name, **{"offices": ("buergermeister",), "sectors": ("GOV",), **more}
    )


def person(article: str, name: str, **more: object) -> Profile:
    return make_profile(article, name, **more)


def org(article: str, name: str, kind: str = "company", **more: object) -> Profile:
    return make_profile(article, name, kind, **more)


def known(article: str, own: str, name: str, kind: str = "state") -> Profile:
    return make_profile(article, name, kind, own=own, known=True)


ONE = {
    "an initial that fits nobody else": [person("a", "Jan Holm"), person("b", "J. Holm")],
    "a name that one article took for another sort": [
        person("a", "Jan Holm", neighbours=("person-ada-lind", "org-nordwind")),
        org("b", "Jan Holm", neighbours=("person-ada-lind", "org-nordwind")),
    ],
    "the same name": [person("a", "Jan Holm"), person("b", "Jan Holm")],
    "capitals": [person("a", "Jan Holm"), person("b", "JAN HOLM")],
    "a middle name": [person("a", "Jan Holm"), person("b", "Jan Erik Holm")],
    "an initial and the same office": [minister("a", "Jan Holm"), minister("b", "J. Holm")],
    "a middle initial": [person("a", "George Bush"), person("b", "George W. Bush")],
    "spellings with an office": [
        minister("a", "Muammar Gaddafi", "state-libyen"),
        minister("b", "Moammar Gadhafi", "state-libyen"),
    ],
    "al- and none": [person("a", "Muammar Gaddafi"), person("b", "Muammar al-Gaddafi")],
    "family name first": [minister("a", "Hu Jintao"), minister("b", "Hu")],
    "a lone surname of the same office": [minister("a", "Jan Holm"), minister("b", "Holm")],
    "two lone surnames of one office": [minister("a", "Holm"), minister("b", "Holm")],
    "an inflected name": [org("a", "Blauer Kran"), org("b", "Blauen Kranes")],
    "the same entry": [known("a", "state-x", "Xland"), known("b", "state-x", "Republik X")],
    "a generic and a special kind": [org("a", "Nordwind"), org("b", "Nordwind", "organisation")],
}
TWO = {
    "a person and a company of one name, and nothing else": [
        person("a", "Jan Holm"),
        org("b", "Jan Holm"),
    ],
    "mayor and striker": [mayor("a", "Jan Holm"), striker("b", "Jan Holm")],
    "mayor and striker in the news of one town and month": [
        mayor("a", "Jan Holm", published="2024-03-01", neighbours=TOWN),
        striker("b", "Jan Holm", published="2024-03-10", neighbours=TOWN),
    ],
    "different sexes and countries": [
        minister("a", "Kim Dahl", FRANCE, gender=3),
        minister("b", "Kim Dahl", ESTONIA, gender=-3),
    ],
    "different first names": [person("a", "Jan Holm"), person("b", "Lars Holm")],
    "different middle initials": [person("a", "George W. Bush"), person("b", "George H. W. Bush")],
    "a lone surname and nothing else": [person("a", "Jan Holm"), person("b", "Holm")],
    "a lone surname of another country": [
        minister("a", "Jan Holm", FRANCE),
        minister("b", "Holm", ESTONIA),
    ],
    "two lone surnames": [person("a", "Holm"), person("b", "Holm")],
    "a person and an organisation years apart": [
        person("a", "Jan Holm", published="2003-01-01"),
        org("b", "Jan Holm", published="2024-01-01"),
    ],
    "two lone surnames of one office, a man and a woman": [
        minister("a", "Kirschner", gender=1),
        minister("b", "Kirschner", gender=-3),
    ],
    "two entries of one name": [known("a", "state-x", "Kongo"), known("b", "state-y", "Kongo")],
}


@pytest.mark.parametrize("case", ONE)
def test_these_are_one(case: str) -> None:
    assert who(*ONE[case]) == ["a b"]


@pytest.mark.parametrize("case", TWO)
def test_these_stay_two(case: str) -> None:
    assert who(*TWO[case]) == ["a", "b"]


def test_one_of_whom_nothing_is_known_joins_the_better_fit_and_welds_nobody() -> None:
    near = {"neighbours": ("person-lars-dahl", "person-marit-sund")}
    profiles = [mayor("a", "Jan Holm", **near), striker("b", "Jan Holm")]
    assert who(*profiles, person("c", "Jan Holm", **near)) == ["a c", "b"]
    assert len(who(*profiles, person("c", "Jan Holm"))) == 2
    bare = [person(f"c{n}", "Jan Holm") for n in range(9)]
    assert len(who(*profiles, *bare)) == 2


def test_three_of_one_name_stay_three() -> None:
    """Also where the two others have the same office, which tells them both from the first."""
    first = [mayor(f"a{n}", "Jan Holm", homes=("state-daenemark",)) for n in range(2)]
    others = [
        striker("b", "Jan Holm", homes=(FRANCE,), gender=3),
        striker("c", "Jan Holm", homes=(ESTONIA,), gender=-3),
    ]
    assert who(*first, *others) == ["a0 a1", "b", "c"]


def test_a_lone_surname_joins_the_only_one_whose_office_and_country_agree() -> None:
    full = [minister("a", "Jan Holm", FRANCE), minister("b", "Lars Holm", ESTONIA)]
    assert who(*full, minister("c", "Holm", ESTONIA)) == ["a", "b c"]
    assert who(*full, minister("c", "Holm", FRANCE)) == ["a c", "b"]


def test_a_lone_surname_stays_alone_between_two_candidates() -> None:
    full = [minister("a", "Jan Holm"), minister("b", "Lars Holm")]
    assert who(*full, minister("c", "Holm")) == ["a", "b", "c"]
    found = decide_identities([*full, minister("c", "Holm")])
    assert {(d.one.article, d.other.article) for d in found.doubts} == {("a", "c"), ("b", "c")}


def test_a_lone_surname_stays_alone_where_its_own_article_has_two_full_names() -> None:
    full = [minister("a", "Jan Holm"), minister("a", "Lars Holm", ESTONIA)]
    assert who(*full, minister("a", "Holm")) == ["a", "a", "a"]


def test_gazetteer_ids_are_never_welded_by_a_third() -> None:
    two = [known("a", "state-x", "Kongo"), known("b", "state-y", "Kongo")]
    found = decide_identities([*two, org("c", "Kongo", "place"), org("d", "Kongo", "state")])
    entities = {key.article: assigned.entity for key, assigned in found.assigned.items()}
    assert (entities["a"], entities["b"]) == ("state-x", "state-y")


def test_a_known_one_keeps_its_id_and_name() -> None:
    found = decide_identities([known("a", "state-x", "Xland"), org("b", "Xland", "place")])
    assert {(a.entity, a.name) for a in found.assigned.values()} == {("state-x", "Xland")}


def test_a_chain_of_likely_pairs_does_not_weld_its_ends() -> None:
    chain = [person("a", "George H. W. Bush"), person("b", "George Bush")]
    chain += [person("c", "George W. Bush")]
    groups = who(*chain)
    assert len(groups) == 2 and not any("a" in g and "c" in g for g in groups)


def test_a_long_chain_breaks_at_a_contradiction() -> None:
    chain = [
        minister("a", "Jan Holm", gender=3),
        minister("b", "J. Holm"),
        minister("c", "Jana Holm", gender=-3),
    ]
    assert not any("a" in g and "c" in g for g in who(*chain))


def test_an_initial_that_fits_two_is_left_alone_and_asked_about() -> None:
    full = [person("a", "Jan Holm"), person("b", "Jens Holm")]
    found = decide_identities([*full, person("c", "J. Holm")])
    assert together(found) == ["a", "b", "c"]
    assert {(d.one.article, d.other.article) for d in found.doubts} == {("a", "c"), ("b", "c")}
    assert who(minister("a", "Jan Holm"), full[1], minister("c", "J. Holm")) == ["a c", "b"]


@pytest.mark.parametrize(("he", "she"), [("Jan", "Jana"), ("Christian", "Christiane")])
def test_names_alike_of_a_man_and_a_woman_stay_two(he: str, she: str) -> None:
    assert who(minister("a", f"{he} Holm", gender=2), minister("b", f"{she} Holm", gender=-2)) == [
        "a",
        "b",
    ]


# --- what is told of a decision


def test_who_is_joined_gets_the_fullest_name_the_shared_id_and_a_reason() -> None:
    full, lone = minister("a", "Jan Holm"), minister("b", "Holm")
    found = decide_identities([full, lone]).assigned
    assert found[full.key].entity == found[lone.key].entity == "person-jan-holm"
    assert (found[full.key].reason, found[full.key].score) == ("", 1.0)
    assert found[lone.key].name == "Jan Holm"
    assert found[lone.key].score >= JOIN
    for part in ("Jan Holm", "the same office of the same country", "surname alone"):
        assert part in found[lone.key].reason


def test_the_namesake_in_fewer_articles_gets_an_id_that_tells_it_apart() -> None:
    found = decide_identities(
        [mayor("a", "Jan Holm"), mayor("b", "Jan Holm"), striker("c", "Jan Holm")]
    ).assigned
    ids = sorted({assigned.entity for assigned in found.values()})
    assert ids == ["person-jan-holm", "person-jan-holm-stuermer"]
    (reason,) = {a.reason for key, a in found.items() if key.article == "c"}
    assert "namesake" in reason


def test_doubts_name_what_is_likely_and_not_done() -> None:
    two = [person("a", "Jan Holm", mentions=4), person("b", "J. Holm", mentions=2)]
    two = [replace(p, homes=(home,)) for p, home in zip(two, (FRANCE, ESTONIA), strict=True)]
    found = decide_identities([person("a", "Jan Holm", mentions=4), person("b", "J. Holm")])
    for doubt in [*decide_identities(two).doubts, *found.doubts]:
        assert doubt.score >= ASK and doubt.one < doubt.other and doubt.reason
    assert [d.mentions for d in decide_identities([minister("a", "Jan Holm", mentions=4),
            minister("b", "Lars Holm", mentions=9), minister("c", "Holm", mentions=2)]).doubts] \
        == [2, 2]  # fmt: skip


def test_links_of_an_article_say_both_reasons() -> None:
    from people import make_article

    reading = make_article("a", "[Jan Holm] kam. [Holm] sprach.")
    resolution = resolve_mentions(reading, lexicon=read_lexicon("de"))
    key = resolution.entities[0].id
    assert assign_entities(resolution, {}) is resolution
    assigned = decide_identities(
        [minister("a", "Jan Holm", own=key), minister("b", "Jan Erik Holm")]
    ).assigned
    (mine,) = (a for k, a in assigned.items() if k.article == "a")
    changed = assign_entities(resolution, {key: replace(mine, entity="x", reason="why")})
    assert {link.entity for link in changed.links} == {"x"} == {e.id for e in changed.entities}
    assert all("; why" in link.reason for link in changed.links)


# --- judgements


def verdict(one: Profile, other: Profile, same: bool) -> Verdict:
    return Verdict(one.key, other.key, same, "judged")


def test_a_judgement_wins_over_clues() -> None:
    two = TWO["mayor and striker"]
    assert who(*two, verdicts=[verdict(*two, True)]) == ["a b"]
    one = ONE["the same name"]
    assert who(*one, verdicts=[verdict(*one, False)]) == ["a", "b"]


def test_a_judged_pair_stays_apart_also_over_a_third() -> None:
    a, b, c = (person(article, "Jan Holm") for article in "abc")
    groups = who(a, b, c, verdicts=[verdict(a, b, False)])
    assert not any("a" in g and "b" in g for g in groups)
    assert len(groups) == 2, "the third goes to one of them"


def test_the_odd_one_out_is_left_alone() -> None:
    odd, *rest = (person(article, "Jan Holm") for article in "abcd")
    assert who(odd, *rest, verdicts=[verdict(odd, rest[0], False)]) == ["a", "b c d"]


def test_what_is_judged_is_said() -> None:
    two = TWO["mayor and striker"]
    found = decide_identities(two, [verdict(*two, True)]).assigned
    reasons = [a.reason for a in found.values() if a.reason]
    assert reasons == [] or all("judged" in reason for reason in reasons)


# --- laws

NAMES = ["Jan Holm", "Jan Erik Holm", "J. Holm", "Holm", "Lars Holm", "Jens Holm", "Holms", "Hu"]
SOME = st.builds(
    make_profile,
    st.sampled_from([f"a{n}" for n in range(9)]),
    st.sampled_from(NAMES),
    mentions=st.integers(1, 3),
    gender=st.sampled_from([-3, 0, 0, 3]),
    offices=st.sampled_from([(), (), ("minister",), ("stuermer",)]),
    homes=st.sampled_from([(), (FRANCE,), (ESTONIA,), ("org-x",)]),
    sectors=st.sampled_from([(), ("GOV",), ("SPT",), ("BUS",)]),
    neighbours=st.sampled_from([(), ("org-x",), ("person-y", "org-x"), ("state-z",)]),
    published=st.sampled_from([None, "2024-01-01", "2024-01-20", "1999-05-05"]),
) | st.builds(
    make_profile,
    st.sampled_from([f"a{n}" for n in range(9)]),
    st.sampled_from(["Holm", "Jan Holm", "Holms"]),
    st.sampled_from(["company", "party", "place", "organisation"]),
)
PROFILES = st.lists(SOME, max_size=14, unique_by=lambda p: p.key)


def decide(profiles: Sequence[Profile], verdicts: Sequence[Verdict] = ()) -> Identities:
    return decide_identities(profiles, verdicts)


def members(profiles: Sequence[Profile], found: Identities) -> list[list[Profile]]:
    groups: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles:
        groups[found.assigned[profile.key].entity].append(profile)
    return list(groups.values())


@given(PROFILES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_profiles_does_not_matter(profiles: list[Profile], random: object) -> None:
    shuffled = [*profiles]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = decide(profiles), decide(shuffled)
    assert dict(one.assigned) == dict(other.assigned)
    assert one.doubts == other.doubts


@given(PROFILES)
@settings(max_examples=150, deadline=None)
def test_every_profile_gets_one_entity(profiles: list[Profile]) -> None:
    found = decide(profiles)
    assert set(found.assigned) == {p.key for p in profiles}
    assert all(a.entity and a.name and 0 < a.score <= 1 for a in found.assigned.values())


@given(PROFILES)
@settings(max_examples=150, deadline=None)
def test_nothing_but_a_reason_changes_an_id(profiles: list[Profile]) -> None:
    for key, assigned in decide(profiles).assigned.items():
        assert bool(assigned.reason) == (assigned.entity != key.own)


@given(PROFILES)
@settings(max_examples=200, deadline=None)
def test_no_entity_holds_two_whose_full_names_contradict(profiles: list[Profile]) -> None:
    for group in members(profiles, decide(profiles)):
        full = [p for p in group if p.family == "person" and len(p.name.split()) > 1]
        spelled = {p.name for p in full if p.name.split()[0] != "J."}
        first = {name.split()[0] for name in spelled}
        assert len(first) <= 1, spelled


@given(PROFILES)
@settings(max_examples=150, deadline=None)
def test_entities_in_doubt_may_be_one(profiles: list[Profile]) -> None:
    found = decide(profiles)
    whole = {found.assigned[g[0].key].entity: Portrait(tuple(g)) for g in members(profiles, found)}
    for doubt in found.doubts:
        a, b = (found.assigned[key].entity for key in (doubt.one, doubt.other))
        assert a != b
        assert not contradict(whole[a], whole[b])


@given(PROFILES, st.data())
@settings(max_examples=150, deadline=None)
def test_judgements_hold_whatever_the_clues(profiles: list[Profile], data: st.DataObject) -> None:
    if len(profiles) < 2:
        return
    one, other = data.draw(st.permutations(profiles))[:2]
    for same in (True, False):
        found = decide(profiles, [verdict(one, other, same)]).assigned
        assert (found[one.key].entity == found[other.key].entity) is same


@given(PROFILES)
@settings(max_examples=100, deadline=None)
def test_strangers_do_not_matter(profiles: list[Profile]) -> None:
    """Those who share no key are decided for themselves: what the ledger relies on."""
    others = [person("z", "Marit Sund"), org("z", "Nordwind")]
    alone = decide(profiles)
    beside = decide([*profiles, *others])
    assert {k: a for k, a in beside.assigned.items() if k.article != "z"} == dict(alone.assigned)


def test_many_of_one_name_take_little_time() -> None:
    """Nine hundred articles of one name, each with a country of its own, and lone surnames."""
    homes = [(f"state-{n}",) for n in range(300)]
    full = [person(f"a{n:03}", "Jan Holm", homes=homes[n % 300]) for n in range(900)]
    lone = [person(f"b{n:03}", "Holm", homes=homes[n % 300]) for n in range(100)]
    assert together(decide([*full, *lone]))


def test_a_surname_in_an_office_is_somebody_else_after_years_of_silence() -> None:
    bush = [minister(str(year), "Bush", published=f"{year}-05-01") for year in (1991, 1992, 2003)]
    assert who(*bush) == ["1991 1992", "2003"]
    between = [minister(str(year), "Bush", published=f"{year}-05-01") for year in (1997, 2000)]
    assert who(*bush, *between) == ["1991 1992 1997 2000 2003"]
    assert who(*reversed([*bush, *between])) == ["1991 1992 1997 2000 2003"]


def test_a_day_that_is_none_is_no_day() -> None:
    days = ("gestern", "1991-05-01", None, "2003-05-01", "²⁰⁰³")
    bush = [minister(str(n), "Bush", published=day) for n, day in enumerate(days)]
    assert who(*bush) == ["0 1 2 4", "3"]
