"""Signs that a statement is right or wrong: what is known to go wrong in reading.

Each sign is a small function over a :class:`Case`, a statement's clause and participants;
``ontology/confidence.tsv`` says how much each one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kg.reading.clauses import OBLIQUES, SUBJECTS, Clause, preposition_of
from kg.reading.phrases import Denotations
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import Phrase

_WORDY = 8
_EMPTY_VERBS = {"sein", "werden", "bleiben", "haben", "be", "become", "remain", "have"}
_LIKENESS = {"als", "wie", "as", "like", "than"}
_MARKS = frozenset('„“”"»«‚‘')
_NOUNS = {"NOUN", "PROPN", "PRON", "NUM", "SYM", "X"}


# --- what signs are asked of -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence at a glance: has it quotation marks, a hedge, no proper end, inner parts?"""

    marked: bool
    hedged: bool
    broken: bool
    parted: bool


def find_scenes(tree: Tree, words: Vocabulary) -> list[Scene]:
    """One scene for each sentence."""
    return [_scene(tree, words, tree.tokens[first:last]) for first, last in tree.sentences]


def _scene(tree: Tree, words: Vocabulary, tokens: Sequence[Token]) -> Scene:
    texts = [t.text.lower() for t in tokens]
    first, last = tokens[0].text, texts[-1]
    return Scene(
        marked=not _MARKS.isdisjoint(texts),
        hedged=any(("adverb", text) in words.modals for text in texts),
        broken=first[:1].islower() or (last[-1] not in ".!?…:" and last not in _MARKS),
        parted=any(_is_break(tree, t) for t in tokens[1:-1]),
    )


def _is_break(tree: Tree, token: Token) -> bool:
    """A dash, a colon, a semicolon, a bracket; no hyphen within a word."""
    alone = token.text != "-" or tree[token.i - 1].end < token.start
    return token.text in {";", "–", "-", "—", "(", ":"} and alone


@dataclass(frozen=True, slots=True)
class Case:
    """A statement before it has its confidence: clause, participants (tokens), sentence.

    ``phrases`` are those of subject and object, where there are any.
    """

    tree: Tree
    words: Vocabulary
    denotations: Denotations
    scene: Scene
    clause: Clause
    subject: int | None
    object: int | None
    preposition: str | None
    phrases: tuple[Phrase, ...]


Test = Callable[[Case], bool]


def find_signs(case: Case) -> tuple[str, ...]:
    """The signs that a statement of a clause has, in the order of :data:`SIGNS`."""
    own = (name for name, test in SIGNS.items() if test(case))
    return (*own, *(name for name, test in SCENE_SIGNS.items() if test(case.scene)))


def find_plain_signs(tree: Tree, scene: Scene, phrases: Sequence[Phrase]) -> tuple[str, ...]:
    """The signs of a statement that has no clause: those of its sentence and its phrases."""
    ragged = any(_is_ragged(tree, phrase) for phrase in phrases)
    cut = ("cut",) if ragged else ()
    return (*cut, *(name for name, test in SCENE_SIGNS.items() if test(scene)))


# --- signs of the clause ---------------------------------------------------------------


def _is_kind(*kinds: str) -> Test:
    return lambda case: case.clause.kind in kinds


def _is_unknown_verb(case: Case) -> bool:
    """A verb form that the table of forms does not know."""
    clause, tree = case.clause, case.tree
    if clause.copula is not None or tree.lang != "de":
        return False
    verbs = case.words.verbs
    bare = (clause.lemma, *verbs.without_particle(clause.lemma))
    return bool(verbs.finite) and not any(verbs.finite.get(form) == form for form in bare)


def _is_set_phrase(case: Case) -> bool:
    """A light verb with a bare noun behind a preposition, an adjective or a second part that
    is not in the statement: "in Mitleidenschaft ziehen", "süchtig machen".
    """
    return _is_light(case) and _leaves_carrier(case)


def _leaves_carrier(case: Case) -> bool:
    """A bare noun behind a preposition, or an adjective, that is not in the statement."""
    if case.clause.copula is not None:
        return False
    return any(_is_carrier(case, c) for c in case.tree.children(case.clause.head))


def _is_light(case: Case) -> bool:
    lemma, words = case.clause.lemma, case.words
    bare = (lemma, *words.verbs.without_particle(lemma))
    return any(words.is_a("light_verb", verb) for verb in bare)


def _is_carrier(case: Case, c: int) -> bool:
    """Does this dependent carry the meaning of the verb?"""
    tree, token = case.tree, case.tree[c]
    if c in {case.subject, case.object}:
        return False
    if token.tag == "ADJD" or (token.dep == "xcomp" and token.pos != "VERB"):
        return True
    bare = not tree.children(c, "det", "amod", "nummod")
    return token.dep in OBLIQUES and token.pos == "NOUN" and bare and bool(tree.children(c, "case"))


