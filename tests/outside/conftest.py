"""The demo site, built for every test beside this file.

Each test that takes `site` runs for two moments: a calm day, and the middle of the demo's longest outage.
"""

import os
import shutil
import subprocess
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

# Zones change, so they come from the pinned `tzdata` and never from the system.
zoneinfo.reset_tzpath([])

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ALLCLEAR", ROOT / "target/debug/allclear"))
BASE_URL = "https://status.test/repo/"
MOMENTS = {"calm": "2026-11-21T12:00:00Z", "outage": "2024-05-06T01:00:00Z"}


# What takes longest, and so begins first: nothing else is left to run beside it at the end.
FIRST = ["work_test.py", "publish_test.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


@dataclass(frozen=True)
class Site:
    """A built site: its folder, its public address and the moment it was built for."""

    root: Path
    base_url: str
    now: str

    def read(self, path: str) -> bytes:
        """The bytes of the file at `path` below the site's root."""
        return (self.root / path).read_bytes()

    def file_at(self, address: str) -> Path:
        """The file that a host would answer `address` with; it need not exist."""
        assert address.startswith(self.base_url), f"{address} is not below {self.base_url}"
        path = urlsplit(address).path.removeprefix(urlsplit(self.base_url).path)
        return self.root / (path + "index.html" if path == "" or path.endswith("/") else path)


@pytest.fixture(scope="session")
def sites() -> dict[str, Site]:
    """The demo at every moment, by the moment's name."""
    return {name: build(name, now) for name, now in MOMENTS.items()}


@pytest.fixture(params=MOMENTS)
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    """The demo at one moment."""
    return sites[request.param]


def build(name: str, now: str, site: Path = ROOT) -> Site:
    """Builds a site, the repository's own unless another is given, from nothing into `target/test-sites`."""
    assert BINARY.exists(), f"no binary at {BINARY}: run `cargo build` first"
    out = ROOT / "target/test-sites" / f"outside-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}-{name}"
    shutil.rmtree(out, ignore_errors=True)
    command = [BINARY, "build", "--site", site, "--out", out, "--now", now, "--base-url", BASE_URL]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return Site(out, BASE_URL, now)


def promtool(metrics: bytes) -> None:
    """Fails when Prometheus' own tool finds anything wrong or unusual in metrics."""
    tool = shutil.which("promtool") or ROOT / "target/test-tools/promtool"
    run = subprocess.run([tool, "check", "metrics", "--extended"], input=metrics, capture_output=True, check=False)
    assert run.returncode == 0 and not run.stderr, run.stderr.decode()
