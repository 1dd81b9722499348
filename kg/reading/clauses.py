"""Clauses: a predicate with its voice, its qualifiers and its participants.

A clause is found wherever the tree has a verb of its own, or a noun or adjective with a
copula. Everything is said in token numbers of the tree; :mod:`kg.reading.statements`
turns clauses into statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary

AUXILIARIES = ("aux", "aux:pass")
SUBJECTS = ("nsubj", "nsubj:pass")
CLAUSAL = {"ccomp", "xcomp", "advcl", "acl", "acl:relcl", "csubj", "csubj:pass", "parataxis"}
OBLIQUES = ("obl", "obl:arg", "obl:agent", "obl:tmod", "obl:npmod", "nmod")
RELATIVE_TAGS = {"PRELS", "PRELAT", "WDT", "WP", "WP$"}
FINITE_TAGS = {"VVFIN", "VAFIN", "VMFIN", "VVIMP", "VAIMP", "VBD", "VBZ", "VBP", "MD"}
PARTICIPLE_TAGS = {"VVPP", "VAPP", "VMPP", "VBN"}
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM"}
_AGENT_CASES = {"de": ("von", "vom", "durch"), "en": ("by",)}


@dataclass(frozen=True, slots=True)
class Oblique:
    """A prepositional or bare oblique: preposition (lower case, "" for none) and its noun."""

    preposition: str
    token: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A predicate and what belongs to it; token numbers throughout.

    ``kind``: main, conjunct, complement, infinitive, relative, adverbial, adnominal,
    participle. ``governor`` is the predicate above, if any. ``mood``: ind, sub1, sub2 or
    "" for an infinite verb. ``copula`` is the copula verb where the predicate is a noun
    or adjective.
    """

    head: int
    lemma: str
    verbs: tuple[int, ...]
    kind: str
    governor: int | None
    finite: int | None
    mood: str
    passive: bool
    copula: int | None
    subjects: tuple[int, ...]
    objects: tuple[int, ...]
    recipient: int | None
    agent: int | None
    obliques: tuple[Oblique, ...]
    negated: bool
    modals: tuple[int, ...]
    inherited: bool = False

    @property
    def doer(self) -> int | None:
        """Who does it: the agent of a passive, else the first subject."""
        return self.agent if self.passive else next(iter(self.subjects), None)


def find_clauses(tree: Tree, words: Vocabulary) -> list[Clause]:
    """The clauses of a tree, in the order of their predicates; heads before what they govern
    are consulted first, so that a conjunct or infinitive finds its subject.
    """
    finder = _Finder(tree, words)
    return [finder.clause(i) for i in finder.predicates]


def owners(tree: Tree, clauses: Sequence[Clause]) -> Mapping[int, int]:
    """For every token the predicate of the clause it stands in."""
    heads = {clause.head for clause in clauses}
    found: dict[int, int] = {}
    for token in tree.tokens:
        at = token.i
        while at not in heads and tree[at].head != at:
            at = tree[at].head
        if at in heads:
            found[token.i] = at
    return found


