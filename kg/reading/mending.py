"""What a parser is known to get wrong, put right before the rules look.

Each rule is a function ``(tree, words, token) -> token``; all of them see the tree as
the parser left it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from kg.reading.clauses import has_inner_zu, is_finite, is_zu_infinitive, noun_number
from kg.reading.trees import Entity, Token, Tree, make_tree
from kg.reading.vocabulary import Vocabulary
from kg.records import Span

Rule = Callable[[Tree, Vocabulary, Token], Token]

_FUNCTION = {"aux", "aux:pass", "cop", "case", "det"}
_STAYS = {"conj", "cc", "punct", "fixed", "advmod"}


def mend_tree(tree: Tree, words: Vocabulary) -> Tree:
    """The tree with every rule applied once, in order."""
    for rule in RULES:
        changed = _changed(tree, words, rule)
        if changed:
            tree = _with_tokens(tree, [changed.get(t.i, t) for t in tree.tokens])
    return tree


def _changed(tree: Tree, words: Vocabulary, rule: Rule) -> Mapping[int, Token]:
    """The tokens that a rule changes, by their number."""
    tokens: Iterable[Token] = tree.tokens
    if rule is truncated_compound and not any(t.text.endswith("-") for t in tokens):
        return {}
    if (labels := _LABELS.get(rule)) is not None:
        tokens = [token for token in tokens if token.dep in labels]
    elif (tags := _TAGS.get(rule)) is not None:
        tokens = [token for token in tokens if token.pos in tags]
    changed: dict[int, Token] = {}
    for token in tokens:
        if (mended := rule(tree, words, token)) is not token:
            changed[token.i] = mended
    return changed


def _with_tokens(tree: Tree, tokens: Sequence[Token]) -> Tree:
    """The tree with other tokens; its table of dependents stays where no head moves."""
    if all(new.head == old.head for new, old in zip(tokens, tree.tokens, strict=True)):
        return replace(tree, tokens=tuple(tokens))
    return make_tree(
        tree.text,
        tree.lang,
        _sound(tree.tokens, tokens, tree.sentences),
        tree.sentences,
        paragraphs=tree.paragraphs,
        entities=tree.entities,
        published=tree.published,
    )


def _sound(
    before: Sequence[Token], after: Sequence[Token], sentences: Sequence[Span]
) -> list[Token]:
    """The new tokens; a sentence whose new heads leave it or run in a circle stays as it was."""
    moved = (new for new, old in zip(after, before, strict=True) if new.head != old.head)
    broken = {new.sent for new in moved if not _reaches_root(after, new, sentences[new.sent])}
    return [old if old.sent in broken else new for new, old in zip(after, before, strict=True)]


def _reaches_root(tokens: Sequence[Token], token: Token, sentence: Span) -> bool:
    first, last = sentence
    at = token
    for _ in range(first, last):
        if at.head == at.i:
            return True
        if not first <= at.head < last:
            return False
        at = tokens[at.head]
    return at.head == at.i


def free_function_word(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """Nothing of weight hangs below an auxiliary: its subject is the verb's."""
    head = tree[token.head]
    if head.i == token.i or head.dep not in _FUNCTION or token.dep in _STAYS:
        return token
    up = head.head
    while tree[up].dep in _FUNCTION and tree[up].head != up:
        up = tree[up].head
    return replace(token, head=up) if up != token.i else token


