"""A network of actors as files for other programs: Gephi, Cytoscape, yEd, spreadsheets, Aleph.

The same network gives the same bytes. What articles assert and what they report as
somebody's words stay apart in every format: as the ``layer`` of an edge and in its label,
and in FollowTheMoney as a link and a note. Characters that a format cannot hold become
``U+FFFD``; a file is written whole or not at all.
"""

from __future__ import annotations

import io
import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg import names
from kg.asking.network import OBJECT, Evidence, edge_rows, evidence_rows, node_rows, weigh_actors
from kg.asking.pictures import FAMILY_COLOURS, FAMILY_OF, TONE_COLOURS, tone_of
from kg.asking.queries import write_rows
from kg.errors import KGError
from kg.knowing.accounts import SCHEMA_OF_KIND, Record, ftm_id, merge_records, write_record

if TYPE_CHECKING:
    from typing import TypeAlias

    from kg.asking.network import Network

    Flat: TypeAlias = "nx.MultiDiGraph[str]"

Files = dict[str, str]
"""Texts by the name of their file; a single file has the name ``""``."""

NODE_COLUMNS = (
    "iri", "name", "kind", "mentions", "articles", "acts", "concerned", "aliases",
    "country", "sector",
)  # fmt: skip
"""The columns of ``nodes.csv``; new ones may come at the end, none will change."""

EDGE_COLUMNS = (
    "who_iri", "whom_iri", "layer", "count", "score", "relations", "event_types", "first",
    "last", "who", "whom",
)  # fmt: skip
"""The columns of ``edges.csv``, of which the first three tell one edge from all others."""

STATEMENT_COLUMNS = (
    "statement", "who", "relation", "role", "whom", "layer", "modality", "speaker",
    "event_type", "score", "sentence", "title", "publisher", "published", "url", "article",
    "source", "who_iri", "whom_iri", "confidence", "place",
)  # fmt: skip
"""The columns of ``statements.csv``."""

_GEXF = "http://gexf.net/1.3"
_VIZ = "http://gexf.net/1.3/viz"
_UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
_CONTROL = re.compile(r"[\t\n\r\x85]+")


def write_handover(graph: Network, out: Path, format: str, *, title: str = "") -> None:
    """Write a network into a file, or for ``csv`` into a folder; see :func:`make_files`.

    What stands there before is replaced once all is written. Raises KGError for an unknown
    format and for what cannot be written; then ``out`` is as it was.
    """
    files = make_files(graph, format, title=title)
    targets = {out / name if name else out: text.encode() for name, text in files.items()}
    made = "" not in files and not out.exists()
    try:
        if "" not in files:
            out.mkdir(parents=True, exist_ok=True)
        _write_together(targets)
    except OSError as error:
        if made:
            rmtree(out, ignore_errors=True)
        raise KGError(f"{out}: cannot be written ({error.strerror or error})") from error


def _write_together(targets: Mapping[Path, bytes]) -> None:
    """Write all files under other names first, then give each its own."""
    pending = {path: path.with_name(path.name + ".new") for path in targets}
    try:
        for path, data in targets.items():
            if path.is_dir():
                raise IsADirectoryError(0, f"{path.name} is a folder")
            pending[path].write_bytes(data)
        for path, new in pending.items():
            new.replace(path)
    finally:
        for new in pending.values():
            new.unlink(missing_ok=True)


def make_files(graph: Network, format: str, *, title: str = "") -> Files:
    """A network as the text of one file or more in one of ``HANDOVER_FORMATS``.

    ``gexf`` is GEXF 1.3 for Gephi with the days of publication as time; ``graphml`` and
    ``cytoscape`` (JSON) carry the same attributes; ``csv`` is ``nodes.csv``, ``edges.csv``
    and ``statements.csv``; ``ftm`` FollowTheMoney entities, a line each, with the ids that
    the export of a whole store gives them. ``title`` goes where a format has room for one.
    Raises KGError for an unknown format.
    """
    if format not in HANDOVER_FORMATS:
        raise KGError(
            f"no format {format!r} for a network: there are {', '.join(HANDOVER_FORMATS)}"
        )
    return HANDOVER_FORMATS[format](graph, _line(title))


