"""Queries in a process of its own, which is killed when one takes too long or too much.

An engine that works on a runaway query cannot be told to stop; a process can::

    with QueryWorker(Path("newskg-store")) as worker:
        reply = worker.ask("ASK { ?s ?p ?o }", accept=SPARQL_JSON)

The worker reads a snapshot, never writes, and sees at the next query what was
committed since. After a kill it is started again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any

from kg.asking.answers import Kind, read_fault, read_frame, write_frame
from kg.errors import KGError, QueryError, QueryLimitError, StoreError

SPARQL_JSON: Mapping[str, str] = {
    "select": "application/sparql-results+json",
    "ask": "application/sparql-results+json",
    "graph": "text/turtle",
}
"""A form for every kind of answer."""

START_S = 120.0
"""How long a new process may take to open the store; a log that a crash left is read first."""

_FOREVER_S = 1e7

_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from kg.asking.answers import run_worker
run_worker(sys.argv[2], int(sys.argv[3]))
"""
_OUT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"MemoryError", b"allocate memory")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take."""

    timeout_s: float = 30.0
    """Seconds of wall clock, from the open snapshot to the last byte of the answer."""
    memory_mb: int = 2048
    """Address space that the worker may add while it answers (Linux; elsewhere not limited)."""
    result_mb: int = 256
    """Size of an answer in bytes, as it is written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as bytes: rows of a SELECT, the truth of an ASK, or a graph."""

    kind: Kind
    media_type: str
    body: bytes


class QueryWorker:
    """Answers SPARQL over a store on disk in a process of its own.

    Use as a context manager, or call :meth:`close`. Threads may share a worker: it answers
    one query at a time, the others wait (their own time begins when their turn comes).
    Raises StoreError where there is no store.
    """

    def __init__(self, path: Path, *, limits: Limits = Limits()) -> None:
        self.path = Path(path)
        self.limits = limits
        self._lock = threading.Lock()
        self._process: _Process | None = _Process(self.path, limits.memory_mb)
        self._closed = False
        try:
            _check_store(self.path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> QueryWorker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process that answers; None when there is none just now."""
        process = self._process
        return process.pid if process else None

    def ask(
        self,
        sparql: str,
        *,
        accept: Mapping[str, str] = SPARQL_JSON,
        bindings: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
        timeout_s: float | None = None,
    ) -> Reply:
        """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE.

        ``accept`` names a media type for each kind of answer that the caller can take
        (``select``, ``ask``, ``graph``). ``bindings`` gives variables a value, written as in
        N-Triples. The default graph is the union of all graphs, unless the query has FROM or
        one of ``default_graphs`` and ``named_graphs`` is not None: then it is the merge of the
        former, and GRAPH sees the latter, as the SPARQL protocol has it. Relative IRIs
        are taken from ``base_iri``. ``timeout_s`` may shorten the limit.

        Raises QueryLimitError when the query was stopped, QueryFormatError for a kind of
        answer that ``accept`` does not name or a media type that it cannot have, QueryError
        with line, column and excerpt for a query that cannot be read, StoreError when the
        store cannot be opened.
        """
        limit_s = min(self.limits.timeout_s, timeout_s or self.limits.timeout_s)
        limit_s = limit_s if limit_s < _FOREVER_S else _FOREVER_S
        request = {
            "sparql": sparql,
            "accept": dict(accept),
            "bindings": dict(bindings or {}),
            "default_graphs": None if default_graphs is None else list(default_graphs),
            "named_graphs": None if named_graphs is None else list(named_graphs),
            "base_iri": base_iri,
            "result_mb": self.limits.result_mb,
            "timeout_s": limit_s,
        }
        with self._lock:
            try:
                return self._ask_living(request, limit_s)
            except _NeverBegunError:  # it had died before, while nobody asked
                return self._ask_living(request, limit_s)

    def _ask_living(self, request: Mapping[str, Any], limit_s: float) -> Reply:
        process = self._living()
        try:
            return process.ask(request, timeout_s=limit_s)
        except BaseException as error:
            if not isinstance(error, KGError) or process.is_over:
                self._end()
            raise

    def close(self) -> None:
        """Ends the process, also in the middle of a query, whose caller gets a QueryError."""
        self._closed = True
        if process := self._process:
            process.end()
        with self._lock:
            self._end()

    def _living(self) -> _Process:
        if self._closed:
            raise QueryError("query: the worker was closed")
        if self._process is not None and self._process.is_over:
            self._end()
        if self._process is None:
            self._process = _Process(self.path, self.limits.memory_mb)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


