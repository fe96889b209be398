"""`/api/uptime.json` against its schema, and its figures against arithmetic of our own."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from conftest import Site

SCHEMA = json.loads(Path(__file__).with_name("uptime.schema.json").read_text())
STATES = ["degraded_performance", "partial_outage", "major_outage", "under_maintenance"]


@pytest.fixture
def document(site: Site) -> dict:
    """The parsed file."""
    return json.loads(site.read("api/uptime.json"))


def test_it_follows_its_schema(document: dict) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator, format_checker=checker)


def test_days_follow_each_other_up_to_today(site: Site, document: dict) -> None:
    today = date.fromisoformat(site.now[:10])
    for component in document["components"]:
        dates = [date.fromisoformat(day["date"]) for day in component["days"]]
        assert len(dates) <= document["days"]
        assert dates == [today - timedelta(days=ago) for ago in reversed(range(len(dates)))], component["id"]


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
    exact = {row["id"]: uptime_of(row) for row in document["components"] if row["group"] is not True}
    members = {}
    for row in document["components"]:
        if row["group"] is not True and row["group_id"] is not None and row["uptime"] is not None:
            members.setdefault(row["group_id"], []).append(exact[row["id"]])
    for row in document["components"]:
        if row["uptime"] is None:
            continue
        of_group = members.get(row["id"])
        figure = sum(of_group) / len(of_group) if row["group"] is True else exact[row["id"]]
        assert row["uptime"] == cut(figure), row["id"]


def uptime_of(component: dict) -> Fraction:
    """The exact percentage over the component's listed days."""
    days = [day for day in component["days"] if component["since"] is None or day["date"] >= component["since"]]
    weighted = sum(30 * day["partial_outage"] + 100 * day["major_outage"] for day in days)
    return max(Fraction(0), 100 - Fraction(weighted, 86_400 * len(days)))


def cut(figure: Fraction) -> str:
    """Two decimals, the rest cut off."""
    hundredths = int(figure * 100)
    return f"{hundredths // 100}.{hundredths % 100:02}"
