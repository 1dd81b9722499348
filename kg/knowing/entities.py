"""Who is who: the mentions of an article become entities, each link with its reason.

Names that are spelled alike form one *name*; rules then join names, strongest
evidence first, and never across two known entries of the gazetteer or two
persons with different first names. Nothing depends on the order of the mentions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from kg.knowing.officeholders import (
    fields_of,
    holder_fields,
    may_be_holder,
    office_sectors,
    offices_of,
    surname_is_common,
)
from kg.lexicon import LANGUAGES, GazetteerEntry, Holder, Lexicon, read_lexicon
from kg.names import mint, slug
from kg.records import Article, Entity, Link, Mention, Reading, Span, family_of

LOCAL_NOUN = "noun without a name"
"""The reason of links to entities that have no name of their own."""

GENERIC_KINDS = frozenset({"organisation", "group", "place", "thing", "event"})
"""Kinds that give way to a more specific one of the same family."""

_ARTICLES = frozenset(("der", "die", "das", "den", "dem", "des", "the"))
_QUOTES = "\"'„“”‚‘’»«›‹"
_BRACKETED = re.compile(rf"\s*\(\s*[{_QUOTES}]?([^\W_][\w&.-]{{1,9}})[{_QUOTES}]?\s*[),;]")
_LONG_IN_BRACKETS = re.compile(rf"\s*\(\s*[{_QUOTES}]?$")
_INFLECTED = re.compile(r"(?<=\w{3})(?:e[nmrs]?|s)$")
_ADJECTIVE = re.compile(r"(?<=\w)((?:isch|lich|ig|igt|al|aer|iv|utsch|eint)e)n$")
_ENDING_RANK = {"er": 0, "es": 0, "e": 1, "en": 2, "em": 3}


@dataclass(frozen=True, slots=True)
class Resolution:
    """The entities of one article and the link of each of its mentions."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]

    def by_span(self) -> dict[Span, Entity]:
        """The entity that each mention denotes, by the span of the mention."""
        known = {entity.id: entity for entity in self.entities}
        return {link.mention: known[link.entity] for link in self.links}


class _Key(NamedTuple):
    family: str
    name: str


@dataclass(frozen=True, slots=True)
class _Name:
    """All mentions of an article that spell a name alike; ``words`` as first spelled."""

    key: _Key
    text: str
    words: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold_word(word) for word in self.words)

    @property
    def is_full(self) -> bool:
        """A person's name with at least two parts, particles like "von" aside."""
        if self.key.family != "person":
            return False
        return (
            sum(any(map(str.isupper, w)) and w.lower() not in name_particles() for w in self.words)
            > 1
        )


class _Join(NamedTuple):
    """One reason to take two names as names of one entity."""

    child: _Key
    parent: _Key
    reason: str
    score: float


def choose_kind(kinds: Iterable[str]) -> str:
    """The kind of an entity from the kinds of its mentions: specific first, then frequent.

    >>> choose_kind(["organisation", "organisation", "armed_group"])
    'armed_group'
    """
    counts = Counter(kinds)
    return min(counts, key=lambda kind: (kind in GENERIC_KINDS, -counts[kind], kind))


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """A word of a name as compared: without case, accents, marks and English genitive.

    Short words in capitals keep them, so that "IS" and "is" stay two words.

    >>> fold_word("NATO"), fold_word("Trump’s"), fold_word("IS")
    ('nato', 'trump', 'IS')
    """
    bare = re.sub(r"['’]s$", "", word).strip(_QUOTES + ".,;:")
    if not bare or (len(bare) <= 3 and bare.isupper()):
        return bare
    return slug(bare).replace("-", "")


