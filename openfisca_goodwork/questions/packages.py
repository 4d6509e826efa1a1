"""A package of measures, costed together: each alone, each in its order on top of those before, and what they do to another.

The measures in their order add up to the package to the last pound: each is the cost of the first so many together less that
of one fewer. What a measure costs there beyond what it costs alone is its interaction with the measures before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_goodwork import policy
from openfisca_goodwork.costing.payments import Amounts
from openfisca_goodwork.costing.request import CostingRequest, Progress
from openfisca_goodwork.costing.two_laws import TwoLaws
from openfisca_goodwork.documents import Document, Part
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.law.periods import financial_year_name
from openfisca_goodwork.policy.laws import read_settings
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.questions.asking import (
    AskedOfAll,
    Name,
    QuestionDocument,
    Reforms,
    Text,
    Texts,
    as_they_come,
    read_question,
)
from openfisca_goodwork.rendering import Worded
from openfisca_goodwork.version import model_version

if TYPE_CHECKING:
    import pandas

    from openfisca_goodwork.questions.headline import Headline

MOST_MEASURES = 30
FEWEST_MEASURES = 2
MEASURES = "measures"
ALONE, IN_ORDER, INTERACTION, TOGETHER = ("alone", "in order", "interaction", "together")


class MeasureFile(Part):
    """A measure of a package's file: reforms, or settings, or both."""

    title: Text = ""
    reforms: Reforms = ()
    settings: Texts = ()


class PackageFile(AskedOfAll):
    """The shape of a package's file."""

    package: Name
    measures: list[MeasureFile]


class PackageDocument(QuestionDocument):
    """A package's file being read."""

    models = (PackageFile, MeasureFile)


