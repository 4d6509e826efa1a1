"""The HTTP API: calculate, compare, rates, reforms, parameters; costings as jobs; OpenFisca's own API below /openfisca.

No state but the last costings, and no file of the server is read or written. ``/docs`` has the questions with their fields,
``/openapi.json`` the same for programs.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Annotated, Any, Literal

from a2wsgi import WSGIMiddleware
from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from openfisca_goodwork.costing.request import CostingRequest
from openfisca_goodwork.desk.costing_desk import refuse_too_much
from openfisca_goodwork.doors import answers, openfisca
from openfisca_goodwork.doors.answers import DONE, REFUSED, WAITING, Full, Job, Jobs, in_words
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.reports import html
from openfisca_goodwork.reports.sections import Column, Note, Report, Section, Table
from openfisca_goodwork.version import model_version

# --- what a request may take: so many bytes, so long, so many at once ------------------------------------------------


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_TOO_LARGE, _TOO_SLOW, _TOO_MANY = 413, 408, 503
# What a browser may do with an answer: nothing but show it as data.
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


@dataclass(frozen=True)
class Limits:
    """What a request may take.

    Attributes:
        most_bytes: of its body. seconds_to_send: for its body to arrive. most_at_once: requests being answered.
    """

    most_bytes: int = 1_000_000
    seconds_to_send: float = 10.0
    most_at_once: int = 16


class Guard:
    """An app whose requests are whole, small and few before it sees them."""

    def __init__(self, app: App, limits: Limits | None = None) -> None:
        self._app, self._limits, self._busy = app, limits or Limits(), 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in words."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limits = self._limits
        try:
            body = await asyncio.wait_for(self._body(scope, receive), limits.seconds_to_send)
        except TimeoutError:
            await refuse(send, _TOO_SLOW, f"The body did not arrive within {limits.seconds_to_send:g} seconds.")
            return
        if body is None:
            await refuse(send, _TOO_LARGE, f"The body is larger than {limits.most_bytes:,} bytes. Ask for less at a time.")
            return
        if self._busy >= limits.most_at_once:
            await refuse(send, _TOO_MANY, f"{limits.most_at_once} requests are being answered. Ask again in some seconds.")
            return
        self._busy += 1
        try:
            await self._app(scope, _again(body), _with_headers(send))
        finally:
            self._busy -= 1

    async def _body(self, scope: MutableMapping[str, Any], receive: Receive) -> bytes | None:
        """The body, whole; None where it is too large, found as early as its headers say so."""
        most = self._limits.most_bytes
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and int(told) > most:
            return None
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                return None
            more = message["type"] == "http.request" and message.get("more_body", False)
        return b"".join(parts)


def _again(body: bytes) -> Receive:
    """What hands a body over that has been read already, and then waits for ever."""
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if given:
            return given.pop()
        await asyncio.Event().wait()
        raise AssertionError  # never reached: nobody sets the event

    return receive


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return sending


async def refuse(send: Send, status: int, fault: str) -> None:
    """Answer with a status and a fault in words."""
    content = json.dumps({"faults": [fault]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


# --- the questions as a page -----------------------------------------------------------------------------------------


_HEAD = '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
_COLUMNS = tuple(map(Column, ("Field", "Where", "May be", "What")))
_PROGRAMS = "The same for programs: /openapi.json. OpenFisca's own API: /openfisca."


def page_of(described: Mapping[str, Any]) -> str:
    """Every question of an OpenAPI document with its fields, in its order."""
    about, schemas = described["info"], described["components"]["schemas"]
    standing = f"{about['summary']} {about['description']} Version {about['version']}."
    questions = tuple(
        _section(f"{method.upper()} {path}", question, schemas)
        for path, methods in described["paths"].items()
        for method, question in methods.items()
    )
    programs = Section("For programs", "Where programs read this", (Note(_PROGRAMS),))
    report = Report(about["title"], standing, (programs, *questions), "goodwork serve", "api")
    return f"{_HEAD}<title>{escape(about['title'])}</title></head><body>{html.fragment(report)}</body></html>"


def _section(name: str, question: Mapping[str, Any], schemas: Mapping[str, Any]) -> Section:
    fields = Table(f"Fields of {name}", _COLUMNS, list(_fields(question, schemas)))
    return Section(name, question["description"], (Note(question["description"]), fields))


def _fields(question: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for given in question.get("parameters", ()):
        needed = ", needed" if given.get("required") else ""
        yield given["name"], given["in"], _may_be(given["schema"]) + needed, given.get("description", "")
    for content in question.get("requestBody", {}).get("content", {}).values():
        body = schemas[content["schema"]["$ref"].rpartition("/")[2]]
        for name, field in body["properties"].items():
            needed = ", needed" if name in body.get("required", ()) else ""
            yield name, "body", _may_be(field) + needed, field.get("description", "")


def _may_be(field: Mapping[str, Any]) -> str:
    """What a field takes, and what it is where it is left out."""
    if "anyOf" in field:
        kind = " or ".join(_may_be(each) for each in field["anyOf"] if each.get("type") != "null")
    elif "items" in field:
        kind = f"list of {_may_be(field['items'])}"
    else:
        kind = ", ".join(map(str, field["enum"])) if "enum" in field else field.get("type", "")
    default = field.get("default")
    if default in (None, "", []):
        return kind
    return f"{kind}; {str(default).lower() if default is False else default} unless said"


SECONDS = 30.0
WORKERS = 4
_WRONG, _GONE, _TOO_LONG, _BUSY = 400, 404, 504, 503

Reforms = Annotated[list[str], Field(description="Names of the library, or texts of reform files; combined in their order.")]


class _Asked(BaseModel):
    """A question: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class CompanyAsked(_Asked):
    """A company's tax under current law and under reforms."""

    company: dict[str, Any] = Field(description="What a company file holds; of a group where it has `companies`.")
    reforms: Reforms = []


