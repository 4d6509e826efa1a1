"""The page of a costing as its tests drive and read it."""

from __future__ import annotations

from urllib.parse import parse_qs

from streamlit.testing.v1 import AppTest

from tests.reports.companies import three_companies
from tests.screens.conftest import PAGES, ROOT, SECONDS

NARROW = "human-investment-super-deduction-external-fees"


def run(app):
    next(button for button in app.button if button.label == "Run the costing").click().run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def headline(app):
    return next(shown.value for shown in app.table if "Static" in shown.value.columns)


def costing_population():
    return three_companies()


def linked(query):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    app.switch_page(f"{PAGES}/cost.py")
    for key, values in parse_qs(query.lstrip("?")).items():
        app.query_params[key] = values
    app.run()
    assert not app.exception
    return app