@dataclass(frozen=True)
class Measure:
    """A measure of a package.

    Attributes:
        title: what a scorecard calls it. reforms, settings: what it changes.
    """

    title: str
    reforms: tuple[policy.Reform, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scored:
    """A measure with its effects by financial year (£ million; plus improves the public finances)."""

    measure: Measure
    alone: Amounts
    in_order: Amounts

    @property
    def interaction(self) -> Amounts:
        """What it costs after the measures before it beyond what it costs alone."""
        return tuple(one - other for one, other in zip(self.in_order, self.alone, strict=True))


@dataclass(frozen=True)
class PackageResult(Worded):
    """A package costed.

    Attributes:
        name, title: of it. request: what all its costings share. scored: its measures in order.
        together: the effect of all of them (£ million by financial year). years: financial years.
        fingerprint: of the companies behind it. command: what gives this result again.
    """

    name: str
    title: str
    request: CostingRequest
    scored: tuple[Scored, ...]
    together: Amounts
    years: tuple[int, ...]
    fingerprint: str
    command: str

    @property
    def financial_years(self) -> list[str]:
        """Names of the years."""
        return [financial_year_name(year) for year in self.years]

    @property
    def interaction(self) -> Amounts:
        """All measures together less the sum of each alone."""
        return tuple(sum(column) for column in zip(*(one.interaction for one in self.scored), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON: £ million, unrounded."""
        return {
            "model_version": model_version(),
            "package": self.name,
            "title": self.title,
            "baseline": [str(one) for one in self.request.baseline],
            "behaviour": self.request.behaviour,
            "basis": self.request.basis,
            "forecast": self.request.forecast,
            "settings": list(self.request.settings),
            "financial_years": self.financial_years,
            "measures": [
                {
                    "title": one.measure.title,
                    "reforms": [policy.as_asked(reform) for reform in one.measure.reforms],
                    "settings": list(one.measure.settings),
                    "alone": list(one.alone),
                    "in_order": list(one.in_order),
                    "interaction": list(one.interaction),
                }
                for one in self.scored
            ],
            "together": list(self.together),
            "interaction": list(self.interaction),
            "population": {"fingerprint": self.fingerprint},
            "command": self.command,
        }

    def to_dataframe(self) -> pandas.DataFrame:
        """Tidy: measure, figure (alone, in order, interaction, together), financial year, value (£ million)."""
        import pandas  # here, because it takes longer to import than the table takes to make

        lines = [
            (one.measure.title, figure, amounts)
            for one in self.scored
            for figure, amounts in ((ALONE, one.alone), (IN_ORDER, one.in_order), (INTERACTION, one.interaction))
        ]
        lines += [(self.title, TOGETHER, self.together), (self.title, INTERACTION, self.interaction)]
        rows = [
            (title, figure, year, value)
            for title, figure, amounts in lines
            for year, value in zip(self.financial_years, amounts, strict=True)
        ]
        return pandas.DataFrame(rows, columns=["measure", "figure", "financial_year", "value"])


def package(
    measures: Path | str | bytes | Mapping[str, Any] | Sequence[Any],
    executor: Any = None,
    progress: Progress | None = None,
    **options: Any,
) -> PackageResult:
    """Cost measures in their order, with what they do to one another.

    Args:
        measures: the path of a file, a mapping like one, or reforms in their order, each a measure.
        executor: whose workers share the work; none where None. progress: called with a stage and the share done.
        options: of ``cost``, for all measures; of a file they stand in it.

    Raises:
        GoodworkError: with every fault of the file or of the measures.
    """
    name, title, request, listed, command = _asked(measures, options)
    if not FEWEST_MEASURES <= len(listed) <= MOST_MEASURES:
        raise GoodworkError(f"A package has {FEWEST_MEASURES} to {MOST_MEASURES} measures, and this one has {len(listed)}.")
    alone = [_of(request, [one]) for one in listed]
    first_so_many = [_of(request, listed[: number + 1]) for number in range(1, len(listed))]
    asked = [*alone, *first_so_many]
    _refuse(asked)
    answers: dict[int, Headline] = dict(as_they_come(asked, executor, progress))
    effects = [answers[place].effect for place in range(len(asked))]
    by_itself, running = effects[: len(listed)], [effects[0], *effects[len(listed) :]]
    nothing = (0.0,) * len(effects[0])
    in_order = [
        tuple(now - before for now, before in zip(total, earlier, strict=True))
        for earlier, total in zip([nothing, *running], running, strict=False)
    ]
    scored = tuple(Scored(*one) for one in zip(listed, by_itself, in_order, strict=True))
    return PackageResult(
        name, title, request, scored, running[-1], answers[0].years, answers[0].population.fingerprint, command
    )


def _of(request: CostingRequest, measures: Sequence[Measure]) -> CostingRequest:
    return replace(
        request,
        reforms=tuple(reform for one in measures for reform in one.reforms),
        settings=(*request.settings, *(setting for one in measures for setting in one.settings)),
    )


def _refuse(requests: Sequence[CostingRequest]) -> None:
    """Refuse measures that cannot be costed, alone or together. Raises GoodworkError with all that is wrong, once each."""
    errors: dict[str, GoodworkError] = {}
    for request in requests:
        try:
            TwoLaws(request)
        except GoodworkError as error:
            errors.setdefault(str(error), error)
    if len(errors) == 1:
        raise next(iter(errors.values()))
    if errors:
        raise GoodworkError.together(errors.values())


Asked = tuple[str, str, CostingRequest, list[Measure], str]


def _asked(given: Any, options: Mapping[str, Any]) -> Asked:
    """Name, title, what all costings share, the measures and the command."""
    if isinstance(given, (Path, str, bytes, Mapping)):
        if options:
            raise GoodworkError(f"A package's file says all of it. Put {', '.join(options)} into the file.")
        return _from_file(given)
    request = CostingRequest(**options, draws=0)
    loaded = policy.load_all(tuple(given))
    listed = [Measure(one.title, (one,)) for one in loaded]
    whole = replace(request, reforms=loaded)
    command = replace(whole, draws=None).command.replace("goodwork cost", "goodwork package", 1)
    return "package", " + ".join(one.name for one in loaded), request, listed, command


def _from_file(given: Path | str | bytes | Mapping[str, Any]) -> Asked:
    document, file = read_question(given, PackageDocument, PackageFile)
    measures = [_measure(document, one, number) for number, one in enumerate(file.measures)]
    document.raise_faults()
    path = str(given) if isinstance(given, (str, Path)) else "FILE"
    listed = [one for one in measures if one is not None]
    return file.package, file.title or file.package, file.request(draws=0), listed, f"goodwork package {path}"


def _measure(document: Document, given: MeasureFile | None, number: int) -> Measure | None:
    if given is None:
        return None
    place: tuple[str | int, ...] = (MEASURES, number)
    if not given.reforms and not given.settings:
        document.fault("A measure changes something: give reforms, or settings (PATH@DATE=VALUE).", place)
        return None
    for setting in given.settings:
        for fault in read_settings([setting], current_vocabulary(), between=False)[1]:
            document.fault(fault.message, place)
    try:
        loaded = policy.load_all(given.reforms)
    except GoodworkError as error:
        for message in error.messages:
            document.fault(message, place)
        return None
    title = given.title or " and ".join(one.title for one in loaded) or ", ".join(given.settings)
    return Measure(title, loaded, given.settings)
