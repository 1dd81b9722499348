"""Whom a description stands for: "die Terrormiliz", "der 46-Jährige", "seine Tochter".

The rules, the surer first: it was introduced so; the same noun was used; a name holds the
noun; the age is the same; it is the only one of its kind; nobody else can well be meant by
"der Mann". A description that is narrowed down by more than its antecedent was is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.reading.antecedents import REACH, Anaphor, Candidate, choose, weigh
from kg.reading.referents import (
    FEMALE,
    MALE,
    NEUTER,
    Referent,
    age_of,
    is_definite,
    is_plural,
    key_of,
    modifiers_of,
    noun_gender,
    noun_of,
)
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Mention

Found = tuple[Referent, str]

MEMORY = 10
"""Sentences for which a common noun is remembered."""
_CLEARER = 1.5
"""How much more clearly than a pronoun's the antecedent of "der Mann" must lead."""
_ALIKE = {
    "company": {"company", "organisation", "media"},
    "government": {"government", "organisation", "international_organisation"},
    "media": {"media", "company"},
    "organisation": {"organisation", "armed_group", "international_organisation"},
}
"""Kinds of names that a noun of a kind may take up, beside its own."""


class Describer:
    """Finds whom definite descriptions stand for among the referents before them."""

    def __init__(self, tree: Tree, words: Vocabulary, referents: list[Referent]) -> None:
        self._tree = tree
        self._words = words
        self._referents = referents

    def find(self, mention: Mention, anaphor: Anaphor) -> Found | None:
        """The referent of a description and why, or None."""
        i = anaphor.token
        if self._tree.children(i, "appos", "flat", "flat:name") or not self._may_refer(i):
            return None
        modifiers = modifiers_of(self._tree, i, self._words)
        found = self._by_noun(mention, i, modifiers) or self._by_age(i)
        found = found or self._by_number(i, modifiers)
        if found is None and not modifiers:
            found = self._by_kind(mention, i) or self._by_salience(mention, anaphor)
        return found if found and may_be(mention.kind, found[0].kind) else None

    def _may_refer(self, i: int) -> bool:
        """Definite, or bare behind "laut": "laut Polizei"."""
        if is_definite(self._tree, i):
            return True
        cases = [self._tree[c].lemma for c in self._tree.children(i, "case")]
        reporting = any(("preposition", case) in self._words.reporting for case in cases)
        row = self._words.find_kind(self._tree[i].lemma)
        body = row is not None and row.kind not in {"group", "person"}
        return reporting and body and not is_plural(self._tree, i)

    # the same noun

    def _by_noun(self, mention: Mention, i: int, modifiers: set[str]) -> Found | None:
        noun, plural = noun_of(self._tree[i]), is_plural(self._tree, i)
        alike = [r for r in self._alike(i) if r.plural == plural]
        same = [r for r in alike if noun in r.nouns and _is_within(modifiers, r.nouns[noun])]
        same = same or self._widened([r for r in alike if noun in r.nouns], noun, modifiers)
        named = [r for r in same if r.named]
        if named and not plural:
            name = self._only(named)
            return (name, f"introduced as {mention.text} {_text(name)}") if name else None
        several = plural and not modifiers
        known = self._only([r for r in same if not r.bare or plural], several=several)
        if known is None and len(noun) > 3:
            like = [r for r in alike if any(modifiers <= r.nouns[n] for n in self._like(r, i))]
            longer = [r for r in like if not r.bare]
            named = [r for r in self._names_with(noun) if not modifiers and not plural]
            known = self._only([*longer, *named])
        return (known, f"the {mention.text} named before") if known else None

    def _widened(self, alike: list[Referent], noun: str, modifiers: set[str]) -> list[Referent]:
        """The only ones called so, of whom now is told more: "die Veranstalter der Demonstration"
        were just "Veranstalter" before, and "die Miliz, die ..." is the militia.
        """
        if len(alike) != 1:
            return []
        told = {m for m in modifiers if not m.startswith("acl:relcl")}
        body = alike[0].kind not in {"person", "group"}
        if body and not told:
            return alike
        belonging = all(m.startswith("nmod") for m in modifiers) and alike[0].plural
        before = any(m.startswith("nmod") for m in alike[0].nouns[noun])
        return alike if belonging and not before else []

    def _like(self, referent: Referent, i: int) -> Iterator[str]:
        """Its nouns that end with the one at ``i`` ("Sondergericht", "Gericht"), or that stand
        with it in a class of words that take up each other ("Firma", "Unternehmen").
        """
        noun, general = noun_of(self._tree[i]), self._is_general(i)
        synonyms = [s for s in self._words.synonyms if noun.endswith(s)]
        for n in referent.nouns:
            longer = n != noun and n.endswith(noun) and not general
            if longer or any(n.endswith(s) for s in synonyms):
                yield n

    def _alike(self, i: int) -> Iterator[Referent]:
        """Who is still remembered by the noun for it."""
        here = self._tree[i].sent
        for r in self._referents:
            if r.mention is not None and r.nouns and r.places:
                lasting = r.named or r.kind not in {"person", "group"}
                if lasting or here - r.places[-1].sentence <= MEMORY:
                    yield r

    def _only(self, referents: Iterable[Referent], *, several: bool = False) -> Referent | None:
        """The only one, or the last where the others were named much earlier. Of several called
        "die Demonstranten" the last are meant.
        """
        ranked = sorted({id(r): r for r in referents}.values(), key=_last)
        if len(ranked) < 2 or (several and not ranked[-1].named):
            return ranked[-1] if ranked else None
        if any(r.named for r in ranked):
            return None
        return ranked[-1] if _last(ranked[-1])[0] - _last(ranked[-2])[0] > REACH else None

    def _names_with(self, noun: str) -> Iterator[Referent]:
        for r in self._referents:
            if r.named and r.mention is not None and holds(r.mention, noun):
                yield r

    # the same age

    def _by_age(self, i: int) -> Found | None:
        """ "Die 46-Jährige": who is said to be 46 years old."""
        age = age_of(self._tree[i])
        plural = is_plural(self._tree, i)
        found = [r for r in self._referents if age and age in r.ages and r.plural == plural]
        known = [r for r in found if r.mention is not None]
        return (known[0], "of the same age") if len(known) == 1 else None

    # the same number

    def _by_number(self, i: int, modifiers: set[str]) -> Found | None:
        """ "Die beiden Frauen": the two spoken of just before."""
        number = next((m for m in modifiers if m.startswith("number")), None)
        if number is None or len(modifiers) > 1 or not is_plural(self._tree, i):
            return None
        near = [r for r in self._alike(i) if r.plural and self._is_near(r, i)]
        found = [r for r in near if any(number in known for known in r.nouns.values())]
        return (found[0], "as many as named before") if len(found) == 1 else None

    # the only one of its kind

    def _by_kind(self, mention: Mention, i: int) -> Found | None:
        if is_plural(self._tree, i) or mention.kind == "group":
            return None
        named = [r for r in self._referents if r.named and r.kind in ACTOR_KINDS and r.places]
        if mention.kind == "person":
            alike = [r for r in named if r.kind == "person"]
            office = self._words.find_role(self._tree[i].text) is not None
            if not office or any(r.nouns for r in alike):
                return None
        elif self._is_certain_body(i):
            return None
        else:
            kinds = _ALIKE.get(mention.kind, set()) | {mention.kind}
            alike = [r for r in named if r.kind in kinds and self._is_near(r, i)]
        keys = {key_of(r.mention) for r in alike if r.mention}
        reason = f"the only {mention.kind} named before"
        return (alike[-1], reason) if len(keys) == 1 else None

    def _is_certain_body(self, i: int) -> bool:
        """ "Finanzministerium", "Staatsanwaltschaft": more than just a body of its kind."""
        row = self._words.find_kind(self._tree[i].lemma)
        if row is None:
            return False
        compound = row.noun.lower() != noun_of(self._tree[i])
        return compound or (row.kind == "organisation" and row.sector != "-")

    def _is_near(self, referent: Referent, i: int) -> bool:
        return self._tree[i].sent - referent.places[-1].sentence <= REACH

    # whoever is meant

    def _by_salience(self, mention: Mention, anaphor: Anaphor) -> Found | None:
        """ "Der Mann", "die 46-Jährige", "das Opfer": the person spoken of, if that is clear."""
        if is_plural(self._tree, anaphor.token) or not self._is_general(anaphor.token):
            return None
        genders = self._genders(mention, anaphor.token)
        fitting = [r for r in self._referents if self._fits(r, anaphor.token, genders)]
        best = choose(self._weighed(fitting, anaphor), lead=_CLEARER)
        return (best.referent, best.reason) if best else None

    def _is_general(self, i: int) -> bool:
        """A noun that may be said of anybody, an inhabitant, or an age."""
        lemma = self._tree[i].lemma
        general = self._words.is_a("general_person", lemma) or lemma in self._words.inhabitants
        return general or bool(age_of(self._tree[i]))

    def _genders(self, mention: Mention, i: int) -> set[str]:
        if self._words.is_a("either_sex", self._tree[i].lemma):
            return {MALE, FEMALE, NEUTER}
        return {noun_gender(self._tree, i, mention)}

    def _fits(self, r: Referent, i: int, genders: set[str]) -> bool:
        if r.kind != "person" or r.plural or not r.places:
            return False
        age = age_of(self._tree[i])
        if age and r.ages and age not in r.ages:
            return False
        noun = noun_of(self._tree[i])
        official = self._words.find_role(noun) is None and any(map(self._words.find_role, r.nouns))
        opposed = any(self._opposed(noun, n) for n in r.nouns)
        accused = r.named and self._words.is_a("culprit", self._tree[i].lemma)
        return r.gender in genders and not official and not opposed and not accused

    def _opposed(self, noun: str, other: str) -> bool:
        """An offender is no victim."""
        pairs = [("offender", "victim"), ("victim", "offender")]
        is_a = self._words.is_a
        return any(is_a(a, noun.title()) and is_a(b, other.title()) for a, b in pairs)

    def _weighed(self, referents: Iterable[Referent], anaphor: Anaphor) -> Iterator[Candidate]:
        for r in referents:
            for place in r.places:
                if 0 < anaphor.sentence - place.sentence <= REACH and place.quote == anaphor.quote:
                    yield weigh(r, place, anaphor)


def _is_within(modifiers: set[str], known: set[str]) -> bool:
    """Is nothing told apart that was not before? A number may be new: "die beiden Piloten"."""
    counted = any(m.startswith("number") for m in known)
    return {m for m in modifiers if counted or not m.startswith("number")} <= known


def _last(referent: Referent) -> tuple[int, int]:
    return (referent.places[-1].sentence, referent.places[-1].token) if referent.places else (0, 0)


def _text(referent: Referent) -> str:
    return referent.mention.text if referent.mention else ""


def may_be(noun: str, kind: str) -> bool:
    """Can a noun of one kind stand for somebody of the other? People are no bodies."""
    people = {"person", "group"}
    return noun == kind or "group" in (noun, kind) or (noun in people) == (kind in people)


def holds(mention: Mention, noun: str) -> bool:
    """Does a name hold the noun: "Berliner Polizei", "Internationaler Strafgerichtshof"?"""
    return mention.kind != "person" and any(
        word.lower().endswith(noun) or (len(noun) > 5 and noun in word.lower())
        for word in mention.text.replace("-", " ").split()
    )
