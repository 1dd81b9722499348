"""Whom a pronoun or a description stands for, where that is certain enough.

An article is read once from its beginning, and with it grows the list of those it speaks of
(:mod:`kg.reading.referents`). Candidates before a pronoun are weighed by nearness, grammatical
role, gender and how often the article speaks of them (:mod:`kg.reading.antecedents`); a link is
made only when the best one leads clearly. Descriptions have rules of their own
(:mod:`kg.reading.descriptions`). Every link has its reason in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.reading.antecedents import REACH, Anaphor, Candidate, choose, weigh
from kg.reading.clauses import Clause, owners
from kg.reading.descriptions import Describer
from kg.reading.offices import Office
from kg.reading.phrases import find_denotations, head_token
from kg.reading.referents import (
    FEMALE,
    MALE,
    NEUTER,
    PLURAL,
    Place,
    Referent,
    ages_at,
    find_persons,
    is_plural,
    is_predicative,
    is_thing,
    key_of,
    modifiers_of,
    name_beside,
    noun_gender,
    noun_number,
    noun_of,
    read_genders,
)
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Mention, Quotation, Span


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
_HER = Wanted(frozenset({FEMALE}))
_DEMONSTRATIVES: Mapping[str, Wanted] = {
    **_wanted("dieser diesen", MALE),
    **_wanted("diesem", MALE, NEUTER),
    **_wanted("diese", FEMALE, PLURAL),
    **_wanted("dessen", MALE, NEUTER, possessive=True),
    **_wanted("deren", FEMALE, PLURAL, possessive=True),
}
"""They take up whom was named last, rather than the subject."""
_FIRST_PERSONS = {
    "de": "ich mich mir mein meine meinen meinem meiner meines wir uns unser unsere unseren "
    "unserem unserer unseres",
    "en": "i me my we us our",
}


_UNSURE = 2.0
"""How much more clearly the antecedent must lead where the number is open."""


def find_references(
    tree: Tree,
    clauses: Sequence[Clause],
    mentions: Sequence[Mention],
    offices: Sequence[Office],
    words: Vocabulary,
    quoted: Sequence[Span] = (),
    *,
    article: str = "",
) -> list[Mention]:
    """The mentions in text order, those that stand for another one with ``refers`` and
    ``reason``, and with them a mention for every personal or possessive pronoun whose
    antecedent is clear, and for common nouns for persons that others take up.
    """
    return _Reader(tree, clauses, mentions, offices, words, quoted, article).read()


class _Reader:
    """Reads an article from its beginning and keeps whom it has spoken of."""

    def __init__(
        self,
        tree: Tree,
        clauses: Sequence[Clause],
        mentions: Sequence[Mention],
        offices: Sequence[Office],
        words: Vocabulary,
        quoted: Sequence[Span],
        article: str,
    ) -> None:
        persons = find_persons(tree, mentions, words, article=article)
        self._tree = tree
        self._words = words
        self._article = article
        self._clauses = {c.head: c for c in clauses}
        self._owner = owners(tree, clauses)
        self._subjects = {s for c in clauses for s in c.subjects}
        self._quotes = _speeches(tree, quoted)
        self._denotations = find_denotations(tree, [*mentions, *persons], offices)
        self._genders = read_genders(tree, self._denotations, words)
        self._names = {m.start: m for m in mentions if m.named}
        self._loose = {(m.start, m.end) for m in persons}
        self._at: dict[int, list[Mention]] = {}
        for mention in [*mentions, *persons]:
            self._at.setdefault(head_token(tree, mention), []).append(mention)
        self._named: dict[str, list[Referent]] = {}
        self._things: dict[str, Referent] = {}
        self._referents: list[Referent] = []
        self._describer = Describer(tree, words, self._referents)
        self._found: list[Mention] = []

    def read(self) -> list[Mention]:
        """All mentions of the article."""
        for token in self._tree.tokens:
            if token.pos in {"PRON", "DET"}:
                self._read_word(token)
            elif token.i in self._at:
                for mention in self._at[token.i]:
                    self._read_mention(token.i, mention)
            elif is_thing(token):
                self._read_thing(token.i)
        used = {m.refers for m in self._found if m.refers}
        kept = (m for m in self._found if m.refers or self._is_firm(m) or _span(m) in used)
        return sorted(kept, key=_span)

    def _is_firm(self, mention: Mention) -> bool:
        return _span(mention) not in self._loose

    # whom the article speaks of

    def _read_mention(self, i: int, mention: Mention) -> None:
        whole = mention.end >= self._tree[i].end  # not "UN" in "UN-Tribunal"
        if mention.named or mention.kind not in ACTOR_KINDS:
            self._found.append(mention)
            if mention.kind in ACTOR_KINDS:
                self._speak_of(self._named_so(mention), i if whole else None)
            return
        name = self._name_of(i, mention)
        if name is not None:
            referent = self._referent(name)
            self._call(referent, i)
            self._speak_of(referent, i)
            self._found.append(mention)
        elif whole:
            self._describe(i, mention)

    def _named_so(self, mention: Mention) -> Referent:
        """The referent of a name, which an office in it introduces: "Papst Franziskus"."""
        referent = self._referent(mention)
        if mention.kind == "person":
            first, *behind = self._tree.inside(mention.start, mention.end) or (None,)
            if first is not None and behind and self._words.find_role(first.text):
                referent.call(noun_of(first), set())
        return referent

    def _name_of(self, i: int, mention: Mention) -> Mention | None:
        """The name that a common noun stands beside."""
        if is_plural(self._tree, i):  # "die Brüder Karl und Hans"
            return None
        denoted = self._denotations.mention(i)
        if denoted is not None and denoted.named:
            return denoted
        behind = self._names.get(mention.end + 1)
        if behind is not None and behind.kind == mention.kind:
            return behind
        people = mention.kind in {"person", "group"}
        return name_beside(self._tree, self._denotations, i) if people else None

    def _describe(self, i: int, mention: Mention) -> None:
        same = self._subject_of(i)
        people = mention.kind in {"person", "group"}
        if same is not None or (people and is_predicative(self._tree, i, self._words)):
            self._found.append(mention)
            if same is not None:
                self._call(same, i)
            return
        found = self._describer.find(mention, self._anaphor(i))
        if found is None:
            referent = Referent(mention, noun_gender(self._tree, i, mention))
            referent.bare = not self._tree.children(i, "det", "amod", "det:poss")
            self._referents.append(referent)
        else:
            referent, reason = found
            if referent.gender == NEUTER and not referent.named:  # "das Kind ... die Zweijährige"
                referent.gender = noun_gender(self._tree, i, mention)
            mention = self._link(mention, referent, f"description: {reason}")
        self._found.append(mention)
        self._call(referent, i)
        self._speak_of(referent, i)

    def _subject_of(self, i: int) -> Referent | None:
        """Who "is" this noun: "Karl Maus ist Lehrer"."""
        if self._tree.child(i, "cop") is None:
            return None
        subjects = self._tree.children(i, "nsubj")
        spoken = ((r, p.token) for r in self._referents for p in r.places[-1:] if r.mention)
        return next((r for r, at in spoken if at in subjects), None)

    def _link(self, mention: Mention, referent: Referent, reason: str) -> Mention:
        target = referent.mention
        if target is None:
            return mention
        person = (mention.kind == "person") == (target.kind == "person")
        kind = mention.kind if person else target.kind
        return replace(mention, kind=kind, refers=_span(target), reason=reason)

    def _referent(self, mention: Mention) -> Referent:
        """Who has this name, known or new; another first name is somebody else."""
        key = key_of(mention)
        alike = self._named.setdefault(key, self._called_so(mention))
        full = mention.kind == "person" and " " in mention.text
        gender = self._genders.get(mention.text) or self._genders.get(key, "")
        known = [r for r in alike if not full or _may_be_one(r, mention, gender)]
        if not known:
            known = [Referent(mention, gender, named=True)]
            alike += known
            self._referents += known
        elif full:
            known[-1].mention = mention
        return known[-1]

    def _called_so(self, mention: Mention) -> list[Referent]:
        """Who is called by the first word of the full name: "Lula" for "Lula da Silva"."""
        if mention.kind != "person" or " " in mention.text:
            return []
        first = f"{mention.text} "
        found = [r for r in self._referents if r.mention and r.mention.text.startswith(first)]
        return found if len(found) == 1 and found[0].kind == "person" else []

    def _call(self, referent: Referent, i: int) -> None:
        modifiers = modifiers_of(self._tree, i, self._words)
        referent.call(noun_of(self._tree[i]), modifiers)
        referent.call(self._tree[i].lemma.lower(), modifiers)

    def _speak_of(self, referent: Referent, i: int | None, *, pronoun: bool = False) -> None:
        if i is not None:
            referent.places.append(self._place(i, pronoun=pronoun))
            referent.ages |= ages_at(self._tree, i)

    def _place(self, i: int, *, pronoun: bool = False) -> Place:
        token, clause, subject = self._tree[i], self._owner.get(i), i in self._subjects
        top = self._top(i)
        return Place(
            token=i,
            sentence=token.sent,
            clause=clause,
            subject=subject,
            argument=subject or (clause is not None and self._tree[top].head == clause),
            source=self._is_source(top),
            inner=token.dep in {"nmod", "conj", "appos"},
            pronoun=pronoun,
            speaks=self._speaks(i),
            quote=self._quote(i),
        )

    def _top(self, i: int) -> int:
        """The head of what a token is coordinated or in apposition with."""
        joined = {"conj", "appos", "flat", "flat:name"}
        while self._tree[i].dep in joined and self._tree[i].head != i:
            i = self._tree[i].head
        return i

    def _is_source(self, i: int) -> bool:
        """ "laut Polizei", "nach Angaben der Polizei"."""
        above = self._tree[i].head if self._tree[i].dep == "nmod" else i
        cases = [("preposition", self._tree[c].text.lower()) for c in self._tree.children(above)]
        if above == i:
            return any(case in self._words.reporting for case in cases)
        nach = any(word in {"nach", "laut", "gemäß"} for _, word in cases)
        return nach and self._words.reports_noun(self._tree[above].lemma) is not None

    def _read_thing(self, i: int) -> None:
        """A thing stands in the way of whoever else might be meant."""
        noun = noun_of(self._tree[i])
        thing = self._things.get(noun)
        if thing is None:
            thing = Referent(None, noun_number(self._tree, i))
            self._things[noun] = thing
            self._referents.append(thing)
        thing.places.append(self._place(i))

    def _quote(self, i: int) -> int:
        at = self._tree[i].start
        return next((n for n, (s, e) in enumerate(self._quotes) if s <= at < e), -1)

    # pronouns

    def _anaphor(self, i: int, *, possessive: bool = False) -> Anaphor:
        clause = self._clauses.get(self._owner.get(i, -1))
        return Anaphor(
            token=i,
            sentence=self._tree[i].sent,
            clause=clause.head if clause else None,
            subjects=frozenset(clause.subjects if clause else ()),
            quote=self._quote(i),
            subject=i in self._subjects,
            possessive=possessive,
            speaks=self._speaks(i),
        )

    def _read_word(self, token: Token) -> None:
        """A pronoun, if it is one of those that take up somebody."""
        wanted = _PRONOUNS.get(self._tree.lang, {}).get(token.text.lower())
        if wanted is not None and token.text.lower() == "ihr" and token.tag == "PPER":
            wanted = _HER  # "mit ihr"
        last = self._demonstrative(token) if wanted is None else None
        if wanted is not None:
            self._read_pronoun(token.i, wanted)
        elif last is not None:
            self._read_demonstrative(token.i, last)

    def _read_pronoun(self, i: int, wanted: Wanted) -> None:
        if self._is_polite(i) or self._is_shared(i, wanted) or self._is_outside(i, wanted):
            return
        lead = _UNSURE if self._is_unsure(i, wanted) else 1.0
        best = choose(self._candidates(i, wanted), lead=lead)
        if best is None:
            return
        kind = "possessive" if wanted.possessive else "pronoun"
        self._refer(i, best.referent, f"{kind}: {best.reason}")

    def _refer(self, i: int, referent: Referent, reason: str) -> None:
        """Adds a mention for the pronoun at ``i`` that stands for a referent."""
        token, target = self._tree[i], referent.mention
        if target is not None:
            whole = Mention(self._article, token.start, token.end, token.text, target.kind, False)
            self._found.append(replace(whole, refers=_span(target), reason=reason))
            self._speak_of(referent, i, pronoun=True)

    def _demonstrative(self, token: Token) -> Wanted | None:
        """What "dieser" or "dessen" asks for where it stands alone and opens no relative clause."""
        wanted = _DEMONSTRATIVES.get(token.text.lower()) if self._tree.lang == "de" else None
        if wanted is None:
            return None
        if not wanted.possessive and token.i and self._tree[token.i - 1].pos == "ADP":
            return None  # "bei dieser" may be a woman or a thing
        head = self._tree[token.head]
        if not wanted.possessive:
            return None if token.dep == "det" else wanted
        linked = head.dep == "conj" and head.pos == "NOUN"
        before = self._tree[token.i - 1] if token.i else token
        relative = before.pos in {"PUNCT", "ADP"}  # "Karl, mit dessen Haus"
        return wanted if linked or not relative else None

    def _read_demonstrative(self, i: int, wanted: Wanted) -> None:
        """It stands for whom was named last, if that one fits and acts or is a name."""
        genders = self._number(i, wanted)
        anaphor = self._anaphor(i, possessive=wanted.possessive)
        near = [
            (place.token, referent)
            for referent in self._referents
            for place in referent.places
            if anaphor.sentence - place.sentence <= 1
            and (referent.gender in genders or wanted.possessive)
            and self._may_be(place, anaphor)
            and self._agrees(referent, i, genders)
        ]
        at, last = max(near, key=lambda found: found[0], default=(0, None))
        if last is not None and not any(self._is_noun(n, genders) for n in range(at + 1, i)):
            self._refer(i, last, "demonstrative: the last one named")

    def _is_noun(self, i: int, genders: frozenset[str]) -> bool:
        """A noun of one of these genders that does not just belong to another."""
        token = self._tree[i]
        fits = noun_number(self._tree, i) in genders
        return token.pos == "NOUN" and token.dep in {"nsubj", "obj", "obl", "obl:arg"} and fits

    def _candidates(self, i: int, wanted: Wanted) -> Iterator[Candidate]:
        genders = self._number(i, wanted)
        anaphor = self._anaphor(i, possessive=wanted.possessive)
        for referent in self._referents:
            if self._agrees(referent, i, genders):
                reach = REACH if referent.gender else 1
                for place in referent.places:
                    near = anaphor.sentence - place.sentence <= reach
                    if near and self._may_be(place, anaphor):
                        yield weigh(referent, place, anaphor)

    def _agrees(self, referent: Referent, i: int, genders: frozenset[str]) -> bool:
        if referent.gender:
            fits = referent.gender in genders
        else:
            body = self._tree.lang == "en" and referent.kind not in {"person", "group"}
            fits = not genders <= {PLURAL, NEUTER} and not body and self._is_known_well(referent)
        people = referent.kind in {"person", "group"} or (referent.gender and referent.mention)
        return bool(fits and (people or not self._speaks(i)))

    def _may_be(self, place: Place, anaphor: Anaphor) -> bool:
        """In the same quotation or none, and no other argument of its verb."""
        if place.quote != anaphor.quote:
            return False
        together = place.clause is not None and place.clause == anaphor.clause
        other = (together and place.argument) or place.token in anaphor.subjects
        return anaphor.possessive or place.source or not other

    def _is_known_well(self, referent: Referent) -> bool:
        """Of unknown gender, but the article speaks of it again and again, or it is a body or an
        unnamed person ("the spokesman").
        """
        certain = referent.named == (referent.kind != "person")
        return certain or len(referent.places) > 1

    def _is_shared(self, i: int, wanted: Wanted) -> bool:
        """Beside two subjects "ihr" may be both."""
        clause = self._clauses.get(self._owner.get(i, -1))
        ihr = wanted.possessive and wanted.genders == {FEMALE, PLURAL}
        return ihr and clause is not None and len(clause.subjects) > 1

    def _is_outside(self, i: int, wanted: Wanted) -> bool:
        """In speech "sie" may be several who were named outside of it."""
        several = PLURAL in self._number(i, wanted)
        return several and not wanted.possessive and self._quote(i) >= 0

    def _is_unsure(self, i: int, wanted: Wanted) -> bool:
        """ "sie" that is no subject may be one woman or several people."""
        return wanted == _PRONOUNS["de"]["sie"] and i not in self._subjects

    def _number(self, i: int, wanted: Wanted) -> frozenset[str]:
        """The genders that the verb leaves: "sie" with a singular verb is one woman."""
        if PLURAL not in wanted.genders or wanted.possessive or len(wanted.genders) == 1:
            return wanted.genders
        clause = self._clauses.get(self._owner.get(i, -1))
        if clause is None or i not in clause.subjects:
            return wanted.genders
        verb = i if clause.finite is None else clause.finite
        number = self._tree[verb].morph.get("Number")
        if number == "Sing":
            return wanted.genders - {PLURAL}
        return frozenset({PLURAL}) if number == "Plur" else wanted.genders

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


def _may_be_one(known: Referent, full: Mention, gender: str) -> bool:
    """May somebody known have that full name and gender?"""
    name = known.mention.text if known.mention else ""
    if " " in name:
        return name.split()[0] == full.text.split()[0]
    return not gender or known.gender in {"", gender}


def _span(mention: Mention) -> Span:
    return mention.start, mention.end


def _speeches(tree: Tree, quoted: Sequence[Span]) -> list[Span]:
    """The quoted stretches with a verb in them; a quoted name or word is no speech."""
    verbal = {"VERB", "AUX"}
    return [span for span in quoted if any(t.pos in verbal for t in tree.inside(*span))]


# the first person of a quotation


def find_first_persons(
    tree: Tree, quotations: Sequence[Quotation], mentions: Sequence[Mention]
) -> list[Mention]:
    """A mention for "ich" and "wir" in direct speech whose speaker is known."""
    by_span = {_span(m): m for m in mentions}
    own = frozenset(_FIRST_PERSONS.get(tree.lang, "").split())
    found: dict[Span, Mention] = {}
    for quotation in quotations:
        speaker = by_span.get(quotation.mention) if quotation.mention else None
        if speaker is None or quotation.kind != "direct" or speaker.kind not in ACTOR_KINDS:
            continue
        target = speaker.refers or _span(speaker)
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
