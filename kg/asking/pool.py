"""A few query workers behind a queue, for a service that answers many at once.

A query that finds no worker free waits; one that finds the queue full is told to come
back. Where nobody waits for an answer any more, its worker is stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from kg.asking.answers import Snapshot
from kg.asking.changes import run_change
from kg.asking.protocol import Change, ProtocolError, Question
from kg.asking.workers import Limits, QueryWorker, Reply
from kg.errors import QueryError

Leaving = Callable[[], Coroutine[Any, Any, None]]
"""A function whose coroutine ends when the client has gone."""


class Pool:
    """Workers over the store in a directory. Raises StoreError where there is none."""

    def __init__(
        self, path: Path, *, limits: Limits | None = None, workers: int = 2, max_waiting: int = 32
    ) -> None:
        self.path = path
        self.limits = limits or Limits()
        self.max_waiting = max_waiting
        self._waiting = 0
        self._closed = False
        self._seats = [_Seat(path, self.limits) for _ in range(workers)]
        self._free: asyncio.Queue[_Seat] = asyncio.Queue()
        for seat in self._seats:
            self._free.put_nowait(seat)
        self._threads = ThreadPoolExecutor(workers + 2, thread_name_prefix="kg-ask")
        self._one_change = asyncio.Lock()
        self._snapshot = Snapshot(path)

    def look(self) -> object:
        """Something that is the same as before as long as nothing was committed to the store."""
        return self._snapshot.look()

    async def ask(
        self, question: Question, *, accept: Mapping[str, str], base: str, leaving: Leaving
    ) -> Reply:
        """The answer to a question; its worker is stopped when the client leaves.

        Raises QueryError and its children, StoreError, and ProtocolError (503) when too
        many wait.
        """
        left: asyncio.Future[None] = asyncio.ensure_future(leaving())
        try:
            seat = await self._take(left)
            ask = partial(seat.ask, question, accept=accept, base=base)
            asked = asyncio.get_running_loop().run_in_executor(self._threads, ask)
            asked.add_done_callback(lambda _: self._give_back(seat))
            return await self._wait(asked, left, seat)
        finally:
            left.cancel()

    async def _take(self, left: asyncio.Future[None]) -> _Seat:
        """The next free seat, unless the client leaves first."""
        if self._free.empty() and self._waiting >= self.max_waiting:
            again = {"retry-after": "1"}
            raise ProtocolError(503, "too many queries wait already; try again", headers=again)
        turn = asyncio.ensure_future(self._free.get())
        both: set[asyncio.Future[Any]] = {turn, left}
        self._waiting += 1
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            turn.add_done_callback(self._put_back)
            raise
        finally:
            self._waiting -= 1
            if not turn.done():
                turn.cancel()
        if left.done() or self._closed:
            turn.add_done_callback(self._put_back)
            self._check_open()
            raise QueryError("query: nobody waits for the answer any more")
        return turn.result()

    def _put_back(self, turn: asyncio.Future[_Seat]) -> None:
        if not turn.cancelled():
            self._free.put_nowait(turn.result())

    async def _wait(
        self, asked: asyncio.Future[Reply], left: asyncio.Future[None], seat: _Seat
    ) -> Reply:
        both: set[asyncio.Future[Any]] = {asked, left}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                seat.stop()
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            seat.stop()
            raise
        except QueryError:
            self._check_open()  # a worker that was closed says nothing about the query
            raise

    def _check_open(self) -> None:
        if self._closed:
            raise ProtocolError(503, "the service is ending")

    def _give_back(self, seat: _Seat) -> None:
        """Lets the next query have the seat, when a worker sits there again."""
        if seat.is_filled or self._closed:
            self._free.put_nowait(seat)
            return

        def put(done: asyncio.Future[None]) -> None:
            done.exception()  # the next query will meet it again, and tell
            self._free.put_nowait(seat)

        ready = asyncio.get_running_loop().run_in_executor(self._threads, seat.fill)
        ready.add_done_callback(put)

    async def change(self, change: Change, *, base: str) -> None:
        """Carries out an update, one at a time. Raises QueryError, or StoreError for a lock."""
        run = partial(run_change, self.path, change, base=base, limits=self.limits)
        async with self._one_change:
            self._check_open()
            await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def close(self) -> None:
        """Ends the workers, also in the middle of a query; who waits for one gets a QueryError."""
        self._closed = True
        for seat in self._seats:
            seat.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Seat:
    """The place of one worker; a worker that was stopped gets a successor."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._new = partial(QueryWorker, path, limits=limits)
        self._worker: QueryWorker | None = self._new()
        self._closed = False

    def ask(self, question: Question, *, accept: Mapping[str, str], base: str) -> Reply:
        self.fill()
        worker = self._worker
        if worker is None:
            raise QueryError("query: the service is ending")
        return worker.ask(
            question.sparql,
            accept=accept,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            base_iri=base,
        )

    def fill(self) -> None:
        """Has a worker ready, so that the next query need not wait for its start."""
        if not self.is_filled:
            self.stop()
            self._worker = None if self._closed else self._new()

    @property
    def is_filled(self) -> bool:
        return self._worker is not None and self._worker.pid is not None

    def stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def close(self) -> None:
        self._closed = True
        self.stop()
