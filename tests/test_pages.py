"""The offline page of a network: what stands in the file, and what real Chromium makes of it."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.asking.measures import community_rows, find_communities
from kg.asking.network import KINDS, Evidence, make_network, read_scores
from kg.asking.pages import embed_json, fit_heart, make_page, page_data, safe_link, write_page
from kg.asking.pictures import FAMILY_COLOURS, FAMILY_OF, TONE_COLOURS
from kg.asking.places import place_many
from kg.errors import KGError
from kg.names import ENT, ST

HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>"
USA, IS, TRUMP = ENT + "usa", ENT + "is", ENT + "trump"


def evidence(name: str, **more: Any) -> Evidence:
    facts = {"role": "object", "article": "a", "title": "Kampf gegen den IS", "publisher": "Bote"}
    dated = {"published": "2019-08-02", "url": "https://example.org/a"}
    return Evidence(ST + name, more.pop("relation", "angreifen"), **{**facts, **dated, **more})


def network(**changes: Any) -> Any:
    """USA acts on IS as a fact (August) and as a claim, Trump on IS as a fact (September)."""
    actors = {
        iri: {"label": label, "kind": kind, "mentions": 3, "articles": 2, "aliases": aliases}
        for iri, label, kind, aliases in (
            (USA, "USA", "State", ("Vereinigte Staaten",)),
            (IS, "Islamischer Staat", "ArmedGroup", ("IS",)),
            (TRUMP, changes.get("label", "Donald Trump"), "Person", ()),
        )
    }
    late = {"article": "b", "published": "2019-09-05", "url": None, "source": "b.txt"}
    last = {"sentence": "Trump drohte.", "relation": "drohen", **late, **changes.get("last", {})}
    fact = evidence("1", sentence="Die USA griffen an.", score=-9.0, event_type="Assault")
    again = [evidence("4", sentence="Sie griffen an.")] if changes.get("twice") else []
    claim = evidence("2", sentence="Sie planten es.", speaker="Assad", modality="intended")
    return make_network(
        actors,
        {
            (USA, IS, "plain"): [fact, *again],
            (USA, IS, "claim"): [claim],
            (TRUMP, IS, "plain"): [evidence("3", **last)],
        },
    )


class Page(HTMLParser):
    """The elements of a page and the texts of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in self.raw:
            self.raw[self.inside][-1] += data

    def policy(self) -> str:
        found = [a["content"] for t, a in self.elements if a.get("http-equiv")]
        assert len(found) == 1
        return found[0] or ""


def embedded(text: str) -> Any:
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.S).group(1))  # type: ignore[union-attr]


def rows(part: Any) -> list[dict[str, Any]]:
    """The rows of a part of the data, with the texts that they point to."""
    columns = {
        key: [None if place < 0 else part["names"][key][place] for place in column]
        if key in part["names"]
        else column
        for key, column in part["columns"].items()
    }
    return [{key: column[at] for key, column in columns.items()} for at in range(part["length"])]


def large_network(nodes: int, edges: int, *, letters: int = 120) -> Any:
    """An invented network: communities around some hubs, and a few islands."""
    actors = {
        f"{ENT}a{n}": {
            "label": f"Akteur {n}",
            "kind": ("Person", "State", "Company", "Organisation")[n % 4],
            "mentions": n % 50,
            "articles": n % 20,
            "aliases": (f"A-{n}",) if n % 5 == 0 else (),
        }
        for n in range(nodes)
    }
    found: dict[tuple[str, str, str], list[Evidence]] = {}
    for number in range(20 * edges):
        who = number % nodes
        whom = (who + 17 * (1 + (number * 7919) % 97)) % nodes if number % 3 else who % 17
        layer = "claim" if number % 4 == 0 else "plain"
        if who != whom and len(found) < edges:
            day = f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}"
            words = f"Der Akteur {who} rief {whom} an, zum {number}. Mal.".ljust(letters, "x")
            more = {"article": f"art{number % 5000}", "title": f"Nachricht {number % 5000}"}
            one = evidence(
                f"s{number}", sentence=words, published=day, score=number % 9 - 4.0, **more
            )
            found.setdefault((f"{ENT}a{who}", f"{ENT}a{whom}", layer), []).append(one)
    return make_network(actors, found)


