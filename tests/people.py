"""People of several articles: profiles by hand, and readings from a text with marked names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kg.knowing.identity import Identities, Verdict, decide_identities
from kg.knowing.profiles import Profile
from kg.names import mint, slug
from kg.records import (
    Argument,
    Article,
    Mention,
    Phrase,
    Reading,
    Relation,
    Span,
    Statement,
    family_of,
)

_MARKED = re.compile(r"\[([^\]|]+)(?:\|(\w+))?\]")
Role = tuple[str, str, str | None]
"""Who, which office, of what."""


def make_profile(article: str, name: str, kind: str = "person", **more: object) -> Profile:
    """A profile as an article would give it: a lone surname is local to its article."""
    family = family_of(kind)
    local = family == "person" and len(name.split()) == 1
    own = f"{family}-{slug(name)}" + (f"-{mint(article, name)}" if local else "")
    given = {"own": own, "names": (name,), "mentions": 1, "local": local, **more}
    return Profile(article=article, kind=kind, name=name, **given)  # type: ignore[arg-type]


def minister(article: str, name: str, home: str = "state-frankreich", **more: object) -> Profile:
    """A minister of a country."""
    office = {"offices": ("minister",), "homes": (home,), "sectors": ("GOV",)}
    return make_profile(article, name, **{**office, **more})


def striker(article: str, name: str, **more: object) -> Profile:
    """Somebody who plays football."""
    return make_profile(article, name, **{"offices": ("stuermer",), "sectors": ("SPT",), **more})


def who(*profiles: Profile, verdicts: Iterable[Verdict] = ()) -> list[str]:
    """Who is one with whom: the articles of each entity, sorted, "a b" for one of two."""
    return together(decide_identities(profiles, verdicts))


def together(found: Identities) -> list[str]:
    """The articles of each entity."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, assigned in found.assigned.items():
        groups[assigned.entity].append(key.article)
    return sorted(" ".join(sorted(articles)) for articles in groups.values())


def make_article(
    id: str, marked: str, *roles: Role, published: str | None = "2024-03-01", **more: object
) -> Reading:
    """A reading of a text in which names stand in brackets: ``[Jan Holm]``, ``[Riga|place]``.

    Each role is a statement that its holder (as first named) has an office.
    """
    text, mentions, end = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[end : found.start()]
        span = (len(text), len(text) + len(found[1]))
        mentions.append(Mention(id, *span, found[1], found[2] or "person"))
        text, end = text + found[1], found.end()
    text += marked[end:]
    given = {"title": f"Artikel {id}", "publisher": "Beispiel-Agentur", **more}
    head = Article(id, f"{id}.txt", "de", text, published=published, **given)  # type: ignore[arg-type]
    stated = tuple(_state(id, text, mentions, role) for role in roles)
    return Reading(head, tuple(mentions), (), stated)


def _state(id: str, text: str, mentions: Iterable[Mention], role: Role) -> Statement:
    holder, office, organisation = role
    span = next((m.start, m.end) for m in mentions if m.text == holder)
    arguments = [Argument("office", office, *_find(text, office))]
    if organisation:
        of = next((m.start, m.end) for m in mentions if m.text == organisation)
        arguments.append(Argument("organisation", organisation, *of, of))
    begin = text.rfind(". ", 0, span[0]) + 1
    sentence = (begin + (begin > 0), text.index(".", span[1]) + 1)
    return Statement(
        id,
        f"{id}{mint(*role)}",
        sentence,
        Phrase(holder, *span, span),
        Relation("sein", ""),
        Phrase(office, *_find(text, office)),
        tuple(arguments),
        rule="role-apposition",
    )


def _find(text: str, part: str) -> Span:
    start = text.index(part)
    return start, start + len(part)
