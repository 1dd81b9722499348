"""Whom a pronoun or a definite description stands for, where that is certain enough.

Candidates before a pronoun are weighed by nearness, grammatical role, gender and how often
the article speaks of them; a link is made only when the best one leads clearly. Every link
has its reason in words. The weights were chosen looking at ``tests/gold/coreference.1.tsv``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.reading.clauses import Clause, owners
from kg.reading.offices import Office
from kg.reading.phrases import Denotations, head_token
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Mention, Quotation, Span, is_within

REACH = 3
"""Sentences that a pronoun looks back."""
LEAD = 1.3
"""By how much the best candidate must lead over the next other one."""
LEAST = 5.0
"""What the best candidate must weigh."""
NEARNESS = (3.0, 2.2, 1.0, 0.2)
"""Weight of a candidate by the sentences between it and the pronoun."""

MALE, FEMALE, NEUTER, PLURAL = "Masc", "Fem", "Neut", "Plur"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pronoun asks of its antecedent: genders, ``Plur`` among them for several."""

    genders: frozenset[str]
    possessive: bool = False


def _wanted(words: str, *genders: str, possessive: bool = False) -> dict[str, Wanted]:
    return {word: Wanted(frozenset(genders), possessive) for word in words.split()}


_PRONOUNS: Mapping[str, Mapping[str, Wanted]] = {
    "de": {
        **_wanted("er ihn", MALE),
        **_wanted("ihm", MALE, NEUTER),
        **_wanted("sie", FEMALE, PLURAL),
        **_wanted("ihnen", PLURAL),
        **_wanted("sein seine seinen seinem seiner seines", MALE, NEUTER, possessive=True),
        **_wanted("ihr ihre ihren ihrem ihrer ihres", FEMALE, PLURAL, possessive=True),
    },
    "en": {
        **_wanted("he him", MALE),
        **_wanted("she", FEMALE),
        **_wanted("they them", PLURAL),
        **_wanted("his", MALE, possessive=True),
        **_wanted("their", PLURAL, possessive=True),
        **_wanted("its", NEUTER, possessive=True),
    },
}
_FIRST_PERSONS = {
    "de": "ich mich mir mein meine meinen meinem meiner meines wir uns unser unsere unseren "
    "unserem unserer unseres",
    "en": "i me my we us our",
}
_ARTICLES = {"der": MALE, "die": FEMALE, "das": NEUTER, "dem": MALE, "den": MALE}
_DEFINITE = {*_ARTICLES, "des", "the", "dieser", "diese", "dieses", "diesem", "diesen", "this"}


@dataclass(frozen=True, slots=True)
class Antecedent:
    """A candidate: its mention, token and name key; gender ("" unknown, ``Plur`` for several),
    whether it is the subject of its clause, and the predicate of that clause.
    """

    mention: Mention
    token: int
    key: str
    gender: str
    subject: bool
    clause: int | None


def find_pronouns(
    tree: Tree,
    clauses: Sequence[Clause],
    mentions: Sequence[Mention],
    denotations: Denotations,
    words: Vocabulary,
    quoted: Sequence[Span] = (),
    *,
    article: str = "",
) -> list[Mention]:
    """A mention for every personal or possessive pronoun whose antecedent is clear; ``refers``
    names it.
    """
    resolver = _Resolver(tree, clauses, mentions, denotations, words, quoted)
    found: list[Mention] = []
    for token in tree.tokens:
        wanted = _PRONOUNS.get(tree.lang, {}).get(token.text.lower())
        if wanted is None or token.pos not in {"PRON", "DET"}:
            continue
        chosen = resolver.resolve(token.i, wanted)
        if chosen is not None:
            target, reason = chosen
            text = tree.text[token.start : token.end]
            span = target.refers or (target.start, target.end)
            mention = Mention(
                article, token.start, token.end, text, target.kind, False, span, reason
            )
            found.append(mention)
            resolver.remember(token.i, mention)
    return found