def split_name(text: str, family: str, *, titles: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The words of a name, without quotation marks, leading article and titles.

    >>> split_name("der Al-Kaida", "org"), split_name("Dr. Ada Li", "person", titles={"dr"})
    (('Al', 'Kaida'), ('Ada', 'Li'))
    """
    bare = re.sub(r"\s*\([^)]*\)\s*$", "", text.strip())
    pattern = r"\s+" if family == "person" else r"[\s\-‐‑–/]+"
    words = [w for w in re.split(pattern, bare) if fold_word(w)]
    while len(words) > 1 and (words[0].lower() in _ARTICLES or _is_title(words[0], family, titles)):
        words = words[1:]
    cleaned = [word.strip(_QUOTES) for word in words]
    return tuple(cleaned[:-1] + [re.sub(r"['’]s$", "", word) for word in cleaned[-1:]])


def _is_title(word: str, family: str, titles: frozenset[str]) -> bool:
    return family == "person" and fold_word(word) in titles


def make_key(words: Iterable[str]) -> str:
    """Words of a name as one string, the same for "Al-Kaida" and "Al Kaida"."""
    folded = [fold_word(word) for word in words]
    return folded[0] if len(folded) == 1 else "".join(folded).lower()


def genitive_bases(word: str) -> Iterator[str]:
    """What a word may be the genitive of.

    >>> list(genitive_bases("Staates")), list(genitive_bases("IS")), list(genitive_bases("EUs"))
    (['Staate', 'Staat'], [], ['EU'])
    """
    if not word.endswith("s"):
        return
    bases = [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
    yield from (b for b in bases if len(b) > 2 or (len(b) == 2 and b.isupper()))


def stems_of(words: Sequence[str], family: str) -> str:
    """The words without the endings of their cases; places have no plural."""
    *adjectives, noun = (fold_word(word) for word in words)
    ending = r"(?<=\w{3})[es]+$" if family == "place" else r"(?<=\w{3})[ens]+$"
    return " ".join([*(_INFLECTED.sub("", word) for word in adjectives), re.sub(ending, "", noun)])


# --- what the gazetteer knows -------------------------------------------------------------


class _Known(NamedTuple):
    exact: Mapping[str, tuple[GazetteerEntry, ...]]
    stems: Mapping[str, tuple[GazetteerEntry, ...]]
    holders: Mapping[str, tuple[Holder, ...]]
    common: frozenset[str]


@lru_cache(maxsize=8)
def _index_gazetteer(lexicon: Lexicon) -> _Known:
    exact: dict[str, dict[str, GazetteerEntry]] = defaultdict(dict)
    stems: dict[str, dict[str, GazetteerEntry]] = defaultdict(dict)
    for entry in lexicon.entries:
        for name in entry.names:
            words = split_name(name, family_of(entry.kind))
            exact[make_key(words)][entry.id] = entry
            if len(words) > 1 and family_of(entry.kind) != "person":
                stems[stems_of(words, family_of(entry.kind))][entry.id] = entry
    holders: dict[str, list[Holder]] = defaultdict(list)
    for row in lexicon.holders:
        holders[row.id].append(row)
    return _Known(
        {key: tuple(found.values()) for key, found in exact.items()},
        {key: tuple(found.values()) for key, found in stems.items()},
        {id: tuple(rows) for id, rows in holders.items()},
        lexicon.words_of("common_surname"),
    )


def _pick_entry(entries: Iterable[GazetteerEntry], family: str) -> GazetteerEntry | None:
    """The one entry that a name of this family can mean, if there is exactly one."""
    fitting = [e for e in entries if (family_of(e.kind) == "person") == (family == "person")]
    same = [e for e in fitting if family_of(e.kind) == family]
    best = same or fitting
    return best[0] if len(best) == 1 else None


def _pick_inflected(words: Sequence[str], known: _Known, family: str) -> GazetteerEntry | None:
    families = ("place", "org")  # the two ways in which the index has taken endings off
    found = {e.id: e for f in families for e in known.stems.get(stems_of(words, f), ())}
    return _pick_entry(found.values(), family)


def _look_up(name: _Name, known: _Known) -> tuple[GazetteerEntry, str, float] | None:
    family, words = name.key.family, name.words
    if entry := _pick_entry(known.exact.get(make_key(words), ()), family):
        return entry, "known name", 1.0
    for base in genitive_bases(words[-1]):
        if entry := _pick_entry(known.exact.get(make_key((*words[:-1], base)), ()), family):
            return entry, f"genitive of “{' '.join((*words[:-1], base))}”", 0.95
    if len(words) > 1 and (entry := _pick_inflected(words, known, family)):
        return entry, f"inflected form of “{entry.names[0]}”", 0.95
    return None


# --- names and clusters of names ----------------------------------------------------------


class _Clusters:
    """Names joined so far. ``known`` holds the gazetteer entry of each name that has one."""

    def __init__(self, names: Mapping[_Key, _Name]) -> None:
        self.names = names
        self.known: dict[_Key, GazetteerEntry] = {}
        self.why: dict[_Key, _Join] = {}
        self._root = {key: key for key in names}

    def root(self, key: _Key) -> _Key:
        while self._root[key] != key:
            key = self._root[key]
        return key

    def members(self, root: _Key) -> list[_Name]:
        return [name for key, name in self.names.items() if self.root(key) == root]

    def entry(self, root: _Key) -> GazetteerEntry | None:
        found = (self.known[n.key] for n in self.members(root) if n.key in self.known)
        return next(found, None)

    def join(self, join: _Join) -> None:
        """Joins two names unless that contradicts the gazetteer or a first name."""
        child, parent = self.root(join.child), self.root(join.parent)
        if child == parent or self._conflict(child, parent):
            return
        self._root[max(child, parent)] = min(child, parent)
        self.why.setdefault(join.child, join)

    def _conflict(self, one: _Key, other: _Key) -> bool:
        entries = self.entry(one), self.entry(other)
        if entries[0] and entries[1] and entries[0].id != entries[1].id:
            return True
        full = [[n for n in self.members(root) if n.is_full] for root in (one, other)]
        return any(not _first_names_agree(a, b) for a in full[0] for b in full[1])

    def by_root(self) -> dict[_Key, list[_Name]]:
        grouped: dict[_Key, list[_Name]] = defaultdict(list)
        for key, name in self.names.items():
            grouped[self.root(key)].append(name)
        return grouped


def _first_names_agree(one: _Name, other: _Name) -> bool:
    a, b = one.folded[0].lower(), other.folded[0].lower()
    return a == b or (1 in (len(a), len(b)) and a[0] == b[0]) or _ends_with(one, other)


def _ends_with(one: _Name, other: _Name) -> bool:
    """ "Lula da Silva" is the end of "Luiz Inácio Lula da Silva"."""
    short, long = sorted((one.folded, other.folded), key=len)
    return len(short) < len(long) and long[-len(short) :] == short


def _collect_names(
    mentions: Iterable[Mention], titles: frozenset[str], forms: frozenset[str]
) -> dict[_Key, _Name]:
    found: dict[_Key, list[tuple[Mention, tuple[str, ...]]]] = defaultdict(list)
    for mention in mentions:
        family = family_of(mention.kind)
        words = split_name(mention.text, family, titles=titles) or (mention.text,)
        words = _without_legal_form(words, family, forms)
        found[_Key(family, make_key(words))].append((mention, words))
    return {key: _make_name(key, found[key]) for key in sorted(found)}


def _without_legal_form(
    words: tuple[str, ...], family: str, forms: frozenset[str]
) -> tuple[str, ...]:
    """ "Nordwind AG" is Nordwind."""
    while family == "org" and len(words) > 1 and fold_word(words[-1]) in forms:
        words = words[:-1]
    return words


def _make_name(key: _Key, found: list[tuple[Mention, tuple[str, ...]]]) -> _Name:
    counts = Counter(words for _, words in found)
    words = max(counts, key=lambda w: (counts[w], w))
    spelled = sorted(_bare_text(m.text, words) for m, w in found if w == words)
    return _Name(key, spelled[0], words, tuple(mention for mention, _ in found))


def _bare_text(text: str, words: tuple[str, ...]) -> str:
    """The name as spelled in the text, from its first to its last word, on one line."""
    begin, end = text.find(words[0]), text.rfind(words[-1])
    inner = text[begin : end + len(words[-1])] if 0 <= begin <= end else text
    return re.sub(r"['’]s$", "", " ".join(inner.split()).strip(_QUOTES)).rstrip("'’")


# --- the rules that join names ------------------------------------------------------------


def _join_known(
    clusters: _Clusters, known: _Known, fits: Callable[[_Name, GazetteerEntry], bool]
) -> Iterator[_Join]:
    """Names that the gazetteer gives to one entry, and that ``fits`` lets have it."""
    chosen: dict[str, _Name] = {}
    for name in clusters.names.values():
        found = _look_up(name, known)
        if found is None or _has_full_name(name, clusters) or not fits(name, found[0]):
            continue
        entry, reason, score = found
        clusters.known[name.key] = entry
        clusters.why[name.key] = _Join(name.key, name.key, reason, score)
        first = chosen.setdefault(entry.id, name)
        if first is not name:
            yield _Join(name.key, first.key, reason, score)


def _has_full_name(name: _Name, clusters: _Clusters) -> bool:
    """A lone surname whose full name stands in the article: the article decides."""
    if name.key.family != "person" or name.is_full:
        return False
    return any(_is_surname(name.folded, other) for other in clusters.names.values())


def _join_genitives(clusters: _Clusters) -> Iterator[_Join]:
    """Joins "Syriens" and "Syrien", where both stand in the article."""
    for key, name in clusters.names.items():
        for base in genitive_bases(name.words[-1]):
            parent = _Key(key.family, make_key((*name.words[:-1], base)))
            if parent in clusters.names and parent != key:
                text = clusters.names[parent].text
                yield _Join(key, parent, f"genitive of “{text}”", 0.95)


def _join_inflections(clusters: _Clusters) -> Iterator[_Join]:
    """Joins "Islamischen Staates" and "Islamischer Staat"; "Grünen" and "Grüne"."""
    groups: dict[tuple[str, str], list[_Name]] = defaultdict(list)
    for key, name in clusters.names.items():
        if len(name.words) > 1 and key.family != "person":
            groups[key.family, stems_of(name.words, key.family)].append(name)
        elif key.family == "org":
            groups["org", name.folded[0].removesuffix("n")].append(name)
    for group in groups.values():
        first, *rest = sorted(group, key=_inflection_rank)
        for name in rest:
            yield _Join(name.key, first.key, f"inflected form of “{first.text}”", 0.95)


def _inflection_rank(name: _Name) -> tuple[int, int, int, str]:
    """Sorts the nominative of an inflected name first."""
    endings = [_INFLECTED.search(word) for word in name.folded]
    rank = _ENDING_RANK.get(endings[0].group(), 2) if endings[0] else 2
    genitive = int(len(name.words) > 1 and bool(re.search(r"s$", name.folded[-1])))
    return genitive, rank, len(name.text), name.text


def _join_full_names(clusters: _Clusters) -> Iterator[_Join]:
    """Joins "Donald J. Trump" or "D. Trump" and "Donald Trump"."""
    full = [name for name in clusters.names.values() if name.is_full]
    for name in sorted(full, key=_is_initial):
        if len(name.words) > 2 and not _is_initial(name):
            others = [other for other in full if other is not name and _ends_with(name, other)]
        else:
            others = [other for other in full if _is_longer_name(name, other)]
        if len({clusters.root(other.key) for other in others}) == 1:
            text = others[0].text
            yield _Join(name.key, others[0].key, f"same first name and surname as “{text}”", 0.95)


def _is_initial(name: _Name) -> bool:
    return len(name.folded[0]) == 1


def _is_longer_name(name: _Name, other: _Name) -> bool:
    """Whether ``other`` spells out ``name``: same surname, agreeing first name, longer."""
    if name is other or name.folded[-1] != other.folded[-1]:
        return False
    longer = len(other.words) > len(name.words) or _is_initial(name) > _is_initial(other)
    return longer and _first_names_agree(name, other)


def _is_surname(folded: tuple[str, ...], other: _Name) -> bool:
    if not other.is_full or len(folded) >= len(other.words):
        return False
    first = other.folded[:1] == folded and folded[0] in family_names_first()
    return first or other.folded[-len(folded) :] == folded


@cache
def family_names_first() -> frozenset[str]:
    """Folded family names that stand before the given name: "Hu" of "Hu Jintao"."""
    return frozenset(map(fold_word, _words_of("family_name_first")))


@cache
def name_particles() -> frozenset[str]:
    """Small words that belong to surnames, in small letters: "von", "el"; "Al" is a first name."""
    first = _words_of("first_name_male") | _words_of("first_name_female")
    return _words_of("name_particle") - {word.lower() for word in first}


@cache
def _words_of(kind: str) -> frozenset[str]:
    """The words of a class in all languages."""
    return frozenset().union(*(read_lexicon(lang).words_of(kind) for lang in LANGUAGES))


def _join_surnames(clusters: _Clusters) -> Iterator[_Join]:
    """Joins "Sales" and "Nathan Sales", where only one full name of the article ends so."""
    for name in clusters.names.values():
        if name.key.family == "person" and not name.is_full:
            yield from _join_surname(name, clusters)


def _join_surname(name: _Name, clusters: _Clusters) -> Iterator[_Join]:
    bases = genitive_bases(name.words[-1])
    forms = [(name.words, "surname of")]
    forms += [((*name.words[:-1], base), "genitive of the surname of") for base in bases]
    for form, reason in forms:
        folded = tuple(fold_word(word) for word in form)
        full = [other for other in clusters.names.values() if _is_surname(folded, other)]
        if len({clusters.root(other.key) for other in full}) == 1:
            yield _Join(name.key, full[0].key, f"{reason} “{full[0].text}”", 0.9)
        if full:
            return


def _join_brackets(clusters: _Clusters, text: str) -> Iterator[_Join]:
    """Joins "Islamischer Staat (IS)": acronym and name stand side by side in brackets."""
    for name in clusters.names.values():
        if name.key.family != "person":
            for acronym in sorted(_bracketed_with(name, text)):
                yield from _join_bracketed(name, acronym, clusters)


def _bracketed_with(name: _Name, text: str) -> set[str]:
    """Acronyms that stand in brackets after, or directly before, a mention of the name."""
    found = set(re.findall(r"\(([^()\s]+)\)\s*$", " ".join(m.text for m in name.mentions)))
    for mention in name.mentions:
        if after := _BRACKETED.match(text, mention.end):
            found.add(after[1])
        if before := _LONG_IN_BRACKETS.search(text, max(0, mention.start - 4), mention.start):
            word = re.search(r"[\w&.-]+$", text[max(0, before.start() - 12) : before.start()])
            found.update([word[0]] if word else [])
    return {word for word in found if _is_acronym(word)}


def _is_acronym(word: str) -> bool:
    return sum(letter.isupper() for letter in word) > 1 and len(word) <= 10


def _join_bracketed(name: _Name, acronym: str, clusters: _Clusters) -> Iterator[_Join]:
    fits = make_key([acronym]).lower() in _initials(name)
    spells = fits or _is_spelled_in(acronym, name)
    for family in ("org", "place", "thing"):
        key = _Key(family, make_key([acronym]))
        if key not in clusters.names or key == name.key or not (fits or family == name.key.family):
            continue
        entries = [clusters.entry(clusters.root(k)) for k in (key, name.key)]
        if spells or entries == [None, None]:
            score = 0.95 if spells else 0.85
            yield _Join(key, name.key, f"acronym in brackets with “{name.text}”", score)


def _is_spelled_in(acronym: str, name: _Name) -> bool:
    """Whether the letters of the acronym occur in the name in their order."""
    letters = iter("".join(name.folded).lower())
    return all(letter in letters for letter in fold_word(acronym).lower())


def _initials(name: _Name) -> set[str]:
    words = [w for w in name.words if w[0].isalnum()]
    capital = [w for w in words if w[0].isupper()]
    return {"".join(w[0] for w in some).lower() for some in (words, capital) if len(some) > 1}


def _join_initials(clusters: _Clusters) -> Iterator[_Join]:
    """Joins "SPD" and "Sozialdemokratische Partei Deutschlands", without any brackets."""
    for name in clusters.names.values():
        if name.key.family == "person" or len(name.words) > 1 or not _is_acronym(name.words[0]):
            continue
        letters = fold_word(name.words[0]).lower()
        same = (n for n in clusters.names.values() if n.key.family == name.key.family)
        long = [n for n in same if letters in _initials(n)]
        if len({clusters.root(n.key) for n in long}) == 1:
            yield _Join(name.key, long[0].key, f"initials of “{long[0].text}”", 0.8)


def _join_all(
    clusters: _Clusters,
    known: _Known,
    text: str,
    fits: Callable[[_Name, GazetteerEntry], bool],
) -> None:
    rules: tuple[Callable[[], Iterable[_Join]], ...] = (
        lambda: _join_known(clusters, known, fits),
        lambda: _join_genitives(clusters),
        lambda: _join_inflections(clusters),
        lambda: _join_full_names(clusters),
        lambda: _join_surnames(clusters),
        lambda: _join_brackets(clusters, text),
        lambda: _join_initials(clusters),
    )
    for rule in rules:
        for join in rule():
            clusters.join(join)


# --- entities from clusters ---------------------------------------------------------------


def _make_entity(
    names: list[_Name], entry: GazetteerEntry | None, why: Mapping[_Key, _Join], article: Article
) -> Entity:
    """The entity of one cluster of names."""
    plain = [n for n in names if not _is_inflected(why.get(n.key))] or names
    best = min(plain, key=lambda n: (-len(n.text), n.text))
    spelled = {_bare_text(m.text, n.words) for n in plain for m in n.mentions}
    if entry:
        spelled = spelled if plain is not names else set()
        name = _known_name(entry, article.lang)
        wikidata = None if entry.wikidata == "-" else entry.wikidata
        variants = tuple(sorted(spelled - {name}))
        return Entity(entry.id, entry.kind, name, variants, wikidata=wikidata)
    kind = choose_kind(mention.kind for name in names for mention in name.mentions)
    local = family_of(kind) == "person" and not any(n.is_full and not _is_initial(n) for n in names)
    label = f"{family_of(kind)}-{slug(' '.join(_base_words(best)))}"
    id = f"{label}-{mint(article.id, *min(n.key for n in names))}" if local else label
    return Entity(id, kind, best.text, tuple(sorted(spelled - {best.text})), local)


def _is_inflected(join: _Join | None) -> bool:
    return join is not None and join.reason.startswith(("genitive", "inflected"))


def _known_name(entry: GazetteerEntry, lang: str) -> str:
    names = entry.names_en if lang == "en" else entry.names_de
    first = names.split("|")[0]
    name = first if first and first != "-" else entry.names[0]
    return name[:1].upper() + name[1:] if entry.kind == "government" else name


@lru_cache(maxsize=4)
def known_names(lexicon: Lexicon) -> Mapping[str, str]:
    """The German name of each entry of the gazetteer, by its id."""
    return {entry.id: _known_name(entry, "de") for entry in lexicon.entries}


def _base_words(name: _Name) -> list[str]:
    """The words for the id; "Syrischen Kräfte" and "Syrische Kräfte" get the same one."""
    words = [slug(word) for word in name.words]
    if name.key.family == "person":  # "Donald J. Trump" is "donald-trump"
        return [word for word in words if len(word) > 1] or words
    return [*(_ADJECTIVE.sub(r"\1", word) for word in words[:-1]), words[-1]]


def _make_unnamed(mention: Mention) -> Entity:
    """The local entity of a mention without a name ("drei Männer")."""
    text = " ".join(mention.text.split())
    minted = mint(mention.article, mention.start, mention.end)
    id = f"{family_of(mention.kind)}-{slug(text)[:40].rstrip('-')}-{minted}"
    return Entity(id, mention.kind, text, local=True)


# --- mentions that stand for others -------------------------------------------------------


def _find_targets(mentions: Mapping[Span, Mention]) -> dict[Span, Span]:
    """For each mention that stands for another one: the end of its chain."""
    steps = {s: m.refers for s, m in mentions.items() if m.refers and _may_refer(m, mentions)}
    return {span: end for span in steps if (end := _follow(span, steps)) != span}


def _follow(span: Span, steps: Mapping[Span, Span]) -> Span:
    seen = {span}
    while span in steps:
        if steps[span] in seen:  # a circle: its first mention stands for all
            return min(seen)
        span = steps[span]
        seen.add(span)
    return span


def _may_refer(mention: Mention, mentions: Mapping[Span, Mention]) -> bool:
    target = mentions.get(mention.refers) if mention.refers else None
    if target is None or (mention.kind == "person") != (target.kind == "person"):
        return False
    named = [m for m in (mention, target) if m.named]
    names = [name for m in named for name in _collect_names([m], frozenset(), frozenset()).values()]
    full = [name for name in names if name.is_full]
    return len(full) < 2 or _first_names_agree(*full)


def _link_referring(
    spans: Mapping[Span, Span], mentions: Mapping[Span, Mention], ids: Mapping[Span, str]
) -> Iterator[Link]:
    for span, end in spans.items():
        reason = mentions[span].reason or f"stands for “{mentions[end].text}”"
        yield Link(mentions[span].article, span, ids[end], reason, 0.7)


# --- the whole ----------------------------------------------------------------------------


def unique_mentions(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions by position, one a span: of two, the first by kind and text."""
    ordered = sorted(mentions, key=lambda m: (m.start, m.end, m.kind, m.text), reverse=True)
    return tuple({(m.start, m.end): m for m in ordered}.values())[::-1]


def resolve_mentions(reading: Reading, *, lexicon: Lexicon) -> Resolution:
    """The entities that the mentions of one article denote, and why.

    Entities come sorted by id, links by position in the text; every mention has
    exactly one link. Of two mentions with the same span the first by kind counts.
    """
    mentions = {(m.start, m.end): m for m in unique_mentions(reading.mentions)}
    targets = _find_targets(mentions)
    own = [mention for span, mention in mentions.items() if span not in targets]
    entities, links = _resolve_named([m for m in own if m.named], reading, lexicon)
    for mention in own:
        if not mention.named:
            entity = _make_unnamed(mention)
            entities.append(entity)
            span = (mention.start, mention.end)
            links.append(Link(mention.article, span, entity.id, LOCAL_NOUN, 1.0))
    ids = {link.mention: link.entity for link in links}
    links += _link_referring(targets, mentions, ids)
    return Resolution(unite_entities(entities), tuple(sorted(links, key=lambda link: link.mention)))


def _resolve_named(
    mentions: list[Mention], reading: Reading, lexicon: Lexicon
) -> tuple[list[Entity], list[Link]]:
    article = reading.article
    forms = frozenset(fold_word(word) for word in lexicon.words_of("org_suffix"))
    clusters = _Clusters(_collect_names(mentions, _titles(lexicon), forms))
    known = _index_gazetteer(lexicon)
    _join_all(clusters, known, article.text, _holder_check(reading, known, lexicon))
    entities, links = [], []
    for root, names in sorted(clusters.by_root().items()):
        entry = clusters.entry(root)
        entity = _make_entity(names, entry, clusters.why, article)
        entities.append(entity)
        links += [_make_link(m, n, entity, clusters.why) for n in names for m in n.mentions]
    return entities, links


def _holder_check(
    reading: Reading, known: _Known, lexicon: Lexicon
) -> Callable[[_Name, GazetteerEntry], bool]:
    """Whether a name in this article can be a known holder of an office."""
    offices: dict[Span, list[str]] = defaultdict(list)
    for statement in reading.statements:
        span = statement.subject.mention if statement.subject else None
        if span is not None and statement.rule.startswith("role"):
            offices[span] += [a.text for a in statement.arguments if a.role == "office"]

    def fits(name: _Name, entry: GazetteerEntry) -> bool:
        rows = known.holders.get(entry.id)
        if rows is None:
            return True
        held = [o for m in name.mentions for o in offices.get((m.start, m.end), ())]
        return may_be_holder(
            rows,
            published=reading.article.published,
            fields=fields_of(office_sectors(held, offices_of(lexicon))),
            own=holder_fields(rows, offices_of(lexicon)),
            lone=not name.is_full,
            common=surname_is_common(name.text, known.common),
        )

    return fits


def _titles(lexicon: Lexicon) -> frozenset[str]:
    words = {*lexicon.words_of("title"), *(role.noun for role in lexicon.roles)}
    return frozenset(fold_word(word) for word in words)


def _make_link(mention: Mention, name: _Name, entity: Entity, why: Mapping[_Key, _Join]) -> Link:
    span = (mention.start, mention.end)
    if name.key in why:
        return Link(mention.article, span, entity.id, why[name.key].reason, why[name.key].score)
    if " ".join(mention.text.split()).casefold() == name.text.casefold():
        return Link(mention.article, span, entity.id, "same name", 1.0)
    return Link(mention.article, span, entity.id, f"spelling of “{name.text}”", 0.98)


def unite_entities(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities by id, each once."""
    grouped: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        grouped[entity.id].append(entity)
    return tuple(_merge_group(group) for _, group in sorted(grouped.items()))


def _merge_group(group: list[Entity], known: str | None = None) -> Entity:
    name = _choose_known(group, known) if known else choose_name(e.name for e in group)
    spelled = {form for entity in group for form in (entity.name, *entity.variants)}
    wikidata = min((e.wikidata for e in group if e.wikidata), default=None)
    kind = choose_kind(entity.kind for entity in group)
    variants = tuple(sorted(spelled - {name}))
    return Entity(group[0].id, kind, name, variants, all(e.local for e in group), wikidata)


def choose_name(names: Iterable[str]) -> str:
    """The fullest of the names that several articles give: most words, then the most frequent.

    What fewer than one in ten say does not count: it may be a slip.

    >>> choose_name(["Merkel", "Merkel", "Angela Merkel"])
    'Angela Merkel'
    """
    counts = Counter(names)
    usual = [name for name in counts if 10 * counts[name] >= counts.total()] or list(counts)
    return min(usual, key=lambda n: (-len(n.split()), -counts[n], -len(n), n))


def _choose_known(group: Iterable[Entity], known: str) -> str:
    """The most frequent of the gazetteer's names of an entity, rather ``known`` than another."""
    counts = Counter(entity.name for entity in group)
    return min(counts, key=lambda n: (-counts[n], n != known, n))


def merge_entities(
    entities: Iterable[Entity], known: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Entity]:
    """The entities of many articles, each once, sorted by id; local ones are left out.

    The fullest name (:func:`choose_name`) becomes the name, the others variants; kinds are weighed
    as in :func:`choose_kind`. ``known`` gives the German name of an entity of the gazetteer,
    which articles of two languages name differently. The order of the input does not matter.
    """
    grouped: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        if not entity.local:
            grouped[entity.id].append(entity)
    for id, group in sorted(grouped.items()):
        yield _merge_group(group, known.get(id))
