"""`/metrics` as Prometheus' own parser and checker read it."""

import json
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import Site, promtool


def test_prometheus_reads_every_sample(site: Site) -> None:
    text = site.read("metrics").decode()
    families = list(text_string_to_metric_families(text))
    assert [it.type for it in families] == ["gauge"] * len(families)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert sum(len(it.samples) for it in families) == len(lines)


def test_promtool_finds_nothing(site: Site) -> None:
    promtool(site.read("metrics"))


def test_promtool_would_find_something() -> None:
    for wrong in [b"# TYPE x gauge\nx 1\n", b"# HELP x_total T.\n# TYPE x_total gauge\nx_total 1\n", b'x{a="\n"} 1\n']:
        with pytest.raises(AssertionError):
            promtool(wrong)


def test_names_and_help_are_as_prometheus_wants_them(site: Site) -> None:
    families = list(text_string_to_metric_families(site.read("metrics").decode()))
    assert len({it.name for it in families}) == len(families)
    for it in families:
        assert re.fullmatch(r"allclear_[a-z]+(_[a-z]+)*", it.name), it.name
        assert not it.name.endswith(("_total", "_count", "_sum", "_bucket", "_info")), f"{it.name} is a gauge"
        assert not re.search(r"_(ms|milliseconds|minutes|hours|days|percent)(_|$)", it.name), f"{it.name}: base units"
        assert it.documentation.endswith("."), it.name


def test_metrics_say_what_the_api_does(site: Site) -> None:
    families = {it.name: it.samples for it in text_string_to_metric_families(site.read("metrics").decode())}
    summary = json.loads(site.read("api/v2/summary.json"))
    states = {it.labels["component"]: it.labels["state"] for it in families["allclear_component_state"] if it.value}
    assert states == {it["id"]: it["status"] for it in summary["components"] if not it["group"]}
    assert [it.labels["indicator"] for it in families["allclear_status"] if it.value] == [summary["status"]["indicator"]]
    assert sum(it.value for it in families["allclear_open_incidents"]) == len(summary["incidents"])
    uptime = {it["id"]: it["uptime"] for it in json.loads(site.read("api/uptime.json"))["components"] if not it["group"]}
    ratios = {it.labels["component"]: f"{it.value * 100:.2f}" for it in families["allclear_component_uptime_ratio"]}
    assert ratios == uptime
