"""Clauses, offices and participles to statements, each with all that qualifies it.

What the article itself asserts stays plain; whatever stands inside speech, under a
modal, a condition, a negation or a Konjunktiv says so on the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg.confidence import confidence_of
from kg.names import mint
from kg.reading.clauses import (
    AUXILIARIES,
    CLAUSAL,
    OBLIQUES,
    SUBJECTS,
    Clause,
    Oblique,
    ends_with_condition,
    has_perfect_infinitive,
    is_corrected,
    is_denied,
    is_modal_passive,
    is_participle,
    opens_with_verb,
    preposition_of,
)
from kg.reading.offices import Office
from kg.reading.phrases import Denotations, make_phrase, phrase_span, span_phrase
from kg.reading.quotations import attribution_of
from kg.reading.signs import Case, Scene, find_plain_signs, find_signs
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import (
    ACTOR_KINDS,
    Argument,
    Phrase,
    Quantity,
    Quotation,
    Relation,
    Span,
    Statement,
    Time,
    is_within,
)

MAX_PAIRS = 9
"""Coordinated subjects times coordinated objects: more than this is a list, not a fact."""

_MODAL_ORDER = ("hypothetical", "demanded", "intended", "possible", "necessary", "future")
_PERFECT = {"haben", "sein", "have"}
_EMPTY_PREDICATES = {"PRON", "ADV", "ADP", "SCONJ", "DET", "PART"}
_LOCATIVE = {
    *("in", "aus", "nach", "bei", "auf", "an", "vor", "über", "nahe", "unweit"),
    *("at", "from", "near", "across", "inside", "around", "on"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """All that reading knows about one article when statements are made."""

    tree: Tree
    words: Vocabulary
    clauses: Sequence[Clause]
    denotations: Denotations
    offices: Sequence[Office]
    quotations: Sequence[Quotation]
    times: Sequence[Time]
    quantities: Sequence[Quantity]
    quoted: Sequence[Span]
    scenes: Sequence[Scene]
    article: str
    by_head: Mapping[int, Clause]
    governed: Mapping[int, Sequence[Clause]]


def by_head(clauses: Iterable[Clause]) -> Mapping[int, Clause]:
    """The clauses by the number of their predicate."""
    return {clause.head: clause for clause in clauses}


def by_governor(clauses: Iterable[Clause]) -> Mapping[int, Sequence[Clause]]:
    """The clauses that each predicate governs, in order."""
    found: dict[int, list[Clause]] = {}
    for clause in clauses:
        if clause.governor is not None:
            found.setdefault(clause.governor, []).append(clause)
    return found


def find_statements(context: Context) -> Iterator[Statement]:
    """The statements of an article in the order of their sentences."""
    found = [
        *(s for clause in context.clauses for s in _from_clause(context, clause)),
        *(s for token in context.tree.tokens for s in _from_participle(context, token)),
        *(_from_office(context, office) for office in context.offices),
    ]
    seen: set[str] = set()
    for statement in sorted(found, key=_place):
        if statement.id not in seen:
            seen.add(statement.id)
            yield statement


def _place(statement: Statement) -> tuple[int, int, str, str]:
    first = statement.subject or statement.object
    return statement.sentence[0], first.start if first else 0, statement.rule, statement.id


# clauses


def _from_clause(context: Context, clause: Clause) -> Iterator[Statement]:
    if not _tells(context, clause):
        return
    subjects, objects, preposition = _participants(context, clause)
    pairs = [(s, o) for s in subjects for o in objects][:MAX_PAIRS]
    for subject, obj in pairs:
        if subject is not None or obj is not None:
            statement = _clause_statement(context, clause, subject, obj, preposition)
            if clause.copula is not None or not _is_misread(context, clause, statement):
                yield statement


def _is_misread(context: Context, clause: Clause, statement: Statement) -> bool:
    """An object that is the subject, or stands inside its phrase, or begins with a preposition
    that hedges no number, is a misreading; so is a verb without what it cannot do without.
    """
    subject, obj = statement.subject, statement.object
    if obj is None:
        bare = all(a.role in {"manner", "recipient"} for a in statement.arguments)
        bare = bare and statement.when is None
        return bare and context.words.is_a("needs_complement", clause.lemma)
    ends = [context.tree.touching(p.start, p.end) for p in (subject, obj) if p is not None]
    if any(len(tokens) == 1 and tokens[0].tag == "ART" for tokens in ends):
        return True
    first, *behind = context.tree.touching(obj.start, obj.end)
    nominal = bool(clause.objects) and statement.relation.preposition is None
    if nominal and first.tag == "APPR" and not any(t.pos == "NUM" for t in behind[:2]):
        return True
    return subject is not None and subject.start <= obj.start and obj.end <= subject.end


def _tells(context: Context, clause: Clause) -> bool:
    """Does the clause state something of the world? Speech, auxiliaries and phases do not."""
    words, tree = context.words, context.tree
    if clause.copula is not None:
        return bool(clause.subjects) and tree[clause.head].pos not in _EMPTY_PREDICATES
    if tree[clause.head].pos == "AUX" and not clause.objects:
        return False
    if not clause.passive and not clause.subjects and clause.finite is not None:
        return _is_existential(context, clause)
    if _is_phase(context, clause):
        return False
    word = words.reporting.get(("verb", clause.lemma))
    if word is None or clause.lemma in words.event_verbs:
        return True
    if word.kind == "announce" and any(
        c.kind == "infinitive" for c in context.governed.get(clause.head, ())
    ):
        return True
    if word.kind != "demand":
        return bool(clause.objects) and not _is_cue(context, clause)
    return True


def _is_phase(context: Context, clause: Clause) -> bool:
    """ "begann zu räumen", "ließ Helfer einfliegen": what happens is what the infinitive says."""
    if context.words.is_a("aspect_verb", clause.lemma):
        return not clause.objects
    if not context.words.is_a("causative_verb", clause.lemma):
        return False
    below = (context.tree[c] for c in context.tree.children(clause.head, "xcomp", "ccomp"))
    return any(token.tag in {"VVINF", "VB"} for token in below)


def _is_existential(context: Context, clause: Clause) -> bool:
    """ "In Riga gibt es drei Häfen": nobody gives, and what there is is told."""
    below = context.tree.children(clause.head, *SUBJECTS, "expl")
    es = any(_is_es(context.tree[c]) for c in below)
    return es and bool(clause.objects) and context.words.is_a("existential", clause.lemma)


def _is_cue(context: Context, clause: Clause) -> bool:
    starts = {context.tree[v].start for v in clause.verbs}
    speech = (q for q in context.quotations if q.kind != "reported")
    return any(start in starts for q in speech for start, _ in q.cue)


def _participants(
    context: Context, clause: Clause
) -> tuple[Sequence[int | None], Sequence[int | None], str | None]:
    """Subjects, objects, and the preposition that governs the objects."""
    if clause.copula is not None:
        preposition = preposition_of(context.tree, clause.head)
        return clause.subjects or (None,), _predicates(context, clause), preposition or None
    if clause.passive:
        return _passive_participants(context, clause)
    subjects = clause.subjects or (None,)
    objects = [o for o in clause.objects if not _is_time(context, o)]
    if objects and not _stands_for_content(context, clause, objects):
        return subjects, objects, None
    if (becomes := _predicative(context, clause)) is not None:
        return subjects, (becomes,), preposition_of(context.tree, becomes) or None
    governed = None if _has_content(context, clause) else _governed(context, clause)
    framed = governed is not None and _is_framed(context, clause, governed)
    if governed is not None and (framed or clause.recipient is None):
        same = [o.token for o in clause.obliques if o.preposition == governed.preposition]
        conjuncts = [t for t in context.tree.conjuncts(governed.token) if t in same]
        return subjects, conjuncts or (governed.token,), governed.preposition
    if clause.recipient is not None and not _is_time(context, clause.recipient):
        return subjects, (clause.recipient,), None
    return subjects, (None,), None


def _predicative(context: Context, clause: Clause) -> int | None:
    """ "bleibt Präsident": what relates like sein has what it says of the subject as object."""
    if not context.words.is_a("copula", clause.lemma):
        return None
    tree = context.tree
    below = [c for c in tree.children(clause.head, "xcomp") if c not in context.by_head]
    adverbs = tree.children(clause.head, "advmod")  # "war unterwegs"
    below += [c for c in adverbs if context.words.is_a("predicate_adverb", tree[c].text.lower())]
    below += [o.token for o in clause.obliques if o.preposition == "als"]
    return next(iter(below), None)


def _is_framed(context: Context, clause: Clause, oblique: Oblique) -> bool:
    """Does the verb ask for this preposition, by the lexicon or in a fixed phrase?"""
    asked = (clause.lemma, oblique.preposition) in context.words.frames
    return asked or oblique == _set_phrase(context, clause)


def _predicates(context: Context, clause: Clause) -> tuple[int, ...]:
    """ "Er ist Arzt und Dichter" is two facts, "Die Sieger sind Anna, Berta und Clara" one."""
    tree = context.tree
    plural = any(tree[s].morph.get("Number") == "Plur" for s in clause.subjects)
    if plural or len(clause.subjects) > 1:
        return (clause.head,)
    heads = context.by_head
    others = (c for c in tree.conjuncts(clause.head) if c == clause.head or c not in heads)
    return tuple(c for c in others if c == clause.head or _is_also(tree, clause.head, c))


def _is_also(tree: Tree, head: int, other: int) -> bool:
    """Is the conjunct a predicate beside the first: of its kind, and in no other case?"""
    case, linked = tree[other].morph.get("Case", "Nom"), tree.children(other, "cc")
    joined = all(tree[c].text.lower() in {"und", "sowie", "and"} for c in linked)
    same = tree[other].pos == tree[head].pos and not tree.children(other, "case")
    return same and case == "Nom" and joined


def _stands_for_content(context: Context, clause: Clause, objects: Sequence[int]) -> bool:
    """ "hält es für möglich, dass": es is no participant, the clause says what."""
    es = all(context.tree[o].text.lower() == "es" for o in objects)
    return es and bool(context.tree.children(clause.head, "ccomp"))


def _has_content(context: Context, clause: Clause) -> bool:
    """A clause below, or "es" that stands for one, is what the verb is about."""
    contents = {"complement", "infinitive"}
    if any(c.kind in contents for c in context.governed.get(clause.head, ())):
        return True
    below = context.tree.children(clause.head, "ccomp", "xcomp", "obj", "expl")
    return any(
        context.tree[c].dep == "ccomp"
        or context.tree[c].pos == "VERB"
        or (not clause.subjects and _is_es(context.tree[c]))
        for c in below
    )


def _is_es(token: Token) -> bool:
    return token.dep == "expl" or token.text.lower() == "es"


def _governed(context: Context, clause: Clause) -> Oblique | None:
    """The oblique that the verb asks for: by its frame, else the nearest one behind or before
    it whose preposition is not one of circumstance.
    """
    fixed = _set_phrase(context, clause)
    if fixed is not None and fixed.preposition:
        return fixed
    obliques = [
        o
        for o in clause.obliques
        if not _says_when(context, o.token)
        and not context.words.is_a("time_noun", context.tree[o.token].lemma)
        and not _is_circumstance(context, o.token)
        and not (o.preposition in {"als", "wie"} and _compares(context, clause))
    ]
    framed = [o for o in obliques if (clause.lemma, o.preposition) in context.words.frames]
    if framed:
        return framed[0]
    words = context.words
    able = [
        o
        for o in obliques
        if o.preposition
        and context.tree[o.token].dep != "conj"
        and (
            not words.is_a("adjunct_preposition", o.preposition)
            or (o.preposition == "nach" and _is_place(context, o.token))
        )
        and not _is_time(context, o.token)
        and (clause.recipient is None or o.preposition not in _LOCATIVE)
        and context.tree[o.token].pos in {"NOUN", "PROPN", "NUM", "SYM"}
    ]
    return max(able, key=lambda o: (not _is_place(context, o.token), o.token), default=None)


def _is_circumstance(context: Context, i: int) -> bool:
    """ "auf Grund eines Fehlers", "im Rahmen der Feier"; not the ship that runs "auf Grund"."""
    tree = context.tree
    contracted = any(tree[c].tag == "APPRART" for c in tree.children(i, "case"))
    led = contracted or bool(tree.children(i, "nmod", "det", "amod"))
    return led and context.words.is_a("adjunct_noun", tree[i].text)


def _compares(context: Context, clause: Clause) -> bool:
    """ "fällt früher aus als andere": a comparison, whatever it is compared with."""
    below = context.tree.children(clause.head, "advmod", "obj", "obl")
    return any(context.tree[c].morph.get("Degree") == "Cmp" for c in below)


def _is_place(context: Context, i: int) -> bool:
    mention = context.denotations.mention(i)
    return mention is not None and mention.kind in {"place", "state"}


def _clause_statement(
    context: Context, clause: Clause, subject: int | None, obj: int | None, preposition: str | None
) -> Statement:
    tree = context.tree
    phrases = (
        _phrase(context, subject),
        _list_phrase(context, clause, obj) or _phrase(context, obj),
    )
    when = _when(context, clause)
    arguments = tuple(_arguments(context, clause, subject, obj))
    rule = "role-copula" if _is_office(arguments) else _rule_name(clause)
    sentence = tree.sentence_span(clause.head)
    signs = _signs(context, clause, subject, obj, preposition, phrases)
    told = _attribution(context, tree[_verb_anchor(clause)].start, clause)
    return Statement(
        article=context.article,
        id=_statement_id(context.article, rule, sentence, clause.head, phrases),
        sentence=sentence,
        subject=phrases[0],
        relation=_relation(context, clause, obj, preposition),
        object=phrases[1],
        arguments=arguments,
        negated=_is_denied(context, clause, subject, obj),
        modality=_in_time(context, when, find_modality(context, clause)),
        attribution=told.attribution,
        stance=told.stance,
        speaker=told.speaker,
        quotation=told.quotation,
        when=when,
        where=_where(context, clause, obj),
        quantity=_quantity(context, phrases[1], phrases[0], *arguments),
        rule=rule,
        confidence=confidence_of(signs),
        signs=signs,
    )


def _passive_participants(
    context: Context, clause: Clause
) -> tuple[Sequence[int | None], Sequence[int | None], str | None]:
    """Who does it and to whom; where nobody suffers it ("von Spenden wird gelebt"), what the
    verb governs.
    """
    patients = [s for s in clause.subjects if not _is_time(context, s)]
    acting = _acting(context, clause)
    if patients or (acting is not None and _can_act(context, acting)):
        return (acting,), patients or (None,), None
    if acting is not None:
        return (None,), (None,), None
    governed = None if _has_content(context, clause) else _governed(context, clause)
    if governed is None:
        return (None,), (None,), None
    return (None,), (governed.token,), governed.preposition


def _acting(context: Context, clause: Clause) -> int | None:
    """Who does it, in a passive; a time does nothing."""
    return None if clause.agent is None or _is_time(context, clause.agent) else clause.agent


def _list_phrase(context: Context, clause: Clause, obj: int | None) -> Phrase | None:
    """All that several are together: "Die Sieger sind Anna, Berta und Clara"."""
    if clause.copula is None or obj is None or len(_predicates(context, clause)) > 1:
        return None
    heads = context.by_head
    conjuncts = (c for c in context.tree.conjuncts(obj) if c == clause.head or c not in heads)
    parts = [c for c in conjuncts if c == obj or _is_also(context.tree, obj, c)]
    if len(parts) < 2:
        return None
    start, _ = phrase_span(context.tree, parts[0])
    _, end = phrase_span(context.tree, parts[-1])
    return span_phrase(context.tree, (start, end)) if start < end else None


def _phrase(context: Context, i: int | None) -> Phrase | None:
    """The phrase of a token; a time at its front ("über Jahre gefälschte Uhren") is no part, nor
    is what only an attribute governs, where its article is lost ("in Riga gebaute Schiffe").
    """
    if i is None:
        return None
    phrase = make_phrase(context.tree, i, context.denotations)
    for time in context.times:
        inside = time.start <= phrase.start < time.end < context.tree[i].start
        if inside:
            return _from(context, time.end, phrase)
    first = context.tree.inside(phrase.start, phrase.end)[0]
    noun = context.tree[first.head]
    inner = context.words.is_a("time_noun", noun.lemma) or context.tree[noun.head].dep == "amod"
    outer = first.dep == "case" and inner and noun.i < i
    return _from(context, noun.end, phrase) if outer else phrase


def _from(context: Context, at: int, phrase: Phrase) -> Phrase:
    """What is left of a phrase behind a place in it."""
    rest = [t for t in context.tree.inside(at, phrase.end) if t.pos != "PUNCT"]
    return span_phrase(context.tree, (rest[0].start, phrase.end), phrase.mention)


def _relation(
    context: Context, clause: Clause, obj: int | None, preposition: str | None
) -> Relation:
    """The relation, with the phrase that belongs to its verb where that is not the object."""
    tree, fixed = context.tree, _set_phrase(context, clause)
    if fixed is None or fixed.token == obj:
        return Relation(clause.lemma, _verb_text(tree, clause), preposition)
    before = tree.children(fixed.token, "case", "det")
    words = sorted({*clause.verbs, fixed.token, *before})
    phrase = " ".join(tree[w].text for w in (*before, fixed.token))
    text = " ".join(tree[w].text for w in words)
    return Relation(clause.lemma, text, preposition, phrase[:1].lower() + phrase[1:])


def _set_phrase(context: Context, clause: Clause) -> Oblique | None:
    """ "zum Opfer" of "fiel dem Feuer zum Opfer", "gefangen" of "nahm ihn gefangen": without it
    the verb means something else.
    """
    tree, known = context.tree, context.words.set_phrases
    for oblique in clause.obliques:
        cases = (tree[c].text.lower() for c in tree.children(oblique.token, "case"))
        if any((case, tree[oblique.token].text, clause.lemma) in known for case in cases):
            return oblique
    for c in tree.children(clause.head, "advmod", "xcomp", "compound:prt"):
        if ("", tree[c].text.lower(), clause.lemma) in known:
            return Oblique("", c)
    return None


def _verb_anchor(clause: Clause) -> int:
    return clause.finite if clause.finite is not None else clause.head


def _verb_text(tree: Tree, clause: Clause) -> str:
    return " ".join(tree[v].text for v in clause.verbs)


def _is_denied(context: Context, clause: Clause, *participants: int | None) -> bool:
    """The clause, or a conjunct that is denied alone: "Steuern, aber keine Zinsen"; not what
    is set against it: "nicht den Minister, sondern den Sprecher".
    """
    tree, words = context.tree, context.words
    conjuncts = [i for i in participants if i is not None and tree[i].dep == "conj"]
    if any(is_denied(tree, words, i) for i in conjuncts):
        return True
    return clause.negated and not any(is_corrected(tree, words, i) for i in conjuncts)


def _rule_name(clause: Clause) -> str:
    voice = "copula" if clause.copula is not None else "passive" if clause.passive else "active"
    return f"{voice}-{clause.kind}"


def _is_office(arguments: Sequence[Argument]) -> bool:
    return any(a.role == "office" for a in arguments)


def _statement_id(
    article: str, rule: str, sentence: Span, head: int, phrases: Sequence[Phrase | None]
) -> str:
    return mint(article, rule, sentence, head, [(p.start, p.end) for p in phrases if p])


def _arguments(
    context: Context, clause: Clause, subject: int | None, obj: int | None
) -> Iterator[Argument]:
    """Everything else that belongs to the predicate, in text order of its kinds."""
    fixed = _set_phrase(context, clause)
    used = {subject, obj, fixed.token if fixed else None}
    if clause.recipient is not None and clause.recipient not in used:
        yield _argument(context, "recipient", clause.recipient)
    for i in (i for i in _manners(context, clause) if i not in used):
        yield Argument("manner", context.tree[i].text, context.tree[i].start, context.tree[i].end)
    for oblique in clause.obliques:
        if oblique.token not in used and not _is_time(context, oblique.token):
            role = f"oblique:{oblique.preposition}" if oblique.preposition else "oblique"
            yield _argument(context, role, oblique.token)
    for c in context.tree.children(clause.head, "ccomp", "xcomp"):
        if c not in used:
            role = "clause" if c in context.by_head else "predicate"
            yield _clause_argument(context.tree, c, role)
    if clause.copula is not None:
        yield from _office_arguments(context, clause.head if obj is None else obj)


def _manners(context: Context, clause: Clause) -> Iterator[int]:
    """How it is done: "griff ihn scharf an", "verlief friedlich"."""
    if clause.copula is not None:
        return
    for i in context.tree.children(clause.head, "advmod"):
        token = context.tree[i]
        hedge = ("adverb", token.text.lower()) in context.words.modals
        if token.tag == "ADJD" and not hedge and not _is_time(context, i):
            yield i


def _clause_argument(tree: Tree, c: int, role: str) -> Argument:
    """A clause or predicate as an argument, without the punctuation around it."""
    numbers = [n for n in tree.subtree(c)]
    while len(numbers) > 1 and tree[numbers[0]].pos == "PUNCT":
        numbers = numbers[1:]
    opened = any(tree[n].text in "„»" for n in numbers[1:-1])
    while len(numbers) > 1 and tree[numbers[-1]].pos == "PUNCT":
        if opened and tree[numbers[-1]].text in "“”«":
            break
        numbers = numbers[:-1]
    start, end = tree[numbers[0]].start, tree[numbers[-1]].end
    return Argument(role, tree.slice((start, end)), start, end)


def _argument(context: Context, role: str, i: int) -> Argument:
    phrase = make_phrase(context.tree, i, context.denotations)
    return Argument(role, phrase.text, phrase.start, phrase.end, phrase.mention)


def _office_arguments(context: Context, head: int) -> Iterator[Argument]:
    """A predicate that is an office: "Er ist Präsident von Kenia"."""
    tree = context.tree
    if tree[head].pos not in {"NOUN", "PROPN"} or not context.words.find_role(tree[head].lemma):
        return
    yield Argument("office", tree[head].text, tree[head].start, tree[head].end)
    for c in tree.children(head, "nmod", "nmod:poss", "compound"):
        mention = context.denotations.mention(c)
        if mention is not None and mention.kind not in {"person", "group", "thing"}:
            start, end = phrase_span(tree, c)
            span = (mention.start, mention.end)
            yield Argument("organisation", tree.slice((start, end)), start, end, span)


# what qualifies a clause


def find_modality(context: Context, clause: Clause) -> str:
    """One of records.MODALITIES; the least certain reason wins."""
    reasons = set(_modal_reasons(context, clause)) - {"hearsay"}
    return next((m for m in _MODAL_ORDER if m in reasons), "asserted")


def _modal_reasons(context: Context, clause: Clause) -> Iterator[str]:
    yield from _verbal_reasons(context, clause)
    yield from _hedges(context, clause)
    yield from _reasons_of_kind(context, clause)


def _verbal_reasons(context: Context, clause: Clause) -> Iterator[str]:
    """What the verbs say themselves: modals, future, Konjunktiv II, question, command."""
    tree, words = context.tree, context.words
    rumour = has_perfect_infinitive(tree, clause)
    for lemma in (tree[v].lemma.lower() for v in clause.modals):
        told = rumour and lemma in words.hearsay_verbs
        yield "hearsay" if told else words.modals[("verb", lemma)]
    if _is_future(tree, clause):
        yield "future"
    if clause.mood == "sub2" and not clause.modals and not _is_reported(context, clause):
        yield "hypothetical"
    if _is_question(tree, clause.head):
        yield "possible"
    if tree[clause.head].morph.get("Mood") == "Imp":
        yield "demanded"
    if _looms(context, clause) or is_modal_passive(tree, clause.head):
        yield "possible"


def _looms(context: Context, clause: Clause) -> bool:
    """ "Der Firma droht die Pleite": what may come, no threat of anybody's."""
    if not context.words.is_a("looming", clause.lemma) or clause.passive:
        return False
    spoken = _has_content(context, clause) or any(o.preposition == "mit" for o in clause.obliques)
    return not spoken and not any(_can_act(context, s) for s in clause.subjects)


