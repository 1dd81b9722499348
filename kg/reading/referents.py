"""Of whom an article speaks: the referents that pronouns and descriptions can take up.

A referent is somebody named, somebody described ("ein Radfahrer ... der Radfahrer"), or a
thing. Things are nobody's antecedent here; they stand in the way of a wrong one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.reading.phrases import Denotations
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import Mention

MALE, FEMALE, NEUTER, PLURAL = "Masc", "Fem", "Neut", "Plur"
ARTICLES = {"der": MALE, "die": FEMALE, "das": NEUTER, "dem": MALE, "den": MALE}
_TITLES = {"Herr": MALE, "Herrn": MALE, "Mr.": MALE, "Frau": FEMALE, "Mrs.": FEMALE, "Ms.": FEMALE}
_AGED = re.compile(r"(\w+?)-?jährige(?:[nrms]?)", re.IGNORECASE)
_NOUN_ENDING = re.compile(r"e[nrms]?$")
_NOUNS = {"NOUN", "PROPN", "NUM", "ADJ"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a referent is spoken of: token, sentence, predicate of the clause and what it is
    there: subject, an argument of that predicate, the source of what is told ("laut Polizei"),
    inside of another phrase, a pronoun, who speaks. ``quote`` is the number of the quotation
    around it, -1 outside.
    """

    token: int
    sentence: int
    clause: int | None
    subject: bool
    argument: bool
    source: bool
    inner: bool
    pronoun: bool
    speaks: bool
    quote: int


@dataclass(slots=True, eq=False)
class Referent:
    """Whom or what an article speaks of, as far as it has been read.

    ``mention`` is what links lead to; None for a thing. ``gender`` is "" where nothing shows
    it, ``Plur`` for several. ``nouns`` are the nouns used for it, each with all words that
    narrowed it down; ``ages`` what is said of its age.
    """

    mention: Mention | None
    gender: str
    named: bool = False
    nouns: dict[str, set[str]] = field(default_factory=dict)
    ages: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    bare: bool = False
    """First spoken of without any article: "vor Gericht" is no certain court."""

    @property
    def kind(self) -> str:
        """The kind of its mention, ``thing`` for a thing."""
        return self.mention.kind if self.mention else "thing"

    @property
    def plural(self) -> bool:
        """Is it several?"""
        return self.gender == PLURAL

    def call(self, noun: str, modifiers: set[str]) -> None:
        """Remembers a noun used for it."""
        self.nouns.setdefault(noun, set()).update(modifiers)


def key_of(mention: Mention) -> str:
    """What tells names apart: the surname of a person, else the name without its -s."""
    words = mention.text.split()
    last = words[-1] if mention.kind == "person" and mention.named else mention.text
    return last.lower().rstrip(".").removesuffix("s")


# --- persons that no lexicon of actors lists ------------------------------------------------


def find_persons(
    tree: Tree, mentions: Sequence[Mention], words: Vocabulary, *, article: str = ""
) -> list[Mention]:
    """A mention for each common noun for persons that is none yet: "die Rentnerin", "seine
    Tochter", "der 46-Jährige", "die Festgenommenen". They count only where something links
    them.
    """
    if words.lang != "de":
        return []
    taken = {t.i for m in mentions for t in tree.touching(m.start, m.end)}
    return [
        Mention(
            article,
            token.start,
            token.end,
            token.text,
            "group" if is_plural(tree, token.i) else "person",
            False,
        )
        for token in tree.tokens
        if token.i not in taken and is_person(tree, token, words)
    ]


def _is_title(tree: Tree, token: Token, words: Vocabulary) -> bool:
    """ "Frau" before a name."""
    behind = tree[token.i + 1] if token.i + 1 < len(tree) else token
    return words.is_a("title", token.text) and behind.pos == "PROPN"


