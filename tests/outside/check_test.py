"""`check --format sarif` against the schema of SARIF 2.1.0, and the paths that services know files by."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from conftest import BINARY, ROOT

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
BROKEN = sorted(folder for folder in (ROOT / "tests/fixtures/broken").iterdir() if folder.is_dir())


def check(site: Path, output: str, cwd: Path = ROOT) -> str:
    """What `check` prints of a site."""
    command = [BINARY, "check", "--site", site, "--format", output, "--now", "2024-06-01T12:00:00Z"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert run.returncode in (0, 1), run.stderr
    return run.stdout


@pytest.mark.parametrize("folder", [ROOT, *BROKEN], ids=lambda folder: folder.name)
def test_sarif_is_valid(folder: Path) -> None:
    if not (folder / "site.toml").exists():
        pytest.fail("a fixture without site.toml is no site") if folder.name != "missing-site-toml" else None
        return
    log = json.loads(check(folder, "sarif"))
    jsonschema.validate(log, SCHEMA)


def test_a_broken_log_is_refused() -> None:
    log = json.loads(check(BROKEN[0], "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)


def test_paths_count_from_the_root_of_the_repository(tmp_path: Path) -> None:
    site = tmp_path / "pages" / "our status"
    shutil.copytree(ROOT / "tests/fixtures/broken/unknown-key", site)
    path = "pages/our status/content/incidents/slow.md"
    assert "file=content/incidents/slow.md," in check(site, "github")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert f"file={path}," in check(site, "github")
    assert f"file={path}," in check(Path("our status"), "github", cwd=site.parent)
    log = json.loads(check(site, "sarif"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path.replace(" ", "%20")
    assert place["region"]["startLine"] == 2
