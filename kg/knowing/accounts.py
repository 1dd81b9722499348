"""What a graph says, for those who want rows and records instead of triples.

Two shapes: a table with a row a statement, and FollowTheMoney entities, a JSON object a
line. In both a claim stays a claim: only what an article itself asserts becomes an event,
a membership or a link between two entities; all else is a note with its speaker.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from kg import names
from kg.knowing.layouts import make_blocks, read_literal

COLUMNS = (
    "statement", "article", "url", "date", "outlet", "sentence", "subject", "subject_id",
    "relation", "object", "object_id", "polarity", "modality", "attribution", "speaker",
    "speaker_id", "stance", "event_type", "mode", "time", "time_begin", "time_until", "place",
    "place_id", "plain", "confidence", "rule", "begin", "end",
)  # fmt: skip
"""The columns of the table of statements; new ones may come at the end, none will change.

``begin`` and ``end`` are those of the sentence in the article's text, ``time_until`` is the
day after the last. A text that a spreadsheet would take for a formula has a ``'`` in front.
"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBERS = frozenset({"confidence", "begin", "end"})
_LABEL = names.PREFIXES["rdfs"] + "label"
_ALT_LABEL = names.PREFIXES["skos"] + "altLabel"
_TYPE = names.PREFIXES["rdf"] + "type"


class Account:
    """The facts of one graph by node and property; IRIs in full, texts as they read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.keys: dict[str, str] = {}
        self._facts: dict[str, dict[str, list[str]]] = {}
        for key, subject, tails in make_blocks(lines):
            node = _value(subject)
            self.keys[node] = key
            facts = self._facts.setdefault(node, {})
            for tail in tails:
                predicate, _, term = tail.partition(" ")
                facts.setdefault(predicate[1:-1], []).append(_value(term[:-2]))

    def of(self, node: str, name: str) -> list[str]:
        """The values of a property: a term of ours, or an IRI in full."""
        facts = self._facts.get(node, {})
        return facts.get(name if ":" in name else names.KG + name, [])

    def first(self, node: str, name: str) -> str:
        """The first value of a property, or nothing."""
        return next(iter(self.of(node, name)), "")

    def label(self, node: str) -> str:
        return self.first(node, _LABEL)

    def kinds(self, node: str) -> set[str]:
        """The classes of a node that are ours."""
        return {k.removeprefix(names.KG) for k in self.of(node, _TYPE) if k.startswith(names.KG)}

    def all(self, kind: str) -> list[str]:
        """The nodes of a class in the order of the text."""
        return [node for node in self._facts if kind in self.kinds(node)]


def _value(term: str) -> str:
    if term[0] == '"':
        return read_literal(term).value
    return term[1:-1] if term[0] == "<" else term


# --- a row a statement --------------------------------------------------------------------


def make_rows(account: Account) -> Iterator[tuple[str, dict[str, str]]]:
    """The statements of a graph as rows, each with the key of its place."""
    for node in account.all("Statement"):
        yield account.keys[node], dict(_row(account, node))


def _row(account: Account, node: str) -> Iterator[tuple[str, str]]:
    def first(name: str) -> str:
        return account.first(node, name)

    article, sentence = first("inArticle"), first("inSentence")
    yield "statement", names.shorten(node)
    yield "article", names.shorten(article)
    for column, name in (("url", "url"), ("date", "datePublished")):
        yield column, account.first(article, names.PREFIXES["schema"] + name)
    yield "outlet", account.first(article, "publisher")
    yield "sentence", account.first(sentence, "text")
    for role in ("subject", "object", "speaker", "place"):
        yield role, account.label(first(role)) or first(f"{role}Text")
        yield f"{role}_id", names.shorten(first(role))
    yield "relation", account.label(first("relation")) or first("relationText")
    for column in ("polarity", "modality", "eventType"):
        yield _snake(column), first(column).removeprefix(names.KG)
    for column in ("attribution", "stance", "mode", "plain", "confidence", "rule"):
        yield column, first(column)
    yield "time", first("timeText")
    for column in ("timeBegin", "timeUntil"):
        yield _snake(column), first(column)
    for column in ("begin", "end"):
        yield column, account.first(sentence, column)


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda match: "_" + match[0].lower(), name)


def write_rows(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Rows as CSV, the names of the columns first."""
    yield _csv_line(COLUMNS)
    for row in rows:
        yield _csv_line([_cell(column, row.get(column, "")) for column in COLUMNS])


def _csv_line(cells: Iterable[str]) -> str:
    """A line of CSV; the standard writer leaves a lone carriage return bare."""
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search('[",\r\n]', cell) else cell


def _cell(column: str, text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) and column not in _NUMBERS else text


