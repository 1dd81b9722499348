"""Who is who across articles: profiles that may be one are weighed and put together.

Only profiles that share a key (:func:`kg.knowing.clues.keys_of`) are looked at together, so
the work grows with the number of articles, not with its square. The result depends on the
profiles and judgements alone, never on their order.

Pairs are joined strongest first, and never against a contradiction: so a chain of likely
pairs does not weld strangers, it breaks at its weakest link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.knowing.clues import (
    Portrait,
    contradict,
    find_clues,
    keys_of,
    reasons_of,
    score_of,
    unite,
)
from kg.knowing.entities import Resolution, choose_kind, choose_name, unite_entities
from kg.knowing.officeholders import year_of
from kg.knowing.profiles import Profile, ProfileKey
from kg.lexicon import Clue
from kg.names import mint, slug
from kg.records import Entity, Link

JOIN = 0.75
"""Least score at which two are taken to be one."""
ASK = 0.35
"""Least score at which a person is asked (``kg review``)."""
_LEAD = 0.1
"""By how much the best of several candidates for a lone surname must lead."""
_SILENCE = 6
"""Years without an article after which a surname in an office is no longer the same person's."""
_MOST_ATOMS = 400
"""Atoms that are compared pair by pair; beyond that each is compared to the largest ones."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided on two profiles: ``same``, or that ``one`` is somebody else."""

    one: ProfileKey
    other: ProfileKey
    same: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """The entity of a profile, its name and kind, and why: in words, with a score in [0, 1].

    ``reason`` is empty where the profile keeps its own id.
    """

    entity: str
    name: str
    kind: str
    reason: str = ""
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two entities that may be one; ``mentions`` tells how much hangs on it."""

    one: ProfileKey
    other: ProfileKey
    score: float
    reason: str
    mentions: int


@dataclass(frozen=True, slots=True)
class Identities:
    """What was decided of some profiles."""

    assigned: Mapping[ProfileKey, Assignment]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class _Join:
    """Two portraits taken to be one, and why."""

    one: ProfileKey
    other: ProfileKey
    clues: tuple[Clue, ...]
    score: float


def decide_identities(profiles: Iterable[Profile], verdicts: Iterable[Verdict] = ()) -> Identities:
    """The entity of each profile, and the pairs that a person should look at.

    All profiles that share a key with one of the given ones should be given too.
    """
    by_key = {profile.key: profile for profile in profiles}
    known = [v for v in verdicts if v.one in by_key and v.other in by_key]
    groups = _Groups(_make_atoms(by_key.values(), known), known)
    for verdict in sorted((v for v in known if v.same), key=lambda v: (v.one, v.other)):
        groups.join_judged(verdict)
    full, lone = groups.split()
    joins = sorted(_find_joins(full), key=groups.rank)
    unclear = groups.unclear(joins)
    for join in joins:
        if join.score >= JOIN and join not in unclear:
            groups.join(join)
    doubts = [join for join in joins if join.score >= ASK]
    doubts += groups.place_lone(lone)
    return Identities(dict(_assign(groups)), tuple(_make_doubts(groups, doubts)))


def assign_entities(resolution: Resolution, assigned: Mapping[str, Assignment]) -> Resolution:
    """The entities and links of one article with what all articles together decided.

    ``assigned`` by own id; an entity without one keeps it. A link's reason says both why it
    belongs to the entity here and why that is one with the entity of other articles.
    """
    if not assigned:
        return resolution
    entities = [_assign_entity(e, assigned.get(e.id)) for e in resolution.entities]
    links = [_assign_link(link, assigned.get(link.entity)) for link in resolution.links]
    return Resolution(unite_entities(entities), tuple(links))


def _assign_entity(entity: Entity, assigned: Assignment | None) -> Entity:
    if assigned is None:
        return entity
    variants = {entity.name, *entity.variants} - {assigned.name}
    return replace(
        entity,
        id=assigned.entity,
        kind=assigned.kind,
        name=assigned.name,
        variants=tuple(sorted(variants)),
        local=False,
    )


def _assign_link(link: Link, assigned: Assignment | None) -> Link:
    if assigned is None:
        return link
    score = round(link.score * assigned.score, 3)
    return replace(
        link, entity=assigned.entity, reason=f"{link.reason}; {assigned.reason}", score=score
    )


# --- atoms: profiles that nothing tells apart ---------------------------------------------


def _make_atoms(profiles: Iterable[Profile], verdicts: Sequence[Verdict]) -> list[Portrait]:
    """Profiles of the same name and the same particulars go together unseen."""
    judged = {key for v in verdicts for key in (v.one, v.other)}
    grouped: dict[tuple[object, ...], list[Profile]] = defaultdict(list)
    for profile in profiles:
        traits = ("judged", profile.key) if profile.key in judged else _traits(profile)
        grouped[traits].append(profile)
    atoms = (atom for traits, group in grouped.items() for atom in _split_by_time(traits, group))
    portraits = (Portrait(tuple(sorted(atom, key=lambda p: p.key))) for atom in atoms)
    return sorted(portraits, key=lambda p: p.first)


def _split_by_time(traits: tuple[object, ...], group: list[Profile]) -> Iterator[list[Profile]]:
    """A lone surname in an office is somebody else after years of silence: "Bush" of 1991 and
    of 2003. Articles without a day stay with the first.
    """
    if traits[0] != "lone":
        yield group
        return
    part: list[Profile] = []
    last = 0
    dated = [(year_of(p.published) or 0, p) for p in group]
    for year, profile in sorted(dated, key=lambda pair: (pair[0], pair[1].key)):
        if last and year - last > _SILENCE:
            yield part
            part = []
        part.append(profile)
        last = year
    yield part


def _traits(profile: Profile) -> tuple[object, ...]:
    """What tells a profile from others of its name; a lone surname stands for itself, or for
    all of the same office of the same country, a woman not for a man.
    """
    portrait = Portrait((profile,))
    if profile.known:
        return (profile.own,)
    if portrait.is_lone:
        if profile.offices and profile.homes:
            woman = profile.gender < -1
            return ("lone", profile.name.casefold(), profile.offices, profile.homes, woman)
        return ("lone", profile.key)
    if profile.family != "person":
        return (profile.own, profile.kind)
    sex = (profile.gender > 1) - (profile.gender < -1)
    homes = tuple(home for home in profile.homes if home.startswith("state-"))
    middle = max((person.given[1:] for person in portrait.spelled), default=())
    return (profile.own, sex, tuple(sorted(portrait.fields)), homes, middle)


# --- joins --------------------------------------------------------------------------------


def _find_joins(atoms: Sequence[Portrait]) -> Iterator[_Join]:
    for one, other in sorted(_pairs(atoms), key=lambda pair: (pair[0].first, pair[1].first)):
        clues = find_clues(one, other)
        if clues and not contradict(one, other):
            yield _Join(one.first, other.first, tuple(clues), score_of(clues))


def _pairs(atoms: Sequence[Portrait]) -> set[tuple[Portrait, Portrait]]:
    """Pairs of atoms that share a key."""
    by_key: dict[str, list[Portrait]] = defaultdict(list)
    for atom in atoms:
        for key in {key for profile in _sample(atom) for key in keys_of(profile)}:
            by_key[key].append(atom)
    return {pair for group in by_key.values() for pair in _pairs_in(group)}


def _sample(atom: Portrait) -> Iterable[Profile]:
    """One profile for each set of names."""
    return {profile.names: profile for profile in atom.profiles}.values()


def _pairs_in(group: Sequence[Portrait]) -> Iterator[tuple[Portrait, Portrait]]:
    ranked = sorted(group, key=lambda p: (-len(p.profiles), p.first))
    heads = ranked[: max(2, _MOST_ATOMS**2 // max(len(ranked), 1))]
    for at, head in enumerate(heads):
        for other in ranked[at + 1 :]:
            yield (head, other) if head.first < other.first else (other, head)


class _Groups:
    """Portraits joined so far: a forest, with the portrait of each tree at its root."""

    def __init__(self, atoms: Sequence[Portrait], verdicts: Sequence[Verdict]) -> None:
        self.atoms = {atom.first: atom for atom in atoms}
        self.atom_of = {key: atom.first for atom in atoms for key in atom.keys}
        self.why: dict[ProfileKey, list[_Join]] = defaultdict(list)
        self.portraits = dict(self.atoms)
        self._root = {key: key for key in self.atoms}
        self._apart: dict[ProfileKey, set[ProfileKey]] = defaultdict(set)
        self._odd: set[ProfileKey] = set()
        for verdict in verdicts:
            if not verdict.same:
                one, other = self.atom_of[verdict.one], self.atom_of[verdict.other]
                self._apart[one].add(other)
                self._apart[other].add(one)
                self._odd.add(one)

    def rank(self, join: _Join) -> tuple[bool, float, int, ProfileKey, ProfileKey]:
        """Sorts joins strongest first, of equal ones those of the larger atoms; what a person
        set apart comes last.
        """
        odd = join.one in self._odd or join.other in self._odd
        size = len(self.atoms[join.one].profiles) + len(self.atoms[join.other].profiles)
        return odd, -join.score, -size, join.one, join.other

    def unclear(self, joins: Iterable[_Join]) -> set[_Join]:
        """Joins of an initial ("J. Holm") that fits several who contradict each other, none of
        whom leads; ``joins`` as ranked.
        """
        found: dict[ProfileKey, list[tuple[Portrait, _Join]]] = defaultdict(list)
        for join in joins:
            one, other = self.atoms[join.one], self.atoms[join.other]
            for atom, full in ((one, other), (other, one)):
                if atom.is_initial and not full.is_initial:
                    found[atom.first].append((full, join))
        unclear: set[_Join] = set()
        for (best, first), *others in found.values():
            near = [p for p, join in others if first.score - join.score < _LEAD]
            if any(contradict(best, portrait) for portrait in near):
                unclear |= {first, *(join for _, join in others)}
        return unclear

    def root(self, atom: ProfileKey) -> ProfileKey:
        """The root of an atom's tree."""
        while self._root[atom] != atom:
            self._root[atom] = self._root[self._root[atom]]
            atom = self._root[atom]
        return atom

    def split(self) -> tuple[list[Portrait], list[Portrait]]:
        """Portraits with a full name or none to speak of, and lone surnames; sorted."""
        roots = [self.portraits[key] for key in sorted(self.atoms) if self.root(key) == key]
        return [p for p in roots if not p.is_lone], [p for p in roots if p.is_lone]

    def may_join(self, one: ProfileKey, other: ProfileKey) -> bool:
        """Whether nothing in two trees contradicts their being one."""
        a, b = self.root(one), self.root(other)
        if a == b or any(self.root(k) == b for k in self._apart[a]):
            return False
        return not contradict(self.portraits[a], self.portraits[b])

    def join(self, join: _Join) -> None:
        """Joins two trees where all that is known of both speaks for it.

        So somebody of whom little is known does not weld two who differ.
        """
        if self.may_join(join.one, join.other) and self._fit(join):
            self._unite(join)

    def _fit(self, join: _Join) -> bool:
        a, b = (self.portraits[self.root(atom)] for atom in (join.one, join.other))
        if {a.first, b.first} == {join.one, join.other}:
            return True  # nothing was joined to either yet
        return score_of(find_clues(a, b)) >= JOIN

    def join_judged(self, verdict: Verdict) -> None:
        """Joins two trees because a person said so."""
        one, other = self.atom_of[verdict.one], self.atom_of[verdict.other]
        if self.root(one) != self.root(other):
            self._unite(_Join(one, other, (Clue(9, verdict.reason),), 1.0))

    def _unite(self, join: _Join) -> None:
        a, b = sorted((self.root(join.one), self.root(join.other)))
        self.why[join.one].append(join)
        self.why[join.other].append(join)
        self._root[b] = a
        self.portraits[a] = unite(self.portraits[a], self.portraits[b])
        self._apart[a] |= self._apart[b]

    def place_lone(self, lone: Sequence[Portrait]) -> list[_Join]:
        """Joins each lone surname to the one that clearly leads; gives what stays in doubt."""
        by_key: dict[str, set[ProfileKey]] = defaultdict(set)
        for portrait in self.split()[0]:
            for profile in _sample(portrait):
                for key in keys_of(profile):
                    by_key[key].add(portrait.first)
        found: list[_Join] = []
        chosen: list[_Join] = []
        for portrait in lone:
            ranked = self._candidates(portrait, by_key)
            if ranked and ranked[0].score >= JOIN and _leads(ranked):
                chosen.append(ranked[0])
            else:
                found += ranked[:2]
        for join in sorted(chosen, key=lambda j: (-j.score, j.one, j.other)):
            self.join(join)
        return [join for join in found if join.score >= ASK]

    def _candidates(self, lone: Portrait, by_key: Mapping[str, set[ProfileKey]]) -> list[_Join]:
        keys = {key for profile in _sample(lone) for key in keys_of(profile)}
        firsts = {first for key in keys if key in by_key for first in by_key[key]}
        full = [self.portraits[self.root(self.atom_of[first])] for first in sorted(firsts)]
        found = ((p, find_clues(lone, p)) for p in full if self.may_join(lone.first, p.first))
        clued = [(p, tuple(clues)) for p, clues in found if clues]
        if any(lone.articles & p.articles for p, _ in clued):
            return []  # its own article has the full name, and could not decide
        joins = (_Join(lone.first, p.first, clues, score_of(clues)) for p, clues in clued)
        return sorted(joins, key=lambda j: (-j.score, j.one, j.other))