def clean_text(text: str) -> str:
    r"""A text without the characters that XML and UTF-8 cannot hold.

    >>> clean_text("a\x00b\ud800")
    'a�b�'
    """
    return _UNFIT.sub("\ufffd", text)


def _line(text: str) -> str:
    return clean_text(_CONTROL.sub(" ", text))


def _label(node: str, data: Mapping[str, Any]) -> str:
    return _line(data["label"]).strip() or _clean_iri(node)


def _clean_iri(iri: str) -> str:
    """An IRI as an id: what does not belong into one is written with ``%``."""
    return _UNFIT.sub(lambda match: f"%{ord(match[0]):X}", iri)


# --- one flat graph for all that know attributes


def flatten_network(graph: Network) -> Flat:
    """The network with attributes that are text and numbers only, safe in any file.

    Edges are keyed ``e1``, ``e2`` ...; an edge of claims says so in its label as well. What
    is not known is left out.
    """
    flat: Flat = nx.MultiDiGraph()
    weight = weigh_actors(graph)
    for node, data in graph.nodes(data=True):
        facts = {
            "label": _label(node, data),
            "kind": data["kind"],
            "mentions": data["mentions"],
            "articles": data["articles"],
            "statements": weight[node],
            "aliases": "; ".join(map(_line, data["aliases"])),
            "color": FAMILY_COLOURS[FAMILY_OF[data["kind"]]],
        }
        known = {name: _line(data[name]) for name in ("country", "sector") if data.get(name)}
        flat.add_node(_clean_iri(node), **facts, **known)
    for number, (who, whom, data) in enumerate(graph.edges(data=True), start=1):
        flat.add_edge(_clean_iri(who), _clean_iri(whom), key=f"e{number}", **_edge_facts(data))
    return flat


