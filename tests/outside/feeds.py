"""Feeds as outside parsers read them, brought into one form so that two readings can be compared."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import fastfeedparser
import feedparser


@dataclass(frozen=True)
class Entry:
    """What a subscriber's reader keeps of an entry. Times are in UTC; `updated` is `None` where the format has none."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime | None


def by_feedparser(feed: bytes) -> list[Entry]:
    """The entries in the feed's order; a feed that is not well-formed fails."""
    parsed = feedparser.parse(feed, sanitize_html=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [
        Entry(
            id=entry.id,
            title=entry.title,
            link=entry.link,
            published=_from_struct(entry.published_parsed),
            updated=_from_struct(entry.updated_parsed) if "updated_parsed" in entry.keys() else None,
        )
        for entry in parsed.entries
    ]


def by_fastfeedparser(feed: bytes) -> list[Entry]:
    """The entries in the feed's order."""
    return [
        Entry(
            id=entry["id"],
            title=entry["title"],
            link=entry["link"],
            published=datetime.fromisoformat(entry["published"]),
            updated=datetime.fromisoformat(entry["updated"]) if entry.get("updated") else None,
        )
        for entry in fastfeedparser.parse(feed).entries
    ]


def by_hand(feed: bytes) -> list[Entry]:
    """The entries of a JSON Feed, read as its own specification says."""
    return [
        Entry(
            id=item["id"],
            title=item["title"],
            link=item["url"],
            published=datetime.fromisoformat(item["date_published"]).astimezone(UTC),
            updated=datetime.fromisoformat(item["date_modified"]).astimezone(UTC),
        )
        for item in json.loads(feed)["items"]
    ]


def contents(feed: bytes) -> list[str]:
    """The HTML of each entry of an Atom or RSS feed, in the feed's order."""
    return [
        entry.content[0].value if "content" in entry else entry.summary
        for entry in feedparser.parse(feed, sanitize_html=False, resolve_relative_uris=False).entries
    ]


def _from_struct(parsed: tuple[int, ...]) -> datetime:
    return datetime(*parsed[:6], tzinfo=UTC)
