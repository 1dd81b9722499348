"""Who and what a text names: gazetteer, the pipeline's names, compounds, kind nouns.

Sources of a mention, the stronger first: a gazetteer name, a name the pipeline
found, a name inside a hyphen compound ("IS-Kämpfer"), a common noun that stands for
an actor ("die Polizei"). Overlaps go to the longer one, then to the stronger.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from kg.lexicon import KindNoun
from kg.reading.boundaries import Stretch, cut_names, name_end, name_kind
from kg.reading.trees import Entity, Token, Tree
from kg.reading.vocabulary import Vocabulary, fold_word
from kg.records import Mention

_START = attrgetter("start")

LABEL_KINDS = {
    "PER": "person",
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "place",
    "GPE": "place",
    "FAC": "place",
    "NORP": "group",
    "MISC": "thing",
    "EVENT": "thing",
    "PRODUCT": "thing",
    "WORK_OF_ART": "thing",
    "LAW": "thing",
}
"""Labels of pipelines (WikiNER, OntoNotes) and the kind of mention they give."""

NOUN_TAGS = {"NOUN", "PROPN"}
_LOCATIVE = {
    *("in", "im", "aus", "nach", "bei", "auf", "über", "durch", "vor", "um", "an", "am", "ins"),
    *("at", "from", "into", "near", "across", "through", "to", "inside", "around"),
}
_BODIES = {
    *("party", "armed_group", "military", "company", "media", "government"),
    *("international_organisation", "alliance", "organisation"),
}
_SELF_NAMED = {"company", "party", "armed_group", "media"}
"""Kinds that are not named by their place, as "Polizei Berlin" is."""
_SEATED = {"COP", "EDU", "HLH", "JUD"}
"""Sectors whose bodies are told apart by the town they sit in: "Staatsanwaltschaft Krefeld"."""
_CAPITAL = {"NOUN", "PROPN", "ADJ", "VERB"}
"""Tags whose words have a capital inside a name: "die linke Gruppe" is no party."""
_GENERIC = {"organisation", "thing", "group", "place"}


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: characters, the token it ends in, kind, named or not, strength."""

    start: int
    end: int
    token: int
    kind: str
    named: bool
    strength: int

    @property
    def length(self) -> int:
        return self.end - self.start


def find_mentions(tree: Tree, words: Vocabulary, *, article: str = "") -> list[Mention]:
    """The mentions of a text in order; none of them overlaps another."""
    candidates = [
        *_gazetteer_names(tree, words),
        *_pipeline_names(tree, words),
        *_introduced_names(tree, words),
        *_given_names(tree, words),
        *_compounds(tree, words),
        *_nouns(tree, words),
    ]
    candidates += _repeated_names(tree, words, candidates)
    chosen = _choose(candidates)
    return [
        Mention(article, f.start, f.end, tree.text[f.start : f.end], kind, f.named)
        for f in chosen
        for kind in [_refine_kind(tree, words, f)]
    ]


def _repeated_names(tree: Tree, words: Vocabulary, found: Iterable[Found]) -> list[Found]:
    """A name the article has used once is a name everywhere: surnames and single-word names
    that the pipeline missed in other sentences.
    """
    kinds: dict[str, str] = {}
    for f in found:
        name = _short_name(tree, words, f)
        if name is not None and (f.kind == "person" or name not in kinds):
            kinds[name] = f.kind
    again: list[Found] = []
    for t in tree.tokens:
        base = t.text if t.text in kinds else t.text.rstrip("'’").removesuffix("s")
        base = base if base in kinds else t.text.rstrip("'’")
        noun = t.pos in {"NOUN", "PROPN", "X"} or kinds.get(base) == "person"
        inside = kinds.get(base) == "person" and _inside_longer(tree, t)
        if base in kinds and noun and not inside:
            again.append(Found(t.start, t.end, t.i, kinds[base], True, 3))
        first = t.text.partition("-")[0]
        if first != t.text and first in kinds and t.pos in NOUN_TAGS:
            again.append(Found(t.start, t.start + len(first), t.i, kinds[first], True, 3))
    return again