class _Finder:
    """Finds predicates, then clauses, each only once."""

    def __init__(self, tree: Tree, words: Vocabulary) -> None:
        self._tree = tree
        self._words = words
        self.predicates = [t.i for t in tree.tokens if is_predicate(tree, t)]
        self._heads = set(self.predicates)
        self._made: dict[int, Clause] = {}

    def clause(self, i: int) -> Clause:
        if i not in self._made:
            self._made[i] = self._make(i)
        return self._made[i]

    def _make(self, i: int) -> Clause:
        tree, words = self._tree, self._words
        verbs = _verbs(tree, i)
        copula = tree.child(i, "cop")
        finite = _finite(tree, i, verbs)
        passive = is_passive(tree, words, i)
        shared = self._shared_auxiliaries(i, finite)
        if shared is not None:
            passive = shared.passive
            finite = None if finite == i else finite
        kind = self._kind(i)
        subjects, objects, recipient = self._own_participants(i, kind, finite, passive=passive)
        inherited = not subjects
        if inherited and not self._is_impersonal(i):
            subjects = self._inherited(i, kind)
        agent = _agent(tree, i) if passive else None
        obliques = (o for o in find_obliques(tree, i) if o.token != agent)
        return Clause(
            head=i,
            lemma=predicate_lemma(tree, words, i),
            verbs=verbs,
            kind=kind,
            governor=self._governor(i),
            finite=finite,
            mood=shared.mood if shared else find_mood(tree, words, finite, subjects),
            passive=passive,
            copula=copula,
            subjects=subjects,
            objects=objects,
            recipient=recipient,
            agent=None if agent is None else self._antecedent(i, agent),
            obliques=tuple(replace(o, token=self._antecedent(i, o.token)) for o in obliques),
            negated=is_negated(tree, words, i) or self._denied_above(i, kind, finite),
            modals=(shared.modals if shared else ())
            + tuple(v for v in verbs if _is_modal(tree[v], words)),
            inherited=inherited,
        )

    def _own_participants(
        self, i: int, kind: str, finite: int | None, *, passive: bool
    ) -> tuple[tuple[int, ...], tuple[int, ...], int | None]:
        """Subjects, objects and recipient of its own, each where the form of the clause has it."""
        tree = self._tree
        subjects, objects, recipient = self._participants(i, passive=passive)
        if kind == "infinitive" and subjects and is_zu_infinitive(tree, i):
            subjects, objects = (), objects or subjects
        free = kind != "conjunct" or _has_forefield(tree, i, finite)
        if not subjects and finite is not None and objects and free:
            subjects, objects = _promote_object(tree, i, objects)
        return subjects, objects, recipient

    def _participants(
        self, i: int, *, passive: bool
    ) -> tuple[tuple[int, ...], tuple[int, ...], int | None]:
        """Subjects, objects and recipient as they stand at the predicate itself."""
        tree = self._tree
        subjects, objects = self._subjects(i), self._objects(i)
        recipient = self._recipient(i)
        if passive:
            return _suffering(tree, i, subjects), objects, recipient
        subjects, second = _split_subjects(tree, i, subjects)
        if not objects:
            objects = second
        elif second and recipient is None:
            recipient = second[0]
        others = objects or ((recipient,) if recipient is not None else ())
        if _is_inverted(tree, self._words, i, subjects, others):
            return others, subjects, None
        return subjects, objects, recipient

    def _shared_auxiliaries(self, i: int, finite: int | None) -> Clause | None:
        """The first conjunct, where its auxiliaries hold for this one too: "wurde gebracht und
        vernommen", "konnte überreden und verhaften".
        """
        tree = self._tree
        governor = self._governor(i)
        if tree[i].dep != "conj" or governor is None or governor > i:
            return None
        bare = finite is None or (finite == i and tree[i].text.lower() == tree[i].lemma)
        first = self.clause(governor)
        if finite is not None and first.modals and self._is_perfect_infinitive(i, finite):
            return replace(first, passive=is_passive(tree, self._words, i))
        same_form = is_participle(tree[i]) == is_participle(tree[governor])
        carried = first.finite is not None and first.finite != first.head
        return first if bare and same_form and carried and first.copula is None else None

    def _is_perfect_infinitive(self, i: int, finite: int) -> bool:
        """ "soll ausgebrochen sein und sich ausgebreitet haben": the last word looks finite."""
        token = self._tree[finite]
        return finite > i and token.dep in AUXILIARIES and token.text in {"haben", "sein"}

    def _governor(self, i: int) -> int | None:
        return next((a for a in self._tree.ancestors(i) if a in self._heads), None)

    def _kind(self, i: int) -> str:
        tree = self._tree
        dep = tree[i].dep
        if is_zu_infinitive(tree, i) and tree[i].head != i:
            return self._infinitive_kind(i)
        if dep in {"acl", "acl:relcl"} and self._is_content_of_noun(i):
            return "complement"
        if dep == "conj" and tree[i].head in self._heads:
            return "conjunct"
        if dep == "acl:relcl" or any(tree[t].tag in RELATIVE_TAGS for t in tree.children(i)):
            return "relative" if dep in {"acl:relcl", "acl"} else "complement"
        if dep == "xcomp" and is_finite(tree[i]):
            return "complement"
        opens = {tree[m].text.lower() for m in tree.children(i, "mark")} & {"dass", "daß", "that"}
        if dep == "advcl" and i < tree[i].head and opens:
            return "complement"  # "Dass Hilfe kommt, erhofft die Stadt"
        named = {
            "ccomp": "complement",
            "csubj": "complement",
            "csubj:pass": "complement",
            "xcomp": "infinitive",
            "advcl": "adverbial",
            "acl": "adnominal",
            "parataxis": "parataxis",
        }
        return named.get(dep, "main")

    def _is_content_of_noun(self, i: int) -> bool:
        """ "a report that Norway had negotiated": what a noun says, not what it is like."""
        below = (self._tree[c] for c in self._tree.children(i))
        marks = {t.text.lower() for t in below if t.dep == "mark" or t.pos == "SCONJ"}
        return bool(marks & {"dass", "daß", "ob", "that", "whether"})

    def _infinitive_kind(self, i: int) -> str:
        """ "um zu" is a circumstance; an infinitive below a noun is adnominal."""
        tree = self._tree
        marks = {tree[m].text.lower() for m in tree.children(i, "mark")}
        if marks & {"um", "ohne", "anstatt", "statt"}:
            return "adverbial"
        if tree[i].dep == "conj" and is_zu_infinitive(tree, tree[i].head):
            return "conjunct"
        return "adnominal" if tree[tree[i].head].pos in {"NOUN", "PROPN"} else "infinitive"

    def _subjects(self, i: int) -> tuple[int, ...]:
        tree = self._tree
        children = tree.children(i, *SUBJECTS)
        own = [t for t in children if not is_expletive(tree, t) and not is_reflexive(tree, t)]
        return tuple(self._antecedent(i, t) for t in _distribute(tree, own))

    def _is_impersonal(self, i: int) -> bool:
        """ "handelt es sich um": es is its subject, so it takes over no other."""
        tree = self._tree
        return any(is_expletive(tree, t) for t in tree.children(i, *SUBJECTS, "expl"))

    def _objects(self, i: int) -> tuple[int, ...]:
        tree = self._tree
        own = [t for t in tree.children(i, "obj") if not is_reflexive(tree, t)]
        return tuple(self._antecedent(i, t) for t in _distribute(tree, own))

    def _recipient(self, i: int) -> int | None:
        found = _recipient(self._tree, i)
        return None if found is None else self._antecedent(i, found)

    def _antecedent(self, i: int, t: int) -> int:
        """A relative pronoun gives way to the noun it stands for: the one its clause hangs
        on, else the nearest noun before the comma. "was" stands for what the clause says.
        """
        tree = self._tree
        if not is_relative_pronoun(tree, t) or tree[t].text.lower() == "was":
            return t
        at = i
        while tree[at].dep == "conj" and tree[at].head in self._heads:
            at = tree[at].head
        if tree[at].dep in {"acl:relcl", "acl"} and tree[tree[at].head].pos in _NOMINAL:
            return self._agreeing(t, tree[at].head)
        first, _ = tree.sentences[tree[t].sent]
        before = (n for n in range(t - 1, max(first, t - 5) - 1, -1))
        nearest = next((n for n in before if tree[n].pos in _NOMINAL), None)
        return t if nearest is None else self._agreeing(t, nearest)

    def _agreeing(self, t: int, noun: int) -> int:
        """The noun, else the one above or below it that the form of the pronoun allows:
        "die Verabschiedung des Gesetzes, das", "in einer Mitteilung des Konzerns, die".
        """
        tree = self._tree
        if self._may_stand_for(t, noun):
            return noun
        near = (*reversed(tree.children(noun, "nmod", "obl", "appos")), tree[noun].head)
        first, _ = tree.sentences[tree[t].sent]
        tops = (n for n in range(noun - 1, first - 1, -1) if tree[n].dep in {*SUBJECTS, "obj"})
        others = (n for n in (*near, *tops) if n < t and tree[n].pos in {"NOUN", "PROPN"})
        return next((n for n in others if self._may_stand_for(t, n)), noun)

    def _may_stand_for(self, t: int, noun: int) -> bool:
        """Does the form of the pronoun go with the noun, and the verb whose subject it is?"""
        tree = self._tree
        if not may_stand_for(tree, t, noun):
            return False
        alone = len(tree.children(tree[t].head, *SUBJECTS)) == 1
        if tree.lang != "de" or tree[t].dep not in SUBJECTS or not alone:
            return True
        return not _disagrees(tree, tree[t].head, noun)

    def _controller(self, above: Clause) -> tuple[int, ...]:
        """Who does what the infinitive says: the object ("forderte die Europäer auf, ..."), else
        the subject ("drohte, ...", also "drohte ihm, ..."); nobody after "warnte davor, ...".
        """
        if self._words.is_a("subject_control", above.lemma):
            return above.subjects
        if above.objects:
            return above.objects
        if above.recipient is not None:
            return (above.recipient,)
        return () if self._words.is_a("no_control", above.lemma) else above.subjects

    def _denied_above(self, i: int, kind: str, finite: int | None) -> bool:
        """ "nicht gestohlen oder verletzt": the denial reaches over "oder"; over "nor" even to a
        finite verb.
        """
        governor = self._governor(i)
        if kind != "conjunct" or governor is None:
            return False
        between = (c for c in self._tree.children(governor, "cc") if governor < c < i)
        links = {self._tree[c].text.lower() for c in (*self._tree.children(i, "cc"), *between)}
        reaching = {"noch", "nor"} if finite is not None else {"oder", "noch", "or", "nor"}
        opened = {self._tree[c].lemma.lower() for c in self._tree.children(governor)}
        if "noch" in links and "weder" not in opened:
            return False
        return bool(links & reaching) and self.clause(governor).negated

    def _inherited(self, i: int, kind: str) -> tuple[int, ...]:
        tree = self._tree
        governor = self._governor(i)
        if governor is None:
            return ()
        if kind == "conjunct":
            return self.clause(governor).subjects
        if kind == "infinitive" or (kind == "adverbial" and not is_finite(tree[i])):
            above = self.clause(governor)
            if kind == "infinitive":
                return self._controller(above)
            return above.subjects
        return ()


