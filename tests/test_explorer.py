"""The pages of ``kg serve``: what they show, where their links lead, and what they bear."""

from __future__ import annotations

import asyncio
import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from handmade import make_lexicon
from pyoxigraph import RdfFormat, Store
from serving import Live, serving
from stories import DIRECT, STORIES, Fact, make_story

from kg import names
from kg.asking.explorer import cut_pieces, mark_words
from kg.asking.findings import Article, Link, Passage, Sentence
from kg.asking.lookups import Lookups
from kg.asking.service import make_app
from kg.asking.wording import LANGUAGES, Words, choose_language, clean_text, words_of
from kg.asking.workers import Limits
from kg.knowing.store import GraphStore
from kg.records import Reading

HOSTILE = "</title></script><img src=x onerror=alert(1)>\"'{{7*7}}<!--\u202e\x07"
BERG, HOLM, NORDWIND = "person-anna-berg", "person-jan-holm", "org-nordwind"


def arrest(id: str, published: str, outlet: str, words: str, **more: object) -> Reading:
    number = re.search(r"(\d+) Matrosen", words)
    fact = Fact(
        f"Die Hafenpolizei {words}.",
        "Hafenpolizei",
        "festnehmen",
        "Anna Berg",
        where="Riga",
        quantity=number and (number[0], float(number[1]), "Matrosen"),
        more=more,
    )
    return make_story(id, [fact], published=published, publisher=outlet, title="Im Hafen")


def hostile_story() -> Reading:
    quote = f"Nordwind habe {HOSTILE} bestellt"
    story = make_story(
        "hostile",
        [
            Fact(f"Jan Holm sah {HOSTILE} in Riga.", "Jan Holm", "sehen", HOSTILE, where="Riga"),
            Fact(
                f"{quote}, sagte Jan Holm.",
                "Nordwind",
                "bestellen",
                HOSTILE,
                speaker="Jan Holm",
                quote=quote,
                more=DIRECT,
            ),
        ],
        published="2021-02-01",
        publisher=HOSTILE,
        title=HOSTILE,
    )
    return replace(story, article=replace(story.article, url="javascript:alert(1)"))


EVIL = r"""
INSERT DATA {
  GRAPH kg:knowledge {
    ent:evil a kg:Person, <urn:x:%22onload=alert(1)> ; rdfs:label "<b onclick=alert(1)>Übel</b>" ;
      skos:altLabel "{{ 7*7 }}\u202E" ; kg:articleCount 1 ; kg:mentionCount 1 ;
      owl:sameAs <javascript:alert(1)> , <http://www.wikidata.org/entity/Q1%22x> .
  }
  GRAPH art:evil {
    art:evil a kg:Article ; schema:headline "<i>Evil</i>" ; schema:url "javascript:alert(1)" ;
      schema:datePublished "<s>soon</s>" ; kg:language "\" onload=\"alert(1)" .
    <https://w3id.org/newskg/article/evil#char=0,9> a kg:Sentence ; kg:text "<u>So</u>" ;
      kg:begin 0 ; kg:end 9 ; kg:inArticle art:evil .
    st:evil a kg:Statement ; kg:subject ent:evil ; kg:subjectText "<u>Er</u>" ;
      kg:relation <urn:x> ; kg:relationText "<u>war</u>" ; kg:object ent:person-anna-berg ;
      kg:plain true , false ; kg:polarity kg:affirmed ; kg:modality kg:asserted ;
      kg:attribution "none" ; kg:stance "neutral" ; kg:rule "<u>" ; kg:confidence "x" ;
      kg:inArticle art:evil ; kg:inSentence <https://w3id.org/newskg/article/evil#char=0,9> .
    st:said a kg:Statement ; kg:subject ent:evil ; kg:subjectText "Er" ; kg:relationText "sei" ;
      kg:speakerText "jemand" ;
      kg:plain true ; kg:polarity kg:affirmed ; kg:modality kg:asserted ;
      kg:attribution "none" ; kg:stance "neutral" ; kg:rule "r" ; kg:confidence 1 ;
      kg:inArticle art:evil ; kg:inSentence <https://w3id.org/newskg/article/evil#char=0,9> .
  }
}"""