def _has_predicate_left(case: Case) -> bool:
    """ "sein", "werden", "haben" alone: "war zu einer Feier unterwegs", "blieb unverletzt"."""
    clause = case.clause
    alone = case.object is None or case.preposition is not None
    return clause.copula is None and alone and clause.lemma in _EMPTY_VERBS


def _is_causative(case: Case) -> bool:
    """ "ließ ... ruhen": what is done stands in the infinitive."""
    tree, clause = case.tree, case.clause
    below = tree.lang == "de" or tree.child(clause.head, "ccomp", "xcomp") is not None
    return below and case.words.is_a("causative_verb", clause.lemma)


def _has_expletive(case: Case) -> bool:
    """ "es gibt", "es kam zu": somebody took the place of "es"."""
    below = set(case.tree.children(case.clause.head, "expl", *SUBJECTS)) - {case.subject}
    return any(case.words.is_a("expletive", case.tree[c].text.lower()) for c in below)


def _has_content_beside(case: Case) -> bool:
    """A clause or a second predicate beside the object: "ließ ihn gehen", "nennt es gut"."""
    second = case.tree.child(case.clause.head, "ccomp", "xcomp")
    return case.object is not None and second is not None


def _has_two_objects(case: Case) -> bool:
    """Two objects that are not coordinated: one of them is something else."""
    return len(case.tree.children(case.clause.head, "obj")) > 1


def _has_stray_particle(case: Case) -> bool:
    """A separated particle that was not taken for a part of the verb."""
    below = (case.tree[c] for c in case.tree.children(case.clause.head))
    return any(t.tag == "PTKVZ" and t.dep != "compound:prt" for t in below)


def _is_state(case: Case) -> bool:
    """ "ist entfernt": a state, or an adjective, read as something done."""
    clause, tree = case.clause, case.tree
    lemmas = {tree[v].lemma for v in clause.verbs}
    texts = {tree[v].text.lower() for v in clause.verbs}
    return clause.passive and "sein" in lemmas and "worden" not in texts


# --- signs of the participants ---------------------------------------------------------


def _participants(case: Case) -> tuple[int, ...]:
    return tuple(i for i in (case.subject, case.object) if i is not None)


def _any_participant(test: Callable[[Case, int], bool]) -> Test:
    return lambda case: any(test(case, i) for i in _participants(case))


def _is_object_first(case: Case) -> bool:
    """The object before the subject, in a clause that is not passive."""
    subject, obj = case.subject, case.object
    if subject is None or obj is None or case.clause.passive or case.preposition:
        return False
    return obj < subject


def _has_number_clash(case: Case) -> bool:
    """ "Hilfe boten Riga und Oslo an": the verb is plural, the subject is not."""
    clause, tree = case.clause, case.tree
    if clause.finite is None or not clause.subjects or clause.passive:
        return False
    verb, noun = tree[clause.finite], tree[clause.subjects[0]]
    wanted, found = verb.morph.get("Number"), noun.morph.get("Number")
    if len(clause.subjects) > 1:
        found = "Plur"
    return wanted is not None and found is not None and wanted != found


def _has_case_clash(case: Case) -> bool:
    """A subject whose article or form says that it is none: "dem Mann", "den Plan"."""
    own = case.subject is not None and case.tree[case.subject].head == case.clause.head
    return own and _in_case(case, case.subject, {"Dat", "Acc", "Gen"}) and not case.clause.passive


def _has_dative(case: Case) -> bool:
    """An object in the dative."""
    return case.preposition is None and _in_case(case, case.object, {"Dat"})


def _in_case(case: Case, i: int | None, wanted: set[str]) -> bool:
    return i is not None and case.tree[i].morph.get("Case") in wanted


def _is_loose_antecedent(case: Case) -> bool:
    """The noun of a relative clause stands inside another noun's phrase: that one may be meant."""
    tree, clause = case.tree, case.clause
    if clause.kind != "relative" and tree[clause.head].dep != "acl:relcl":
        return False
    noun = tree[clause.head].head
    token = tree[noun]
    nested = token.dep in {"nmod", "appos", "conj", "obl"} and tree[token.head].pos in _NOUNS
    return noun in _participants(case) and nested


def _is_pronoun(case: Case, i: int) -> bool:
    """A pronoun, whoever it stands for."""
    return case.tree[i].pos == "PRON"


def _is_resolved(case: Case, i: int) -> bool:
    """It stands for somebody named elsewhere."""
    mention = case.denotations.mention(i)
    return mention is not None and mention.refers is not None


def _is_no_noun(case: Case, i: int) -> bool:
    """A participant that is no noun; the predicate of a copula may be an adjective."""
    return case.tree[i].pos not in _NOUNS and i != case.clause.head