def may_stand_for(tree: Tree, pronoun: int, noun: int) -> bool:
    """Does the form of a German relative pronoun go with the noun's article or gender?"""
    allowed = _PRONOUN_GENDERS.get(tree[pronoun].text.lower())
    if tree.lang != "de" or allowed is None:
        return True
    articles = (tree[c].text.lower() for c in tree.children(noun, "det", "case"))
    certain = next((g for a in articles if (g := _ARTICLE_GENDERS.get(a)) is not None), None)
    morph = tree[noun].morph
    gender = "Plur" if morph.get("Number") == "Plur" else morph.get("Gender", "")
    possible = {gender} if gender and gender in (certain or {gender}) else certain
    return not possible or bool(allowed & possible)


def noun_number(tree: Tree, noun: int) -> str:
    """``Sing`` or ``Plur``, "" where unknown; several together are many."""
    if len(tree.conjuncts(noun)) > 1:
        return "Plur"
    return tree[noun].morph.get("Number", "")


_PRONOUN_GENDERS = {
    "das": {"Neut"},
    "der": {"Masc", "Fem"},
    "die": {"Fem", "Plur"},
    "den": {"Masc"},
    "dem": {"Masc", "Neut"},
    "denen": {"Plur"},
    "welcher": {"Masc", "Fem"},
    "welche": {"Fem", "Plur"},
    "welches": {"Neut"},
    "welchen": {"Masc", "Plur"},
}
"""Relative pronouns and what they may stand for."""
_ARTICLE_GENDERS = {
    "das": {"Neut"},
    "des": {"Masc", "Neut"},
    "dem": {"Masc", "Neut"},
    "vom": {"Masc", "Neut"},
    "im": {"Masc", "Neut"},
    "zum": {"Masc", "Neut"},
    "am": {"Masc", "Neut"},
    "zur": {"Fem"},
    "die": {"Fem", "Plur"},
    "eine": {"Fem"},
    "einer": {"Fem"},
    "einem": {"Masc", "Neut"},
    "eines": {"Masc", "Neut"},
    "einen": {"Masc"},
    "ein": {"Masc", "Neut"},
}