class _Resolver:
    """Weighs the candidates of an article's pronouns, in the order of the text."""

    def __init__(
        self,
        tree: Tree,
        clauses: Sequence[Clause],
        mentions: Sequence[Mention],
        denotations: Denotations,
        words: Vocabulary,
        quoted: Sequence[Span],
    ) -> None:
        self._tree = tree
        self._words = words
        self._quoted = quoted
        self._clauses = {c.head: c for c in clauses}
        self._owner = owners(tree, clauses)
        self._subjects = {s for c in clauses for s in c.subjects}
        self._keys = {(m.start, m.end): _key(m) for m in mentions}
        self._genders = _genders(tree, denotations, words, self._keys)
        taken = [
            (i, _name_in_apposition(tree, denotations, i) or m)
            for i, m in sorted(denotations.of_token.items())
            if m.kind in ACTOR_KINDS and not self._in_quotes(m.start)
        ]
        self._by_sentence: dict[int, list[Antecedent]] = {}
        self._count: Counter[str] = Counter()
        self._waiting = taken[::-1]

    def remember(self, i: int, mention: Mention) -> None:
        """Makes a resolved pronoun a candidate for the next ones."""
        self._add(i, mention)

    def _key_of(self, mention: Mention) -> str:
        span = mention.refers or (mention.start, mention.end)
        return self._keys.get(span, mention.text.lower())

    def _add(self, i: int, mention: Mention) -> None:
        key = self._key_of(mention)
        found = Antecedent(
            mention,
            i,
            key,
            self._gender(i, mention, key),
            i in self._subjects,
            self._owner.get(i),
        )
        self._by_sentence.setdefault(self._tree[i].sent, []).append(found)
        self._count[key] += 1

    def _read_up_to(self, i: int) -> None:
        while self._waiting and self._waiting[-1][0] < i:
            token, mention = self._waiting.pop()
            self._add(token, mention)

    def resolve(self, i: int, wanted: Wanted) -> tuple[Mention, str] | None:
        """The antecedent of the pronoun at ``i`` and the reason, or None."""
        self._read_up_to(i)
        token = self._tree[i]
        if self._in_quotes(token.start) or self._is_polite(i) or self._is_open(i, wanted):
            return None
        genders = self._number(i, wanted)
        weighed: dict[str, tuple[float, Antecedent, str]] = {}
        for c in self._near(i):
            if self._fits(c, i, genders, wanted):
                weight, reason = self._weigh(c, i, wanted)
                if c.key not in weighed or weight > weighed[c.key][0]:
                    weighed[c.key] = (weight, c, reason)
        ranked = sorted(weighed.values(), key=lambda w: (-w[0], -w[1].token))
        if not ranked or ranked[0][0] < LEAST:
            return None
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < LEAD:
            return None
        _, best, reason = ranked[0]
        kind = "possessive" if wanted.possessive else "pronoun"
        return best.mention, f"{kind}: {reason}"

    def _is_open(self, i: int, wanted: Wanted) -> bool:
        """ "sie" that is no subject may be a thing; beside two subjects "ihr" may be both."""
        if wanted.genders != {FEMALE, PLURAL}:
            return False
        clause = self._clauses.get(self._owner.get(i, -1))
        if wanted.possessive:
            return clause is not None and len(clause.subjects) > 1
        return clause is None or i not in clause.subjects

    def _near(self, i: int) -> Iterator[Antecedent]:
        here = self._tree[i].sent
        for s in range(max(0, here - REACH), here + 1):
            yield from (c for c in self._by_sentence.get(s, ()) if c.token < i)

    def _number(self, i: int, wanted: Wanted) -> frozenset[str]:
        """The genders that the verb leaves: "sie" with a singular verb is one woman."""
        if PLURAL not in wanted.genders or wanted.possessive or len(wanted.genders) == 1:
            return wanted.genders
        clause = self._clauses.get(self._owner.get(i, -1))
        if clause is None or i not in clause.subjects or clause.finite is None:
            return wanted.genders
        number = self._tree[clause.finite].morph.get("Number")
        if number == "Sing":
            return wanted.genders - {PLURAL}
        return frozenset({PLURAL}) if number == "Plur" else wanted.genders

    def _fits(self, c: Antecedent, i: int, genders: frozenset[str], wanted: Wanted) -> bool:
        if c.gender and c.gender not in genders:
            return False
        if not c.gender and (genders <= {PLURAL, NEUTER} or not self._is_known_well(c)):
            return False
        if self._speaks(i) and c.mention.kind not in {"person", "group"} and c.gender == "":
            return False
        together = c.clause is not None and c.clause == self._owner.get(i)
        return wanted.possessive or not (together and c.token in self._subjects)

    def _is_known_well(self, c: Antecedent) -> bool:
        """Of unknown gender, but the article speaks of it again and again, or it is a body."""
        return self._count[c.key] > 1 or (c.mention.named and c.mention.kind != "person")

    def _weigh(self, c: Antecedent, i: int, wanted: Wanted) -> tuple[float, str]:
        distance = self._tree[i].sent - self._tree[c.token].sent
        reasons = ["same sentence" if not distance else f"{distance} back"]
        weight = NEARNESS[distance] - 0.01 * min(40, i - c.token)
        weight += 0.3 * min(4, self._count[c.key] - 1)
        if c.subject:
            reasons.append("subject")
            weight += 1.5 + (0.5 if i in self._subjects else 0.0)
        if c.mention.named or c.mention.refers:
            weight += 0.8
        if c.gender:
            reasons.append("same gender")
            weight += 0.8
        else:
            weight -= 0.6
        if wanted.possessive and c.clause is not None and c.clause == self._owner.get(i):
            reasons.append("same clause")
            weight += 1.5 if c.subject else 0.3
        if c.mention.kind in {"person", "group"}:
            weight += 0.4
        elif not c.subject:
            weight -= 0.5
        return weight, ", ".join(reasons)

    def _speaks(self, i: int) -> bool:
        """Is the pronoun the subject of a reporting verb? Then it is a person."""
        clause = self._clauses.get(self._tree[i].head)
        if clause is None or self._words.is_a("deed_verb", clause.lemma):
            return False
        return ("verb", clause.lemma) in self._words.reporting

    def _is_polite(self, i: int) -> bool:
        """ "Sie" or "Ihr" with a capital inside a sentence addresses the reader."""
        token = self._tree[i]
        first, _ = self._tree.sentences[token.sent]
        polite = self._tree.lang == "de" and token.text[:1].isupper() and i != first
        return polite and self._tree[i - 1].text not in {":", "„", "»", '"'}

    def _in_quotes(self, at: int) -> bool:
        return is_within(at, self._quoted)

    def _gender(self, i: int, mention: Mention, key: str) -> str:
        """Of the name wherever the article shows it, else of the noun."""
        token = self._tree[i]
        if token.pos in {"PRON", "DET"}:
            seen = _PRONOUNS[self._tree.lang].get(token.text.lower())
            only = seen.genders if seen else frozenset()
            return self._genders.get(key) or (next(iter(only)) if len(only) == 1 else "")
        return self._genders.get(key) or _noun_gender(self._tree, i, mention)