def make_readings() -> Iterator[Reading]:
    yield from STORIES
    yield arrest("m", "2021-01-03", "Morgenblatt", "nahm 12 Matrosen und Anna Berg in Riga fest")
    yield arrest("a", "2021-01-04", "Abendkurier", "nahm 20 Matrosen und Anna Berg in Riga fest")
    yield arrest("t", "2021-01-05", "Zettel", "nahm Anna Berg in Riga nicht fest", negated=True)
    many = [
        Fact(f"Nordwind kaufte Kran Nummer {n}.", "Nordwind", "kaufen", f"Kran Nummer {n}")
        for n in range(130)
    ]
    yield make_story(
        "cranes", many, published="2021-03-01", publisher="Kran-Post", title="Kräne über Öltürmen"
    )
    yield hostile_story()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service over the stories, which takes updates."""
    path = tmp_path_factory.mktemp("explored") / "store"
    with GraphStore.open(path) as store:
        for reading in make_readings():
            store.put_article(reading, lexicon=make_lexicon())
        store.refresh_knowledge()
        store.engine.update(EVIL)  # type: ignore[attr-defined]
    with serving(path, "--timeout", 20, "--allow-update") as running:
        yield running


def get(live: Live, path: str, lang: str = "de", **headers: str) -> httpx.Response:
    given = {"Accept": "text/html", "Accept-Language": lang, **headers}
    return live.client.get(live.url + path, headers=given)


def shown(live: Live, path: str, lang: str = "de") -> str:
    answer = get(live, path, lang)
    assert answer.status_code == 200, answer.text
    return answer.text


def plain(text: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"(?s)<head>.*?</head>", "", text)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", body)).split())


def section(text: str, id: str) -> str:
    """The part of a page under a heading; empty where there is none."""
    found = re.search(rf'<section[^>]*aria-labelledby="{id}">(.*?)</section>', text, re.DOTALL)
    return found[1] if found else ""


class Elements(HTMLParser):
    """The elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag in tags]


def one_id(live: Live, path: str, kind: str, nth: int = 0) -> str:
    """The id behind the first link of a kind on a page."""
    return re.findall(rf'href="[./]*{kind}/([^"?#]+)', shown(live, path))[nth]


# --- each page ------------------------------------------------------------------------------


def test_the_start_page_counts_and_leads_on(live: Live) -> None:
    page = shown(live, "/")
    assert "Wer tut wem was" in plain(page)
    assert re.search(r"9 Artikel", plain(section(page, "numbers")))
    assert "Nordwind" in section(page, "top")
    latest = plain(section(page, "latest"))
    assert latest.index("Kräne über Öltürmen") < latest.index("Festnahme")
    links = {attrs.get("href") for attrs in Elements(page).all("a")}
    assert {"./network", "./ask"} <= links


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Anna Berg", "Anna Berg"),
        ("anna", "Anna Berg"),
        ("BERG ann", "Anna Berg"),
        ("ordwin", "Nordwind"),
        ("ÜBEL", "Übel"),
        ("übel", "Übel"),
    ],
)
def test_names_are_found_in_any_case_and_by_parts(live: Live, query: str, name: str) -> None:
    page = shown(live, f"/search?q={query}")
    assert name in plain(section(page, "names"))


def test_a_whole_name_comes_before_a_part_and_local_names_last(live: Live) -> None:
    found = re.findall(
        r'href="./actor/([^"]+)"', section(shown(live, "/search?q=nordwind"), "names")
    )
    assert found[0] == NORDWIND


def lookups_in(turtle: str) -> Lookups:
    """Look-ups in a graph that is written down here."""
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TRIG)

    async def ask(sparql: str) -> list[dict[str, str]]:
        rows: Any = store.query(sparql, prefixes=names.PREFIXES)
        heads = [variable.value for variable in rows.variables]
        return [{h: row[h].value for h in heads if row[h] is not None} for row in rows]

    return Lookups(ask)


PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in names.PREFIXES.items())


@pytest.mark.parametrize(("many", "cut"), [(999, False), (1000, True)])
def test_a_search_that_is_cut_says_so_though_names_share_an_entity(many: int, cut: bool) -> None:
    told = "".join(
        f'ent:a{n // 2} rdfs:label "Anna {n}" ; kg:articleCount 1 . ' for n in range(many)
    )
    lookups = lookups_in(f"{PROLOGUE} kg:knowledge {{ {told} }}")
    found, is_cut = asyncio.run(lookups.find_names(["anna"]))
    assert (len(found), is_cut) == (500, cut)


@pytest.mark.parametrize(("many", "cut"), [(4999, False), (5001, True)])
def test_an_actor_with_very_many_statements_has_some_and_says_so(many: int, cut: bool) -> None:
    told = "".join(
        f"""st:{n} a kg:Statement ; kg:subject ent:a ; kg:inArticle art:x ; kg:inSentence <urn:s> ;
        kg:plain true ; kg:polarity kg:affirmed ; kg:modality kg:asserted ;
        kg:attribution "none" ; kg:stance "neutral" {"; kg:speaker ent:b" * (n % 2)} . """
        for n in range(many)
    )
    known = 'kg:knowledge { ent:a a kg:Person ; rdfs:label "Anna" . }'
    actor = asyncio.run(lookups_in(f"{PROLOGUE} {known} art:x {{ {told} }}").read_actor("a"))
    assert actor is not None and actor.is_cut is cut
    assert len(actor.items) == min(many, 5000)
    odd = {f"{names.ST}{n}" for n in range(1, many, 2)}
    assert not any(item.is_fact for item in actor.items if item.iri in odd)


@pytest.mark.parametrize("query", ["ÖLTÜRMEN", "öltürm", "kräne türm"])
def test_texts_are_found_with_umlauts_and_parts(live: Live, query: str) -> None:
    texts = section(shown(live, f"/search?q={query}"), "texts")
    assert "Kräne über Öltürmen" in plain(texts)
    assert re.search("<mark>(Öltürm|Kräne|türm)", texts)


def test_sentences_and_quotations_are_found_and_lead_to_their_place(live: Live) -> None:
    texts = section(shown(live, "/search?q=Schiffe+verkauft"), "texts")
    assert "habe <mark>Schiffe</mark> <mark>verkauft</mark>" in texts
    assert re.search(r'href="./article/arrest\?at=(\d+)#c\1"', texts)
    assert "Nichts gefunden" in plain(shown(live, "/search?q=unauffindbar"))
    assert "Nichts gefunden" not in plain(shown(live, "/search?q="))


def test_a_search_is_paged(live: Live) -> None:
    page = shown(live, "/search?q=kran&in=texts")
    assert "130" not in plain(section(page, "texts"))
    assert "weitere Treffer" in plain(page)
    assert get(live, "/search?q=kran&in=texts&page=2").status_code == 404


def test_an_actor_has_facts_apart_from_claims_and_words(live: Live) -> None:
    page = shown(live, f"/actor/{BERG}")
    assert "Sprecherin" in plain(section(page, "offices"))
    assert "Jan Holm" in plain(section(page, "partners"))
    done, says = section(page, "done"), section(page, "says")
    assert "Die Hafenpolizei nahm am Montag Anna Berg in Riga fest." in plain(done)
    assert "Nordwind habe Schiffe verkauft" in plain(says)
    assert "habe Schiffe verkauft" not in plain(done)
    assert "nicht fest" in plain(section(page, "claims"))
    assert "verneint" in plain(section(page, "claims"))
    assert "same name" in plain(shown(live, f"/actor/{BERG}?lang=en"))
    assert "gleicher Name" in plain(section(page, "reasons"))


