"""What the program depends on, by cargo-deny: licences, one version of each, and where they come from."""

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

DENY = Path(sys.executable).parent / "cargo-deny"


def deny(config: Path) -> subprocess.CompletedProcess[str]:
    """Asks cargo-deny, without the network: tests/run fetches the crates of all platforms. Advisories need a database that is
    not on every machine."""
    command = [DENY, "--offline", "--locked", "--config", config, "check", "licenses", "bans", "sources"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_dependencies_are_allowed() -> None:
    run = deny(ROOT / "deny.toml")
    assert run.returncode == 0, run.stderr
    assert "unused" not in run.stderr and "unmatched" not in run.stderr and "not encountered" not in run.stderr, run.stderr


def test_a_licence_that_is_not_allowed_is_found(tmp_path: Path) -> None:
    config = tmp_path / "deny.toml"
    text = (ROOT / "deny.toml").read_text(encoding="utf-8")
    config.write_text(text.replace('"ISC", ', ""), encoding="utf-8")
    assert "ISC" in deny(config).stderr