def _short_name(tree: Tree, words: Vocabulary, found: Found) -> str | None:
    """The one word by which the article may go on calling a name: the surname, or an
    organisation's single word without its legal form.
    """
    text = tree.text[found.start : found.end].split()
    if not found.named:
        return None
    if found.kind == "person":
        return text[-1] if found.strength < 3 and len(text) > 1 and len(text[-1]) > 2 else None
    if found.kind not in _BODIES or not 0 < found.strength < 4:
        return None
    if len(text) > 1 and words.is_a("org_suffix", text[-1]):
        text = text[:-1]
    single = len(text) == 1 and len(text[0]) > 1 and "-" not in text[0]
    return text[0] if single else None


def _inside_longer(tree: Tree, token: Token) -> bool:
    """The surname right behind its own first name."""
    before = tree[token.i - 1] if token.i else None
    return before is not None and before.ent == token.ent != "" and before.text[:1].isupper()


def _choose(candidates: Iterable[Found]) -> list[Found]:
    """The best of the candidates without overlaps, in text order."""
    ranked = sorted(candidates, key=lambda f: (-f.length, -f.strength, f.start))
    taken: list[Found] = []  # in text order, none overlaps another
    for found in ranked:
        at = bisect_right(taken, found.start, key=_START)
        free_before = at == 0 or taken[at - 1].end <= found.start
        if free_before and (at == len(taken) or found.end <= taken[at].start):
            taken.insert(at, found)
    return taken


