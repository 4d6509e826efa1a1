"""The documentation site: it builds without a warning, its tutorials run, and every page of the project is on it."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MADE = {"made/commands", "made/company_file", "made/reform_file", "made/parameters/index", "made/variables/index"}
TOCTREE = re.compile(r"^```\{toctree\}\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def named(page: Path) -> list[str]:
    """The pages that a page's tables of contents name."""
    listed = (found["body"].split() for found in TOCTREE.finditer(page.read_text(encoding="utf-8")))
    return [name for names in listed for name in names if not name.startswith(":") and not name.isdigit()]


def test_every_page_is_in_a_table_of_contents_once() -> None:
    indexes = [DOCS / f"{name}.md" for name in ("index", "begin", "how_to", "explanations", "reference")]
    listed = [name for page in indexes for name in named(page)]
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    pages = {name for name in pages if not name.startswith("made/") and name != "index"} | {"reform-in-python"}
    assert sorted(listed) == sorted(pages | MADE)


class Links(HTMLParser):
    """The addresses that a page links to or loads, and the places in it that can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.places.add(value or "")
            elif name in {"href", "src"} and tag in {"a", "img", "link", "script"}:
                self.addresses.append(value or "")


def broken_links(site: Path) -> list[str]:
    """Each link of a built site to a file or a place in one that is not there."""
    pages = {page: Links(page) for page in site.rglob("*.html") if "_static" not in page.parts}
    broken = []
    for page, links in pages.items():
        for address in links.addresses:
            link = urlsplit(address)
            target = (page.parent / unquote(link.path)).resolve() if link.path else page
            is_there = target in pages and (not link.fragment or unquote(link.fragment) in pages[target].places)
            if not link.scheme and not is_there and (target.suffix == ".html" or not target.exists()):
                broken.append(f"{page.relative_to(site)}: {address}")
    return broken


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_its_tutorials_run(tmp_path: Path) -> None:
    pytest.importorskip("myst_nb", reason="the site is an extra")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-4_000:]
    assert broken_links(tmp_path) == []
    page = (tmp_path / "made" / "parameters" / "corporation_tax.html").read_text(encoding="utf-8")
    assert "corporation_tax.main_rate" in page
    formulas = (tmp_path / "made" / "variables" / "charge.html").read_text(encoding="utf-8")
    assert "CTA 2010 s.18B" in formulas
    assert "<svg" in (tmp_path / "method.html").read_text(encoding="utf-8")
    assert "1,590.00" in (tmp_path / "tutorials" / "company.html").read_text(encoding="utf-8")