class LawsAsked(_Asked):
    """What differs between two laws."""

    a: str = Field("law", description="law; law@2023-04-01, the law of that day; or a reform.")
    b: str = Field("law", description="The same.")
    on: str | None = Field(None, description="Only what differs on this day.")
    start: str | None = Field(None, description="Only what differs on or after this day.")
    end: str | None = Field(None, description="Only what differs on or before this day.")


class CostingAsked(_Asked):
    """What a reform would cost the Exchequer, by financial year."""

    reforms: Reforms
    baseline: Reforms = []
    years: str = Field(CostingRequest.years, description="Financial years, first:last.")
    behaviour: Literal["none", "low", "central", "high"] = "central"
    basis: Literal["accruals", "cash"] = "accruals"
    settings: list[str] = Field([], description="PATH@DATE=VALUE, each holding from its date for good.")
    draws: int | None = Field(None, description="Of the assumptions, for the interval; 0 for none.", ge=0)
    appraise: bool = Field(default=False, description="Also say what the extra training would be worth.")


_FIELDS = sorted({name for asked in (CompanyAsked, LawsAsked, CostingAsked) for name in asked.model_fields})


class CostingState(BaseModel):
    """How far a costing is, and its answer once it is done."""

    id: str
    state: str = Field(description="waiting, running, done, refused or stopped.")
    before: int = Field(description="Costings that come before one that waits.")
    stage: str
    done: float = Field(description="The share of the work done.")
    faults: list[str] = []
    result: dict[str, Any] | None = Field(None, description="As `goodwork cost --json` prints it, its words first.")


def create(limits: Limits | None = None, jobs: Jobs | None = None) -> Any:
    """The HTTP API as an ASGI app, guarded."""
    costings = jobs or Jobs()
    pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="answer")

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        costings.close()
        pool.shutdown(wait=False, cancel_futures=True)

    app = FastAPI(
        title="GoodWork: UK corporation tax",
        version=model_version(),
        summary="Corporation tax of companies, what two laws differ in, and what a reform would cost.",
        description="Amounts are pounds, costings £ million; minus is a cost to the Exchequer. `faults` are in words.",
        lifespan=life,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
    )
    _add_faults(app)
    _add_questions(app, partial(_in_time, pool))
    _add_costings(app, costings, partial(_in_time, pool))
    app.mount("/openfisca", WSGIMiddleware(openfisca.guarded(), workers=WORKERS))  # type: ignore[arg-type]
    return Guard(app, limits)