@pytest.mark.parametrize("id", [BERG, HOLM, NORDWIND, "evil", "usa"])
def test_facts_and_claims_are_never_mixed(live: Live, id: str) -> None:
    for part in ("", "?part=does", "?part=done", "?part=claims", "?part=says"):
        page = shown(live, f"/actor/{id}{part}")
        for key in ("does", "done"):
            assert 'class="told claim' not in section(page, key)
        for key in ("claims", "says"):
            assert 'class="told fact' not in section(page, key)


def test_a_hearsay_or_denied_statement_is_a_claim_in_plain_words(live: Live) -> None:
    claims = plain(section(shown(live, f"/actor/{NORDWIND}?part=claims"), "claims"))
    assert "angeblich, ohne genannte Quelle" in claims
    assert "vom Sprecher bestritten" in claims
    assert "gefordert" in claims
    assert "Sprecher: Jan Holm" in claims


def test_what_is_negated_never_reads_like_a_fact(live: Live) -> None:
    claims = section(shown(live, "/actor/person-anna-berg?part=claims"), "claims")
    (one,) = re.findall(r'(?s)<div class="told claim">(?:(?!</div>).)*\[nicht\].*?</div>', claims)
    assert "verneint" in plain(one)
    id = re.search(r'href="../statement/([^"]+)"', one)
    assert id is not None
    assert "[not]" in plain(shown(live, f"/statement/{id[1]}?lang=en"))


def test_what_has_two_truths_or_a_speaker_is_no_fact(live: Live) -> None:
    page = shown(live, "/actor/evil")
    assert section(page, "does") == ""
    assert section(page, "claims").count('class="told claim') == 2
    assert 'class="told claim"' in shown(live, "/statement/evil")
    assert "jemandem zugeschrieben" in plain(shown(live, "/statement/said"))


def test_long_lists_are_paged(live: Live) -> None:
    overview = section(shown(live, f"/actor/{NORDWIND}"), "does")
    assert overview.count('class="told fact"') == 8
    assert "Alle 130 zeigen" in plain(overview)
    first = shown(live, f"/actor/{NORDWIND}?part=does")
    assert "Seite 1 von 6" in plain(first)
    last = section(shown(live, f"/actor/{NORDWIND}?part=does&page=6"), "does")
    assert last.count('class="told fact"') == 5
    assert get(live, f"/actor/{NORDWIND}?part=does&page=7").status_code == 404
    seen: set[str] = set()
    for page in range(1, 7):
        text = section(shown(live, f"/actor/{NORDWIND}?part=does&page={page}"), "does")
        seen |= set(re.findall(r"Kran Nummer \d+", text))
    assert len(seen) == 130


def test_an_actor_in_a_period_and_with_another(live: Live) -> None:
    page = shown(live, f"/actor/{BERG}?since=2021-01-04&until=2021-01-05")
    done = plain(section(page, "done"))
    assert "20 Matrosen" in done
    assert "12 Matrosen" not in done
    assert "am Montag" not in done
    page = shown(live, f"/actor/{BERG}?with={HOLM}")
    assert "traf" in plain(section(page, "done"))
    assert "Matrosen" not in plain(section(page, "done"))
    assert section(page, "says") == ""


def test_a_happening_tells_its_sources_and_its_versions_side_by_side(live: Live) -> None:
    page = shown(live, f"/actor/{BERG}?part=events")
    happened = [
        shown(live, f"/event/{id}")
        for id in re.findall(r'href="../event/([^"?]+)', section(page, "events"))
    ]
    disputed = next(text for text in happened if 'id="contradictions"' in text)
    versions = plain(section(disputed, "contradictions"))
    for words in ("12 Matrosen", "20 Matrosen", "es ist nicht geschehen", "keine gilt hier"):
        assert words in versions
    assert disputed.count('class="version"') == 4
    assert "Geschehnis" in plain(disputed)
    reports = plain(section(disputed, "reports"))
    assert reports.index("12 Matrosen") < reports.index("20 Matrosen") < reports.index("nicht fest")


