"""What the explorer shows, read from a store through SPARQL: actors, statements, articles.

A :class:`Lookups` has a function that asks; what it finds comes as frozen records, whole,
so that a page can be filled in without asking again. Whatever comes from outside goes into
a query as a bound value; nodes go in as the engine writes them. Everything is bounded, and
everything read is taken for possibly hostile: a record holds texts, never markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from kg import names
from kg.asking.bindings import bind_variables
from kg.asking.findings import (
    Actor,
    Article,
    Contradiction,
    Facts,
    Found,
    Happened,
    Hit,
    Item,
    Link,
    Moment,
    Name,
    Office,
    Part,
    Partner,
    Passage,
    Quote,
    Reason,
    Row,
    Sentence,
    Told,
    Version,
    bare_term,
    first_value,
    is_plain_row,
    local_id,
    make_article,
    make_happened,
    make_name,
    make_quote,
    make_sentence,
    make_told,
    read_int,
    span_of,
)

Ask = Callable[[str], Awaitable[list[Row]]]
MAX_ITEMS = 5_000
"""How many statements of an actor are looked at, on each side of them."""
MAX_HITS = 1_000
MAX_WORDS = 8
_PER_QUERY = 500

_WIKIDATA = re.compile(re.escape(names.PREFIXES["wd"]) + r"(Q[0-9]{1,12})", re.ASCII)


# --- queries ------------------------------------------------------------------------------

_FACTS = """SELECT DISTINCT ?node ?property ?value WHERE {
  VALUES ?node { %s } GRAPH ?g { ?node ?property ?value }
}"""
_NAMES = """SELECT DISTINCT ?node ?property ?value ?known WHERE {
  VALUES ?node { %s }
  GRAPH ?g { ?node ?property ?value } BIND (?g = kg:knowledge AS ?known)
  FILTER (?property IN (rdf:type, rdfs:label, kg:localTo))
}"""
_POINTING = """SELECT DISTINCT ?node ?target WHERE {
  VALUES ?target { %s } GRAPH ?g { ?node %s ?target }
} ORDER BY ?node LIMIT 5000"""
_ENTITY = """SELECT DISTINCT ?property ?value ?known WHERE {
  GRAPH ?g { ?e ?property ?value } BIND (?g = kg:knowledge AS ?known)
  FILTER (?property IN (rdf:type, rdfs:label, skos:altLabel, owl:sameAs, kg:localTo,
                        kg:mentionCount, kg:articleCount))
} LIMIT 5000"""
_ITEMS = """SELECT DISTINCT ?item ?article ?sentence ?plain ?polarity ?modality ?attribution ?stance
  (EXISTS { GRAPH ?any { ?item kg:speaker|kg:speakerText ?voice } } AS ?spoken)
