"""Who is who: one line a case, what joins and what stays apart."""

from __future__ import annotations

import pytest
from handmade import GAZETTEER, make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.knowing.entities import Resolution, merge_entities, resolve_mentions
from kg.lexicon import GazetteerEntry, read_lexicon
from kg.records import Article, Entity, Mention, Reading

LEXICON = make_lexicon()
Named = tuple[str, str]


def resolve(text: str, *named: Named, **options: object) -> Resolution:
    """Resolves names in the order in which they stand in the text."""
    mentions, position = [], 0
    for name, kind in named:
        start = text.index(name, position)
        position = start + 1
        mentions.append(Mention("a", start, start + len(name), name, kind))
    lexicon = options.get("lexicon", LEXICON)
    return resolve_mentions(
        Reading(Article("a", "a", "de", text), tuple(mentions)), lexicon=lexicon
    )  # type: ignore[arg-type]


def resolve_pair(one: Named, other: Named, between: str = " und ") -> tuple[str, str]:
    found = resolve(one[0] + between + other[0] + ") .", one, other)
    return found.links[0].entity, found.links[1].entity


SAME = [
    (("Nathan Sales", "person"), ("Sales", "person")),
    (("Sales", "person"), ("Nathan Sales", "person")),
    (("Donald Trump", "person"), ("Trumps", "person")),
    (("Donald Trump", "person"), ("Trump’s", "person")),
    (("Donald Trump", "person"), ("Donald J. Trump", "person")),
    (("D. Trump", "person"), ("Donald Trump", "person")),
    (("Jean-Claude Juncker", "person"), ("Jean Claude Juncker", "person")),
    (("Ursula von der Leyen", "person"), ("von der Leyen", "person")),
    (("Osama bin Laden", "person"), ("bin Ladens", "person")),
    (("Dr. Ada Lind", "person"), ("Ada Lind", "person")),
    (("Präsident Ada Lind", "person"), ("Lind", "person")),
    (("Merz", "person"), ("Merz’", "person")),
    (("Gazastreifen", "place"), ("Gazastreifens", "place")),
    (("EU", "organisation"), ("EUs", "organisation")),
    (("Al-Kaida", "armed_group"), ("Al Kaida", "organisation")),
    (("NATO", "alliance"), ("Nato", "organisation")),
    (("Köln", "place"), ("Koeln", "place")),
    (("Islamischer Staat", "armed_group"), ("Islamischen Staates", "organisation")),
    (("die Grünen", "party"), ("Grüne", "party")),
    (("Vereinigte Staaten", "state"), ("USA", "state")),
    (("US", "place"), ("der Vereinigten Staaten", "organisation")),
    (("Syriens", "place"), ("Syrien", "place")),
    (("Iraks", "place"), ("Irak", "state")),
    (
        ("Syrische Demokratische Kräfte", "armed_group"),
        ("Syrischen Demokratischen Kräften", "group"),
    ),
    (("Freie Deutsche Jugend", "organisation"), ("FDJ", "organisation")),
    (("Weißes Haus", "organisation"), ("Weißen Hauses", "organisation")),
    (("Rotes Kreuz", "organisation"), ("Roten Kreuzes", "organisation")),
    (("Michael Jackson", "person"), ("Michael Jackson's", "person")),
    (("Mohammed el-Baradei", "person"), ("El-Baradeis", "person")),
    (("Marco van Basten", "person"), ("Van Basten", "person")),
    (("Luiz Inácio Lula da Silva", "person"), ("Lula da Silva", "person")),
    (("Hu Jintao", "person"), ("Hu", "person")),
    (("Al Gore", "person"), ("Gore", "person")),
]

