"""What a change of content changes for those who follow: exactly its entries, in every feed and calendar that has them."""

import json
from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest
from lxml import etree

from conftest import Site, build

NOW = "2026-11-20T12:00:00Z"
LATER = "2026-11-21T15:00:00Z"

SITE = """title = "Status"
base_url = "https://status.test/"
[[groups]]
id = "core"
name = "Core"
[[components]]
id = "api"
name = "API"
group = "core"
[[components]]
id = "web"
name = "Web"
"""
SLOW = """+++
title = "Slow"
components = { api = "partial_outage" }
+++

## Investigating, 2026-11-20 10:00

We look.
"""
OTHER = """+++
title = "Other"
components = { web = "degraded_performance" }
+++

## Investigating, 2026-11-20 09:00

We look.
"""
PLAN = """+++
title = "Move"
components = ["web"]
from = 2026-11-20 20:00
to = 2026-11-20 22:00
+++

## Scheduled, 2026-11-19 08:00

We move.
"""
FILES = {
    "site.toml": SITE,
    "content/incidents/slow.md": SLOW,
    "content/incidents/other.md": OTHER,
    "content/maintenance/plan.md": PLAN,
}
FEEDS = ["history.atom", "history.rss", "feed.json"]
TAG = "tag:status.test,2024:incident"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Site]:
    """Builds the content with some files changed."""

    def make(name: str, now: str = NOW, **changed: str) -> Site:
        root = tmp_path / name
        for path, text in FILES.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(changed.get(file.stem, text), encoding="utf-8")
        return build(f"change-{name}", now, site=root)

    return make


def feeds(site: Site) -> list[str]:
    """The paths of all feeds."""
    names = {*FEEDS, "updates.atom", "updates.rss"}
    paths = [path.relative_to(site.root).as_posix() for path in site.root.rglob("*") if path.name in names]
    assert len(paths) == 3 * 4 + 2
    return sorted(paths)


def entries(site: Site, path: str) -> dict[str, str]:
    """The whole of each entry by its id."""
    text = site.read(path)
    if path.endswith(".json"):
        return {item["id"]: json.dumps(item) for item in json.loads(text)["items"]}
    found = {}
    for entry in etree.fromstring(text).iter("{*}entry", "item"):
        id = entry.find("{*}id") if entry.find("guid") is None else entry.find("guid")
        found[id.text] = etree.tostring(entry, encoding="unicode")
    return found


def changed(before: Site, after: Site) -> dict[str, set[str]]:
    """The ids of the entries that are new, gone or different, by feed; feeds that are the same are left out."""
    all = {}
    for path in feeds(before):
        old, new = entries(before, path), entries(after, path)
        ids = {id for id in old.keys() | new.keys() if old.get(id) != new.get(id)}
        assert bool(ids) == (before.read(path) != after.read(path)), path
        if ids:
            all[path] = ids
    return all


def told(id: str, update: str, folders: tuple[str, ...] = ("", "components/api/", "groups/core/")) -> dict[str, set[str]]:
    """What `changed` finds when this entry changed in the histories, and this one among the updates."""
    histories = {f"{folder}{name}": {f"{TAG}/{id}"} for folder in folders for name in FEEDS}
    return histories | {f"updates.{form}": {f"{TAG}/{id}/{update}"} for form in ("atom", "rss")}


def updated(site: Site, path: str = "history.atom") -> dict[str, str]:
    """The `updated` of each entry by its id, and of the feed."""
    feed = etree.fromstring(site.read(path))
    return {it.findtext("{*}id"): it.findtext("{*}updated") for it in [feed, *feed.iter("{*}entry")]}


def test_an_update_changes_exactly_its_entries(made: Callable[..., Site]) -> None:
    before = made("before")
    after = made("after", slow=f"{SLOW}\n## Identified, 11:00\n\nFound.\n")
    assert changed(before, after) == told("slow", update="update/20261120T110000Z")
    moved = {id for id, time in updated(after).items() if updated(before)[id] != time}
    assert moved == {f"{TAG}/slow", "tag:status.test,2024:history"}
    assert updated(after)[f"{TAG}/slow"] == "2026-11-20T11:00:00Z"


def test_a_state_and_the_end_change_no_update_said_before(made: Callable[..., Site]) -> None:
    before = made("before")
    text = f"{SLOW}\n## Resolved, 11:00\n\nOver.\n"
    assert changed(before, made("after", slow=text)) == told("slow", update="update/20261120T110000Z")
    worse = f"{SLOW}\n## Update, 11:00\nweb: major_outage\n\nWorse.\n"
    after = made("worse", slow=worse)
    folders = ("", "components/api/", "groups/core/", "components/web/")
    assert changed(before, after) == told("slow", update="update/20261120T110000Z", folders=folders)


