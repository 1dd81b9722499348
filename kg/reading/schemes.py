"""Other label schemes into Universal Dependencies.

A pipeline speaks one of three schemes: UD (the built-in German one), TIGER (spaCy's
German ones) or CLEAR (spaCy's English ones). The words of a scheme stand in one table
each under ``ontology/lexicon/schemes``; what differs in *structure* is turned here, in
four small steps: prepositions below their noun, auxiliaries below their verb, copulas
below their predicate, conjuncts below the first. The rules know only UD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kg.lexicon import ontology_path, read_table


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label of a foreign scheme, the tag of its dependent, and the UD label."""

    label: str
    pos: str
    role: str
    example: str


@dataclass(slots=True)
class Node:
    """A token while its tree is being turned."""

    i: int
    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    morph: Mapping[str, str]


MARKERS = {"ud": {"nsubj", "obl"}, "tiger": {"sb", "oa"}, "clear": {"nsubjpass", "dobj"}}
"""Labels that give a scheme away; all must be there."""

_INNER_PREPOSITION = {"NOUN", "PROPN", "PRON", "NUM", "ADJ", "SYM"}


def find_scheme(labels: Iterable[str]) -> str | None:
    """``ud``, ``tiger`` or ``clear`` from a parser's labels; None when it is none of them."""
    known = set(labels)
    return next((name for name, marks in MARKERS.items() if marks <= known), None)


@cache
def read_labels(scheme: str) -> Mapping[tuple[str, str], str]:
    """(label, coarse tag or ``-``) -> UD label."""
    rows = read_table(ontology_path("lexicon", "schemes", f"{scheme}.tsv"), LabelRow)
    return {(row.label, row.pos): row.role for row in rows}


def to_universal(nodes: list[Node], scheme: str) -> list[Node]:
    """The nodes of one text, turned into UD in place, and returned."""
    if scheme == "ud":
        return nodes
    table = read_labels(scheme)
    for node in nodes:
        node.dep = table.get((node.dep, node.pos)) or table.get((node.dep, "-")) or "dep"
    _lower_auxiliaries(nodes)
    _lower_copulas(nodes)
    _lower_conjunctions(nodes)
    _lower_prepositions(nodes)
    _name_passives(nodes)
    return nodes


def _below(nodes: list[Node], i: int) -> list[Node]:
    return [n for n in nodes if n.head == i and n.i != i]


def _swap(nodes: list[Node], upper: Node, lower: Node, dep: str) -> None:
    """``lower`` takes the place of ``upper``, which becomes its dependent ``dep``."""
    lower.head = lower.i if upper.head == upper.i else upper.head
    lower.dep = upper.dep
    for other in _below(nodes, upper.i):
        if other is not lower:
            other.head = lower.i
    upper.head, upper.dep = lower.i, dep


def _lower_auxiliaries(nodes: list[Node]) -> None:
    """TIGER: the finite auxiliary heads its verb (``oc``); UD: the other way round."""
    for node in nodes:
        while _hangs_on_auxiliary(nodes, node):
            _swap(nodes, nodes[node.head], node, "aux")
    for node in nodes:
        if node.dep == "oc":
            below = _below(nodes, node.i)
            mark = any(n.dep == "mark" and n.tag != "PTKZU" for n in below)
            finite = any(_is_finite(n) for n in (node, *below) if n is node or n.dep == "aux")
            node.dep = "ccomp" if mark or finite else "xcomp"


def _hangs_on_auxiliary(nodes: list[Node], node: Node) -> bool:
    upper = nodes[node.head]
    if node.dep != "oc" or upper is node or upper.pos != "AUX":
        return False
    return node.pos in {"VERB", "AUX"} and not _has_zu_bracket(nodes, node)


def _is_finite(node: Node) -> bool:
    return node.tag in {"VVFIN", "VAFIN", "VMFIN"} or node.morph.get("VerbForm") == "Fin"


def _has_zu_bracket(nodes: list[Node], node: Node) -> bool:
    return any(n.dep == "mark" and n.tag == "KOUS" for n in _below(nodes, node.i))


def _lower_copulas(nodes: list[Node]) -> None:
    """TIGER and CLEAR: the copula heads its predicate; UD: the predicate is the head."""
    for node in nodes:
        if node.dep != "predicate" or node.head == node.i:
            continue
        upper = nodes[node.head]
        if upper.lemma in {"sein", "be"}:
            upper.pos = "AUX"
            _swap(nodes, upper, node, "cop")
        else:
            node.dep = "xcomp"


def _lower_conjunctions(nodes: list[Node]) -> None:
    """TIGER: the second conjunct hangs below the conjunction (``cd``); UD: below the first."""
    for node in nodes:
        if node.dep != "cd":
            continue
        first = nodes[node.head]
        conjuncts = [n for n in _below(nodes, node.i) if n.dep == "conj"]
        for other in conjuncts:
            other.head = first.i
        node.dep = "cc"
        if conjuncts:
            node.head = conjuncts[0].i


def _lower_prepositions(nodes: list[Node]) -> None:
    """A preposition heads its noun in both schemes; in UD it is the noun's ``case``."""
    for node in sorted(nodes, key=lambda n: -_depth(nodes, n)):
        if node.dep not in {"prep", "agent"}:
            continue
        noun = _complement(nodes, node)
        if noun is None:
            node.dep = "compound:prt" if node.pos == "ADP" else "advmod"
            continue
        agent = node.dep == "agent"
        _swap(nodes, node, noun, "case" if noun.dep != "pcomp" else "mark")
        upper = nodes[noun.head]
        nominal = upper.pos in _INNER_PREPOSITION and upper.i != noun.i
        noun.dep = "obl:agent" if agent else "nmod" if nominal else "obl"
        if noun.pos == "VERB":
            noun.dep = "acl" if nominal else "advcl"
    for node in nodes:
        if node.dep in {"nk", "pobj", "pcomp"}:
            node.dep = "nmod" if node.pos in {"NOUN", "PROPN"} else "dep"


def _depth(nodes: list[Node], node: Node) -> int:
    depth = 0
    while node.head != node.i and depth < len(nodes):
        node, depth = nodes[node.head], depth + 1
    return depth


def _complement(nodes: list[Node], node: Node) -> Node | None:
    """The noun of a preposition; of a compound one ("according to") that of its last word."""
    below = _below(nodes, node.i)
    own = [n for n in below if n.dep in {"pobj", "nk", "pcomp"}]
    return next(iter(own), None) or next((n for n in below if n.dep in {"obl", "nmod"}), None)


def _name_passives(nodes: list[Node]) -> None:
    """TIGER does not mark the passive: ``werden`` + participle does."""
    for node in nodes:
        below = _below(nodes, node.i)
        passive = any(n.dep == "aux" and n.lemma == "werden" for n in below)
        if node.tag != "VVPP" or not passive:
            continue
        for n in below:
            if n.dep == "nsubj":
                n.dep = "nsubj:pass"
            elif n.dep == "aux" and n.lemma == "werden":
                n.dep = "aux:pass"