def _can_act(context: Context, i: int) -> bool:
    mention = context.denotations.mention(i)
    acts = mention is not None and mention.kind in ACTOR_KINDS
    return acts or context.tree[i].pos == "PRON"


def _reasons_of_kind(context: Context, clause: Clause) -> Iterator[str]:
    """What the clause's place in the sentence says: condition, infinitive, unreported content."""
    if _is_conditional(context, clause.head) or opens_with_verb(context.tree, clause):
        yield "hypothetical"
    if clause.kind in {"infinitive", "adnominal"}:
        yield _governed_modality(context, clause)
    if clause.finite is None and clause.kind not in {"infinitive", "adnominal", "conjunct"}:
        yield "intended"
    if clause.kind == "complement" and not _is_reported(context, clause):
        yield _carried_modality(context, _governor(context, clause)) or "possible"
    if _asks(context, clause):
        yield "possible"
    lent = {"conjunct": _passed_on, "relative": _cleft, "adverbial": _passed_down}
    if clause.kind in lent and clause.governor is not None:
        yield from lent[clause.kind](context, clause)


def _asks(context: Context, clause: Clause) -> bool:
    """ "Welcher Investor den Zuschlag erhält, ...": who or what it is stays open. In a relative
    clause only words ask that cannot stand for its noun: "keine Erklärung, wer das Boot stahl".
    """
    tree, words = context.tree, context.words
    relative = clause.kind == "relative"
    agents = () if clause.agent is None else (clause.agent,)
    obliques = (o.token for o in clause.obliques)
    for i in (*clause.subjects, *clause.objects, *agents, *obliques):
        asked = (tree[c].text.lower() for c in (i, *tree.children(i, "det")))
        open_words = (word for word in asked if words.is_a("question_word", word))
        if any(not (relative and words.is_a("relative_question", word)) for word in open_words):
            return True
    return False


