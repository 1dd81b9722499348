"""Real SPARQL 1.1 servers on loopback, for the tests: Oxigraph and Virtuoso.

Oxigraph's server comes with the development tools of this project. Virtuoso is taken where it
is installed (``virtuoso-t`` and ``isql-vt``, in Debian's virtuoso-opensource-7-bin).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

VIRTUOSO = shutil.which("virtuoso-t"), shutil.which("isql-vt")
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 4000
MainThreadStackSize = 2000000
ThreadStackSize = 1000000
FutureThreadStackSize = 2000000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
"""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, log: Path) -> Iterator[None]:
    """A server from the moment that ``url`` answers to the end of the block."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            for _ in range(600):
                if server.poll() is not None:
                    pytest.fail(f"{command[0]} ended: {log.read_text('utf-8', 'replace')[-500:]}")
                try:
                    httpx.get(url, timeout=5, trust_env=False)
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield
        finally:
            server.kill()


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[str]:
    """The query URL of an empty Oxigraph server; a test is skipped where there is none."""
    program = Path(sys.executable).with_name("oxigraph")
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if found is None:
        pytest.skip("no oxigraph server here")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [found, "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{port}"]
    with running(command, f"{base}/", folder / "oxigraph.log"):
        yield f"{base}/query"


@contextmanager
def virtuoso_server(folder: Path, *, most_rows: int | None = None) -> Iterator[str]:
    """The base URL of an empty Virtuoso server; a test is skipped where there is none."""
    server, isql = VIRTUOSO
    if server is None or isql is None:
        pytest.skip("no virtuoso here")
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    text = _INI.format(folder=folder, sql=sql, http=http)
    if most_rows is not None:
        text += f"[SPARQL]\nResultSetMaxRows = {most_rows}\n"
    ini.write_text(text, encoding="utf-8")
    command = [server, "+foreground", "+configfile", str(ini)]
    base = f"http://127.0.0.1:{http}"
    with running(command, f"{base}/sparql?query=ASK%7B%7D", folder / "out.log"):
        grant = 'GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run(
            [isql, str(sql), "dba", "dba", f"exec={grant}"],
            check=True,
            timeout=60,
            capture_output=True,
        )
        yield base