# --- FollowTheMoney -----------------------------------------------------------------------

SCHEMA_OF_KIND: Mapping[str, str] = {
    "Person": "Person",
    "Company": "Company",
    "Government": "PublicBody",
    "Military": "PublicBody",
    "State": "PublicBody",
    "Organisation": "Organization",
    "PoliticalParty": "Organization",
    "ArmedGroup": "Organization",
    "Media": "Organization",
    "InternationalOrganisation": "Organization",
    "Alliance": "Organization",
    "Group": "LegalEntity",
    "Place": "Address",
}
"""The FollowTheMoney schema of each class of ours; the first that fits is taken."""

_ORGANISATIONS = frozenset({"Organization", "Company", "PublicBody"})
_LANGUAGES = {"de": "deu", "en": "eng"}
_SAFE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?")

Properties = dict[str, list[str]]
Record = tuple[str, str, Properties]
"""Id, schema and properties of a FollowTheMoney entity."""


def ftm_id(iri: str) -> str:
    """The id of a node: its short name with a hyphen, made anew where that is not allowed.

    >>> ftm_id("https://w3id.org/newskg/entity/person-nathan-sales")
    'ent-person-nathan-sales'
    """
    short = names.shorten(iri).replace(":", "-", 1)
    return short if _SAFE.fullmatch(short) else "x-" + names.mint(iri)


def _schema(account: Account, node: str) -> str:
    kinds = account.kinds(node)
    return next((schema for kind, schema in SCHEMA_OF_KIND.items() if kind in kinds), "")


def _ids(account: Account, nodes: Iterable[str], *, actors: bool = False) -> list[str]:
    """The ids of those nodes that are entities, or only of those that act."""
    return [
        ftm_id(node)
        for node in nodes
        if (schema := _schema(account, node)) and not (actors and schema == "Address")
    ]


def make_records(account: Account) -> Iterator[Record]:
    """What a graph says as FollowTheMoney entities; the same id may come from other graphs."""
    for article in account.all("Article"):
        yield ftm_id(article), "Article", _article(account, article)
    for node in account.keys:
        if node.startswith(names.ENT) and (schema := _schema(account, node)):
            yield ftm_id(node), schema, _actor(account, node, schema)
    for link in account.all("Link"):
        yield from _mention(account, link)
    for statement in account.all("Statement"):
        yield from _link_or_note(account, statement)
    for event in account.all("Event"):
        yield ftm_id(event), "Event", _event(account, event)
    for role in account.all("Role"):
        yield from _membership(account, role)


def _article(account: Account, node: str) -> Properties:
    schema = names.PREFIXES["schema"]
    language = _LANGUAGES.get(account.first(node, "language"), "")
    return {
        "title": account.of(node, schema + "headline"),
        "fileName": account.of(node, "source"),
        "sourceUrl": account.of(node, schema + "url"),
        "publishedAt": account.of(node, schema + "datePublished"),
        "publisher": account.of(node, "publisher"),
        "language": [language] if language else [],
    }


def _actor(account: Account, node: str, schema: str) -> Properties:
    label = account.of(node, _LABEL)
    wikidata = names.PREFIXES["wd"]
    same = account.of(node, names.PREFIXES["owl"] + "sameAs")
    return {
        "name": label,
        "alias": account.of(node, _ALT_LABEL),
        "wikidataId": [iri.removeprefix(wikidata) for iri in same if iri.startswith(wikidata)],
        "full" if schema == "Address" else "classification": (
            label if schema == "Address" else sorted(account.kinds(node))
        ),
    }


def _mention(account: Account, link: str) -> Iterator[Record]:
    mention = account.first(link, "mention")
    name, article = account.first(mention, "text"), account.first(mention, "inArticle")
    resolved = _ids(account, account.of(link, "entity"), actors=True)
    if name and article and resolved:
        told: Properties = {"name": [name], "document": [ftm_id(article)], "resolved": resolved}
        yield ftm_id(link), "Mention", told


def _told(account: Account, statement: str) -> Properties:
    """Where a statement stands: article, sentence, time."""
    article, sentence = (account.first(statement, n) for n in ("inArticle", "inSentence"))
    schema = names.PREFIXES["schema"]
    return {
        "proof": [ftm_id(article)] if article else [],
        "sourceUrl": account.of(article, schema + "url"),
        "publisher": account.of(article, "publisher"),
        "summary": account.of(sentence, "text"),
    }


def _times(account: Account, node: str) -> Properties:
    until = account.first(node, "timeUntil")
    try:
        last = datetime.date.fromisoformat(until) - datetime.timedelta(days=1) if until else None
    except (ValueError, OverflowError):
        last = None
    end = [last.isoformat()] if last else []
    return {"startDate": account.of(node, "timeBegin"), "endDate": end}