def _leads(ranked: Sequence[_Join]) -> bool:
    return len(ranked) == 1 or ranked[0].score - ranked[1].score >= _LEAD


# --- entities -----------------------------------------------------------------------------


def _assign(groups: _Groups) -> Iterator[tuple[ProfileKey, Assignment]]:
    full = {root: groups.portraits[root] for root in groups.atoms if groups.root(root) == root}
    ids = name_entities(full.values())
    for root, portrait in full.items():
        name = _name_of(portrait)
        for profile in portrait.profiles:
            assigned = Assignment(ids[root], name, _kind_of(profile, portrait))
            if profile.own != ids[root]:
                joins = groups.why[groups.atom_of[profile.key]]
                reason, score = _reason(profile, name, portrait, joins)
                assigned = replace(assigned, reason=reason, score=score)
            yield profile.key, assigned


def _reason(
    profile: Profile, name: str, portrait: Portrait, joins: Sequence[_Join]
) -> tuple[str, float]:
    """Why a profile belongs to an entity that has another id than its own, and how surely."""
    others = len(portrait.articles) > 1  # their number would change all the time
    where = "in other articles" if others else "in this article"
    if not joins:
        return f"as {where}: {_alone(profile)}", 0.95
    first = joins[0]  # what brought it here; the others came to it
    return f"“{name}” {where}: {reasons_of(first.clues)}", first.score