def _governor(context: Context, clause: Clause) -> Clause | None:
    """The clause that governs this one."""
    return None if clause.governor is None else context.by_head.get(clause.governor)


def _passed_on(context: Context, clause: Clause) -> Iterator[str]:
    """A conjunct without a finite verb of its own shares the modality of the first; a bare
    infinitive whose modal verb the parser lost is not certain.
    """
    first = _governor(context, clause)
    if first is None:
        return
    if _is_conditional(context, first.head):
        yield "hypothetical"
    if clause.finite is None or first.kind in {"complement", "infinitive", "adverbial"}:
        found = find_modality(context, first)
        same = is_participle(context.tree[first.head])
        bare = not clause.modals and not (same and is_participle(context.tree[clause.head]))
        if found != "asserted":
            yield found
        elif clause.finite is None and bare:
            yield "possible"


def _passed_down(context: Context, clause: Clause) -> Iterator[str]:
    """ "soll helfen, indem sie ... übernimmt": as certain as what is done that way."""
    above = _governor(context, clause)
    marks = (context.tree[m].text.lower() for m in context.tree.children(clause.head, "mark"))
    how = any(context.words.is_a("subordinator_manner", mark) for mark in marks)
    if above is None or not how:
        return
    found = find_modality(context, above)
    if found != "asserted":
        yield found
    elif above.negated or _is_hearsay(context, above):
        yield "possible"


