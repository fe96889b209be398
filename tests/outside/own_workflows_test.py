"""This repository's own workflows, scripts and Dockerfile, by linters. Only GitHub itself can run the workflows."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import linters
from conftest import BINARY, ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
SCRIPTS = [ROOT / path for path in [".ci/run", "tests/run", "packaging/archives", "packaging/check-release"]]
DOCKERFILE = ROOT / "packaging/Dockerfile"


def test_workflows() -> None:
    linters.workflows(*WORKFLOWS)


def steps() -> dict[str, str]:
    """The shell steps of the action: the name and the script of each."""
    step = re.compile(r"^    - name: (.*)\n(?:      .*\n)*?      run: \|\n((?:        .*\n|\n)*)", re.MULTILINE)
    found = step.findall(ACTION.read_text(encoding="utf-8"))
    return {name: "#!/bin/bash\nset -eo pipefail\n" + re.sub("^        ", "", script, flags=re.MULTILINE) for name, script in found}


def test_the_action(tmp_path: Path) -> None:
    linters.security(ACTION)
    assert len(steps()) == ACTION.read_text(encoding="utf-8").count("shell: bash")
    for name, script in steps().items():
        path = tmp_path / name
        path.write_text(script, encoding="utf-8")
        linters.scripts(path)


def test_the_action_checks_builds_and_publishes(tmp_path: Path) -> None:
    """Its shell steps, with the debug binary, on a site of one target and a site with a mistake."""
    site = tmp_path / "site with a space"
    subprocess.run([BINARY, "init", site, "--base-url", "https://status.test/"], check=True, capture_output=True)
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write('\n[publish.web]\nkind = "directory"\npath = "../web"\n')
    output = tmp_path / "output"
    env = {**os.environ, "PROGRAM": str(BINARY), "SITE": str(site), "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output)}

    def step(name: str, **more: str) -> int:
        return subprocess.run(["bash", "-c", steps()[name]], env={**env, **more}, check=False, capture_output=True).returncode

    assert [step("Check"), step("Build")] == [0, 0]
    assert output.read_text(encoding="utf-8") == f"out={tmp_path}/allclear-site\n"
    assert (tmp_path / "allclear-site/index.html").exists()
    assert step("Publish", TARGETS="webb") == 2
    for targets in ["web", "all"]:
        assert step("Publish", TARGETS=targets) == 0
        shutil.rmtree(tmp_path / "web")
    (site / "content/incidents").mkdir(parents=True)
    (site / "content/incidents/broken.md").write_text("no front matter\n", encoding="utf-8")
    assert [step("Check"), step("Build")] == [1, 1]


def test_the_workflow_of_the_documentation(tmp_path: Path) -> None:
    """The example that uses the action: its inputs exist, and nothing in it is open to attack."""
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    workflow = tmp_path / ".github/workflows/publish.yml"
    workflow.parent.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    shutil.copy(ACTION, tmp_path)
    local = re.sub(r"OWNER/allclear@COMMIT.*", "./", example)
    assert local != example
    workflow.write_text(example.replace("COMMIT", "0" * 40), encoding="utf-8")
    linters.security(workflow)
    workflow.write_text(local, encoding="utf-8")
    linters.syntax(workflow)
    workflow.write_text(local.replace("          pages:", "          page:"), encoding="utf-8")
    with pytest.raises(AssertionError):
        linters.syntax(workflow)


def test_scripts() -> None:
    linters.scripts(*SCRIPTS)


def test_the_dockerfile() -> None:
    linters.dockerfiles(DOCKERFILE)


def test_actions_are_pinned_by_commit() -> None:
    for path in [*WORKFLOWS, ACTION]:
        for used in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), f"{path.name}: {used}"


PULL_REQUEST_TITLE = """\
on: pull_request_target
jobs:
  greet:
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""


@pytest.mark.parametrize(
    ("lint", "name", "text"),
    [
        (linters.workflows, "wrong.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ ran: ls }]\n"),
        (linters.security, "wrong.yml", PULL_REQUEST_TITLE),
        (linters.scripts, "wrong", "#!/bin/bash\ncd $1; read x\necho ${y[0]\n"),
        (linters.dockerfiles, "Dockerfile", "FROM debian\n"),
    ],
)
def test_a_linter_finds_what_it_is_for(lint: Callable[[Path], None], name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError):
        lint(path)
