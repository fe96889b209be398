"""The way of an alert as docs/alerts.md shows it: what monitoring sends, GitHub's event, the workflow, and the page."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from actions import NAME, OWNER, Hub, git, hub
from conftest import BINARY, ROOT

GUIDE = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
TOKEN = "token-of-monitoring"
SUMMARY = 'Checkout: "slow" & <late> $(reboot) {{ .Status }}\n## Resolved\n+++\n- 💸 שלום'
ALERTS = """
[alerts]
opens = "public"
component = "service"
message = "summary"
states = { warning = "degraded_performance", critical = "major_outage" }
"""


def at(minute: int) -> str:
    return f"2026-11-20T10:{minute:02}:00Z"


def alert(severity: str, started: int, ended: int | None = None) -> dict:
    """An alert as monitoring describes it."""
    return {
        "status": "firing" if ended is None else "resolved", "labels": {"service": "api", "severity": severity, "host": "db-4"},
        "annotations": {"summary": SUMMARY}, "startsAt": at(started), "endsAt": "0001-01-01T00:00:00Z" if ended is None else at(ended),
        "generatorURL": "http://prometheus.internal/graph", "fingerprint": f"5e{len(severity)}",
    }


def body(*alerts: dict) -> dict:
    """A body of Alertmanager's webhook, version 4."""
    status = "firing" if any(it["status"] == "firing" for it in alerts) else "resolved"
    return {
        "receiver": "page", "status": status, "alerts": list(alerts), "groupLabels": {"service": "api"}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://am", "version": "4", "groupKey": '{}:{service="api"}', "truncatedAlerts": 0,
    }


BODIES = [
    body(alert("warning", 0)),
    body(alert("warning", 0)),
    body(alert("warning", 0), alert("critical", 5)),
    body(alert("warning", 0, 20), alert("critical", 5, 20)),
    body(alert("warning", 0), alert("critical", 5)),
]
COURSE = ["## Investigating, 2026-11-20 10:00:00Z", "## Update, 2026-11-20 10:05:00Z", "## Resolved, 2026-11-20 10:20:00Z"]


def example(language: str, heading: str) -> str:
    """The first example of a language below a heading of the guide."""
    return GUIDE.split(f"\n## {heading}")[1].split(f"```{language}\n")[1].split("```")[0]


Send = Callable[[dict], None]


def post(address: str, sent: object, token: str) -> None:
    """Sends what monitoring sends."""
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(sent).encode(), head)
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 204