def _kind_of(profile: Profile, portrait: Portrait) -> str:
    """Its own kind, unless that makes a person of what others know as a company."""
    if profile.family == portrait.family:
        return profile.kind
    return choose_kind(p.kind for p in portrait.profiles if p.family == portrait.family)


def _alone(profile: Profile) -> str:
    """Why a profile that nothing was joined to has not its own id."""
    if profile.local:
        return "the same name, office and country or organisation"
    return "the same name; told apart from a namesake"


def name_entities(portraits: Iterable[Portrait]) -> dict[ProfileKey, str]:
    """The id of each portrait's entity, by its first profile.

    The gazetteer's, or the most frequent of the own ids of those with the fullest name. Of
    several that would get the same one, the gazetteer's or the one in most articles keeps it;
    the others get what tells them apart behind it.
    """
    wanted: dict[str, list[Portrait]] = defaultdict(list)
    for portrait in portraits:
        wanted[_wanted_id(portrait)].append(portrait)
    ids: dict[ProfileKey, str] = {}
    taken = set(wanted)
    for id, namesakes in sorted(wanted.items()):
        head, *others = sorted(namesakes, key=lambda p: (not p.known, -len(p.profiles), p.first))
        ids[head.first] = id
        for portrait in others:
            told = f"{id}-{_distinction(portrait, head)}"
            ids[portrait.first] = f"{id}-{_minted(portrait)}" if told in taken else told
            taken.add(told)
    return ids