def is_predicate(tree: Tree, token: Token) -> bool:
    """Does a clause of its own stand at this token?"""
    if tree.child(token.i, "cop") is not None:
        return token.dep not in AUXILIARIES
    if token.pos not in {"VERB", "AUX"} or token.dep in {*AUXILIARIES, "cop", "case", "mark"}:
        return False
    if token.dep in {"amod", "det", "compound:prt", "flat:name", "appos", "nmod", "fixed"}:
        return False
    return token.dep not in {"obj", "obl", "nsubj"} or is_finite(token)


def is_finite(token: Token) -> bool:
    """A finite verb form, by tag or morphology."""
    if token.pos not in {"VERB", "AUX"} or token.dep == "amod":
        return False
    return token.tag in FINITE_TAGS or token.morph.get("VerbForm") == "Fin"


def is_zu_infinitive(tree: Tree, i: int) -> bool:
    """An infinitive with zu, apart or inside ("zurückzunehmen"), or English to."""
    if any(is_finite(tree[c]) for c in tree.children(i, *AUXILIARIES, "cop")):
        return False
    if has_inner_zu(tree[i].text, tree[i].lemma):
        return True
    return any(
        tree[c].tag in {"PTKZU", "TO"} and tree[c].i < i for c in tree.children(i, "mark", "advmod")
    ) or any(is_zu_auxiliary(tree, c) for c in tree.children(i, "aux", "aux:pass", "cop"))