def _cleft(context: Context, clause: Clause) -> Iterator[str]:
    """ "Es war vermutlich nicht die Frau, die ...": the relative clause is as uncertain."""
    above = _governor(context, clause)
    if above is None:
        return
    uncertain = above.negated or find_modality(context, above) != "asserted"
    if uncertain and (above.copula is not None or _is_planned(context, clause, above)):
        yield "possible"


def _is_planned(context: Context, clause: Clause, above: Clause) -> bool:
    """ "soll ein Gesetz geben, das Waffen verbietet": what is yet to be does nothing yet."""
    tree = context.tree
    noun = tree[tree[clause.head].head]
    articles = {tree[c].morph.get("Definite", "Def") for c in tree.children(noun.i, "det")}
    named = noun.pos == "PROPN" or "Def" in articles
    now = clause.finite is not None and tree[clause.finite].morph.get("Tense") == "Pres"
    taken = (*above.objects, *(above.subjects if above.passive else ()))
    return now and not above.negated and not named and noun.i in taken


def _is_future(tree: Tree, clause: Clause) -> bool:
    """Werden + infinitive, will + infinitive; who "wird Ministerin" is not yet."""
    becomes = clause.copula is not None and clause.lemma == "werden"
    if becomes and clause.finite is not None and tree[clause.finite].text in {"wird", "werden"}:
        return True
    for v in clause.verbs:
        token = tree[v]
        if token.dep not in AUXILIARIES or token.pos != "AUX":
            continue
        if token.lemma.lower() in {"will", "shall"} or token.text.lower() in {"will", "wo", "'ll"}:
            return True
        if token.lemma == "werden" and token.text.lower() in {"wird", "werden", "werde"}:
            return not is_participle(tree[clause.head]) or any(
                tree[o].text.lower() in {"werden", "haben", "sein"} for o in clause.verbs if o > v
            )
    return False


