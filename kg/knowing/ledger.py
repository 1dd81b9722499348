"""Which profiles there are, and what was decided of them: a small database beside the graph.

``entities.sqlite`` in a store's directory can be thrown away at any time: all of it comes
from the copies of what was read, and the next :meth:`Ledger.decide` makes it anew. It saves
reading all copies again when one article is added: only profiles that share a key with new,
changed or removed ones are decided again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import StoreError
from kg.knowing.clues import keys_of, read_weights
from kg.knowing.copies import Sketch
from kg.knowing.happenings import Report
from kg.knowing.identity import Assignment, Doubt, Identities, Verdict, decide_identities
from kg.knowing.profiles import Profile, ProfileKey, read_profile, write_profile
from kg.knowing.reports import OwnReport, place_report, read_report, write_report
from kg.lexicon import lexicon_version
from kg.names import mint

FORMAT = 4
"""The format of the database; another one is thrown away and made anew."""

_TABLES = """
CREATE TABLE IF NOT EXISTS article (
  id TEXT PRIMARY KEY, stamp TEXT, written TEXT, wanted TEXT);
CREATE TABLE IF NOT EXISTS profile (
  article TEXT, own TEXT, data TEXT, PRIMARY KEY (article, own)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shared (
  key TEXT, article TEXT, own TEXT, PRIMARY KEY (key, article, own)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS profile_by_own ON profile (own);
CREATE INDEX IF NOT EXISTS shared_by_profile ON shared (article, own);
CREATE TABLE IF NOT EXISTS waiting (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assigned (
  article TEXT, own TEXT, entity TEXT, name TEXT, kind TEXT, reason TEXT, score REAL,
  PRIMARY KEY (article, own)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS assigned_by_entity ON assigned (entity);
CREATE TABLE IF NOT EXISTS doubt (
  one_article TEXT, one_own TEXT, other_article TEXT, other_own TEXT,
  score REAL, reason TEXT, mentions INTEGER);
CREATE INDEX IF NOT EXISTS doubt_by_one ON doubt (one_article, one_own);
CREATE INDEX IF NOT EXISTS doubt_by_other ON doubt (other_article);
CREATE TABLE IF NOT EXISTS sketch (article TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS report (article TEXT, id TEXT, data TEXT, PRIMARY KEY (article, id));
CREATE TABLE IF NOT EXISTS noted (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_REACHED = """
CREATE TEMP TABLE IF NOT EXISTS reached (
  article TEXT, own TEXT, PRIMARY KEY (article, own)) WITHOUT ROWID"""
"""The profiles that are being decided, for joins."""
_NAMES = (
    "article",
    "profile",
    "shared",
    "waiting",
    "assigned",
    "doubt",
    "report",
    "sketch",
    "noted",
)
_KEYS_BESIDE = """
SELECT DISTINCT other.key FROM shared AS one
JOIN shared AS other USING (article, own) WHERE one.key = ?"""
_HAPPENINGS = "happenings"
_UNKNOWN = "?"
"""Stands for assignments that a graph may have been written with, when nobody knows."""


class Ledger:
    """Profiles and decisions. ``Ledger(None)`` lives in memory.

    Raises StoreError where the file cannot be used; a broken one is made anew.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        with ledger_errors(self.path):
            try:
                return self._connect()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) or self.path is None:
                    raise
                self._throw_away()
                return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path or ":memory:", isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is made anew
        (format,) = db.execute("PRAGMA user_version").fetchone()
        if format != FORMAT:
            for name in _NAMES:
                db.execute(f"DROP TABLE IF EXISTS {name}")
            db.executescript(_TABLES)
            db.execute(f"PRAGMA user_version = {FORMAT}")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute(_REACHED)
        return db

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    def start_anew(self) -> None:
        """Forgets all; what was read is still there."""
        self._db.close()
        self._throw_away()
        self._db = self._open()

    def _throw_away(self) -> None:
        if self.path is not None:
            for ending in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    # --- what articles say

    def stamps(self) -> dict[str, str]:
        """The stamp of each article's copy when its profiles were made."""
        return dict(self._rows("SELECT id, stamp FROM article"))

    def put(
        self,
        article: str,
        stamp: str,
        profiles: Iterable[Profile],
        *,
        reports: Iterable[OwnReport] = (),
        written: Mapping[str, Assignment] | None = None,
    ) -> None:
        """Replaces the profiles of an article; keys that changed wait to be decided again.

        ``written`` are the assignments that its graph was written with, None if unknown.
        """
        new = {profile.key: profile for profile in profiles}
        with self._transaction() as db:
            old = self._profiles_of(article)
            if old != new:
                self._drop(db, article)
                rows = [(article, k.own, write_profile(p)) for k, p in new.items()]
                db.executemany("INSERT INTO profile VALUES (?, ?, ?)", rows)
                shared = [(key, article, k.own) for k, p in new.items() for key in keys_of(p)]
                db.executemany("INSERT INTO shared VALUES (?, ?, ?)", shared)
                self._wait(db, (key for key, _, _ in shared))
            self._put_reports(db, article, reports)
            db.execute(
                "INSERT OR REPLACE INTO article VALUES (?, ?, ?, '')",
                (article, stamp, _UNKNOWN if written is None else digest_of(written)),
            )
            db.execute("DELETE FROM sketch WHERE article = ?", (article,))
            self._want(db, [article])

    def sketches(self, articles: Iterable[str]) -> dict[str, Sketch]:
        """The sketches of articles that are known."""
        found = {a: self._rows("SELECT data FROM sketch WHERE article = ?", (a,)) for a in articles}
        return {a: tuple(json.loads(data)) for a, rows in found.items() for (data,) in rows}

    def put_sketches(self, sketches: Mapping[str, Sketch]) -> None:
        """Keeps the sketches of articles until they change."""
        with self._transaction() as db:
            rows = [(article, json.dumps(sketch)) for article, sketch in sketches.items()]
            db.executemany("INSERT OR REPLACE INTO sketch VALUES (?, ?)", rows)

    def _put_reports(
        self, db: sqlite3.Connection, article: str, reports: Iterable[OwnReport]
    ) -> None:
        new = {own.report.id: write_report(own) for own in reports}
        found = db.execute("SELECT id, data FROM report WHERE article = ?", (article,))
        if dict(found.fetchall()) != new:
            db.execute("DELETE FROM report WHERE article = ?", (article,))
            rows = [(article, id, data) for id, data in new.items()]
            db.executemany("INSERT INTO report VALUES (?, ?, ?)", rows)
            self._note(db, _HAPPENINGS, "stale")

    def reports(self) -> Iterator[Report]:
        """All reports, with the entities of all articles."""
        entities: dict[str, dict[str, str]] = defaultdict(dict)
        for article, own, entity in self._rows(
            "SELECT article, own, entity FROM assigned WHERE own <> entity"
        ):
            entities[article][own] = entity
        for article, data in self._rows("SELECT article, data FROM report ORDER BY article, id"):
            report = place_report(read_report(data), entities.get(article, {}))
            if report is not None:
                yield report

    def note_judgements(self, count: int) -> int:
        """Notes how many judgements there are now; gives how many there were before."""
        rows = list(self._rows("SELECT value FROM noted WHERE name = 'judgements'"))
        with self._transaction() as db:
            self._note(db, "judgements", str(count))
        return int(rows[0][0]) if rows else 0

    def happenings_are_stale(self) -> bool:
        """Whether reports or their participants changed since :meth:`mark_happenings`."""
        rows = self._rows("SELECT value FROM noted WHERE name = ?", (_HAPPENINGS,))
        return [value for (value,) in rows] == ["stale"]

    def mark_happenings(self) -> None:
        """Notes that the happenings are those of the reports of now."""
        with self._transaction() as db:
            self._note(db, _HAPPENINGS, "fresh")

    def remove(self, article: str) -> None:
        """Takes an article out."""
        with self._transaction() as db:
            self._drop(db, article)
            self._put_reports(db, article, ())
            db.execute("DELETE FROM sketch WHERE article = ?", (article,))
            db.execute("DELETE FROM article WHERE id = ?", (article,))

    def _drop(self, db: sqlite3.Connection, article: str) -> None:
        keys = db.execute("SELECT DISTINCT key FROM shared WHERE article = ?", (article,))
        self._wait(db, [key for (key,) in keys])
        for table in ("profile", "assigned"):
            db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
        db.execute("DELETE FROM shared WHERE article = ? AND key NOT LIKE 'judged:%'", (article,))
        db.execute("DELETE FROM doubt WHERE one_article = ? OR other_article = ?", (article,) * 2)

    def _wait(self, db: sqlite3.Connection, keys: Iterable[str]) -> None:
        db.executemany("INSERT OR IGNORE INTO waiting VALUES (?)", [(key,) for key in keys])

    # --- what is decided

    def decide(self, verdicts: Sequence[Verdict] = ()) -> None:
        """Decides what waits, together with all that shares a key with it."""
        self._note_program()
        self._note_verdicts(verdicts)
        linked = _linked(verdicts)
        while waiting := self._first_waiting():
            group, keys = self._reach(waiting, linked)
            self._note_reached(group)
            rows = self._rows("SELECT data FROM reached JOIN profile USING (article, own)")
            known = [read_profile(data) for (data,) in rows]
            inside = [v for v in verdicts if v.one in group and v.other in group]
            self._record(group, keys, decide_identities(known, inside))

    def _note(self, db: sqlite3.Connection, name: str, value: str) -> bool:
        """Whether a value is another than at the last time; notes it."""
        before = db.execute("SELECT value FROM noted WHERE name = ?", (name,)).fetchone()
        db.execute("INSERT OR REPLACE INTO noted VALUES (?, ?)", (name, value))
        return bool(before != (value,))

    def _note_program(self) -> None:
        """When the program, its words or the weights of clues changed, all waits under new keys."""
        weights = sorted(map(str, read_weights().items()))
        with self._transaction() as db:
            if self._note(db, "program", mint(__version__, lexicon_version(), *weights)):
                self._share_anew(db)
                db.execute("INSERT OR IGNORE INTO waiting SELECT DISTINCT key FROM shared")

    def _share_anew(self, db: sqlite3.Connection) -> None:
        """Makes the keys of all profiles anew; words of the lexicon tell what a surname is."""
        db.execute("DELETE FROM shared WHERE key NOT LIKE 'judged:%'")
        for (data,) in db.execute("SELECT data FROM profile"):
            profile = read_profile(data)
            rows = [(key, *profile.key) for key in keys_of(profile)]
            db.executemany("INSERT INTO shared VALUES (?, ?, ?)", rows)

    def _note_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """When judgements changed, all that they are or were about waits."""
        about = sorted({key for v in verdicts for key in (v.one, v.other)})
        with self._transaction() as db:
            if not self._note(db, "verdicts", mint(*sorted(map(str, verdicts)))):
                return
            old = db.execute("SELECT article, own FROM shared WHERE key LIKE 'judged:%'")
            for key in {*about, *(ProfileKey(*row) for row in old.fetchall())}:
                self._wait_for(db, key)
            db.execute("DELETE FROM shared WHERE key LIKE 'judged:%'")
            rows = [(f"judged:{mint(*key)}", *key) for key in about]
            db.executemany("INSERT OR IGNORE INTO shared VALUES (?, ?, ?)", rows)

    def _wait_for(self, db: sqlite3.Connection, key: ProfileKey) -> None:
        rows = db.execute("SELECT key FROM shared WHERE article = ? AND own = ?", key)
        self._wait(db, [name for (name,) in rows.fetchall()])

    def _first_waiting(self) -> str | None:
        row = self._db.execute("SELECT key FROM waiting LIMIT 1").fetchone()
        return row[0] if row else None

    def _reach(
        self, start: str, linked: Mapping[ProfileKey, set[ProfileKey]]
    ) -> tuple[set[ProfileKey], set[str]]:
        """All profiles and keys that a key leads to, also over judgements."""
        profiles: set[ProfileKey] = set()
        keys, todo = {start}, [start]
        while todo:
            key = (todo.pop(),)
            rows = self._rows("SELECT article, own FROM shared WHERE key = ?", key)
            near = {ProfileKey(*row) for row in rows} - profiles
            far = _judged_with(near, linked) - near - profiles
            profiles |= near | far
            fresh = {name for (name,) in self._rows(_KEYS_BESIDE, key)}
            for other in far:
                names = self._rows("SELECT key FROM shared WHERE article = ? AND own = ?", other)
                fresh |= {name for (name,) in names}
            todo += fresh - keys
            keys |= fresh
        return profiles, keys

    def _note_reached(self, group: Iterable[ProfileKey]) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM reached")
            db.executemany("INSERT INTO reached VALUES (?, ?)", sorted(group))

    def _record(self, group: set[ProfileKey], keys: set[str], found: Identities) -> None:
        """Writes down what is now otherwise in what :meth:`_note_reached` noted."""
        rows = self._rows(
            "SELECT article, own, entity, name, kind, reason, score FROM reached "
            "JOIN assigned USING (article, own)"
        )
        old = {ProfileKey(article, own): Assignment(*rest) for article, own, *rest in rows}
        changed = [k for k in sorted(group) if old.get(k) != found.assigned.get(k)]
        new = [(k, found.assigned[k]) for k in changed if k in found.assigned]
        with self._transaction() as db:
            if changed:
                self._note(db, _HAPPENINGS, "stale")
            db.executemany("DELETE FROM assigned WHERE article = ? AND own = ?", changed)
            values = [(*k, a.entity, a.name, a.kind, a.reason, a.score) for k, a in new]
            db.executemany("INSERT INTO assigned VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            self._want(db, {key.article for key in changed})
            db.execute(
                "DELETE FROM doubt WHERE (one_article, one_own) IN "
                "(SELECT article, own FROM reached)"
            )
            doubts = [(*d.one, *d.other, d.score, d.reason, d.mentions) for d in found.doubts]
            db.executemany("INSERT INTO doubt VALUES (?, ?, ?, ?, ?, ?, ?)", doubts)
            db.executemany("DELETE FROM waiting WHERE key = ?", [(key,) for key in keys])

    def _want(self, db: sqlite3.Connection, articles: Iterable[str]) -> None:
        """Notes what the graphs of some articles should be written with."""
        rows = [(digest_of(self.assignments(article)), article) for article in articles]
        db.executemany("UPDATE article SET wanted = ? WHERE id = ?", rows)

    # --- what is known

    def assignments(self, article: str) -> dict[str, Assignment]:
        """The entities of an article that are others than while it is alone, by own id."""
        rows = self._rows(
            "SELECT own, entity, name, kind, reason, score FROM assigned "
            "WHERE article = ? AND own <> entity ORDER BY own",
            (article,),
        )
        return {own: Assignment(*rest) for own, *rest in rows}

    def pending(self) -> list[str]:
        """Articles whose graph was written with other assignments than those of now, sorted."""
        rows = self._rows("SELECT id FROM article WHERE written <> wanted ORDER BY id")
        return [id for (id,) in rows]

    def mark_written(self, article: str, assigned: Mapping[str, Assignment]) -> None:
        """Notes with which assignments the article's graph was written."""
        with self._transaction() as db:
            row = (digest_of(assigned), article)
            db.execute("UPDATE article SET written = ? WHERE id = ?", row)

    def attestations(self, entity: str) -> list[ProfileKey]:
        """The profiles of an entity, sorted."""
        rows = self._rows("SELECT article, own FROM assigned WHERE entity = ?", (entity,))
        return sorted(ProfileKey(*row) for row in rows)

    def entity_of(self, key: ProfileKey) -> str | None:
        """The entity of a profile."""
        rows = list(self._rows("SELECT entity FROM assigned WHERE article = ? AND own = ?", key))
        return rows[0][0] if rows else None

    def find(self, key: ProfileKey) -> ProfileKey:
        """The key itself where it is known, else the first profile of the same own id."""
        if self._profile(key) is not None:
            return key
        rows = self._rows("SELECT article, own FROM profile WHERE own = ?", (key.own,))
        return min((ProfileKey(*row) for row in rows), default=key)

    def find_pair(self, one: ProfileKey, other: ProfileKey) -> tuple[ProfileKey, ProfileKey]:
        """Two judged profiles, each as :meth:`find` has it; of two namesakes with one own id each
        is itself alone, for whoever else bears the id may be either of them.
        """
        return (one, other) if one.own == other.own else (self.find(one), self.find(other))

    def doubts(self) -> list[Doubt]:
        """Pairs that a person should look at, those on which most hangs first."""
        rows = self._rows("SELECT * FROM doubt")
        found = [
            Doubt(ProfileKey(a, b), ProfileKey(c, d), score, reason, mentions)
            for a, b, c, d, score, reason, mentions in rows
        ]
        return sorted(found, key=lambda d: (-d.mentions, d.one, d.other))

    def profile(self, key: ProfileKey) -> Profile | None:
        """A profile by its key."""
        return self._profile(key)

    def _profile(self, key: ProfileKey) -> Profile | None:
        rows = self._rows("SELECT data FROM profile WHERE article = ? AND own = ?", key)
        return next((read_profile(data) for (data,) in rows), None)

    def _profiles_of(self, article: str) -> dict[ProfileKey, Profile]:
        rows = self._rows("SELECT data FROM profile WHERE article = ?", (article,))
        found = (read_profile(data) for (data,) in rows)
        return {profile.key: profile for profile in found}

    # --- the database

    def _rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        with ledger_errors(self.path):
            yield from self._db.execute(sql, tuple(values)).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with ledger_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _linked(verdicts: Iterable[Verdict]) -> dict[ProfileKey, set[ProfileKey]]:
    linked: dict[ProfileKey, set[ProfileKey]] = defaultdict(set)
    for verdict in verdicts:
        linked[verdict.one].add(verdict.other)
        linked[verdict.other].add(verdict.one)
    return linked


def _judged_with(
    keys: Iterable[ProfileKey], linked: Mapping[ProfileKey, set[ProfileKey]]
) -> set[ProfileKey]:
    """All that judgements link to some profiles, also over others."""
    found: set[ProfileKey] = set()
    todo = list(keys) if linked else []
    while todo:
        fresh = linked.get(todo.pop(), set()) - found
        found |= fresh
        todo += fresh
    return found


def digest_of(assigned: Mapping[str, Assignment]) -> str:
    """A short name of an article's assignments; empty where all entities keep their own ids."""
    rows = [
        [own, a.entity, a.name, a.kind, a.reason, str(a.score)]
        for own, a in sorted(assigned.items())
    ]
    return mint(json.dumps(rows)) if rows else ""


class LedgerBrokenError(StoreError):
    """The database is damaged; :meth:`Ledger.start_anew` makes it anew."""


@contextmanager
def ledger_errors(path: Path | None) -> Iterator[None]:
    """Turns what SQLite says into a StoreError; LedgerBrokenError for a damaged file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path or 'entities'}: {error}") from error
    except sqlite3.Error as error:
        raise LedgerBrokenError(f"{path or 'entities'}: {error}") from error
