"""OpenFisca's own web API, its bodies looked at first: what it would compute for hours, or fail on, is refused in words.

Left to itself that API multiplies companies by `axes` without a limit, evaluates text given for a number as an expression,
and answers some malformed bodies with an error of the server.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from openfisca_goodwork.errors import did_you_mean, quoted
from openfisca_goodwork.system import CountryTaxBenefitSystem

MOST_COMPANIES, MOST_VALUES, MOST_SHOWN = 200, 20_000, 20
PEOPLE = "companies"
_PERIOD = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?::\d{4})?|(?:year|month|day|eternity)(?::[\d:-]+)?|ETERNITY")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[A-Za-z_][\w .,&'-]*")
_COMPUTES = ("/calculate", "/trace")
Start = Callable[..., Any]
WsgiApp = Callable[[dict[str, Any], Start], Iterable[bytes]]


def faults_of(content: bytes, variables: Iterable[str]) -> list[str]:
    """What is wrong with the body of a calculation; nothing where OpenFisca may have it."""
    try:
        situation = json.loads(content)
    except (ValueError, RecursionError):
        return ["The body is no JSON. A situation is an object, as in the example at /."]
    if not isinstance(situation, dict):
        return [f"The body must be an object with {quoted(PEOPLE)}, as in the example at /."]
    found = list(_faults(situation, frozenset(variables)))
    return found[:MOST_SHOWN] + ([f"… and {len(found) - MOST_SHOWN:,} more."] if len(found) > MOST_SHOWN else [])


def _faults(situation: dict[str, Any], variables: frozenset[str]) -> Iterator[str]:
    for name in situation:
        if name == "axes":
            yield "axes are not computed here: they multiply companies without a limit. Give each company of its own."
        elif name != PEOPLE:
            yield f"{quoted(name)} is not known here. Companies stand under {quoted(PEOPLE)}."
    companies = situation.get(PEOPLE)
    if not isinstance(companies, dict) or not companies:
        yield f"{quoted(PEOPLE)} must be an object with a company or more."
        return
    if len(companies) > MOST_COMPANIES:
        yield f"{len(companies):,} companies are too many for a body; give at most {MOST_COMPANIES}."
        return
    values = 0
    for company, told in companies.items():
        if not isinstance(told, dict):
            yield f"{PEOPLE}.{company} must be an object of variables."
            continue
        for variable, by_period in told.items():
            values += len(by_period) if isinstance(by_period, dict) else 1
            yield from _of_variable(f"{company}.{variable}", variable, by_period, variables)
    if values > MOST_VALUES:
        yield f"{values:,} values are too many for a body; give at most {MOST_VALUES:,}."


def _of_variable(place: str, variable: str, by_period: Any, variables: frozenset[str]) -> Iterator[str]:
    if variable not in variables:
        yield f"{place}: there is no such variable. {did_you_mean(variable, variables)}".rstrip()
        return
    if not isinstance(by_period, dict):
        yield f"{place} must be an object of periods, as in {{'2028': null}}."
        return
    for period, value in by_period.items():
        if not _PERIOD.fullmatch(period):
            yield f"{place}: {quoted(period)} is no period. A period is a year, as '2028'."
        if value is None or isinstance(value, bool | int | float):
            if isinstance(value, float) and value != value:  # noqa: PLR0124 — only NaN is unlike itself
                yield f"{place}.{period} is not a number."
        elif not (isinstance(value, str) and (_DAY.fullmatch(value) or _WORD.fullmatch(value))):
            yield f"{place}.{period}: {quoted(str(value)[:40])} is no plain number, day or word."


EXAMPLE = {
    PEOPLE: {
        "example": {
            "accounting_period_start": {"2028": "2028-01-01"},
            "accounting_period_end": {"2028": "2028-12-31"},
            "trading_profit_before_capital_allowances": {"2028": 200_000},
            "corporation_tax": {"2028": None},
        }
    }
}


def guarded() -> WsgiApp:
    """OpenFisca's web API for the law of this package, as a WSGI app whose bodies are looked at first."""
    from openfisca_web_api.app import create_app  # here, because it comes with the extra `api` only

    system = CountryTaxBenefitSystem()
    app = create_app(system, welcome_message=json.dumps(EXAMPLE))

    def in_words(error: Exception) -> Any:
        status = getattr(error, "code", None)
        if isinstance(status, int):
            return error
        logging.getLogger(__name__).warning("A situation could not be computed.", exc_info=error)
        return app.response_class(
            json.dumps({"faults": [f"The situation cannot be computed: {str(error)[:500] or type(error).__name__}."]}),
            status=400,
            mimetype="application/json",
        )

    app.register_error_handler(Exception, in_words)

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].rstrip("/").endswith(_COMPUTES):
            content = environ["wsgi.input"].read()
            found = faults_of(content, system.variables)
            if found:
                text = json.dumps({"faults": found}).encode()
                start("400 Bad Request", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
                return [text]
            environ["wsgi.input"] = io.BytesIO(content)
        answered: Iterable[bytes] = app(environ, start)
        return answered

    return answer
