"""This repository's own workflows, scripts and Dockerfile, by linters. Only GitHub itself can run the workflows."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import linters
from actions import git, hub
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


def test_the_action_checks_builds_publishes_and_announces(tmp_path: Path) -> None:
    """Its shell steps, with the debug binary, on a site in a repository that gets a mistake."""
    with hub(tmp_path, BINARY) as github:
        site = tmp_path / "site with a space"
        git(tmp_path, "init", "--quiet", "--initial-branch=main", str(site))
        subprocess.run([BINARY, "init", ".", "--component", "API", "--base-url", github.site_url], cwd=site, check=True, capture_output=True)
        with (site / "site.toml").open("a", encoding="utf-8") as file:
            file.write('\n[publish.web]\nkind = "directory"\npath = "../web"\n[announce.chat]\nkind = "slack"\nurl_env = "CHAT"\n')
        outputs: dict[str, str] = {}

        def commit() -> str:
            git(site, "add", "--all")
            git(site, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "x")
            return git(site, "rev-parse", "HEAD").strip()

        def step(name: str, **more: str) -> int:
            output = tmp_path / "output"
            output.write_text("", encoding="utf-8")
            env = os.environ | {
                "PROGRAM": str(BINARY), "SITE": str(site), "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "URL": github.site_url,
                "LAST": outputs.get("commit", ""), "NAMES": "all", "CHAT": f"{github.address}/hooks/chat", "COMMIT": "",
            }
            ran = subprocess.run(["bash", "-c", steps()[name]], env=env | more, check=False, capture_output=True)
            outputs.update(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
            return ran.returncode

        def deploy() -> None:
            shutil.rmtree(github.pages, ignore_errors=True)
            shutil.copytree(tmp_path / "allclear-site", github.pages)

        first = commit()
        assert [step(name) for name in ["Last published commit", "Check", "Build", "Begin delivery records"]] == [0, 0, 0, 0]
        assert outputs == {"commit": "", "status": "0", "out": f"{tmp_path}/allclear-site"}
        assert step("Publish", TARGETS="webb") == 2
        for targets in ["web", "all"]:
            assert step("Publish", TARGETS=targets) == 0
            shutil.rmtree(tmp_path / "web")
        deploy()
        assert github.page(".well-known/allclear-commit") == f"{first}\n"
        assert step("Announce") == 0 and github.posts == []
        # A mistake stops nothing of the rest, and has a red mark in the end.
        (site / "content/incidents").mkdir(parents=True)
        (site / "content/incidents/broken.md").write_text("no front matter\n", encoding="utf-8")
        subprocess.run([BINARY, "new", "Slow answers", "--affects", "api=degraded"], cwd=site, check=True, capture_output=True)
        commit()
        every = ["Last published commit", "Check", "Build", "Begin delivery records", "Announce", "Errors"]
        assert [step(name) for name in every] == [0, 0, 0, 0, 0, 1]
        assert (outputs["commit"], outputs["status"], len(github.posts)) == (first, "1", 1)
        assert step("Publish", TARGETS="web") == 0 and "Slow answers" in (tmp_path / "web/index.html").read_text(encoding="utf-8")
        # Without a commit that the history has, it stops everything.
        assert [step("Last published commit", URL="", COMMIT="f" * 40), step("Check"), step("Build")] == [0, 1, 1]
        assert outputs["commit"] == ""


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