def fingerprint(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_lets_only_this_script_and_this_style_run() -> None:
    page = Page(make_page(network(), title="Netz"))
    rules = dict(rule.split(" ", 1) for rule in page.policy().split("; "))
    data, script = page.raw["script"]
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'{fingerprint(script)}'"
    assert rules["style-src"] == f"'{fingerprint(page.raw['style'][0])}'"
    assert "unsafe" not in page.policy()
    assert json.loads(data)["title"] == "Netz"


def test_nothing_is_fetched_and_no_attribute_holds_code() -> None:
    text = make_page(network(), title="Netz")
    page = Page(text)
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}, tag
        assert not {n for n in attributes if n.startswith("on") or n in {"src", "href", "style"}}
    addresses = set(re.findall(r"https?://[^\"'\s]*", text))
    assert addresses == {"https://example.org/a", "http://www.w3.org/2000/svg"}
    script = page.raw["script"][1]
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "createContextual"):
        assert word not in script
    for word in ("XMLHttp", "WebSocket", "EventSource", "sendBeacon", "sourceMappingURL"):
        assert word not in script
    assert not re.search(r"(?<![\w.}])(eval|Function|import|fetch)\(", script)


def test_the_template_is_filled_and_the_text_is_the_same_every_time() -> None:
    text = make_page(network(), title="Netz & <Co>", lang="en")
    assert "%%" not in text.split('id="data"')[0]
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Netz &amp; &lt;Co&gt;</title>" in text
    assert text == make_page(network(), title="Netz & <Co>", lang="en")


def test_a_text_that_looks_like_a_marker_stays_a_text() -> None:
    text = make_page(network(label="%%SCRIPT%% %%DATA%%"), title="%%STYLE%%")
    assert "<title>%%STYLE%%</title>" in text
    assert "%%SCRIPT%% %%DATA%%" in embedded(text)["nodes"]["columns"]["label"]


def test_a_hostile_headline_is_inert() -> None:
    last = {"title": HOSTILE, "speaker": HOSTILE, "publisher": HOSTILE}
    text = make_page(network(label=HOSTILE, last=last), title=HOSTILE)
    page = Page(text)
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "img" not in {tag for tag, _ in page.elements}
    assert "<img" not in text
    assert embedded(text)["title"] == HOSTILE
    assert HOSTILE in embedded(text)["articles"]["columns"]["title"]


@given(st.text(st.characters()))
def test_embedded_json_is_the_same_json_without_danger(text: str) -> None:
    found = embed_json({"text": text})
    assert json.loads(found) == {"text": text}
    assert not set("<\u2028\u2029") & set(found)
    assert found.encode("utf-8")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//example.org/a",
        "https:",
        "http://[",
        "file:///etc/hosts",
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert safe_link(url) is None
    graph = network(last={"url": url})
    assert "javascript:" not in make_page(graph, title="x").lower().split("<script>")[0]


def test_the_data_tells_edges_statements_and_articles() -> None:
    data = page_data(network(), title="Netz", lang="de")
    labels = data["nodes"]["columns"]["label"]
    ties = {(labels[e["from"]], labels[e["to"]], e["layer"]) for e in rows(data["edges"])}
    assert ties == {
        ("USA", "Islamischer Staat", "plain"),
        ("USA", "Islamischer Staat", "claim"),
        ("Donald Trump", "Islamischer Staat", "plain"),
    }
    statements = rows(data["statements"])
    assert [s["iri"] for s in statements] == ["st:3", "st:1", "st:2"]
    assert [(s["relation"], s["speaker"]) for s in statements] == [
        ("drohen", None),
        ("angreifen", None),
        ("angreifen", "Assad"),
    ]
    assert data["edges"]["columns"]["count"] == [1, 1, 1]
    assert data["articles"]["columns"]["date"] == ["2019-09-05", "2019-08-02"]
    assert (data["first"], data["last"]) == ("2019-08-02", "2019-09-05")


