"""How a fact is worded: the verbs of a clause in the order of a main clause, and noun
phrases with or without what stands behind their noun.

Everything is said in token numbers; :func:`say` turns them into the words of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.reading.clauses import (
    AUXILIARIES,
    CLAUSAL,
    Clause,
    is_finite,
    is_participle,
    preposition_of,
)
from kg.reading.trees import Token, Tree, runs
from kg.reading.vocabulary import Vocabulary

Clauses = Mapping[int, Clause]
"""The clauses of a text by their predicates."""

_APART = CLAUSAL | {"conj", "cc", "cc:preconj", "appos", "cop", "discourse"}
_OF_PREDICATE = {"nsubj", "nsubj:pass", "aux", "aux:pass", "expl", "mark", "advmod", "obl"}
_BEHIND = {"nmod", "obl", "obl:arg", "obl:agent"}
_DETERMINERS = ("det", "det:poss", "nmod:poss", "amod")
_ZU = {"PTKZU", "TO"}
_MARKS = {'"', "``", "''", "„", "“", "”", "»", "«"}
_LONGEST_TITLE = 8


def say(tree: Tree, tokens: Sequence[int]) -> str:
    """The words of some tokens, in the order given."""
    stretches = (tree.text[tree[a].start : tree[b - 1].end] for a, b in runs(tokens))
    return " ".join(" ".join(stretches).split())


# verbs


def verb_group(tree: Tree, words: Vocabulary, clauses: Clauses, clause: Clause) -> list[int]:
    """The verbs as a main clause has them, with auxiliaries of the first conjunct, the verb
    above an infinitive, and "nicht": "hatte verkauft", "wurde verhört", "begann zu bauen".
    """
    own = sorted({*clause.verbs, *negators(tree, words, clause.head), *_zu(tree, clause)})
    if clause.finite in own:
        own.remove(clause.finite)
        own.insert(0, clause.finite)
    above = governing(clauses, clause)
    if above is None:
        return own
    if clause.kind == "infinitive":
        return [*_leading(tree, words, clauses, above), *own]
    if above.kind == "infinitive" and clause.kind == "conjunct":
        return [*_carried(tree, words, clauses, above, zu=not _zu(tree, clause)), *own]
    return [*_shared(tree, clauses, clause, above), *own]


def _leading(tree: Tree, words: Vocabulary, clauses: Clauses, clause: Clause) -> list[int]:
    """The verbs above an infinitive; with an adjective where there is one: "ist bereit"."""
    verbs = verb_group(tree, words, clauses, clause)
    if clause.copula is None:
        return verbs
    return [*verbs[:1], *core(tree, clause.head), *verbs[1:]]


def _carried(
    tree: Tree, words: Vocabulary, clauses: Clauses, first: Clause, *, zu: bool
) -> list[int]:
    """What the first of several infinitives lends to the next: "tried to buy and sell"."""
    above = governing(clauses, first)
    leading = [] if above is None else _leading(tree, words, clauses, above)
    return [*leading, *(_zu(tree, first) if zu else [])]


def governing(clauses: Clauses, clause: Clause) -> Clause | None:
    """The clause above, if any."""
    return None if clause.governor is None else clauses.get(clause.governor)


def negators(tree: Tree, words: Vocabulary, i: int) -> list[int]:
    """What denies a predicate itself: "nicht", "never"."""
    below = tree.children(i, "advmod", "advmod:neg", "neg")
    return [c for c in below if {tree[c].lemma.lower(), tree[c].text.lower()} & words.negation]


def _zu(tree: Tree, clause: Clause) -> list[int]:
    """The "zu" or "to" of an infinitive."""
    below = tree.children(clause.head, "mark", "aux")
    infinitive = clause.kind in {"infinitive", "conjunct"}
    return [c for c in below if tree[c].tag in _ZU] if infinitive else []


def _shared(tree: Tree, clauses: Clauses, clause: Clause, first: Clause) -> list[int]:
    """The auxiliaries of the first conjunct: "wurde gebracht und vernommen"."""
    bare = clause.finite is None or (clause.finite == clause.head and _is_bare(tree[clause.head]))
    alike = is_participle(tree[clause.head]) == is_participle(tree[first.head])
    if clause.kind != "conjunct" or clause.copula is not None or not (bare and alike):
        return []
    above = governing(clauses, first)
    if first.finite is None and first.kind == "conjunct" and above is not None:
        return _shared(tree, clauses, first, above)
    if first.copula is not None or first.finite is None or first.finite == first.head:
        return []
    auxiliaries = [v for v in first.verbs if tree[v].dep in AUXILIARIES]
    return sorted(auxiliaries, key=lambda v: (v != first.finite, v))


def _is_bare(verb: Token) -> bool:
    """A verb form that may be infinite whatever its tag says."""
    return verb.text.lower() == verb.lemma or is_participle(verb)


# noun phrases


def prepositions(tree: Tree, i: int) -> list[int]:
    """The preposition before a noun; a conjunct takes that of the noun it goes with: "auf Filme
    und Bücher". Of two apart the one beside the noun: "unter anderem in der Halle".
    """
    own = [c for c in tree.children(i, "case") if c < i]
    if not own and tree[i].dep == "conj" and tree[i].head != i:
        return prepositions(tree, tree[i].head)
    return own[-1:] if len(own) == 2 and own[1] > own[0] + 1 else own


def parts(tree: Tree, i: int) -> list[int]:
    """The nouns that hang behind a noun: by a preposition, or as a German genitive."""
    return [c for c in tree.children(i) if is_part(tree, c, i)]


def is_part(tree: Tree, c: int, i: int) -> bool:
    """Does ``c`` hang behind ``i`` as a noun of its own?"""
    token = tree[c]
    if c < i or token.dep not in _BEHIND:
        return False
    genitive = token.dep == "nmod" and token.morph.get("Case") == "Gen"
    return tree.child(c, "case") is not None or (
        tree.lang == "de" and genitive and tree.child(c, "det") is not None
    )


def core(tree: Tree, i: int) -> list[int]:
    """The phrase of a noun without what hangs behind it: "erster Präsident" of "als erster
    Präsident von Kenia".
    """
    return _phrase(tree, i, deep=False)


def measures(tree: Tree, i: int) -> Iterator[list[int]]:
    """The core; of an English noun without "the" with its "of", once for each conjunct: "a
    group of friends", "cases of fraud" tell nothing without.
    """
    part = next(iter(parts(tree, i)), None)
    if part is None or _is_definite(tree, i) or preposition_of(tree, part) != "of":
        yield core(tree, i)
        return
    for conjunct in tree.conjuncts(part):
        case = prepositions(tree, conjunct)
        yield from ([*core(tree, i), *case, *tokens] for tokens in measures(tree, conjunct))


def _is_definite(tree: Tree, i: int) -> bool:
    articles = tree.children(i, "det", "det:poss", "nmod:poss")
    return any(tree[d].text.lower() not in {"a", "an"} for d in articles)


def whole(tree: Tree, i: int) -> list[int]:
    """The phrase with what hangs behind its noun, but without conjuncts, clauses and the
    preposition before it.
    """
    return _phrase(tree, i, deep=True)


def spellings(tree: Tree, words: Vocabulary, i: int) -> Iterator[list[int]]:
    """The whole phrase, once for each conjunct at its end: "Vergleiche zu A", "Vergleiche zu
    B"; examples ("Arten wie A und B") stay together.
    """
    tokens = whole(tree, i)
    last = next((c for c in reversed(parts(tree, i)) if c in tokens), None)
    if last is None:
        yield tokens
        return
    before = [k for k in tokens if k < min(tree.subtree(last))]
    conjuncts = tree.conjuncts(last)
    if len(conjuncts) > 1 and not _stand_apart(tree, words, conjuncts):
        yield [*before, *stretch(tree, last)]
        return
    for conjunct in conjuncts:
        case = prepositions(tree, conjunct)
        yield from ([*before, *case, *s] for s in spellings(tree, words, conjunct))


def _stand_apart(tree: Tree, words: Vocabulary, conjuncts: Sequence[int]) -> bool:
    """Are conjuncts named one by one? Not as examples ("wie A und B"), and "Lyon, Frankreich"
    are none.
    """
    case = (tree[c].text.lower() for c in prepositions(tree, conjuncts[0]))
    linked = any(tree.child(c, "cc") is not None for c in conjuncts)
    return linked and not any(words.is_a("subordinator_comparison", form) for form in case)


def stretch(tree: Tree, i: int) -> list[int]:
    """All words from the first to the last that hang on a token, punctuation at the edges
    left out.
    """
    below = [k for k in tree.subtree(i) if tree[k].pos != "PUNCT"]
    return list(range(below[0], below[-1] + 1)) if below else [i]


def _phrase(tree: Tree, i: int, *, deep: bool) -> list[int]:
    kept: set[int] = set()
    waiting = [i]
    while waiting:
        at = waiting.pop()
        kept.add(at)
        waiting += [
            c
            for c in tree.children(at)
            if _belongs(tree, c, at, top=at == i) and (deep or not is_part(tree, c, at))
        ]
    return _quoted(tree, *_run(tree, kept, i))


def _belongs(tree: Tree, c: int, at: int, *, top: bool) -> bool:
    """Is a dependent part of the phrase? ``top``: of its head noun."""
    token, noun = tree[c], tree[at]
    if is_finite(token) or token.pos == "PUNCT":
        return False
    if token.dep in _APART:
        return _is_second_adjective(tree, token) or _is_name_of(tree, token, noun)
    if not top:
        return True
    predicate = tree.child(at, "cop") is not None
    if predicate and (token.dep in _OF_PREDICATE or is_complement(tree, c, at)):
        return False
    loose = token.pos == "ADV" and token.dep == "advmod" and noun.pos in {"NOUN", "PROPN"}
    return token.dep != "case" and not loose


def is_complement(tree: Tree, c: int, i: int) -> bool:
    """ "für den Export wichtig": a prepositional phrase of an adjective."""
    adjective = tree[i].pos in {"ADJ", "VERB", "ADV"}
    return adjective and tree[c].dep in _BEHIND and tree.child(c, "case") is not None


def _is_second_adjective(tree: Tree, token: Token) -> bool:
    """ "direkte und hohe Kosten"; also the "und"."""
    adjective = tree[token.head] if token.dep == "cc" else token
    above = tree[adjective.head]
    return adjective.dep == "conj" and adjective.pos == "ADJ" and above.dep == "amod"


def _is_name_of(tree: Tree, token: Token, noun: Token) -> bool:
    """ "Lady Mary Brown", "Präsident Meyer": the name right behind a bare title; and "der Film
    „Das Boot“": the name in quotation marks right behind any noun.
    """
    if token.dep != "appos":
        return False
    first = min(k for k in tree.subtree(token.i) if tree[k].pos != "PUNCT")
    if first == noun.i + 2 and tree[noun.i + 1].text in _MARKS:
        return True
    bare = tree.child(noun.i, *_DETERMINERS, "cop") is None and noun.dep != "xcomp"
    return token.pos == "PROPN" and bare and first == noun.i + 1


def _run(tree: Tree, kept: set[int], i: int) -> tuple[int, int]:
    """First and last of the kept tokens that stand together around ``i``, over punctuation."""
    first = last = i
    while (step := _next(tree, kept, first, -1)) is not None:
        first = step
    while (step := _next(tree, kept, last, 1)) is not None:
        last = step
    while last > i and tree[last].dep in {"det", "case"}:
        last -= 1
    return first, last


def _next(tree: Tree, kept: set[int], at: int, way: int) -> int | None:
    if at + way in kept:
        return at + way
    mark = at + way in range(len(tree)) and tree[at + way].pos == "PUNCT"
    return at + 2 * way if mark and at + 2 * way in kept else None


def quotation_marks(tree: Tree, sent: int) -> list[int]:
    """The quotation marks of a sentence; one opens, the next closes."""
    return [k for k in tree.sentence_tokens(sent) if tree[k].text in _MARKS]


def _quoted(tree: Tree, first: int, last: int) -> list[int]:
    """A phrase inside quotation marks is all that they enclose: a title or a nickname."""
    marks = quotation_marks(tree, tree[first].sent)
    for a, b in zip(marks[::2], marks[1::2], strict=False):
        short = a < first and last < b and b - a <= _LONGEST_TITLE
        if short and not any(is_finite(tree[k]) for k in range(a, b)):
            return list(range(a + 1, b))
    inside = sum(first <= k <= last for k in marks)
    closes = inside % 2 == 1 and last + 1 in marks
    return list(range(first, last + 2 if closes else last + 1))
