"""Hard texts through every format: quotes, ends of CDATA and scripts, emoji, control characters, both directions, and
10,000 letters, as titles, names and messages, read back by outside parsers."""

import json
import re
import unicodedata
from pathlib import Path

import fastfeedparser
import feedparser
import icalendar
import jsonschema
import pytest
import vobject
from lxml import etree, html
from prometheus_client.parser import text_string_to_metric_families

from conftest import Site, build, promtool

SHOWN = (
    "\"double\" 'single' ]]> <b>&amp;</b> </script> </title> <!-- 🎉👩\u200d👩\u200d👧 \u202eעברית\u202c العربية "
    "a,b;c\\d `code` {{ x }} {% y %} ${z} %s &#0; \\n é e\u0301 支払い"
)
CONTROLS = "\x01\x0b\x1b[31m\x7f\x85\ufffe"
# Titles and names are refused when they hold control characters; texts are not.
HARD = SHOWN + "\ufffe"
LONG = "x" * 10_000
# A comment's beginning is dropped from messages, by design, and so is all Markdown.
SAID = "\"double\" 'single' ]]> &lt;b&gt; </script> 🎉👩\u200d👩\u200d👧 \u202eעברית\u202c العربية a,b;c d {{ x }} ${z} %s 支払い"
SHOWN_SAID = SAID.replace("&lt;", "<").replace("&gt;", ">")
NOW = "2026-11-21T12:00:00Z"


def toml(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda it: f"\\u{ord(it[0]):04X}", escaped) + '"'


def written_out(text: str) -> str:
    """Text as terminals and logs get it: without what changes the direction of letters."""
    return re.sub("[\u202a-\u202e\u2066-\u2069]", lambda it: f"\\u{{{ord(it[0]):x}}}", text)


