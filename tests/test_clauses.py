"""Clauses: predicates with voice, mood, qualifiers and participants, by their words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treebank import clauses_of, draw, names, parse, random_trees, words_of

from kg.reading.clauses import clause_tokens, find_clauses, owners, preposition_of
from kg.reading.mending import mend_tree
from kg.reading.trees import Tree


def said(name: str, head: str) -> dict[str, object]:
    """The clause of a word, its token numbers replaced by words."""
    tree = mend_tree(parse(name), words_of(name[:2] if name.startswith("en-") else "de"))
    clause = clauses_of(parse(name))[head]

    def word(i: int | None) -> str | None:
        return None if i is None else tree[i].text

    return {
        "lemma": clause.lemma,
        "kind": clause.kind,
        "mood": clause.mood,
        "passive": clause.passive,
        "negated": clause.negated,
        "verbs": [word(v) for v in clause.verbs],
        "subjects": [word(s) for s in clause.subjects],
        "objects": [word(o) for o in clause.objects],
        "recipient": word(clause.recipient),
        "agent": word(clause.agent),
        "copula": word(clause.copula),
        "obliques": [(o.preposition, word(o.token)) for o in clause.obliques],
        "modals": [word(m) for m in clause.modals],
        "governor": word(clause.governor),
        "inherited": clause.inherited,
    }


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("perfect", "verloren", {"verbs": ["hatte", "verloren"], "obliques": [("in", "März")]}),
        ("perfect-frame", "aufgerufen", {"lemma": "aufrufen", "obliques": [("zu", "Kampf")]}),
        (
            "passive-von",
            "erobert",
            {
                "passive": True,
                "agent": "Armee",
                "subjects": ["Stadt"],
                "obliques": [("an", "Montag")],
            },
        ),
        ("passive-durch", "geprüft", {"passive": True, "agent": "Senat", "obliques": []}),
        ("passive-worden", "eingenommen", {"passive": True, "agent": "Rebellen"}),
        ("passive-unmarked", "geschlossen", {"passive": True, "agent": None}),
        ("passive-sein", "geschlossen", {"passive": True, "agent": None}),
        ("future", "schließen", {"passive": False, "verbs": ["wird", "schließen"]}),
        ("future-passive", "geschlossen", {"passive": True}),
        ("separable", "trat", {"lemma": "zurücktreten", "verbs": ["trat", "zurück"]}),
        (
            "reflexive",
            "konzentriert",
            {"objects": [], "verbs": ["konzentriert", "sich"], "obliques": [("auf", "Osten")]},
        ),
        ("copula-office", "Präsident", {"lemma": "sein", "copula": "ist", "subjects": ["Karl"]}),
        ("copula-adjective", "stabil", {"lemma": "sein", "copula": "ist", "kind": "main"}),
        ("dative", "half", {"recipient": "Stadt", "objects": []}),
        ("double-object", "gab", {"recipient": "Firma", "objects": ["Geld"]}),
        ("modal", "bestrafen", {"modals": ["kann"], "mood": "ind"}),
        ("hearsay", "überfallen", {"modals": ["soll"]}),
        ("konjunktiv-one", "verkauft", {"mood": "sub1"}),
        ("konjunktiv-two", "verkauft", {"mood": "sub2"}),
        ("wuerde", "verkaufen", {"mood": "sub2", "modals": []}),
        ("order", "Verkauft", {"mood": "imp", "subjects": []}),
        ("two-subjects", "unterstützen", {"subjects": ["Frankreich", "Spanien"]}),
        ("two-objects", "verkauft", {"objects": ["Häuser", "Schiffe"]}),
        (
            "two-verbs",
            "nahm",
            {
                "lemma": "festnehmen",
                "kind": "conjunct",
                "subjects": ["Polizei"],
                "inherited": True,
                "governor": "stoppte",
            },
        ),
        ("two-clauses", "blieb", {"subjects": ["Sprecher"], "inherited": False}),
        ("relative-subject", "überfiel", {"kind": "relative", "subjects": ["Mann"]}),
        ("relative-object", "eroberten", {"subjects": ["Rebellen"], "objects": ["Stadt"]}),
        ("relative-chain", "versteckten", {"kind": "conjunct", "subjects": ["Männer"]}),
        (
            "object-control",
            "zurückzunehmen",
            {"kind": "infinitive", "subjects": ["Europäer"], "mood": "", "governor": "forderte"},
        ),
        ("subject-control", "schließen", {"kind": "infinitive", "subjects": ["Regierung"]}),
        ("dative-control", "nutzen", {"subjects": ["Firma"], "objects": ["Hafen"]}),
        ("purpose", "suchen", {"kind": "adverbial", "subjects": ["Polizei"]}),
        ("condition", "zahlt", {"kind": "adverbial", "subjects": ["Bank"]}),
        ("said-that", "verkauft", {"kind": "complement", "governor": "sagte"}),
        ("there-is", "gibt", {"lemma": "geben"}),
        ("en-passive", "seized", {"passive": True, "agent": "army", "subjects": ["town"]}),
        ("en-phrasal", "called", {"lemma": "call off", "objects": ["search"]}),
        ("en-control", "close", {"kind": "infinitive", "subjects": ["France"]}),
        ("en-relative", "robbed", {"kind": "relative", "subjects": ["man"]}),
        ("en-not", "fine", {"negated": True, "modals": []}),
    ],
)
def test_clause(name: str, head: str, expected: dict[str, object]) -> None:
    found = said(name, head)
    assert {key: found[key] for key in expected} == expected


def test_a_relative_pronoun_as_agent() -> None:
    assert said("relative-agent", "erobert")["agent"] == "Armee"


def test_a_relative_pronoun_behind_a_preposition() -> None:
    assert said("relative-place", "lebt")["obliques"] == [("in", "Stadt")]


@pytest.mark.parametrize(
    ("words", "negated"),
    [
        ("Maus/NE/nsubj<kam kam/VVFIN/root=kommen nicht/PTKNEG/advmod<kam .", True),
        ("Maus/NE/nsubj<kam kam/VVFIN/root=kommen nie/ADV/advmod<kam .", True),
        ("Niemand/PIS/nsubj<kam kam/VVFIN/root=kommen .", True),
        ("Kein/PIAT/det<Zug=kein Zug/NN/nsubj<kam kam/VVFIN/root=kommen .", True),
        ("Maus/NE/nsubj<kam kam/VVFIN/root=kommen heute/ADV/advmod<kam .", False),
        (
            "Maus/NE/nsubj<kam kam/VVFIN/root=kommen nicht/PTKNEG/advmod<kam nur/ADV/advmod<kam .",
            False,
        ),
        (
            "Maus/NE/nsubj<nahm nahm/VVFIN/root=nehmen von/APPR/case<Kunden keinem/PIAT/det<Kunden"
            "=kein Kunden/NN/obl<nahm=Kunde Geld/NN/obj<nahm .",
            True,
        ),
        (
            "Maus/NE/nsubj<Präsident ist/VAFIN/cop<Präsident=sein kein/PIAT/det<Präsident "
            "Präsident/NN/root .",
            True,
        ),
        (
            "Maus/NE/nsubj<Präsident ist/VAFIN/cop<Präsident=sein nicht/PTKNEG/advmod<Präsident "
            "Präsident/NN/root .",
            True,
        ),
        (
            "Maus/NE/nsubj<sah sah/VVFIN/root=sehen den/ART/det<Zug nicht/PTKNEG/advmod<bezahlten "
            "bezahlten/ADJA/amod<Zug=bezahlt Zug/NN/obj<sah .",
            False,
        ),
    ],
)
def test_negation(words: str, negated: bool) -> None:
    tree = draw(words)
    found = find_clauses(tree, words_of("de"))
    assert next(c for c in found if c.kind == "main").negated is negated


@pytest.mark.parametrize(
    ("words", "preposition"),
    [("zum/APPRART", "zu"), ("im/APPRART", "in"), ("Vom/APPRART", "von"), ("gegen/APPR", "gegen")],
)
def test_contracted_prepositions(words: str, preposition: str) -> None:
    tree = draw(f"{words}/case<Haus Haus/NN/obl<kam kam/VVFIN/root=kommen .")
    assert preposition_of(tree, 1) == preposition
    assert preposition_of(tree, 2) == ""


@pytest.mark.parametrize(
    ("subject", "mood"), [("er", "sub1"), ("ich", "ind"), ("die", "sub1"), ("wir", "ind")]
)
def test_the_first_person_has_no_konjunktiv_one(subject: str, mood: str) -> None:
    tree = draw(
        f"{subject}/PPER/nsubj<verkauft habe/VAFIN/aux<verkauft=haben "
        "verkauft/VVPP/root=verkaufen ."
    )
    assert clauses_of(tree)["verkauft"].mood == mood


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("de", "en")).flatmap(random_trees))
def test_laws_of_clauses(tree: Tree) -> None:
    clauses = find_clauses(tree, words_of(tree.lang))
    heads = [c.head for c in clauses]
    assert heads == sorted(set(heads))
    for clause in clauses:
        assert list(clause.verbs) == sorted(set(clause.verbs))
        assert len(set(clause.subjects)) == len(clause.subjects)
        assert clause.governor in {None, *heads}
        assert clause.governor != clause.head
        assert clause.agent is None or clause.passive
        assert clause.finite is None or clause.finite in clause.verbs
        assert not (set(clause.modals) - set(clause.verbs))
        assert all(0 <= t < len(tree) for t in clause_tokens(tree, clause))
    assert set(owners(tree, clauses).values()) <= set(heads)


@pytest.mark.parametrize("name", names("de"))
def test_every_finite_verb_belongs_to_a_clause(name: str) -> None:
    tree = mend_tree(parse(name), words_of("de"))
    known = {v for c in find_clauses(tree, words_of("de")) for v in c.verbs}
    finite = {t.i for t in tree.tokens if t.tag in {"VVFIN", "VAFIN", "VMFIN", "VVIMP"}}
    assert finite <= known


@pytest.mark.parametrize(
    ("drawn", "head", "expected"),
    [
        # a relative pronoun stands for a noun that it agrees with
        (
            "Maus/NE/nsubj<las las/VVFIN/root=lesen eine/ART/det<Mitteilung "
            "Mitteilung/NN/obj<las{Gender=Fem|Number=Sing} des/ART/det<Konzerns "
            "Konzerns/NN/nmod<Mitteilung{Gender=Masc|Number=Sing} , die/PRELS:PRON/nsubj<lobte "
            "Anna/NE/obj<lobte lobte/VVFIN/acl:relcl<Konzerns=loben .",
            "lobte",
            ["Mitteilung"],
        ),
        (
            "Maus/NE/nsubj<las las/VVFIN/root=lesen die/ART/det<Leugnung "
            "Leugnung/NN/obj<las{Gender=Fem|Number=Sing} des/ART/det<Gesetzes "
            "Gesetzes/NN/nmod<Leugnung{Gender=Neut|Number=Sing} , das/PRELS:PRON/nsubj<lobte "
            "Anna/NE/obj<lobte lobte/VVFIN/acl:relcl<Leugnung=loben .",
            "lobte",
            ["Gesetzes"],
        ),
        (
            "Maus/NE/nsubj<las las/VVFIN/root=lesen eine/ART/det<Mitteilung "
            "Mitteilung/NN/obj<las{Gender=Fem|Number=Sing} , welche/PWAT:DET/nsubj<lobte "
            "Anna/NE/obj<lobte lobte/VVFIN/acl:relcl<Mitteilung=loben .",
            "lobte",
            ["Mitteilung"],
        ),
        # was stands for no noun
        (
            "Maus/NE/nsubj<las las/VVFIN/root=lesen in/APPR/case<Debatte der/ART/det<Debatte "
            "Debatte/NN/obl<las , was/PRELS:PRON/nsubj<kostete Geld/NN/obj<kostete "
            "kostete/VVFIN/acl:relcl<Debatte=kosten .",
            "kostete",
            ["was"],
        ),
        # es takes over no other subject
        (
            "Maus/NE/nsubj<kam kam/VVFIN/root=kommen , hier/ADV/advmod<handelt "
            "handelt/VVFIN/conj<kam=handeln es/PPER:PRON/nsubj<handelt sich/PRF/obj<handelt .",
            "handelt",
            [],
        ),
    ],
)
def test_subjects_by_agreement(drawn: str, head: str, expected: list[str]) -> None:
    tree = mend_tree(draw(drawn), words_of("de"))
    assert [tree[s].text for s in clauses_of(draw(drawn))[head].subjects] == expected


@pytest.mark.parametrize(
    ("drawn", "denied"),
    [
        (
            "Weder/KON/cc<Stadt die/ART/det<Stadt Stadt/NN/nsubj<zahlten , noch/ADV/advmod<zahlten "
            "das/ART/det<Land Land/NN/conj<Stadt zahlten/VVFIN/root .",
            {"zahlten": True},
        ),
        (
            "Weder/KON/dep<zahlten die/ART/det<Stadt Stadt/NN/nsubj<zahlten zahlten/VVFIN/root , "
            "was/PRELS/nsubj<stimmt stimmt/VVFIN/ccomp<zahlten .",
            {"zahlten": True, "stimmt": False},
        ),
        (
            "Sie/PPER/nsubj<konnte konnte/VMFIN/aux<leugnen weder/KON/cc<bestätigen "
            "bestätigen/VVINF/dep<leugnen noch/KON/cc<leugnen leugnen/VVINF/root , "
            "dass/KOUS/mark<sank es/PPER/nsubj<sank sank/VVFIN/ccomp<leugnen .",
            {"leugnen": True, "sank": False},
        ),
    ],
)
def test_weder_denies_its_clause_and_no_other(drawn: str, denied: dict[str, bool]) -> None:
    tree = draw(drawn)
    found = {tree[c.head].text: c.negated for c in find_clauses(tree, words_of("de"))}
    assert {word: found[word] for word in denied} == denied


def test_a_number_is_no_agent() -> None:
    tree = draw(
        "Riga/NE/nsubj:pass<erneuert wurde/VAFIN/aux:pass<erneuert=werden von/APPR/case<2006 "
        "2006/CARD/obl<erneuert bis/APPR/case<2008 2008/CARD/obl<erneuert "
        "erneuert/VVPP/root=erneuern ."
    )
    found = clauses_of(tree)["erneuert"]
    assert found.agent is None
    assert [o.preposition for o in found.obliques] == ["von", "bis"]