def has_inner_zu(form: str, lemma: str) -> bool:
    """ "zurückzunehmen" of "zurücknehmen"."""
    form = form.lower()
    return any(form == f"{lemma[:cut]}zu{lemma[cut:]}" for cut in range(2, len(lemma) - 2))


def is_zu_auxiliary(tree: Tree, i: int) -> bool:
    """ "gewesen zu sein": the zu stands before the auxiliary."""
    return i > 0 and tree[i - 1].tag in {"PTKZU", "TO"} and not is_finite(tree[i])


def has_perfect_infinitive(tree: Tree, clause: Clause) -> bool:
    """ "soll geplant haben", "soll geplatzt sein": told of the past, not demanded."""
    return any(tree[v].dep == "aux" and tree[v].text in {"haben", "sein"} for v in clause.verbs)


def opens_with_verb(tree: Tree, clause: Clause) -> bool:
    """ "Sollte sich der Verdacht bestätigen, ...", "Had he stayed, ...": a verb-first clause
    that is no question and no command is a condition.
    """
    if clause.finite is None or clause.mood == "imp":
        return False
    if ends_with_condition(tree, clause):
        return True
    if tree.lang != "de" and tree[clause.finite].text not in {"Had", "Were", "Should"}:
        return False
    first, last = tree.sentences[tree[clause.finite].sent]
    words = (i for i in range(first, last) if tree[i].pos != "PUNCT")
    return next(words, None) == clause.finite and tree[last - 1].text not in {"?", "!"}


def ends_with_condition(tree: Tree, clause: Clause) -> bool:
    """ "Die Wehr räumt das Dorf, sollte der Fluss steigen": right behind the comma, and its
    subject behind it.
    """
    at = clause.finite
    if at is None or at == 0 or clause.inherited or tree[at].text not in {"sollte", "sollten"}:
        return False
    below = any(a != clause.head for a in tree.ancestors(clause.head))
    return below and tree[at - 1].text == "," and all(s > at for s in clause.subjects)


def is_participle(token: Token) -> bool:
    """A past participle, by tag or morphology."""
    return token.tag in PARTICIPLE_TAGS or (
        token.morph.get("VerbForm") == "Part" and token.morph.get("Tense") != "Pres"
    )


def is_passive(tree: Tree, words: Vocabulary, i: int) -> bool:
    """werden-passive, sein + participle (+ worden), English be-passive."""
    if tree.lang != "de":
        return tree.child(i, "nsubj:pass", "aux:pass") is not None
    if is_modal_passive(tree, i):
        return True
    lemmas = {tree[a].lemma for a in tree.children(i, *AUXILIARIES)}
    if "haben" in lemmas or not lemmas & {"werden", "sein", "bekommen"}:
        return False
    if not is_participle(tree[i]) and words.verbs.find_participle(tree[i].text) is None:
        return False
    if "werden" in lemmas:
        return True
    return not words.takes_sein(tree[i].lemma) and tree.child(i, "obj") is None


def is_modal_passive(tree: Tree, i: int) -> bool:
    """ "ist zu sehen": it can be seen, or must."""
    auxiliaries = [tree[a] for a in tree.children(i, "aux", "cop")]
    if tree.lang != "de" or not any(a.lemma == "sein" and is_finite(a) for a in auxiliaries):
        return False
    marked = any(tree[m].tag == "PTKZU" for m in tree.children(i, "mark", "advmod"))
    infinitive = tree[i].tag in {"VVINF", "VVIZU"} and not is_participle(tree[i])
    return infinitive and (marked or has_inner_zu(tree[i].text, tree[i].lemma))


