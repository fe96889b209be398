"""The calendars, read by two outside parsers: the same instants as in the content, over daylight saving too."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from conftest import Site, build

ZONE = ZoneInfo("America/Edmonton")

# As the demo's content says them, in its zone.
PLANS = {
    "2026-11-15-giving-data-store@status.test": ("2026-11-15 01:00", "2026-11-15 04:00"),
    "2027-01-17-payments-api-clusters@status.test": ("2027-01-17 00:00", "2027-01-17 02:00"),
}

# Over both nights on which Denver's clocks change in 2027, and one in summer.
MOVING = {
    "spring": ("2027-03-14 01:30", "2027-03-14 03:30", "2027-03-14T08:30:00Z", "2027-03-14T09:30:00Z"),
    "summer": ("2027-07-01 00:00", "2027-07-02 00:00", "2027-07-01T06:00:00Z", "2027-07-02T06:00:00Z"),
    "autumn": ("2027-11-07 00:30", "2027-11-07 03:00", "2027-11-07T06:30:00Z", "2027-11-07T10:00:00Z"),
}


def by_icalendar(text: bytes) -> dict[str, tuple[datetime, datetime]]:
    """Beginning and end by identity."""
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    return {str(it["UID"]): (it.start.astimezone(UTC), it.end.astimezone(UTC)) for it in calendar.events}


def by_vobject(text: bytes) -> dict[str, tuple[datetime, datetime]]:
    """Beginning and end by identity."""
    calendar = vobject.readOne(text.decode())
    events = calendar.contents.get("vevent", [])
    return {it.uid.value: (it.dtstart.value.astimezone(UTC), it.dtend.value.astimezone(UTC)) for it in events}


def test_two_parsers_read_the_instants_of_the_content(sites: dict[str, Site]) -> None:
    text = sites["calm"].read("maintenance.ics")
    local = lambda time: datetime.fromisoformat(time).replace(tzinfo=ZONE).astimezone(UTC)  # noqa: E731
    expected = {uid: (local(start), local(end)) for uid, (start, end) in PLANS.items()}
    assert by_icalendar(text) == expected
    assert by_vobject(text) == expected


def test_a_component_has_its_own_calendar(sites: dict[str, Site]) -> None:
    text = sites["calm"].read("components/webhooks/maintenance.ics")
    assert list(by_icalendar(text)) == ["2027-01-17-payments-api-clusters@status.test"]
    assert by_icalendar(text) == by_vobject(text)


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of maintenances over daylight saving."""
    root = tmp_path_factory.mktemp("moving")
    return build("moving", "2027-01-01T00:00:00Z", site=write_moving(root))


def write_moving(root: Path) -> Path:
    """Writes the content and returns its folder."""
    site_toml = 'title = "Status"\nbase_url = "https://status.test/"\ntime_zone = "America/Denver"\n'
    (root / "site.toml").write_text(f'{site_toml}[[components]]\nid = "api"\nname = "API"\n')
    (root / "content/maintenance").mkdir(parents=True)
    for name, (start, end, *_) in MOVING.items():
        front = f'title = "In {name}; \\"twice\\", 🎉"\ncomponents = ["api"]\nfrom = {start}\nto = {end}\n'
        text = f"+++\n{front}+++\n\n## Scheduled, 2026-12-01 10:00\n\n{'A long line, with a comma; ' * 20}\n"
        (root / f"content/maintenance/{name}.md").write_text(text)
    return root


def test_instants_are_right_over_daylight_saving(moving: Site) -> None:
    text = moving.read("maintenance.ics")
    expected = {
        f"{name}@status.test": (datetime.fromisoformat(start), datetime.fromisoformat(end))
        for name, (_, _, start, end) in MOVING.items()
    }
    assert by_icalendar(text) == expected
    assert by_vobject(text) == expected


def test_texts_come_through(moving: Site) -> None:
    events = {str(it["UID"]): it for it in icalendar.Calendar.from_ical(moving.read("maintenance.ics")).events}
    for name in MOVING:
        event = events[f"{name}@status.test"]
        assert event["SUMMARY"] == f'In {name}; "twice", 🎉'
        assert ("A long line, with a comma; " * 20).strip() in event["DESCRIPTION"]
        assert event["STATUS"] == "CONFIRMED"
