"""The packages that carry the program, made from the debug binary, installed from local files, and used as readers of
docs/install.md use them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import BINARY, ROOT

TOOLS = Path(sys.executable).parent
PACKAGING = ROOT / "packaging"
VERSION = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
TARGET = "x86_64-unknown-linux-musl"


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Runs a command that must succeed; returns what it prints."""
    environment = None if env is None else {**os.environ, **env}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    return ran.stdout


def use(program: Path, folder: Path) -> None:
    """Begins a site with the installed program, builds it, and looks at its preview until it is told to stop."""
    assert run(program, "--version").startswith(f"allclear {VERSION} (")
    run(program, "init", "--demo", "status", "--base-url", "https://status.test/", cwd=folder)
    run(program, "build", "--site", "status", cwd=folder)
    assert (folder / "status/public/index.html").exists()
    with subprocess.Popen([program, "serve"], cwd=folder / "status", stdout=subprocess.PIPE, text=True) as preview:
        address = preview.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert b"Service status" in answer.read()
        preview.send_signal(signal.SIGTERM)
        ended = preview.wait(timeout=60)
    assert ended == own_end(folder / "status"), "it ends as the program ends"


def own_end(site: Path) -> int:
    """How the program itself ends at the same signal."""
    with subprocess.Popen([BINARY, "serve"], cwd=site, stdout=subprocess.PIPE, text=True) as preview:
        assert preview.stdout.readline()
        preview.send_signal(signal.SIGTERM)
        return preview.wait(timeout=60)


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The binary as the release workflow keeps it. It is not static, which no package notices."""
    folder = tmp_path_factory.mktemp("binaries")
    (folder / TARGET).mkdir()
    copy_program(folder / TARGET / "allclear")
    return folder


def copy_program(place: Path) -> None:
    """Copies the program without its symbols, as a release has it: they take long to pack."""
    run("strip", "-o", place, BINARY)


# Cargo for maturin: the debug binary as if it had just been compiled. Cargo itself would compile it anew without the features
# that the tests' own dependencies ask for, and put it in the place of the one that other tests run.
CARGO = """\
#!/bin/sh
case $1 in
  rustc) cat "$0.json" ;;
  *) exec {cargo} "$@" ;;
