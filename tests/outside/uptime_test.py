"""`/api/uptime.json`: its figures against arithmetic of our own."""

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from conftest import Site

STATES = ["degraded_performance", "partial_outage", "major_outage", "under_maintenance"]


@pytest.fixture
def document(site: Site) -> dict:
    """The parsed file."""
    return json.loads(site.read("api/uptime.json"))


def test_days_follow_each_other_up_to_today(site: Site, document: dict) -> None:
    now = datetime.fromisoformat(site.now).astimezone(ZoneInfo(document["page"]["time_zone"]))
    lists = [[date.fromisoformat(day["date"]) for day in row["days"]] for row in document["components"]]
    for dates in lists:
        assert dates == [dates[0] + timedelta(days=later) for later in range(len(dates))]
        assert now.date() - timedelta(days=document["days"] - 1) <= dates[0] <= dates[-1] <= now.date()
    assert max(len(dates) for dates in lists) == document["days"]


def test_no_day_holds_more_than_itself(document: dict) -> None:
    for component in document["components"]:
        for day in component["days"]:
            assert sum(day[state] for state in STATES) <= 25 * 3600, (component["id"], day)


def test_a_bad_second_has_a_named_cause(site: Site, document: dict) -> None:
    for component in document["components"]:
        for day in component["days"]:
            for slug in day["incidents"]:
                pages = [site.root / kind / slug / "index.html" for kind in ("incidents", "maintenance")]
                assert any(page.exists() for page in pages), (component["id"], day)


def test_the_figure_is_what_the_days_make(document: dict) -> None:
    """Statuspage's formula: 30 percent of a partial outage counts; cut, never rounded, to two decimals."""
    components = [row for row in document["components"] if not row["group"]]
    groups = [row for row in document["components"] if row["group"]]
    for row in components:
        assert row["uptime"] == cut(uptime_of(row)), row["id"]
    for group in groups:
        members = [uptime_of(row) for row in components if row["group_id"] == group["id"]]
        assert group["uptime"] == cut(sum(members) / len(members)), group["id"]


def uptime_of(component: dict) -> Fraction:
    """The exact percentage over the component's listed days."""
    weighted = sum(30 * day["partial_outage"] + 100 * day["major_outage"] for day in component["days"])
    return max(Fraction(0), 100 - Fraction(weighted, 86_400 * len(component["days"])))


def cut(figure: Fraction) -> str:
    """Two decimals, the rest cut off."""
    hundredths = int(figure * 100)
    return f"{hundredths // 100}.{hundredths % 100:02}"
