"""The way of an alert through the relay of docs/alerts.md: monitoring, relay, GitHub's event, `allclear alert`."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLCLEAR = os.environ.get("ALLCLEAR", str(ROOT / "target/debug/allclear"))
GUIDE = (ROOT / "docs/alerts.md").read_text()
SITE = """title = "t"
base_url = "https://status.example.org/"
[[components]]
id = "api"
name = "API"
since = 2000-01-01
[alerts]
component = "service"
states = { critical = "major" }
"""


def body(ends=None):
    """A body of Alertmanager's webhook."""
    status = "resolved" if ends else "firing"
    alert = {
        "status": status, "labels": {"service": "api", "severity": "critical"}, "annotations": {},
        "startsAt": "2026-11-20T10:00:00Z", "endsAt": ends or "0001-01-01T00:00:00Z", "fingerprint": "f1",
    }
    return {"version": "4", "groupKey": "g", "status": status, "truncatedAlerts": 0, "alerts": [alert]}


def serve(events):
    """A server that plays GitHub: it keeps the events that it is sent."""

    class GitHub(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Authorization"] == "Bearer t0ken"
            events.append({"action": "alert", "client_payload": json.loads(sent)["client_payload"]})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), GitHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def reports(site):
    return [path.read_text() for path in sorted((site / "content").rglob("*.md"))]


def test_an_alert_comes_through_the_relay(tmp_path):
    events = []
    github = serve(events)
    script = re.search(r"<!-- script: relay -->\n```python\n(.*?)```", GUIDE, re.S).group(1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ, "PORT": str(port), "GITHUB_TOKEN": "t0ken",
        "DISPATCHES": f"http://127.0.0.1:{github.server_port}/repos/o/n/dispatches",
    }
    relay = subprocess.Popen([sys.executable, "-c", script], env=env, stderr=subprocess.DEVNULL)
    try:
        for sent in [body(), body(), body("2026-11-20T10:20:00Z"), body()]:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/", json.dumps(sent).encode())
            for attempt in range(100):
                try:
                    assert urllib.request.urlopen(request).status == 204
                    break
                except urllib.error.URLError:
                    assert attempt < 99 and relay.poll() is None
                    time.sleep(0.1)
    finally:
        relay.kill()
        relay.wait()
        github.shutdown()
        github.server_close()
    (tmp_path / "site.toml").write_text(SITE)
    for event in events:
        file = tmp_path / "event.json"
        file.write_text(json.dumps(event))
        subprocess.run([ALLCLEAR, "alert", file, "--site", tmp_path], check=True, capture_output=True)
    assert len(events) == 4
    [report] = reports(tmp_path)
    assert report.count("\n## ") == 2 and "\n## Resolved, 2026-11-20 10:20:00Z\n" in report


def test_templates_of_the_guide_make_bodies_that_are_read(tmp_path):
    """Alertmanager's `toJson` of its template data has no key of the group; Grafana's default payload has all fields."""
    assert "alert: '{{ . | toJson }}'" in GUIDE and '{{ template "webhook.default.payload" . }}' in GUIDE
    made = body()
    for absent in ["version", "groupKey", "truncatedAlerts"]:
        del made[absent]
    made |= {"receiver": "page", "groupLabels": {"service": "api"}, "commonLabels": {}, "externalURL": "http://am"}
    (tmp_path / "site.toml").write_text(SITE)
    run = [ALLCLEAR, "alert", "--site", tmp_path]
    sent = json.dumps({"event_type": "alert", "client_payload": {"alert": made}})
    subprocess.run(run, input=sent.encode(), check=True, capture_output=True)
    made["alerts"][0] |= {"status": "resolved", "endsAt": "2026-11-20T10:20:00Z"}
    made["status"] = "resolved"
    sent = json.dumps({"event_type": "alert", "client_payload": {"alert": made}})
    subprocess.run(run, input=sent.encode(), check=True, capture_output=True)
    [report] = reports(tmp_path)
    assert "\n## Resolved, 2026-11-20 10:20:00Z\n" in report