def is_person(tree: Tree, token: Token, words: Vocabulary) -> bool:
    """Is it a common noun for a person or persons, in German?"""
    if token.pos not in _NOUNS or token.dep in {"compound", "flat:name"}:
        return False
    if age_of(token):  # "der 46-Jährige", not "der 46-jährige Fahrer"
        behind = tree[token.i + 1].text if token.i + 1 < len(tree) else "."
        return token.dep != "amod" and ("Jähr" in token.text or not behind[:1].isupper())
    if token.pos != "NOUN" or not token.text[:1].isupper() or _is_title(tree, token, words):
        return False
    return (
        words.find_person(token.lemma) is not None
        or (token.lemma.endswith("n") and words.find_person(token.lemma[:-1]) is not None)
        or _is_feminine(token, words)
        or _is_participle(tree, token, words)
    )


def _is_feminine(token: Token, words: Vocabulary) -> bool:
    """ "Steuerberaterin", "Nachbarinnen": the woman's form of a trade."""
    if token.morph.get("Gender") != FEMALE:
        return False
    return token.text.removesuffix("nen").endswith(words.person_endings)


def _is_participle(tree: Tree, token: Token, words: Vocabulary) -> bool:
    """ "die Festgenommenen", "der Verurteilte": a participle with a capital, no thing."""
    if is_plural(tree, token.i) or token.morph.get("Gender") in {MALE, FEMALE}:
        bare = _NOUN_ENDING.sub("", token.text.lower())
        return bare != token.text.lower() and words.verbs.find_participle(bare) is not None
    return False


def age_of(token: Token) -> str:
    """ "46" of "46-Jährige" and "46-jähriger", "vier" of "vierjähriges", else ""."""
    found = _AGED.match(token.text) if "ährig" in token.text else None
    return found[1].lower() if found else ""


def is_plural(tree: Tree, i: int) -> bool:
    """Is the noun in the plural? The object "den Studenten" is one, whatever the pipeline says,
    and the subject of "flohen" is several.
    """
    if age_of(tree[i]):  # "die 46-Jährigen", but "der 46-Jährigen"
        return "die" in articles_of(tree, i) and tree[i].text.endswith("n")
    if tree[i].morph.get("Number") != "Plur":
        return _has_plural_verb(tree, i)
    den = any(tree[c].text.lower() == "den" for c in tree.children(i, "det"))
    return not (den and tree[i].dep == "obj")


def _has_plural_verb(tree: Tree, i: int) -> bool:
    """The only subject of a verb in the plural, without an article of the singular."""
    if tree[i].dep not in {"nsubj", "nsubj:pass"} or tree[i].pos != "NOUN" or tree.lang != "de":
        return False
    if tree.children(i, "conj") or articles_of(tree, i) & {"der", "das", "ein", "eine"}:
        return False
    verbs = [tree[i].head, *tree.children(tree[i].head, "aux", "aux:pass", "cop")]
    finite = [tree[v].morph for v in verbs if tree[v].morph.get("VerbForm") == "Fin"]
    return bool(finite) and all(m.get("Number") == "Plur" for m in finite)


# --- gender ---------------------------------------------------------------------------------


def read_genders(tree: Tree, denotations: Denotations, words: Vocabulary) -> Mapping[str, str]:
    """Name, and its key -> gender, from first names, titles, role nouns and articles, and where
    those say nothing from what the pipeline takes the first name for.
    """
    shown: dict[str, Counter[str]] = {}
    guessed: dict[str, Counter[str]] = {}
    for i, mention in denotations.of_token.items():
        for key in {key_of(mention), mention.text} if mention.named else ():
            if gender := _shown_gender(tree, i, mention, words):
                shown.setdefault(key, Counter())[gender] += 1
            if gender := _guessed_gender(tree, mention):
                guessed.setdefault(key, Counter())[gender] += 1
    best = {**guessed, **shown}
    return {key: counts.most_common(1)[0][0] for key, counts in best.items()}