def _wanted_id(portrait: Portrait) -> str:
    if portrait.known:
        return min(portrait.known)
    lasting = [p for p in portrait.profiles if not p.local]
    if lasting:
        full = [p for p in lasting if p.family == portrait.family] or lasting
        counts = Counter(p.own for p in full)
        return min(counts, key=lambda own: (-counts[own], -len(own), own))
    if len(portrait.profiles) == 1:
        return portrait.profiles[0].own
    traits = [min(portrait.offices, default=""), min(portrait.homes, default="")]
    parts = [portrait.family, slug(min(portrait.names, key=lambda n: (len(n), n)))]
    return "-".join([*parts, *(slug(trait.removeprefix("state-")) for trait in traits if trait)])


def _distinction(portrait: Portrait, head: Portrait) -> str:
    """An office, a field or a country that only this one has; else a minted name."""
    for own, of_head in ((portrait.offices, head.offices), (portrait.homes, head.homes)):
        if only := sorted(own - of_head):
            return slug(only[0].removeprefix("state-"))
    return _minted(portrait)


def _minted(portrait: Portrait) -> str:
    return mint(*portrait.first)[:8]


def _name_of(portrait: Portrait) -> str:
    """The gazetteer's name, or the fullest that articles give."""
    known = sorted({p.name for p in portrait.profiles if p.known})
    return known[0] if known else choose_name(p.name for p in portrait.profiles)


def _make_doubts(groups: _Groups, joins: Iterable[_Join]) -> Iterator[Doubt]:
    """One doubt for each pair of entities that stayed two, most mentions first."""
    best: dict[tuple[ProfileKey, ProfileKey], _Join] = {}
    for join in joins:
        pair = tuple(sorted((groups.root(join.one), groups.root(join.other))))
        if not groups.may_join(*pair):
            continue
        if pair not in best or join.score > best[pair].score:
            best[pair[0], pair[1]] = join
    found = [
        Doubt(one, other, join.score, reasons_of(join.clues), _mentions(groups, one, other))
        for (one, other), join in best.items()
    ]
    yield from sorted(found, key=lambda d: (-d.mentions, d.one, d.other))


def _mentions(groups: _Groups, one: ProfileKey, other: ProfileKey) -> int:
    return min(groups.portraits[one].mentions, groups.portraits[other].mentions)