def _hedges(context: Context, clause: Clause) -> Iterator[str]:
    tree = context.tree
    places = (clause.head, *clause.verbs)
    hedges = [c for p in places for c in tree.children(p, "advmod", "obl", "nmod", "dep")]
    inside = tree.children(clause.head, *SUBJECTS, *OBLIQUES, "obj", "xcomp")
    hedges += [c for p in inside for c in tree.children(p, "advmod")]
    for c in hedges:
        found = context.words.modals.get(("adverb", tree[c].text.lower()))
        if found is not None:
            yield found
    done_by = (clause.agent,) if clause.passive else clause.subjects
    told_of = clause.objects if clause.copula is not None else ()
    if any(i is not None and _is_suspected(context, i) for i in (*done_by, *told_of)):
        yield "possible"


def _is_suspected(context: Context, i: int) -> bool:
    """ "der mutmaßliche Täter": who is named by what he is said to have done. His deeds are as
    uncertain; what is done to him is not ("nahm den mutmaßlichen Täter fest").
    """
    tree = context.tree
    adjectives = (tree[c].lemma.lower() for c in tree.children(i, "amod"))
    return any(context.words.modals.get(("adverb", a)) == "hearsay" for a in adjectives)


_OPENING = {"adverbial", "complement"}
"""What a clause that opens a sentence with its verb may be to the parser."""