def _guessed_gender(tree: Tree, mention: Mention) -> str:
    """What the pipeline takes a first name for; a lone surname says nothing."""
    tokens = tree.inside(mention.start, mention.end)
    if mention.kind != "person" or len(tokens) < 2 or tokens[0].pos != "PROPN":
        return ""
    gender = str(tokens[0].morph.get("Gender", ""))
    return gender if gender in {MALE, FEMALE} else ""


def _shown_gender(tree: Tree, i: int, mention: Mention, words: Vocabulary) -> str:
    if mention.kind == "person":
        first = mention.text.split()[0]
        if words.is_a("first_name_male", first):
            return MALE
        if words.is_a("first_name_female", first):
            return FEMALE
        before = tree[i - 1].text if i else ""
        if before in _TITLES:
            return _TITLES[before]
        outside = not mention.start <= tree[i].start < mention.end
        return noun_gender(tree, i, mention) if outside and tree[i].pos == "NOUN" else ""
    if tree.lang == "en":
        return NEUTER
    if is_plural(tree, i):
        greens = mention.text.endswith("n") and "die" in articles_of(tree, i)
        if mention.kind == "group" or (mention.kind == "party" and greens):
            return PLURAL
    return article_gender(tree, i) or (NEUTER if mention.kind == "state" else "")


def noun_gender(tree: Tree, i: int, mention: Mention) -> str:
    """Of a common noun: several, a woman by -in, else by article and morphology."""
    noun = tree[i]
    if is_plural(tree, i) and (not mention.named or mention.kind == "group"):
        return PLURAL
    if tree.lang == "en" or (mention.named and noun.pos == "PROPN"):
        return ""
    if mention.kind == "person" and noun.text.endswith("in"):
        return FEMALE
    return article_gender(tree, i) or str(noun.morph.get("Gender", ""))


def noun_number(tree: Tree, i: int) -> str:
    """``Plur`` for a noun in the plural, else its gender."""
    return PLURAL if is_plural(tree, i) else str(tree[i].morph.get("Gender", ""))


def article_gender(tree: Tree, i: int) -> str:
    """What the article before a noun shows; "der" of a genitive or dative may be feminine."""
    articles = articles_of(tree, i)
    if age_of(tree[i]):
        feminine = "die" in articles or ("der" in articles and tree[i].text.endswith("n"))
        return FEMALE if feminine else MALE
    for article in sorted(articles):
        if article in {"der", "den", "dem"} and tree[i].morph.get("Gender") in {NEUTER, FEMALE}:
            return str(tree[i].morph["Gender"])
        if article in ARTICLES and not is_plural(tree, i):
            return ARTICLES[article]
    return ""


# --- how a noun phrase narrows its noun down ------------------------------------------------

_OWNED = "owned"


def noun_of(token: Token) -> str:
    """The noun by which a referent is called, without what stands before a hyphen; the same for
    "ein Angeklagter" and "der Angeklagte".
    """
    if age_of(token):
        return f"{age_of(token)}-jährige"
    noun = token.lemma.rpartition("-")[2].lower()
    adjectival = noun.endswith("ter") and token.morph.get("Number") == "Sing"
    declined = adjectival and not token.text.lower().endswith(("ter", "ters"))
    return noun[:-1] if declined or noun.endswith(_ADJECTIVAL) else noun


_ADJECTIVAL = ("klagter", "schuldigter", "fragter", "wandter", "stellter", "letzter", "ordneter")
"""Ends of nouns that are declined like adjectives: "Verdächtigter", "Verletzter"."""