def _link_or_note(account: Account, statement: str) -> Iterator[Record]:
    """What the article asserts of two entities is a link; all else is somebody's words."""
    ends = [_ids(account, account.of(statement, name)) for name in ("subject", "object")]
    relation = account.label(account.first(statement, "relation"))
    told = {**_told(account, statement), "recordId": [names.shorten(statement)]}
    if account.first(statement, "plain") == "true":
        if all(ends):
            link = {**told, **_times(account, statement), "role": [relation]}
            subject, target = ends
            yield (
                ftm_id(statement),
                "UnknownLink",
                {**link, "subject": subject, "object": target},
            )
        return
    speaker = _ids(account, account.of(statement, "speaker"))
    about = sorted({id for ids in (*ends, speaker) for id in ids})
    if about:
        note = {name: values for name, values in told.items() if name not in ("recordId",)}
        words = [_attributed(account, statement)]
        yield ftm_id(statement), "Note", {**note, "description": words, "entity": about}


def _attributed(account: Account, statement: str) -> str:
    """A statement in one line that says whose it is and what limits it."""

    def first(name: str) -> str:
        return account.first(statement, name)

    limits = [first("attribution"), first("stance")] if first("attribution") != "none" else []
    limits += [first(name).removeprefix(names.KG) for name in ("polarity", "modality")]
    shown = [limit for limit in limits if limit not in ("", "neutral", "affirmed", "asserted")]
    speaker = account.label(first("speaker")) or first("speakerText")
    said_by = (
        f"{speaker} says" if speaker else "it is said" if first("attribution") != "none" else ""
    )
    words = " ".join(
        word for word in (first("subjectText"), first("relationText"), first("objectText")) if word
    )
    head = f"{said_by} ({', '.join(shown)})" if said_by else f"not asserted ({', '.join(shown)})"
    return f"{head}: {words}"


def _event(account: Account, node: str) -> Properties:
    statement = account.first(node, "statement")
    kinds = sorted(account.kinds(node) - {"Event"})
    actors, recipients = (account.of(node, name) for name in ("actor", "recipient"))
    parties = [", ".join(filter(None, map(account.label, side))) for side in (actors, recipients)]
    mode = account.of(node, "mode")
    name = " ".join([*kinds, *(f"({m})" for m in mode)]) or "Event"
    return {
        **_told(account, statement),
        **_times(account, node),
        "name": [f"{name}: {' → '.join(filter(None, parties))}" if any(parties) else name],
        "keywords": sorted({*kinds, *mode, *account.of(node, "quadClass")}),
        "location": account.of(node, "placeText"),
        "involved": sorted(set(_ids(account, [*actors, *recipients], actors=True))),
        "recordId": [names.shorten(node)],
    }


def _membership(account: Account, node: str) -> Iterator[Record]:
    """A role in a known organisation is a membership; any other of a person, a post."""
    holder = account.first(node, "holder")
    office = account.of(node, "office")
    told = _told(account, account.first(node, "statement"))
    groups = [o for o in account.of(node, "organisation") if _schema(account, o) in _ORGANISATIONS]
    who = _ids(account, [holder], actors=True)
    if groups and who:
        organisations = _ids(account, groups)
        member = {**told, "member": who, "organization": organisations, "role": office}
        yield ftm_id(node), "Membership", member
    elif _schema(account, holder) == "Person" and office:
        text = account.of(node, "organisationText")
        post = "post-" + names.mint("post", *office, *text)
        yield post, "Position", {"name": [", ".join([*office, *text])]}
        yield ftm_id(node), "Occupancy", {**told, "holder": who, "post": [post]}


def merge_records(records: Iterable[Record]) -> Record:
    """Records of one id as one: the first schema that any of them has, all values once."""
    known = list(dict.fromkeys(SCHEMA_OF_KIND.values()))
    parts = list(records)
    schemas = sorted({s for _, s, _ in parts}, key=lambda s: known.index(s) if s in known else -1)
    merged: Properties = {}
    for _, _, properties in parts:
        for name, values in properties.items():
            merged.setdefault(name, []).extend(values)
    if schemas[0] != "Address":
        merged.pop("full", None)
    clean = {name: sorted({v for v in values if v}) for name, values in sorted(merged.items())}
    return parts[0][0], schemas[0], {name: values for name, values in clean.items() if values}


def write_record(record: Record) -> str:
    """A FollowTheMoney entity as one line of JSON."""
    id, schema, properties = record
    return json.dumps({"id": id, "schema": schema, "properties": properties}, ensure_ascii=False)