def go_json(value: object) -> str:
    """JSON as Go's `json.Marshal` writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def alertmanager(value: object, data: dict, rereads: bool) -> object:
    """A value of `payload:` as Alertmanager makes it: what a template yields is read as YAML, before 0.34 with all texts inside."""
    if isinstance(value, dict):
        return {alertmanager(key, data, rereads): alertmanager(inner, data, rereads) for key, inner in value.items()}
    if isinstance(value, list):
        return [alertmanager(inner, data, rereads) for inner in value]
    if not isinstance(value, str):
        return value

    def rendered(match: re.Match) -> str:
        if match[1] == ".Status":
            return data["status"]
        assert re.fullmatch(r"\.( \| toJson)+", match[1]), match[0]
        text: object = data
        for _ in range(match[1].count("toJson")):
            text = go_json(text)
        return str(text)

    text = re.sub(r"\{\{ *(.*?) *\}\}", rendered, value)
    try:
        inner = yaml.load(text, yaml.BaseLoader if not rereads else yaml.SafeLoader)
    except yaml.YAMLError:
        return text
    if isinstance(inner, str) or inner is None:
        return text
    return alertmanager(inner, data, rereads) if rereads else json.loads(text)


@contextmanager
def through_alertmanager(github: Hub, rereads: bool) -> Iterator[Send]:
    [config] = yaml.safe_load(example("yaml", "Alertmanager"))["receivers"][0]["webhook_configs"]
    assert config["http_config"] == {"authorization": {"credentials_file": "/etc/alertmanager/github-token"}}
    address = config["url"].replace("https://api.github.com", f"{github.address}/api")
    address = address.replace("OWNER/NAME", f"{OWNER}/{NAME}")
    # Templates know neither the version nor the group's key, nor what was left out.
    known = lambda sent: {key: value for key, value in sent.items() if key not in {"version", "groupKey", "truncatedAlerts"}}  # noqa: E731
    yield lambda sent: post(address, alertmanager(config["payload"], known(sent), rereads), TOKEN)


@contextmanager
def through_grafana(github: Hub) -> Iterator[Send]:
    template = example("text", "Grafana").strip()
    include = '{{ template "webhook.default.payload" . }}'
    assert template.count("{{") == 1 and include in template

    def send(sent: dict) -> None:
        more = {"version": "1", "orgId": 1, "state": "alerting", "title": "[FIRING:1]", "message": "**Firing**"}
        alerts = [it | {"values": {"B": 44.2}, "silenceURL": "", "dashboardURL": ""} for it in sent["alerts"]]
        payload = template.replace(include, json.dumps(sent | more | {"alerts": alerts}, indent=1))
        post(f"{github.address}/api/repos/{OWNER}/{NAME}/dispatches", json.loads(payload), TOKEN)

    yield send


@contextmanager
def through_the_relay(github: Hub) -> Iterator[Send]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"{github.address}/api/repos/{OWNER}/{NAME}/dispatches"
    environment = os.environ | {"PORT": str(port), "GITHUB_TOKEN": TOKEN, "DISPATCHES": address}
    script = example("python", "Older versions")
    relay = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)

    def send(sent: dict) -> None:
        for attempt in range(100):
            try:
                return post(f"http://127.0.0.1:{port}/", sent, "nobody's")
            except urllib.error.URLError:
                assert attempt < 99 and relay.poll() is None
                time.sleep(0.1)

    try:
        yield send
    finally:
        relay.kill()
        relay.wait()


WAYS = {
    "alertmanager-0.32": lambda github: through_alertmanager(github, rereads=True),
    "alertmanager-0.34": lambda github: through_alertmanager(github, rereads=False),
    "grafana": through_grafana,
    "relay": through_the_relay,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_alert_goes_all_the_way(way: Callable, tmp_path: Path) -> None:
    with hub(tmp_path, BINARY) as github:
        github.clock = "2026-11-20T10:30:00Z"
        site = github.clone("colleague")
        made = [BINARY, "init", ".", "--github", "--component", "API", "--base-url", github.site_url]
        environment = os.environ | {"ALLCLEAR_TEST_CLOCK": "2026-11-01T12:00:00Z"}
        subprocess.run(made, cwd=site, env=environment, check=True, capture_output=True)
        with (site / "site.toml").open("a", encoding="utf-8") as file:
            file.write(ALERTS)
        git(site, "add", "--all")
        git(site, "commit", "--quiet", "--message", "A site")
        git(site, "push", "--quiet", "origin", "main")
        with way(github) as send:
            for sent in BODIES:
                send(sent)
        assert len(github.dispatches) == len(BODIES)
        for event in github.dispatches:
            ran = github.run("alert.yml", "repository_dispatch", payload=event)
            assert ran.jobs["write"] == "success", ran.log
        git(site, "pull", "--quiet", "origin", "main")
        [report] = (site / "content/incidents").rglob("*.md")
        text = report.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if line.startswith("## ")] == COURSE
        [page] = (github.pages / "incidents").glob("*/index.html")
        seen = page.read_text(encoding="utf-8")
        assert "db-4" not in seen and "Resolved" in seen
        for part in ["Checkout: ", "## Resolved", "+++", "💸 שלום", "$(reboot)", "{{ .Status }}", "&lt;late&gt;"]:
            assert part in seen, part


def test_github_refuses_what_is_no_event(tmp_path: Path) -> None:
    """The server of these tests is as strict as GitHub is."""
    with hub(tmp_path, BINARY) as github:
        address = f"{github.address}/api/repos/{OWNER}/{NAME}/dispatches"
        for sent in [body(), {"event_type": "alert", "client_payload": {"alert": "x" * 65_535}}]:
            with pytest.raises(urllib.error.HTTPError):
                post(address, sent, TOKEN)
        assert github.dispatches == []
