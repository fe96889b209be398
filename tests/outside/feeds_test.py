"""The feeds, read by two outside parsers; the Atom ones also against RFC 4287's schema."""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from conftest import Site
from feeds import by_fastfeedparser, by_feedparser, by_hand, contents

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))

MINIMAL = """<feed xmlns="http://www.w3.org/2005/Atom">
<title>T</title><id>tag:a.test,2024:f</id><updated>2024-01-01T00:00:00Z</updated>
<entry><title type="html">T</title><id>tag:a.test,2024:e</id><updated>2024-01-01T00:00:00+01:00</updated>
<link rel="alternate" href="https://a.test/"/><content type="html">&lt;p&gt;C&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("<id>tag:a.test,2024:f</id>", ""),
        ("<id>tag:a.test,2024:e</id>", ""),
        ("<title>T</title>", ""),
        ("<updated>2024-01-01T00:00:00Z</updated>", ""),
        ("00:00Z", "00:00"),
        ("2024-01-01T00:00:00+01:00", "2024-01-01 00:00:00+01:00"),
        ("2024-01-01T00:00:00+01:00", "Mon, 01 Jan 2024 00:00:00 +0100"),
        ('href="https://a.test/"', ""),
        ('type="html">T', 'type="markdown">T'),
        ("</entry>", "<published/></entry>"),
        ("</entry>", "<title>Twice</title></entry>"),
        ("</entry>", "<pubDate>2024</pubDate></entry>"),
    ],
)
def test_the_schema_refuses_what_the_rfc_does(sound: str, broken: str) -> None:
    assert SCHEMA.validate(etree.fromstring(MINIMAL)), SCHEMA.error_log
    assert sound in MINIMAL
    assert not SCHEMA.validate(etree.fromstring(MINIMAL.replace(sound, broken, 1)))


def files(site: Site, pattern: str) -> list[Path]:
    """Every file of the site with a name of `pattern`, of which there must be some."""
    found = sorted(site.root.rglob(pattern))
    assert found, f"no {pattern}"
    return found


def xml_feeds(site: Site) -> list[Path]:
    """Every Atom and RSS feed of the site."""
    return files(site, "*.atom") + files(site, "*.rss")


def test_atom_feeds_follow_the_schema(site: Site) -> None:
    for path in files(site, "*.atom"):
        feed = etree.parse(path).getroot()
        for element in [*feed.iterfind("a:entry", ATOM), feed]:
            assert SCHEMA.validate(element), f"{path}: {etree.tostring(element)[:300]!r}: {SCHEMA.error_log}"


def test_atom_feeds_keep_what_the_schema_cannot_say(site: Site) -> None:
    for path in files(site, "*.atom"):
        feed = etree.parse(path).getroot()
        entries = feed.findall("a:entry", ATOM)
        ids = [element.text for element in feed.iterfind(".//a:id", ATOM)]
        assert len(ids) == len(set(ids)), f"{path}: an id stands twice"
        for element in [feed, *entries]:
            alternates = [
                (link.get("type"), link.get("hreflang"))
                for link in element.iterfind("a:link", ATOM)
                if link.get("rel", "alternate") == "alternate"
            ]
            assert alternates, f"{path}: no page is named"
            assert len(alternates) == len(set(alternates)), f"{path}: one page's link stands twice"
        own = feed.find("a:link[@rel='self']", ATOM)
        assert own is not None and site.file_at(own.get("href")) == path
        has_author = feed.find("a:author", ATOM) is not None
        assert has_author or all(entry.find("a:author", ATOM) is not None for entry in entries), f"{path}: no author"


def test_site_components_and_groups_have_feeds_of_three_forms(site: Site) -> None:
    names = ["history.atom", "history.rss", "feed.json"]
    folders = [{path.parent.relative_to(site.root) for path in files(site, name)} for name in names]
    assert folders[0] == folders[1] == folders[2]
    assert {folder.parts[:1] for folder in folders[0]} == {(), ("components",), ("groups",)}


def test_two_parsers_read_the_same_entries(site: Site) -> None:
    for path in xml_feeds(site):
        assert by_feedparser(path.read_bytes()) == by_fastfeedparser(path.read_bytes()), path
    for path in files(site, "feed.json"):
        assert by_hand(path.read_bytes()) == by_fastfeedparser(path.read_bytes()), path
    assert by_feedparser(site.read("history.atom")), "no entry at all"


def test_all_forms_tell_the_same(site: Site) -> None:
    for atom in files(site, "history.atom"):
        entries = by_feedparser(atom.read_bytes())
        assert entries == by_hand(atom.with_name("feed.json").read_bytes()), atom
        rss = by_feedparser(atom.with_name("history.rss").read_bytes())
        assert [replace(entry, updated=None) for entry in entries] == [replace(entry, updated=None) for entry in rss], atom


def test_entries_stand_newest_first(site: Site) -> None:
    for path in xml_feeds(site):
        published = [entry.published for entry in by_feedparser(path.read_bytes())]
        assert published == sorted(published, reverse=True), path


def test_every_entry_leads_to_its_page(site: Site) -> None:
    for path in files(site, "history.atom"):
        for entry in by_feedparser(path.read_bytes()):
            headings = texts(site, entry.link, "//h1")
            assert any(" ".join(entry.title.split()) in heading for heading in headings), (path, entry, headings)


def test_every_update_leads_to_its_place(site: Site) -> None:
    entries = by_feedparser(site.read("updates.atom"))
    assert entries
    for entry in entries:
        fragment = urlsplit(entry.link).fragment
        assert fragment, entry
        assert texts(site, entry.link, f"//*[@id='{fragment}']"), entry


def texts(site: Site, address: str, xpath: str) -> list[str]:
    """The texts of what `xpath` finds on the page at `address`, white space folded."""
    page = html.fromstring(site.file_at(address).read_bytes().decode())
    return [" ".join(element.text_content().split()) for element in page.xpath(xpath)]


def test_addresses_inside_entries_are_absolute(site: Site) -> None:
    absolute = ("https://", "http://", "mailto:", "tel:")
    for path in xml_feeds(site):
        for content in contents(path.read_bytes()):
            links = html.fragment_fromstring(content, create_parent=True).iterlinks()
            assert [address for _, _, address, _ in links if not address.startswith(absolute)] == [], path


@pytest.mark.parametrize("name", ["history.atom", "history.rss", "updates.atom", "updates.rss"])
def test_an_entry_keeps_its_id(sites: dict[str, Site], name: str) -> None:
    """As long as it stands in the feed, which drops the oldest."""
    before = {entry.id: entry.link for entry in by_feedparser(sites["outage"].read(name))}
    now = {entry.id: entry.link for entry in by_feedparser(sites["calm"].read(name))}
    kept = before.keys() & now.keys()
    assert kept, "no entry kept its id"
    assert {before[id] for id in kept} == {now[id] for id in kept}
    assert not {before[id] for id in before.keys() - kept} & set(now.values()), "an entry has a new id"


KINDS = {
    "history.atom": "application/atom+xml",
    "history.rss": "application/rss+xml",
    "feed.json": "application/feed+json",
}


def test_every_page_names_feeds_and_has_a_way_to_subscribe(site: Site) -> None:
    for path in files(site, "index.html") + [site.root / "404.html"]:
        folder = path.parent.relative_to(site.root).as_posix()
        page = html.fromstring(path.read_bytes().decode())
        if folder == "embed" or page.xpath("//meta[@http-equiv='refresh']"):
            continue
        page.make_links_absolute(site.base_url + ("" if path.name == "404.html" or folder == "." else f"{folder}/"))
        links = {(it.get("type"), it.get("href")) for it in page.xpath("//link[@rel='alternate'][@type]")}
        named = {name for name, kind in KINDS.items() if (kind, site.base_url + name) in links}
        part = re.match(r"(components|groups)/[^/]+", folder)
        own = {name for name, kind in KINDS.items() if part and (kind, f"{site.base_url}{part[0]}/{name}") in links}
        assert named | own == KINDS.keys() or path.name == "404.html", (path, links)
        assert not part or own, (path, links)
        assert all(site.file_at(address).exists() for _, address in links), path
        # A plain link, so it works without JavaScript.
        assert f"{site.base_url}subscribe/" in page.xpath("//a/@href"), path


def test_subscribing_is_explained_with_every_address(site: Site) -> None:
    page = html.fromstring(site.read("subscribe/index.html").decode())
    page.make_links_absolute(f"{site.base_url}subscribe/")
    addresses = set(page.xpath("//main//a/@href"))
    living = {it["id"] for it in json.loads(site.read("api/v2/components.json"))["components"]}
    for path in [it for pattern in ("*.atom", "*.rss", "feed.json", "*.ics") for it in files(site, pattern)]:
        relative = path.relative_to(site.root)
        if len(relative.parts) == 1 or relative.parts[1] in living:
            address = site.base_url + relative.as_posix()
            assert address in addresses or address.replace("https:", "webcal:") in addresses, path
    text = page.text_content()
    for way in ["Slack", "Teams", "e-mail", "calendar", "reader"]:
        assert way.lower() in text.lower(), way
