"""Open information extraction: every fact of a sentence in its own words.

A triple is subject, relation, object as the words stand in the sentence, in the sense
of the BenchIE benchmark: a participant apart from its adjuncts, conjuncts apart, no
modality, no pronoun resolved. What somebody says or thinks stays his: it is printed as
the object of his saying, never as a fact. What is asked, denied without a word to show it,
or only a condition or a purpose, is not printed.

A fact has a shape, and a language prints the shapes in :data:`PRINTED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.reading.clauses import (
    Clause,
    is_participle,
    is_relative_pronoun,
    is_zu_infinitive,
    opens_with_verb,
    preposition_of,
)
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.reading.wordings import (
    core,
    governing,
    is_complement,
    is_part,
    measures,
    parts,
    prepositions,
    quotation_marks,
    say,
    spellings,
    stretch,
    verb_group,
    whole,
)

Triple = tuple[str, str, str]

_CLAUSES = {"main", "conjunct", "parataxis", "adverbial", "infinitive"}
_SHAPES = {"predicate", "inside", "object", "oblique", "framed", "agent", "content"}
_ENGLISH = {"relative", "participle", "behind", "beside", "following", "opening"}
PRINTED: Mapping[str, frozenset[str]] = {
    "de": frozenset(_CLAUSES | _SHAPES),
    "en": frozenset(_CLAUSES | _SHAPES | _ENGLISH),
}
"""What a language prints: first kinds of clauses, then shapes of facts.