def test_a_text_that_occurs_often_is_kept_once() -> None:
    data = page_data(
        network(twice=True, last={"sentence": "Sie griffen an."}), title="x", lang="de"
    )
    assert data["statements"]["names"]["text"].count("Sie griffen an.") == 1
    assert [s["text"] for s in rows(data["statements"])].count("Sie griffen an.") == 2


def test_a_large_network_says_what_is_left_out() -> None:
    data = embedded(make_page(network(), title="x", max_nodes=2))
    assert data["nodes"]["length"] == 2
    assert data["left_out"] == {"actors": 1, "edges": 1}


def test_the_heart_has_no_more_edges_and_letters_than_go_into_a_page() -> None:
    graph = large_network(300, 900)
    assert fit_heart(graph, max_nodes=300, max_edges=900, max_letters=10**6) is graph
    fewer = fit_heart(graph, max_nodes=300, max_edges=400, max_letters=10**6)
    assert 200 < fewer.number_of_edges() <= 400
    shorter = fit_heart(graph, max_nodes=300, max_edges=900, max_letters=45_000)
    assert 100 < shorter.number_of_edges() <= 250
    assert shorter.graph["left_out"]["actors"] == 300 - len(shorter)


def test_much_data_is_compressed() -> None:
    text = make_page(large_network(400, 6000, letters=200), title="x")
    packed = re.search(r'<script type="application/gzip;base64" id="data">(.*?)</script>', text)
    assert packed
    data = json.loads(gzip.decompress(base64.b64decode(packed.group(1))))
    assert data["nodes"]["length"] == 400
    assert len(text) < 1_500_000


def test_actors_that_deal_with_each_other_are_one_community() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("x", "y")]
    kinds = {"kind": "Person", "mentions": 1, "articles": 1, "aliases": ()}
    actors = {name: {"label": name, **kinds} for name in "abcxy"}
    ties = {(a, b, "plain"): [evidence(a + b, sentence=a)] * 3 for a, b in pairs}
    graph = make_network(actors, {**ties, ("c", "x", "plain"): [evidence("cx", sentence="c")]})
    data = page_data(graph, title="x", lang="de")
    assert data["nodes"]["columns"]["community"] == [0, 0, 0, 1, 1]


def test_thousands_of_actors_find_places_in_seconds() -> None:
    graph = large_network(1500, 4000)
    radius = dict.fromkeys(graph.nodes, 4.0)
    found = find_communities(graph)
    groups = {node: number for number, actors in enumerate(found) for node in actors}
    start = time.perf_counter()
    places = place_many(graph, radius, groups)
    print(f"1,500 actors placed in {time.perf_counter() - start:.1f} s")
    assert list(places) == list(graph.nodes)
    assert len({(round(x), round(y)) for x, y in places.values()}) > 1400
    near = [
        abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1])
        for a, b in graph.edges()
    ]
    assert sum(near) / len(near) < 700, "partners lie closer than chance"
    assert places == place_many(graph, radius, groups)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_has_words_and_a_colour_for_all_there_is(lang: str) -> None:
    source = Path(__file__).parent.parent / "kg" / "asking" / "page" / "source"
    words = (source / "texts.js").read_text(encoding="utf-8")
    words = words.split("\n  en: {")[0] if lang == "de" else words.split("\n  en: {")[1]
    types = {kind for kind, _ in read_scores()}
    for name in (*KINDS, *types, *FAMILY_COLOURS, *TONE_COLOURS):
        assert re.search(rf'[\s{{"]{name}"?: "', words), name
    colours = (source / "colours.js").read_text(encoding="utf-8")
    assert dict(re.findall(r'(\w+): "(\w+)"', colours.split("};")[0])) == FAMILY_OF
    style = (source.parent / "network.css").read_text(encoding="utf-8")
    for name in (*FAMILY_COLOURS, *TONE_COLOURS):
        assert f"--{name}: light-dark(" in style


