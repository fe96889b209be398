"""This repository's own workflows, scripts and Dockerfile, by linters. Only GitHub itself can run the workflows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import linters
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
SCRIPTS = [ROOT / path for path in [".ci/run", "tests/run", "packaging/archives", "packaging/check-release"]]
DOCKERFILE = ROOT / "packaging/Dockerfile"


def test_workflows() -> None:
    linters.workflows(*WORKFLOWS)


def test_the_action() -> None:
    linters.security(ACTION)


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