``predicate``, ``object``, ``agent`` and ``oblique`` are what the verb has; ``content`` is what
somebody says; ``inside`` hangs behind a predicate noun ("ist Leiter | der Bank"), ``behind``
behind any other noun. Of obliques, ``framed`` is one that its verb asks for ("fordert die Firma
auf | zu Gesprächen"), ``beside`` any other beside an object or a predicate, ``opening`` one
that opens a sentence with more of them, ``following`` one right behind another, on which it
may as well hang. These three and what is ``behind`` a noun German keeps in the phrase or leaves
out: in the German gold of BenchIE they are hardly ever a fact of their own, in the English one
mostly.
"""

_BECOMES = {"NOUN", "PROPN", "ADJ", "PRON"}
_OPEN_MARKS = (
    "subordinator_condition",
    "subordinator_open",
    "subordinator_purpose",
    "subordinator_comparison",
)
_CONTENT_MARKS = {"dass", "daß", "ob", "that", "whether"}
_DEPTH = 2
LONGEST_SENTENCE = 200
"""Tokens; what is longer is a list or a table, and no parser understands it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple in token numbers, with its shape."""

    shape: str
    subject: tuple[int, ...]
    relation: tuple[int, ...]
    object: tuple[int, ...]


def find_triples(tree: Tree, clauses: Sequence[Clause], words: Vocabulary) -> list[Triple]:
    """The triples of a text in the order of its clauses; the same words only once, wherever
    relation and object part.
    """
    found: dict[str, Triple] = {}
    for fact in find_facts(tree, clauses, words):
        triple = (
            say(tree, fact.subject),
            say(tree, fact.relation),
            say(tree, fact.object),
        )
        found.setdefault(" ".join(triple).casefold(), triple)
    return [triple for triple in found.values() if all(triple)]


def find_facts(tree: Tree, clauses: Sequence[Clause], words: Vocabulary) -> list[Fact]:
    """The facts of a text that its language prints."""
    finder = _Finder(tree, words, {clause.head: clause for clause in clauses})
    return [fact for clause in clauses for fact in finder.facts(clause)]


Frame = tuple[str, list[int], list[int]]
"""Shape, relation, object."""


class _Finder:
    """Finds facts clause by clause."""

    def __init__(self, tree: Tree, words: Vocabulary, clauses: Mapping[int, Clause]) -> None:
        self._tree = tree
        self._words = words
        self._clauses = clauses
        self._printed = PRINTED.get(tree.lang, PRINTED["en"])

    def facts(self, clause: Clause) -> Iterator[Fact]:
        if not self._is_told(clause):
            return
        subjects = self._subjects(clause)
        frames = [f for f in self._frames(clause) if f[0] in self._printed] if subjects else []
        denied = self._is_denied(clause)
        for subject in subjects:
            name = whole(self._tree, subject)
            for shape, relation, obj in frames:
                if not denied or self._shows_denial(*name, *relation, *obj):
                    yield Fact(shape, tuple(name), tuple(relation), tuple(obj))

    # which clauses

    def _is_told(self, clause: Clause) -> bool:
        """Is the clause told as a fact, and of a kind that the language prints?"""
        start, end = self._tree.sentences[self._tree[clause.head].sent]
        if end - start > LONGEST_SENTENCE or self._tree[end - 1].text == "?":
            return False
        first = self._first_conjunct(clause)
        kind = "participle" if self._is_participle(first) else first.kind
        if kind not in self._printed or self._is_somebodys(first):
            return False
        if kind == "relative":
            return self._opens_with_subject(first)
        return kind != "adverbial" or self._is_asserted(first)

    def _is_somebodys(self, clause: Clause) -> bool:
        """Words in quotation marks, or with a "sagte er" behind them, are somebody's."""
        tree = self._tree
        marks = quotation_marks(tree, tree[clause.head].sent)
        before = sum(mark < clause.head for mark in marks)
        frames = tree.children(clause.head, "parataxis")
        told = any(("verb", tree[c].lemma.lower()) in self._words.reporting for c in frames)
        return told or (before % 2 == 1 and before < len(marks))

    def _first_conjunct(self, clause: Clause) -> Clause:
        above = clause.governor
        while clause.kind == "conjunct" and above is not None and above in self._clauses:
            clause = self._clauses[above]
            above = clause.governor
        return clause

    def _is_participle(self, clause: Clause) -> bool:
        """ "a law signed by the king", but not "a plan to sign"."""
        adnominal = clause.kind == "adnominal" and clause.finite is None
        zu = is_zu_infinitive(self._tree, clause.head)
        return adnominal and not zu and is_participle(self._tree[clause.head])

    def _opens_with_subject(self, clause: Clause) -> bool:
        own = self._tree.children(clause.head, "nsubj", "nsubj:pass")
        return bool(own) and is_relative_pronoun(self._tree, own[0])

    def _is_asserted(self, clause: Clause) -> bool:
        """An adverbial clause that tells what happened: no condition, purpose or likeness."""
        tree = self._tree
        marks = (tree[m].text.lower() for m in tree.children(clause.head, "mark", "advmod"))
        open_ = any(self._words.is_a(kind, mark) for mark in marks for kind in _OPEN_MARKS)
        return clause.finite is not None and not open_ and not opens_with_verb(tree, clause)

    def _is_denied(self, clause: Clause) -> bool:
        """Is it denied itself, or what its infinitive hangs on?"""
        above = governing(self._clauses, clause) if clause.kind == "infinitive" else None
        return clause.negated or (above is not None and self._is_denied(above))

    def _shows_denial(self, *tokens: int) -> bool:
        """ "kein", "nicht", "no" among the words: a denied clause must not read as a fact."""
        forms = {f.lower() for t in tokens for f in (self._tree[t].text, self._tree[t].lemma)}
        return bool(forms & self._words.negation)

    # who

    def _subjects(self, clause: Clause) -> tuple[int, ...]:
        first = self._first_conjunct(clause)
        if self._is_participle(first):
            return clause.subjects or (self._tree[first.head].head,)
        if clause.kind == "infinitive":
            above = governing(self._clauses, clause)
            return self._subjects(above) if above is not None and self._leads(above) else ()
        return self._sure(clause) or self._pronoun_it(first)

    def _leads(self, clause: Clause) -> bool:
        """Does its subject do what the infinitive below says: "plant", "ist bereit"?"""
        adjective = self._tree[clause.head].pos == "ADJ"
        return adjective if clause.copula is not None else not clause.objects

    def _sure(self, clause: Clause) -> tuple[int, ...]:
        """The subjects, but of a passive with two that are not coordinated neither."""
        own = self._tree.children(clause.head, "nsubj", "nsubj:pass")
        return () if clause.passive and len(own) > 1 else clause.subjects

    def _pronoun_it(self, clause: Clause) -> tuple[int, ...]:
        """ "Es beherbergt ein Fest": a subject unless a clause follows that it stands for."""
        tree = self._tree
        if tree.children(clause.head, "ccomp", "csubj", "xcomp"):
            return ()
        own = tree.children(clause.head, "nsubj")
        return tuple(c for c in own if tree[c].text.lower() == "es")

    # what

    def _frames(self, clause: Clause) -> Iterator[Frame]:
        tree = self._tree
        verbs = verb_group(tree, self._words, self._clauses, clause)
        if clause.copula is not None:
            yield from self._predicate(clause, verbs)
            return
        objects = [] if clause.passive else [*clause.objects]
        became = [c for c in tree.children(clause.head, "xcomp") if self._is_named(c)]
        for shape, tokens in (("predicate", became), ("object", objects)):
            for i in tokens:
                yield from self._argument(shape, verbs, i)
        yield from self._contents(clause, verbs)
        beside = [*objects, *became]
        if beside:
            verbs = [*verbs, *prepositions(tree, beside[0]), *core(tree, beside[0])]
        obliques = [o.token for o in clause.obliques]
        yield from self._obliques(clause, verbs, obliques, beside=bool(beside))
        if clause.agent is not None:
            yield from self._argument("agent", verbs, clause.agent)

    def _is_named(self, i: int) -> bool:
        """ "wurde Richter": what somebody becomes, is called or stays."""
        return self._tree[i].pos in _BECOMES and i not in self._clauses

    def _predicate(self, clause: Clause, verbs: list[int]) -> Iterator[Frame]:
        """ "ist Leiter"; an adjective goes with the verb where something hangs on it: "ist
        wichtig | für den Export"; with an infinitive it tells nothing alone: "ist bereit".
        """
        tree, i = self._tree, clause.head
        complements = [c for c in tree.children(i) if is_complement(tree, c, i)]
        group = [*verbs[:1], *prepositions(tree, i), *core(tree, i), *verbs[1:]]
        if complements:
            yield from self._obliques(clause, group, complements, beside=False)
            return
        below = (self._clauses[c] for c in tree.children(i, "xcomp") if c in self._clauses)
        if any(clause.kind == "infinitive" for clause in below):
            return
        yield from self._argument("predicate", verbs, i)
        others = [o.token for o in clause.obliques if not is_part(tree, o.token, i)]
        yield from self._obliques(clause, group, others, beside=True)

    def _obliques(
        self, clause: Clause, verbs: list[int], tokens: Sequence[int], *, beside: bool
    ) -> Iterator[Frame]:
        for i in tokens:
            shape = self._shape(clause, i, tokens, beside=beside)
            yield from self._argument(shape, verbs, i)

    def _shape(self, clause: Clause, i: int, tokens: Sequence[int], *, beside: bool) -> str:
        """Which of the obliques in :data:`PRINTED` it is."""
        if (clause.lemma, preposition_of(self._tree, i)) in self._words.frames:
            return "framed"
        if beside:
            return "beside"
        if len(tokens) > 1 and _opens(clause, i):
            return "opening"
        return "following" if self._may_hang_on(i, tokens) else "oblique"

    def _may_hang_on(self, i: int, others: Sequence[int]) -> bool:
        """ "in der Halle in der Nähe": what follows another oblique may as well hang on it;
        a number, a date and its like stand for themselves.
        """
        first = min([*self._tree.children(i, "case"), *whole(self._tree, i)])
        ends = {o: whole(self._tree, o) for o in others if o < i}
        before = next((t for t in ends.values() if t[-1] == first - 1), None)
        if before is None:
            return False
        return self._has_number(*before) == self._has_number(*whole(self._tree, i))

    def _has_number(self, *tokens: int) -> bool:
        return any(self._tree[t].pos == "NUM" for t in tokens)

    def _contents(self, clause: Clause, verbs: list[int]) -> Iterator[Frame]:
        """ "sagt | dass er kommt"; but "so groß, dass" is a result."""
        tree = self._tree
        degree = any(tree[a].text.lower() in {"so", "such"} for a in tree.children(clause.head))
        for c in tree.children(clause.head, "ccomp"):
            marks = {tree[m].text.lower() for m in tree.children(c, "mark")}
            told = ("verb", clause.lemma) in self._words.reporting
            if c in self._clauses and (told or marks & _CONTENT_MARKS) and not degree:
                yield "content", verbs, stretch(tree, c)

    def _argument(self, shape: str, relation: list[int], i: int) -> Iterator[Frame]:
        """A noun phrase; where the language has it so, without what hangs behind the noun, and
        then that.
        """
        case = prepositions(self._tree, i)
        part = "inside" if shape == "predicate" else "behind"
        if part in self._printed and shape in self._printed:
            for tokens in measures(self._tree, i):
                yield shape, relation, [*case, *tokens]
            yield from self._behind(part, [*relation, *case], i, _DEPTH)
            return
        for tokens in spellings(self._tree, self._words, i):
            yield shape, relation, [*case, *tokens]

    def _behind(self, shape: str, relation: list[int], i: int, depth: int) -> Iterator[Frame]:
        """What hangs behind a noun, and what behind that."""
        tree = self._tree
        relation = [*relation, *core(tree, i)]
        for part in parts(tree, i) if depth else ():
            for c in tree.conjuncts(part):
                case = prepositions(tree, c)
                for tokens in measures(tree, c):
                    yield shape, relation, [*case, *tokens]
                yield from self._behind(shape, [*relation, *case], c, depth - 1)


def _opens(clause: Clause, i: int) -> bool:
    """Does a token stand before the finite verb and the subject behind it?"""
    finite = clause.finite
    return finite is not None and i < finite and any(finite < s for s in clause.subjects)