def _name_in_apposition(tree: Tree, denotations: Denotations, i: int) -> Mention | None:
    """Who a common noun is, when a name stands in apposition to it, however far behind, or
    when the sentence says so: "Richter ist Raed Dschuhi".
    """
    if tree[i].pos != "NOUN" or i in denotations.offices:
        return None
    links = [*tree.children(i, "appos", "flat", "flat:name")]
    if tree.child(i, "cop") is not None:
        links += tree.children(i, "nsubj")
    named = (denotations.mention(c) for c in links)
    return next((m for m in named if m is not None and m.named and m.kind == "person"), None)


def _key(mention: Mention) -> str:
    """What tells candidates apart: the surname of a person, else the name without its -s."""
    words = mention.text.split()
    last = words[-1] if mention.kind == "person" and mention.named else mention.text
    return last.lower().removesuffix("s")


def _genders(
    tree: Tree, denotations: Denotations, words: Vocabulary, keys: Mapping[Span, str]
) -> dict[str, str]:
    """Key of a name -> gender, from first names, titles, role nouns and articles."""
    found: dict[str, Counter[str]] = {}
    for i, mention in denotations.of_token.items():
        if not mention.named:
            continue
        key = keys.get((mention.start, mention.end), _key(mention))
        gender = _shown_gender(tree, i, mention, words)
        if gender:
            found.setdefault(key, Counter())[gender] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in found.items()}


def _shown_gender(tree: Tree, i: int, mention: Mention, words: Vocabulary) -> str:
    if mention.kind == "person":
        first = mention.text.split()[0]
        if words.is_a("first_name_male", first):
            return MALE
        if words.is_a("first_name_female", first):
            return FEMALE
        before = tree[i - 1].text if i else ""
        if before in {"Herr", "Herrn", "Mr.", "Frau", "Mrs.", "Ms."}:
            return MALE if before[:1] == "H" or before == "Mr." else FEMALE
        outside = not mention.start <= tree[i].start < mention.end
        return _noun_gender(tree, i, mention) if outside and tree[i].pos == "NOUN" else ""
    if tree.lang == "en":
        return NEUTER
    return _article_gender(tree, i)


def _noun_gender(tree: Tree, i: int, mention: Mention) -> str:
    """Of a common noun: several, a woman by -in, else by article and morphology."""
    noun = tree[i]
    plural = noun.morph.get("Number") == "Plur"
    if plural and (not mention.named or mention.kind == "group"):
        return PLURAL
    if tree.lang == "en" or (mention.named and noun.pos == "PROPN"):
        return ""
    if mention.kind == "person" and noun.text.endswith("in"):
        return FEMALE
    return _article_gender(tree, i) or str(noun.morph.get("Gender", ""))