def test_a_postmortem_is_an_entry_and_an_edit_is_none(made: Callable[..., Site]) -> None:
    over = f"{SLOW}\n## Resolved, 11:00\n\nOver.\n"
    before = made("before", slow=over)
    after = made("after", slow=f"{over}\n# Postmortem, 2026-11-20 11:30\n\nLearned.\n")
    assert changed(before, after) == told("slow", update="postmortem")
    assert updated(after)[f"{TAG}/slow"] == "2026-11-20T11:30:00Z"
    text = over.replace("We look.", "We are looking.").replace("+++\n\n", "edited = 2026-11-20 11:45\n+++\n\n", 1)
    edited = made("edited", slow=text)
    assert changed(before, edited) == told("slow", update="update/20261120T100000Z")
    assert updated(edited)[f"{TAG}/slow"] == "2026-11-20T11:45:00Z"


def test_a_renamed_file_keeps_its_entry_when_it_has_an_id(made: Callable[..., Site], tmp_path: Path) -> None:
    named = SLOW.replace("+++\n\n", 'id = "p31zjtct2jer"\n+++\n\n', 1)
    before = made("before", slow=named)
    (tmp_path / "before/content/incidents/slow.md").rename(tmp_path / "before/content/incidents/slower.md")
    after = build("change-renamed", NOW, site=tmp_path / "before")
    assert entries(before, "history.atom").keys() == entries(after, "history.atom").keys()
    assert f"{TAG}/p31zjtct2jer" in entries(after, "history.atom")


def test_the_clock_changes_no_feed_and_no_calendar(made: Callable[..., Site]) -> None:
    before, after = made("before"), made("after", now=LATER)
    assert before.read("index.html") != after.read("index.html"), "the maintenance began and ended meanwhile"
    assert changed(before, after) == {}
    assert (before.root / "maintenance/plan.ics").exists()
    for path in before.root.rglob("*.ics"):
        assert path.read_bytes() == after.read(str(path.relative_to(before.root))), path
    for path in ["robots.txt", "llms.txt", "_headers", "embed.js"]:
        assert before.read(path) == after.read(path), path


def test_what_becomes_visible_changes_its_entries_alone(made: Callable[..., Site]) -> None:
    text = f"{SLOW}\n## Identified, 2026-11-20 12:30\n\nFound.\n"
    before, after = made("before", slow=text), made("after", slow=text, now=LATER)
    assert changed(before, after) == told("slow", update="update/20261120T123000Z")


def test_the_limit_and_old_addresses(made: Callable[..., Site]) -> None:
    settings = '[feeds]\nentries = 2\nalso_at = { "/index.xml" = "history.rss", "/old/all.atom" = "updates.atom" }\n'
    site = made("limited", site=SITE + settings)
    # What is still to come stays in the feeds, whatever their limit.
    newest = [f"{TAG}/slow", f"{TAG}/other", f"{TAG}/plan"]
    for path in FEEDS:
        assert list(entries(site, path)) == newest, path
    assert [id.removesuffix("T100000Z") for id in entries(site, "updates.atom")][0] == f"{TAG}/slow/update/20261120"
    assert len(entries(site, "updates.rss")) == 2
    assert site.read("index.xml") == site.read("history.rss")
    assert site.read("old/all.atom") == site.read("updates.atom")


def test_a_moved_or_cancelled_maintenance_changes_its_subscribers_entry(made: Callable[..., Site]) -> None:
    def event(site: Site, path: str = "maintenance.ics") -> icalendar.Event:
        [event] = icalendar.Calendar.from_ical(site.read(path)).events
        return event

    before = made("before")
    moved = made("moved", plan=PLAN.replace("20:00", "21:00").replace("+++\n\n", "edited = 2026-11-20 09:00\n+++\n\n", 1))
    off = made("off", plan=f"{PLAN}\n## Cancelled, 2026-11-20 10:00\n\nNot today.\n")
    for path in ["maintenance.ics", "components/web/maintenance.ics"]:
        old = event(before, path)
        assert old["STATUS"] == "CONFIRMED"
        for after, status, hour in [(moved, "CONFIRMED", 21), (off, "CANCELLED", 20)]:
            new = event(after, path)
            assert (new["UID"], new["STATUS"], new.start.hour) == (old["UID"], status, hour)
            assert new["SEQUENCE"] > old["SEQUENCE"]
            assert new["DTSTAMP"].dt > old["DTSTAMP"].dt
    assert json.loads(off.read("api/v2/scheduled-maintenances.json"))["scheduled_maintenances"] == []
    assert not (off.root / "api/v2/incidents/plan.json").exists()