esac
"""


def compiled(folder: Path) -> Path:
    """Makes a cargo that says what it compiled, and compiles nothing."""
    cargo = shutil.which("cargo")
    metadata = json.loads(run(cargo, "metadata", "--offline", "--locked", "--no-deps", "--format-version", "1", cwd=ROOT))
    (package,) = metadata["packages"]
    (program,) = [target for target in package["targets"] if target["kind"] == ["bin"]]
    # maturin moves what was compiled: for a moment other tests would find no program.
    binary = folder / "compiled/allclear"
    binary.parent.mkdir()
    copy_program(binary)
    profile = {"opt_level": "0", "debuginfo": 0, "debug_assertions": True, "overflow_checks": True, "test": False}
    artifact = {
        "reason": "compiler-artifact",
        "package_id": package["id"],
        "manifest_path": package["manifest_path"],
        "target": program,
        "profile": profile,
        "features": [],
        "filenames": [str(binary)],
        "executable": str(binary),
        "fresh": True,
    }
    messages = [artifact, {"reason": "build-finished", "success": True}]
    wrapper = folder / "cargo"
    wrapper.write_text(CARGO.format(cargo=cargo), encoding="utf-8")
    wrapper.chmod(0o755)
    (folder / "cargo.json").write_text("".join(json.dumps(message) + "\n" for message in messages), encoding="utf-8")
    return wrapper


def test_the_wheel(tmp_path: Path) -> None:
    build = [TOOLS / "maturin", "build", "--profile", "dev", "--offline", "--locked", "--compatibility", "linux"]
    env = {"CARGO": str(compiled(tmp_path)), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run(*build, "--out", tmp_path, cwd=PACKAGING / "python", env=env)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"allclear_status-{VERSION}-py3-none-")
    venv.create(tmp_path / "venv", with_pip=True)
    run(tmp_path / "venv/bin/pip", "install", "--no-index", "--disable-pip-version-check", wheel)
    use(tmp_path / "venv/bin/allclear", tmp_path)


def test_the_npm_packages(binaries: Path, tmp_path: Path) -> None:
    run("node", PACKAGING / "npm/pack.mjs", binaries, tmp_path / "packed", "linux-x64")
    packed = sorted((tmp_path / "packed").iterdir())
    assert [path.name for path in packed] == [f"allclear-status-{VERSION}.tgz", f"allclear-status-linux-x64-{VERSION}.tgz"]
    cache = {"npm_config_cache": str(tmp_path / "cache")}
    run("npm", "install", "--offline", "--prefix", tmp_path / "installed", *packed, env=cache)
    use(tmp_path / "installed/node_modules/.bin/allclear", tmp_path)
    (line,) = re.findall("^npx (allclear-status init .*)$", (ROOT / "docs/install.md").read_text(encoding="utf-8"), re.MULTILINE)
    run("npx", "--offline", *line.split(), cwd=tmp_path / "installed", env=cache)
    assert (tmp_path / "installed/demo/site.toml").exists()
    # npm leaves optional packages out when it is told to, or when a platform has none.
    shutil.rmtree(tmp_path / "installed/node_modules/allclear-status-linux-x64")
    command = [tmp_path / "installed/node_modules/.bin/allclear", "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: the package allclear-status-linux-x64 is not installed\n  = help: ")


def test_npm_packages_for_every_platform_or_none(binaries: Path, tmp_path: Path) -> None:
    command = ["node", PACKAGING / "npm/pack.mjs", binaries, tmp_path / "packed"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert not (tmp_path / "packed" / f"allclear-status-{VERSION}.tgz").exists()


def test_archives(tmp_path: Path) -> None:
    windows = tmp_path / "binaries/x86_64-pc-windows-msvc"
    windows.mkdir(parents=True)
    # A debug binary takes long to compress.
    stand_in = tmp_path / "binaries" / TARGET / "allclear"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nexec "{BINARY}" "$@"\n', encoding="utf-8")
    (windows / "allclear.exe").write_bytes(b"MZ")
    env = {"SOURCE_DATE_EPOCH": "1790000000"}
    for out in ["one", "two"]:
        run(PACKAGING / "archives", tmp_path / "binaries", tmp_path / out, BINARY, env=env)
    archive = f"allclear-{TARGET}.tgz"
    assert (tmp_path / "one" / archive).read_bytes() == (tmp_path / "two" / archive).read_bytes()
    run("sha256sum", "--check", "SHA256SUMS", cwd=tmp_path / "one")
    with tarfile.open(tmp_path / "one" / archive) as files:
        names = set(files.getnames())
        files.extractall(tmp_path, filter="data")
    root = f"allclear-{TARGET}"
    assert run(tmp_path / root / "allclear", "--version").startswith(f"allclear {VERSION} (")
    for name in ["README.md", "LICENSE-MIT", "share/completions/_allclear", "share/man/allclear.1"]:
        assert f"{root}/{name}" in names
    pages = {path.stem.removeprefix("allclear-") for path in (tmp_path / root / "share/man").glob("allclear-*.1")}
    helps = {path.stem for path in (ROOT / "tests/help").glob("*.txt")} - {"allclear"}
    assert pages == helps
    with zipfile.ZipFile(tmp_path / "one/allclear-x86_64-pc-windows-msvc.zip") as files:
        assert "allclear-x86_64-pc-windows-msvc/allclear.exe" in files.namelist()


def test_installers_find_the_archives() -> None:
    """Where `cargo binstall` looks is where the release workflow puts the archives."""
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    workflow = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    targets = set(re.findall(r"target: ([\w-]+),", workflow))
    named = set(re.findall(r'pkg-url = ".*/\{ name \}-([a-z]\S*?)\{ archive-suffix \}"', manifest))
    assert named == {target for target in targets if target.endswith("-musl")}
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert targets == set(re.findall(r"`(\w+-[\w-]+)` \|$", page, re.MULTILINE))
    packed = set(re.findall(r'": "([\w-]+)",', (PACKAGING / "npm/pack.mjs").read_text(encoding="utf-8")))
    assert targets == packed


def test_only_a_tag_that_fits_is_released(tmp_path: Path) -> None:
    """`check-release` in a copy of what it reads."""
    (tmp_path / "packaging").mkdir()
    shutil.copy(PACKAGING / "check-release", tmp_path / "packaging")
    address = "https://github.com/example/allclear"

    def said(tag: str, manifest: str, changelog: str) -> tuple[int, str]:
        (tmp_path / "Cargo.toml").write_text(f"[package]\n{manifest}\n[dependencies]\nversion = \"9.9.9\"\n")
        (tmp_path / "CHANGELOG.md").write_text(changelog)
        command = [tmp_path / "packaging/check-release", tag, address]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stderr

    whole = f'version = "1.2.3"\nrepository = "{address}"'
    assert said("v1.2.3", whole, "## [1.2.3] - 2026-11-27\n") == (0, "")
    assert said("v1.2.4", whole, "## [1.2.3]\n") == (1, "error: the tag is v1.2.4, the version in Cargo.toml 1.2.3\n")
    assert said("v1.2.3", whole, "## [Unreleased]\n") == (1, "error: CHANGELOG.md has no part for 1.2.3\n")
    missing = f'error: Cargo.toml needs: repository = "{address}"\n'
    assert said("v1.2.3", 'version = "1.2.3"', "## [1.2.3]\n") == (1, missing)