def _edge_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    facts = {
        "label": ("claim: " if data["layer"] == "claim" else "")
        + _line(", ".join(data["relations"])),
        "layer": data["layer"],
        "count": data["count"],
        "weight": float(data["count"]),
        "score": data["score"],
        "relations": _counted(data["relations"]),
        "event_types": _counted(data["event_types"]),
        "first": data["first"],
        "last": data["last"],
        "color": TONE_COLOURS[tone_of(data["score"])],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _with_evidence(graph: Network, flat: Flat) -> Iterator[tuple[Any, tuple[Evidence, ...]]]:
    """The edges of the flat network, each with the statements behind it."""
    found = (data["evidence"] for _, _, data in graph.edges(data=True))
    return zip(flat.edges(keys=True, data=True), found, strict=True)


def _counted(counts: Mapping[str, int]) -> str:
    return "; ".join(f"{_line(name)} {count}" for name, count in counts.items())


# --- GEXF

_NODE_ATTRIBUTES = {
    "kind": "string", "mentions": "integer", "articles": "integer", "statements": "integer",
    "aliases": "string", "country": "string", "sector": "string",
}  # fmt: skip
_EDGE_ATTRIBUTES = {
    "layer": "string", "count": "integer", "score": "double", "relations": "string",
    "event_types": "string", "first": "string", "last": "string",
}  # fmt: skip


def _make_gexf(graph: Network, title: str) -> Files:
    """GEXF 1.3: nodes and edges are there on the days their statements were published.

    In GEXF 1.3 both ends of a spell belong to it, so one day starts and ends on itself. What
    has a statement of unknown day has no spells: it is always there.
    """
    ET.register_namespace("viz", _VIZ)
    root = ET.Element("gexf", {"xmlns": _GEXF, "version": "1.3"})
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "creator").text = "newskg"
    ET.SubElement(meta, "description").text = title
    head = {"defaultedgetype": "directed", "mode": "dynamic", "timeformat": "date"}
    body = ET.SubElement(root, "graph", {**head, "timerepresentation": "interval"})
    for name, types in (("node", _NODE_ATTRIBUTES), ("edge", _EDGE_ATTRIBUTES)):
        declared = ET.SubElement(body, "attributes", {"class": name})
        for key, kind in types.items():
            ET.SubElement(declared, "attribute", {"id": key, "title": key, "type": kind})
    flat = flatten_network(graph)
    _add_nodes(ET.SubElement(body, "nodes"), graph, flat)
    _add_edges(ET.SubElement(body, "edges"), graph, flat)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return {"": f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'}


def _add_nodes(parent: ET.Element, graph: Network, flat: Flat) -> None:
    found: dict[str, list[Evidence]] = {node: [] for node in flat.nodes}
    for who, whom, data in graph.edges(data=True):
        for end in (who, whom):
            found[_clean_iri(end)] += data["evidence"]
    for node, facts in flat.nodes(data=True):
        element = ET.SubElement(parent, "node", {"id": node, "label": facts["label"]})
        _add_facts(element, facts, _NODE_ATTRIBUTES, _days(found[node]))
        size = f"{10 + 4 * math.sqrt(facts['statements']):.2f}"
        ET.SubElement(element, f"{{{_VIZ}}}size", {"value": size})


def _add_edges(parent: ET.Element, graph: Network, flat: Flat) -> None:
    for (who, whom, key, facts), evidence in _with_evidence(graph, flat):
        ends = {"id": key, "source": who, "target": whom, "label": facts["label"]}
        more = {"weight": str(facts["weight"]), "kind": facts["layer"]}
        element = ET.SubElement(parent, "edge", {**ends, **more})
        _add_facts(element, facts, _EDGE_ATTRIBUTES, _days(evidence))
        shape = "dashed" if facts["layer"] == "claim" else "solid"
        ET.SubElement(element, f"{{{_VIZ}}}shape", {"value": shape})


def _add_facts(
    element: ET.Element, facts: Mapping[str, Any], names_: Iterable[str], days: Iterable[str]
) -> None:
    """Attributes, spells and colour of a node or an edge."""
    values = ET.SubElement(element, "attvalues")
    for name in names_:
        if facts.get(name, "") != "":
            ET.SubElement(values, "attvalue", {"for": name, "value": str(facts[name])})
    known = list(days)
    if known:
        spells = ET.SubElement(element, "spells")
        for day in known:
            ET.SubElement(spells, "spell", {"start": day, "end": day})
    channels = zip("rgb", bytes.fromhex(facts["color"][1:]), strict=True)
    ET.SubElement(element, f"{{{_VIZ}}}color", {name: str(value) for name, value in channels})


def _days(evidence: Iterable[Evidence]) -> list[str]:
    """The days on which the statements were published; none where one of them is not dated."""
    days = {e.published for e in evidence}
    return [] if None in days else sorted(day for day in days if day)


# --- GraphML, Cytoscape, CSV


def _make_graphml(graph: Network, title: str) -> Files:
    flat = flatten_network(graph)
    if title:
        flat.graph["title"] = title
    out = io.BytesIO()
    nx.write_graphml_xml(flat, out, prettyprint=True)
    return {"": out.getvalue().decode()}


def _make_cytoscape(graph: Network, title: str) -> Files:
    """The elements of Cytoscape.js; an edge names its statements too."""
    flat = flatten_network(graph)
    for (_, _, key, facts), evidence in _with_evidence(graph, flat):
        facts.update(id=key, statements=[_clean_iri(e.statement) for e in evidence])
    data = nx.cytoscape_data(flat, name="label")
    data["data"] = {"name": title, "source": "newskg"}
    return {"": json.dumps(data, ensure_ascii=False, indent=1) + "\n"}


def _make_csv(graph: Network, title: str) -> Files:
    more = {
        node: {**data, "aliases": "; ".join(data["aliases"])}
        for node, data in graph.nodes(data=True)
    }
    edges = edge_rows(graph)
    ends = [{end: row[end] for end in ("who_iri", "whom_iri")} for row in edges]
    of_statements = (
        pair for pair, row in zip(ends, edges, strict=True) for _ in range(row["count"])
    )
    found = zip(evidence_rows(graph), of_statements, strict=True)
    return {
        "nodes.csv": _table(
            [{**more[row["iri"]], **row} for row in node_rows(graph)], NODE_COLUMNS
        ),
        "edges.csv": _table(edges, EDGE_COLUMNS),
        "statements.csv": _table([{**row, **pair} for row, pair in found], STATEMENT_COLUMNS),
    }


def _table(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> str:
    """CSV with a head even where there are no rows; texts like formulas have a ``'`` in front."""
    clean = [{name: _clean_cell(row.get(name)) for name in columns} for row in rows]
    return write_rows(clean, "csv") or ",".join(columns) + "\n"


def _clean_cell(value: Any) -> Any:
    return _line(value).strip() if isinstance(value, str) else value


# --- FollowTheMoney


def _make_ftm(graph: Network, title: str) -> Files:
    found = sorted(_records(graph), key=lambda record: record[0])
    groups = groupby(found, key=lambda record: record[0])
    return {"": "".join(write_record(merge_records(group)) + "\n" for _, group in groups)}


def _records(graph: Network) -> Iterator[Record]:
    for node, data in graph.nodes(data=True):
        told = {
            "name": [_label(node, data)],
            "alias": [_line(alias) for alias in data["aliases"]],
            "classification": [data["kind"]],
        }
        yield ftm_id(_clean_iri(node)), SCHEMA_OF_KIND[data["kind"]], told
    for who, whom, data in graph.edges(data=True):
        for evidence in data["evidence"]:
            ends = (_clean_iri(who), _clean_iri(whom))
            words = (graph.nodes[who]["label"], evidence.relation, graph.nodes[whom]["label"])
            yield _article(evidence)
            yield _link_or_note(evidence, data["layer"], ends, _line(" ".join(words)))


def _article(evidence: Evidence) -> Record:
    told = {
        "title": evidence.title,
        "fileName": evidence.source,
        "sourceUrl": evidence.url,
        "publishedAt": evidence.published,
        "publisher": evidence.publisher,
    }
    known = {name: [_line(value)] for name, value in told.items() if value}
    return ftm_id(_clean_iri(evidence.article)), "Article", known


def _link_or_note(evidence: Evidence, layer: str, ends: tuple[str, str], words: str) -> Record:
    """What an article asserts is a link between two entities; a claim is a note about both."""
    statement = _clean_iri(evidence.statement)
    about = [ftm_id(end) for end in ends]
    told = {
        "proof": [ftm_id(_clean_iri(evidence.article))],
        "summary": [clean_text(evidence.sentence)],
        "sourceUrl": [_line(evidence.url or "")],
        "publisher": [_line(evidence.publisher or "")],
    }
    if layer != "plain":
        says = f"{_line(evidence.speaker)} says" if evidence.speaker else "not asserted"
        limit = f" ({evidence.modality})" if evidence.modality != "asserted" else ""
        note = {"description": [f"{says}{limit}: {words}"], "entity": about}
        return ftm_id(statement), "Note", {**told, **note}
    aside = "" if evidence.role == OBJECT else "-" + names.mint(evidence.role, *ends)
    link = {
        "subject": about[:1],
        "object": about[1:],
        "role": [_line(evidence.relation)],
        "recordId": [names.shorten(statement)],
    }
    return ftm_id(statement) + aside, "UnknownLink", {**told, **link}


HANDOVER_FORMATS: Mapping[str, Callable[[Network, str], Files]] = {
    "gexf": _make_gexf,
    "graphml": _make_graphml,
    "csv": _make_csv,
    "cytoscape": _make_cytoscape,
    "ftm": _make_ftm,
}
"""What other programs read: Gephi, most of them, spreadsheets, Cytoscape, Aleph."""