def test_the_bundle_names_its_licences() -> None:
    folder = Path(__file__).parent.parent / "kg" / "asking" / "page"
    licences = (folder / "LICENSES.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^([\w-]+) [\d.]+: MIT$", licences, re.M))
    assert named == {"events", "graphology", "graphology-utils", "sigma"}
    asked = json.loads((folder / "source" / "package.json").read_text(encoding="utf-8"))
    for name, version in asked["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_an_unknown_language_and_a_wrong_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="de, en"):
        make_page(network(), title="x", lang="fr")
    with pytest.raises(KGError, match="cannot be written"):
        write_page(network(), tmp_path / "missing" / "n.html", title="x")


# --- in a real browser, driven by playwright; no browser is downloaded for it

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
SWITCHES = ("--no-sandbox", "--disable-background-networking", "--disable-sync")
SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")

try:
    from playwright import sync_api
except ImportError:
    sync_api = None  # type: ignore[assignment]

in_browser = pytest.mark.skipif(
    BROWSER is None or sync_api is None,
    reason="no Chromium here to open the page with, or no playwright to drive it",
)

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=BROWSER, args=[*SWITCHES, *SOFTWARE])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a network; at the end nothing was fetched and nobody complained."""
    asked: list[str] = []
    told: list[str] = []
    contexts: list[Any] = []

    def open_file(text: str, fragment: str, options: Any) -> Any:
        path = tmp_path / "netz.html"
        path.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(**{"locale": "de-DE", **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(dialog.message))
        page.goto(f"{path.as_uri()}#{fragment}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    def open_page(graph: Any, fragment: str = "", *, title: str = "Netz", **options: Any) -> Any:
        return open_file(make_page(graph, title=title), fragment, options)

    yield open_page
    for context in contexts:
        context.close()
    assert {url.split("#")[0] for url in asked} <= {(tmp_path / "netz.html").as_uri()}
    assert told == []


def status(page: Any) -> str:
    return str(page.inner_text("#status")).rsplit(" · ", 1)[0].replace(" · ", ", ")


def heading(page: Any) -> str:
    return str(page.inner_text("#card h2"))


def click_on(page: Any, **item: int) -> None:
    """A click of the mouse on a node or on the middle of an edge, by its position."""
    page.wait_for_timeout(350)
    place = page.evaluate(
        """(item) => {
          const event = new CustomEvent("newskg-place", { detail: item });
          window.dispatchEvent(event);
          return event.detail.found;
        }""",
        item,
    )
    page.mouse.click(place["x"], place["y"])


@in_browser
def test_the_address_opens_an_edge_with_its_sentence(opened: Open) -> None:
    page = opened(network(), "edge=ent%3Ausa,ent%3Ais,plain")
    card = page.inner_text("#card")
    assert "Die USA griffen an." in card
    assert "Sie planten es." not in card, "a claim does not stand on the card of a fact"
    link = page.locator("#card a")
    assert link.get_attribute("href") == "https://example.org/a"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.inner_text() == "Kampf gegen den IS"
    assert "02.08.2019 · Bote" in card
    assert status(page) == "3 Akteure, 3 Verbindungen, 3 Aussagen"


@in_browser
def test_the_page_works_on_a_plane(opened: Open) -> None:
    page = opened(network(), offline=True)
    click_on(page, node=0)
    click_on(page, edge=1)
    for button in ("#view-table", "#view-graph", "#colour-community", "#language", "#csv"):
        page.click(button)
    page.select_option("#theme", "dark")
    page.fill("#search", "is")
    assert page.locator("#suggestions li").count() == 1
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


@in_browser
def test_a_claim_says_that_it_is_one_and_whose(opened: Open) -> None:
    page = opened(network(), "edge=ent:usa,ent:is,claim&lang=en")
    card = page.inner_text("#card")
    assert "The articles do not assert this themselves" in card
    assert "according to Assad" in card
    assert "intended" in card
    assert "Auch zwischen" not in card
    assert "USA → Islamischer Staat: angreifen" in card, "the fact between the same two"


@in_browser
def test_the_table_holds_the_same_data(opened: Open) -> None:
    page = opened(network(), "view=table")
    cells = page.locator("#edge-table tbody tr").all_inner_texts()
    assert len(cells) == 3
    assert any("USA" in c and "angreifen" in c and "Behauptung" in c for c in cells)
    assert page.locator("#node-table tbody tr").count() == 3
    assert not page.is_visible("#stage")


@in_browser
def test_a_hostile_page_stays_text_in_the_browser(opened: Open) -> None:
    hostile = {"title": HOSTILE, "speaker": HOSTILE, "publisher": HOSTILE, "relation": HOSTILE}
    last = {**hostile, "sentence": HOSTILE, "url": "javascript:alert(1)"}
    graph = network(label=HOSTILE, last=last)
    page = opened(graph, "edge=ent:trump,ent:is,claim&kind=%3Cimg%3E&least=%3Cb%3E", title=HOSTILE)
    page.click("#view-table")
    page.locator("#edge-table tbody button").first.click()
    page.fill("#search", "img")
    assert HOSTILE in page.inner_text("#suggestions")
    page.keyboard.press("Enter")
    assert heading(page) == HOSTILE
    page.click("#card .partner")
    assert page.inner_text("#title") == HOSTILE
    assert page.locator("#card blockquote").inner_text() == HOSTILE
    for tag in ("img", "a", "iframe", "[onerror]"):
        assert page.locator(f"body {tag}").count() == 0
    page.wait_for_timeout(200)


@in_browser
def test_an_empty_network_opens(opened: Open) -> None:
    page = opened(make_network({}, {}))
    assert "Keine Handlungen zwischen Akteuren gefunden" in page.inner_text("#card")
    assert not page.is_visible("#timeline")


@in_browser
def test_another_script_may_not_run(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "netz.html"
    extra = "<script>document.title = 'taken over'</script><img src='https://example.org/x.png'>"
    text = make_page(network(), title="Netz").replace("</body>", extra + "</body>")
    path.write_text(text, encoding="utf-8")
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.title() == "Netz"
    assert len([text for text in told if "Content Security Policy" in text]) == 2
    page.context.close()


@in_browser
def test_search_finds_an_actor_by_another_name_and_opens_its_card(opened: Open) -> None:
    page = opened(network())
    page.click("#search")
    page.keyboard.type("VEREINIGTE st")
    assert page.inner_text("#suggestions") == "USA= Vereinigte StaatenStaat"
    assert page.get_attribute("#search", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert heading(page) == "USA"
    card = page.inner_text("#card")
    assert "auch: Vereinigte Staaten" in card
    assert "Islamischer Staat: angreifen" in card
    assert page.evaluate("location.hash") == "#node=ent%3Ausa"


@in_browser
def test_a_click_on_a_line_shows_its_sentence(opened: Open) -> None:
    page = opened(network())
    seen = []
    for edge in range(3):
        click_on(page, edge=edge)
        seen.append(page.locator("#card blockquote").inner_text())
        page.keyboard.press("Escape")
    assert seen == ["Trump drohte.", "Die USA griffen an.", "Sie planten es."]
    assert page.locator("#card h2").count() == 0


@in_browser
def test_a_click_on_an_actor_shows_partners_offices_and_what_it_says(opened: Open) -> None:
    office = {
        "relation": "US-Präsident",
        "role": "organisation",
        "sentence": "Präsident Trump kam.",
    }
    named = {"speaker": "Donald Trump", "speaker_iri": TRUMP}
    said = [
        evidence("5", sentence="Er werde siegen.", **named),
        evidence("6", sentence="Er werde gehen.", **{**named, "speaker_iri": ENT + "namesake"}),
    ]
    graph = network(last=office)
    actors = dict(graph.nodes(data=True))
    ties = {key: graph.edges[key]["evidence"] for key in graph.edges(keys=True)}
    page = opened(make_network(actors, {**ties, (IS, USA, "claim"): said}))
    click_on(page, node=list(graph.nodes).index(TRUMP))
    card = page.inner_text("#card")
    assert heading(page) == "Donald Trump"
    assert "3 Nennungen · 2 Artikel" in card
    assert "handelt in 1, betroffen in 0 Aussagen" in card
    assert "US-Präsident, Islamischer Staat" in card
    assert page.locator("#card blockquote").inner_text() == "Er werde siegen."


@in_browser
def test_communities_are_called_as_the_measures_call_them(opened: Open) -> None:
    pairs = [("A", "B"), ("B", "C"), ("C", "A"), ("X", "Y"), ("Y", "Z"), ("Z", "X")]
    kinds = {"kind": "Person", "mentions": 1, "articles": 1, "aliases": ()}
    actors = {name: {"label": name, **kinds} for name in "ABCXYZ"}
    ties = {
        (a, b, "plain"): [evidence(f"{a}{b}{n}", sentence=a) for n in range(9)] for a, b in pairs
    }
    across = [evidence(f"cz{n}", sentence="c") for n in range(2)]
    graph = make_network(actors, {**ties, ("C", "Z", "plain"): across})
    page = opened(graph)
    page.click("#colour-community")
    shown = page.locator("#card li.community").all_inner_texts()
    names = [", ".join(row["name"].split(", ")[:2]) for row in community_rows(graph)]
    assert names == ["A, B", "X, Y"]
    assert shown == [f"{name} (3 Akteure)" for name in names]


@in_browser
def test_a_statement_of_two_edges_counts_once(opened: Open) -> None:
    graph = network()
    ties = {key: graph.edges[key]["evidence"] for key in graph.edges(keys=True)}
    again = {(USA, TRUMP, "plain"): ties[USA, IS, "plain"]}
    page = opened(make_network(dict(graph.nodes(data=True)), {**ties, **again}))
    assert status(page) == "3 Akteure, 4 Verbindungen, 3 Aussagen"
    assert page.inner_text('#type [data-name="Assault"] small') == "1"


def test_a_statement_is_by_who_says_it_not_by_who_has_the_name() -> None:
    said = [
        evidence("5", sentence="Er siege.", speaker="Donald Trump", speaker_iri=iri)
        for iri in (TRUMP, ENT + "namesake", None)
    ]
    graph = network()
    ties = {key: graph.edges[key]["evidence"] for key in graph.edges(keys=True)}
    graph = make_network(dict(graph.nodes(data=True)), {**ties, (IS, USA, "claim"): said})
    data = page_data(graph, title="Netz", lang="de")
    found = [s["by"] for s in rows(data["statements"]) if s["speaker"] == "Donald Trump"]
    assert sorted(found) == [-1, -1, list(graph.nodes).index(TRUMP)]


@in_browser
def test_filters_change_what_is_counted(opened: Open) -> None:
    page = opened(network(twice=True))
    assert status(page) == "3 Akteure, 3 Verbindungen, 4 Aussagen"
    steps = {
        "#layer-claim": "3 Akteure, 2 Verbindungen, 3 Aussagen",
        '#type [data-name="Assault"]': "2 Akteure, 1 Verbindung, 1 Aussage",
    }
    for button, counts in steps.items():
        page.click(button)
        assert status(page) == counts
    assert page.inner_text('#tone [data-name="conflict-strong"] small') == "1"
    assert page.get_attribute('#type [data-name="Assault"]', "aria-pressed") == "true"
    page.click("#reset")
    assert status(page) == "3 Akteure, 3 Verbindungen, 4 Aussagen"
    page.click('#tone [data-name="conflict-strong"]')
    assert status(page) == "2 Akteure, 1 Verbindung, 1 Aussage"
    page.click("#reset")
    page.click('#kind [data-name="State"]')
    page.click('#kind [data-name="ArmedGroup"]')
    assert status(page) == "2 Akteure, 2 Verbindungen, 3 Aussagen"
    page.click("#reset")
    page.focus("#least")
    page.keyboard.press("ArrowRight")
    assert status(page) == "2 Akteure, 1 Verbindung, 2 Aussagen"


@in_browser
def test_the_time_slider_changes_counts_and_is_half_open(opened: Open) -> None:
    page = opened(network(twice=True))
    page.focus("#since")
    page.keyboard.press("ArrowRight")
    assert status(page) == "2 Akteure, 1 Verbindung, 1 Aussage"
    assert page.get_attribute("#since", "aria-valuetext") == "ab 03.08.2019"
    page.keyboard.press("Home")
    page.focus("#until")
    page.keyboard.press("ArrowLeft")
    assert status(page) == "2 Akteure, 2 Verbindungen, 3 Aussagen"
    assert page.get_attribute("#until", "aria-valuetext") == "bis einschließlich 04.09.2019"
    page.wait_for_timeout(400)
    assert page.evaluate("location.hash") == "#until=2019-09-05"
    page.focus("#since")
    page.keyboard.press("End")
    assert status(page).startswith("0 Akteure"), "the handles do not cross"
    bars = page.locator("#bars").bounding_box()
    page.mouse.click(bars["x"] + 3, bars["y"] + 20)
    assert page.inner_text("#period") == "02.08.2019"
    assert status(page) == "2 Akteure, 2 Verbindungen, 3 Aussagen"


@in_browser
def test_all_can_be_done_by_keyboard(opened: Open) -> None:
    page = opened(network())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("trump")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Donald Trump"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.locator("#card h2").count() == 0
    page.focus("#view-table")
    page.keyboard.press("Enter")
    page.focus("#edge-table tbody button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert heading(page) == "Donald Trump → Islamischer Staat"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Donald Trump"
    page.focus("#view-graph")
    page.keyboard.press("Enter")
    page.focus("#picture")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")


@in_browser
def test_everything_that_can_be_used_has_a_name(opened: Open) -> None:
    page = opened(network(), "node=ent:usa")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [role]:not([role=search])")]
          .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") ||
            e.textContent.trim() || (e.labels && e.labels[0]?.textContent.trim())))
          .map((e) => e.outerHTML)"""
    )
    assert nameless == []