def test_an_event_leads_to_its_sentence(live: Live) -> None:
    rows = live.ask("SELECT ?e { GRAPH art:arrest { ?e a kg:Event ; kg:place ?p } }").json()
    id = rows["results"]["bindings"][0]["e"]["value"].rsplit("/", 1)[1]
    page = shown(live, f"/event/{id}")
    assert "Hafenpolizei" in plain(page)
    assert "28. Dezember 2020" in plain(page)
    assert "Die Hafenpolizei nahm am Montag" in plain(section(page, "reports"))


def test_a_statement_shows_all_its_parts_and_its_surroundings(live: Live) -> None:
    rows = live.ask('SELECT ?s { GRAPH art:denial { ?s kg:objectText "300 Fässer" } }').json()
    id = rows["results"]["bindings"][0]["s"]["value"].rsplit("/", 1)[1]
    page = shown(live, f"/statement/{id}")
    text = plain(page)
    assert "angeblich, ohne genannte Quelle" in text
    assert "300 Fässer = 300 Fässer" in text
    assert re.search(r"Regel ?active, Sicherheit [\d.]+", text)
    around = section(page, "sentence")
    assert "<mark>Nordwind soll 300 Fässer versenkt haben.</mark>" in around
    assert "forderte eine Zeugin" in around
    assert "Widerspruch" in plain(around)


def test_an_article_shows_sentences_with_mentions_and_statements_beside(live: Live) -> None:
    page = shown(live, "/article/arrest")
    assert "Festnahme" in plain(page)
    assert "Morgenblatt" in plain(page)
    assert "2. Januar 2021" in plain(page)
    mention = rf'<a class="mention" href="../actor/{BERG}"[^>]*>Anna Berg</a>'
    assert len(re.findall(mention, page)) == 4
    assert page.count('class="passage"') == 4
    assert 'class="told claim quote"' in page
    assert "der ganze Text steht nicht im Speicher" in plain(page)


def test_a_long_article_is_paged_and_a_sentence_is_found_on_its_page(live: Live) -> None:
    assert "Seite 1 von 2" in plain(shown(live, "/article/cranes"))
    second = shown(live, "/article/cranes?page=2")
    assert second.count('class="passage"') == 10
    begin = re.findall(r'id="c(\d+)"', second)[3]
    assert f'id="c{begin}"' in shown(live, f"/article/cranes?at={begin}")
    assert shown(live, "/article/cranes?at=9999999").count('class="passage"') == 10


# --- links ----------------------------------------------------------------------------------


def test_every_link_leads_somewhere(live: Live) -> None:
    start = live.url + "/?lang=de"
    waiting, pages = [start], {}
    wanted: set[tuple[str, str]] = set()
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        answer = live.client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, f"{address}: {answer.text[:300]}"
        elements = Elements(answer.text)
        pages[address] = {attrs.get("id") for _, attrs in elements.found}
        if urlsplit(address).path in ("/ask", "/network"):
            continue
        for attrs in elements.all("a", "link"):
            target, fragment = urldefrag(urljoin(address, attrs.get("href") or ""))
            parts = urlsplit(target)
            if parts.scheme == "data" or not target.startswith(live.url):
                assert parts.scheme in ("data", "http", "https")
                continue
            if fragment:
                wanted.add((target, fragment))
            if "lang=en" not in target or parts.path == "/":
                waiting.append(target)
    assert len(pages) > 150
    missing = {(page, id) for page, id in wanted if page in pages and id not in pages[page]}
    assert not missing
    kinds = {urlsplit(page).path.split("/")[1] for page in pages}
    assert kinds >= {"actor", "article", "event", "statement", "network", "ask", "static"}


