"""Hand-made parses, and what the grammar makes of them: no model, no event table.

A parse is written in one of two ways. The longer ones stand as plain CoNLL-U under
``parses/``, one document a ``# newdoc id``, and are fetched by that name. Short ones are
drawn in the test itself, a word as ``form/TAG/label<head``:

>>> draw("Trump/NE/nsubj<warnte warnte/VVFIN/root=warnen .").tokens[1].lemma
'warnen'

The head is the nearest token of that form; ``=`` gives the lemma where it is not the form,
``^PER`` (``^I`` to go on) a name of the pipeline, ``{Mood=Imp}`` features, ``TAG:UPOS`` a
coarse tag other than the usual one. A bare mark is punctuation below the root.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from kg.lexicon import (
    EventWord,
    GazetteerEntry,
    Lexicon,
    read_lexicon,
)
from kg.pipeline import read_tree
from kg.reading.clauses import Clause, find_clauses
from kg.reading.mending import mend_tree
from kg.reading.schemes import Node, to_universal
from kg.reading.trees import Entity, Token, Tree, make_tree, read_conllu
from kg.reading.vocabulary import Vocabulary, make_vocabulary
from kg.records import Article, Mention, Reading, Span, Statement

PARSES = Path(__file__).parent / "parses"
PUBLISHED = "2019-08-02"
EVENTS = tuple(
    EventWord(lemma, "verb", frame, type_, "-", "-")
    for lemma, frame, type_ in (
        ("aufrufen", "zu", "Request"),
        ("warnen", "vor", "Threaten"),
        ("call", "for", "Request"),
        ("warn", "of", "Threaten"),
    )
)

GAZETTEER = tuple(
    GazetteerEntry(*row.split("/"))
    for row in (
        "is/armed_group/Islamischer Staat|IS/Islamic State|IS/-/REB/Q2429253",
        "usa/state/Vereinigte Staaten|USA|US/United States|USA|US/US/GOV/Q30",
        "syrien/state/Syrien/Syria/SY/GOV/Q858",
        "kenia/state/Kenia/Kenya/KE/GOV/Q114",
        "frankreich/state/Frankreich/France/FR/GOV/Q142",
        "spanien/state/Spanien/Spain/ES/GOV/Q29",
        "sdf/military/SDF/SDF/SY/MIL/-",
        "spd/party/SPD/SPD/DE/PTY/-",
        "us-regierung/government/US-Regierung/US government/US/GOV/-",
        "eu/international_organisation/Europäische Union|EU/European Union|EU/-/IGO/Q458",
        "riga/place/Riga/Riga/LV/-/Q1773",
        "kenia-regierung/government/kenianische Regierung/Kenyan government/KE/GOV/-",
        "welt/media/Die Welt|Welt/-/DE/JRN/-",
    )
)


@cache
def words_of(lang: str) -> Vocabulary:
    """The shipped word classes with events and a gazetteer of our own."""
    lexicon = replace(read_lexicon(lang), gazetteer=GAZETTEER, events=EVENTS, parts=())
    return make_vocabulary(lexicon)


def bare_lexicon(lang: str = "de", **tables: Sequence[object]) -> Lexicon:
    """A lexicon with the given tables, the others empty."""
    empty = {field.name: () for field in fields(Lexicon)}
    return Lexicon(**{**empty, "lang": lang, **tables})  # type: ignore[arg-type]


# parses


@cache
def _documents() -> Mapping[str, tuple[str, str]]:
    """Name -> language (the start of the file's name) and CoNLL-U."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(PARSES.glob("*.conllu")):
        for block in path.read_text(encoding="utf-8").split("# newdoc id = ")[1:]:
            name, _, body = block.partition("\n")
            assert name not in found, f"{path.name}: {name} twice"
            found[name] = (path.name[:2], body)
    return found


def names(lang: str = "") -> list[str]:
    """The names of all parses, or of those in one language."""
    return [name for name, (of, _) in _documents().items() if of.startswith(lang)]


def source(name: str) -> str:
    """The CoNLL-U of one parse."""
    return _documents()[name][1]


def parse(name: str, swaps: Mapping[str, str] | None = None) -> Tree:
    """The parse of that name; ``swaps`` puts other words in the place of some."""
    lang, body = _documents()[name]
    for old, new in (swaps or {}).items():
        assert f"\t{old}\t" in body, f"{name} has no {old}"
        lemma = "kein" if new.lower().startswith("kein") else new
        body = re.sub(rf"\t{re.escape(old)}\t[^\t]+\t", f"\t{new}\t{lemma}\t", body)
    return read_conllu(body, lang=lang, published=PUBLISHED)


_COARSE = {
    **dict.fromkeys(("VVFIN", "VVINF", "VVPP", "VVIZU", "VVIMP"), "VERB"),
    **dict.fromkeys(("VAFIN", "VAINF", "VAPP", "VMFIN", "VMINF", "MD"), "AUX"),
    **dict.fromkeys(("ART", "PIAT", "PDAT", "PPOSAT", "DT", "PRP$"), "DET"),
    **dict.fromkeys(("PPER", "PRELS", "PRF", "PIS", "PDS", "PRP", "WP", "WDT", "PWS"), "PRON"),
    **dict.fromkeys(("ADJA", "ADJD", "JJ"), "ADJ"),
    **dict.fromkeys(("ADV", "PROAV", "PWAV", "RB"), "ADV"),
    **dict.fromkeys(("APPR", "APPRART", "APPO", "PTKVZ", "IN", "RP"), "ADP"),
    **dict.fromkeys(("NN", "NNS"), "NOUN"),
    **dict.fromkeys(("NE", "NNP", "NNPS"), "PROPN"),
    **dict.fromkeys(("KON", "CC"), "CCONJ"),
    **dict.fromkeys(("KOUS", "KOUI"), "SCONJ"),
    **dict.fromkeys(("CARD", "CD"), "NUM"),
    **dict.fromkeys(("PTKZU", "PTKNEG", "TO", "POS"), "PART"),
    **dict.fromkeys(("VBD", "VBZ", "VBP", "VBN", "VB", "VBG"), "VERB"),
    **dict.fromkeys(("$,", "$.", "$("), "PUNCT"),
}
_WORD = re.compile(
    r"(?P<form>[^/]+)/(?P<tag>[^/:]+)(?::(?P<pos>\w+))?/(?P<dep>[a-z:]+)(?:<(?P<head>[^=^{]+))?"
    r"(?:=(?P<lemma>[^\^{]+))?(?:\^(?P<ent>\w+))?(?:\{(?P<morph>.+)\})?"
)
_MARKS = set(',.:;!?()–„“”"»«‚‘')
_HUG_LEFT, _HUG_RIGHT = set(",.:;!?)"), set("(")


def draw(line: str, lang: str = "de") -> Tree:
    """The tree of one or several short notations (a line each: a sentence each)."""
    return read_conllu(to_conllu(line), lang=lang, published=PUBLISHED)


def to_conllu(lines: str) -> str:
    """The short notation as CoNLL-U; an empty line opens a paragraph."""
    blocks: list[str] = []
    for paragraph in re.split(r"\n\s*\n", lines.strip()):
        blocks += ["# newpar"] if blocks else []
        sentences = [[_cells(item) for item in row.split()] for row in paragraph.split("\n")]
        spaces = iter(_spaces([c["form"] for cells in sentences for c in cells]))
        blocks += [_sentence(cells, [next(spaces) for _ in cells]) + "\n" for cells in sentences]
    return "\n".join(blocks) + "\n"


def _sentence(cells: Sequence[Mapping[str, str]], spaces: Sequence[bool]) -> str:
    root = next(i for i, c in enumerate(cells) if c["dep"] == "root")
    lines = []
    for i, c in enumerate(cells):
        head = 0 if i == root else 1 + (_nearest(cells, i, c["head"]) if c["head"] else root)
        misc = [f"Ent={c['ent']}"] if c["ent"] else []
        misc += [] if spaces[i] else ["SpaceAfter=No"]
        pos = c["pos"] or _COARSE.get(c["tag"], "X")
        row = (i + 1, c["form"], c["lemma"] or c["form"], pos, c["tag"], c["morph"] or "_")
        rest = (head, c["dep"], "_", "|".join(misc) or "_")
        lines.append("\t".join(map(str, row + rest)))
    return "\n".join(lines)


def _cells(item: str) -> dict[str, str]:
    if item[0] in _MARKS:
        tag = "$," if item[0] == "," else "$." if item[0] in ".:;!?" else "$("
        form, _, head = item.partition("<")
        item = f"{form}/{tag}/punct" + (f"<{head}" if head else "")
    found = _WORD.fullmatch(item)
    assert found, f"not form/TAG/label<head: {item}"
    return {name: value or "" for name, value in found.groupdict().items()}


def _nearest(cells: Sequence[Mapping[str, str]], i: int, form: str) -> int:
    able = [n for n, c in enumerate(cells) if c["form"] == form and n != i]
    assert able, f"no head {form}"
    return min(able, key=lambda n: abs(n - i))


def _spaces(forms: Sequence[str]) -> list[bool]:
    """Is there a space behind each word? Quotation marks open and close in turn."""
    opens: list[bool] = []
    inside = False
    for form in forms:
        quote = form in set('„“”"»«‚‘')
        opens.append(quote and not inside)
        inside = inside != quote
    ahead = [*forms[1:], ""]
    closing = [f in set('„“”"»«‚‘') and not o for f, o in zip(forms, opens, strict=True)]
    return [
        not (opens[i] or forms[i] in _HUG_RIGHT)
        and not (ahead[i] in _HUG_LEFT or (i + 1 < len(forms) and closing[i + 1]))
        for i in range(len(forms))
    ]


# readings


def read(tree: Tree) -> Reading:
    """What the pipeline reads in the tree, with the words of these tests."""
    words = words_of(tree.lang)
    article = Article("", "hand.txt", tree.lang, tree.text, published=tree.published)
    return read_tree(mend_tree(tree, words), words, article=article, paragraphs=paragraphs_of(tree))


def paragraphs_of(tree: Tree) -> list[Span]:
    """The character spans of the paragraphs."""
    found: dict[int, list[int]] = {}
    for (first, last), number in zip(tree.sentences, tree.paragraphs, strict=True):
        found.setdefault(number, []).extend((tree[first].start, tree[last - 1].end))
    return [(min(ends), max(ends)) for ends in found.values()]


def clauses_of(tree: Tree) -> dict[str, Clause]:
    """Predicate's word -> its clause."""
    words = words_of(tree.lang)
    tree = mend_tree(tree, words)
    return {tree[c.head].text: c for c in find_clauses(tree, words)}


def facts(tree: Tree) -> list[str]:
    """The statements of a tree, each as a line: see :func:`line`."""
    return [line(s) for s in read(tree).statements]


def line(statement: Statement) -> str:
    """``subject | lemma-preposition | object``, then in brackets all that keeps it from
    being plain: ``not``, the modality, ``attribution: speaker``."""
    s = statement
    relation = s.relation.lemma + (f"-{s.relation.preposition}" if s.relation.preposition else "")
    parts = [s.subject.text if s.subject else "-", relation, s.object.text if s.object else "-"]
    marks = ["not"] if s.negated else []
    marks += [s.modality] if s.modality != "asserted" else []
    if s.attribution != "none":
        marks.append(s.attribution + (f": {s.speaker.text}" if s.speaker else ""))
    return " | ".join(parts) + (f" [{', '.join(marks)}]" if marks else "")


def mention_lines(tree: Tree) -> list[str]:
    """``text: kind`` for each mention; ``text: kind -> name`` where it stands for another."""
    found = read(tree).mentions
    return [
        f"{m.text}: {m.kind}" + (f" -> {_referred(tree, m)}" if m.refers else "") for m in found
    ]


def _referred(tree: Tree, mention: Mention) -> str:
    return tree.slice(mention.refers) if mention.refers else ""


def quotation_lines(tree: Tree) -> list[str]:
    """``kind | speaker | cue | words`` for each quotation, several stretches apart by ``...``."""
    return [
        " | ".join(
            (q.kind, *(" ... ".join(map(tree.slice, part)) for part in (q.speaker, q.cue, q.quote)))
        )
        for q in read(tree).quotations
    ]


# other label schemes


def convert(lines: str, scheme: str) -> Tree:
    """The tree of a short notation whose labels are those of another scheme."""
    lang = "en" if scheme == "clear" else "de"
    tree = draw(lines, lang)
    nodes = [
        Node(t.i, t.text, t.lemma, t.pos, t.tag, t.dep.replace("root", "ROOT"), t.head, t.morph)
        for t in tree.tokens
    ]
    tokens = [
        replace(token, pos=node.pos, dep=node.dep, head=node.head)
        for token, node in zip(tree.tokens, to_universal(nodes, scheme), strict=True)
    ]
    return make_tree(
        tree.text, lang, tokens, tree.sentences, entities=tree.entities, published=PUBLISHED
    )


# random parses

LABELS = (
    *("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:arg", "obl:agent", "nmod", "nmod:poss"),
    *("aux", "aux:pass", "cop", "mark", "case", "det", "det:poss", "amod", "advmod", "nummod"),
    *("conj", "cc", "punct", "appos", "flat", "flat:name", "compound", "compound:prt", "expl"),
    *("expl:pv", "ccomp", "xcomp", "advcl", "acl", "acl:relcl", "csubj", "csubj:pass"),
    *("parataxis", "dep", "discourse", "fixed", "vocative", "obl:tmod", "cc:preconj", "orphan"),
    *("dislocated", "list", "advmod:neg", "obl:npmod", "det:predet"),
)
_FORMS = (
    *("Trump", "Karl", "Maus", "IS", "USA", "US-Präsident", "IS-Kämpfer", "Syriens", "Welt", "SPD"),
    *("der", "die", "das", "er", "sie", "sich", "es", "kein", "keine", "nicht", "nur", "weder"),
    *("sagte", "habe", "hätte", "soll", "wird", "wurde", "worden", "ist", "forderte", "auf", "zu"),
    *("verkauft", "erobert", "eroberte", "zurückzunehmen", "zurück", "warnte", "festgehaltenen"),
    *("Präsident", "Polizei", "Angaben", "Terrormiliz", "Sprecher", "Europäer", "Ex-", "-", "U.S."),
    *("von", "durch", "laut", "zufolge", "nach", "so", "wie", "dass", "wenn", "und", "zum", "im"),
    *(
        "März",
        "Montag",
        "2014",
        "rund",
        "1200",
        "Drei",
        "15",
        "000",
        "Prozent",
        "gestern",
        "offenbar",
    ),
    *(
        "„",
        "“",
        "”",
        '"',
        "»",
        "«",
        ",",
        ".",
        ":",
        "?",
        "!",
        "(",
        ")",
        "–",
        "...",
        "the",
        "he",
        "said",
    ),
)
_MORPHS = ({}, {"Mood": "Imp"}, {"VerbForm": "Part"}, {"VerbForm": "Fin"}, {"Number": "Sing"})


@st.composite
def random_trees(draw_: st.DrawFn, lang: str = "de", *, labels: Sequence[str] = LABELS) -> Tree:
    """Sentences of random words, tags, labels and heads; heads never run in a circle."""
    tokens: list[Token] = []
    sentences: list[Span] = []
    text = ""
    for sent in range(draw_(st.integers(1, 4))):
        first, size = len(tokens), draw_(st.integers(1, 9))
        order = draw_(st.permutations(range(size)))
        heads = {order[0]: order[0]}
        for at in range(1, size):
            heads[order[at]] = order[draw_(st.integers(0, at - 1))]
        for n in range(size):
            form = draw_(st.sampled_from(_FORMS))
            tag = draw_(st.sampled_from(sorted(_COARSE)))
            dep = "root" if heads[n] == n else draw_(st.sampled_from(labels))
            morph = draw_(st.sampled_from(_MORPHS))
            i, end = first + n, len(text) + len(form)
            place = (i, len(text), end, form, form, _COARSE[tag], tag, dep, first + heads[n])
            tokens.append(Token(*place, morph, "", sent))
            text += form + draw_(st.sampled_from((" ", " ", " ", "")))
        sentences.append((first, len(tokens)))
        text += " "
    paragraphs = sorted(draw_(st.lists(st.integers(0, 2), min_size=sent + 1, max_size=sent + 1)))
    starts = draw_(st.sets(st.integers(0, len(tokens) - 1), max_size=2))
    kinds = [draw_(st.sampled_from(("PER", "ORG", "LOC", "MISC"))) for _ in starts]
    entities = [Entity(i, i + 1, kind) for i, kind in zip(sorted(starts), kinds, strict=True)]
    return make_tree(
        text,
        lang,
        tokens,
        sentences,
        paragraphs=paragraphs,
        entities=entities,
        published=PUBLISHED,
    )
