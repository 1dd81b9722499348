"""Kills a build at random moments, many times, and looks whether anything was lost.

    python tests/torture.py [--kills 200] [--seed 1]       (make torture)

Two versions of the same articles are built in turn into one store. Each build is killed
(SIGKILL) at a random moment, also while entities are decided; the next one goes on. After
every kill each article must be there whole, in the one version or the other, or not at all.
At the end the store must equal one that was built undisturbed, byte for byte.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import io
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from conftest import command, environment
from handmade import make_reading
from pyoxigraph import NamedNode

from kg.errors import StoreError
from kg.knowing.checks import check_store
from kg.knowing.engines import DIGEST
from kg.knowing.store import GraphStore
from kg.records import Reading, write_record

PUBLISHED = NamedNode("https://schema.org/datePublished")


def make_version(count: int, published: str) -> list[Reading]:
    """Articles of one version; the second version of each has another date and text length."""
    return [make_reading(f"a{number:04}", published=published) for number in range(count)]


def write_seam(path: Path, readings: Sequence[Reading]) -> Path:
    """What ``kg read`` would have written."""
    with path.open("w", encoding="utf-8") as file:
        for reading in readings:
            file.writelines(write_record(record) + "\n" for record in reading.records())
    return path


def build(seam: Path, store: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("build", seam, "--store", store, "--quiet"),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def build_whole(seam: Path, store: Path) -> float:
    """Builds undisturbed; gives the seconds that it took."""
    start = time.monotonic()
    with build(seam, store) as running:
        _, said = running.communicate()
    if running.returncode:
        raise SystemExit(f"the build failed: {said.decode()}")
    return time.monotonic() - start


def export(store: Path) -> bytes:
    out = io.BytesIO()
    with GraphStore.open(store, read_only=True) as graph:
        graph.export("nquads", out)
    return out.getvalue()


def read_digests(store: Path) -> dict[str, str]:
    """The digest of each article."""
    with GraphStore.open(store, read_only=True, catch_up=False) as graph:
        found = graph.quads(None, DIGEST)
        return {quad.subject.value: quad.object.value for quad in found}  # type: ignore[union-attr]


def find_faults(store: Path, allowed: dict[str, set[str]]) -> Iterator[str]:
    """What must not be after a kill: an article neither whole nor away."""
    if not (store / "store.json").exists():
        return
    with contextlib.suppress(FileNotFoundError), GraphStore.open(store) as graph:
        for finding in check_store(graph):
            if "not as it was written" in finding.what or "no digest" in finding.what:
                yield str(finding)
            if "differs from the articles" in finding.what:
                yield str(finding)
    for article, digest in read_digests(store).items():
        if digest not in allowed[article]:
            yield f"{article}: of no version that was ever written"


def is_amid(store: Path, articles: int) -> bool:
    """Whether the build was killed between its first and its last word to the store."""
    if not (store / "store.json").exists():
        return False
    try:
        with GraphStore.open(store, read_only=True, catch_up=False) as graph:
            dates = {q.object.value for q in graph.quads(None, PUBLISHED)}  # type: ignore[union-attr]
            found = len(graph.article_ids())
            return len(dates) > 1 or 0 < found < articles or bool(graph.stale_entities())
    except StoreError:  # killed while the engine's folder was made: the next build makes it
        return False


@dataclasses.dataclass
class Torture:
    """One store under torture."""

    folder: Path
    seams: Sequence[Path]
    allowed: dict[str, set[str]]
    seconds: float
    random: random.Random
    kills: int = 0
    finished: int = 0
    amid: int = 0
    """Kills while some articles were new and others not yet, or entities not yet decided."""
    faults: list[str] = dataclasses.field(default_factory=list)

    def strike(self) -> None:
        """One build, killed at a random moment unless it is quicker."""
        seam = self.seams[self.finished % 2]
        with build(seam, self.folder / "victim") as running:
            try:
                running.wait(timeout=self.random.uniform(0.05, 1.0) * self.seconds)
            except subprocess.TimeoutExpired:
                running.kill()
            said = running.stderr.read().decode() if running.stderr else ""
        if running.returncode == 0:
            self.finished += 1
        elif running.returncode == -9:
            self.kills += 1
            self.amid += is_amid(self.folder / "victim", len(self.allowed))
            self.faults += find_faults(self.folder / "victim", self.allowed)
        else:
            self.faults.append(f"a build ended with {running.returncode}: {said}")


def torture(folder: Path, *, kills: int, articles: int, seed: int) -> Torture:
    """Kills builds until ``kills`` is reached; then the last build must complete."""
    versions = [make_version(articles, date) for date in ("2019-08-02", "2020-02-29")]
    seams = [write_seam(folder / f"{n}.jsonl", found) for n, found in enumerate(versions)]
    seconds = [build_whole(seam, folder / f"whole{n}") for n, seam in enumerate(seams)]
    known = [read_digests(folder / f"whole{n}") for n in range(2)]
    allowed = {article: {known[0][article], known[1][article]} for article in known[0]}
    victim = Torture(folder, seams, allowed, max(seconds), random.Random(seed))
    while victim.kills < kills and not victim.faults:
        victim.strike()
        if sys.stderr.isatty():
            print(f"{victim.kills} kills, {victim.finished} whole builds", file=sys.stderr)
    build_whole(seams[1], folder / "victim")
    if export(folder / "victim") != export(folder / "whole1"):
        victim.faults.append("the final graph differs from that of an undisturbed build")
    with GraphStore.open(folder / "victim") as graph:
        victim.faults += [str(finding) for finding in check_store(graph)]
    return victim


def main() -> None:
    """Runs the torture and says how it ended."""
    parser = argparse.ArgumentParser(description="Kills builds and looks what is lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--articles", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = torture(
                Path(folder), kills=wanted.kills, articles=wanted.articles, seed=wanted.seed
            )
        except StoreError as error:
            raise SystemExit(f"the store cannot be opened any more: {error}") from error
    for fault in done.faults:
        print(fault)
    end = f"{len(done.faults)} faults" if done.faults else "nothing lost"
    kills = f"{done.kills} kills, {done.amid} of them amid writing"
    print(f"{kills}, {done.finished} whole builds: {end}")
    sys.exit(bool(done.faults))


if __name__ == "__main__":
    main()
