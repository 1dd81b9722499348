"""The ontology files: every term declared, labelled, and really used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef

from kg.knowing import triples
from kg.knowing.events import read_event_types
from kg.lexicon import ontology_path
from kg.names import KG

NEWS = Graph().parse(ontology_path("news.ttl"), format="turtle")
DECLARED = {
    str(term).removeprefix(KG)
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    for term in NEWS.subjects(RDF.type, kind)
}
VALUES = {
    str(term).removeprefix(KG)
    for kind in ("Polarity", "Modality")
    for term in NEWS.subjects(RDF.type, URIRef(KG + kind))
}
KNOWING = Path(triples.__file__).parent
WRITERS = ("triples.py", "store.py", "happenings.py")
SOURCES = "".join((KNOWING / name).read_text("utf-8") for name in WRITERS)
USED = set(re.findall(r'kg_term\(f?"(\w+)"', SOURCES)) | set(triples.CLASS_OF_KIND.values())
INDIRECT = {  # written through a variable in triples.py
    "subject",
    "subjectText",
    "object",
    "objectText",
    "low",
    "high",
    "affirmed",
    "negated",
    "mentionCount",
    "articleCount",
    "digest",  # kg/knowing/engines.py
    "inputDigest",
}


def test_every_term_that_is_written_is_declared() -> None:
    assert set() == USED - DECLARED - VALUES
    assert len(USED) > 60


def test_every_declared_property_is_written() -> None:
    properties = {
        str(term).removeprefix(KG)
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in NEWS.subjects(RDF.type, kind)
    }
    assert properties - USED - INDIRECT == set()


def test_every_class_is_written_or_has_subclasses() -> None:
    classes = {str(t).removeprefix(KG) for t in NEWS.subjects(RDF.type, OWL.Class)}
    above = {str(t).removeprefix(KG) for t in NEWS.objects(None, RDFS.subClassOf)}
    types = {type for type, _ in read_event_types()}
    assert classes - USED - above - types == {"Polarity", "Modality"}


@pytest.mark.parametrize("name", sorted(DECLARED | VALUES))
def test_each_term_has_labels_comment_and_example(name: str) -> None:
    term = URIRef(KG + name)
    assert {label.language for label in NEWS.objects(term, RDFS.label)} == {"de", "en"}
    assert len(str(NEWS.value(term, RDFS.comment))) > 5
    assert str(NEWS.value(term, SKOS.example))


def test_the_sixteen_event_types_are_classes() -> None:
    types = {type for type, _ in read_event_types()}
    event = URIRef(KG + "Event")
    assert len(types) == 16
    assert types == {str(t).removeprefix(KG) for t in NEWS.subjects(RDFS.subClassOf, event)}


def test_every_type_has_a_line_of_its_own_and_a_sane_score() -> None:
    types = read_event_types()
    assert all((type, "-") in types for type, _ in types)
    assert all(-10 <= float(found.score) <= 10 for found in types.values())


@pytest.mark.parametrize("file", ["alignments.ttl", "shapes.ttl"])
def test_other_files_speak_only_of_declared_terms(file: str) -> None:
    graph = Graph().parse(ontology_path(file), format="turtle")
    terms = {str(t) for triple in graph for t in triple if str(t).startswith(KG)} - {KG}
    text = ontology_path(file).read_text("utf-8")
    terms |= {KG + name for name in re.findall(r"\bkg:(\w+)", text)}
    assert {term.removeprefix(KG) for term in terms} <= DECLARED | VALUES


def test_there_is_one_shape_for_each_written_class() -> None:
    shapes = Graph().parse(ontology_path("shapes.ttl"), format="turtle")
    targets = [str(t).removeprefix(KG) for t in shapes.objects(None, SH.targetClass)]
    types = {type for type, _ in read_event_types()}
    assert len(targets) == len(set(targets))
    assert set(targets) == (USED & {n for n in DECLARED if n[0].isupper()}) - types


def test_every_shape_speaks_to_people() -> None:
    shapes = Graph().parse(ontology_path("shapes.ttl"), format="turtle")
    rules = [*shapes.objects(None, SH.property), *shapes.objects(None, SH.sparql)]
    assert len(rules) > 70
    assert all(str(shapes.value(rule, SH.message)).endswith(".") for rule in rules)