WHERE {
  GRAPH ?g {
    ?item %s ?e ; a kg:Statement ; kg:inArticle ?article ; kg:inSentence ?sentence ;
          kg:plain ?plain ; kg:polarity ?polarity ; kg:modality ?modality ;
          kg:attribution ?attribution ; kg:stance ?stance .
  }
} LIMIT 5000"""
_OTHERS = """SELECT DISTINCT ?item ?other WHERE {
  GRAPH ?g {
    ?item kg:subject|kg:object|(kg:argument/kg:entity) ?e ;
          kg:subject|kg:object|(kg:argument/kg:entity) ?other .
    FILTER (?other != ?e)
  }
  FILTER (STRSTARTS(STR(?other), STR(ent:)))
} LIMIT 20000"""
_SAYS = """SELECT DISTINCT ?item ?article ?sentence ?quotation WHERE {
  GRAPH ?g {
    ?item kg:speaker ?e ; a ?class ; kg:inArticle ?article ; kg:inSentence ?sentence .
    FILTER (?class IN (kg:Quotation, kg:Statement))
    OPTIONAL { ?item kg:inQuotation ?quotation }
  }
} LIMIT 5000"""
_DATES = """SELECT DISTINCT ?article ?published WHERE {
  VALUES ?article { %s } GRAPH ?article { ?article schema:datePublished ?published }
}"""
_REASONS = """SELECT ?text ?reason (COUNT(DISTINCT ?mention) AS ?n) (MIN(STR(?sentence)) AS ?first)
WHERE {
  GRAPH ?g { ?link kg:entity ?e ; kg:mention ?mention ; kg:reason ?reason .
             ?mention kg:text ?text ; kg:inSentence ?sentence }
} GROUP BY ?text ?reason ORDER BY DESC(?n) ?text ?reason LIMIT 100"""
_ROLES = """SELECT DISTINCT ?role ?office ?statement ?organisation ?name ?published WHERE {
  GRAPH ?g {
    ?role kg:holder ?e ; kg:office ?office ; kg:statement ?statement .
    OPTIONAL { ?role kg:organisationText ?name }
    OPTIONAL { ?role kg:organisation ?organisation }
    OPTIONAL { ?statement kg:inArticle/schema:datePublished ?published }
  }
} LIMIT 1000"""
_MOMENTS = """SELECT DISTINCT ?item ?day ?published WHERE {
  GRAPH ?g {
    ?item kg:actor|kg:recipient ?e .
    OPTIONAL { ?item kg:timeBegin ?day }
    OPTIONAL { ?item kg:statement/kg:inArticle/schema:datePublished ?published }
  }
} LIMIT 5000"""
_REPORTS = """SELECT DISTINCT ?happening ?item WHERE {
  GRAPH kg:knowledge { ?happening kg:actor|kg:recipient ?e ; kg:report ?item }
} LIMIT 5000"""
_FIND_NAMES = """SELECT DISTINCT ?node ?name ?articles WHERE {
  GRAPH kg:knowledge { ?node rdfs:label|skos:altLabel ?name ; kg:articleCount ?articles }
  BIND (LCASE(?name) AS ?low)
  FILTER (%s)
} ORDER BY DESC(?articles) ?name LIMIT 1000"""
_FIND_LOCAL = """SELECT DISTINCT ?node ?name WHERE {
  GRAPH ?g { ?node kg:localTo ?g ; rdfs:label|skos:altLabel ?name }
  FILTER (STRSTARTS(STR(?node), STR(ent:)))
  BIND (LCASE(?name) AS ?low)
  FILTER (%s)
} ORDER BY ?name LIMIT 1000"""
_FIND_TEXTS = """SELECT ?node ?article ?text ?published WHERE {
  { SELECT DISTINCT ?node ?article ?text WHERE {
      GRAPH ?article { ?node a %s ; %s ?text } BIND (LCASE(?text) AS ?low) FILTER (%s)
  } LIMIT 1000 }
  OPTIONAL { GRAPH ?article { ?article schema:datePublished ?published } }
}"""
_SENTENCE_OF = """SELECT DISTINCT ?node ?sentence WHERE {
  VALUES ?node { %s } GRAPH ?g { ?node kg:inSentence ?sentence }
}"""
_NUMBERS = """SELECT ?class (COUNT(*) AS ?n) WHERE {
  SELECT DISTINCT ?class ?node WHERE {
    VALUES ?class { kg:Article kg:Statement kg:Quotation kg:Event kg:Happening }
    GRAPH ?g { ?node a ?class }
  }
} GROUP BY ?class"""
_ENTITIES = """SELECT (COUNT(DISTINCT ?node) AS ?n) WHERE {
  GRAPH kg:knowledge { ?node kg:articleCount ?articles }
}"""
_TOP = """SELECT DISTINCT ?node ?articles WHERE {
  GRAPH kg:knowledge { ?node kg:articleCount ?articles ; rdfs:label ?name ; a ?class }
  FILTER (?class NOT IN (kg:Place, kg:Thing))
} ORDER BY DESC(?articles) ?name ?node LIMIT 20"""
_LATEST = """SELECT DISTINCT ?article ?published WHERE {
  GRAPH ?article { ?article a kg:Article OPTIONAL { ?article schema:datePublished ?published } }
} ORDER BY DESC(?published) ?article LIMIT 12"""
_SENTENCES = """SELECT DISTINCT ?node ?begin WHERE {
  GRAPH ?article { ?node a kg:Sentence ; kg:begin ?begin }
} ORDER BY ?begin ?node LIMIT 20000"""
_IN_SENTENCES = """SELECT DISTINCT ?node ?class ?sentence WHERE {
  VALUES ?sentence { %s }
  GRAPH ?g { ?node kg:inSentence ?sentence ; a ?class }
  FILTER (?class IN (kg:Mention, kg:Statement, kg:Quotation))
} ORDER BY ?node LIMIT 5000"""


# --- asking -------------------------------------------------------------------------------


def split_words(text: str) -> list[str]:
    """The words of a search, each once, in small letters.

    >>> split_words("Anna  BERG anna")
    ['anna', 'berg']
    """
    words = unicodedata.normalize("NFC", text).lower().split()
    return list(dict.fromkeys(words))


def _nodes(iris: Iterable[str]) -> str:
    """IRIs as the engine writes them; what is none is left out, so nothing in them can act."""
    found = []
    for iri in dict.fromkeys(iris):
        try:
            found.append(str(NamedNode(iri)))
        except ValueError:  # a text where a node should stand
            continue
    return " ".join(found)


def _property(iri: str) -> str:
    return names.shorten(iri).removeprefix("kg:")


class Lookups:
    """Reads records from a store; ``ask`` runs a SELECT and gives its rows."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def _bound(self, sparql: str, **values: NamedNode | Literal) -> list[Row]:
        return await self._ask(bind_variables(sparql, values))

    async def _about(self, sparql: str, nodes: Iterable[str], *more: str) -> list[Row]:
        """The rows of a query with ``VALUES`` for nodes, asked in portions."""
        unique = list(dict.fromkeys(nodes))
        rows: list[Row] = []
        for start in range(0, len(unique), _PER_QUERY):
            if listed := _nodes(unique[start : start + _PER_QUERY]):
                rows += await self._ask(sparql % (listed, *more))
        return rows

    async def facts(self, nodes: Iterable[str]) -> dict[str, Facts]:
        """All that any graph says of nodes; those that nothing is said of are left out."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in await self._about(_FACTS, nodes):
            found[row["node"]][_property(row["property"])].add(row["value"])
        return {
            node: {name: tuple(sorted(values)) for name, values in facts.items()}
            for node, facts in found.items()
        }

    async def pointing(self, path: str, targets: Iterable[str]) -> list[tuple[str, str]]:
        """Pairs of a node and the target that it points to by a property of ours."""
        rows = await self._about(_POINTING, targets, path)
        return [(row["node"], row["target"]) for row in rows]

    async def read_names(self, iris: Iterable[str]) -> dict[str, Name]:
        """Entities by IRI, called as the merged view calls them, else as their article does."""
        wanted = {iri for iri in iris if iri.startswith(names.ENT) and local_id(iri)}
        merged: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        single: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in await self._about(_NAMES, sorted(wanted)):
            side = merged if row["known"] == "true" else single
            side[row["node"]][_property(row["property"])].add(row["value"])
        return {iri: make_name(iri, merged.get(iri) or single[iri]) for iri in merged | single}

    async def read_articles(self, iris: Iterable[str]) -> dict[str, Article]:
        """Articles by IRI."""
        wanted = {iri for iri in iris if iri.startswith(names.ART) and local_id(iri)}
        return {iri: make_article(iri, f) for iri, f in (await self.facts(sorted(wanted))).items()}

    async def _dates(self, articles: Iterable[str]) -> dict[str, str]:
        rows = await self._about(_DATES, articles)
        return {row["article"]: row["published"] for row in reversed(rows)}

    # --- statements, quotations, events

    async def read_statements(self, iris: Sequence[str]) -> dict[str, Told]:
        """Statements by IRI, whole, in the order asked for; what is none is left out."""
        facts = await self.facts(i for i in iris if i.startswith(names.ST) and local_id(i))
        linked = ("argument", "quantity", "inSentence", "relation", "inQuotation", "inArticle")
        parts = await self.facts({n for f in facts.values() for p in linked for n in f.get(p, ())})
        people = {
            first_value(f, p) for f in facts.values() for p in ("subject", "object", "speaker")
        }
        people |= {first_value(f, "place") for f in facts.values()}
        people |= {first_value(part, "entity") for part in parts.values()}
        called = await self.read_names(people)
        found = {iri: make_told(iri, facts[iri], parts, called) for iri in iris if iri in facts}
        return {iri: told for iri, told in found.items() if told is not None}

    async def read_quotes(self, iris: Sequence[str], *, inner: bool = True) -> dict[str, Quote]:
        """Quotations by IRI, with the statements inside them unless these are not wanted."""
        facts = await self.facts(i for i in iris if i.startswith(names.Q) and local_id(i))
        inside = await self.pointing("kg:inQuotation", facts if inner else ())
        told = await self.read_statements([statement for statement, _ in inside])
        where = {
            n for f in facts.values() for p in ("inSentence", "inArticle") for n in f.get(p, ())
        }
        parts = await self.facts(where)
        called = await self.read_names(first_value(f, "speaker") for f in facts.values())
        found = {}
        for iri in iris:
            sentence = make_sentence(facts.get(iri, {}), parts)
            if sentence:
                own = tuple(told[s] for s, quote in inside if quote == iri and s in told)
                found[iri] = make_quote(iri, facts[iri], sentence, called, own)
        return found

    async def read_happened(self, iris: Sequence[str]) -> dict[str, Happened]:
        """Events and happenings by IRI, in the order asked for."""
        facts = await self.facts(i for i in iris if i.startswith(names.EV) and local_id(i))
        people = {
            n for f in facts.values() for p in ("actor", "recipient", "place") for n in f.get(p, ())
        }
        called = await self.read_names(people)
        return {
            iri: make_happened(iri, facts[iri], called)
            for iri in iris
            if {"kg:Event", "kg:Happening"}
            & {names.shorten(c) for c in facts.get(iri, {}).get("rdf:type", ())}
        }

    async def read_contradictions(self, iris: Iterable[str]) -> list[Contradiction]:
        """What reports tell differently, each way with who tells it so."""
        facts = await self.facts(sorted(iris))
        versions = await self.facts({v for f in facts.values() for v in f.get("version", ())})
        found = []
        for told in facts.values():
            ways = [versions[v] for v in told.get("version", ()) if v in versions]
            sides = [Version(first_value(way, "valueText"), way.get("report", ())) for way in ways]
            sides.sort(key=lambda version: (version.text, version.reports))
            found.append(Contradiction(first_value(told, "contradictionKind"), tuple(sides)))
        return sorted(found, key=lambda c: c.kind)

    async def reports_of(self, happened: Happened) -> dict[str, tuple[str, ...]]:
        """The statements behind each report of a happening, or behind an event itself."""
        if not happened.is_happening:
            return {names.EV + happened.id: happened.behind}
        events = await self.facts(iri for iri in happened.behind if iri.startswith(names.EV))
        return {
            iri: events[iri].get("statement", ()) if iri in events else (iri,)
            for iri in happened.behind
        }

    async def find_about(self, statement: str) -> tuple[list[Happened], list[Happened]]:
        """The events that rest on a statement, and the happenings that it is told in."""
        events = await self.pointing("kg:statement", [statement])
        found = await self.read_happened([node for node, _ in events])
        return list(found.values()), await self.happenings_of([statement, *found])

    async def happenings_of(self, reports: Iterable[str]) -> list[Happened]:
        """The happenings that events or statements report."""
        nodes = await self.pointing("kg:report", reports)
        found = await self.read_happened([node for node, _ in nodes])
        return [happened for happened in found.values() if happened.is_happening]

    # --- actors

    async def read_actor(self, id: str) -> Actor | None:
        """An entity, and the ways that lead on from it; None where the store has none."""
        iri = names.ENT + id
        e = NamedNode(iri)
        rows = await self._bound(_ENTITY, e=e)
        if not rows:
            return None
        facts: dict[str, set[str]] = defaultdict(set)
        for row in [r for r in rows if r["known"] == "true"] or rows:
            facts[_property(row["property"])].add(row["value"])
        everywhere = {r["value"] for r in rows if _property(r["property"]) in _NAMING}
        name = make_name(iri, facts)
        same = next(filter(None, map(_WIKIDATA.fullmatch, sorted(facts["owl:sameAs"]))), None)
        items, is_cut = await self._items(e)
        return Actor(
            name,
            tuple(sorted(everywhere - {name.label}, key=lambda n: (n.lower(), n))),
            same[1] if same else "",
            max(map(read_int, facts["mentionCount"]), default=0),
            max(map(read_int, facts["articleCount"]), default=0),
            await self._offices(e),
            await self._reasons(e),
            items,
            await self._with_whom(e),
            await self._says(e),
            await self._moments(e),
            is_cut,
        )

    async def _items(self, e: NamedNode) -> tuple[tuple[Item, ...], bool]:
        """The statements with an entity in them, the newest first, each on one side.

        The second value tells that there are more of them than were looked at.
        """
        found: dict[str, tuple[str, list[Row]]] = {}
        is_cut = False
        for side, path in _SIDES.items():
            told = await self._bound(_ITEMS % path, e=e)
            is_cut = is_cut or len(told) >= MAX_ITEMS
            for row in told:
                found.setdefault(row["item"], (side, []))[1].append(row)
        rows = [
            (iri, side, all(map(is_plain_row, told)), told[0])
            for iri, (side, told) in found.items()
        ]
        return await self._dated(rows), is_cut

    async def _says(self, e: NamedNode) -> tuple[Item, ...]:
        """What an entity says: its quotations, and its statements outside of them."""
        rows = await self._bound(_SAYS, e=e)
        whole = [r for r in rows if "quotation" not in r and r["item"].startswith(_SAID)]
        return await self._dated([(row["item"], "says", False, row) for row in whole])

    async def _dated(self, rows: Sequence[tuple[str, str, bool, Row]]) -> tuple[Item, ...]:
        dates = await self._dates(row["article"] for *_, row in rows)
        items = {
            iri: Item(
                iri,
                side,
                plain,
                row["article"],
                span_of(row["sentence"])[0],
                dates.get(row["article"], ""),
            )
            for iri, side, plain, row in rows
            if local_id(iri)
        }
        by_place = sorted(items.values(), key=lambda i: (i.article, i.begin, i.iri))
        return tuple(sorted(by_place, key=lambda i: i.published, reverse=True))

    async def _with_whom(self, e: NamedNode) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in await self._bound(_OTHERS, e=e):
            found[row["item"]].add(row["other"])
        return {item: frozenset(others) for item, others in found.items()}

    async def _offices(self, e: NamedNode) -> tuple[Office, ...]:
        rows = await self._bound(_ROLES, e=e)
        called = await self.read_names(row.get("organisation", "") for row in rows)
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: (r.get("published", ""), r["statement"])):
            groups[row["office"], row.get("name", "")].append(row)
        found = []
        for (office, text), told in groups.items():
            days = [row["published"] for row in told if "published" in row]
            named = [called.get(row.get("organisation", "")) for row in told]
            of = Part(text, next(filter(None, named), None)) if text else None
            count = len({row["statement"] for row in told})
            at = local_id(told[-1]["statement"])
            found.append(
                Office(office, of, min(days, default=""), max(days, default=""), count, at)
            )
        return tuple(sorted(found, key=lambda o: (o.last, o.count, o.office), reverse=True))

    async def _reasons(self, e: NamedNode) -> tuple[Reason, ...]:
        rows = await self._bound(_REASONS, e=e)
        return tuple(
            Reason(
                row["text"],
                row["reason"],
                read_int(row["n"]),
                local_id(row["first"].partition("#")[0]),
                span_of(row["first"])[0],
            )
            for row in rows
            if row.get("text")
        )

    async def _moments(self, e: NamedNode) -> tuple[Moment, ...]:
        """Events and happenings, the newest first; an event that a happening holds counts there."""
        reports: dict[str, set[str]] = defaultdict(set)
        for row in await self._bound(_REPORTS, e=e):
            reports[row["happening"]].add(row["item"])
        rows = await self._bound(_MOMENTS, e=e)
        published = {row["item"]: row["published"] for row in rows if "published" in row}
        told = set().union(*reports.values())
        days = {row["item"]: row.get("day", "") for row in rows if row["item"] not in told}
        for happening, behind in reports.items():
            first = min((published[iri] for iri in behind if iri in published), default="")
            published.setdefault(happening, first)
        found = [
            Moment(iri, day, published.get(iri, "")) for iri, day in days.items() if local_id(iri)
        ]
        found.sort(key=lambda m: m.iri)
        return tuple(sorted(found, key=lambda m: m.day or m.published, reverse=True))

    async def partners(
        self, items: Iterable[Item], with_whom: Mapping[str, frozenset[str]], most: int
    ) -> list[Partner]:
        """Who stands in these statements most often, facts and claims counted apart."""
        facts: Counter[str] = Counter()
        claims: Counter[str] = Counter()
        for item in items:
            (facts if item.is_fact else claims).update(with_whom.get(item.iri, ()))
        order = sorted(
            facts.keys() | claims.keys(), key=lambda n: (-facts[n] - claims[n], -facts[n], n)
        )
        called = await self.read_names(order[:most])
        return [Partner(called[n], facts[n], claims[n]) for n in order[:most] if n in called]

    # --- articles

    async def read_sentences(self, article: str) -> list[str]:
        """IRIs of an article's sentences in the order of the text."""
        rows = await self._bound(_SENTENCES, article=NamedNode(names.ART + article))
        found = {row["node"]: read_int(row["begin"]) for row in rows}
        return sorted(found, key=lambda iri: (found[iri], span_of(iri)[1], iri))

    async def read_texts(self, sentences: Iterable[str]) -> dict[str, Sentence]:
        """Sentences by IRI."""
        facts = await self.facts(sentences)
        articles = await self.facts({first_value(f, "inArticle") for f in facts.values()})
        parts = {**facts, **articles}
        made = {iri: make_sentence({"inSentence": (iri,)}, parts) for iri in facts}
        return {iri: sentence for iri, sentence in made.items() if sentence}

    async def read_passages(self, sentences: Sequence[str], *, before: int = 0) -> list[Passage]:
        """Sentences with their mentions, statements and quotations; they begin at ``before``."""
        texts = await self.read_texts(sentences)
        inside: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in await self._about(_IN_SENTENCES, sentences):
            inside[bare_term(row["class"])][row["sentence"]].append(row["node"])
        told = await self.read_statements([s for own in inside["Statement"].values() for s in own])
        said = [quote for own in inside["Quotation"].values() for quote in own]
        quotes = await self.read_quotes(said, inner=False)
        links = await self._links([m for own in inside["Mention"].values() for m in own])
        known = [iri for iri in sentences if iri in texts]
        ends = [before, *(texts[iri].end for iri in known)]
        return [
            Passage(
                texts[iri],
                texts[iri].begin - max(ends[: at + 1]) > 2,
                tuple(link for m in inside["Mention"][iri] for link in links.get(m, ())),
                _in_order(told[s] for s in inside["Statement"][iri] if s in told),
                tuple(quotes[q] for q in inside["Quotation"][iri] if q in quotes),
            )
            for at, iri in enumerate(known)
        ]

    async def _links(self, mentions: Sequence[str]) -> dict[str, list[Link]]:
        """Whom mentions are taken for, by their IRI."""
        pairs = await self.pointing("kg:mention", mentions)
        decided = await self.facts(link for link, _ in pairs)
        called = await self.read_names(first_value(f, "entity") for f in decided.values())
        found: dict[str, list[Link]] = {m: [Link(*span_of(m), None, "")] for m in mentions}
        for link, mention in pairs:
            facts = decided.get(link, {})
            name = called.get(first_value(facts, "entity"))
            found[mention] = [Link(*span_of(mention), name, first_value(facts, "reason"))]
        return found

    # --- finding

    async def find_names(self, words: Sequence[str]) -> tuple[list[Found], bool]:
        """Entities whose names hold all the words: whole names, then beginnings, then parts.

        Those that only one article knows come last. No words find nothing. The second value
        tells that there are more of them than were looked at.
        """
        if not words:
            return [], False
        condition, values = _condition(words)
        rows = await self._bound(_FIND_NAMES % condition, **values)
        cut = len(rows) >= MAX_HITS
        if not cut:
            local = await self._bound(_FIND_LOCAL % condition, **values)
            cut = len(local) >= MAX_HITS
            rows += local
        best: dict[str, tuple[tuple[bool, int, int], Found]] = {}
        for row in rows:
            articles = read_int(row.get("articles", "0"))
            rank = (articles == 0, _rank(row["name"], words), -articles)
            kept = best.get(row["node"])
            if kept is None or rank < kept[0]:
                best[row["node"]] = (rank, Found(row["node"], row["name"], articles))
        order = sorted(best, key=lambda n: (best[n][0], best[n][1].matched.lower(), n))
        return [best[node][1] for node in order[:MAX_HITS]], cut or len(order) > MAX_HITS

    async def find_texts(self, words: Sequence[str]) -> tuple[list[Hit], bool]:
        """Titles, sentences and quotations that hold all the words, the newest article first.

        The second value tells that there are more of them than were looked at.
        """
        if not words:
            return [], False
        condition, values = _condition(words)
        hits: dict[tuple[str, str], Hit] = {}
        cut = False
        for kind, path in _SEARCHED.items():
            rows = await self._bound(_FIND_TEXTS % (f"kg:{kind}", path, condition), **values)
            cut = cut or len(rows) >= MAX_HITS
            for row in rows:
                begin = -1 if kind == "Article" else span_of(row["node"])[0]
                article, published = local_id(row["article"]), row.get("published", "")
                if article:
                    hit = Hit(kind, article, begin, row["text"], published)
                    hits[row["node"], row["text"]] = hit
        quoted = [node for (node, _), hit in hits.items() if hit.kind == "Quotation"]
        begins = {node: span_of(s)[0] for s, node in await self._sentences_of(quoted)}
        found = [
            replace(hit, begin=begins.get(node, 0)) if hit.kind == "Quotation" else hit
            for (node, _), hit in hits.items()
        ]
        found.sort(key=lambda h: (h.article, h.begin, h.kind != "Sentence", h.text))
        return sorted(found, key=lambda h: h.published, reverse=True), cut

    async def _sentences_of(self, nodes: Iterable[str]) -> list[tuple[str, str]]:
        rows = await self._about(_SENTENCE_OF, nodes)
        return [(row["sentence"], row["node"]) for row in rows]

    async def read_numbers(self) -> dict[str, int]:
        """How many articles, statements, quotations, events, happenings and entities there are."""
        rows = await self._ask(_NUMBERS)
        found = {bare_term(row["class"]): read_int(row["n"]) for row in rows if "class" in row}
        entities = await self._ask(_ENTITIES)
        return {**found, "Entity": read_int(entities[0]["n"]) if entities else 0}

    async def read_top(self) -> list[tuple[Name, int]]:
        """The actors with most articles."""
        counts = {row["node"]: read_int(row["articles"]) for row in await self._ask(_TOP)}
        called = await self.read_names(counts)
        return [(called[iri], count) for iri, count in counts.items() if iri in called]

    async def read_latest(self) -> list[Article]:
        """The articles published last."""
        order = dict.fromkeys(row["article"] for row in await self._ask(_LATEST))
        found = await self.read_articles(order)
        return [found[iri] for iri in order if iri in found]


