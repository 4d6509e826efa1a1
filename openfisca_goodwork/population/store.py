"""The population as others use it: loaded from the cache, or built where anything it depends on has changed; exported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork import cache, disk, system
from openfisca_goodwork.errors import DataError, GoodworkError, did_you_mean, quoted
from openfisca_goodwork.population import distributions, forecasts, sources
from openfisca_goodwork.population import inputs as periods_of
from openfisca_goodwork.population.report import FitReport, unpacked

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.population.build import Progress

DEFAULT, FULL = NAMES = ("default", "full")
LEFT_OUT = (
    *("human_investment.", "good_work.", "payment."),
    *(
        "assumptions.administration.",
        "assumptions.appraisal.",
        "assumptions.audit.",
        "assumptions.behaviour.",
        "assumptions.disclosure.",
        "assumptions.effective_rates.",
    ),
    *("assumptions.take_up.", "assumptions.timing.accrual.", "assumptions.timing.payment.", "assumptions.uncertainty."),
)
PACKAGE = Path(__file__).parent.parent
# A population of official figures does not depend on how companies of one's own are read.
CODE = (
    *(file for file in sorted((PACKAGE / "population").glob("*.py")) if not file.name.startswith("own_")),
    *(PACKAGE / part for part in ("law", "system.py")),
)
LIBRARIES = ("numpy", "scipy", "openfisca-core")
REPORT, SEED, FIGURES = "report", "seed", "fingerprint of the figures"
KEYS = ["id", "weight", "sic_section", "region", "employment_band", "turnover_band"]
WRITERS, ELSEWHERE = {".parquet": "to_parquet", ".csv": "to_csv"}, "name a file elsewhere"


@dataclass(frozen=True, eq=False)
class Population:
    """A weighted table of companies that stands for every UK company, with their accounting periods of 2018 to 2033.

    Those of another span of years with an outlook of before 2017 (`forecasts.labels`).

    Every company exists in every period: none is born or dies. `columns` is the compact store; read it through the other
    names; `fingerprint` is that of its figures. `is_part`: it is one of the `parts` of a larger one, or a subset. Of every
    company one by one the columns stay on disk, and each part reads its own. `whole`: of a subset, the population that it is
    taken from, and the places of its records there.
    """

    columns: Mapping[str, NDArray]
    fingerprint: str
    is_part: bool = False
    whole: tuple[Population, NDArray[np.int64]] | None = None

    @property
    def labels(self) -> range:
        """Labels of the accounting periods: the calendar years in which they end."""
        return periods_of.labels(self.columns)

    @property
    def financial_years(self) -> tuple[int, ...]:
        """Financial years that the accounting periods of every company cover in full, by the year each begins in."""
        return tuple(self.labels[:-2])

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """How many companies each record stands for."""
        return self.columns["weight"]

    @property
    def records(self) -> int:
        """How many records there are."""
        return int(self.weight.size)

    @property
    def companies(self) -> float:
        """How many companies the records stand for."""
        return float(self.weight.sum())

    @property
    def classes(self) -> dict[str, tuple[NDArray[np.int8], tuple[str, ...]]]:
        """Classes of official statistics by name: the code of each record, and what the codes stand for."""
        columns = {name: self.columns[name.removeprefix("sic_")] for name in sources.CLASSES}
        return {name: (columns[name], known) for name, known in sources.CLASSES.items()}

    @property
    def registered(self) -> NDArray[np.bool_]:
        """Whether each record is registered for VAT or PAYE: those that are not have no employees."""
        return self.columns["registered"]

    @cached_property
    def frame(self) -> pandas.DataFrame:
        """One row a record: id, weight, section, region and bands, and its size in 2025 (£, employees)."""
        import pandas

        held, named = self.columns, self.classes
        kinds = {name: pandas.Categorical.from_codes(code, pandas.Index(labels)) for name, (code, labels) in named.items()}
        plain = ("registered", "dormant", "employees", "turnover", "end_month")
        return pandas.DataFrame(
            {"id": held["id"], "weight": held["weight"], **kinds, **{name: held[name] for name in plain}}
        )

    def inputs(self, label: int) -> periods_of.Inputs:
        """Input variables of the law for the accounting periods that end in the calendar year `label`.

        £ for the period, one value per record. Raises DataError for a label outside `labels`.
        """
        if label not in self.labels:
            raise DataError(
                f"The population has accounting periods that end in {self.labels[0]} to {self.labels[-1]}, not {label}."
            )
        return periods_of.inputs(self.columns, label)

    def panel(self, labels: range | None = None) -> periods_of.Panel:
        """The inputs of several labels (all, unless given), made on demand: what `system.run` takes."""
        return periods_of.Panel(self.columns, self.labels if labels is None else labels)

    def parts(self, records: int) -> Iterator[Population]:
        """Populations of at most so many records, in order, which together are this one; itself where it has no more."""
        if self.records <= records:
            yield self
            return
        for number in range(ceil(self.records / records)):
            yield nth_part(self, number, records)

    def subset(self, where: Mapping[str, Sequence[str]]) -> Population:
        """The records of some classes: of each class named (`classes`) any of its labels, of all classes named together.

        Weights, draws and amounts stay those of the whole, so that subsets that share it out add up to it. Raises
        GoodworkError for a class or a label that is not held, and where no record is left.
        """
        codes = {name: code for name, (code, _labels) in self.classes.items()}
        chosen = sources.places_among(codes, where, "The population has no records")
        held = periods_of.part(self.columns, chosen)
        named = ";".join(f"{name}={','.join(labels)}" for name, labels in where.items())
        return Population(held, f"{self.fingerprint} where {named}", is_part=True, whole=(self, chosen))

    def uniform(self, name: str) -> NDArray[np.float64]:
        """A draw in (0, 1) for each record, keyed by its id, the seed and `name`."""
        return distributions.uniform(self.columns["id"], name, int(self.columns[SEED]))

    def levy_funded(self, law: TaxBenefitSystem, records: NDArray[np.int64]) -> dict[int, NDArray[np.float64]]:
        """What the apprenticeship levy pays for, as the law given reads the survey: by label, for some records (£)."""
        if self.whole is not None:  # what the levy pays for in all is shared out over all companies
            everybody, places = self.whole
            return everybody.levy_funded(law, places[records])
        from openfisca_goodwork.population import attributes
        from openfisca_goodwork.population.assumptions import Assumptions

        found = attributes.levy_funded(Assumptions(law.parameters), self.columns["pay_bill"], self.weight)
        held = periods_of.part({**self.columns, "levy_funded": found}, records)
        return {label: periods_of.inputs(held, label)["levy_funded_training"] for label in self.labels}

    def present(self, label: int) -> NDArray[np.bool_]:
        """Which records have an accounting period of a label: all."""
        return np.broadcast_to(np.bool_(label in self.labels), self.records)

    def financial_year(self, label: int) -> NDArray[np.int64]:
        """The financial year (the calendar year it begins in) in which each record's period of a label ends."""
        return periods_of.financial_year(self.columns, label)


