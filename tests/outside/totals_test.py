"""`/uptime/YYYY-totals.csv` against the sum of `/uptime/YYYY.csv`, and its figures against arithmetic of our own."""

import csv
import re
from collections import Counter
from datetime import date
from fractions import Fraction

from conftest import Site

STATES = ["degraded_performance", "partial_outage", "major_outage", "under_maintenance"]


def rows_of(site: Site, name: str) -> list[dict]:
    """The rows of a file."""
    return list(csv.DictReader(site.read(name).decode().splitlines()))


def years_of(site: Site) -> list[str]:
    """The years that have a page."""
    return sorted(path.stem for path in (site.root / "uptime").glob("????.csv"))


def test_windows_add_up_to_the_totals(site: Site) -> None:
    assert years_of(site)
    for year in years_of(site):
        sums: Counter = Counter()
        for window in rows_of(site, f"uptime/{year}.csv"):
            sums[window["component"], window["state"]] += int(window["seconds"])
        totals = rows_of(site, f"uptime/{year}-totals.csv")
        whole = [row for row in totals if row["period"] == year]
        assert len({row["component"] for row in whole}) == len(whole) > 0
        for row in whole:
            for state in STATES:
                assert int(row[state]) == sums.pop((row["component"], state), 0), (year, row["component"], state)
        assert not +sums, f"{year}: windows of components without a total: {sums}"


def test_months_add_up_to_the_year(site: Site) -> None:
    for year in years_of(site):
        totals = rows_of(site, f"uptime/{year}-totals.csv")
        for row in totals:
            assert re.fullmatch(rf"{year}(-\d\d)?", row["period"])
            date.fromisoformat(f"{row['period']}-01-01"[:10])
        for whole in (row for row in totals if row["period"] == year):
            months = [row for row in totals if row["component"] == whole["component"] and row["period"] != year]
            for column in [*STATES, "days"]:
                assert int(whole[column]) == sum(int(month[column]) for month in months), (year, whole["component"])


def test_a_figure_is_what_its_seconds_make(site: Site) -> None:
    for year in years_of(site):
        for row in rows_of(site, f"uptime/{year}-totals.csv"):
            weighted = 30 * int(row["partial_outage"]) + 100 * int(row["major_outage"])
            figure = max(Fraction(0), 100 - Fraction(weighted, 86_400 * int(row["days"])))
            hundredths = int(figure * 100)
            assert row["uptime"] == f"{hundredths // 100}.{hundredths % 100:02}", row