APART = [
    (("Donald Trump", "person"), ("Ivanka Trump", "person")),
    (("D. Trump", "person"), ("Ivanka Trump", "person")),
    (("Anna Müller-Lüdenscheidt", "person"), ("Lüdenscheidt", "person")),
    (("Washington", "place"), ("George Washington", "person")),
    (("Sales", "organisation"), ("Nathan Sales", "person")),
    (("Syrien", "person"), ("Syrien", "place")),
    (("Polen", "place"), ("Pole", "person")),
    (("Essen", "place"), ("Esse", "place")),
    (("Deutsche Bahn", "company"), ("Deutsche Bank", "company")),
    (("New York", "place"), ("New Yorker", "media")),
    (("New York", "place"), ("New Yorker", "place")),
    (("Nordrhein-Westfalen", "place"), ("Nordrhein-Westfale", "place")),
    (("Lars Klingbeil", "person"), ("LK", "organisation")),
    (("USA", "state"), ("US-Regierung", "government")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_one(one: Named, other: Named) -> None:
    first, second = resolve_pair(one, other)
    assert first == second


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_stay_apart(one: Named, other: Named) -> None:
    first, second = resolve_pair(one, other)
    assert first != second


@pytest.mark.parametrize(
    ("full", "short", "same"),
    [
        (("Islamischer Staat", "armed_group"), ("IS", "organisation"), True),
        (("Arbeiterpartei Kurdistans", "party"), ("PKK", "armed_group"), True),
        (("IS", "organisation"), ("Islamischer Staat", "armed_group"), True),
        (("Vereinigten Staaten", "state"), ("UNEP", "organisation"), False),
        (("Lars Klingbeil", "person"), ("SPD", "party"), False),
        (("München", "place"), ("CSU", "party"), False),
        (("Berlin", "place"), ("dpa", "media"), False),
    ],
)
def test_an_acronym_in_brackets(full: Named, short: Named, same: bool) -> None:
    first, second = resolve_pair(full, short, between=" (")
    assert (first == second) is same


def test_an_acronym_known_to_mean_another_is_not_taken_over() -> None:
    parties = tuple(
        GazetteerEntry(id, "party", name, "-", "-", "PTY", "-")
        for id, name in (("cdu", "CDU"), ("bundestag", "Bundestag"))
    )
    found = resolve(
        "Der Bundestag (CDU) tagte.",
        ("Bundestag", "party"),
        ("CDU", "party"),
        lexicon=make_lexicon(parties),
    )
    assert [link.entity for link in found.links] == ["bundestag", "cdu"]


def test_a_surname_of_two_people_stays_apart_and_local() -> None:
    text = "Donald Trump und Ivanka Trump kamen. Trump sprach, Trumps Rede."
    names = [("Donald Trump", "person"), ("Ivanka Trump", "person")]
    found = resolve(text, *names, ("Trump ", "person"), ("Trumps", "person"))
    entities = found.by_span()
    lone = entities[found.links[2].mention]
    assert lone.local
    assert lone.id.startswith("person-trump-")
    assert found.links[3].entity == lone.id
    assert len({link.entity for link in found.links}) == 3


def test_ids_are_global_for_full_names_and_local_for_lone_surnames() -> None:
    ids = {
        name: resolve(name, (name, kind)).entities[0]
        for name, kind in [
            ("Nathan Sales", "person"),
            ("Islamischer Staat", "armed_group"),
            ("Libyen", "place"),
            ("USA", "state"),
            ("Sales", "person"),
            ("Oktoberfest", "event"),
        ]
    }
    assert [e.id for e in ids.values() if not e.local] == [
        "person-nathan-sales",
        "org-islamischer-staat",
        "place-libyen",
        "usa",
        "thing-oktoberfest",
    ]
    assert ids["Sales"].local


def test_an_inflected_name_gets_the_id_of_its_base_form() -> None:
    one = resolve("x", ("x", "group"))
    assert one.entities[0].id == "org-x"
    dative = resolve(
        "Syrischen Demokratischen Kräfte", ("Syrischen Demokratischen Kräfte", "group")
    )
    base = resolve("Syrische Demokratische Kräfte", ("Syrische Demokratische Kräfte", "group"))
    assert dative.entities[0].id == base.entities[0].id


def test_the_specific_kind_beats_the_frequent_generic_one() -> None:
    kinds = ("organisation", "armed_group", "organisation")
    found = resolve("Taliban, Taliban, Taliban", *(("Taliban", kind) for kind in kinds))
    assert [entity.kind for entity in found.entities] == ["armed_group"]


def test_the_gazetteer_gives_kind_name_and_wikidata() -> None:
    (entity,) = resolve("US", ("US", "place")).entities
    assert entity == Entity("usa", "state", "Vereinigte Staaten", ("US",), False, "Q30")


def test_an_ambiguous_gazetteer_name_is_left_alone() -> None:
    two = tuple(
        GazetteerEntry(id, "state", f"Kongo|{id}", "-", "-", "GOV", "-") for id in ("drc", "roc")
    )
    found = resolve("Kongo", ("Kongo", "state"), lexicon=make_lexicon(two))
    assert found.entities[0].id == "place-kongo"


def test_genitives_are_no_variants() -> None:
    (entity,) = resolve("Gazas Küste, Gaza", ("Gazas", "place"), ("Gaza", "place")).entities
    assert (entity.name, entity.variants) == ("Gaza", ())


def test_every_link_has_a_reason_and_a_score() -> None:
    found = resolve_mentions(make_reading(), lexicon=LEXICON)
    assert [(link.reason, link.score) for link in found.links] == [
        ("acronym in brackets with “Islamischen Staat”", 0.95),
        ("known name", 1.0),
        ("pronoun, nearest subject", 0.7),
        ("known name", 1.0),
        ("known name", 1.0),
        ("noun without a name", 1.0),
        ("same name", 1.0),
        ("acronym in brackets with “Islamischen Staat”", 0.95),
        ("known name", 1.0),
        ("same name", 1.0),
        ("surname of “Nathan Sales”", 0.9),
        ("genitive of “Syrien”", 0.95),
    ]


def refer(*steps: tuple[int, int | None, str]) -> list[str]:
    """Entities of one-letter mentions of a text; each may refer to another by index."""
    names = ["Ada Lind", "sie", "die Chefin", "Oslo"]
    text = ", ".join(names)
    spans = [(text.index(n), text.index(n) + len(n)) for n in names]
    mentions = tuple(
        Mention(
            "a",
            *spans[i],
            names[i],
            kind,
            named=i in (0, 3),
            refers=None if to is None else spans[to],
        )
        for i, to, kind in steps
    )
    reading = Reading(Article("a", "a", "de", text), mentions)
    return [link.entity for link in resolve_mentions(reading, lexicon=LEXICON).links]


def test_a_chain_of_references_ends_at_the_name() -> None:
    ids = refer((0, None, "person"), (1, 2, "person"), (2, 0, "person"))
    assert ids == ["person-ada-lind"] * 3


def test_a_circle_of_references_ends() -> None:
    ids = refer((1, 2, "person"), (2, 1, "person"))
    assert ids[0] == ids[1]


def test_a_person_never_refers_to_a_place() -> None:
    ids = refer((3, None, "place"), (1, 3, "person"))
    assert len(set(ids)) == 2


def test_a_reference_to_nothing_is_ignored() -> None:
    assert len(refer((1, 0, "person"))) == 1


def test_unnamed_mentions_stay_local_and_apart() -> None:
    text = "drei Männer, drei Männer"
    mentions = tuple(
        Mention("a", s, s + 11, text[s : s + 11], "group", named=False) for s in (0, 13)
    )
    reading = Reading(Article("a", "a", "de", text), mentions)
    found = resolve_mentions(reading, lexicon=LEXICON)
    assert len(found.entities) == 2
    assert all(entity.local and entity.name == "drei Männer" for entity in found.entities)


@given(st.permutations(make_reading().mentions))
@settings(max_examples=30, deadline=None)
def test_the_order_of_mentions_does_not_matter(mentions: list[Mention]) -> None:
    reading = make_reading()
    shuffled = Reading(reading.article, tuple(mentions))
    expected = resolve_mentions(reading, lexicon=LEXICON)
    assert resolve_mentions(shuffled, lexicon=LEXICON) == expected


NAMES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Ada Lind",
                "Lind",
                "Linds",
                "Bo Lind",
                "A. Lind",
                "IS",
                "Islamischer Staat",
                "Syriens",
                "Rat (R)",
                "’",
                "s",
                "der",
                "Al-Kaida",
                "-",
                "ß",
                "日本",
                "USA",
                "x\ny",
                "(",
                "D. C.",
            ]
        ),
        st.sampled_from(["person", "place", "state", "organisation", "thing", "armed_group"]),
    ),
    max_size=8,
)