def _article_gender(tree: Tree, i: int) -> str:
    for c in tree.children(i, "det"):
        article = tree[c].text.lower()
        if article in {"der", "den", "dem"} and tree[i].morph.get("Gender") in {NEUTER, FEMALE}:
            return str(tree[i].morph["Gender"])
        if article in _ARTICLES and tree[i].morph.get("Number") != "Plur":
            return _ARTICLES[article]
    return ""


# the first person of a quotation


def find_first_persons(
    tree: Tree, quotations: Sequence[Quotation], mentions: Sequence[Mention]
) -> list[Mention]:
    """A mention for "ich" and "wir" in direct speech whose speaker is known."""
    by_span = {(m.start, m.end): m for m in mentions}
    own = frozenset(_FIRST_PERSONS.get(tree.lang, "").split())
    found: dict[Span, Mention] = {}
    for quotation in quotations:
        speaker = by_span.get(quotation.mention) if quotation.mention else None
        if speaker is None or quotation.kind != "direct" or speaker.kind not in ACTOR_KINDS:
            continue
        target = speaker.refers or (speaker.start, speaker.end)
        for token in (t for span in quotation.quote for t in tree.inside(*span)):
            if token.text.lower() in own and token.pos in {"PRON", "DET"}:
                found[token.start, token.end] = Mention(
                    quotation.article,
                    token.start,
                    token.end,
                    token.text,
                    speaker.kind,
                    False,
                    target,
                    "first person: the speaker of these words",
                )
    return [m for span, m in found.items() if span not in by_span]


# descriptions


def find_descriptions(
    tree: Tree, mentions: Sequence[Mention], offices: Sequence[Office], words: Vocabulary
) -> list[Mention]:
    """The mentions, where "die Terrormiliz" or "der Präsident" now refer to the one named so.

    A description refers to the only named mention before it that was introduced with its
    head noun, in apposition or as its office; else to the last one that has the noun in its
    own words ("das Sondertribunal", "das Tribunal"); else to the only person or body of its
    kind that the article has named.
    """
    finder = _Describer(tree, mentions, offices, words)
    return [finder.describe(mention) for mention in mentions]


