"""The page of one parameter: its history, where it is used, who sets it, and its link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from openfisca_goodwork.policy import affected_variables
from tests.screens.conftest import PAGES, ROOT, SECONDS


def opened_at(path):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
    app.switch_page(f"{PAGES}/parameter.py")
    if path:
        app.query_params["path"] = path
    app.run()
    assert not app.exception
    return app


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_it_opens_with_the_main_rate_and_its_sources():
    app = opened_at("")
    assert app.header[0].value == "Main rate of corporation tax"
    assert "**25%** from 1 April 2023" in texts(app)
    assert "?path=corporation_tax.main_rate" in texts(app)


def test_a_link_opens_its_parameter_and_the_reforms_that_set_it_are_no_law():
    app = opened_at("human_investment.additional_deduction")
    assert app.header[0].value == "Extra deduction for training"
    assert "- Human-investment super-deduction (proposed, not law): 30% from 1 April 2027" in texts(app).replace("\\", "")


def test_a_choice_after_a_link_stays_and_a_second_link_is_opened():
    app = opened_at("human_investment.additional_deduction")
    app.selectbox(key="parameter_path").set_value("corporation_tax.main_rate").run()
    app.query_params["path"] = "human_investment.additional_deduction"  # still that of the link
    app.run()
    assert app.header[0].value == "Main rate of corporation tax"
    app.query_params["path"] = "capital_allowances.writing_down.main_rate"
    app.run()
    assert app.selectbox(key="parameter_path").value == "capital_allowances.writing_down.main_rate"
    assert "?path=capital_allowances.writing_down.main_rate" in texts(app)


def test_an_unknown_path_is_said_with_the_nearest_one():
    app = opened_at("corporation_tax.main_rat")
    assert "is no parameter. Did you mean corporation" in app.error[0].value
    assert app.header[0].value == "Main rate of corporation tax"


@pytest.mark.parametrize(
    ("path", "label"),
    [("corporation_tax.main_rate", "`corporation_tax`"), ("human_investment.additional_deduction", "`human_investment_")],
)
def test_the_formulas_that_read_it_are_found_when_somebody_asks(path, label):
    app = opened_at(path)
    assert label not in texts(app)
    app.toggle(key="parameter_used").set_value(True).run(timeout=SECONDS)
    assert label in texts(app)
    assert affected_variables.LIMIT in [element.value for element in app.caption]


def test_a_parameter_that_no_formula_reads_says_so():
    app = opened_at("assumptions.behaviour.elasticity.central")
    app.toggle(key="parameter_used").set_value(True).run(timeout=SECONDS)
    assert "No formula read it" in texts(app)