@in_browser
def test_the_address_restores_what_was_chosen(opened: Open) -> None:
    fragment = (
        "node=ent%3Ausa&layer=plain&type=Assault&tone=conflict-strong&kind=State,ArmedGroup"
        "&since=2019-08-02&until=2019-08-10&colour=community&theme=dark&lang=en"
    )
    page = opened(network(twice=True), fragment)
    assert heading(page) == "USA"
    assert status(page) == "2 actors, 1 connection, 1 statement"
    assert page.get_attribute("#colour-community", "aria-pressed") == "true"
    assert page.input_value("#theme") == "dark"
    page.click("#view-table")
    assert page.evaluate("location.hash") == f"#{fragment.replace('&layer', '&view=table&layer')}"
    page.evaluate("location.hash = 'edge=ent:trump,ent:is,plain'")
    page.wait_for_function("document.documentElement.lang === 'de'")
    assert heading(page) == "Donald Trump → Islamischer Staat"
    page.evaluate("location.hash = 'node=ent:nobody&since=bald&type=,&tone=%E0%A4%A&lang=toString'")
    page.wait_for_function("!document.querySelector('#card h2')")
    assert status(page) == "3 Akteure, 3 Verbindungen, 4 Aussagen"


@in_browser
def test_dark_follows_the_system_and_the_switch(opened: Open) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page = opened(network(), color_scheme="dark")
    assert page.evaluate(paper) == "rgb(20, 23, 26)"
    page.select_option("#theme", "light")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate("location.hash") == "#theme=light"


