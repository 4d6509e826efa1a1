"""The pages of the app and their order; itself the script that a server runs where only the package is installed."""

from __future__ import annotations

from pathlib import Path

import streamlit

TITLE = "Good work costing model"
PAGES = Path(__file__).parent


def navigate() -> None:
    """Show the page asked for, with the menu of all pages."""
    streamlit.set_page_config(page_title=TITLE, layout="centered", initial_sidebar_state="auto")
    home = streamlit.Page(PAGES / "home.py", title="Home", default=True)
    cost = streamlit.Page(PAGES / "cost.py", title="Cost a policy", url_path="cost")
    company = streamlit.Page(PAGES / "company.py", title="For a company", url_path="company")
    many = streamlit.Page(PAGES / "companies.py", title="Many companies", url_path="companies", visibility="hidden")
    compare = streamlit.Page(PAGES / "compare.py", title="Compare two sets of law", url_path="compare")
    parameter = streamlit.Page(PAGES / "parameter.py", title="A parameter", url_path="parameter", visibility="hidden")
    rates = streamlit.Page(PAGES / "rates.py", title="Effective tax rates", url_path="rates", visibility="hidden")
    audit = streamlit.Page(PAGES / "audit.py", title="Good Jobs Audit", url_path="audit", visibility="hidden")
    pledge = streamlit.Page(PAGES / "procurement.py", title="Good Work First", url_path="procurement", visibility="hidden")
    methods = streamlit.Page(PAGES / "methods.py", title="Methods and data", url_path="methods")
    several = streamlit.Page(PAGES / "compare_costings.py", title="Several reforms", url_path="several", visibility="hidden")
    listed = [home, company, cost, compare, methods]
    streamlit.navigation([*listed, many, parameter, rates, audit, pledge, several], position="top").run()


if __name__ == "__main__":
    navigate()
