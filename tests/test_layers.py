"""Imports go one way: a stage never imports a stage to its right."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each line may import from lines above it; within a line, nothing imports its neighbour
# unless it stands further left.
ORDER = [
    ["kg", "kg.errors"],
    ["kg.records", "kg.names", "kg.lexicon", "kg.confidence"],
    ["kg.reading.languages", "kg.reading.trees", "kg.reading.schemes", "kg.reading.vocabulary"],
    ["kg.reading.times", "kg.reading.quantities", "kg.reading.articles"],
    ["kg.reading.parsing", "kg.reading.models", "kg.reading.clauses", "kg.reading.mending"],
    [
        "kg.reading.boundaries",
        "kg.reading.mentions",
        "kg.reading.offices",
        "kg.reading.phrases",
        "kg.reading.wordings",
    ],
    ["kg.reading.referents", "kg.reading.antecedents", "kg.reading.descriptions"],
    [
        "kg.reading.coreference",
        "kg.reading.marks",
        "kg.reading.speakers",
        "kg.reading.speech",
        "kg.reading.open_triples",
    ],
    ["kg.reading.direct_speech", "kg.reading.indirect_speech"],
    ["kg.reading.sources", "kg.reading.free_speech", "kg.reading.quotations"],
    ["kg.reading.signs", "kg.reading.statements"],
    ["kg.knowing.officeholders", "kg.knowing.entities"],
    ["kg.knowing.events", "kg.knowing.profiles"],
    ["kg.knowing.clues", "kg.knowing.identity", "kg.knowing.judgements"],
    ["kg.knowing.triples", "kg.knowing.copies", "kg.knowing.happenings", "kg.knowing.reports"],
    ["kg.knowing.ledger"],
    ["kg.knowing.refusals", "kg.knowing.updates"],
    ["kg.knowing.engines", "kg.knowing.servers", "kg.knowing.store"],
    ["kg.knowing.views", "kg.knowing.checks", "kg.knowing.shapes", "kg.knowing.explain"],
    ["kg.knowing.reviewing"],
    ["kg.knowing.layouts", "kg.knowing.accounts"],
    ["kg.knowing.scopes", "kg.knowing.exports", "kg.knowing.imports"],
    ["kg.asking.bindings", "kg.asking.answers", "kg.asking.workers"],
    ["kg.asking.gazetteers", "kg.asking.queries", "kg.asking.network", "kg.asking.sheets"],
    ["kg.asking.measures", "kg.asking.paths", "kg.asking.balances", "kg.asking.periods"],
    ["kg.asking.pictures", "kg.asking.places", "kg.asking.pages", "kg.asking.notebooks"],
    ["kg.asking.charts", "kg.asking.handovers"],
    ["kg.asking.negotiation", "kg.asking.guard", "kg.asking.description", "kg.asking.protocol"],
    ["kg.asking.changes", "kg.asking.pool"],
    ["kg.asking.findings", "kg.asking.lookups", "kg.asking.wording"],
    ["kg.asking.explorer", "kg.asking.service"],
    ["kg.evaluate", "kg.pipeline"],
    ["cli"],
]
STORES = {
    f"kg.knowing.{name}"
    for name in ("store", "engines", "refusals", "updates", "exports", "imports", "accounts")
} | {"kg.knowing.events", "kg.knowing.triples"}  # for the types and kinds that there are
RANK = {name: (row, at) for row, line in enumerate(ORDER) for at, name in enumerate(line)}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found & set(RANK)


MODULES = sorted(
    path
    for path in [*(ROOT / "kg").rglob("*.py"), ROOT / "cli.py"]
    if path.read_text(encoding="utf-8").strip()
    and path.name != "__init__.py"
    and "models" not in path.parts
)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_module_has_its_place(path: Path) -> None:
    assert module_name(path) in RANK


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_one_way(path: Path) -> None:
    name = module_name(path)
    upward = {other for other in imported(path) if RANK[other] >= RANK.get(name, (99, 0))}
    assert not upward - {name}


def test_reading_knowing_and_asking_do_not_know_each_other() -> None:
    for path in MODULES:
        name = module_name(path)
        stage = re.match(r"kg\.(reading|knowing|asking)\.", name)
        if stage is None:
            continue
        others = {"reading", "knowing", "asking"} - {stage[1]}
        for other in imported(path):
            met = re.match(r"kg\.(reading|knowing|asking)\.", other)
            allowed = name.startswith("kg.asking") and other in STORES
            assert met is None or met[1] not in others or allowed, f"{name} imports {other}"


def test_spacy_stays_in_parsing() -> None:
    for path in MODULES:
        if module_name(path) != "kg.reading.parsing":
            assert not re.search(r"^\s*(import|from) spacy", path.read_text("utf-8"), re.M), path


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{module_name(path)}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 60
    ]
    assert not long
