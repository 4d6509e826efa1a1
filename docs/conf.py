"""The documentation site: pages as they lie here, tutorials that are run, and a reference made from the code at each build.

`make site` builds it, and stops at the first warning. What is made at a build lies under `made/` and is never edited.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

import reference_pages  # noqa: E402 — it stands beside this file, which Sphinx runs from anywhere

from openfisca_goodwork.version import RELEASED, model_version  # noqa: E402

project = "GoodWork: UK corporation tax"
author = "The openfisca-goodwork contributors"
copyright = f"{RELEASED[:4]}, {author}"  # noqa: A001 — Sphinx's own name
release = version = model_version()
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "validation", "reference_pages.py", "refresh.py", "conf.py"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 4

suppress_warnings = ["misc.highlighting_failure"]  # a table of ours is shown as CSV, which has no colours

nb_execution_mode = "cache"
nb_execution_excludepatterns = ["reform-in-python.ipynb"]  # it holds its outputs, and a test runs it
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_merge_streams = True

html_theme = "pydata_sphinx_theme"
html_title = f"GoodWork {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_show_sphinx = False

autodoc_typehints = "description"
autodoc_member_order = "bysource"


def setup(app: Any) -> None:
    """Make the reference before the pages are read."""
    shutil.rmtree(DOCS / "made", ignore_errors=True)
    reference_pages.write(DOCS / "made")
    app.add_config_value("reference", "made", "env")