@pytest.mark.parametrize(
    "id", ["nobody", "x" * 300, "a%20b", "%3Cscript%3E", "..%5c", "%00", "ä", "a%0Ab"]
)
@pytest.mark.parametrize("kind", ["actor", "event", "statement", "article"])
def test_what_is_not_there_is_404_in_one_line(live: Live, kind: str, id: str) -> None:
    answer = live.client.get(f"{live.url}/{kind}/{id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert len(answer.text.splitlines()) == 1
    page = get(live, f"/{kind}/{id}")
    assert (page.status_code, "<script" in page.text) == (404, False)
    assert "Das gibt es hier nicht" in plain(page.text)
    assert "There is no such thing" in plain(get(live, f"/{kind}/{id}?lang=en").text)


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=a&page=0",
        "/search?q=a&in=texts&page=x",
        "/search?q=a&in=all",
        "/search?q=" + "a" * 201,
        "/search?q=a+b+c+d+e+f+g+h+i",
        "/search?q=%FF",
        "/search?q=a&q=b",
        "/?lang=fr",
        f"/actor/{BERG}?part=all",
        f"/actor/{BERG}?since=yesterday",
        f"/actor/{BERG}?until=2021-02-30",
        f"/actor/{BERG}?with=a%2Fb",
        "/article/arrest?at=-1",
        "/article/arrest?at=1e3",
        "/article/arrest?page=%D9%A1",
        "/network?lang=xx",
    ],
)
def test_bad_parameters_are_400(live: Live, address: str) -> None:
    answer = live.client.get(live.url + address)
    assert answer.status_code == 400, answer.text
    assert len(answer.text.splitlines()) == 1


def test_search_words_are_only_data(live: Live) -> None:
    for word in ('") } DROP ALL #', "\\", '"', "?low", "'''", "$word0", "}", "\\u0022", "(", "[a"):
        answer = live.client.get(live.url + "/search", params={"q": word})
        assert answer.status_code == 200, answer.text


# --- languages, headers ----------------------------------------------------------------------


def test_each_language_has_every_word() -> None:
    german, english = words_of("de"), words_of("en")
    assert german.say("n_articles", n=1) == "1 Artikel"
    assert english.say("n_articles", n=1234) == "1,234 articles"
    assert (german.day("2021-03-01"), english.day("2021-03-01")) == ("1. März 2021", "1 March 2021")
    assert german.day("<b>") == "<b>"
    assert Words("de").term("Assault") != Words("en").term("Assault")
    templates = Path(__file__).parent.parent / "kg" / "asking" / "explorer_pages"
    texts = [path.read_text(encoding="utf-8") for path in templates.glob("*.html")]
    used = {key for text in texts for key in re.findall(r"\bt\(['\"](\w+)['\"]\s*[,)]", text)}
    assert used <= {
        line.split("\t")[0] for line in (templates / "words.tsv").read_text("utf-8").splitlines()
    }


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        ("known name", "bekannter Name"),
        ("pronoun: 1 back, subject", "Fürwort: ein Satz zuvor, Subjekt"),
        ("description: the Polizei named before", "Beschreibung: „Polizei“, zuvor genannt"),
        ("surname of “Berg, known name: so”", "Nachname von „Berg, known name: so“"),
        (
            "same name; the same name, but different sexes",
            "gleicher Name; der gleiche Name, doch verschiedene Geschlechter",
        ),
        ("something new, subject", "something new, Subjekt"),
    ],
)
def test_reasons_in_german(reason: str, german: str) -> None:
    assert words_of("de").reason(reason) == german
    assert words_of("en").reason(reason) == reason


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.9", "de"),
        ("en-GB,de;q=0.8", "en"),
        ("fr, de;q=0.2", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        (";;;,q=x", "en"),
    ],
)
def test_the_language_that_a_browser_asks_for(header: str | None, lang: str) -> None:
    assert choose_language(header) == lang


def test_pages_come_in_german_and_in_english(live: Live) -> None:
    for path in ("/", "/search?q=anna", f"/actor/{BERG}", "/article/arrest"):
        for lang in LANGUAGES:
            answer = get(live, path, lang)
            assert f'<html lang="{lang}">' in answer.text
            assert answer.headers["content-language"] == lang
            assert "Accept-Language" in answer.headers["vary"]
    english = shown(live, f"/actor/{BERG}?lang=en")
    assert "What is done to Anna Berg" not in english or "What" in plain(english)
    inner = [a.get("href") or "" for a in Elements(english).all("a")]
    stay = [href for href in inner if "/actor/" in href and "lang=de" not in href]
    assert stay and all("lang=en" in href for href in stay)


