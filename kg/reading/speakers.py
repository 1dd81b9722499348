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
_ABOUT = {"zu", "zum", "zur"}
"""Prepositions that behind a name begin something else: "sagte Lee zu den Plänen"."""
_BEFORE_NAMES = {"in", "im", "bei", "beim", "am", "an", "at"}
"""Prepositions that stay with the speaker where a name follows: "die Opposition im Iran"."""
_PLACES_OF_WORDS = {"in", "im", "bei", "beim", "auf", "aus", "seitens", "an", "am"}
_TOLD_BY = {*_PLACES_OF_WORDS, "von", "vom"}
"""Prepositions of who or what tells where nobody is the subject: "aus Oslo hieß es"."""
_TOLD = {"heißen", "verlauten"}
"""Verbs of such telling: whatever stands with them is the source."""
_IMPERSONAL = {"heißen", "hervorgehen", "stehen", "lauten", "say"}
_ENDS_SO = {",", ".", ":", "–", "—", "-"}
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
    stop = _end_of_name(tree, phrase.start, stop, denotations)
    return (phrase.start, _with_addition(tree, stop, denotations)), phrase.mention


def _with_addition(tree: Tree, stop: int, denotations: Denotations) -> int:
    """The end of a speaker's name with what stands right behind it and belongs to it: the name
    in apposition, the acronym or party in brackets, the house of "von", the place of the words.
    """
    for addition in (_name_in_apposition, _in_brackets, _house, _own_medium):
        last = tree.touching(stop - 1, stop)[-1].i
        if last + 2 >= len(tree.tokens):
            break
        stop = addition(tree, last, denotations) or stop
    return stop


def _name_in_apposition(tree: Tree, last: int, denotations: Denotations) -> int | None:
    """ "die Chefjuristin der Regierung|, Anabella Morfin," """
    span = denotations.span(last + 2) if tree[last + 1].text == "," else None
    if span is None or span[0] != tree[last + 2].start or tree[last].pos == "PROPN":
        return None
    mention = denotations.mention(last + 2)
    if mention is None or mention.kind != "person" or not mention.named:
        return None
    after = next((t for t in tree.tokens[last + 3 :] if t.start >= span[1]), None)
    closed = after is not None and after.text in {",", ":"}
    return span[1] if closed else None


def _in_brackets(tree: Tree, last: int, denotations: Denotations) -> int | None:
    """ "Sebastian Edathy| (SPD)" """
    if tree[last + 1].text != "(" or last + 3 >= len(tree.tokens) or tree[last + 3].text != ")":
        return None
    acronym = sum(map(str.isupper, tree[last + 2].text)) > 1
    return tree[last + 3].end if acronym else None


def _house(tree: Tree, last: int, denotations: Denotations) -> int | None:
    """ "Minister Sathit| von der Kanzlei des Ministerpräsidenten" """
    if tree[last + 1].text not in {"von", "vom"} or tree[last].pos != "PROPN":
        return None
    at = last + 2 + (tree[last + 2].pos == "DET")
    mention = denotations.mention(at) if at < len(tree.tokens) else None
    body = mention is not None and mention.kind in ACTOR_KINDS - {"person", "group", "state"}
    return mention.end if mention is not None and body else None


def _own_medium(tree: Tree, last: int, denotations: Denotations) -> int | None:
    """ "der Verein| auf seiner Website" """
    own = tree[last + 2].text.lower().startswith(("sein", "ihr")) and tree[last + 2].pos == "DET"
    if tree[last + 1].text not in {"auf", "in"} or not own or last + 3 >= len(tree.tokens):
        return None
    noun = next((t for t in tree.tokens[last + 3 : last + 5] if t.pos == "NOUN"), None)
    return noun.end if noun is not None else None


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
        about = t > i and tree[t].text.lower() in _ABOUT and tree[t - 1].pos == "PROPN"
        if about or (outer and not named) or (t > i and is_finite(tree[t])):
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
    return (last.pos not in _NOMINAL and not closing) or last.pos == "PRON"


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
    told = [o.token for o in clause.obliques if o.preposition in _PLACES_OF_WORDS]
    for token in told:
        mention = denotations.mention(token)
        known = words.reports_noun(tree[token].lemma) is not None
        if known or (mention is not None and mention.kind in ACTOR_KINDS):
            return token
    if clause.lemma not in _TOLD:
        return None
    wide = [o.token for o in clause.obliques if o.preposition in _TOLD_BY]
    nouns = (t for t in wide if tree[t].pos in {"NOUN", "PROPN"})
    return next((t for t in nouns if not _tells_when(tree, t, words)), None)


def _tells_when(tree: Tree, i: int, words: Vocabulary) -> bool:
    text, lemma = tree[i].text, tree[i].lemma
    return words.is_a("weekday", text) or words.is_a("time_noun", lemma)


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


def name_after_so(tree: Tree, so: int) -> int | None:
    """The head of the noun phrase behind "so", when the sentence or clause ends with it."""
    _, last = tree.sentences[tree[so].sent]
    stop = next((i for i in range(so + 1, last) if tree[i].text in _ENDS_SO), last)
    inside = range(so + 1, stop)
    opens = inside and tree[inside[0]].pos in {"DET", "NOUN", "PROPN", "PRON"}
    if not opens or tree[inside[0]].text.lower() in {"viel", "viele", "dass"}:
        return None
    if any(is_finite(tree[i]) for i in inside):
        return None
    nouns = [i for i in inside if tree[i].pos in {"NOUN", "PROPN"}]
    return next((i for i in nouns if tree[i].head not in nouns), None)
