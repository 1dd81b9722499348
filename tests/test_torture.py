"""A few kills of the torture (``make torture`` runs hundreds)."""

from __future__ import annotations

from pathlib import Path

from torture import torture


def test_a_killed_build_loses_nothing(tmp_path: Path) -> None:
    done = torture(tmp_path, kills=4, articles=12, seed=7)
    assert done.faults == []
    assert done.kills == 4
