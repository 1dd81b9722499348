"""A real ``kg serve`` on loopback, for the tests that speak HTTP to it."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from conftest import command, environment

from kg.knowing.store import GraphStore

TOKEN = "only-for-tests"


@dataclass
class Live:
    """A running service: its address, its process, and a client that speaks to it."""

    url: str
    process: subprocess.Popen[str]
    client: httpx.Client
    store: Path
    said: str

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    @property
    def update(self) -> str:
        return f"{self.url}/update"

    def ask(self, sparql: str, **more: object) -> httpx.Response:
        """A query by GET."""
        return self.client.get(self.sparql, params={"query": sparql}, **more)  # type: ignore[arg-type]

    def change(self, sparql: str, **more: object) -> httpx.Response:
        """An update by POST, with the token."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
        body = sparql.encode()
        return self.client.post(self.update, content=body, headers=headers, **more)  # type: ignore[arg-type]

    def truth(self, sparql: str) -> bool:
        """The answer to an ASK."""
        answer = self.ask(sparql)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["boolean"])

    def end(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what else was said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=30)
        assert "Traceback" not in said, said
        return self.process.returncode, said


def make_store(path: Path, update: str) -> Path:
    """A store on disk that holds what an update puts there."""
    with GraphStore.open(path) as store:
        store.engine.update(update)  # type: ignore[attr-defined]
    return path


@contextmanager
def serving(store: Path, *options: object, **more: str) -> Iterator[Live]:
    """``kg serve`` on a free port, until the block ends."""
    process = subprocess.Popen(
        command("serve", "--store", store, "--port", 0, *options),
        stderr=subprocess.PIPE,
        text=True,
        env=environment(KG_TOKEN=TOKEN, **more),
    )
    assert process.stderr is not None
    said = ""
    while "answers SPARQL" not in said:
        line = process.stderr.readline()
        assert line, f"kg serve ended: {said}"
        said += line
    found = re.search(r"http://\S+:(\d+)/ answers", said)
    assert found, said
    url = f"http://127.0.0.1:{found[1]}"
    with httpx.Client(timeout=60, trust_env=False) as client:
        live = Live(url, process, client, store, said)
        try:
            yield live
        finally:
            if process.poll() is None:
                live.end()
