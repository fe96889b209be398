"""The documentation as a site: mdBook builds it, and every link in it leads somewhere."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ROOT

MDBOOK = Path(sys.executable).parent / "mdbook"


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links.update(value for name in ("href", "src") if (value := values.get(name)))
        if anchor := values.get("id"):
            self.anchors.add(anchor)


def dead_links(book: Path) -> list[str]:
    """The links between a book's files that lead nowhere, with the page each stands on."""
    # The page for printing repeats all others, and a host shows the page for what is not found at any address.
    pages = {path: Page(path) for path in book.rglob("*.html") if path.name not in ("print.html", "404.html", "toc.html")}
    assert len(pages) > 1
    dead = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            is_anchor = not parts.fragment or to not in pages or unquote(parts.fragment) in pages[to].anchors
            if not to.exists() or not is_anchor:
                dead.append(f"{path.relative_to(book)}: {link}")
    return sorted(dead)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    run = subprocess.run([MDBOOK, "build", "--dest-dir", out, ROOT], capture_output=True, text=True, check=False)
    said = run.stdout + run.stderr
    assert run.returncode == 0 and "WARN" not in said and "ERROR" not in said, said
    return out


def test_no_link_is_dead(book: Path) -> None:
    assert dead_links(book) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<h1 id="one">A</h1><a href="b.html#two">B</a><a href="c.html">C</a>')
    (tmp_path / "b.html").write_text('<a href="a.html#one">A</a><a href="https://example.org/">E</a>')
    assert dead_links(tmp_path) == ["a.html: b.html#two", "a.html: c.html"]
