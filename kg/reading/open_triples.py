"""Open information extraction: every fact of a sentence in its own words.

A triple is subject, relation, object as the words stand in the sentence, in the sense
of the BenchIE benchmark: a participant apart from its adjuncts, conjuncts apart, no
attribution, no modality, no pronoun resolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.reading.clauses import Clause, Oblique
from kg.reading.phrases import phrase_span
from kg.reading.trees import Tree

Triple = tuple[str, str, str]


def find_triples(tree: Tree, clauses: Sequence[Clause]) -> list[Triple]:
    """The triples of a text, each once, in the order of its clauses; what stands in an
    infinitive is not asserted.
    """
    told = (clause for clause in clauses if clause.kind != "infinitive")
    found = (triple for clause in told for triple in _from_clause(tree, clause))
    return list(dict.fromkeys(t for t in found if all(t)))


def _from_clause(tree: Tree, clause: Clause) -> Iterator[Triple]:
    verbs = _verbs(tree, clause)
    for subject in clause.subjects:
        name = _words(tree, subject)
        if clause.copula is not None:
            yield name, verbs, _with_preposition(tree, clause.head)
            for o in _inside(tree, clause.head):
                yield name, f"{verbs} {_bare(tree, clause.head, o.token)}", _oblique(tree, o)
            continue
        yield from _from_verb(tree, clause, name, verbs)


def _verbs(tree: Tree, clause: Clause) -> str:
    """The verbs in the order of a main clause: "der das Haus verkauft hatte" is "hatte
    verkauft".
    """
    opening = [clause.finite] if clause.finite is not None else []
    rest = [v for v in clause.verbs if v not in opening]
    return " ".join(tree[v].text for v in [*opening, *rest])


def _from_verb(tree: Tree, clause: Clause, name: str, verbs: str) -> Iterator[Triple]:
    objects = () if clause.passive else clause.objects
    for obj in objects:
        yield name, verbs, _words(tree, obj)
    anchor = f"{verbs} {_words(tree, objects[0])}" if objects else verbs
    agent = [Oblique(_agent_case(tree, clause.agent), clause.agent)] if clause.agent else []
    for oblique in [*clause.obliques, *agent]:
        yield name, anchor, _oblique(tree, oblique)


def _agent_case(tree: Tree, agent: int) -> str:
    cases = [tree[c].text for c in tree.children(agent, "case")]
    return cases[0] if cases else ""


def _words(tree: Tree, i: int) -> str:
    start, end = phrase_span(tree, i, appositions=False)
    return " ".join(tree.text[start:end].split())


def _with_preposition(tree: Tree, i: int) -> str:
    case = [tree[c].text for c in tree.children(i, "case") if c < i]
    return " ".join([*case[:1], _words(tree, i)])


def _oblique(tree: Tree, oblique: Oblique) -> str:
    return _with_preposition(tree, oblique.token)


def _inside(tree: Tree, i: int) -> list[Oblique]:
    """Prepositional phrases inside a predicate noun."""
    return [
        Oblique("", c)
        for c in tree.children(i, "nmod", "obl")
        if tree.children(c, "case") and c > i
    ]


def _bare(tree: Tree, i: int, cut: int) -> str:
    """The words of a phrase up to the prepositional phrase at ``cut``."""
    start, _ = phrase_span(tree, i, appositions=False)
    first = min(tree.subtree(cut))
    return " ".join(tree.text[start : tree[first].start].split())
