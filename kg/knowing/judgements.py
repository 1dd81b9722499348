"""What people decided of who is who: a file that wins over the program.

It is a table that only grows, one judgement a line, beside the store and not in it, so that
it survives when the store is built anew. The last line about a pair counts; ``undone`` gives
the pair back to the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from kg.errors import InputError
from kg.knowing.identity import Verdict
from kg.knowing.profiles import ProfileKey

VERDICTS = ("same", "different", "unsure", "undone")
_AT = "@"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody decided of two entities, each named by its id in one article.

    ``verdict`` is one of VERDICTS; of two that are different, ``one`` is the odd one out.
    ``when`` is a time in UTC, ``YYYY-MM-DDTHH:MM:SSZ``; ``why`` is free text, perhaps empty.
    """

    verdict: str
    one: ProfileKey
    other: ProfileKey
    one_name: str
    other_name: str
    who: str
    when: str
    why: str = ""

    @property
    def pair(self) -> frozenset[ProfileKey]:
        """The two, in no order."""
        return frozenset((self.one, self.other))


_COLUMNS = tuple(f.name for f in fields(Judgement))


def judgements_path(store: Path) -> Path:
    """Where the judgements about a store are kept: ``news.judgements.tsv`` for ``news``.

    The environment variable ``KG_JUDGEMENTS`` names another file.
    """
    given = os.environ.get("KG_JUDGEMENTS", "").strip()
    whole = store.resolve()
    folder = store.parent if store.name.strip(".") else whole.parent  # "." has no name
    return Path(given) if given else folder / f"{whole.name}.judgements.tsv"


def read_judgements(path: Path) -> list[Judgement]:
    """All judgements, oldest first; none where there is no file.

    Raises InputError, naming file and line, for a line that is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    numbered = [(n, line.rstrip("\r")) for n, line in enumerate(lines, 1)]
    kept = [(n, line) for n, line in numbered if line.strip() and not line.startswith("#")]
    if kept and tuple(kept[0][1].split("\t")) != _COLUMNS:
        raise InputError(
            f"{path}:{kept[0][0]}: the first line names the columns: {' '.join(_COLUMNS)}"
        )
    return [_read_line(line, f"{path}:{n}") for n, line in kept[1:]]


def _read_line(line: str, where: str) -> Judgement:
    cells = line.split("\t")
    cells += [""] * (len(_COLUMNS) - len(cells))
    if len(cells) != len(_COLUMNS) or cells[0] not in VERDICTS:
        raise InputError(f"{where}: not a judgement: {line[:80]!r}")
    verdict, one, other, *rest = cells
    return Judgement(verdict, _read_key(one, where), _read_key(other, where), *rest)


def _read_key(text: str, where: str) -> ProfileKey:
    own, at, article = text.rpartition(_AT)
    if not (own and at and article):
        raise InputError(f"{where}: {text!r} is not an id, @ and an article")
    return ProfileKey(article, own)


def append_judgement(path: Path, judgement: Judgement) -> None:
    """Adds a line to the file, whole or not at all. Raises InputError where it cannot."""
    cells = [
        f"{value.own}{_AT}{value.article}" if isinstance(value, ProfileKey) else _clean(value)
        for value in (getattr(judgement, name) for name in _COLUMNS)
    ]
    try:
        known = path.read_bytes() if path.exists() else b""
        head = "" if known.strip() else "\t".join(_COLUMNS) + "\n"
        head = "\n" + head if known and not known.endswith(b"\n") else head
        with path.open("ab") as file:
            file.write((head + "\t".join(cells) + "\n").encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements that count: the last of each pair, undone ones left out; oldest first."""
    last: dict[frozenset[ProfileKey], Judgement] = {}
    for judgement in judgements:
        last.pop(judgement.pair, None)
        last[judgement.pair] = judgement
    return [j for j in last.values() if j.verdict != "undone"]


def verdicts_of(judgements: Sequence[Judgement]) -> list[Verdict]:
    """What standing judgements tell the program; ``unsure`` tells it nothing."""
    return [
        Verdict(j.one, j.other, j.verdict == "same", _reason(j))
        for j in standing(judgements)
        if j.verdict in {"same", "different"}
    ]


def _reason(judgement: Judgement) -> str:
    why = f" ({judgement.why})" if judgement.why else ""
    return f"judged {judgement.verdict} by {judgement.who} on {judgement.when[:10]}{why}"