PAGES = ("/", "/search?q=a", f"/actor/{BERG}", "/article/arrest", "/network", "/actor/nobody")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_on_a_short_leash(live: Live, path: str) -> None:
    answer = get(live, path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    if path != "/network":
        assert "script-src" not in policy
        assert not Elements(answer.text).all("script", "style")
        attributes = {name for _, attrs in Elements(answer.text).found for name in attrs}
        assert not {name for name in attributes if name.startswith("on")} | (attributes & {"style"})


def test_head_options_and_foreign_hosts(live: Live) -> None:
    for path in ("/", "/search?q=a", f"/actor/{BERG}", "/article/arrest"):
        head = live.client.head(live.url + path)
        assert (head.status_code, head.content) == (200, b"")
        options = live.client.options(live.url + path)
        assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
        assert live.client.post(live.url + path).status_code == 405
        assert get(live, path, Host="evil.example").status_code == 421
        assert get(live, path, Origin="https://evil.example").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_built_for_keyboards_and_screen_readers(live: Live, path: str) -> None:
    if path == "/network":
        return
    elements = Elements(get(live, path).text)
    tags = [tag for tag, _ in elements.found]
    assert [tags.count(tag) for tag in ("main", "h1", "footer")] == [1, 1, 1]
    first = elements.all("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#main")
    ids = {attrs["id"] for _, attrs in elements.found if "id" in attrs}
    assert {attrs["for"] for attrs in elements.all("label") if "for" in attrs} <= ids
    named = [attrs.get("aria-labelledby") for attrs in elements.all("section")]
    assert {id for id in named if id} <= ids
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


# --- hostile texts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=img",
        "/search?q=%3Cimg+src",
        "/article/hostile",
        f"/actor/{HOLM}",
        f"/actor/{NORDWIND}?part=claims",
        "/actor/evil",
        "/article/evil",
        "/statement/evil",
    ],
)
def test_hostile_texts_stay_texts(live: Live, path: str) -> None:
    page = shown(live, path)
    elements = Elements(page)
    assert not elements.all("img", "script", "u", "i", "b", "s")
    for _, attrs in elements.found:
        assert not any(name.startswith("on") for name in attrs)
        address = attrs.get("href") or attrs.get("src") or ""
        assert not address.lower().startswith("javascript")
    assert not re.search("[\u202e\x07\x00]", page)
    assert "49" not in re.sub(r"\d{3,}|&#\d+;", "", section(page, "names"))


def test_a_link_out_goes_to_the_web_only(live: Live) -> None:
    for path in ("/article/hostile", "/article/evil", "/actor/evil"):
        assert "external" not in shown(live, path)
    assert "external" in shown(live, "/actor/usa")


def test_control_characters_are_harmless() -> None:
    assert clean_text("a\x00\x1b[31m\u202eb\u2066\n") == "a��[31m�b�\n"
    assert clean_text("Größe „x“ 日本") == "Größe „x“ 日本"


def test_marks_and_pieces() -> None:
    assert (
        mark_words("a<b> A", words=["a", "<"])
        == "<mark>a</mark><mark>&lt;</mark>b&gt; <mark>A</mark>"
    )
    assert mark_words("x", words=[]) == "x"
    text = "Der Außenminister Holm kam."
    sentence = Sentence(Article("x"), 10, 10 + len(text), text)
    links = (
        Link(14, 32, None, ""),
        Link(28, 32, None, ""),
        Link(5, 8, None, ""),
        Link(90, 95, None, ""),
    )
    pieces = cut_pieces(Passage(sentence, False, links, (), ()))
    assert [piece for piece, _ in pieces] == ["Der ", "Außenminister Holm", " kam."]


