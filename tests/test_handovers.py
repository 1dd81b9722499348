"""Networks as files: other programs read them, claims stay claims, labels stay labels."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_exports import NEEDED, PROPERTIES, RANGES

from kg.asking.handovers import (
    EDGE_COLUMNS,
    HANDOVER_FORMATS,
    NODE_COLUMNS,
    STATEMENT_COLUMNS,
    make_files,
    write_handover,
)
from kg.asking.network import Evidence, make_network
from kg.errors import KGError
from kg.names import ART, ENT, ST

GEXF = "{http://gexf.net/1.3}"
SCHEMA = Path(__file__).parent / "gexf.rng"


def told(number: int, day: str | None = "2021-03-04", **facts: Any) -> Evidence:
    """A statement of its own article."""
    known = {"relation": "verklagen", "role": "object", "score": -6.0, "event_type": "Sanction"}
    known |= {"sentence": "Quellwerk hat Norda verklagt.", "title": "Streit ums Wasser"}
    known |= {"url": f"https://bote.example/{number}", "publisher": "Bote", "source": "a.txt"}
    return Evidence(
        statement=f"{ST}s{number}", article=f"{ART}a{number}", **{**known, **facts},
        published=day,
    )  # fmt: skip


ACTORS = {
    ENT + "quellwerk": {"label": "Quellwerk AG", "kind": "Company", "aliases": ("QW", "Quellwerk")},
    ENT + "norda": {"label": "Norda", "kind": "State", "aliases": ()},
    ENT + "ilse-brandt": {"label": "Ilse Brandt", "kind": "Person", "aliases": ()},
}
PLAIN = (ENT + "quellwerk", ENT + "norda", "plain")
CLAIM = (ENT + "quellwerk", ENT + "norda", "claim")
UNDATED = (ENT + "ilse-brandt", ENT + "quellwerk", "plain")


def network(
    actors: Mapping[str, Mapping[str, Any]] = ACTORS,
    edges: Mapping[tuple[str, str, str], list[Evidence]] | None = None,
) -> Any:
    found = {iri: {"mentions": 3, "articles": 2, **data} for iri, data in actors.items()}
    standard = {
        PLAIN: [told(1), told(2, "2021-03-09"), told(3, "2021-03-04")],
        CLAIM: [told(4, speaker="Ilse Brandt"), told(5, modality="demanded")],
        UNDATED: [told(6, None, relation="Chefin", role="organisation", score=None)],
    }
    return make_network(found, standard if edges is None else edges)


def text(format: str, graph: Any = None, **options: Any) -> str:
    return make_files(graph or network(), format, **options)[""]


def table(name: str, graph: Any = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(make_files(graph or network(), "csv")[name])))


HOSTILE = ["</node>", "a\x00b\ud800c", "=1+1", "\r\n@x", '"&<!--', "]]>", "\u202eabc", "", "\ufffe"]


TEXTS = ("relation", "sentence", "title", "publisher")


def hostile_network() -> Any:
    actors = {
        f"{ENT}{number}": {"label": label, "kind": "Person", "aliases": (label,)}
        for number, label in enumerate(HOSTILE)
    }
    edges = {
        (f"{ENT}0", f"{ENT}{number}", layer): [
            told(number + 100 * (layer == "claim"), **dict.fromkeys(TEXTS, label))
        ]
        for number, label in enumerate(HOSTILE)
        for layer in ("plain", "claim")
        if number
    }
    return network(actors, edges)


# --- all formats


@pytest.mark.parametrize("format", HANDOVER_FORMATS)
def test_the_same_network_gives_the_same_files(format: str) -> None:
    assert make_files(network(), format) == make_files(network(), format)
    assert make_files(network(), format) != make_files(network(edges={PLAIN: [told(1)]}), format)


@pytest.mark.parametrize("format", HANDOVER_FORMATS)
def test_hostile_labels_are_only_text(format: str) -> None:
    for name, found in make_files(hostile_network(), format, title="<b>\x00\ud800").items():
        found.encode()
        assert "\x00" not in found
        if format in ("gexf", "graphml"):
            ET.fromstring(found)
        if format == "csv":
            assert all("=1+1" not in row.values() for row in table(name, hostile_network()))


@pytest.mark.parametrize("format", HANDOVER_FORMATS)
def test_an_empty_network_is_a_whole_file(format: str) -> None:
    files = make_files(network(edges={}), format)
    assert all(found or format == "ftm" for found in files.values())


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KGError, match="gexf, graphml, csv, cytoscape, ftm"):
        make_files(network(), "dot")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "n.gexf"
    out.write_text("old")
    write_handover(network(), out, "gexf")
    assert out.read_text("utf-8") == text("gexf")
    with pytest.raises(KGError, match="cannot be written"):
        write_handover(network(), tmp_path / "missing" / "n.gexf", "gexf")
    assert [path.name for path in tmp_path.iterdir()] == ["n.gexf"]


def test_tables_are_written_together_into_a_folder(tmp_path: Path) -> None:
    out = tmp_path / "new" / "tables"
    write_handover(network(), out, "csv")
    assert {path.name for path in out.iterdir()} == {"nodes.csv", "edges.csv", "statements.csv"}
    (out / "nodes.csv").write_text("old")
    (out / "statements.csv").unlink()
    (out / "statements.csv").mkdir()
    with pytest.raises(KGError, match=r"statements\.csv is a folder"):
        write_handover(network(), out, "csv")
    assert (out / "nodes.csv").read_text() == "old"
    assert not list(out.glob("*.new"))


@given(st.text(max_size=30))
@settings(max_examples=60)
def test_labels_come_back_as_they_were(label: str) -> None:
    actors = {iri: {**data, "label": label} for iri, data in ACTORS.items()}
    graph = network(actors, {PLAIN: [told(1, relation=label)]})
    xml = nx.read_graphml(io.BytesIO(text("graphml", graph).encode()))
    gexf = nx.read_gexf(io.BytesIO(text("gexf", graph).encode()), version="1.3")
    labels = {found.nodes[ENT + "norda"]["label"] for found in (xml, gexf)}
    assert len(labels) == 1
    if label.isprintable() and label.strip() and all(ord(c) < 0xFDD0 for c in label):
        assert labels == {label.strip()}


def test_a_folder_made_in_vain_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(KGError, match="No space left"):
        write_handover(network(), tmp_path / "tables", "csv")
    assert not list(tmp_path.iterdir())


def test_a_folder_half_filled_in_vain_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "edges.csv":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KGError, match="Input/output error"):
        write_handover(network(), tmp_path / "tables", "csv")
    assert not list(tmp_path.iterdir())


# --- GEXF


@pytest.mark.parametrize("graph", [network(), hostile_network(), network(edges={})])
def test_gexf_keeps_to_the_schema(graph: Any) -> None:
    etree = pytest.importorskip("lxml.etree")
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    found = etree.fromstring(text("gexf", graph, title="Wer & wem").encode())
    schema.assertValid(found)
    ids = {node.get("id") for node in found.iter(f"{GEXF}node")}
    ends = {edge.get(end) for edge in found.iter(f"{GEXF}edge") for end in ("source", "target")}
    assert ends <= ids
    edges = [edge.get("id") for edge in found.iter(f"{GEXF}edge")]
    assert len(set(edges)) == len(edges)


def test_gexf_edges_are_there_on_the_days_of_their_statements() -> None:
    root = ET.fromstring(text("gexf"))
    spells = {
        (edge.get("source"), edge.get("kind")): [
            (spell.get("start"), spell.get("end")) for spell in edge.iter(f"{GEXF}spell")
        ]
        for edge in root.iter(f"{GEXF}edge")
    }
    two_days = [("2021-03-04", "2021-03-04"), ("2021-03-09", "2021-03-09")]
    assert spells[ENT + "quellwerk", "plain"] == two_days
    assert spells[ENT + "quellwerk", "claim"] == two_days[:1]
    assert spells[ENT + "ilse-brandt", "plain"] == [], "undated: always there"
    nodes = {node.get("id"): list(node.iter(f"{GEXF}spell")) for node in root.iter(f"{GEXF}node")}
    assert {iri.removeprefix(ENT): len(found) for iri, found in nodes.items()} == {
        "ilse-brandt": 0,
        "norda": 2,
        "quellwerk": 0,
    }


def test_networkx_opens_gexf() -> None:
    graph = nx.read_gexf(io.BytesIO(text("gexf").encode()), version="1.3")
    assert graph.nodes[ENT + "norda"]["kind"] == "State"
    assert graph.nodes[ENT + "norda"]["viz"]["color"] == {"r": 0, "g": 158, "b": 115, "a": 1.0}
    found = {data["layer"]: data for _, _, data in graph.edges(ENT + "quellwerk", data=True)}
    assert found["plain"]["count"] == 3
    assert found["plain"]["relations"] == "verklagen 3"
    assert (found["claim"]["score"], found["claim"]["event_types"]) == (-6.0, "Sanction 2")
    assert found["claim"]["label"] == "claim: verklagen"


# --- GraphML and Cytoscape


def test_networkx_opens_graphml() -> None:
    graph = nx.read_graphml(io.BytesIO(text("graphml", title="Wer & wem").encode()))
    assert {(data["layer"], data["count"]) for _, _, data in graph.edges(data=True)} == {
        ("plain", 3),
        ("claim", 2),
        ("plain", 1),
    }
    assert graph.nodes[ENT + "quellwerk"]["aliases"] == "QW; Quellwerk"


def test_another_program_opens_graphml(tmp_path: Path) -> None:
    rustworkx = pytest.importorskip("rustworkx")
    for graph in (network(), hostile_network()):
        write_handover(graph, tmp_path / "n.graphml", "graphml")
        (found,) = rustworkx.read_graphml(str(tmp_path / "n.graphml"))
        assert (len(found), found.num_edges()) == (len(graph), graph.number_of_edges())
    assert {edge["layer"] for edge in found.edges()} == {"plain", "claim"}


def test_networkx_opens_cytoscape_elements() -> None:
    data = json.loads(text("cytoscape", title="Wer wem"))
    graph = nx.cytoscape_graph(data)
    assert graph.nodes[ENT + "norda"]["name"] == "Norda"
    assert {key for _, _, key in graph.edges(keys=True)} == {"e1", "e2", "e3"}
    edges = [edge["data"] for edge in data["elements"]["edges"]]
    assert len({edge["id"] for edge in edges}) == 3
    (claim,) = (edge for edge in edges if edge["layer"] == "claim")
    assert claim["statements"] == [ST + "s4", ST + "s5"]
    assert claim["label"].startswith("claim: ")


# --- tables


def test_tables_have_a_row_an_actor_an_edge_and_a_statement() -> None:
    files = make_files(network(), "csv")
    heads = {name: tuple(found.splitlines()[0].split(",")) for name, found in files.items()}
    assert heads == {
        "nodes.csv": NODE_COLUMNS,
        "edges.csv": EDGE_COLUMNS,
        "statements.csv": STATEMENT_COLUMNS,
    }
    assert heads["nodes.csv"] == tuple(
        make_files(network(edges={}), "csv")["nodes.csv"][:-1].split(",")
    )
    assert [row["name"] for row in table("nodes.csv")] == ["Quellwerk AG", "Norda", "Ilse Brandt"]
    assert [row["count"] for row in table("edges.csv")] == ["3", "2", "1"]
    rows = table("statements.csv")
    assert [row["layer"] for row in rows].count("claim") == 2
    last = rows[-1]
    assert (last["who"], last["relation"], last["whom"]) == (
        "Ilse Brandt",
        "Chefin",
        "Quellwerk AG",
    )
    assert (last["who_iri"], last["whom_iri"]) == UNDATED[:2]
    assert (last["score"], last["published"], last["title"]) == ("", "", "Streit ums Wasser")


@given(st.sampled_from("=+-@\t\r\n"), st.text(max_size=9))
@settings(max_examples=60)
def test_no_cell_is_a_formula(first: str, rest: str) -> None:
    label = first + rest
    actors = {iri: {**data, "label": label} for iri, data in ACTORS.items()}
    graph = network(actors, {PLAIN: [told(1, sentence=label, title=label, score=-9.0)]})
    for name in ("nodes.csv", "edges.csv", "statements.csv"):
        for row in table(name, graph):
            formulas = [cell for cell in row.values() if cell.startswith(tuple("=+-@\t\r\n"))]
            assert set(formulas) <= {"-9"}


# --- FollowTheMoney


def records(graph: Any = None) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in text("ftm", graph).splitlines()]
    assert len({record["id"] for record in found}) == len(found)
    return {record["id"]: record for record in found}


@pytest.mark.parametrize("graph", [network(), hostile_network()])
def test_records_have_the_schemas_and_properties_of_followthemoney(graph: Any) -> None:
    found = records(graph)
    for record in found.values():
        schema, properties = record["schema"], record["properties"]
        assert set(properties) <= PROPERTIES[schema], record
        assert set(properties) >= NEEDED.get(schema, set()), record
        for name in set(properties) & set(RANGES):
            assert {found[id]["schema"] for id in properties[name]} <= RANGES[name], record


def test_a_claim_is_a_note_and_never_a_link() -> None:
    found = records()
    assert found["st-s4"]["schema"] == found["st-s5"]["schema"] == "Note"
    said = found["st-s4"]["properties"]["description"]
    assert said == ["Ilse Brandt says: Quellwerk AG verklagen Norda"]
    demanded = found["st-s5"]["properties"]["description"]
    assert demanded == ["not asserted (demanded): Quellwerk AG verklagen Norda"]
    link = found["st-s1"]
    assert link["schema"] == "UnknownLink"
    assert link["properties"]["subject"] == ["ent-quellwerk"]
    assert link["properties"]["object"] == ["ent-norda"]
    assert link["properties"]["summary"] == ["Quellwerk hat Norda verklagt."]


def test_a_statement_about_several_is_a_link_to_each() -> None:
    with_whom = (ENT + "quellwerk", ENT + "ilse-brandt", "plain")
    both = {PLAIN: [told(1)], with_whom: [told(1, role="oblique:mit")]}
    links = [r for r in records(network(edges=both)).values() if r["schema"] == "UnknownLink"]
    assert sorted(link["properties"]["object"] for link in links) == [
        ["ent-ilse-brandt"],
        ["ent-norda"],
    ]
