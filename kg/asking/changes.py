"""Updates in a process of their own, which holds the store's lock only while it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError, QueryLimitError

if TYPE_CHECKING:
    from kg.asking.protocol import Change
    from kg.asking.workers import Limits

_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from kg.asking.changes import run_request
run_request()
"""


def run_change(path: Path, change: Change, *, base: str, limits: Limits) -> None:
    """Carries out an update on the store in a directory, all or nothing.

    Raises QueryError for one that cannot be read or reaches outside the store,
    QueryLimitError when it takes too long or too much, StoreError when another process
    writes.
    """
    request = {
        "path": str(path.absolute()),
        "sparql": change.sparql,
        "graphs": change.using,
        "named": change.using_named,
        "base": base,
        "memory_mb": limits.memory_mb,
    }
    paths = json.dumps([str(Path(entry).absolute()) for entry in sys.path])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START, paths],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.timeout_s,
            start_new_session=True,  # Ctrl-C is for the parent
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise QueryLimitError(
            f"update: stopped after {limits.timeout_s:g} s; nothing was changed"
        ) from error
    if done.returncode:
        raise QueryLimitError(
            f"update: stopped, it needs more than {limits.memory_mb} MB of memory or breaks the "
            "engine; nothing was changed"
        )
    if done.stdout:
        from kg.asking.answers import read_fault

        raise read_fault(json.loads(done.stdout))


def run_request() -> None:
    """Does what standard input says, and writes what went wrong to standard output."""
    from kg.asking.answers import limit_memory, write_fault
    from kg.knowing.engines import EmbeddedEngine
    from kg.knowing.store import GraphStore
    from kg.knowing.updates import add_using

    request = json.load(sys.stdin)
    limit_memory(request["memory_mb"])
    try:
        update = add_using(request["sparql"], graphs=request["graphs"], named=request["named"])
        with GraphStore.open(request["path"]) as store:
            assert isinstance(store.engine, EmbeddedEngine)  # what a directory holds
            store.engine.update(update, base_iri=request["base"])
    except KGError as error:
        json.dump(write_fault(error), sys.stdout)