@in_browser
def test_table_and_language_answer_to_their_buttons(opened: Open) -> None:
    page = opened(network())
    page.click("#view-table")
    assert page.inner_text("#edge-table caption") == "Verbindungen"
    page.click("#language")
    assert page.inner_text("#edge-table caption") == "Connections"
    assert page.get_attribute("html", "lang") == "en"
    page.click('#edge-table [data-column="who"]')
    assert page.locator("#edge-table tbody th").all_inner_texts() == ["Donald Trump", "USA", "USA"]
    assert page.get_attribute("#edge-table th", "aria-sort") == "ascending"
    page.locator("#edge-table tbody button").first.click()
    assert page.locator("#card blockquote").inner_text() == "Trump drohte."
    assert page.evaluate("document.activeElement.textContent") == "Donald Trump → Islamischer Staat"
    assert page.evaluate("location.hash") == "#edge=ent%3Atrump,ent%3Ais,plain&view=table&lang=en"


@in_browser
def test_the_visible_part_can_be_saved(opened: Open, tmp_path: Path) -> None:
    graph = network(last={"sentence": '=HYPERLINK("x"), sagte er'})
    page = opened(graph, "layer=plain&type=-")
    with page.expect_download() as saving:
        page.click("#csv")
    saving.value.save_as(tmp_path / "netz.csv")
    assert saving.value.suggested_filename == "Netz.csv"
    with (tmp_path / "netz.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["who"], row["whom"], row["layer"]) == ("Donald Trump", "Islamischer Staat", "plain")
    assert row["sentence"] == '\'=HYPERLINK("x"), sagte er'
    with page.expect_download() as saving:
        page.click("#png")
    saving.value.save_as(tmp_path / "netz.png")
    picture = (tmp_path / "netz.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 4000


@in_browser
def test_without_webgl_the_table_opens_and_says_why(tmp_path: Path, browser: Any) -> None:
    path = tmp_path / "netz.html"
    write_page(network(), path, title="Netz")
    bare = browser.browser_type.launch(
        executable_path=BROWSER, args=[*SWITCHES, "--disable-3d-apis"]
    )
    page = bare.new_page(locale="de-DE")
    page.goto(f"{path.as_uri()}#edge=ent:usa,ent:is,plain")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert "kein WebGL" in page.inner_text("#no-webgl")
    assert page.locator("#edge-table tbody tr").count() == 3
    assert page.locator("#card blockquote").inner_text() == "Die USA griffen an."
    bare.close()


@in_browser
def test_a_telephone_shows_all_without_scrolling_sideways(opened: Open) -> None:
    page = opened(network(), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for fragment in ("", "node=ent:usa", "edge=ent:usa,ent:is,claim&lang=en", "view=table"):
        page.evaluate("(hash) => { location.hash = hash; }", fragment)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("summary")
    assert page.is_visible("#layer-plain")


@in_browser
def test_five_thousand_actors_open_and_can_be_moved(opened: Open) -> None:
    graph = large_network(5000, 20_000)
    assert (len(graph), graph.number_of_edges()) == (5000, 20_000)
    start = time.perf_counter()
    text = make_page(graph, title="Netz")
    written = time.perf_counter()
    page = opened(graph, viewport={"width": 1440, "height": 900})
    ready = page.evaluate("performance.now()") / 1000
    assert len(text) < 6_000_000
    assert status(page) == "5.000 Akteure, 20.000 Verbindungen, 22.497 Aussagen"
    page.mouse.move(700, 400)
    page.mouse.down()
    begun = time.perf_counter()
    for step in range(10):
        page.mouse.move(700 + 10 * step, 400)
    page.mouse.up()
    moved = time.perf_counter() - begun
    told = f"written in {written - start:.1f} s, {len(text) / 1e6:.1f} MB, "
    print(f"5,000 actors: {told}open in {ready:.1f} s, ten moves in {moved:.1f} s")
    assert ready < 30
    assert moved < 30
    page.focus("#since")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!document.querySelector('#status').textContent.includes('22.497')")


@in_browser
def test_a_page_that_shows_the_heart_says_so(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "netz.html"
    path.write_text(make_page(network(), title="Netz", max_nodes=2), encoding="utf-8")
    page = browser.new_page(locale="de-DE")
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    assert "gezeigt ist das Herz des Netzes: 2 von 3 Akteuren" in page.inner_text("#status")
    assert "2 von 3 Akteuren" in page.inner_text("#card")
    page.context.close()
