"""The documentation site: it builds without a warning, its tutorials run, and every page of the project is on it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
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
    assert sorted(listed) == sorted(pages | {"made/commands", "made/parameters/index"})


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_its_tutorials_run(tmp_path: Path) -> None:
    pytest.importorskip("myst_nb", reason="the site is an extra")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-4_000:]
    page = (tmp_path / "made" / "parameters" / "corporation_tax.html").read_text(encoding="utf-8")
    assert "corporation_tax.main_rate" in page
    assert "1,590.00" in (tmp_path / "tutorials" / "company.html").read_text(encoding="utf-8")