def _gazetteer_names(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    for token in tree.tokens:
        yield from _government(tree, words, token)
        if not token.text[:1].isupper():
            continue
        entry = words.find_single(token.text)
        if entry is not None and not _is_common(token, words):
            yield Found(token.start, token.end, token.i, entry.kind, True, 3)
        yield from _long_names(tree, words, token)


def _is_common(token: Token, words: Vocabulary) -> bool:
    """A gazetteer name that is an ordinary noun here ("Die Welt war entsetzt")."""
    return token.pos not in {"PROPN", "NOUN", "X"} and len(token.text) > 3


def _government(tree: Tree, words: Vocabulary, token: Token) -> Iterator[Found]:
    """ "die russische Regierung", "Russian government": named by an adjective and a noun."""
    if token.pos != "ADJ" or token.i + 1 >= len(tree):
        return
    folded = (fold_word(token.text), fold_word(tree[token.i + 1].text))
    for name, entry in words.names.get(folded[0], ()):
        if name == folded and entry.kind == "government":
            yield Found(token.start, tree[token.i + 1].end, token.i + 1, entry.kind, True, 3)


def _long_names(tree: Tree, words: Vocabulary, token: Token) -> Iterator[Found]:
    first = fold_word(token.text.split("-")[0])
    for name, entry in words.names.get(first, ()):
        found = _match(tree, words, token.i, name)
        if found is not None:
            last, end = found
            yield Found(token.start, end, last, entry.kind, True, 3)
            return


def _match(
    tree: Tree, words: Vocabulary, first: int, name: tuple[str, ...]
) -> tuple[int, int] | None:
    """The last token of a folded name that starts at ``first`` and the character at which the
    name ends, which is inside a compound ("Air France-Maschine"); or None.
    """
    at, i, end = 0, first, 0
    while at < len(name):
        if i >= len(tree) or tree[i].sent != tree[first].sent:
            return None
        start = tree[i].start
        for part in tree[i].text.split("-") if tree[i].text not in {"-", "–"} else ():
            if part and at < len(name):
                lower = part[0].islower() and tree[i].pos in _CAPITAL
                if (lower and not words.is_a("name_particle", part)) or fold_word(part) != name[at]:
                    return None
                at, end = at + 1, start + len(part)
            start += len(part) + 1
        i += 1
    return i - 1, end


def _pipeline_names(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    for entity in tree.entities:
        kind = LABEL_KINDS.get(entity.label)
        if kind != "person" and _is_office(tree, words, entity):
            continue
        span = _trim(tree, words, entity, kind) if kind else None
        if kind and span:
            yield from _names_in(tree, words, Stretch(*span, kind))


def _names_in(tree: Tree, words: Vocabulary, stretch: Stretch) -> Iterator[Found]:
    for part in cut_names(tree, words, stretch):
        kind = name_kind(tree, words, part)
        if part.last - part.first > 1 and _ends_like_company(tree[part.last - 1].text, words):
            kind = "company"
        end = name_end(tree, words, part)
        yield Found(tree[part.first].start, end, part.last - 1, kind, True, 2)


def _is_office(tree: Tree, words: Vocabulary, entity: Entity) -> bool:
    """ "EU-Kommissarin für Verkehr": who holds it is named elsewhere; it is no organisation."""
    first = tree[entity.first]
    governed = entity.last - entity.first > 1 and tree[entity.first + 1].text in {
        "für",
        "des",
        "der",
    }
    return governed and first.tag == "NN" and words.find_role(first.text) is not None


def _ends_like_company(word: str, words: Vocabulary) -> bool:
    """ "Nordwind AG", "Cameroon Airlines": companies, whatever the pipeline says."""
    return words.is_a("org_suffix", word) or words.is_a("org_word", word)


def _trim(
    tree: Tree, words: Vocabulary, entity: Entity, kind: str | None
) -> tuple[int, int] | None:
    """The entity without leading articles, titles and roles; None when nothing is left."""
    first, last = entity.first, entity.last
    while first < last - 1 and _is_prefix(tree[first], words, kind):
        first += 1
    while kind == "person" and last < len(tree) and _continues_name(tree, last, first):
        last += 1
    while last > first and not any(c.isalnum() for c in tree[last - 1].text):
        last -= 1
    named = any(tree[i].text[:1].isupper() for i in range(first, last))
    if not named or (last - first == 1 and _is_plain_noun(tree[first], words, kind)):
        return None
    return first, last


def _continues_name(tree: Tree, i: int, first: int) -> bool:
    """ "Jaap de Hoop|Scheffer": a proper noun that hangs on the name before it."""
    token = tree[i]
    proper = token.pos == "PROPN" and token.tag in {"NE", "NNP"} and token.text[:1].isupper()
    flat = token.dep in {"flat", "flat:name", "compound"} and first <= token.head < i
    return proper and flat and token.sent == tree[first].sent


def _is_prefix(token: Token, words: Vocabulary, kind: str | None) -> bool:
    if token.pos in {"DET", "ADP", "PUNCT", "PRON"} or not token.text[:1].isalnum():
        return True
    if token.pos == "NOUN" and _body_noun(token, words) is not None:
        return True
    if kind != "person":
        return False
    return words.is_a("title", token.text) or words.find_role(token.lemma) is not None


def _is_plain_noun(token: Token, words: Vocabulary, found: str | None) -> bool:
    """A single common noun that the pipeline took for a name."""
    if token.tag == "NN" and found == "person" and token.pos == "NOUN":
        return True
    if words.is_a("common_acronym", token.text):
        return True
    if token.tag == "NN" and found != "person":
        last = token.text.rpartition("-")[2]
        if last[1:].islower() and not token.text.startswith("Bundes"):
            row = words.find_kind(last) if "-" in token.text else None
            return row is None or row.kind not in _BODIES
    if token.pos not in NOUN_TAGS:
        return token.pos in {"VERB", "AUX", "ADV", "ADJ", "NUM"} and not token.text.isupper()
    kind = words.kind_nouns.get(token.lemma.lower()) or words.role_nouns.get(token.lemma.lower())
    return kind is not None or (token.pos == "NOUN" and words.find_role(token.lemma) is not None)


def _given_names(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    """A known first name and the capitalised words behind it: persons the pipeline missed."""
    for token in tree.tokens:
        first = words.is_a("first_name_male", token.text) or words.is_a(
            "first_name_female", token.text
        )
        if not first or token.pos not in NOUN_TAGS:
            continue
        last = token.i
        while last + 1 < len(tree) and _goes_on(tree, words, last + 1):
            last += 1
        if last > token.i and tree[last].text[:1].isupper():
            yield Found(token.start, tree[last].end, last, "person", True, 2)


def _goes_on(tree: Tree, words: Vocabulary, i: int) -> bool:
    """Is the word at ``i`` the next part of a person's name?"""
    token, before = tree[i], tree[i - 1]
    if token.sent != before.sent:
        return False
    if words.is_a("name_particle", token.text) and token.pos != "CCONJ":
        return i + 1 < len(tree) and tree[i + 1].text[:1].isupper()
    name = token.pos == "PROPN" or token.tag in {"NE", "NNP"}
    noun = words.find_role(token.lemma) or words.find_kind(token.lemma)
    return token.text[:1].isupper() and name and (noun is None or token.tag == "NE")


def _body_noun(token: Token, words: Vocabulary) -> KindNoun | None:
    """The kind noun of an organisation that a token is, in any case."""
    row = words.find_kind(token.lemma) or words.find_kind(token.text.removesuffix("s"))
    return row if row is not None and row.kind in _BODIES else None


def _introduced_names(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    """ "die Reederei Nordwind", "der Miliz Küstenfront (KF)": a name right behind the noun that
    tells its kind, and the acronym in brackets behind it.
    """
    for noun in tree.tokens:
        row = _body_noun(noun, words) if noun.pos == "NOUN" else None
        if row is None or noun.i + 1 >= len(tree):
            continue
        spelled = _spelled_out(tree, noun)
        if spelled is not None:
            end, short = spelled
            yield Found(noun.start, tree[end].end, noun.i, row.kind, True, 3)
            yield Found(short.start, short.end, short.i, row.kind, True, 3)
            continue
        last = _name_end(tree, words, noun.i + 1)
        if last is None or (tree[last].ent == "LOC" and row.kind not in _SELF_NAMED):
            continue
        seat = row.sector in _SEATED and last == noun.i + 1 and not tree[last].text.isupper()
        kind = "place" if seat else row.kind
        yield Found(tree[noun.i + 1].start, tree[last].end, last, kind, True, 2 + seat)
        acronym = _bracketed(tree, last + 1)
        if acronym is not None:
            yield Found(acronym.start, acronym.end, acronym.i, row.kind, True, 3)


def _spelled_out(tree: Tree, noun: Token) -> tuple[int, Token] | None:
    """ "Gewerkschaft Hafen und Meer (GHM)": the last word of a name that begins with its kind,
    and its acronym, which is spelled by the capitals of the words.
    """
    for end in range(noun.i + 1, min(noun.i + 8, len(tree))):
        acronym = _bracketed(tree, end + 1)
        if acronym is not None:
            capitals = [t.text[0] for t in tree.tokens[noun.i : end + 1] if t.text[0].isupper()]
            return (end, acronym) if "".join(capitals) == acronym.text else None
    return None


def _name_end(tree: Tree, words: Vocabulary, first: int) -> int | None:
    """The last token of a name that begins at ``first``, or None when none begins there."""
    at = first
    while at < len(tree) and tree[at].sent == tree[first].sent and _is_name_word(tree, words, at):
        at += 1
    return at - 1 if at > first else None


def _is_name_word(tree: Tree, words: Vocabulary, i: int) -> bool:
    token = tree[i]
    if not token.text[:1].isupper() or words.find_single(token.text) is not None:
        return False
    if token.ent == "PER" or words.find_role(token.lemma) is not None:
        return False
    named = token.pos == "PROPN" or token.tag in {"NE", "FM"}
    return named or (token.pos == "NOUN" and _bracketed(tree, i + 1) is not None)


def _bracketed(tree: Tree, i: int) -> Token | None:
    """An acronym alone in brackets."""
    if i + 2 >= len(tree) or tree[i].text != "(" or tree[i + 2].text != ")":
        return None
    token = tree[i + 1]
    return token if token.text.isupper() and token.text.isalpha() else None


def _compounds(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    """Names before a hyphen: "IS-Kämpfer", "US-Präsident", "Anti-IS-Koalition"."""
    for token in tree.tokens:
        parts = token.text.split("-")
        if token.pos not in NOUN_TAGS or len(parts) < 2:
            continue
        start = token.start
        for part in parts[:-1]:
            entry = words.find_single(part)
            if entry is not None:
                yield Found(start, start + len(part), token.i, entry.kind, True, 4)
            start += len(part) + 1


def _nouns(tree: Tree, words: Vocabulary) -> Iterator[Found]:
    """Common nouns that stand for actors, and inhabitants ("die Europäer")."""
    for token in tree.tokens:
        if token.pos not in NOUN_TAGS or token.dep in {"compound", "flat:name"}:
            continue
        if words.is_a("title", token.text):
            continue
        if words.inhabitants & {token.lemma, token.text, token.text.removesuffix("n")}:
            one = _is_one(tree, token)
            whom = "person" if one else "group"
            yield Found(token.start, token.end, token.i, whom, not one, 1)
            continue
        row = words.find_kind(token.lemma)
        kind = row.kind if row else "person" if words.find_role(token.lemma) else None
        if kind is not None and kind not in {"place", "event", "thing"}:
            last_part = (
                token.start + token.text.rfind("-") + 1 if "-" in token.text else token.start
            )
            yield Found(last_part, token.end, token.i, kind, False, 0)


_SINGULAR = {"der", "dem", "des", "das", "ein", "eine", "einen", "einem", "einer", "eines"}


def _is_one(tree: Tree, inhabitant: Token) -> bool:
    """ "Dem Niederländer", "eine Französin": somebody from there, and not the people."""
    if inhabitant.morph.get("Number") != "Sing" or tree.lang != "de":
        return False
    articles = [tree[c].text.lower() for c in tree.children(inhabitant.i, "det")]
    return inhabitant.text.endswith("in") or any(a in _SINGULAR for a in articles)


def _refine_kind(tree: Tree, words: Vocabulary, found: Found) -> str:
    """The kind in this place: by the noun before it, and by what a state does here."""
    if found.kind == "state":
        return "place" if _stands_as_place(tree, found) else "state"
    if not found.named or found.kind not in _GENERIC:
        return found.kind
    first = tree.touching(found.start, found.end)[0].i
    head = words.find_kind(tree[found.token].lemma)
    before = tree[first - 1] if first and tree[first - 1].sent == tree[first].sent else None
    if before is not None and before.pos == "NOUN" and not _is_place_of(tree, first):
        noun = words.find_kind(before.lemma)
        fits = _BODIES if found.kind in {"organisation", "thing"} else {"place", "group"}
        if noun is not None and noun.kind in fits:
            return noun.kind
    if head is not None and found.kind in {"organisation", "thing"} and head.kind in _BODIES:
        return head.kind
    return found.kind


def _is_place_of(tree: Tree, first: int) -> bool:
    """Is a genitive or a preposition between the noun and the name?"""
    return bool(tree.children(first, "case", "det"))


def _stands_as_place(tree: Tree, found: Found) -> bool:
    token = tree[found.token]
    if found.end < token.end:
        return False
    heads = [token.i, *list(tree.ancestors(token.i))[:1]] if token.dep == "conj" else [token.i]
    cases = [tree[c].text.lower() for i in heads for c in tree.children(i, "case")]
    return any(case in _LOCATIVE for case in cases)