def _is_conditional(context: Context, head: int) -> bool:
    """Under a condition, or itself one; also under "ob", "bevor", "damit"."""
    tree, words = context.tree, context.words
    own = [tree[m].text.lower() for m in tree.children(head, "mark")]
    conditions = ("subordinator_condition", "subordinator_open", "subordinator_purpose")
    if any(words.is_a(kind, mark) for kind in conditions for mark in own):
        return True
    if _opens_with_condition(context, head) or _is_under_opening(context, head):
        return True
    below = [m for c in tree.children(head, "advcl") for m in tree.children(c, "mark")]
    if any(words.is_a("subordinator_condition", tree[m].text.lower()) for m in below):
        return True
    kinds = {"adverbial"} if ("verb", tree[head].lemma) in words.reporting else _OPENING
    parts = (c for c in context.governed.get(head, ()) if c.kind in kinds | {"conjunct"})
    opened = (c for c in parts if opens_with_verb(tree, c))
    late = any(c.kind != "conjunct" or ends_with_condition(tree, c) for c in opened)
    return late or _has_proviso(context, head)


def _has_proviso(context: Context, head: int) -> bool:
    """ "vorausgesetzt, der Rat stimmt zu", "im Falle einer Niederlage", for the clause and for
    the one that it stands under.
    """
    tree, words = context.tree, context.words
    below = tree.children(head)
    parts = (head, *(c for c in below if tree[c].dep in CLAUSAL or tree[c].dep == "conj"))
    provisos = (c for p in parts for c in tree.children(p, "advmod", "mark", "advcl"))
    if any(words.is_a("proviso", tree[c].text.lower()) for c in provisos):
        return True
    cases = (c for c in tree.children(head, *OBLIQUES) if preposition_of(tree, c) == "in")
    return any(words.is_a("case_noun", tree[c].text) and tree.children(c, "nmod") for c in cases)


def _is_under_opening(context: Context, head: int) -> bool:
    """ "Falls das Tonband echt ist, hat er gedroht": the condition that opens a sentence holds
    for its main clause, and for the clause that opens it, wherever the parser hung the word.
    """
    tree = context.tree
    first, _ = tree.sentences[tree[head].sent]
    opens = context.words.is_a("subordinator_condition", tree[first].text.lower())
    top = tree[head].head == head
    return opens and (top or tree[head].dep == "advcl" or head in tree.ancestors(first))


def _opens_with_condition(context: Context, head: int) -> bool:
    """ "Sollte die Bank zahlen, öffnet ...": a verb-first clause below, before this verb."""
    below = (context.by_head.get(i) for i in context.tree.children(head, "advcl") if i < head)
    return any(c is not None and opens_with_verb(context.tree, c) for c in below)


def _governed_modality(context: Context, clause: Clause) -> str:
    """What the governing verb lends to its infinitive; unknown ones lend no certainty."""
    tree = context.tree
    above = _governor(context, clause)
    if above is None:
        return "possible"
    for lemma in (above.lemma, tree[tree[clause.head].head].lemma.lower()):
        found = context.words.modals.get(("governor", lemma))
        if found is not None:
            return found
    return _carried_modality(context, above) or "possible"


def _carried_modality(context: Context, above: Clause | None) -> str | None:
    """ "begann zu räumen", "führte dazu, dass": as certain as the governing verb; else None."""
    if above is None or not context.words.is_a("implicative_verb", above.lemma):
        return None
    return "hypothetical" if above.negated else find_modality(context, above)


def _is_reported(context: Context, clause: Clause) -> bool:
    start = context.tree[_verb_anchor(clause)].start
    return attribution_of(start, context.quotations) is not None


def _is_question(tree: Tree, head: int) -> bool:
    _, last = tree.sentences[tree[head].sent]
    return tree[last - 1].text == "?"


@dataclass(frozen=True, slots=True)
class _Told:
    """By whom and how something is told; by default by the article itself."""

    attribution: str = "none"
    stance: str = "neutral"
    speaker: Phrase | None = None
    quotation: str | None = None


_BY_ARTICLE, _BY_HEARSAY, _BY_SOMEBODY = _Told(), _Told("hearsay"), _Told("direct")


def _attribution(context: Context, at: int, clause: Clause | None) -> _Told:
    """Who says it, where it stands inside speech or sounds like it."""
    quotation = _quotation_around(context, at, clause)
    if quotation is not None:
        span = quotation.speaker[0] if quotation.speaker else None
        nobody = quotation.kind == "free_indirect" and span is None
        speaker = span_phrase(context.tree, span, quotation.mention) if span else None
        kind = "hearsay" if nobody else quotation.kind
        return _Told(kind, quotation.stance, speaker, quotation.id)
    if clause is not None and _is_hearsay(context, clause):
        return _BY_HEARSAY
    if clause is not None and _is_spoken(context, at, clause):
        return _BY_SOMEBODY
    return _BY_ARTICLE