class _Describer:
    """Finds whom definite descriptions stand for, in the order of the text."""

    def __init__(
        self,
        tree: Tree,
        mentions: Sequence[Mention],
        offices: Sequence[Office],
        words: Vocabulary,
    ) -> None:
        self._tree = tree
        self._words = words
        self._introduced = _introduced(tree, mentions, offices)
        self._named = [m for m in mentions if m.named and m.kind in ACTOR_KINDS]
        self._nouns: dict[str, list[Mention]] = {}
        self._linked: dict[Span, Span] = {}

    def describe(self, mention: Mention) -> Mention:
        """The mention, with its antecedent if there is one; to be called in text order."""
        i = head_token(self._tree, mention)
        found = None if mention.named or mention.refers else self._find(mention, i)
        if found is not None:
            target, reason = found
            if not target.start <= mention.start < target.end:
                span = target.refers or (target.start, target.end)
                mention = replace(mention, refers=span, reason=f"description: {reason}")
        whole = mention.end >= self._tree[i].end  # not "UN" in "UN-Tribunal"
        if whole and mention.kind in ACTOR_KINDS:
            self._nouns.setdefault(self._noun(i), []).append(mention)
        return mention

    def _noun(self, i: int) -> str:
        return self._tree[i].lemma.rpartition("-")[2].lower()

    def _find(self, mention: Mention, i: int) -> tuple[Mention, str] | None:
        if not _is_definite(self._tree, i):
            return None
        target = self._introduced_as(mention, i)
        if target is not None:
            return target, f"introduced as {mention.text} {target.text}"
        target = self._same_noun(mention, i)
        if target is not None:
            return target, f"the {mention.text} named before"
        target = self._only_one(mention, i)
        return None if target is None else (target, f"the only {mention.kind} named before")

    def _introduced_as(self, mention: Mention, i: int) -> Mention | None:
        if self._tree[i].morph.get("Number") == "Plur":
            return None
        lemmas = {self._tree[i].lemma.lower(), self._noun(i)}
        known = (m for lemma in lemmas for m in self._introduced.get(lemma, []))
        earlier = sorted((m for m in known if m.start < mention.start), key=lambda m: m.start)
        surnames = {m.text.split()[-1] for m in earlier}
        return earlier[-1] if len(surnames) == 1 else None

    def _same_noun(self, mention: Mention, i: int) -> Mention | None:
        """The last mention before that has the noun as its own or as the end of its own."""
        noun = self._noun(i)
        if len(noun) < 4:
            return None
        plural = self._tree[i].morph.get("Number") == "Plur"
        found = [m for m in self._nouns.get(noun, []) if self._is_plural(m) == plural]
        if not found and not plural:
            longer = (ms for known, ms in self._nouns.items() if known.endswith(noun))
            found = [m for ms in longer for m in ms if not self._is_plural(m)]
        if not plural:
            found += [m for m in self._named if m.start < mention.start and _names(m, noun)]
        found = [m for m in found if m.named or self._is_introduced(m)]
        names = {_key(m) for m in found if m.named}
        if len(names) > 1 or not found:
            return None
        named = [m for m in found if m.named]
        return named[-1] if named else max(found, key=lambda m: m.start)

    def _is_introduced(self, mention: Mention) -> bool:
        """Not a bare noun in the singular: "vor Gericht" is no certain court."""
        i = head_token(self._tree, mention)
        return self._is_plural(mention) or bool(self._tree.children(i, "det", "amod"))

    def _is_plural(self, mention: Mention) -> bool:
        return self._tree[head_token(self._tree, mention)].morph.get("Number") == "Plur"

    def _only_one(self, mention: Mention, i: int) -> Mention | None:
        if self._tree[i].morph.get("Number") == "Plur" or mention.kind == "group":
            return None
        before = [m for m in self._named if m.start < mention.start]
        if mention.kind == "person":
            alike = [m for m in before if m.kind == "person"]
            if self._words.find_role(self._tree[i].text) is None or self._has_office(alike):
                return None
        elif self._is_certain_body(i):
            return None
        else:
            here = self._tree[i].sent
            alike = [m for m in before if m.kind == mention.kind and self._is_near(m, here)]
        keys = {_key(m) for m in alike}
        return alike[-1] if len(keys) == 1 else None

    def _has_office(self, persons: Sequence[Mention]) -> bool:
        """Was one of them introduced with an office? Then another office is another's."""
        keys = {_key(m) for m in persons}
        return any(_key(m) in keys for known in self._introduced.values() for m in known)

    def _is_certain_body(self, i: int) -> bool:
        """ "Finanzministerium", "Staatsanwaltschaft": more than just a body of its kind."""
        row = self._words.find_kind(self._tree[i].lemma)
        if row is None:
            return False
        compound = row.noun.lower() != self._noun(i)
        return compound or (row.kind == "organisation" and row.sector != "-")

    def _is_near(self, mention: Mention, sentence: int) -> bool:
        return sentence - self._tree[head_token(self._tree, mention)].sent <= REACH


def _names(mention: Mention, noun: str) -> bool:
    """Does a name hold the noun: "Berliner Polizei", "Internationaler Strafgerichtshof"?"""
    return (
        any(
            word.lower().endswith(noun) or (len(noun) > 5 and noun in word.lower())
            for word in mention.text.replace("-", " ").split()
        )
        and mention.kind != "person"
    )


def _introduced(
    tree: Tree, mentions: Sequence[Mention], offices: Sequence[Office]
) -> dict[str, list[Mention]]:
    """Head noun -> the named mentions that it introduced."""
    found: dict[str, list[Mention]] = {}
    by_start = {m.start: m for m in mentions if m.named}
    for mention in mentions:
        if not mention.named and mention.refers is None:
            name = by_start.get(mention.end + 1)
            if name is not None and name.kind == mention.kind:
                lemma = tree[head_token(tree, mention)].lemma.lower()
                found.setdefault(lemma, []).append(name)
    for office in offices:
        if office.rule != "role-party":
            lemma = tree[office.token].lemma.lower()
            for noun in {lemma, lemma.rpartition("-")[2]}:
                found.setdefault(noun, []).append(office.holder)
    return found


def _is_definite(tree: Tree, i: int) -> bool:
    """With a definite article, no number, no adjective and no genitive: nothing that picks
    out another one.
    """
    if tree.children(i, "amod", "nummod", "nmod", "acl", "acl:relcl", "det:poss"):
        return False
    if tree.children(i, "appos", "flat", "flat:name"):
        return False
    articles = [tree[c].text.lower() for c in tree.children(i, "det")]
    contracted = [tree[c].tag == "APPRART" for c in tree.children(i, "case")]
    return any(a in _DEFINITE for a in articles) or any(contracted)