def _is_cut(case: Case) -> bool:
    """A phrase that begins or ends in the middle: "und von März", "Handels-"."""
    return any(_is_ragged(case.tree, phrase) for phrase in case.phrases)


def _is_ragged(tree: Tree, phrase: Phrase) -> bool:
    if phrase.text.endswith("-") or phrase.text[:1] in " ,;":
        return True
    tokens = tree.inside(phrase.start, phrase.end)
    return bool(tokens) and tokens[0].pos in {"ADP", "CCONJ", "SCONJ", "PUNCT", "ADV"}


def _is_wordy(case: Case) -> bool:
    """A phrase of more than eight words may have taken in what is not its own."""
    return any(phrase.text.count(" ") >= _WORDY for phrase in case.phrases)


def _has_no_actor(case: Case) -> bool:
    """The subject is nobody who could act."""
    return case.subject is not None and case.denotations.mention(case.subject) is None


def _acts_on_actor(case: Case) -> bool:
    """The subject is no actor and the object is one: they may have changed places."""
    ends = (case.subject, case.object)
    named = [i is not None and case.denotations.mention(i) is not None for i in ends]
    return named == [False, True] and case.subject is not None and not case.clause.passive


def _has_no_agent(case: Case) -> bool:
    return case.subject is None and case.clause.passive


def _has_no_object(case: Case) -> bool:
    return case.object is None


# --- signs of prepositions -------------------------------------------------------------


def _is_governed(case: Case) -> bool:
    """The object hangs on a preposition."""
    return case.preposition is not None and case.clause.copula is None


def _is_unframed(case: Case) -> bool:
    """The object hangs on a preposition that the verb is not known to govern."""
    return _is_governed(case) and (case.clause.lemma, case.preposition) not in case.words.frames


def _has_rivals(case: Case) -> bool:
    """Another oblique could have been the object as well."""
    others = (o.token for o in case.clause.obliques if o.token != case.object)
    return _is_governed(case) and any(case.tree[o].dep != "conj" for o in others)


def _is_likened(case: Case) -> bool:
    """ "als" and "wie" compare more often than they govern."""
    return case.preposition in _LIKENESS


def _is_adjective(case: Case) -> bool:
    """A copula whose predicate is an adjective or an adverb."""
    head = case.tree[case.clause.head]
    return case.clause.copula is not None and head.pos not in _NOUNS


def _is_means(case: Case) -> bool:
    """An agent behind "durch", which may be a means or a place."""
    return _is_agent(case) and preposition_of(case.tree, case.subject or 0) == "durch"


def _is_doubtful_agent(case: Case) -> bool:
    """An agent that is nobody: "vom Fahrzeug aus"."""
    return _is_agent(case) and _has_no_actor(case)


def _is_agent(case: Case) -> bool:
    return case.clause.passive and case.subject is not None


SIGNS: Mapping[str, Test] = {
    "relative": _is_kind("relative"),
    "adverbial": _is_kind("adverbial"),
    "passive": lambda case: case.clause.passive,
    "inherited": lambda case: case.clause.inherited,
    "no_finite": lambda case: case.clause.finite is None,
    "unknown_verb": _is_unknown_verb,
    "set_phrase": _is_set_phrase,
    "carrier_left": _leaves_carrier,
    "predicate_left": _has_predicate_left,
    "causative": _is_causative,
    "expletive": _has_expletive,
    "content_beside": _has_content_beside,
    "two_objects": _has_two_objects,
    "stray_particle": _has_stray_particle,
    "state": _is_state,
    "object_first": _is_object_first,
    "number_clash": _has_number_clash,
    "case_clash": _has_case_clash,
    "dative": _has_dative,
    "loose_antecedent": _is_loose_antecedent,
    "pronoun": _any_participant(_is_pronoun),
    "resolved": _any_participant(_is_resolved),
    "no_noun": _any_participant(_is_no_noun),
    "cut": _is_cut,
    "wordy": _is_wordy,
    "acts_on_actor": _acts_on_actor,
    "no_agent": _has_no_agent,
    "no_object": _has_no_object,
    "unframed": _is_unframed,
    "rivals": _has_rivals,
    "likened": _is_likened,
    "adjective": _is_adjective,
    "means": _is_means,
    "doubtful_agent": _is_doubtful_agent,
}
"""Every sign by name; those without a weight in the table do not count."""

SCENE_SIGNS: Mapping[str, Callable[[Scene], bool]] = {
    "marked": lambda scene: scene.marked,
    "hedged": lambda scene: scene.hedged,
    "broken": lambda scene: scene.broken,
    "parted": lambda scene: scene.parted,
}
"""The signs of a sentence."""
