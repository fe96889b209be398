"""The API against the JSON Schemas that the site publishes, and read by Statuspage's clients as they are."""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from discordstatus.discordstatus import DiscordStatus
from statuspage_prometheus_exporter.service_checker import check_service_status

from conftest import Site

LISTS = {
    "summary": ["components", "incidents", "scheduled_maintenances"],
    "status": [],
    "components": ["components"],
    "incidents": ["incidents"],
    "incidents/unresolved": ["incidents"],
    "scheduled-maintenances": ["scheduled_maintenances"],
    "scheduled-maintenances/upcoming": ["scheduled_maintenances"],
    "scheduled-maintenances/active": ["scheduled_maintenances"],
}
DEFINITIONS = {"components": "component", "incidents": "incident", "scheduled_maintenances": "maintenance"}


def read_json(site: Site, path: str) -> dict:
    """A parsed file."""
    return json.loads(site.read(path))


def validate(document: object, schema: dict) -> None:
    """Fails when the document breaks the schema, formats included."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator, format_checker=checker)


def schema_of(site: Site, name: str) -> dict:
    """A schema that the site publishes."""
    return read_json(site, f"api/schemas/{name}.schema.json")


def v2_schema(site: Site, keys: dict[str, dict]) -> dict:
    """The schema of a body of API v2: the page and these keys, in terms of the history's definitions."""
    definitions = schema_of(site, "history")["$defs"]
    properties = {"page": {"$ref": "#/$defs/page"}, **keys}
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
        "$defs": definitions,
    }


def history(site: Site) -> list[dict]:
    """The file of each year that the history lists, which are all there are."""
    years = [f"api/history/{row['year']}.json" for row in read_json(site, "api/history.json")["years"]]
    assert sorted(years) == sorted(str(path.relative_to(site.root)) for path in site.root.glob("api/history/*"))
    return [read_json(site, year) for year in years]


def test_our_own_files_follow_the_published_schemas(site: Site) -> None:
    validate(read_json(site, "build.json"), schema_of(site, "build"))
    validate(read_json(site, "api/uptime.json"), schema_of(site, "uptime"))
    files = [site.root / "api/history.json", *sorted((site.root / "api/history").iterdir())]
    assert len(files) > 2
    for path in files:
        validate(json.loads(path.read_bytes()), schema_of(site, "history"))


@pytest.mark.parametrize("name", LISTS)
def test_every_body_has_its_keys_and_no_other(site: Site, name: str) -> None:
    keys = {key: {"type": "array", "items": {"$ref": f"#/$defs/{DEFINITIONS[key]}"}} for key in LISTS[name]}
    if name in ("summary", "status"):
        keys["status"] = {"$ref": "#/$defs/rollup"}
    body = read_json(site, f"api/v2/{name}.json")
    validate(body, v2_schema(site, keys))
    assert list(body) == ["page", *keys], "Statuspage's own order"


def test_every_report_has_a_body(site: Site) -> None:
    bodies = sorted((site.root / "api/v2/incidents").glob("*.json"))
    either = {"anyOf": [{"$ref": "#/$defs/incident"}, {"$ref": "#/$defs/maintenance"}]}
    ids = set()
    for path in bodies:
        if path.stem != "unresolved":
            body = json.loads(path.read_bytes())
            validate(body, v2_schema(site, {"incident": either}))
            assert body["incident"]["id"] == path.stem
            ids.add(path.stem)
    assert ids == {report["id"] for year in history(site) for key in LISTS["summary"][1:] for report in year[key]}


def test_what_was_closed_never_changes(sites: dict[str, Site]) -> None:
    before, after = sites["outage"], sites["calm"]
    closed = 0
    for path in (before.root / "api/v2/incidents").glob("*.json"):
        body = json.loads(path.read_bytes())
        if path.stem != "unresolved" and body["incident"]["status"] == "postmortem":
            assert path.read_bytes() == after.read(f"api/v2/incidents/{path.name}"), path.name
            closed += 1
    assert closed > 2


def test_updates_stand_newest_first(site: Site) -> None:
    for report in (report for year in history(site) for report in year["incidents"]):
        times = [update["display_at"] for update in report["incident_updates"]]
        assert times == sorted(times, reverse=True)


def test_addresses_in_bodies_are_absolute(site: Site) -> None:
    for year in history(site):
        for report in year["incidents"] + year["scheduled_maintenances"]:
            for update in report["incident_updates"]:
                for address in re.findall(r'(?:href|src)="([^"]*)"', update["body"]):
                    assert re.match(r"(https?:|mailto:|tel:)", address), address


@pytest.fixture
def served(site: Site) -> Iterator[str]:
    """The site's address on loopback, as a plain host of files serves it."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=site.root)
    handler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_python_client_reads_every_body(site: Site, served: str) -> None:
    client = DiscordStatus()
    client.base_target = f"{served}/api/v2"
    assert client.summary == read_json(site, "api/v2/summary.json")
    assert client.status["status"] == client.summary["status"]
    assert client.components["components"] == client.summary["components"]
    assert client.unresolved_incidents["incidents"] == client.summary["incidents"]
    assert client.all_incidents["incidents"]
    planned = client.upcoming_maintenances["scheduled_maintenances"]
    running = client.active_maintenances["scheduled_maintenances"]
    assert planned + running == client.summary["scheduled_maintenances"]
    assert {plan["id"] for plan in planned + running} <= {
        plan["id"] for plan in client.all_maintenances["scheduled_maintenances"]
    }


def test_a_monitor_sees_what_the_page_says(
    site: Site, served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # It keeps what it read in a folder of the current one.
    config = {"url": f"{served}/api/v2/summary.json", "name": "Demo"}
    seen = check_service_status("demo", config)
    summary = read_json(site, "api/v2/summary.json")
    assert seen["success"], seen
    worst = [it["impact"] for it in summary["incidents"]] or [summary["status"]["indicator"]]
    assert seen["raw_status"] in worst
    assert [it["id"] for it in seen["incident_metadata"]] == [it["id"] for it in summary["incidents"]]
    assert [it["id"] for it in seen["maintenance_metadata"]] == [it["id"] for it in summary["scheduled_maintenances"]]
