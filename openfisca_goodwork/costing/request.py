"""What a costing is asked: every option of it, declared once.

The options of ``goodwork cost``, the arguments of ``goodwork.cost``, the fields and the link of the page, the record of a
run and the command that reproduces it are made from the fields of ``CostingRequest``. What the two laws of a request differ
in is in ``two_laws``. This module imports nothing heavy, so that the help of the command comes at once.
"""

from __future__ import annotations

import functools
import inspect
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum, auto
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar, get_type_hints

NONE, LOW, CENTRAL, HIGH = LEVELS = ("none", "low", "central", "high")
ACCRUALS, CASH = ("accruals", "cash")
LATEST = "latest"
YES = "yes"
IN_MEMORY = "TABLE-IN-MEMORY"
MOST_DRAWS = 10_000
AS_ASKED = ("behaviour", "basis", "settings", "where", "draws", "age_to", "reweight")
"""Options that a result holds as they were asked for."""

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of the work done."""
Early = Callable[[Any], None]
"""Called with a result that is not whole yet."""
Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


class Kind(Enum):
    """What the value of an option is, from which follows how it is written and read everywhere."""

    REFORMS = auto()
    YEARS = auto()
    CHOICE = auto()
    FORECAST = auto()
    POPULATION = auto()
    YEAR = auto()
    COUNT = auto()
    SETTINGS = auto()
    FLAG = auto()
    COMPANIES = auto()
    PARTS = auto()


@dataclass(frozen=True)
class Option:
    """One option of a costing.

    Attributes:
        kind: what its value is.
        argument: what ``goodwork.cost`` takes, for its docstring. help: a line for the command's help.
        flag: how a command line gives it; empty for what stands there without one. metavar: what follows the flag.
        shown_default: the default in the help, where it is not the value itself.
        choices: allowed values, each as the page words it; empty where they are no fixed list. noun: what one is.
        title: heading of its field on the page. called: what the page calls it where it has changed since a run.
        link: its keys in the link of the page; empty where the page does not ask for it.
        is_always_written: whether the command that reproduces a costing has it even at its default.
        name, default: of the field.
    """

    kind: Kind
    argument: str
    help: str
    flag: str = ""
    metavar: str | None = None
    shown_default: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    noun: str = ""
    title: str = ""
    called: str = ""
    link: tuple[str, ...] = ()
    is_always_written: bool = False
    name: str = ""
    default: Any = None

    @property
    def is_list(self) -> bool:
        """Whether the option takes any number of values."""
        return self.kind in {Kind.REFORMS, Kind.SETTINGS, Kind.PARTS}

    def texts(self, value: Any) -> list[str]:
        """A value as texts: what a command line, a link and Python code hold of it; none for a number that is not given."""
        if self.kind is Kind.REFORMS:
            return [_as_asked(one) for one in value]
        if self.kind in {Kind.SETTINGS, Kind.PARTS}:
            return list(value)
        if self.kind is Kind.FLAG:
            return [YES] if value else []
        if self.kind is Kind.COMPANIES:
            return [] if value is None else [_source_of(value)]
        return [] if value is None else [str(value)]

    def in_link(self, value: Any) -> dict[str, list[str]]:
        """The values of its keys in a link; the first and the last year have keys of their own."""
        texts = self.texts(value)
        if self.kind is Kind.YEARS:
            return {key: [text] for key, text in zip(self.link, texts[0].split(":"), strict=True)}
        return dict.fromkeys(self.link, texts)

    def fault(self, value: Any) -> str:
        """What is wrong with a value, as far as this option alone can say; empty where nothing is."""
        if self.choices and value not in self.choices:
            return f"{value!r} is not {self.noun} ({self.flag}). Choose one of {', '.join(self.choices)}."
        if self.kind is Kind.COUNT and value is not None and not 0 <= value <= MOST_DRAWS:
            return f"{self.flag} {value} is outside 0 to {MOST_DRAWS:,}. With 0 there is no interval."
        return ""


@dataclass(frozen=True)
class CostingRequest:
    """A costing as it is asked for: each field an option, with its default; see ``Option``.

    Reforms may be given one by one or together; ``a + b`` is two. ``progress`` is called with the name of a stage and the
    share of the work done, ``early`` with the result before its interval is drawn and before it is known who gains.
    ``records`` is a directory into which what each record pays and gains is written (``gains.record_file``).
    The workers of ``executor`` share the work.
    """

    reforms: Annotated[
        Any,
        Option(
            Kind.REFORMS,
            argument="names of the library, files or Reforms, combined in their order.",
            help="Names, files, or 'a + b'.",
            metavar="REFORM",
            called="the reform",
            link=("reforms",),
        ),
    ] = ()
    baseline: Annotated[
        Any,
        Option(
            Kind.REFORMS,
            argument="the same, for the law to compare with; current law where empty.",
            help="Compare with this instead of current law; may be repeated.",
            flag="--baseline",
            metavar="REFORM",
            title="Compare with: current law, combined with these reforms",
            called="what it is compared with",
            link=("baseline",),
        ),
    ] = ()
    years: Annotated[
        str,
        Option(
            Kind.YEARS,
            argument="financial years, first:last, as in ``2026-27:2031-32``.",
            help="Financial years.",
            flag="--years",
            metavar="FIRST:LAST",
            called="the years",
            link=("first", "last"),
            is_always_written=True,
        ),
    ] = "2026-27:2031-32"
    behaviour: Annotated[
        str,
        Option(
            Kind.CHOICE,
            argument="``none``, ``low``, ``central`` or ``high``: how strongly companies respond.",
            help="How strongly training responds to its price.",
            flag="--behaviour",
            choices={
                NONE: "None: take-up as in the central case, and nobody changes what they do",
                LOW: "Low",
                CENTRAL: "Central",
                HIGH: "High",
            },
            noun="a level of behaviour",
            title="How strongly companies respond",
            called="how strongly companies respond",
            link=("behaviour",),
            is_always_written=True,
        ),
    ] = CENTRAL
    basis: Annotated[
        str,
        Option(
            Kind.CHOICE,
            argument="``accruals``, a period's tax spread over its months, or ``cash``, when it falls due.",
            help="Spread over a period's months, or when due.",
            flag="--basis",
            choices={
                ACCRUALS: "Accruals: tax of a period spread over its months, as official costings have it",
                CASH: "Cash: in the year in which it falls due",
            },
            noun="a basis",
            title="Basis",
            called="the basis",
            link=("basis",),
        ),
    ] = ACCRUALS
    forecast: Annotated[
        str,
        Option(
            Kind.FORECAST,
            argument=(
                "``latest``, ``to-2050`` (the latest carried on with nominal GDP), or the month of a past OBR forecast "
                "(``population.outlooks``): whose economy."
            ),
            help="The OBR forecast whose economy to cost on: the latest, it carried on to 2050, or that of a past day.",
            flag="--forecast",
            metavar="latest|to-2050|YYYY-MM",
            title="OBR forecast for the economy (a past one takes up to a minute more the first time)",
            called="the OBR forecast",
            link=("forecast",),
        ),
    ] = LATEST
    population: Annotated[
        Any,
        Option(
            Kind.POPULATION,
            argument="``default``, ``full`` (every company one by one, part by part), or a Population.",
            help="A weighted sample, or every company one by one.",
            flag="--population",
            metavar="default|full",
        ),
    ] = "default"
    companies: Annotated[
        Any,
        Option(
            Kind.COMPANIES,
            argument=(
                "companies of your own instead of the population: a Parquet file, a folder of files, CSV or a DataFrame, "
                "one row a company and accounting period (``goodwork population schema``)."
            ),
            help="Your own companies instead: a Parquet file, a folder of files, or CSV (goodwork population schema).",
            flag="--companies",
            metavar="DATA",
        ),
    ] = None
    age_to: Annotated[
        str,
        Option(
            Kind.YEAR,
            argument="the financial year to which your own companies are carried on, with the growth of the OBR's forecast.",
            help="Carry your own companies on to this financial year, with the OBR's forecast.",
            flag="--age-to",
            metavar="YEAR",
        ),
    ] = ""
    reweight: Annotated[
        bool,
        Option(
            Kind.FLAG,
            argument="whether weights of your own companies are fitted to official counts of companies.",
            help="Fit the weights of your own companies to official counts of companies.",
            flag="--reweight",
        ),
    ] = False
    disclosure: Annotated[
        bool,
        Option(
            Kind.FLAG,
            argument=(
                "whether figures that few companies or one stand behind are suppressed and all are rounded "
                "(``assumptions.disclosure``)."
            ),
            help="For secure rooms: suppress figures of few companies or of one, round the others.",
            flag="--disclosure",
        ),
    ] = False
    where: Annotated[
        Iterable[str],
        Option(
            Kind.PARTS,
            argument=(
                "``section=C``, ``region=London``, ``employment_band=250+``, ``turnover_band=…``: only these companies, of "
                "one class any, of several classes those of all; everybody where empty."
            ),
            help="Only the companies of a section, region or band (employment_band, turnover_band); may be repeated.",
            flag="--where",
            metavar="CLASS=VALUE",
            title="Only companies of these sections, regions or bands",
            called="which companies",
            link=("where",),
        ),
    ] = ()
    year_of_gains: Annotated[
        str,
        Option(
            Kind.YEAR,
            argument="the financial year in which it is shown who gains, one of `years`; that of the finding unless given.",
            help="Show who gains in this financial year, not in that of the finding.",
            flag="--year-of-gains",
            metavar="YEAR",
        ),
    ] = ""
    draws: Annotated[
        int | None,
        Option(
            Kind.COUNT,
            argument="of the assumptions, for the interval; none where 0, ``assumptions.uncertainty.draws`` unless given.",
            help="Of the assumptions, for the interval; 0 for none.",
            flag="--draws",
            metavar="N",
            shown_default="200",
        ),
    ] = None
    settings: Annotated[
        Iterable[str],
        Option(
            Kind.SETTINGS,
            argument=(
                "``PATH@DATE=VALUE``, applied to the reforms; to both laws, and the population built anew, for "
                "``assumptions.base``, ``.growth`` and ``.timing``."
            ),
            help="Change a parameter or an assumption.",
            flag="--set",
            metavar="PATH@DATE=VALUE",
            title="Parameters and assumptions set for this run, one on each line: path@date=value",
            called="the parameters set for the run",
            link=("set",),
        ),
    ] = ()
    appraise: Annotated[
        bool,
        Option(
            Kind.FLAG,
            argument="also say what the extra training would be worth (``value_for_money.Appraisal``); it moves no figure.",
            help="Also say what the extra training would be worth.",
            flag="--appraise",
            title="Also say what the extra training would be worth: an appraisal, no part of the costing",
            called="whether it is appraised",
            link=("appraise",),
        ),
    ] = False
    progress: Progress | None = field(default=None, compare=False, repr=False)
    early: Early | None = field(default=None, compare=False, repr=False)
    records: Any = field(default=None, compare=False, repr=False)
    executor: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("reforms", "baseline"):
            object.__setattr__(self, name, _one_by_one(getattr(self, name)))
        for name in ("settings", "where"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    def each(self) -> Iterable[tuple[Option, Any]]:
        """Every option with its value here, in the order of the fields."""
        return ((one, getattr(self, one.name)) for one in options())

    @property
    def arguments(self) -> dict[str, Any]:
        """What ``goodwork.cost`` takes to cost the same: every option that is not at its default, by its name."""
        return {one.name: value for one, value in self.each() if _is_other(value, one.default)}

    @property
    def faults(self) -> list[str]:
        """What each option alone has wrong, in words."""
        return [fault for one, value in self.each() if (fault := one.fault(value))]

    @property
    def command(self) -> str:
        """The command that asks for the same."""
        given = [shlex.quote(text) for one, value in self.each() if not one.flag for text in one.texts(value)]
        given += [
            one.flag if one.kind is Kind.FLAG else f"{one.flag} {shlex.quote(text)}"
            for one, value in self._written()
            for text in one.texts(value)
        ]
        return " ".join(["goodwork cost", *given])

    @property
    def python(self) -> str:
        """Python that asks for the same, and prints the result."""
        given = [_literal(one.texts(value)) for one, value in self.each() if not one.flag]
        for one, value in self._written():
            texts = one.texts(value)
            literal = str(value) if one.kind in {Kind.COUNT, Kind.FLAG} else _literal(texts if one.is_list else texts[0])
            given.append(f"{one.name}={literal}")
        inside = "".join(f"    {one},\n" for one in given)
        return f"import openfisca_goodwork as goodwork\n\nresult = goodwork.cost(\n{inside})\nprint(result.summary())"

    def _written(self) -> Iterable[tuple[Option, Any]]:
        """What has to be said to ask for the same, but for what stands without a flag."""
        return (
            (one, value)
            for one, value in self.each()
            if one.flag and (one.is_always_written or _is_other(value, one.default))
        )


@functools.cache
def options() -> tuple[Option, ...]:
    """Every option of a costing, in the order of the fields of ``CostingRequest``."""
    declared = get_type_hints(CostingRequest, include_extras=True)
    return tuple(
        replace(about, name=one.name, default=one.default)
        for one in fields(CostingRequest)
        for about in getattr(declared[one.name], "__metadata__", ())
    )


def option(name: str) -> Option:
    """An option by its name."""
    return next(one for one in options() if one.name == name)


def takes(
    request: Callable[Arguments, CostingRequest],
) -> Callable[[Callable[[CostingRequest], Returned]], Callable[Arguments, Returned]]:
    """Give a function of a request the arguments of the request, with their defaults and their words."""

    def giving(function: Callable[[CostingRequest], Returned]) -> Callable[Arguments, Returned]:
        @functools.wraps(function)
        def called(*arguments: Arguments.args, **named: Arguments.kwargs) -> Returned:
            return function(request(*arguments, **named))

        plain = get_type_hints(request)
        called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [one.replace(annotation=plain[name]) for name, one in inspect.signature(request).parameters.items()],
            return_annotation=inspect.signature(function).return_annotation,
        )
        said = "".join(f"        {one.name}: {one.argument}\n" for one in options())
        called.__doc__ = (function.__doc__ or "").replace("    Args:\n", f"    Args:\n{said}")
        return called

    return giving


def _one_by_one(given: Any) -> tuple[Any, ...]:
    """Reforms one by one; ``a + b`` is two."""
    listed = given if isinstance(given, (list, tuple)) else [given]
    return tuple(part for one in listed for part in (one.split(" + ") if isinstance(one, str) else [one]))


def _as_asked(reform: Any) -> str:
    if isinstance(reform, (str, Path)):
        return str(reform)
    from openfisca_goodwork.policy import as_asked  # here, because it loads the law

    return as_asked(reform)


def _is_other(value: Any, default: Any) -> bool:
    """Whether a value is not the default; a table is compared as a whole."""
    return value is not None if default is None else bool(value != default)


def _source_of(companies: Any) -> str:
    """What a command calls companies of one's own: their path, or what they are where no path names them."""
    return str(companies) if isinstance(companies, (str, Path)) else getattr(companies, "source", IN_MEMORY)


def _literal(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