def _quotation_around(context: Context, at: int, clause: Clause | None) -> Quotation | None:
    """The quotation that a statement stands in, or that has at least its predicate: "Für die
    Ministerin ist die Lage „bedrohlich“."
    """
    foreign = (q for q in context.quotations if not _is_own_voice(q, clause))
    found = attribution_of(at, foreign)
    if found is not None or clause is None:
        return found
    marked = (q for q in context.quotations if q.kind == "direct")
    return attribution_of(context.tree[clause.head].start, marked)


def _is_spoken(context: Context, at: int, clause: Clause) -> bool:
    """Between quotation marks, or in the first person, or to a reader: some speaker's words,
    whoever it is.
    """
    tree = context.tree
    if clause.finite is not None and is_within(at, context.quoted):
        return True
    predicate = tree[clause.head]
    if predicate.text.islower() and is_within(predicate.start, context.quoted):
        return True
    return any(_is_speaker_or_reader(context, s) for s in clause.subjects)


def _is_speaker_or_reader(context: Context, i: int) -> bool:
    """ "ich", "wir", and the polite "Sie" inside a sentence."""
    tree, text = context.tree, context.tree[i].text
    if context.words.is_a("pronoun_speaker", text if text == "I" else text.lower()):
        return True
    inside = i > tree.sentences[tree[i].sent][0] and tree[i - 1].pos != "PUNCT"
    return text == "Sie" and tree.lang == "de" and tree[i].pos == "PRON" and inside


def _is_own_voice(quotation: Quotation, clause: Clause | None) -> bool:
    """A reported speech act fills its sentence; what else the sentence tells in the
    indicative is told by the article: "Er rief ihn an und bat um Hilfe".
    """
    if quotation.kind != "reported":
        return False
    if clause is None:
        return True
    told = clause.kind in {"main", "conjunct", "relative"} and clause.finite is not None
    return told and clause.mood == "ind"


def _is_hearsay(context: Context, clause: Clause) -> bool:
    """Konjunktiv I, "soll", "angeblich": told, and nobody says by whom."""
    tree, words = context.tree, context.words
    if clause.mood == "sub1":
        return True
    if any(tree[v].lemma.lower() in words.hearsay_verbs for v in clause.modals):
        return not opens_with_verb(tree, clause)  # "Sollte der Fluss steigen, ..."
    hedged = _is_alleged(context, clause)
    governor = _governor(context, clause)
    if hedged or governor is None:
        return hedged
    joined = clause.kind == "conjunct"
    if joined and clause.finite is None and _is_hearsay(context, governor):
        return True
    if joined and clause.inherited and _is_alleged(context, governor):
        return True
    return clause.kind in {"conjunct", "relative", "adverbial"} and governor.mood == "sub1"


def _is_alleged(context: Context, clause: Clause) -> bool:
    """ "angeblich" stands with its verb, or with what the verb needs: "fühlte sich angeblich
    bedroht".
    """
    tree, words = context.tree, context.words
    places = (clause.head, *tree.children(clause.head, "xcomp", "aux", "cop"))
    adverbs = (tree[c] for p in places for c in tree.children(p, "advmod", "dep"))
    return any(words.modals.get(("adverb", a.text.lower())) == "hearsay" for a in adverbs)


# time, place, number


def _is_time(context: Context, i: int) -> bool:
    token = context.tree[i]
    return any(t.start <= token.start < t.end for t in context.times)


def _says_when(context: Context, i: int) -> bool:
    """A time expression with its preposition: "am Sonntagabend", not "auf das Jahr 2004"."""
    cases = context.tree.children(i, "case")
    return bool(cases) and _is_time(context, cases[0]) and _is_time(context, i)


def _when(context: Context, clause: Clause) -> Time | None:
    """The time expression that belongs to this predicate, not to a noun inside it."""
    tree = context.tree
    start, end = tree.sentence_span(clause.head)
    for time in (t for t in context.times if start <= t.start < end):
        inside = tree.inside(time.start, time.end)
        tops = [t for t in inside if not (time.start <= tree[t.head].start < time.end)]
        if any(t.head in {clause.head, *clause.verbs} and t.dep not in CLAUSAL for t in tops):
            return _ahead(context, clause, time)
    return None


def _ahead(context: Context, clause: Clause, time: Time) -> Time:
    """A weekday with a verb in the present or of the future lies ahead: "reist am Donnerstag"."""
    tree, published = context.tree, context.tree.published
    named = any(context.words.is_a("weekday", word) for word in time.text.split())
    if not named or published is None or time.begin is None or time.until is None:
        return time
    if time.begin >= published or time.precision != "day" or not _looks_ahead(tree, clause):
        return time
    week = timedelta(days=7)
    begin, until = date.fromisoformat(time.begin) + week, date.fromisoformat(time.until) + week
    return replace(time, begin=begin.isoformat(), until=until.isoformat())


def _looks_ahead(tree: Tree, clause: Clause) -> bool:
    perfect = any(tree[v].dep == "aux" and tree[v].lemma in _PERFECT for v in clause.verbs)
    if clause.finite is None or perfect:
        return False
    if clause.passive and tree[clause.finite].lemma != "werden":  # "ist am Montag gefasst"
        return False
    return tree[clause.finite].morph.get("Tense") == "Pres" or tree[clause.finite].tag == "MD"


def _in_time(context: Context, when: Time | None, modality: str) -> str:
    """What lies behind the day of publication has not happened yet."""
    published = context.tree.published
    if modality != "asserted" or when is None or when.begin is None or published is None:
        return modality
    return "future" if when.begin > published else modality


