"""The server for assistants (Model Context Protocol): the model's answers instead of an assistant's memory.

Each tool is a question of ``answers``, its result with units, caveats and the command that gives it again. It speaks over
standard input and output, to the program that started it alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, Any

import anyio
from anyio import from_thread, to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.desk.apart import Apart
from openfisca_goodwork.desk.costing_desk import CostingDesk
from openfisca_goodwork.doors import answers
from openfisca_goodwork.doors.answers import in_words
from openfisca_goodwork.errors import GoodworkError, quoted
from openfisca_goodwork.version import model_version

INSTRUCTIONS = (
    "Figures of UK corporation tax from an open model. Quote a figure with its unit, its year and its range, say whether it "
    "is law or proposed, and give the command that reproduces it. Costings are of a synthetic population and no official "
    "ones: say how far to trust them, as the answer does. Do not add up costings of several reforms; cost them together."
)
# What an assistant reads of a costing; the rest on asking.
HEADLINE = (
    *(
        "finding",
        "standing",
        "likely_range",
        "how_far_to_trust_it",
        "unit",
        "financial_years",
        "exchequer_effect",
        "interval",
    ),
    *("steps", "claimants", "rating", "credibility", "official", "timeline", "no_effect", "model_version", "command"),
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
Reforms = Annotated[tuple[str, ...], Field(description="Names of the library (list_reforms), or texts of reform files.")]
Day = Annotated[str, Field(description="As 2027-04-01.")]


async def about() -> dict[str, Any]:
    """What the model is, its version, and what it does not cover."""
    return answers.about()


async def list_reforms(group: str = "") -> dict[str, Any]:
    """The reforms of the library: name, title, what each does, whether it is law; of a group, as proposals."""
    return {"reforms": await _told(answers.reforms, group)}


async def find_parameters(word: str, most: Annotated[int, Field(ge=1, le=1_000)] = 30) -> dict[str, Any]:
    """Parameters of the law and assumptions by a word: meaning, unit, range, allowed words, value now."""
    return await _told(answers.parameters, word, most)


async def parameter_history(path: str) -> dict[str, Any]:
    """Every dated value of a parameter, or of each in a group, with its references to cite."""
    return await _told(answers.parameter, path)


async def calculate_company(
    company: Annotated[dict[str, Any], Field(description="What a company file holds: company, accounting_periods.")],
    reforms: Reforms = (),
) -> dict[str, Any]:
    """The corporation tax of a company or group under current law and reforms, in pounds, with dates of payment."""
    return await _told(answers.calculate, company, reforms)


async def compare_laws(a: str = "law", b: str = "law", on: str | None = None) -> dict[str, Any]:
    """Every parameter that differs between two laws: law, law@2023-04-01 or a reform; with the sources of both."""
    return await _told(answers.compare, a, b, on=on)


async def effective_rates(on: Day, reforms: Reforms = ()) -> dict[str, Any]:
    """What £1 spent on a machine, a building or training costs after tax on a day, and the tax on what it earns."""
    return await _told(answers.rates, "law", reforms, on=on)


async def cost_reform(
    context: Context,
    reforms: Reforms,
    years: Annotated[str, Field(description="Financial years, first:last.")] = CostingRequest.years,
    behaviour: Annotated[str, Field(description="none, low, central or high.")] = CostingRequest.behaviour,
    settings: Annotated[tuple[str, ...], Field(description="PATH@DATE=VALUE.")] = (),
    whole: Annotated[bool, Field(description="Every figure of the costing, a hundred kilobytes.")] = False,  # noqa: FBT002
) -> dict[str, Any]:
    """What a reform would cost the Exchequer by financial year (£ million; minus is a cost), with range and caveats.

    Takes some seconds; the first time up to three minutes more, while the population of companies is built.
    """
    heard = [0.0]

    def progress(stage: str, done: float) -> None:
        from_thread.check_cancelled()
        if done > heard[0]:
            heard[0] = done
            from_thread.run(context.report_progress, done, 1.0, stage)

    def cost() -> dict[str, Any]:
        request = answers.costing_request(reforms, years=years, behaviour=behaviour, settings=settings)
        return answers.costed(_desk().cost(request, progress))

    found = await _told(cost)
    return found if whole else {name: found[name] for name in HEADLINE if name in found}


TOOLS = (
    *(about, list_reforms, find_parameters, parameter_history),
    *(calculate_company, compare_laws, effective_rates, cost_reform),
)


class _Server(MCPServer):
    """A server that refuses a call in words, with all that is wrong with it."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """The answer of a tool. Raises ToolError for one that is not there, and with every fault of what it was given."""
        tools = {tool.name: list(tool.input_schema["properties"]) for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"There is no tool called {quoted(name)}. The tools: {', '.join(tools)}.")
        faults: list[Any] = [{"type": "extra_forbidden", "loc": (given,)} for given in arguments if given not in tools[name]]
        try:
            answer = None if faults else await super().call_tool(name, arguments, context)
        except UnexpectedToolError as fault:
            raise UnexpectedToolError(f"{name} failed. This is a fault of the program; please report it.") from fault
        except ToolError as fault:
            if not isinstance(fault.__cause__, ValidationError):
                raise ToolError(str(fault).removeprefix(f"Error executing tool {name}: ")) from fault
            faults = list(fault.__cause__.errors())
        if faults:
            help_at = f"{name} takes {', '.join(tools[name]) or 'nothing'}."
            raise ToolError("\n".join(in_words(faults, tools[name], help_at)))
        return answer


def create() -> MCPServer:
    """The server with its tools, which read and change nothing."""
    server = _Server(
        "goodwork",
        title="GoodWork: UK corporation tax",
        instructions=INSTRUCTIONS,
        version=model_version(),
        log_level="WARNING",
    )
    for question in TOOLS:
        server.tool(annotations=_READS)(question)
    return server


@cache
def _desk() -> CostingDesk:
    """What costs, one request at a time, in a process of its own; it keeps the population and the last results."""
    return CostingDesk(work=Apart())


async def _told(question: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The answer of a question, worked out beside the server; a fault of what was asked in words."""
    try:
        return await to_thread.run_sync(partial(question, *given, **named), abandon_on_cancel=True)
    except GoodworkError as fault:
        raise ToolError(str(fault)) from fault


def serve() -> None:
    """Serve over standard input and output until they are closed."""
    try:
        anyio.run(create().run_stdio_async)
    finally:
        _desk().end()