def modifiers_of(tree: Tree, i: int, words: Vocabulary) -> set[str]:
    """What narrows a noun down: adjectives and genitives by their dictionary form, numbers, an
    owner, the word before a hyphen. What picks nobody out ("der mutmaßliche Täter", "der in Oslo
    geborene Autor") does not count, ages neither.
    """
    loose = words.classes.get("loose_adjective", frozenset())
    prefix = tree[i].lemma.rpartition("-")[0].lower()
    marked = bool(prefix) and prefix not in loose and not age_of(tree[i])
    found = {f"prefix {prefix}"} if marked else set()
    for c in tree.children(i):
        token = tree[c]
        if token.dep == "amod" and not age_of(token) and not tree.children(c):
            found |= {token.lemma.lower()} - loose
        elif token.dep in {"nmod", "acl", "acl:relcl"}:
            found.add(f"{token.dep} {token.lemma.lower()}")
        elif token.dep == "nummod" or token.lemma == "beide":
            found.add(f"number {_NUMBERS.get(token.text.lower(), token.text.lower())}")
        elif token.dep == "det:poss":
            found.add(_OWNED)
    return found


_NUMBERS = {"beide": "2", "beiden": "2", "zwei": "2", "drei": "3", "vier": "4", "fünf": "5"}


def ages_at(tree: Tree, i: int) -> set[str]:
    """Ages that a noun phrase gives: "46-jährige Frau", "der 46-Jährige", "Karl Maus (46)",
    "der 46 Jahre alte Mann".
    """
    found = {age_of(tree[i])} | {age_of(tree[c]) for c in tree.children(i, "amod")}
    for c in tree.children(i, "appos", "nummod", "flat"):
        if tree[c].text.isdigit() and tree[c - 1].text == "(":
            found.add(tree[c].text)
    for c in tree.children(i, "amod"):
        years = tree.children(c, "nmod", "obl") if tree[c].lemma == "alt" else ()
        found |= {tree[n].text for y in years for n in tree.children(y, "nummod")}
    return found - {""}


def is_predicative(tree: Tree, i: int, words: Vocabulary) -> bool:
    """ "als Geisel", "zum Präsidenten", "das Amt des Präsidenten": what somebody is or becomes,
    or could be, is nobody else.
    """
    cases = {tree[c].text.lower() for c in tree.children(i, "case", "mark", "cc")}
    office = tree[i].dep == "nmod" and words.is_a("office_noun", tree[tree[i].head].lemma)
    return office or bool(cases & {"als", "wie", "zum", "zur"})


def is_definite(tree: Tree, i: int) -> bool:
    """Does a definite article, a demonstrative or an owner stand before it?"""
    contracted = any(tree[c].tag == "APPRART" for c in tree.children(i, "case"))
    owned = bool(tree.children(i, "det:poss"))
    return owned or contracted or any(a in _DEFINITE for a in articles_of(tree, i))


def articles_of(tree: Tree, i: int) -> set[str]:
    """The articles of a noun, also one that the parse has hung elsewhere."""
    at = i - 1
    while at > 0 and tree[at].pos in {"ADJ", "ADV", "NUM"}:
        at -= 1
    beside = {tree[at].text.lower()} if at >= 0 and tree[at].pos == "DET" else set()
    return {tree[c].text.lower() for c in tree.children(i, "det")} | beside


_DEFINITE = {*ARTICLES, "des", "the", "dieser", "diese", "dieses", "diesem", "diesen", "this"}


def name_beside(tree: Tree, denotations: Denotations, i: int) -> Mention | None:
    """The named person that a common noun stands for because the name stands in apposition to
    it, however far behind, or because the sentence says so: "Richter ist Raed Dschuhi".
    """
    if tree[i].pos != "NOUN" or i in denotations.offices:
        return None
    links = [*tree.children(i, "appos", "flat", "flat:name")]
    links += [c for c in tree.children(i, "conj") if c - i <= 4 and not tree.children(c, "cc")]
    if tree.child(i, "cop") is not None:
        links += tree.children(i, "nsubj")
    named = (denotations.mention(c) for c in links)
    return next((m for m in named if m is not None and m.named and m.kind == "person"), None)


def is_thing(token: Token) -> bool:
    """A noun that is subject or object of a verb, as far as it stands for no actor."""
    return token.pos == "NOUN" and token.dep in _CORE


_CORE = {"nsubj", "nsubj:pass", "obj"}