def _verbs(tree: Tree, i: int) -> tuple[int, ...]:
    """Auxiliaries, copula, particle and verb in text order."""
    parts = [c for c in tree.children(i) if _is_verb_part(tree, c)]
    own = () if tree.child(i, "cop") is not None else (i,)
    return tuple(sorted({*parts, *own}))


def _finite(tree: Tree, i: int, verbs: Sequence[int]) -> int | None:
    """The finite verb: an auxiliary before the verb itself, which often looks finite too."""
    found = [v for v in verbs if is_finite(tree[v])]
    return next((v for v in found if v != i), next(iter(found), None))


def _is_verb_part(tree: Tree, c: int) -> bool:
    return tree[c].dep in {*AUXILIARIES, "cop", "compound:prt"} or is_reflexive(tree, c)


def predicate_lemma(tree: Tree, words: Vocabulary, i: int) -> str:
    """Dictionary form of the predicate: particle and verb as one word, the copula's own.

    "forderte ... auf" gives "auffordern"; English phrasal verbs keep a space: "call off".
    """
    copula = tree.child(i, "cop")
    if copula is not None:
        return tree[copula].lemma.lower()
    lemma = tree[i].lemma.lower()
    particle = tree.child(i, "compound:prt")
    if particle is None:
        return lemma
    text = tree[particle].text.lower()
    if tree.lang != "de":
        return f"{lemma} {text}"
    return lemma if lemma.startswith(text) else text + lemma


def _distribute(tree: Tree, tokens: Sequence[int]) -> tuple[int, ...]:
    """Every conjunct stands for itself."""
    return tuple(dict.fromkeys(c for t in tokens for c in tree.conjuncts(t)))


