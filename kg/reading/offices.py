"""Who holds which office: "US-Präsident Donald Trump", "der Sprecher des Amts, Karl Maus,".

Found by what stands next to what, not by the parse: a role noun before a person's
name, with or without a comma, or after it between commas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary, fold_word
from kg.records import Mention, Span

_STOP_TAGS = {"VERB", "AUX", "SCONJ", "PRON"}
_CLOSING = {",", ".", ";", ":", ")", "(", "–", "-", "!", "?"}
_INDEFINITE = {"ein", "eine", "einem", "einen", "einer", "eines", "a", "an", "kein", "keine"}
_PURPOSE = {"für", "for"}
_HOLDERS_HOME = {
    *("organisation", "party", "armed_group", "military", "company", "media", "government"),
    *("international_organisation", "alliance", "state", "place"),
}
MAX_REACH = 14
"""Tokens between the name and the far end of its office."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office in the text: holder, the whole phrase, the office alone, its organisation.

    ``token`` is the role noun's number; the rest are character spans. Membership of a party
    ("Karl Maus (SPD)") has no ``office``.
    """

    holder: Mention
    token: int
    phrase: Span
    office: Span | None
    organisation: Mention | None
    rule: str


def find_offices(tree: Tree, mentions: Sequence[Mention], words: Vocabulary) -> list[Office]:
    """All offices that stand next to a named person, in text order."""
    places = _Places(tree, mentions, words)
    found: list[Office] = []
    for mention in mentions:
        if mention.kind == "person" and mention.named:
            found += places.before(mention) or places.before_comma(mention)
            found += places.after_comma(mention)
            found += places.party(mention)
    return found


class _Places:
    """Looks left and right of a person's name."""

    def __init__(self, tree: Tree, mentions: Sequence[Mention], words: Vocabulary) -> None:
        self._tree = tree
        self._words = words
        self._mentions = mentions
        self._first = {t.start: t.i for t in tree.tokens}
        self._last = {t.end: t.i for t in tree.tokens}

    def before(self, person: Mention) -> list[Office]:
        """ "US-Präsident Donald Trump" """
        first = self._first.get(person.start)
        if not first or not self._is_role(first - 1):
            return []
        if self._tree[self._phrase_start(first - 1)].text.lower() in _INDEFINITE:
            return []
        return [self._office(person, first - 1, first, "role-title")]

    def before_comma(self, person: Mention) -> list[Office]:
        """ "der Koordinator für Terrorismusbekämpfung der US-Regierung, Nathan Sales," """
        first, last = self._first.get(person.start), self._last.get(person.end)
        if not first or last is None or self._tree[first - 1].text != ",":
            return []
        if not self._closed(last + 1):
            return []
        roles = [i for i in self._stretch_left(first - 2) if self._is_role(i)]
        return [self._office(person, roles[-1], first - 1, "role-apposition")] if roles else []

    def after_comma(self, person: Mention) -> list[Office]:
        """ "Nathan Sales, Koordinator der US-Regierung, sagte" """
        last = self._last.get(person.end)
        if last is None or last + 2 >= len(self._tree) or self._tree[last + 1].text != ",":
            return []
        stretch = list(self._stretch_right(last + 2))
        roles = [i for i in stretch[:4] if self._is_role(i)]
        if not roles or not self._closed(stretch[-1] + 1) or self._names_person(stretch):
            return []
        return [self._office(person, roles[0], stretch[-1] + 1, "role-apposition")]

    def party(self, person: Mention) -> list[Office]:
        """ "Karl Maus (SPD)" """
        last = self._last.get(person.end)
        if last is None or last + 3 >= len(self._tree) or self._tree[last + 1].text != "(":
            return []
        if self._tree[last + 3].text != ")":
            return []
        inside = self._mention_in(self._tree[last + 2].start, self._tree[last + 2].end)
        if inside is None or inside.kind != "party":
            return []
        span = (inside.start, inside.end)
        return [Office(person, last + 2, span, None, inside, "role-party")]

    def _names_person(self, stretch: Sequence[int]) -> bool:
        """Someone else: "Kanzlerin A, Präsident B, ..." is a list, no apposition."""
        start, end = self._tree[stretch[0]].start, self._tree[stretch[-1]].end
        inside = (m for m in self._mentions if start <= m.start and m.end <= end)
        return any(m.kind == "person" and m.named for m in inside)

    def _stretch_left(self, i: int) -> Iterator[int]:
        """Tokens of the noun phrase that ends at ``i``, going left."""
        for at in range(i, max(i - MAX_REACH, -1), -1):
            token = self._tree[at]
            if (
                token.sent != self._tree[i].sent
                or token.pos in _STOP_TAGS
                or token.text in _CLOSING
            ):
                return
            joins = token.pos == "CCONJ" and self._tree[at + 1].pos == "DET"
            if joins or self._is_in_person(token.start):
                return
            yield at

    def _stretch_right(self, i: int) -> Iterator[int]:
        for at in range(i, min(i + MAX_REACH, len(self._tree))):
            token = self._tree[at]
            if (
                token.sent != self._tree[i].sent
                or token.pos in _STOP_TAGS
                or token.text in _CLOSING
            ):
                return
            yield at

    def _is_in_person(self, at: int) -> bool:
        persons = (m for m in self._mentions if m.kind == "person" and m.named)
        return any(m.start <= at < m.end for m in persons)

    def _closed(self, i: int) -> bool:
        return i >= len(self._tree) or self._tree[i].text in _CLOSING

    def _is_role(self, i: int) -> bool:
        token = self._tree[i]
        if token.pos not in {"NOUN", "PROPN", "ADJ"} or not token.text[:1].isalpha():
            return False
        if self._tree.lang == "de" and not token.text[0].isupper():
            return False
        return self._words.find_role(token.lemma) is not None or (
            self._words.find_role(token.text) is not None
        )

    def _mention_in(self, start: int, end: int) -> Mention | None:
        return next((m for m in self._mentions if start <= m.start and m.end <= end), None)

    def _office(self, person: Mention, role: int, stop: int, rule: str) -> Office:
        """The office whose role noun is token ``role`` and whose phrase ends before ``stop``."""
        tree = self._tree
        first = self._phrase_start(role)
        home = self._home(role, stop)
        last = self._office_end(role, stop, home)
        return Office(
            holder=person,
            token=role,
            phrase=(tree[first].start, tree[stop - 1].end),
            office=(self._office_start(role), tree[last].end),
            organisation=home,
            rule=rule,
        )

    def _phrase_start(self, role: int) -> int:
        first = role
        while first > 0 and self._tree[first - 1].sent == self._tree[role].sent:
            before = self._tree[first - 1]
            modifier = before.pos in {"DET", "ADJ"} or before.dep == "compound"
            adverb = before.tag == "ADJD" and self._tree[first].pos == "DET"  # "später der Chef"
            aside = before.text in {"anderem", "allem"}  # "unter anderem der Chef"
            if not modifier or adverb or aside or before.text in _CLOSING:
                break
            first -= 1
        return first

    def _office_start(self, role: int) -> int:
        first = role
        while first > 0 and self._belongs(first - 1):
            first -= 1
        return self._tree[first].start

    def _belongs(self, i: int) -> bool:
        """A compound part, or an adjective that says when: "ehemalig", "designiert"."""
        token = self._tree[i]
        stem = fold_word(token.text)
        return token.dep == "compound" or self._words.is_a("office_qualifier", stem)

    def _home(self, role: int, stop: int) -> Mention | None:
        """The organisation of the office: a prefix ("US-"), or a name after the role noun."""
        tree = self._tree
        inside = self._mention_in(self._office_start(role), tree[role].end)
        if inside is not None and inside.named and inside.kind in _HOLDERS_HOME:
            return inside
        homes = [
            m
            for m in self._mentions
            if tree[role].end <= m.start < tree[stop - 1].end and self._is_home(m)
        ]
        if len(homes) > 1 and not homes[0].named and homes[1].start == homes[0].end + 1:
            return homes[1]
        return next(iter(homes), None)

    def _is_home(self, mention: Mention) -> bool:
        if mention.kind not in _HOLDERS_HOME:
            return False
        i = self._tree.touching(mention.start, mention.end)[0].i - 1
        while i > 0 and self._tree[i].pos in {"DET", "ADJ"}:
            i -= 1
        return self._tree[i].text.lower() not in _PURPOSE

    def _office_end(self, role: int, stop: int, home: Mention | None) -> int:
        """The last token of the office alone: no organisation, no bare second noun phrase."""
        tree = self._tree
        for i in range(role + 1, stop):
            token = tree[i]
            if home is not None and token.start >= home.start >= tree[role].end:
                return self._before_link(i - 1, role)
            bare = token.pos == "DET" and tree[i - 1].pos != "ADP"
            if bare:
                return i - 1
        return stop - 1

    def _before_link(self, i: int, role: int) -> int:
        """Steps back over the article, adjective or preposition that led to the organisation."""
        while i > role and self._tree[i].pos in {"DET", "ADP", "ADJ", "PART"}:
            i -= 1
        return i
