"""Whom a pronoun or a definite description stands for, where that is certain enough.

Precision first: a link is made only to a single agreeing candidate, or to the subject
of the clause right before. Every link has its reason in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.reading.clauses import Clause, is_relative_pronoun
from kg.reading.offices import Office
from kg.reading.phrases import Denotations, head_token
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import Mention, Span, is_within

REACH = 2
"""Sentences that a pronoun looks back."""

_PRONOUNS = {
    "de": {
        "er": ("Masc", "Sing"),
        "ihn": ("Masc", "Sing"),
        "ihm": ("", "Sing"),
        "sie": ("Fem", "Sing"),
    },
    "en": {
        "he": ("Masc", "Sing"),
        "him": ("Masc", "Sing"),
        "she": ("Fem", "Sing"),
    },
}
_ARTICLES = {"der": "Masc", "die": "Fem", "das": "Neut", "dem": "Masc", "den": "Masc"}
_PLURAL_VERB_TAGS = {"Plur"}


@dataclass(frozen=True, slots=True)
class Antecedent:
    """A candidate: its mention, its token, gender ("" unknown), subject of its clause or not."""

    mention: Mention
    token: int
    gender: str
    subject: bool


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
    """A mention for every personal pronoun whose antecedent is clear; ``refers`` names it."""
    resolver = _Resolver(tree, clauses, mentions, denotations, words, quoted)
    found: list[Mention] = []
    for token in tree.tokens:
        wanted = _PRONOUNS.get(tree.lang, {}).get(token.text.lower())
        if wanted is None or token.pos not in {"PRON", "DET"}:
            continue
        chosen = resolver.resolve(token.i, wanted[0], found)
        if chosen is not None:
            target, reason = chosen
            text = tree.text[token.start : token.end]
            span = target.refers or (target.start, target.end)
            found.append(
                Mention(article, token.start, token.end, text, target.kind, False, span, reason)
            )
    return found


class _Resolver:
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
        self._mentions = mentions
        self._clauses = {c.head: c for c in clauses}
        self._subjects = {s for c in clauses for s in c.subjects}
        self._candidates = [
            Antecedent(m, i, self._gender(i, m), i in self._subjects)
            for i, m in sorted(denotations.of_token.items())
            if m.named and m.kind not in {"thing", "place", "event"}
        ]

    def resolve(
        self, i: int, gender: str, earlier: Sequence[Mention]
    ) -> tuple[Mention, str] | None:
        """The antecedent of the pronoun at ``i`` and the reason, or None."""
        if self._is_plural(i) or self._in_quotes(self._tree[i].start):
            return None
        near = [c for c in self._near(i) if not gender or c.gender == gender]
        if self._speaks(i):
            near = [
                c for c in self._near(i) if c.mention.kind == "person" and c.gender in {gender, ""}
            ]
        if self._has_rival(i, near):
            return None
        subjects = [c for c in near if c.subject and self._is_last_subject(c, i)]
        if subjects:
            last = subjects[-1]
            return last.mention, "pronoun: subject of the clause before, same gender"
        distinct = {c.mention.text for c in near}
        if len(distinct) == 1:
            return near[-1].mention, "pronoun: the only one of this gender nearby"
        return None

    def _has_rival(self, i: int, near: Sequence[Antecedent]) -> bool:
        """A person of unknown gender behind the last candidate could be meant as well."""
        last = max((c.token for c in near), default=-1)
        return any(
            c.token > last and not c.gender and c.mention.kind == "person" for c in self._near(i)
        )

    def _speaks(self, i: int) -> bool:
        """Is the pronoun the subject of a reporting verb? Then it is a person."""
        clause = self._clauses.get(self._tree[i].head)
        return clause is not None and ("verb", clause.lemma) in self._words.reporting

    def _near(self, i: int) -> Iterator[Antecedent]:
        tree = self._tree
        for c in self._candidates:
            behind = 0 <= tree[i].sent - tree[c.token].sent <= REACH
            if c.token < i and behind and not self._in_quotes(c.mention.start):
                yield c

    def _is_last_subject(self, candidate: Antecedent, i: int) -> bool:
        """No other named or pronominal subject stands between candidate and pronoun."""
        between = [
            s
            for s in self._subjects
            if candidate.token < s < i and not is_relative_pronoun(self._tree, s)
        ]
        return not between

    def _in_quotes(self, at: int) -> bool:
        return is_within(at, self._quoted)

    def _is_plural(self, i: int) -> bool:
        """ "sie" with a plural verb, or as an object, is left alone."""
        tree = self._tree
        token = tree[i]
        if token.text.lower() != "sie":
            return False
        clause = self._clauses.get(token.head)
        if clause is None or i not in clause.subjects or clause.finite is None:
            return True
        verb = tree[clause.finite]
        return verb.morph.get("Number") != "Sing" or (
            token.text == "Sie" and i != tree.sentences[token.sent][0]
        )

    def _full_name(self, mention: Mention) -> str:
        """The first longer name of the article that ends in this surname."""
        ends = " " + mention.text.removesuffix("s")
        longer = (m.text for m in self._mentions if m.kind == "person" and m.named)
        return next((n for n in longer if n.endswith((" " + mention.text, ends))), mention.text)

    def _gender(self, i: int, mention: Mention) -> str:
        """From the first name, else the article before the name or role noun, else unknown."""
        if mention.kind == "person":
            first = self._full_name(mention).split()[0]
            if self._words.is_a("first_name_male", first):
                return "Masc"
            if self._words.is_a("first_name_female", first):
                return "Fem"
        noun = self._tree[i]
        if self._tree.lang == "en":
            return ""
        if mention.kind == "person" and noun.pos == "NOUN" and noun.text.endswith("in"):
            return "Fem"
        for c in self._tree.children(i, "det"):
            article = self._tree[c].text.lower()
            if article in _ARTICLES and noun.morph.get("Number") != "Plur":
                return _ARTICLES[article]
        return "Masc" if mention.kind == "person" and noun.text.endswith("er") else ""


def find_descriptions(
    tree: Tree, mentions: Sequence[Mention], offices: Sequence[Office]
) -> list[Mention]:
    """The mentions, where "die Terrormiliz" or "der Präsident" now refer to the one named so.

    A description refers when exactly one named mention of the article was introduced with
    the same head noun: in apposition, or as its office.
    """
    introduced = _introduced(tree, mentions, offices)
    return [_described(tree, mention, introduced) for mention in mentions]


def _described(tree: Tree, mention: Mention, introduced: dict[str, list[Mention]]) -> Mention:
    target = None if mention.named else _target(tree, mention, introduced)
    if target is None or target.start <= mention.start < target.end:
        return mention
    reason = f"description: introduced as {mention.text} {target.text}"
    return replace(mention, refers=(target.start, target.end), reason=reason)


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
                found.setdefault(_noun(tree, mention), []).append(name)
    for office in offices:
        if office.rule != "role-party":
            found.setdefault(tree[office.token].lemma.lower(), []).append(office.holder)
    return found


def _noun(tree: Tree, mention: Mention) -> str:
    return tree[head_token(tree, mention)].lemma.lower()


def _target(tree: Tree, mention: Mention, introduced: dict[str, list[Mention]]) -> Mention | None:
    i = head_token(tree, mention)
    if not _is_definite_singular(tree, i) or tree.children(i, "appos", "flat", "flat:name"):
        return None
    earlier = [m for m in introduced.get(tree[i].lemma.lower(), []) if m.start < mention.start]
    surnames = {m.text.split()[-1] for m in earlier}
    return earlier[-1] if len(surnames) == 1 else None


def _is_definite_singular(tree: Tree, i: int) -> bool:
    """With a definite article, no number, no adjective and no genitive: nothing that picks
    out another one.
    """
    if tree.children(i, "amod", "nummod", "nmod", "acl", "acl:relcl", "det:poss"):
        return False
    articles = [tree[c].text.lower() for c in tree.children(i, "det")]
    contracted = [tree[c].tag == "APPRART" for c in tree.children(i, "case")]
    definite = any(a in {*_ARTICLES, "des", "the"} for a in articles) or any(contracted)
    return definite and tree[i].morph.get("Number") != "Plur"