def nth_part(people: Population, number: int, records: int) -> Population:
    """One of the ``parts`` of a population, without any before it."""
    start = number * records
    stop = min(start + records, people.records)
    whole = None if people.whole is None else (people.whole[0], people.whole[1][start:stop])
    held = periods_of.part(people.columns, slice(start, stop))
    return Population(held, f"{people.fingerprint} {start}:{stop}", is_part=True, whole=whole)


def chosen(people: Population, records: NDArray[np.int64]) -> Population:
    """Some of the records of a population, by their places."""
    return Population(periods_of.part(people.columns, records), f"some of {people.fingerprint}", is_part=True)


def load(
    name: str = "default",
    progress: Progress | None = None,
    law: TaxBenefitSystem | None = None,
    size: int | None = None,
    forecast: str = forecasts.LATEST,
) -> Population:
    """The population, from the cache or built (and kept) if anything it depends on has changed.

    `default` is a weighted sample; `full` has one record a company, with weight 1, for work of scale: 1 GB on disk.
    `progress` is called with a stage and the fraction done while it is built. `law` is current law with other
    assumptions; reforms must not be in it. `size` is the number of records, if not the assumed one.

    `forecast` is `latest` or the month of a past outlook (`forecasts.outlooks`): tax, investment, earnings and prices are
    then those expected on the day, and `law` is to be the law of that day, by which the level of profits is found.

    Raises GoodworkError for an unknown name or outlook, DataError when the official figures cannot be met.
    """
    if name not in NAMES:
        raise GoodworkError(f"The population {quoted(name)} is not in this version, which has {' and '.join(NAMES)} only.")
    law, forecast = law or system.current_law(), forecasts.known(forecast)
    key = fingerprint(law, size, name, forecast)
    kept = f"population-{name}" if forecast == forecasts.LATEST else f"population-{name}-{forecast}"
    usual = system.current_law()
    if forecast == forecasts.LATEST and (size is not None or (law is not usual and key != fingerprint(usual, None, name))):
        kept += "-of-settings"  # apart, so that trying other assumptions never drops the one that everybody asks for
    full = name == FULL
    columns = cache.load_or_build(kept, key, lambda: _built(law, size, progress, full=full, forecast=forecast), on_disk=full)
    figures = str(columns.pop(FIGURES))
    return Population(columns, figures)


