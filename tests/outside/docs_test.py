"""Workflows and other YAML of the documentation, by the programs that read them. `integration/book/blocks.rs` has the other
languages, and fails for a block that nothing runs and nothing reads."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import linters
from conftest import BINARY, ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
# GitLab's own linter runs on a GitLab server alone.
GITLAB = "docs/github.md"


def blocks(language: str) -> Iterator[tuple[str, str, str]]:
    """Every block of a language: its page, the line above it, and its text."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for above, block in re.findall(rf"^([^\n]*)\n```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield str(page.relative_to(ROOT)), above, block


YAML = list(blocks("yaml"))


def is_kept(page: str, text: str, folder: Path) -> bool:
    """Checks a block by what it is for; false for what nothing reads."""
    keys = set(yaml.safe_load(text))
    if "jobs" in keys:
        workflow(text, folder)
    elif "receivers" in keys:
        alertmanager(text, folder)
    else:
        # workflows_test.py looks at what it does.
        return page == GITLAB and keys == {"pages"}
    return True


def workflow(text: str, folder: Path) -> None:
    """A workflow: its syntax, and what an attacker could use. An example names no owner and no commit of allclear itself."""
    path = folder / ".github/workflows/example.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace("@COMMIT", f"@{'0' * 40}"), encoding="utf-8")
    linters.workflows(path)


def alertmanager(text: str, folder: Path) -> None:
    """What a receiver posts is an event of GitHub that `allclear alert` reads."""
    (webhook,) = yaml.safe_load(text)["receivers"][0]["webhook_configs"]
    assert webhook["url"].startswith("https://api.github.com/repos/") and webhook["url"].endswith("/dispatches")
    payload = webhook["payload"]
    assert payload["client_payload"]["alert"] == "{{ . | toJson | toJson }}" and payload["event_type"] == "alert"
    alert = {"status": "firing", "labels": {"component": "api", "severity": "major"}, "startsAt": "2026-11-20T10:00:00Z", "fingerprint": "f1"}
    body = {"receiver": "page", "groupLabels": {}, "status": "firing", "alerts": [alert]}
    payload["client_payload"]["alert"] = json.dumps(json.dumps(body))
    site = 'title = "t"\nbase_url = "https://status.test/"\n[[components]]\nid = "api"\nname = "API"\nsince = 2000-01-01\n[alerts]\n'
    (folder / "site.toml").write_text(site, encoding="utf-8")
    command = [BINARY, "alert", "--site", folder]
    ran = subprocess.run(command, input=json.dumps(payload), capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and list(folder.glob("content/incidents/**/*.md")), ran.stderr


@pytest.mark.parametrize(("page", "text"), [(page, text) for page, _, text in YAML], ids=[page for page, *_ in YAML])
def test_yaml(page: str, text: str, tmp_path: Path) -> None:
    assert is_kept(page, text, tmp_path)


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    assert not is_kept("docs/a.md", "mine: true\n", tmp_path)
    with pytest.raises(AssertionError):
        is_kept("docs/a.md", "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ ran: ls }]\n", tmp_path)


def test_scripts_of_python_are_run_by_name() -> None:
    """alert_test.py runs the relay."""
    assert [above for _, above, _ in blocks("python")] == ["<!-- script: relay -->"]
