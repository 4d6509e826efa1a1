"""The server for assistants through a real client: a process of its own, spoken to over standard input and output."""

from __future__ import annotations

import json
import re
import sys

import pytest
from anyio.from_thread import start_blocking_portal

from openfisca_goodwork import calculate
from tests.doors.test_http import COMPANY, RELIEF, ROOT

mcp = pytest.importorskip("mcp", reason="the server for assistants is an extra")


def asked(*calls):
    """What a server that is started for it answers to some calls of tools, one after the other; and its tools."""

    async def ask():
        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "openfisca_goodwork.commands.main", "mcp"])
        async with mcp.Client(command) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, given) for name, given in calls]

    # In a thread of its own, as the browser of other tests keeps a loop in this one.
    with start_blocking_portal() as portal:
        return portal.call(ask)


def of_the_page():
    """The examples of the page, by tool."""
    page = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    return json.loads(re.search(r"^```json\n(\{\"about\".*?)^```$", page, re.MULTILINE | re.DOTALL)[1])


def test_an_assistant_sees_the_tools_and_is_answered_with_the_figures_of_the_model():
    examples = {name: given for name, given in of_the_page().items() if name != "cost_reform"}
    tools, (about, company, wrong, found, misshapen, unknown, nothing, *shown) = asked(
        ("about", {}),
        ("calculate_company", {"company": COMPANY, "reforms": [RELIEF]}),
        ("calculate_company", {"company": COMPANY, "reforms": ["no-such-reform"]}),
        ("find_parameters", {"word": "corporation_tax.main_rate"}),
        ("find_parameters", {"most": "many"}),
        ("cost_reform", {"reforms": [RELIEF], "year": "2028-29"}),
        ("cost", {}),
        *examples.items(),
    )
    assert [answer.content[0].text for answer in shown if answer.is_error] == []
    assert {tool.name for tool in tools} == set(of_the_page())
    assert {"calculate_company", "compare_laws", "cost_reform", "effective_rates", "list_reforms"} <= {
        tool.name for tool in tools
    }
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert about.structured_content["model_version"]
    periods = company.structured_content["accounting_periods"]
    expected = calculate(COMPANY, [RELIEF]).to_dict()["accounting_periods"]
    assert len(periods) == len(expected) == 1
    assert periods[0]["current_law"] == expected[0]["current_law"]
    assert wrong.is_error
    assert wrong.content[0].text.startswith("There is no reform called 'no-such-reform'")
    assert misshapen.content[0].text == "word is missing.\nmost must be a whole number, and is 'many'."
    assert unknown.content[0].text.startswith("'year' is not known here. Did you mean years? cost_reform takes reforms,")
    assert nothing.content[0].text.startswith("There is no tool called 'cost'. The tools: about,")
    assert misshapen.is_error
    assert unknown.is_error
    assert nothing.is_error
    assert found.structured_content["parameters"][0]["value"] == 0.25


@pytest.mark.slow
def test_an_assistant_is_told_what_a_reform_costs_with_its_range_and_how_far_to_trust_it():
    _, (costed, wrong) = asked(
        ("cost_reform", of_the_page()["cost_reform"]),
        ("cost_reform", {"reforms": [RELIEF], "behaviour": "strong"}),
    )
    told = costed.structured_content
    assert told["finding"].startswith("Human-investment super-deduction costs")
    assert len(told["exchequer_effect"]["post_behavioural"]) == 2
    assert told["likely_range"]
    assert told["how_far_to_trust_it"]
    assert told["command"].startswith("goodwork cost")
    assert wrong.is_error
    assert "'strong' is not" in wrong.content[0].text