class _Process:
    """One run of ``kg.asking.answers.run_worker`` and the pipes to it."""

    def __init__(self, path: Path, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._ended = False
        self._talk = tempfile.TemporaryFile()  # noqa: SIM115 -- what the engine says as it dies
        self._last_words = b""
        paths = json.dumps([str(Path(entry).absolute()) for entry in sys.path])
        self._popen = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, paths, str(path.absolute()), str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._talk,
            start_new_session=True,  # Ctrl-C is for the parent
        )
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()
        threading.Thread(target=self._read_frames, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_over(self) -> bool:
        """Has it ended, or is it about to?"""
        return self._ended or self._popen.poll() is not None

    def ask(self, request: Mapping[str, Any], *, timeout_s: float) -> Reply:
        """The answer to one request of :func:`kg.asking.answers.run_worker`."""
        self._send(json.dumps(request).encode())
        late: KGError = StoreError(f"the store could not be opened within {START_S:g} s")
        head = json.loads(self._receive(START_S, late, begun=False))
        end = time.monotonic() + timeout_s
        late = QueryLimitError(
            f"query: stopped after {timeout_s:g} s; ask for less, or raise the time limit"
        )
        if not head:  # the snapshot is open, the query's own time begins
            head = json.loads(self._receive(timeout_s, late))
        body = self._receive(end - time.monotonic(), late)
        if "fault" in head:
            raise _fault(head, self._memory_mb)
        return Reply(head["kind"], head["media_type"], body)

    def end(self) -> None:
        """Kills the process and goes on at once: to free much memory takes a while."""
        self._ended = True
        self._popen.kill()

    def _send(self, frame: bytes) -> None:
        with suppress(OSError, ValueError):  # it is dead: the answer will tell
            write_frame(_pipe(self._popen.stdin), frame)

    def _receive(self, seconds: float, late: KGError, *, begun: bool = True) -> bytes:
        try:
            frame = self._frames.get(timeout=max(seconds, 0))
        except Empty:
            self.end()
            raise late from None
        if frame is None:
            raise self._obituary(begun=begun)
        return frame

    def _read_frames(self) -> None:
        """Takes in all that the process says, then buries it (in a thread of its own)."""
        while (frame := read_frame(_pipe(self._popen.stdout))) is not None:
            self._frames.put(frame)
        self._popen.wait()
        self._talk.seek(0)
        self._last_words = self._talk.read()
        for pipe in (self._popen.stdin, self._popen.stdout, self._talk):
            with suppress(OSError):  # what was not yet sent to a dead process
                _pipe(pipe).close()
        self._frames.put(None)

    def _obituary(self, *, begun: bool) -> KGError:
        """What the death of the process means to who asked."""
        if self._ended:
            return QueryError("query: the worker was closed")
        if any(sign in self._last_words for sign in _OUT_OF_MEMORY):
            return _out_of_memory(self._memory_mb)
        if self._popen.returncode == -_SIGKILL:
            kind = QueryError if begun else _NeverBegunError
            return kind("query: its process was killed from outside; ask again")
        return QueryError(
            f"query: the engine broke down (code {self._popen.returncode}); "
            "a query nested too deeply can do that"
        )


_SIGKILL = 9


class _NeverBegunError(QueryError):
    """A query that met a process which had been killed before."""


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _fault(head: Mapping[str, str], memory_mb: int) -> KGError:
    if head["fault"] == "memory":
        return _out_of_memory(memory_mb)
    return read_fault(head)


def _out_of_memory(memory_mb: int) -> QueryLimitError:
    return QueryLimitError(
        f"query: stopped, it needs more than {memory_mb} MB of memory; "
        "ask for less, or raise the memory limit"
    )


def _check_store(path: Path) -> None:
    """Raises StoreError where there is no store that can be read."""
    from kg.knowing.store import GraphStore

    GraphStore.open(path, read_only=True).close()