# --- the network, limits, changes ---------------------------------------------------------------


def test_the_network_is_that_of_the_store_and_kept_until_it_changes(live: Live) -> None:
    page = shown(live, "/network")
    assert "Nordwind" in page
    assert 'lang="de"' in page
    assert shown(live, "/network") == page
    start = plain(shown(live, "/"))
    triples = 'ent:new a kg:Person ; rdfs:label "Neu Hier" ; kg:articleCount 99 ; kg:mentionCount 1'
    assert live.change(f"INSERT DATA {{ GRAPH kg:knowledge {{ {triples} }} }}").status_code == 204
    try:
        assert "Neu Hier" in plain(section(shown(live, "/"), "top"))
        assert plain(shown(live, "/")) != start
    finally:
        live.change(f"DELETE DATA {{ GRAPH kg:knowledge {{ {triples} }} }}")


def test_the_network_is_read_once_for_both_languages(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.asking import network

    reads: list[int] = []
    read = network.read_network

    def counted(*given: Any, **more: Any) -> Any:
        reads.append(1)
        return read(*given, **more)

    monkeypatch.setattr(network, "read_network", counted)
    app = make_app(live.store)

    async def check() -> None:
        through = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=through, base_url="http://localhost") as client:
            pages = [await client.get(f"/network?lang={lang}") for lang in LANGUAGES]
            for lang, page in zip(LANGUAGES, pages, strict=True):
                assert f'<html lang="{lang}"' in page.text

    try:
        asyncio.run(check())
    finally:
        app.state.pool.close()
    assert reads == [1]


def test_who_finds_no_room_is_told_when_to_come_again(live: Live) -> None:
    app = make_app(live.store)
    pool = app.state.pool
    pool.max_waiting = 0
    while not pool._free.empty():
        pool._free.get_nowait()

    async def check() -> None:
        through = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=through, base_url="http://localhost") as client:
            answer = await client.get("/", headers={"Accept": "text/html"})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")

    try:
        asyncio.run(check())
    finally:
        pool.close()


def test_what_takes_too_long_is_503_and_a_plain_page(live: Live) -> None:
    app = make_app(live.store, limits=Limits(timeout_s=1e-6))

    async def check() -> None:
        through = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=through, base_url="http://localhost") as hurried:
            headers = {"Accept": "text/html", "Accept-Language": "de"}
            for path in ("/", "/search?q=a", f"/actor/{BERG}", "/network"):
                answer = await hurried.get(path, headers=headers)
                assert answer.status_code == 503
                assert "abgebrochen" in plain(answer.text)
            answer = await hurried.get(f"/actor/{BERG}")
            assert answer.status_code == 503
            assert len(answer.text.splitlines()) == 1

    try:
        asyncio.run(check())
    finally:
        app.state.pool.close()


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here to open the pages with")
@pytest.mark.parametrize("path", ["/article/hostile", "/actor/evil", "/network"])
def test_nothing_leaves_a_real_browser_and_nothing_runs(
    live: Live, tmp_path: Path, path: str
) -> None:
    log = tmp_path / "net.json"
    switches = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--enable-logging=stderr", "--virtual-time-budget=4000", "--dump-dom"),
        *(f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}"),
    )
    done = subprocess.run(
        [str(BROWSER), *switches, live.url + path], capture_output=True, timeout=120, check=True
    )
    said = done.stderr.decode(errors="replace").splitlines()
    assert [x for x in said if "CONSOLE" in x and "WebGL" not in x and "GL Driver" not in x] == []
    assert b"<h1" in done.stdout
    events = json.loads(log.read_text(errors="replace"))["events"]
    asked = [event["params"] for event in events if "url" in event.get("params", {})]
    by_page = {a["url"] for a in asked if a.get("initiator") == live.url}
    assert {url for url in by_page if not url.startswith(live.url + "/")} == set()
    if path != "/network":
        assert live.url + "/static/explorer.css" in by_page