def _split_subjects(
    tree: Tree, i: int, subjects: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two subjects side by side that are not coordinated: the second one is something else."""
    own = tree.children(i, *SUBJECTS)
    if len(own) < 2 or tree.child(i, "cop") is not None:
        return subjects, ()
    if _disagrees(tree, i, subjects[0]) and not _disagrees(tree, i, own[1]):
        acting = set(tree.conjuncts(own[1]))  # "die ein Amokläufer erschossen hatte"
        return tuple(s for s in subjects if s in acting), tuple(
            s for s in subjects if s not in acting
        )
    surely = [t for t in own if is_surely_nominative(tree, t)]
    other = own[0] if surely and surely[0] != own[0] else own[1]
    second = set(tree.conjuncts(other))
    return tuple(s for s in subjects if s not in second), tuple(sorted(second))


def is_surely_nominative(tree: Tree, i: int) -> bool:
    """ "er", "der Minister": a form that only a subject has."""
    if tree[i].text.lower() in {"er", "ich", "wir", "du"}:
        return True
    articles = (tree[c] for c in tree.children(i, "det") if tree[c].text.lower() == "der")
    noun = tree[i].morph.get("Gender") == "Masc" and tree[i].morph.get("Number") == "Sing"
    return noun and any(a.morph.get("Gender") == "Masc" for a in articles)


def _suffering(tree: Tree, i: int, subjects: tuple[int, ...]) -> tuple[int, ...]:
    """ "wurde Maus der Titel aberkannt": of two subjects of a passive, the one whose form is a
    subject's; the other is in the dative.
    """
    own = tree.children(i, *SUBJECTS)
    surely = [t for t in own if is_surely_nominative(tree, t)]
    if len(own) < 2 or len(surely) != 1:
        return subjects
    kept = set(tree.conjuncts(surely[0]))
    return tuple(s for s in subjects if s in kept) or subjects


def _disagrees(tree: Tree, i: int, noun: int) -> bool:
    """Has the noun another number than the finite verb?"""
    finite = _finite(tree, i, _verbs(tree, i))
    wanted = "" if finite is None else tree[finite].morph.get("Number", "")
    number = noun_number(tree, noun)
    alone = len(tree.conjuncts(noun)) == 1  # "Vater und Mutter kam"
    return bool(wanted and number) and wanted != number and (alone or wanted == "Plur")


def _has_forefield(tree: Tree, i: int, finite: int | None) -> bool:
    """A conjunct with an oblique of its own before its finite verb has its own subject too:
    "und aus dem Gebäude drang Rauch".
    """
    if tree.lang != "de" or finite is None:
        return False
    return any(tree[c].dep in OBLIQUES and c < finite for c in tree.children(i))


def _is_inverted(
    tree: Tree, words: Vocabulary, i: int, subjects: Sequence[int], objects: Sequence[int]
) -> bool:
    """ "Dies bestätigte der Vorsitzende": nobody but the noun can speak."""
    if len(subjects) != 1 or not objects or tree.lang != "de":
        return False
    speaks = ("verb", predicate_lemma(tree, words, i)) in words.reporting
    pointing = tree[subjects[0]].text.lower() in {"dies", "das", "dieses", "was"}
    return speaks and pointing and tree[objects[0]].pos in {"NOUN", "PROPN"}


def is_reflexive(tree: Tree, i: int) -> bool:
    """ "sich", "himself": part of the verb, no participant."""
    token = tree[i]
    return token.text.lower() == "sich" or token.tag == "PRF" or token.dep == "expl:pv"


def _promote_object(
    tree: Tree, i: int, objects: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A finite clause with an object and no subject: the object is its subject, unless an
    article or pronoun says accusative.
    """
    own = tree.children(i, "obj")
    if len(own) > 1 and not _is_accusative(tree, own[0]):
        second = set(tree.conjuncts(own[1]))
        return tuple(o for o in objects if o not in second), tuple(sorted(second))
    accusative = [o for o in objects if _is_accusative(tree, o)]
    empty = any(tree[c].text.lower() == "es" for c in tree.children(i, *SUBJECTS, "expl"))
    if accusative or tree[i].morph.get("Mood") == "Imp" or empty:
        return (), objects
    return objects, ()


def _is_accusative(tree: Tree, i: int) -> bool:
    words = [tree[i].text.lower(), *(tree[c].text.lower() for c in tree.children(i, "det"))]
    return any(w in {"den", "einen", "ihn", "keinen", "seinen", "ihren", "diesen"} for w in words)


def is_expletive(tree: Tree, i: int) -> bool:
    """ "es" and "there" that stand for nothing."""
    token = tree[i]
    return token.dep == "expl" or (token.text.lower() in {"es", "there"} and token.pos == "PRON")


def is_relative_pronoun(tree: Tree, i: int) -> bool:
    """A pronoun that opens a relative clause."""
    token = tree[i]
    if token.tag in RELATIVE_TAGS or token.morph.get("PronType") == "Rel":
        return True
    form = token.text.lower()
    return form in _LIKE_RELATIVES and token.i > 0 and tree[token.i - 1].text == ","


_LIKE_RELATIVES = {"welcher", "welche", "welches", "welchen"}


def _recipient(tree: Tree, i: int) -> int | None:
    found = tree.child(i, "iobj")
    if found is not None:
        return found
    bare = (t for t in tree.children(i, "obl:arg") if tree.child(t, "case") is None)
    return next(bare, None)


def _agent(tree: Tree, i: int) -> int | None:
    named = tree.child(i, "obl:agent")
    if named is not None:
        return named
    suffered = tree.children(i, *SUBJECTS, "ccomp", "xcomp", "csubj", "csubj:pass", "parataxis")
    if tree[i].dep not in CLAUSAL | {"conj"} and not suffered:
        return None  # "von Betrug wird ausgegangen": of what, not by whom
    cases = _AGENT_CASES.get(tree.lang, ())
    for oblique in find_obliques(tree, i):
        if oblique.preposition in cases and tree[oblique.token].pos != "NUM":
            return oblique.token
    return None


def find_obliques(tree: Tree, i: int) -> list[Oblique]:
    """Obliques of a predicate with their prepositions, conjuncts apart, in text order."""
    found: list[Oblique] = []
    for t in tree.children(i, *OBLIQUES):
        if tree.child(i, "cop") is not None and tree[t].dep == "nmod":
            continue
        preposition = preposition_of(tree, t)
        if is_reflexive(tree, t):
            continue
        if preposition or tree[t].dep != "obl:arg":
            for c in tree.conjuncts(t):
                found.append(Oblique(preposition_of(tree, c) or preposition, c))
    return sorted(found, key=lambda o: o.token)


def preposition_of(tree: Tree, i: int) -> str:
    """The preposition before a noun in dictionary form ("zum" is "zu"), "" for none."""
    cases = [tree[c] for c in tree.children(i, "case") if tree[c].pos in _CASE_TAGS]
    if not cases:
        return ""
    return _CONTRACTED.get(cases[0].text.lower(), cases[0].text.lower())


_CASE_TAGS = {"ADP", "PART", "SCONJ", "CCONJ", "ADV"}
_CONTRACTED = {
    "am": "an",
    "ans": "an",
    "aufs": "auf",
    "beim": "bei",
    "durchs": "durch",
    "fürs": "für",
    "im": "in",
    "ins": "in",
    "ums": "um",
    "vom": "von",
    "vors": "vor",
    "zum": "zu",
    "zur": "zu",
    "übers": "über",
    "hinterm": "hinter",
    "unterm": "unter",
}


_NEGATING = ("advmod", "det", "advmod:neg", "cc", "cc:preconj", "dep", "neg", "mark")


def is_denied(tree: Tree, words: Vocabulary, i: int) -> bool:
    """Is this one participant denied: "Steuern, aber keine Zinsen"?"""
    return any(_is_negator(tree, words, c) for c in tree.children(i, "det", "advmod", "neg"))


def is_corrected(tree: Tree, words: Vocabulary, i: int) -> bool:
    """ "nicht den Minister, sondern den Sprecher": what follows is affirmed."""
    links = (tree[c].text.lower() for c in tree.children(i, "cc"))
    return tree[i].dep == "conj" and any(words.is_a("correcting", link) for link in links)


def is_negated(tree: Tree, words: Vocabulary, i: int) -> bool:
    """Is the clause denied: by an adverb at its verb, or by "kein" at a participant?"""
    if _is_paired_off(tree, words, i):
        return True
    below = tree.children(i, *AUXILIARIES, "cop", *SUBJECTS, "obj", *OBLIQUES, "advmod", "xcomp")
    places = [i, *(c for c in below if tree[c].pos != "VERB" or tree[c].dep in AUXILIARIES)]
    places += [d for p in places for d in tree.children(p, "det")]  # "nicht alle Länder"
    places += [a for p in tree.children(i, "xcomp") for a in tree.children(p, "advmod")]
    return any(
        _is_negator(tree, words, c)
        for p in places
        for c in (*tree.children(p, *_NEGATING), p)
        if c != i
    )


def _is_paired_off(tree: Tree, words: Vocabulary, i: int) -> bool:
    """ "Weder die G8, noch die EU erkennen das an": whatever hangs on what, nobody does."""
    first, _ = tree.sentences[tree[i].sent]
    for t in range(i - 1, first - 1, -1):
        if words.is_a("paired_negator", tree[t].text.lower()):
            return True
        opens = tree[t].dep == "mark" or tree[t].tag in RELATIVE_TAGS
        if opens or (is_finite(tree[t]) and tree[t].head != i):
            return False
    return False


def _is_negator(tree: Tree, words: Vocabulary, i: int) -> bool:
    token = tree[i]
    if token.lemma.lower() not in words.negation and token.text.lower() not in words.negation:
        return False
    following = tree[i + 1].text.lower() if i + 1 < len(tree) else ""
    return not words.is_a("not_only", following)


def _is_modal(token: Token, words: Vocabulary) -> bool:
    lemma = token.lemma.lower()
    return (
        token.dep in AUXILIARIES
        and ("verb", lemma) in words.modals
        and not words.is_a("auxiliary", lemma)
    )


def find_mood(tree: Tree, words: Vocabulary, finite: int | None, subjects: Sequence[int]) -> str:
    """``ind``, ``imp``, ``sub1`` (Konjunktiv I), ``sub2`` (Konjunktiv II), "" if not finite."""
    if finite is None:
        return ""
    if tree.lang != "de":
        return "ind"
    token = tree[finite]
    form = token.text.lower()
    first_person = any(tree[s].text.lower() in {"ich", "wir", "du", "ihr"} for s in subjects)
    if token.morph.get("Mood") == "Imp":
        return "imp"
    if form in {"möchte", "möchten"}:
        return "ind"
    found = words.verbs.mood(form)
    return "ind" if found == "sub1" and first_person else found


def clause_tokens(tree: Tree, clause: Clause) -> Iterator[int]:
    """The clause's tokens without those of clauses below it."""
    yield from tree.subtree(clause.head, skip=lambda t: t.dep in CLAUSAL)
