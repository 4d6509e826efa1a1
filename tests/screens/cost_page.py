"""The page of a costing as its tests drive and read it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

from streamlit.testing.v1 import AppTest

from openfisca_goodwork.screens.cost_result import TAB
from tests.reports.companies import three_companies
from tests.screens.conftest import PAGES, ROOT, SECONDS

NARROW = "human-investment-super-deduction-external-fees"


def draft(app):
    return app.session_state["draft"]


def choose(app, name, *more):
    """A reform of the library, with others on top of it."""
    of(app.selectbox, "Reform (type").set_value(name).run()
    if more:
        of(app.multiselect, "Combine with").set_value(list(more)).run()
    assert not app.exception
    return app


def of(fields, label):
    """The field of a label, or of its beginning."""
    return next(field for field in fields if field.label.startswith(label))


def way(app, name):
    of(app.radio, "Change it by").set_value(name).run()
    assert not app.exception
    return app


def set_for_run(app, path, value=None, day=None):
    """An assumption or a parameter chosen by name, and its value."""
    chosen = of(app.multiselect, "Assumptions and parameters")
    chosen.set_value([*chosen.value, path]).run()
    for name, typed in (("value", value), ("day", day)):
        if typed is not None:
            next(field for field in app.text_input if field.key == f"{name}_0_{path}").set_value(typed).run()
    assert not app.exception
    return app


def run(app):
    next(button for button in app.button if button.label == "Run the costing").click().run()
    assert not app.exception
    return app


def tab(app, name):
    """The result with another of its tabs open, the only one that is drawn."""
    app.session_state[TAB] = name
    app.run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def headline(app):
    return next(shown.value for shown in app.table if "Static" in shown.value.columns)


def costing_population():
    return three_companies()


def address(app):
    """The query of the page, as its address has it."""
    return urlencode({key: app.query_params[key] for key in app.query_params}, doseq=True)


def linked(query, page="cost"):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    app.switch_page(f"{PAGES}/{page}.py")
    for key, values in parse_qs(query.lstrip("?")).items():
        app.query_params[key] = values
    app.run()
    assert not app.exception
    return app