def fingerprint(
    law: TaxBenefitSystem, size: int | None = None, name: str = DEFAULT, forecast: str = forecasts.LATEST
) -> str:
    """Fingerprint of all that a population depends on: figures, code, libraries, what was asked for and parameters.

    It says what is kept of it, and where. The fingerprint of the population itself is that of its own figures.
    """
    libraries = [f"{library}={version(library)}" for library in LIBRARIES]
    parameters = system.parameters_fingerprint(law, leave_out=LEFT_OUT)
    return cache.fingerprint(*sources.population_files(), *CODE, *libraries, f"{name} size={size} {forecast}", parameters)


def report(population: Population) -> FitReport:
    """How well a population fits every official figure, fitted or held out."""
    return unpacked(population.columns[REPORT], population.fingerprint)


def _built(
    law: TaxBenefitSystem, size: int | None, progress: Progress | None, *, full: bool, forecast: str
) -> dict[str, NDArray]:
    from openfisca_goodwork.population import build, fit
    from openfisca_goodwork.population.assumptions import Assumptions
    from openfisca_goodwork.population.report import packed

    show = progress or build.silent
    made = build.build(law, size, show, full=full, forecast=forecast)
    show("fit", 0.96)
    kept = packed(fit.measure(law, made))
    show("done", 1.0)
    columns = {**made.columns, SEED: np.array(Assumptions(law.parameters).seed)}
    return {**columns, REPORT: kept, FIGURES: np.array(fingerprint_of_figures(columns))}


def fingerprint_of_figures(columns: Mapping[str, NDArray]) -> str:
    """SHA-256 of the columns of a population, the same wherever and by whatever libraries the same figures were made."""
    digest = hashlib.sha256()
    for name in sorted(columns):
        column = columns[name]
        digest.update(f"{name} {column.dtype.newbyteorder('<').str} {column.shape}".encode())
        digest.update(column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()


def export(
    population: Population,
    path: str | Path,
    year: int,
    variables: Sequence[str] = (),
    law: TaxBenefitSystem | None = None,
) -> Path:
    """Writes one row a record: id, weight, section, region and bands, then the variables asked for, under `law`.

    `year` is a financial year by the calendar year it begins in (2023 for 2023-24): the variables are those of the
    accounting periods that end in it, as in official statistics. The file is whole or not there. Raises
    GoodworkError for an unknown variable, year or kind of file, and for a directory that does not exist.
    """
    path, law = Path(path), law or system.current_law()
    _check(population, path, year, variables, law)
    table = population.frame[KEYS].copy()
    for name, values in ending_in(population, year, variables, law).items():
        table[name] = values
    with disk.whole_file(path, ELSEWHERE) as written:
        getattr(table, WRITERS[path.suffix.lower()])(written, index=False)
    return path


def ending_in(population: Population, year: int, variables: Sequence[str], law: TaxBenefitSystem) -> dict[str, NDArray]:
    """Variables, given or computed, of the accounting periods that end in a financial year."""
    found: dict[str, NDArray] = {}
    results = system.run(law, population.panel(range(population.labels[0], year + 2)), variables) if variables else {}
    for label in (year, year + 1):
        here = population.financial_year(label) == year
        for name in variables:
            values = results[label][name]
            found.setdefault(name, np.empty_like(values))[here] = values[here]
    return found


def refuse_file(path: Path) -> None:
    """Refuse a file that no table can be written to. Raises GoodworkError for its ending, its directory or its kind."""
    if path.suffix.lower() not in WRITERS:
        raise GoodworkError(f"{path.name} must end in {' or '.join(WRITERS)}, which says the kind of file.")
    if not path.parent.is_dir():
        raise GoodworkError(f"There is no directory {path.parent}. Make it first, or write the file elsewhere.")
    if (kind := disk.kind_of(path)) not in {"", disk.A_FILE}:
        raise GoodworkError(f"{path} is {kind}. Give the name of a file.")


def _check(population: Population, path: Path, year: int, variables: Sequence[str], law: TaxBenefitSystem) -> None:
    refuse_file(path)
    first, last = population.labels[0], population.labels[-1] - 1
    if not first <= year <= last:
        raise GoodworkError(
            f"The population covers the financial years {first}-{(first + 1) % 100} to {last}-{(last + 1) % 100}."
        )
    unknown = [name for name in variables if name not in law.variables]
    if unknown:
        known = sorted(law.variables)
        raise GoodworkError("\n".join(f"{quoted(one)} is not a variable. {did_you_mean(one, known)}" for one in unknown))