def check_particle(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """Only a known particle is the separated part of a verb: "sagte weiter" is no verb, and
    "fahren wieder" none that the lexicon knows.
    """
    if token.dep != "compound:prt" or tree.lang != "de":
        return token
    verb = tree[token.head].lemma
    particle = token.text.lower()
    known = words.knows_verb(particle + verb)
    reports = ("verb", verb) in words.reporting and not words.is_a("firm_particle", particle)
    loose = reports or words.is_a("loose_particle", particle)
    if words.is_a("verb_particle", particle) and (known or not loose):
        return token
    return replace(token, dep="advmod")


def keep_in_sentence(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """A head in another sentence is no head."""
    if tree[token.head].sent == token.sent:
        return token
    return replace(token, head=token.i, dep="root")


def root_label(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """``ROOT`` and ``root`` are one."""
    return replace(token, dep="root") if token.head == token.i else token


def verb_lemma(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """A German verb form that the table knows has the table's dictionary form."""
    if tree.lang != "de" or token.pos not in {"VERB", "AUX"}:
        return token
    participle = token.tag.endswith("PP") or token.morph.get("VerbForm") == "Part"
    auxiliaries = {tree[c].lemma for c in tree.children(token.i, "aux", "aux:pass")}
    perfect = bool(auxiliaries) and auxiliaries <= {"haben", "sein"}
    participle = participle or perfect
    guess = token.lemma
    rivals = words.verbs.rivals(token.text)
    if perfect and "sein" in auxiliaries:
        guess = next((verb for verb in rivals if words.takes_sein(verb)), guess)
    elif "werden" in auxiliaries and words.takes_sein(guess):
        guess = next((verb for verb in rivals if not words.takes_sein(verb)), guess)
    found = words.verbs.find(token.text, participle=participle, guess=guess)
    return replace(token, lemma=found) if found else token


def attribute_is_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Der Sturm zerstörte Häuser und riss Bäume um": what the parser took for an adjective
    of the noun, with a subject of its own, is a verb, and the noun its object.
    """
    if tree.lang != "de" or not _is_near_hidden_verb(tree, token):
        return token
    noun = tree[token.head]
    if _hidden_verb(tree, words, noun.i) == token.i:
        lemma = words.verbs.finite[token.text.lower()]
        above = _hidden_verb(tree, words, noun.head)
        head = token.i if noun.head == noun.i else noun.head if above is None else above
        return replace(token, pos="VERB", tag="VVFIN", lemma=lemma, head=head, dep=noun.dep)
    if (verb := _hidden_verb(tree, words, token.i)) is not None:
        return replace(token, head=verb, dep="obj")
    if token.dep == "cc" and (verb := _hidden_verb(tree, words, noun.i)) is not None:
        return replace(token, head=verb)
    if token.tag == "PTKVZ" and token.dep != "compound:prt":
        start, _ = tree.sentences[token.sent]
        before = range(token.i - 1, start - 1, -1)
        verb = next((i for i in before if _hidden_verb(tree, words, tree[i].head) == i), None)
        return token if verb is None else replace(token, head=verb, dep="compound:prt")
    return token


def _is_near_hidden_verb(tree: Tree, token: Token) -> bool:
    """Only an attribute, its noun, a conjunction or a particle has to do with one."""
    if token.dep in {"amod", "cc"} or token.tag == "PTKVZ":
        return True
    return tree.child(token.i, "amod") is not None


def _hidden_verb(tree: Tree, words: Vocabulary, noun: int) -> int | None:
    """The attribute before a noun that is a finite verb: by its tag, or by its subject."""
    for i in tree.children(noun, "amod"):
        token = tree[i]
        tagged = token.tag == "VVFIN" or tree.child(i, "nsubj") is not None
        if tagged and i < noun and token.text.lower() in words.verbs.finite:
            return i
    return None


def adjective_is_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Gestern beobachtete Marie die Wale": what has a subject and an object, no copula and the
    form of a finite verb is no adjective.
    """
    if tree.lang != "de" or token.pos != "ADJ" or not token.text.islower():
        return token
    verb = words.verbs.finite.get(token.text)
    if verb is None or tree.child(token.i, "cop", "aux", "aux:pass") is not None:
        return token
    if tree.child(token.i, "nsubj") is None or tree.child(token.i, "obj") is None:
        return token
    return replace(token, pos="VERB", tag="VVFIN", lemma=verb)


def subject_of_becoming(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Danach wurde er Richter": he is the subject of the verb, not of what he became."""
    noun = tree[token.head]
    verb = tree[noun.head]
    if token.dep != "nsubj" or noun.dep != "xcomp" or noun.pos in {"VERB", "AUX"}:
        return token
    if tree.child(noun.i, "cop") is not None or tree.child(verb.i, "nsubj") is not None:
        return token
    return replace(token, head=verb.i) if verb.tag.endswith("FIN") else token


def nearest_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "zerstörte Häuser und riss Bäume um": the particle goes with the last finite verb
    before it.
    """
    if token.dep != "compound:prt" or tree.lang != "de" or token.i < token.head:
        return token
    between = [i for i in range(token.head + 1, token.i) if tree[i].tag == "VVFIN"]
    if not between and tree[token.head].tag == "VAFIN":  # "warf ihm, als es vorbei war, vor"
        start, _ = tree.sentences[token.sent]
        between = [i for i in range(start, token.head) if tree[i].tag == "VVFIN"]
    return replace(token, head=between[-1]) if between else token


def particle_in_front(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Hinzu kommen Mittel der Stadt": the particle opens the sentence, right before its verb."""
    opens = token.i == tree.sentences[token.sent][0] and token.i + 1 < len(tree)
    if tree.lang != "de" or not opens or tree[token.i + 1].tag != "VVFIN":
        return token
    firm = words.is_a("front_particle", token.text.lower())
    return replace(token, dep="compound:prt", head=token.i + 1) if firm else token


def known_particle(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "stellte ... klar,": an adverb at the end of the clause that makes a known verb with
    the finite verb before it is its particle.
    """
    head = tree[token.head]
    if tree.lang != "de" or token.dep in {"nsubj", "obj", "cc", "punct", "root", "case"}:
        return token
    ends = token.i + 1 < len(tree) and tree[token.i + 1].pos == "PUNCT"
    behind = ends and head.tag == "VVFIN" and head.i < token.i
    last = head.i + 1 < len(tree) and tree[head.i + 1].pos == "PUNCT"
    ends_in_verb = head.tag in {"VVPP", "VVINF"} or (head.tag == "VVFIN" and last)
    right_before = token.i == head.i - 1 and ends_in_verb
    if not (behind or right_before):
        return token
    verb = token.text.lower() + head.lemma
    known = words.is_a("verb_particle", token.text.lower()) and words.knows_verb(verb)
    return replace(token, dep="compound:prt") if known else token


def one_name(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """The words of one name hang together: all but its head below its head."""
    at = bisect_right(tree.entities, token.i, key=attrgetter("first")) - 1
    entity = tree.entities[at] if at >= 0 and token.i < tree.entities[at].last else None
    if entity is None or entity.label not in _PERSON_LABELS:
        return token
    head = _name_head(tree, entity)
    if token.i == head:
        return _behind_title(tree, words, token, entity)
    if not entity.first <= token.head < entity.last or token.dep in {"nsubj", "obj", "root"}:
        return replace(token, head=head, dep="flat:name")
    return token


def _name_head(tree: Tree, entity: Entity) -> int:
    """The first token of a name that hangs outside of it."""
    inside = range(entity.first, entity.last)
    outer = [i for i in inside if tree[i].head not in inside or tree[i].head == i]
    return outer[0] if outer else entity.first


def _behind_title(tree: Tree, words: Vocabulary, token: Token, entity: Entity) -> Token:
    """ "Staatssekretär Berninger": the title is the head when both hang on the same verb."""
    before = tree[entity.first - 1] if entity.first else None
    if before is None or before.pos != "NOUN" or before.sent != token.sent:
        return token
    rivals = before.head == token.head and before.dep == token.dep
    if rivals or (before.head == token.head and token.dep in {"nsubj", "obj", "obl"}):
        return replace(token, head=before.i, dep="flat:name")
    return token


def case_of_article(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "den" is no nominative, "dem" no accusative: the label follows the article."""
    if tree.lang != "de" or token.dep not in {"nsubj", "obj"} or token.pos == "VERB":
        return token
    articles = {tree[c].text.lower() for c in tree.children(token.i, "det")}
    feminine = token.morph.get("Gender") == "Fem" and token.text.endswith(_SURELY_FEMININE)
    if articles & _DATIVE or (feminine and "der" in articles):
        return replace(token, dep="obl:arg")
    if token.dep == "nsubj" and articles & _ACCUSATIVE:
        plural = token.morph.get("Number") == "Plur" and token.text[-1] in "ns"
        return replace(token, dep="obl:arg" if plural and "den" in articles else "obj")
    return token


def perfect_with_sein(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "ist gelandet": a participle with sein is a verb, not a predicate adjective."""
    if tree.lang != "de":
        return token
    if token.dep == "cop" and _is_event_participle(words, tree[token.head]):
        return replace(token, dep="aux", pos="AUX")
    if tree.child(token.i, "cop") is not None and _is_event_participle(words, token):
        verb = words.verbs.find_participle(token.text) or token.lemma
        return replace(token, pos="VERB", tag="VVPP", lemma=verb)
    return token


def participle_is_adjective(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "ist bei der Stadt beschäftigt": some participles with sein say how one is, not what is
    done to one.
    """
    if tree.lang != "de":
        return token
    if _is_state(tree, words, token):
        return replace(token, pos="ADJ", tag="ADJD", lemma=token.text.lower())
    if not _is_state(tree, words, tree[token.head]):
        return token
    if token.dep in {"aux", "aux:pass", "cop"} and token.lemma == "sein":
        return replace(token, dep="cop")
    return replace(token, dep=token.dep.removesuffix(":pass"))


def _is_state(tree: Tree, words: Vocabulary, token: Token) -> bool:
    parts = [tree[c] for c in tree.children(token.i, "aux", "aux:pass", "cop")]
    alone = len(parts) == 1 and parts[0].lemma == "sein"
    return alone and words.is_a("state_participle", token.text.lower())


def _is_event_participle(words: Vocabulary, token: Token) -> bool:
    verb = words.verbs.find_participle(token.text)
    if verb is None or words.is_a("state_participle", token.text.lower()):
        return False
    return token.tag == "VVPP" or words.takes_sein(verb)


def nominative_article(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Unterstützung erhält der Vorschlag": "der" before a masculine noun is nominative, so
    this noun is the subject and the one that could be either is the object.
    """
    if tree.lang != "de" or token.dep not in {"nsubj", "obj", "obl:arg"}:
        return token
    verb = tree[token.head]
    if tree.child(verb.i, "cop", "aux:pass") is not None or verb.pos != "VERB":
        return token
    if token.dep == "nsubj":
        others = tree.children(verb.i, "obj", "obl:arg")
        found = not _is_nominative(tree, token) and any(
            _is_nominative(tree, tree[o]) for o in others
        )
        return replace(token, dep="obj") if found else token
    subjects = tree.children(verb.i, "nsubj")
    alone = len(subjects) == 1 and not _is_nominative(tree, tree[subjects[0]])
    return replace(token, dep="nsubj") if alone and _is_nominative(tree, token) else token


def _is_nominative(tree: Tree, token: Token) -> bool:
    if token.text.lower() in _NOMINATIVE:
        return True
    articles = {tree[c].text for c in tree.children(token.i, "det") if tree[c].pos == "DET"}
    masculine = token.morph.get("Gender") == "Masc" and token.morph.get("Number") == "Sing"
    feminine = token.text.endswith(_FEMININE_ENDINGS)
    return masculine and not feminine and token.pos == "NOUN" and bool(articles & {"der", "Der"})


def name_beside_role(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "EU-Kommissarin Elena Marchetti sprach": a person's name right behind a role noun is in
    apposition to it, not a second subject.
    """
    if token.i == 0 or token.ent not in _PERSON_LABELS or token.dep not in _ARGUMENTS:
        return token
    role = tree[token.i - 1]
    same = role.head == token.head and role.dep in _ARGUMENTS and role.ent not in _PERSON_LABELS
    if not same or words.find_role(role.lemma) is None:
        return token
    return replace(token, head=role.i, dep="appos")


def bare_name_is_subject(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Ozolbergs soll ... angeboten haben": a name without preposition at the head of a sentence
    that has no subject is the subject.
    """
    verb = tree[token.head]
    opens = token.i == tree.sentences[token.sent][0]
    bare = token.tag == "NE" and token.dep in {"obl", "nmod"} and not tree.children(token.i, "case")
    if tree.lang != "de" or not (opens and bare) or verb.pos != "VERB":
        return token
    if tree.children(verb.i, "nsubj", "nsubj:pass", "csubj", "expl"):
        return token
    passive = tree.child(verb.i, "aux:pass") is not None
    return replace(token, dep="nsubj:pass" if passive else "nsubj")


def time_is_no_participant(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "fand letzte Woche statt", "streifte gestern Nachmittag": when it was, nobody who acts."""
    if token.dep not in {"nsubj", "obj"} or not words.is_a("time_noun", token.text):
        return token
    if token.i == 0 or tree.children(token.i, "det", "nummod", "nmod"):
        return token
    before = words.is_a("time_pointer", tree[token.i - 1].text.lower())
    return replace(token, dep="obl") if before else token


def degree_is_no_participant(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "verkaufte drei Prozent mehr Autos": how much more, not what was sold."""
    behind = tree[token.i + 1] if token.i + 1 < len(tree) else token
    counted = bool(tree.children(token.i, "nummod")) and not tree.children(token.i, "case")
    if token.dep not in {*_ARGUMENTS, "obl"} or not counted or behind.sent != token.sent:
        return token
    if behind.morph.get("Degree") != "Cmp" or behind.head == token.i:
        return token
    return replace(token, head=behind.i, dep="obl:npmod")


def measure_is_object(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "beträgt bis zu 500 Euro": what a verb of measure measures is its object, and the words
    before it hedge the number.
    """
    if token.dep == "case" and _is_measured(tree, words, tree[token.head]):
        return replace(token, dep="advmod")
    return replace(token, dep="obj") if _is_measured(tree, words, token) else token


def _is_measured(tree: Tree, words: Vocabulary, token: Token) -> bool:
    counted = token.dep == "obl" and bool(tree.children(token.i, "nummod"))
    if not counted or not words.is_a("measure_verb", tree[token.head].lemma):
        return False
    if tree.children(token.head, "obj"):
        return False
    cases = (tree[c].text.lower() for c in tree.children(token.i, "case"))
    return all(words.is_a("measure_hedge", case) for case in cases)


def truncated_compound(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "der Handels- und Finanzminister": the whole word is the head, the clipped one is below."""
    if (whole := _whole_word(tree, token.i)) is not None:
        return replace(token, head=whole, dep="compound")
    if token.head == token.i:
        return token
    if _whole_word(tree, token.head) == token.i:
        clipped = tree[token.head]
        top = clipped.head == clipped.i
        return replace(token, head=token.i if top else clipped.head, dep=clipped.dep)
    if token.dep == "cc" and any(_whole_word(tree, c) == token.head for c in _clipped(tree, token)):
        return replace(token, dep="compound")
    whole = _whole_word(tree, token.head)
    return token if whole is None else replace(token, head=whole)


def _clipped(tree: Tree, token: Token) -> Sequence[int]:
    """The word that the conjunct above a conjunction hangs on."""
    above = tree[token.head]
    return [] if above.dep != "conj" else [above.head]


def _whole_word(tree: Tree, i: int) -> int | None:
    """The last of the conjuncts of a word that ends with its hyphen."""
    if not (tree[i].text.endswith("-") and len(tree[i].text) > 2 and tree.lang == "de"):
        return None
    return next(
        (c for c in reversed(tree.children(i, "conj")) if c > i and tree[c].pos == "NOUN"), None
    )


def agreement_decides(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Diese Zahlen veröffentlichte die Regierung": whose number the finite verb does not have
    is not the subject, and the object that has it is.
    """
    pair = _wrong_pair(tree, token.head)
    if pair is None or token.i not in pair:
        return token
    return replace(token, dep="obj" if token.i == pair[0] else "nsubj")


def _wrong_pair(tree: Tree, verb: int) -> tuple[int, int] | None:
    """A subject and an object that the number of the finite verb shows to be swapped."""
    if tree.lang != "de" or tree[verb].pos != "VERB" or tree.child(verb, "aux:pass", "cop"):
        return None
    subjects, objects = tree.children(verb, "nsubj"), tree.children(verb, "obj")
    finite = [tree[c] for c in tree.children(verb, "aux")] or [tree[verb]]
    wanted = next((n for t in finite if is_finite(t) and (n := t.morph.get("Number"))), "")
    if len(subjects) != 1 or len(objects) != 1 or not wanted:
        return None
    subject, other = subjects[0], objects[0]
    if len(tree.conjuncts(subject)) > 1:  # "Vater und Mutter kam": the verb may agree with one
        return None
    numbers = [noun_number(tree, i) for i in (subject, other)]
    nouns = all(tree[i].pos in {"NOUN", "PROPN"} for i in (subject, other))
    free = not {tree[c].text.lower() for c in tree.children(other, "det")} & _ACCUSATIVE
    plain = not tree.children(subject, "nummod", "nmod") or wanted == "Plur"
    swapped = numbers[1] == wanted and numbers[0] not in {wanted, ""}
    return (subject, other) if nouns and free and plain and swapped else None


def label_is_predicate(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "nennen den Politiker einen Lügner", "den Plan „Unsinn“": what somebody is called is no
    participant; who is called so is the object.
    """
    verb = tree[token.head] if token.dep != "appos" else tree[tree[token.head].head]
    if verb.i == token.i or not words.is_a("naming_verb", verb.lemma):
        return token
    if token.dep == "appos":
        quoted = tree[token.i - 1].pos == "PUNCT" and tree[token.head].dep in _NAMED
        return replace(token, dep="xcomp", head=verb.i) if quoted else token
    named = [c for c in tree.children(verb.i, *_NAMED) if not tree.children(c, "case")]
    if token.i not in named or len(named) != 2:
        return token
    return replace(token, dep="obj" if token.i == named[0] else "xcomp")


def evaluation_is_predicate(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "hält den Vertrag für falsch": an adjective with its preposition is what somebody holds
    the object to be.
    """
    cases = {tree[c].text.lower() for c in tree.children(token.i, "case")}
    loose = token.dep in {"amod", "advmod", "obl", "dep", "nmod"} and token.tag == "ADJD"
    if not loose or not cases & {"für", "als"}:
        return token
    verb = tree[token.head]
    return replace(token, dep="xcomp") if verb.pos == "VERB" else token


def what_there_is(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "In Riga gibt es einen Hafen": beside es, what there is is the object."""
    verb = tree[token.head]
    if token.dep != "nsubj" or not words.is_a("existential", verb.lemma):
        return token
    es = any(tree[c].text.lower() == "es" for c in tree.children(verb.i) if c != token.i)
    return replace(token, dep="obj") if es and token.text.lower() != "es" else token


def postposition(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "der Meldung zufolge": the word right behind its noun is the noun's preposition."""
    if tree.lang != "de" or token.i == 0:
        return token
    if _is_postposition(words, token) and tree[token.i - 1].pos in {"NOUN", "PROPN"}:
        noun = token.i - 1
        while tree[noun].dep in {"flat", "flat:name", "nmod", "appos"} and tree[noun].head < noun:
            noun = tree[noun].head
        return replace(token, dep="case", pos="ADP", head=noun)
    behind = tree[token.i + 1] if token.i + 1 < len(tree) else token
    bare = token.dep in {"obl:arg", "obj", "nsubj", "iobj"} and behind.i != token.i
    return replace(token, dep="obl") if bare and _is_postposition(words, behind) else token


def _is_postposition(words: Vocabulary, token: Token) -> bool:
    return words.is_a("postposition", token.text)


def nominative_pronoun(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Die Polizei stattete er aus": er is no object, so the noun before is."""
    if tree.lang != "de":
        return token
    if token.dep == "obj" and token.text.lower() in _NOMINATIVE:
        return replace(token, dep="nsubj")
    if token.dep == "nsubj" and token.pos != "PRON":
        rivals = (tree[c] for c in tree.children(token.head, "obj"))
        if any(r.text.lower() in _NOMINATIVE for r in rivals):
            return replace(token, dep="obj")
    return token


def genitive_before_noun(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Mexikos Innenminister": the noun is the head, the name its genitive."""
    if _owns_next(tree, token):
        return replace(token, head=token.i + 1, dep="nmod")
    head = tree[token.head]
    if head.i == token.i or not _owns_next(tree, head):
        return token
    if token.i == head.i + 1:
        top = head.head == head.i
        return replace(token, head=token.i if top else head.head, dep=head.dep)
    return replace(token, head=head.i + 1)


def _owns_next(tree: Tree, token: Token) -> bool:
    if tree.lang != "de" or token.pos != "PROPN" or not token.text.endswith("s"):
        return False
    if token.i + 1 >= len(tree) or len(token.text) < 4:
        return False
    noun = tree[token.i + 1]
    return noun.pos == "NOUN" and noun.head == token.i and noun.dep in _LOOSE_LINKS


def participle_is_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "bedroht zu haben": a participle with an auxiliary is a verb, whatever its tag."""
    if tree.lang != "de" or token.pos not in {"ADJ", "ADV"}:
        return token
    if tree.child(token.i, "aux", "aux:pass") is None:
        return token
    verb = words.verbs.find_participle(token.text)
    if verb is None:
        return token
    return replace(token, pos="VERB", tag="VVPP", lemma=verb)


def particle_has_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "riss Bäume um": what has a separated particle is a finite verb."""
    if tree.lang != "de" or token.pos in {"VERB", "AUX"} or not token.text.islower():
        return token
    verb = words.verbs.finite.get(token.text)
    if verb is None or tree.child(token.i, "compound:prt") is None:
        return token
    return replace(token, pos="VERB", tag="VVFIN", lemma=verb)


def no_false_passive(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "wird reisen": without a participle werden makes no passive."""
    head = tree[token.head]
    if _is_false_participle(words, token) and tree.lang == "de":
        return replace(token, tag="VVINF", morph={})
    if tree.lang != "de" or token.dep not in {"aux:pass", "nsubj:pass"}:
        return token
    participle = head.tag.endswith("PP") and not _is_false_participle(words, head)
    if participle or words.verbs.find_participle(head.text) is not None:
        return token
    return replace(token, dep=token.dep.removesuffix(":pass"))


def _is_false_participle(words: Vocabulary, token: Token) -> bool:
    """ "wird verdreifachen": tagged as a participle, but only an infinitive in the table."""
    if token.tag != "VVPP":
        return False
    form = token.text.lower()
    infinitive = words.verbs.finite.get(form) == form
    return infinitive and words.verbs.find_participle(form) is None


def real_subject(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """An adverb is no subject; a noun with a preposition neither, but "über 30 Leute" is."""
    adverbial = token.pos in {"ADV", "ADP", "SCONJ"} or token.tag == "ADJD"
    if tree.lang == "de" and token.dep in {"nsubj", "nsubj:pass"} and token.pos == "NOUN":
        cases = [c for c in tree.children(token.i, "case") if tree[c].tag in {"APPR", "APPRART"}]
        set_phrase = any(tree[c + 1].text in {"allem", "anderem"} for c in cases)
        if cases and not set_phrase and not tree.children(token.i, "nummod"):
            return replace(token, dep="obl")
    if token.dep in {"nsubj", "nsubj:pass", "obj"} and adverbial:
        return replace(token, dep="advmod")
    return token


def infinitive_with_zu(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "verhindert zu haben": right behind zu stands no finite verb."""
    inside = token.pos == "VERB" and has_inner_zu(token.text, token.lemma)
    behind = token.i > 0 and tree[token.i - 1].tag == "PTKZU" and token.tag.endswith("FIN")
    if not inside and not behind:
        return token
    morph = {k: v for k, v in token.morph.items() if k not in {"Mood", "Tense", "VerbForm"}}
    tag = "VVIZU" if inside else token.tag.replace("FIN", "INF")
    return replace(token, tag=tag, morph=morph)


def article_in_infinitive(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "..., die Minen zu räumen": an infinitive clause has no relative pronoun, so it is the
    article of the noun behind it, and the noun is the object.
    """
    if tree.lang != "de" or token.head == token.i:
        return token
    if token.tag == "PRELS":
        noun = _noun_of_article(tree, token)
        return token if noun is None else replace(token, dep="det", head=noun, pos="DET", tag="ART")
    if token.dep == "obl" and any(
        _noun_of_article(tree, tree[c]) == token.i for c in tree.children(token.head, *_ARGUMENTS)
    ):
        return replace(token, dep="obj")
    return token


def _noun_of_article(tree: Tree, token: Token) -> int | None:
    """The noun whose article a "relative pronoun" in an infinitive clause is."""
    verb = token.head if token.dep != "det" else tree[token.head].head
    if token.tag != "PRELS" or not is_zu_infinitive(tree, verb):
        return None
    behind = (tree[j] for j in range(token.i + 1, verb) if tree[j].head == verb)
    return next((t.i for t in behind if t.pos in {"NOUN", "PROPN"} and _is_bare(tree, t)), None)


def _is_bare(tree: Tree, token: Token) -> bool:
    return token.dep in {*_ARGUMENTS, "obl"} and not tree.children(token.i, "case")


def infinitive_is_no_relative(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "beschuldigen die Armee, ... gebrochen zu haben": an infinitive that the parser hung on a
    noun as its relative clause is what the verb above governs.
    """
    noun = tree[token.head]
    if tree.lang != "de" or token.dep != "acl:relcl" or not is_zu_infinitive(tree, token.i):
        return token
    verb = tree[noun.head]
    if verb.pos != "VERB" or ("governor", noun.lemma) in words.modals:
        return token
    return replace(token, dep="xcomp", head=verb.i)


def no_nominal_clause(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """A bare noun is no clause: what hangs on a verb as one is its subject, or hangs on the
    noun that the parser took for the subject.
    """
    if _is_nominal_clause(tree, token):
        inner = tree.child(token.i, "nsubj")
        if inner is not None and inner < token.i:
            return replace(token, head=inner, dep="nmod")
        free = tree.child(token.head, "nsubj", "nsubj:pass") is None and token.i < token.head
        return replace(token, dep="nsubj") if free else token
    above = tree[token.head]
    if token.dep == "nsubj" and token.i < above.i and _is_nominal_clause(tree, above):
        return replace(token, head=above.head)
    return token


def _is_nominal_clause(tree: Tree, token: Token) -> bool:
    clausal = token.dep in {"ccomp", "xcomp", "advcl", "acl"} and token.pos in {"NOUN", "PROPN"}
    bare = tree.child(token.i, "cop", "aux", "mark", "case") is None
    return clausal and bare and tree[token.head].pos == "VERB" and tree.lang == "de"


def role_is_noun(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "Der US-Sonderbeauftragte": a role noun that looks like a verb form, with its article."""
    if tree.lang != "de" or token.pos in {"NOUN", "PROPN"} or not token.text[:1].isupper():
        return token
    if words.find_role(token.text) is None or not tree.children(token.i, "det"):
        return token
    clausal = token.dep in {"xcomp", "ccomp", "advcl", "parataxis", "acl", "advmod"}
    return replace(token, pos="NOUN", tag="NN", dep="nsubj" if clausal else token.dep)


def relative_pronoun(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ ", der Gerhardt verdrängt hatte": an article does not go with a person's name, so it is
    the relative pronoun, and the name is the object.
    """
    if tree.lang != "de":
        return token
    if _is_false_article(tree, token):
        verb = tree[token.head].head
        return replace(token, dep="nsubj", head=verb, pos="PRON", tag="PRELS")
    if token.dep == "nsubj" and any(
        _is_false_article(tree, tree[c]) for c in tree.children(token.i, "det")
    ):
        return replace(token, dep="obj")
    return token


def _is_false_article(tree: Tree, token: Token) -> bool:
    noun = tree[token.head]
    return (
        token.text in {"der", "die"}
        and token.dep == "det"
        and noun.ent in _PERSON_LABELS
        and noun.dep == "nsubj"
        and token.i > 0
        and tree[token.i - 1].text == ","
        and tree[noun.head].dep == "acl:relcl"
    )


def weekday_of_verb(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """ "am Donnerstag" says when something was done, not which noun; nothing but its own
    article hangs below it.
    """
    if words.is_a("weekday", token.text) and token.dep == "nmod":
        verb = _verb_above(tree, token.i)
        return token if verb is None else replace(token, head=verb, dep="obl")
    head = tree[token.head]
    if words.is_a("weekday", head.text) and token.i > head.i and token.dep in {"nmod", "obl"}:
        verb = _verb_above(tree, head.i)
        return token if verb is None else replace(token, head=verb, dep="obl")
    return token


def _verb_above(tree: Tree, i: int) -> int | None:
    return next((a for a in tree.ancestors(i) if tree[a].pos in {"VERB", "AUX"}), None)


_PERSON_LABELS = {"PER", "PERSON"}
_ARGUMENTS = {"nsubj", "nsubj:pass", "obj", "obl:arg"}
_NAMED = {"obj", "obl:arg", "iobj"}
_SURELY_FEMININE = ("ung", "heit", "keit", "schaft", "ion", "tät")
_FEMININE_ENDINGS = ("e", "ung", "heit", "keit", "schaft", "ion", "tät", "ik", "ei", "in")
"""Endings of nouns before which "der" is more often a dative."""
_NOMINATIVE = {"er", "ich", "wir", "du"}
_LOOSE_LINKS = {"appos", "flat", "flat:name", "nmod", "compound", "dep"}
_DATIVE = {"dem", "einem", "keinem", "diesem", "jedem", "seinem", "ihrem", "welchem"}
_ACCUSATIVE = {"den", "einen", "keinen", "diesen", "jeden", "seinen", "ihren"}

RULES: Sequence[Rule] = (
    keep_in_sentence,
    root_label,
    free_function_word,
    role_is_noun,
    no_nominal_clause,
    postposition,
    attribute_is_verb,
    adjective_is_verb,
    subject_of_becoming,
    check_particle,
    nearest_verb,
    verb_lemma,
    particle_in_front,
    known_particle,
    one_name,
    real_subject,
    name_beside_role,
    bare_name_is_subject,
    time_is_no_participant,
    degree_is_no_participant,
    measure_is_object,
    truncated_compound,
    what_there_is,
    agreement_decides,
    label_is_predicate,
    evaluation_is_predicate,
    nominative_pronoun,
    nominative_article,
    genitive_before_noun,
    infinitive_with_zu,
    article_in_infinitive,
    infinitive_is_no_relative,
    relative_pronoun,
    case_of_article,
    participle_is_adjective,
    perfect_with_sein,
    participle_is_verb,
    particle_has_verb,
    no_false_passive,
    weekday_of_verb,
)

_SUBJECT_OR_OBJECT = frozenset({"nsubj", "obj"})
_LABELS: Mapping[Rule, frozenset[str]] = {
    subject_of_becoming: frozenset({"nsubj"}),
    degree_is_no_participant: frozenset({*_ARGUMENTS, "obl"}),
    what_there_is: frozenset({"nsubj"}),
    agreement_decides: _SUBJECT_OR_OBJECT,
    evaluation_is_predicate: frozenset({"amod", "advmod", "obl", "dep", "nmod"}),
    no_nominal_clause: frozenset({"ccomp", "xcomp", "advcl", "acl", "nsubj"}),
    check_particle: frozenset({"compound:prt"}),
    nearest_verb: frozenset({"compound:prt"}),
    real_subject: frozenset({"nsubj", "nsubj:pass", "obj"}),
    name_beside_role: frozenset(_ARGUMENTS),
    bare_name_is_subject: frozenset({"obl", "nmod"}),
    time_is_no_participant: _SUBJECT_OR_OBJECT,
    nominative_pronoun: _SUBJECT_OR_OBJECT,
    nominative_article: frozenset({"nsubj", "obj", "obl:arg"}),
    infinitive_is_no_relative: frozenset({"acl:relcl"}),
    relative_pronoun: frozenset({"det", "nsubj"}),
    case_of_article: _SUBJECT_OR_OBJECT,
    weekday_of_verb: frozenset({"nmod", "obl"}),
}
"""Rules that leave alone every token but those with these labels: the others are not asked."""
_TAGS: Mapping[Rule, frozenset[str]] = {
    verb_lemma: frozenset({"VERB", "AUX"}),
    participle_is_verb: frozenset({"ADJ", "ADV"}),
    adjective_is_verb: frozenset({"ADJ"}),
}
"""The same by coarse tag."""