def write(root: Path) -> Path:
    """Writes the content and returns its folder."""
    said = f"{SAID}{CONTROLS}\n\n{LONG}\n\n```\n{SAID}\n```\n"
    component = f'id = "api"\nname = {toml(HARD)}\ndescription = {toml(HARD)}\ngroup = "core"\n'
    files = {
        "site.toml": f'title = {toml(HARD)}\ndescription = {toml(HARD)}\nbase_url = "https://status.test/repo/"\n'
        f'[[groups]]\nid = "core"\nname = {toml(HARD)}\n[[components]]\n{component}'
        f'[[components]]\nid = "long"\nname = "{LONG}"\n',
        "content/incidents/open.md": f"+++\ntitle = {toml(HARD)}\ncomponents = {{ api = 'major_outage' }}\n+++\n\n"
        f"## Identified, 2026-11-20 10:00\n\n{said}",
        "content/incidents/over.md": f"+++\ntitle = {toml(HARD + LONG)}\ncomponents = {{ long = 'partial_outage' }}\n"
        f"+++\n\n## Resolved, 2026-11-19 11:00\n\n{said}\n# Postmortem, 2026-11-19 12:00\n\n{said}",
        "content/maintenance/plan.md": f"+++\ntitle = {toml(HARD)}\ncomponents = ['api']\nfrom = 2026-12-01 10:00\n"
        f"to = 2026-12-01 11:00\n+++\n\n## Scheduled, 2026-11-19 10:00\n\n{said}",
    }
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return root


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The built site."""
    return build("hard", NOW, site=write(tmp_path_factory.mktemp("hard")))


def kept(text: str) -> str:
    """What XML 1.0 can hold of a text."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def as_html(text: str) -> str:
    """What HTML can hold of a text, white space folded."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "", text).split())


# Newest first.
TITLES = [HARD, HARD + LONG, HARD]


@pytest.mark.parametrize("name", ["history.atom", "history.rss", "groups/core/history.atom", "components/api/history.rss"])
def test_feeds_in_xml(hard: Site, name: str) -> None:
    text = hard.read(name)
    root = etree.fromstring(text)
    of = lambda tag: [it.text for it in root.iter(f"{{*}}{tag}")]  # noqa: E731
    parts = {"history": TITLES, "groups": TITLES[::2], "components": TITLES[::2]}
    expected = [kept(title) for title in parts[re.split(r"[/.]", name)[0]]]
    assert of("title")[1:] == expected
    # It reads U+0085 as a character of Windows, or as white space.
    parsed = [re.sub("[…\x85]", "", kept(it.title)) for it in feedparser.parse(text, sanitize_html=False).entries]
    assert parsed == [title.replace("\x85", "") for title in expected]
    assert len(fastfeedparser.parse(text).entries) == len(expected)
    for content in of("content") + of("description")[1:]:
        # The same HTML, read as XML: every tag is balanced.
        body = etree.fromstring(f'<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>')
        said = "".join(body.itertext())
        assert SHOWN_SAID in said and SAID in said and LONG in said


@pytest.mark.parametrize("name", ["updates.atom", "updates.rss"])
def test_feeds_of_updates(hard: Site, name: str) -> None:
    titles = [it.text for it in etree.fromstring(hard.read(name)).iter("{*}title")]
    assert len(titles) == 5
    assert all(kept(SHOWN) in title for title in titles)


def test_json_feed_and_api(hard: Site) -> None:
    feed = json.loads(hard.read("feed.json"))
    assert feed["title"] == HARD
    assert [it["title"] for it in feed["items"]] == TITLES
    schema = json.loads(hard.read("api/schemas/history.schema.json"))
    years = json.loads(hard.read("api/history.json"))
    jsonschema.validate(years, schema)
    [year] = years["years"]
    history = json.loads(hard.read(f"api/history/{year['year']}.json"))
    jsonschema.validate(history, schema)
    assert history["page"]["name"] == HARD
    assert [it["name"] for it in history["incidents"]] == [HARD, HARD + LONG]
    summary = json.loads(hard.read("api/v2/summary.json"))
    assert {it["name"] for it in summary["components"]} == {HARD, LONG}
    assert summary["incidents"][0]["incident_updates"][0]["affected_components"][0]["name"] == f"{HARD} - {HARD}"
    for report in history["incidents"] + history["scheduled_maintenances"]:
        for update in report["incident_updates"]:
            said = html.fragment_fromstring(kept(update["body"]), create_parent=True).text_content()
            assert SHOWN_SAID in said and LONG in said
    uptime = json.loads(hard.read("api/uptime.json"))
    assert {row["name"] for row in uptime["components"]} == {HARD, LONG}


def test_calendars(hard: Site) -> None:
    for path in ["maintenance.ics", "components/api/maintenance.ics"]:
        text = hard.read(path)
        lines = text.split(b"\r\n")
        assert all(len(line) <= 75 for line in lines) and not any(b"\n" in line or b"\r" in line for line in lines)
        [event] = icalendar.Calendar.from_ical(text).events
        expected = kept(HARD).replace("\x7f", "")
        assert event["SUMMARY"] == expected
        assert SHOWN_SAID in event["DESCRIPTION"] and LONG in event["DESCRIPTION"]
        other = vobject.readOne(text.decode()).vevent
        assert other.summary.value == expected
        assert SHOWN_SAID in other.description.value and LONG in other.description.value


@pytest.mark.parametrize("folder", ["", "components/api/", "groups/core/"])
def test_badges(hard: Site, folder: str) -> None:
    for name in ["badge", "badge-uptime"]:
        twin = json.loads(hard.read(f"{folder}{name}.json"))
        assert twin["label"].startswith(HARD)
        svg = etree.fromstring(hard.read(f"{folder}{name}.svg"))
        title = svg.findtext("{*}title")
        assert title == svg.get("aria-label") == kept(f"{twin['label']}: {twin['message']}")


def test_metrics(hard: Site) -> None:
    text = hard.read("metrics")
    promtool(text)
    families = {it.name: it.samples for it in text_string_to_metric_families(text.decode())}
    assert {it.labels["name"] for it in families["allclear_component_state"]} == {written_out(HARD), LONG}


def test_plain_text(hard: Site) -> None:
    lines = hard.read("status.txt").decode().split("\n")
    wide = lambda c: 0 if unicodedata.combining(c) or unicodedata.category(c) == "Cf" else 1 + (unicodedata.east_asian_width(c) in "WF")  # noqa: E731
    # An emoji of three people is one of two columns; counted apart, they are six.
    columns = [sum(map(wide, line.replace("\u200d👩", "").replace("\u200d👧", ""))) for line in lines]
    assert max(columns) <= 80, lines[columns.index(max(columns))]
    text = " ".join(" ".join(lines).split())
    assert written_out(SHOWN_SAID) in text and LONG[:70] in text
    assert not any(unicodedata.category(c) == "Cc" for line in lines for c in line)
    agents = hard.read("llms.txt").decode()
    assert agents.startswith(f"# {SHOWN}") and agents.split("\n")[2].startswith(f"> {SHOWN}")
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in agents)


def test_sitemap_and_headers(hard: Site) -> None:
    assert len(etree.fromstring(hard.read("sitemap.xml"))) > 5
    for line in hard.read("_headers").decode().splitlines():
        assert re.fullmatch(r"/repo/\S*|  [A-Za-z-]+: [ -~]+", line), line


def test_pages(hard: Site) -> None:
    headings = {
        "incidents/open/": HARD,
        "incidents/over/": HARD + LONG,
        "maintenance/plan/": HARD,
        "components/api/": HARD,
        "groups/core/": HARD,
    }
    for folder, expected in headings.items():
        page = html.fromstring(hard.read(f"{folder}index.html").decode())
        [heading] = page.xpath("//h1")
        assert as_html(expected) in " ".join(heading.text_content().split()), folder
        assert as_html(SHOWN) in " ".join(page.findtext(".//title").split()), folder
    for folder in ["incidents/open/", "incidents/over/", "maintenance/plan/"]:
        text = " ".join(html.fromstring(hard.read(f"{folder}index.html").decode()).text_content().split())
        assert SHOWN_SAID in text and SAID in text and LONG in text, folder


def test_no_page_holds_what_html_cannot(hard: Site) -> None:
    for path in hard.root.rglob("*.html"):
        found = re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]", path.read_text(encoding="utf-8"))
        assert not found, f"{path}: {found}"
