"""Whose words they are: the phrase that names a speaker, and where to look for it.

The parser's subject comes first; then the document that a passive or "es heißt" names;
then the noun right behind the reporting verb.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.reading.clauses import Clause, is_finite
from kg.reading.phrases import Denotations, make_phrase
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Span

_WITHIN = {
    *("von", "vom", "aus", "für", "in", "im", "zu", "zur", "zum", "unter", "um"),
    *("of", "from", "for", "in", "at", "with"),
}
"""Prepositions inside the name of a speaker: "ein Sprecher von Tesla"; with any other one
the sentence goes on: "sagte Lee gegenüber der BBC".
"""
_WITHIN_SOURCE = {"von", "vom", "aus", "für", "of", "from"}
_BEFORE_NAMES = {"in", "im", "bei", "beim", "am", "an", "at"}
"""Prepositions that stay with the speaker where a name follows: "die Opposition im Iran"."""
_PLACES_OF_WORDS = {"in", "im", "bei", "beim", "auf", "aus", "seitens", "an", "am"}
_IMPERSONAL = {"heißen", "hervorgehen", "stehen", "lauten", "say"}
_NOMINAL = {"NOUN", "PROPN", "NUM", "PRON", "X"}
_OPENS_PHRASE = {"DET", "ADJ", "NUM", "NOUN", "PROPN"}


def speaker_span(
    tree: Tree, i: int, denotations: Denotations, *, source: bool = False
) -> tuple[Span, Span | None]:
    """The characters of the phrase that names the speaker, and its mention.

    With its conjuncts; without what follows a preposition that names do not have inside.
    ``source``: the phrase stands behind "laut", where the sentence may go on at once.
    """
    phrase = make_phrase(tree, i, denotations)
    end = max([phrase.end, *(e for _, e in _conjuncts(tree, i, denotations))])
    end = _end_of_name(tree, phrase.start, end, denotations)
    inside = [t.i for t in tree.inside(phrase.start, end)]
    allowed = _WITHIN_SOURCE if source else _WITHIN
    kept = list(_until_outer_preposition(tree, i, inside, allowed))
    while kept and kept[-1] > i and _is_loose(tree, kept):
        kept.pop()
    stop = tree[kept[-1]].end if kept else phrase.end
    if phrase.mention is not None and phrase.mention[1] <= end:
        stop = max(stop, phrase.mention[1])  # the name in apposition behind all of it
    return (phrase.start, _end_of_name(tree, phrase.start, stop, denotations)), phrase.mention


def _end_of_name(tree: Tree, start: int, end: int, denotations: Denotations) -> int:
    """The end of a name that begins before ``end`` and goes on: "Ärzte | ohne Grenzen"."""
    inside = [t.i for t in tree.inside(start, end)]
    near = [*inside, *range(inside[-1] + 1, min(inside[-1] + 4, len(tree.tokens)))]
    spans = (denotations.span(t) for t in near)
    common = tree[inside[-1]].pos == "NOUN"
    reach = end + 2 if common else end  # "der Weltverband | FIFA"
    return max([end, *(e for s, e in filter(None, spans) if start <= s < reach)])


def _until_outer_preposition(
    tree: Tree, i: int, inside: list[int], allowed: set[str]
) -> Iterator[int]:
    for t in inside:
        outer = t > i and tree[t].pos == "ADP" and tree[t].text.lower() not in allowed
        named = outer and tree[t].text.lower() in _BEFORE_NAMES and _opens_name(tree, t + 1)
        if (outer and not named) or (t > i and is_finite(tree[t])):
            return
        yield t


def _opens_name(tree: Tree, t: int) -> bool:
    while t < len(tree.tokens) and tree[t].pos == "DET":
        t += 1
    return t < len(tree.tokens) and tree[t].pos == "PROPN"


def _is_loose(tree: Tree, kept: list[int]) -> bool:
    last = tree[kept[-1]]
    opened = any(tree[t].text in '(„“"»«' for t in kept[:-1])
    closing = last.pos == "PUNCT" and last.text in ')“”"«»' and opened
    return last.pos not in _NOMINAL and not closing


def _conjuncts(tree: Tree, i: int, denotations: Denotations) -> Iterator[Span]:
    """The phrases joined to this one without a gap: "CDU und FDP"."""
    for c in tree.children(i, "conj"):
        joined = tree[c].pos in {"NOUN", "PROPN"} and tree.child(c, "case") is None
        between = range(i + 1, min(tree.subtree(c)))
        if joined and not any(is_finite(tree[t]) for t in between):
            phrase = make_phrase(tree, c, denotations)
            yield phrase.start, phrase.end


def find_source(
    tree: Tree, clause: Clause, words: Vocabulary, denotations: Denotations
) -> int | None:
    """Where the words stand, if nobody says them: "in dem Bericht heißt es"."""
    if not (clause.lemma in _IMPERSONAL or (clause.passive and clause.agent is None)):
        return None
    for oblique in clause.obliques:
        mention = denotations.mention(oblique.token)
        known = words.reports_noun(tree[oblique.token].lemma) is not None
        actor = mention is not None and mention.kind in ACTOR_KINDS
        if oblique.preposition in _PLACES_OF_WORDS and (known or actor):
            return oblique.token
    return None


def noun_behind(tree: Tree, verb: int) -> int | None:
    """The head of the noun phrase that opens right behind a verb: ", sagte Lee weiter"."""
    _, last = tree.sentences[tree[verb + 1].sent] if verb + 1 < len(tree.tokens) else (0, 0)
    run: list[int] = []
    for t in range(verb + 1, last):
        if tree[t].pos not in _OPENS_PHRASE:
            break
        run.append(t)
    nouns = [t for t in run if tree[t].pos in {"NOUN", "PROPN"}]
    return next((t for t in nouns if tree[t].head not in nouns), None)


def noun_in_front(tree: Tree, verb: int) -> int | None:
    """The head of the noun phrase that opens the sentence of a verb, with no other finite verb
    between: "Moritz Wohlrab vom Hilfswerk sagte".
    """
    first, _ = tree.sentences[tree[verb].sent]
    return _opening_noun(tree, first, verb)


def noun_after_as(tree: Tree, verb: int) -> int | None:
    """The same in a clause with "wie" that ends in the verb: "Wie die WHO gestern mitteilte"."""
    first, _ = tree.sentences[tree[verb].sent]
    before = range(verb - 1, first - 1, -1)
    opens = next((t for t in before if tree[t].text.lower() in {"wie", "as"}), None)
    return None if opens is None else _opening_noun(tree, opens + 1, verb)


def _opening_noun(tree: Tree, start: int, verb: int) -> int | None:
    free = all(not is_finite(tree[t]) for t in range(start, verb))
    return noun_behind(tree, start - 1) if free and start < verb else None