_NAMING = frozenset({"rdfs:label", "skos:altLabel"})
_SAID = (names.Q, names.ST)
_SIDES = {
    "subject": "kg:subject",
    "object": "kg:object",
    "argument": "kg:argument/kg:entity",
}
_SEARCHED = {"Article": "schema:headline", "Sentence": "kg:text", "Quotation": "kg:text"}


def _in_order(statements: Iterable[Told]) -> tuple[Told, ...]:
    """Statements of a sentence in the order in which it names their parts."""

    def place(told: Told) -> tuple[int, str]:
        sides = [told.object if told.is_passive else told.subject, told.object, told.subject]
        words = next((side.text for side in sides if side), told.relation)
        at = told.sentence.text.find(words)
        return (at if at >= 0 else len(told.sentence.text), told.id)

    return tuple(sorted(statements, key=place))


def _condition(words: Sequence[str]) -> tuple[str, dict[str, Literal]]:
    """That ``?low`` holds all words, which are bound values."""
    values = {f"word{n}": Literal(word) for n, word in enumerate(words[:MAX_WORDS])}
    return " && ".join(f"CONTAINS(?low, ?{name})" for name in values), values


def _rank(name: str, words: Sequence[str]) -> int:
    low, whole = unicodedata.normalize("NFC", name).lower(), " ".join(words)
    if low == whole:
        return 0
    if low.startswith(whole):
        return 1
    return 2 if all(re.search(rf"(?<!\w){re.escape(word)}", low) for word in words) else 3
