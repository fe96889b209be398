"""The feeds, read by two outside parsers; the Atom ones also against RFC 4287's schema."""

from pathlib import Path

import pytest
from lxml import etree, html

from conftest import Site
from feeds import by_fastfeedparser, by_feedparser, contents

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ["history.atom", "history.rss"]
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


def atom_files(site: Site) -> list[Path]:
    """Every Atom feed of the site, of which there must be some."""
    files = sorted(site.root.rglob("*.atom"))
    assert files
    return files


def test_atom_feeds_follow_the_schema(site: Site) -> None:
    for path in atom_files(site):
        feed = etree.parse(path).getroot()
        for element in [*feed.iterfind("a:entry", ATOM), feed]:
            assert SCHEMA.validate(element), f"{path}: {etree.tostring(element)[:300]!r}: {SCHEMA.error_log}"


def test_atom_feeds_keep_what_the_schema_cannot_say(site: Site) -> None:
    for path in atom_files(site):
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


@pytest.mark.parametrize("name", FEEDS)
def test_two_parsers_read_the_same_entries(site: Site, name: str) -> None:
    feed = site.read(name)
    entries = by_feedparser(feed)
    assert entries
    assert entries == by_fastfeedparser(feed)


def test_both_formats_tell_the_same(site: Site) -> None:
    def told(name: str) -> list[tuple[object, ...]]:
        return [(entry.title, entry.link, entry.published) for entry in by_feedparser(site.read(name))]

    assert told("history.atom") == told("history.rss")


@pytest.mark.parametrize("name", FEEDS)
def test_every_entry_leads_to_its_page(site: Site, name: str) -> None:
    for entry in by_feedparser(site.read(name)):
        page = html.fromstring(site.file_at(entry.link).read_text())
        headings = [" ".join(heading.text_content().split()) for heading in page.iterfind(".//h1")]
        assert any(entry.title in heading for heading in headings), (entry, headings)


@pytest.mark.parametrize("name", FEEDS)
def test_addresses_inside_entries_are_absolute(site: Site, name: str) -> None:
    addresses = [
        address
        for content in contents(site.read(name))
        for _, _, address, _ in html.fragment_fromstring(content, create_parent=True).iterlinks()
    ]
    assert [address for address in addresses if not address.startswith(("https://", "http://", "mailto:", "tel:"))] == []


@pytest.mark.parametrize("name", FEEDS)
def test_an_entry_keeps_its_id(sites: dict[str, Site], name: str) -> None:
    before = {entry.link: entry.id for entry in by_feedparser(sites["outage"].read(name))}
    now = {entry.link: entry.id for entry in by_feedparser(sites["calm"].read(name))}
    assert before.keys() <= now.keys(), "an entry is gone"
    assert before == {link: now[link] for link in before}


@pytest.mark.parametrize(("name", "kind"), [("history.atom", "application/atom+xml"), ("history.rss", "application/rss+xml")])
def test_the_front_page_names_the_feed(site: Site, name: str, kind: str) -> None:
    page = html.fromstring(site.read("index.html"), base_url=site.base_url)
    page.make_links_absolute()
    links = page.xpath("//link[@rel='alternate'][@type=$kind]/@href", kind=kind)
    assert site.base_url + name in links