def _where(context: Context, clause: Clause, obj: int | None) -> Phrase | None:
    """The place: a locative oblique, or one inside the object ("seine Bastion in Syrien")."""
    tree = context.tree
    spots = [o for o in clause.obliques if o.preposition in _LOCATIVE]
    if obj is not None:
        below = [c for c in tree.children(obj, "nmod", "obl") if c != clause.head]
        spots += [Oblique(preposition_of(tree, c), c) for c in below]
    for spot in spots:
        mention = context.denotations.mention(spot.token)
        if mention is not None and mention.kind == "place" and spot.preposition in _LOCATIVE:
            return make_phrase(tree, spot.token, context.denotations)
    return None


def _quantity(context: Context, *phrases: Phrase | Argument | None) -> Quantity | None:
    """The first number in the phrases, which are asked in order; clauses do not count."""
    for phrase in phrases:
        if phrase is None or (isinstance(phrase, Argument) and phrase.role == "clause"):
            continue
        for quantity in context.quantities:
            if phrase.start <= quantity.start < phrase.end:
                return quantity
    return None


def _signs(
    context: Context,
    clause: Clause,
    subject: int | None,
    obj: int | None,
    preposition: str | None,
    phrases: Sequence[Phrase | None],
) -> tuple[str, ...]:
    """The signs of how sure a statement of a clause is."""
    case = Case(
        tree=context.tree,
        words=context.words,
        denotations=context.denotations,
        scene=context.scenes[context.tree[clause.head].sent],
        clause=clause,
        subject=subject,
        object=obj,
        preposition=preposition,
        phrases=tuple(p for p in phrases if p is not None),
    )
    return find_signs(case)


def _complete(context: Context, statement: Statement, i: int, *own: str) -> Statement:
    """A statement without a clause, found at token ``i``: with its id, its confidence (from its
    own signs and its sentence's), and who says it.
    """
    token = context.tree[i]
    phrases = statement.subject, statement.object
    known = tuple(p for p in phrases if p is not None)
    signs = (*own, *find_plain_signs(context.tree, context.scenes[token.sent], known))
    told = _attribution(context, token.start, None)
    return replace(
        statement,
        id=_statement_id(statement.article, statement.rule, statement.sentence, i, phrases),
        attribution=told.attribution,
        stance=told.stance,
        speaker=told.speaker,
        quotation=told.quotation,
        confidence=confidence_of(signs),
        signs=signs,
    )


# participles before the noun


def _from_participle(context: Context, token: Token) -> Iterator[Statement]:
    """ "die von den SDF festgehaltenen Kämpfer": agent, participle, noun."""
    tree = context.tree
    if token.dep != "amod" or token.tag not in {"ADJA", "VVPP"} or tree.lang != "de":
        return
    agents = [
        t
        for t in tree.children(token.i, "obl:agent", "obl", "nmod")
        if preposition_of(tree, t) == "von"
    ]
    lemma = _participle_lemma(context, token)
    if not agents or lemma is None:
        return
    for agent in tree.conjuncts(agents[0]):
        yield _participle_statement(context, token, lemma, agent)


def _qualified(context: Context, statement: Statement, participle: int) -> Statement:
    """ "nicht von X festgehaltene", "mutmaßlich von X getötete"."""
    tree, words = context.tree, context.words
    below = tree.subtree(participle)
    hedges = [words.modals.get(("adverb", tree[c].text.lower())) for c in below]
    return replace(
        statement,
        negated=any(tree[c].lemma.lower() in words.negation for c in below),
        modality="possible" if any(hedges) else "asserted",
    )


def _participle_lemma(context: Context, token: Token) -> str | None:
    """The verb of a participle that is used as an adjective."""
    return context.words.verbs.find_participle(_bare(token.text.lower()))


def _bare(form: str) -> str:
    for ending in ("en", "er", "es", "em", "e"):
        if form.endswith(ending) and len(form) > len(ending) + 3:
            return form[: -len(ending)]
    return form


def _participle_statement(context: Context, token: Token, lemma: str, agent: int) -> Statement:
    tree = context.tree
    noun = token.head
    statement = Statement(
        article=context.article,
        id="",
        sentence=tree.sentence_span(token.i),
        subject=_phrase(context, agent),
        relation=Relation(lemma, token.text),
        object=_noun_of_participle(context, token.i, noun),
        where=_participle_place(context, token.i),
        rule="participle",
    )
    statement = _qualified(context, statement, token.i)
    return _complete(context, statement, token.i, "participle")


def _noun_of_participle(context: Context, participle: int, noun: int) -> Phrase:
    """The noun's phrase from behind the participle on."""
    tree = context.tree
    _, end = phrase_span(tree, noun)
    start = tree[participle].end + 1
    return span_phrase(tree, (start, max(end, tree[noun].end)), context.denotations.span(noun))


def _participle_place(context: Context, i: int) -> Phrase | None:
    tree = context.tree
    for t in tree.children(i, "obl", "nmod"):
        mention = context.denotations.mention(t)
        if mention is not None and preposition_of(tree, t) in _LOCATIVE:
            return make_phrase(tree, t, context.denotations)
    return None


# offices


def _from_office(context: Context, office: Office) -> Statement:
    tree = context.tree
    holder = office.holder
    span: Span = (holder.start, holder.end)
    subject = span_phrase(tree, span, holder.refers or span)
    arguments = []
    if office.office is not None:
        arguments.append(Argument("office", tree.slice(office.office), *office.office))
    home = office.organisation
    if home is not None:
        place = (home.start, home.end)
        arguments.append(Argument("organisation", home.text, *place, place))
    statement = Statement(
        article=context.article,
        id="",
        sentence=tree.sentence_span(office.token),
        subject=subject,
        relation=Relation("sein" if tree.lang == "de" else "be", ""),
        object=span_phrase(tree, office.phrase),
        arguments=tuple(arguments),
        rule=office.rule,
    )
    return _complete(context, statement, office.token, "office")
