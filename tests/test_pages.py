"""The offline page of a network: what stands in the file, and what real Chromium makes of it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.asking.network import Evidence, make_network
from kg.asking.pages import embed_json, make_page, page_data, safe_link, write_page
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
    assert set(re.findall(r"https?://[^\"'\s]*", text)) == {"https://example.org/a"}
    script = page.raw["script"][1]
    for word in ("eval", "Function(", "innerHTML", "outerHTML", "insertAdjacent", "write("):
        assert word not in script
    for word in ("fetch(", "XMLHttp", "WebSocket", "import(", "sendBeacon"):
        assert word not in script


def test_the_template_is_filled_and_the_text_is_the_same_every_time() -> None:
    text = make_page(network(), title="Netz & <Co>", lang="en")
    assert "%%" not in text.split('id="data"')[0]
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Netz &amp; &lt;Co&gt;</title>" in text
    assert text == make_page(network(), title="Netz & <Co>", lang="en")


def test_a_text_that_looks_like_a_marker_stays_a_text() -> None:
    text = make_page(network(label="%%SCRIPT%% %%DATA%%"), title="%%STYLE%%")
    assert "<title>%%STYLE%%</title>" in text
    assert "%%SCRIPT%% %%DATA%%" in [n["label"] for n in embedded(text)["nodes"]]


def test_a_hostile_headline_is_inert() -> None:
    last = {"title": HOSTILE, "speaker": HOSTILE, "publisher": HOSTILE}
    text = make_page(network(label=HOSTILE, last=last), title=HOSTILE)
    page = Page(text)
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "img" not in {tag for tag, _ in page.elements}
    assert "<img" not in text
    assert embedded(text)["title"] == HOSTILE
    assert HOSTILE in {article["title"] for article in embedded(text)["articles"]}


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
    labels = [node["label"] for node in data["nodes"]]
    ties = {(labels[e["from"]], labels[e["to"]], e["layer"]) for e in data["edges"]}
    assert ties == {
        ("USA", "Islamischer Staat", "plain"),
        ("USA", "Islamischer Staat", "claim"),
        ("Donald Trump", "Islamischer Staat", "plain"),
    }
    assert [s["iri"] for s in data["statements"]] == ["st:3", "st:1", "st:2"]
    assert [e["found"] for e in data["edges"]] == [[0], [1], [2]]
    assert [a["date"] for a in data["articles"]] == ["2019-09-05", "2019-08-02"]
    assert (data["first"], data["last"]) == ("2019-08-02", "2019-09-05")


def test_a_large_network_says_what_is_left_out() -> None:
    data = embedded(make_page(network(), title="x", max_nodes=2))
    assert len(data["nodes"]) == 2
    assert data["left_out"] == {"actors": 1, "edges": 1}


def test_an_unknown_language_and_a_wrong_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="de, en"):
        make_page(network(), title="x", lang="fr")
    with pytest.raises(KGError, match="cannot be written"):
        write_page(network(), tmp_path / "missing" / "n.html", title="x")


# --- in a real browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)

in_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here to open the page with")


def browse(tmp_path: Path, page: Path, fragment: str = "") -> tuple[str, str]:
    """A page as Chromium shows it, written back as HTML, and what Chromium complains of."""
    switches = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--enable-logging=stderr", "--virtual-time-budget=2000", "--dump-dom"),
        f"--user-data-dir={tmp_path / 'profile'}",
    )
    command = [str(BROWSER), *switches, f"{page.as_uri()}#{fragment}"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    told = [x for x in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in x]
    return done.stdout.decode(), "\n".join(told)


def opened(
    tmp_path: Path, graph: Any, fragment: str = "", *, title: str = "Netz"
) -> tuple[str, str]:
    page = tmp_path / "netz.html"
    write_page(graph, page, title=title)
    return browse(tmp_path, page, fragment)


def acted(tmp_path: Path, graph: Any, script: str) -> list[str]:
    """What a reader sees who does what ``script`` does; ``see(text)`` notes a text.

    The page's policy is taken out of this copy, or the script could not run.
    """
    page = tmp_path / "netz.html"
    text = make_page(graph, title="Netz").replace("Content-Security-Policy", "x-without")
    start = """
      const find = (id) => document.getElementById(id);
      const seen = [];
      const see = (text) => seen.push(text);
      const set = (id, value, event) => {
        find(id).value = value;
        find(id).dispatchEvent(new Event(event, { bubbles: true }));
      };
      const press = (id, key) =>
        find(id).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const click = (element) =>
        element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    """
    end = "const out = document.createElement('pre'); out.id = 'seen';"
    end += "out.textContent = JSON.stringify(seen); document.body.append(out);"
    driver = f"<script>{{{start}{script};{end}}}</script></body>"
    page.write_text(text.replace("</body>", driver), encoding="utf-8")
    dom, told = browse(tmp_path, page)
    assert told == ""
    found = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)
    assert found, "the script of the test came to its end"
    return [str(x) for x in json.loads(html.unescape(found.group(1)))]


def element(dom: str, id: str) -> str:
    """The markup of an element, up to the next element with an id."""
    return re.split(r'<[a-z]+ [^>]*?\bid="', dom.split(f'id="{id}"', 1)[1])[0]


@in_browser
def test_the_address_opens_an_edge_with_its_sentence(tmp_path: Path) -> None:
    dom, told = opened(tmp_path, network(), "edge=ent%3Ausa,ent%3Ais,plain")
    card = element(dom, "card")
    assert told == ""
    assert "Die USA griffen an." in card
    assert "Sie planten es." not in card, "a claim does not stand on the card of a fact"
    assert 'href="https://example.org/a" target="_blank" rel="noopener noreferrer"' in card
    assert "Kampf gegen den IS" in card
    assert "02.08.2019 · Bote" in card
    assert "3 Akteure · 3 Verbindungen · 3 Aussagen" in dom


@in_browser
def test_a_claim_says_that_it_is_one_and_whose(tmp_path: Path) -> None:
    dom, _ = opened(tmp_path, network(), "edge=ent:usa,ent:is,claim&lang=en")
    card = element(dom, "card")
    assert "The articles do not assert this themselves" in card
    assert "according to Assad" in card
    assert "intended" in card


@in_browser
def test_the_table_holds_the_same_data(tmp_path: Path) -> None:
    dom, told = opened(tmp_path, network(), "view=table")
    rows = re.findall(r"<tr>(.*?)</tr>", element(dom, "edge-table"), re.S)
    cells = [re.sub(r"<[^>]+>", "|", row) for row in rows[1:]]
    assert told == ""
    assert len(cells) == 3
    assert any("USA" in c and "angreifen" in c and "Behauptung" in c for c in cells)


@in_browser
def test_a_hostile_page_stays_text_in_the_browser(tmp_path: Path) -> None:
    last = {"title": HOSTILE, "speaker": HOSTILE, "url": "javascript:alert(1)"}
    graph = network(label=HOSTILE, last=last)
    dom, told = opened(tmp_path, graph, "edge=ent:trump,ent:is,plain", title=HOSTILE)
    body = re.sub(r"<script.*?</script>", "", dom, flags=re.S)
    assert told == ""
    assert "&lt;img src=x onerror=alert(1)&gt;" in element(dom, "card")
    assert "<img" not in body
    assert "javascript:" not in body


@in_browser
def test_an_empty_network_opens(tmp_path: Path) -> None:
    dom, told = opened(tmp_path, make_network({}, {}))
    assert told == ""
    assert "Keine Handlungen zwischen Akteuren gefunden" in element(dom, "card")


@in_browser
def test_another_script_may_not_run(tmp_path: Path) -> None:
    page = tmp_path / "netz.html"
    write_page(network(), page, title="Netz")
    extra = "<script>document.title = 'taken over'</script></body>"
    changed = page.read_text(encoding="utf-8").replace("</body>", extra)
    page.write_text(changed, encoding="utf-8")
    dom, told = browse(tmp_path, page)
    assert "<title>Netz</title>" in dom
    assert "Content Security Policy" in told


@in_browser
def test_search_finds_an_actor_by_another_name_and_opens_its_card(tmp_path: Path) -> None:
    script = """
      set("search", "vereinigte st", "input");
      see(find("suggestions").textContent);
      press("search", "Enter");
      see(find("card").querySelector("h2").textContent);
      see(find("card").textContent);
      see(location.hash);
    """
    suggestions, heading, card, address = acted(tmp_path, network(), script)
    assert suggestions == "USAStaat"
    assert heading == "USA"
    assert "auch: Vereinigte Staaten" in card
    assert "Islamischer Staat: angreifen" in card
    assert address == "#node=ent%3Ausa"


@in_browser
def test_a_click_on_a_line_shows_its_sentences(tmp_path: Path) -> None:
    script = """
      const lines = [...document.querySelectorAll("g.edge")];
      see(lines.length);
      for (const line of lines) {
        click(line.querySelector(".hit"));
        see(find("card").querySelector("blockquote").textContent);
      }
      click(document.querySelector("#card h2 + p ~ p button"));
      see(find("card").querySelector("h2").textContent);
    """
    number, *sentences, actor = acted(tmp_path, network(), script)
    assert number == "3"
    assert sentences == ["Trump drohte.", "Die USA griffen an.", "Sie planten es."]
    assert actor == "USA"


@in_browser
def test_filters_change_what_is_counted(tmp_path: Path) -> None:
    script = """
      const status = () => find("status").textContent.split(" · ").slice(0, 3).join(", ");
      see(status());
      click(find("layer-claim")); see(status());
      set("since", "2019-09-01", "change"); see(status());
      set("until", "2019-09-04", "change"); see(status());
      click(find("reset")); see(status());
      set("least", "2", "input"); see(status());
    """
    assert acted(tmp_path, network(twice=True), script) == [
        "3 Akteure, 3 Verbindungen, 4 Aussagen",
        "3 Akteure, 2 Verbindungen, 3 Aussagen",
        "2 Akteure, 1 Verbindung, 1 Aussage",
        "0 Akteure, 0 Verbindungen, 0 Aussagen",
        "3 Akteure, 3 Verbindungen, 4 Aussagen",
        "2 Akteure, 1 Verbindung, 2 Aussagen",
    ]


@in_browser
def test_table_and_language_answer_to_their_buttons(tmp_path: Path) -> None:
    script = """
      click(find("view-table"));
      see(find("edge-table").caption.textContent);
      click(find("language"));
      see(find("edge-table").caption.textContent + document.documentElement.lang);
      click(document.querySelector('#edge-table [data-column="who"]'));
      see([...document.querySelectorAll("#edge-table tbody th")].map((e) => e.textContent).join());
      click(document.querySelector("#edge-table tbody button"));
      see(find("card").querySelector("blockquote").textContent);
      see(document.activeElement.textContent);
      see(location.hash);
    """
    german, english, names, sentence, focus, address = acted(tmp_path, network(), script)
    assert (german, english) == ("Verbindungen", "Connectionsen")
    assert names == "Donald Trump,USA,USA"
    assert sentence == "Trump drohte."
    assert focus == "Donald Trump → Islamischer Staat"
    assert address == "#edge=ent%3Atrump,ent%3Ais,plain&view=table&lang=en"
