"""Linters of workflows, actions, shell scripts and Dockerfiles, from the test environment. Each fails with what it found."""

import subprocess
import sys
from pathlib import Path

TOOLS = Path(sys.executable).parent


def run(tool: str, *args: str | Path) -> None:
    """Fails when the tool finds anything; what it prints is the reason."""
    found = subprocess.run([TOOLS / tool, *args], capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{tool}:\n{found.stdout}{found.stderr}"


def workflows(*files: Path) -> None:
    """Checks GitHub workflows: syntax, expressions, shell steps, and what an attacker could use."""
    syntax(*files)
    security(*files)


def syntax(*files: Path) -> None:
    """Checks the syntax, the expressions and the shell steps of GitHub workflows."""
    run("actionlint", "-no-color", "-pyflakes=", f"-shellcheck={TOOLS / 'shellcheck'}", *files)


def security(*files: Path) -> None:
    """Checks workflows and composite actions for what an attacker could use."""
    run("zizmor", "--offline", "--strict-collection", "--no-progress", "--color", "never", *files)


def scripts(*files: Path) -> None:
    """Checks shell scripts for what is wrong or risky."""
    run("shellcheck", "--severity=warning", *files)


def dockerfiles(*files: Path) -> None:
    """Checks Dockerfiles."""
    run("hadolint", "--no-color", *files)