@given(NAMES, st.sampled_from([" (", ") ", ", ", " "]))
@settings(max_examples=150, deadline=None)
def test_laws_of_resolution(named: list[Named], between: str) -> None:
    text = between.join(name for name, _ in named)
    found = resolve(text, *named)
    entities = found.by_span()
    assert len(found.links) == len({link.mention for link in found.links})
    assert {link.entity for link in found.links} == {entity.id for entity in found.entities}
    firsts: dict[str, set[str]] = {}
    for span, entity in entities.items():
        name = text[slice(*span)]
        if name in ("Ada Lind", "Bo Lind") and entity.kind == "person":
            firsts.setdefault(entity.id, set()).add(name)
    assert all(len(names) == 1 for names in firsts.values())


ENTITIES = st.lists(
    st.builds(
        Entity,
        st.sampled_from(["org-a", "org-b"]),
        st.sampled_from(["organisation", "armed_group", "party"]),
        st.sampled_from(["A", "AA", "B"]),
        st.lists(st.sampled_from(["A", "a", "x"]), max_size=2).map(lambda v: tuple(sorted(set(v)))),
        st.booleans(),
        st.sampled_from([None, "Q1"]),
    ),
    max_size=6,
)


@given(ENTITIES, st.randoms(use_true_random=False))
def test_laws_of_merging(entities: list[Entity], random: object) -> None:
    merged = list(merge_entities(entities))
    shuffled = list(entities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(merge_entities(shuffled)) == merged
    assert list(merge_entities(merged)) == merged
    assert {e.id for e in merged} == {e.id for e in entities if not e.local}
    for entity in merged:
        names = {
            n for e in entities if e.id == entity.id and not e.local for n in (e.name, *e.variants)
        }
        assert {entity.name, *entity.variants} == names


def test_gazetteer_of_the_tests_is_sound() -> None:
    assert len({entry.id for entry in GAZETTEER}) == len(GAZETTEER)


def test_a_legal_form_is_no_part_of_a_name() -> None:
    text = "Nordwind schwieg. Die Nordwind AG zahlte."
    mentions = (
        Mention("a", 0, 8, "Nordwind", "company"),
        Mention("a", 22, 33, "Nordwind AG", "company"),
    )
    reading = Reading(Article("a", "a.txt", "de", text), mentions)
    resolution = resolve_mentions(reading, lexicon=read_lexicon("de"))
    assert {link.entity for link in resolution.links} == {"org-nordwind"}
