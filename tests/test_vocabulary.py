"""The lexicon as the rules ask for it."""

from __future__ import annotations

import pytest
from treebank import GAZETTEER, bare_lexicon, words_of

from kg.lexicon import KindNoun, RoleNoun, VerbForms
from kg.reading.vocabulary import fold_name, fold_word, make_verbs, make_vocabulary

VERBS = make_verbs(
    tuple(
        VerbForms(*row.split())
        for row in (
            "nehmen genommen nimmt|nehmen|nahm|nahmen nehme nehme nähme|nähmen",
            "haben gehabt hat|haben|hatte|hatten habe habe hätte|hätten",
            "fordern gefordert fordert|fordern|forderte fordere - -",
            "halten gehalten hält|halten|hielt halte halte hielte",
            "greifen gegriffen greift|greifen|griff - greife griffe",
            "ergreifen ergriffen ergreift|ergriff - ergreife ergriffe",
        )
    ),
    frozenset({"zurück", "auf", "fest", "an", "ein", "er"}),
)


@pytest.mark.parametrize(
    ("form", "participle", "lemma"),
    [
        ("nahm", False, "nehmen"),
        ("Nahm", False, "nehmen"),
        ("genommen", True, "nehmen"),
        ("zurückzunehmen", False, "zurücknehmen"),
        ("zurückgenommen", True, "zurücknehmen"),
        ("festnahm", False, "festnehmen"),
        ("aufzufordern", False, "auffordern"),
        ("ergriff", False, "ergreifen"),
        ("angegriffen", True, "angreifen"),
        ("gefordert", False, "fordern"),
        ("unbekannt", False, None),
        ("zu", False, None),
        ("", False, None),
    ],
)
def test_the_verb_of_a_form(form: str, participle: bool, lemma: str | None) -> None:
    assert VERBS.find(form, participle=participle) == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("festgehalten", "festhalten"),
        ("gehalten", "halten"),
        ("hielt", None),
        ("halten", None),
    ],
)
def test_participles_only(form: str, lemma: str | None) -> None:
    assert VERBS.find_participle(form) == lemma


@pytest.mark.parametrize(
    ("form", "mood"),
    [
        ("habe", "sub1"),
        ("hat", "ind"),
        ("hätten", "sub2"),
        ("Hätte", "sub2"),
        ("festhielte", "sub2"),
        ("griffe", "sub2"),
        ("xyz", "ind"),
    ],
)
def test_only_what_cannot_be_indicative_is_konjunktiv(form: str, mood: str) -> None:
    assert VERBS.mood(form) == mood


@pytest.mark.parametrize(
    ("form", "mood"),
    [
        ("sei", "sub1"),
        ("seien", "sub1"),
        ("habe", "sub1"),
        ("werde", "sub1"),
        ("könne", "sub1"),
        ("wäre", "sub2"),
        ("würden", "sub2"),
        ("säßen", "sub2"),
        ("zurücknähmen", "sub2"),
        ("haben", "ind"),
        ("sagte", "ind"),
        ("ist", "ind"),
    ],
)
def test_the_shipped_table_knows_the_moods(form: str, mood: str) -> None:
    assert words_of("de").verbs.mood(form) == mood


LEXICON = bare_lexicon(
    roles=(RoleNoun("Minister", "GOV", "-"), RoleNoun("Präsident", "GOV", "-")),
    kinds=(
        KindNoun("Ministerium", "government", "GOV", "-"),
        KindNoun("Amt", "government", "GOV", "-"),
    ),
    gazetteer=GAZETTEER,
)
WORDS = make_vocabulary(LEXICON)


@pytest.mark.parametrize(
    ("noun", "found"),
    [
        ("Minister", True),
        ("Außenminister", True),
        ("US-Präsident", True),
        ("Bundesminister", True),
        ("Ministerin", False),
        ("Tisch", False),
        ("", False),
    ],
)
def test_a_role_noun_or_what_ends_with_one(noun: str, found: bool) -> None:
    assert (WORDS.find_role(noun) is not None) is found


@pytest.mark.parametrize(
    ("noun", "kind"),
    [("Außenministerium", "government"), ("Samt", None), ("Amt", "government")],
)
def test_short_nouns_match_whole_words_only(noun: str, kind: str | None) -> None:
    found = WORDS.find_kind(noun)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("word", "entry"),
    [("Syrien", "syrien"), ("Syriens", "syrien"), ("US", "usa"), ("U", None), ("syrien", None)],
)
def test_single_names_with_a_genitive(word: str, entry: str | None) -> None:
    found = WORDS.find_single(word)
    assert (found.id if found else None) == entry


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Islamischen", "Islamischer"),
        ("Vereinigten", "Vereinigte"),
        ("Trumps", "Trump"),
        ("Europäischer", "europäische"),
        ("Meier's", "Meier"),
    ],
)
def test_folding_forgets_endings(one: str, other: str) -> None:
    assert fold_word(one) == fold_word(other)


def test_folding_keeps_what_differs() -> None:
    assert fold_word("Iran") != fold_word("Irak")
    assert fold_name(["US-Regierung"]) == fold_name(["US", "Regierung"])


@pytest.mark.parametrize(
    ("noun", "known"),
    [
        ("Angabe", True),
        ("Polizeiangabe", True),
        ("UN-Angabe", True),
        ("Sicht", True),
        ("Absicht", False),
        ("Rücksicht", False),
        ("Vorsicht", False),
        ("Kurzschluss", False),
    ],
)
def test_what_begins_with_a_prefix_reports_nothing(noun: str, known: bool) -> None:
    assert (words_of("de").reports_noun(noun) is not None) == known