async def _in_time(pool: ThreadPoolExecutor, question: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """The answer of a question, worked out beside the server. Raises TimeoutError where it takes too long."""
    work = asyncio.get_running_loop().run_in_executor(pool, partial(question, *given, **named))
    return await asyncio.wait_for(asyncio.shield(work), SECONDS)


def _add_faults(app: FastAPI) -> None:

    @app.exception_handler(GoodworkError)
    async def _wrong(_request: Request, fault: GoodworkError) -> JSONResponse:
        return JSONResponse({"faults": str(fault).splitlines()}, _WRONG)

    @app.exception_handler(RequestValidationError)
    async def _misshapen(_request: Request, fault: RequestValidationError) -> JSONResponse:
        found = [error | {"loc": error["loc"][1:]} for error in fault.errors()]
        return JSONResponse({"faults": list(in_words(found, _FIELDS, "/docs lists the fields of every question."))}, _WRONG)

    @app.exception_handler(TimeoutError)
    async def _late(_request: Request, _fault: TimeoutError) -> JSONResponse:
        return JSONResponse(
            {"faults": [f"The answer takes more than {SECONDS:g} seconds. Ask for less at a time."]}, _TOO_LONG
        )


def _add_questions(app: FastAPI, answered: Callable[..., Any]) -> None:

    @app.get("/")
    async def about() -> dict[str, Any]:
        """What this is, its version, and what it does not cover."""
        return answers.about() | {"questions": "/docs", "openfisca": "/openfisca/spec", "situation": openfisca.EXAMPLE}

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page_of(app.openapi()))

    @app.post("/calculate")
    async def calculate(asked: CompanyAsked) -> Any:
        """The corporation tax of a company, or of a group, with its steps and dates of payment."""
        return await answered(answers.calculate, asked.company, asked.reforms)

    @app.post("/compare")
    async def compare(asked: LawsAsked) -> Any:
        """Every parameter that differs between two laws, with the sources of both."""
        return await answered(answers.compare, asked.a, asked.b, on=asked.on, start=asked.start, end=asked.end)

    @app.get("/reforms")
    async def reforms(group: str = "") -> Any:
        """The reforms of the library."""
        return await answered(answers.reforms, group)

    @app.get("/parameters")
    async def parameters(word: str = "", most: Annotated[int, Query(ge=1, le=1_000)] = 100) -> Any:
        """Parameters by a word: meaning, unit, range, allowed words, value now."""
        return await answered(answers.parameters, word, most)

    @app.get("/parameters/{path}")
    async def parameter(path: str) -> Any:
        """Every dated value of a parameter, or of each in a group, with its references."""
        return await answered(answers.parameter, path)

    @app.get("/rates")
    async def rates(
        on: str, reform: Annotated[tuple[str, ...], Query()] = (), law: str = "law", returns_on: str | None = None
    ) -> Any:
        """Effective tax rates of £1 spent on a machine, a building or training on a day."""
        return await answered(answers.rates, law, reform, on=on, returns_on=returns_on)


def _request(**asked: Any) -> CostingRequest:
    """The request of a costing. Raises GoodworkError for what would be refused anyway once its turn comes."""
    request = answers.costing_request(**asked)
    if request.settings:
        refuse_too_much(request)
    return request


def _add_costings(app: FastAPI, costings: Jobs, answered: Callable[..., Any]) -> None:

    def told(job: Job) -> CostingState:
        before = costings.place(job) if job.state == WAITING else 0
        faults = job.faults.splitlines() if job.state == REFUSED else []
        answer = job.answer if job.state == DONE else None
        return CostingState(
            id=job.name, state=job.state, before=before, stage=job.stage, done=job.done, faults=faults, result=answer
        )

    def found(name: str) -> Job:
        job = costings.find(name)
        if job is None:
            raise LookupError(name)
        return job

    @app.exception_handler(LookupError)
    async def _gone(_request: Request, _fault: LookupError) -> JSONResponse:
        return JSONResponse({"faults": ["There is no such costing, or it is no longer kept. Ask for it again."]}, _GONE)

    @app.exception_handler(Full)
    async def _full(_request: Request, _fault: Full) -> JSONResponse:
        return JSONResponse({"faults": ["As many costings wait as may. Ask again in a minute."]}, _BUSY)

    @app.post("/costings", status_code=202)
    async def cost(asked: CostingAsked, response: Response) -> CostingState:
        """Ask for a costing; look at it under the address in `Location`."""
        job = costings.ask(await answered(_request, **asked.model_dump()))
        response.headers["Location"] = f"/costings/{job.name}"
        return told(job)

    @app.get("/costings/{id}")
    async def costing(name: Annotated[str, Path(alias="id")]) -> CostingState:
        """How far a costing is, and its answer once it is done."""
        return told(found(name))

    @app.delete("/costings/{id}")
    async def stop(name: Annotated[str, Path(alias="id")]) -> CostingState:
        """End a costing: at once where it waits, within a second where it runs."""
        job = found(name)
        costings.stop(job)
        return told(job)
