"""The pages of the app and their order; itself the script that a server runs where only the package is installed."""

from __future__ import annotations

from pathlib import Path

import streamlit

from openfisca_goodwork.screens import loading, page_behaviour

TITLE = "Good work costing model"
FOLDER = Path(__file__).parent


def navigate() -> None:
    """Show the page asked for, with the menu of all pages; what pages import is imported first."""
    loading.import_everything()
    pages = [
        streamlit.Page(
            FOLDER / f"{page.script}.py",
            title=page.title,
            url_path=page.path or None,
            default=not page.path,
            visibility="visible" if page.is_listed else "hidden",
        )
        for page in loading.PAGES
    ]
    page = streamlit.navigation(pages, position="top")
    streamlit.set_page_config(page_title=f"{page.title} · {TITLE}", layout="centered", initial_sidebar_state="auto")
    page_behaviour.add()
    page.run()


if __name__ == "__main__":
    navigate()
