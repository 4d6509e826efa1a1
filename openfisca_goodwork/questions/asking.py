"""Many costings asked at once: in the order in which they share most, here or by the workers of an executor."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from openfisca_goodwork import documents, policy
from openfisca_goodwork.costing.engine import cost
from openfisca_goodwork.costing.executor import in_order
from openfisca_goodwork.costing.parts import sendable
from openfisca_goodwork.costing.request import ACCRUALS, CENTRAL, LATEST, CostingRequest, Progress, option
from openfisca_goodwork.costing.two_laws import COMMON
from openfisca_goodwork.documents import Document, Part, Place, Scalar, Tree
from openfisca_goodwork.errors import GoodworkError, and_joined, quoted
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.questions.headline import EFFECTS, OF_TRAINING, Headline, Shared, headlines_of

# Costings that run together where their laws differ in amounts alone: more hardly saves time, and is lost if it is stopped.
_AT_ONCE = 8

Done = Callable[[int, Headline], None]
"""Called with the place of a request and its answer, as soon as it is there."""


def costings(
    requests: Sequence[CostingRequest],
    executor: Any = None,
    progress: Progress | None = None,
    shared: Shared | None = None,
) -> list[Headline]:
    """The headlines of costings, in the order of the requests.

    Args:
        requests: what is asked. executor: whose workers share the work (``map`` gives results in order); none where None.
        progress: called with the name of a stage and the share of the work done. shared: what is known already.

    Raises:
        GoodworkError: for the first request that cannot be answered.
    """
    answers = dict(as_they_come(requests, executor, progress, shared))
    return [answers[place] for place in range(len(requests))]


def as_they_come(
    requests: Sequence[CostingRequest],
    executor: Any = None,
    progress: Progress | None = None,
    shared: Shared | None = None,
) -> Iterator[tuple[int, Headline]]:
    """The place of each request with its headline, those first that share a population and a baseline with one before.

    Of those, requests that differ in amounts of the same parameters alone follow one another: their laws may run together.

    Raises:
        GoodworkError: for the first request that cannot be answered; as of ``costing.executor.in_order``.
    """
    told, here = progress or (lambda _stage, _done: None), shared or Shared()
    groups: dict[Any, dict[Any, list[int]]] = {}
    for place, request in enumerate(requests):
        groups.setdefault(_in_common(request), {}).setdefault(_but_for_amounts(request), []).append(place)
    order = [place for alike in groups.values() for places in alike.values() for place in places]
    asked = [requests[place] for place in order]

    if executor is not None:
        batches = _batches([sendable(one) for one in asked], max(len(asked) // _AT_ONCE, 1))

        def heard(done: int) -> None:
            of_all = sum(map(len, batches[:done]))
            told(f"{of_all:,} of {len(order):,} costings done", of_all / len(order))

        found = chain.from_iterable(in_order(executor, _answers_of_a_worker, batches, heard))
        yield from ((place, replace(one, request=requests[place])) for place, one in zip(order, found, strict=True))
        return
    done = 0
    for batch in _batches(asked, _AT_ONCE):
        told(f"Costing {done + 1:,} of {len(order):,}", done / len(order))
        yield from zip(order[done : done + len(batch)], _answers(batch, here), strict=True)
        done += len(batch)


def _batches(requests: Sequence[CostingRequest], most: int) -> list[list[CostingRequest]]:
    """Requests that may run together, some at a time, in order; one with draws is alone."""
    batches: list[list[CostingRequest]] = []
    for one in requests:
        goes_along = batches and len(batches[-1]) < min(most, _AT_ONCE) and not (one.draws or batches[-1][0].draws)
        if goes_along:
            batches[-1].append(one)
        else:
            batches.append([one])
    return batches


def _answers(requests: Sequence[CostingRequest], shared: Shared) -> Iterator[Headline]:
    return map(_of_a_whole_costing, requests) if requests[0].draws else headlines_of(requests, shared)


def _of_a_whole_costing(request: CostingRequest) -> Headline:
    result = cost(**request.arguments)
    of_training = (result.claimants, *(result.training.get(name, ()) for name in ("claimed", "induced")))
    amounts = dict(zip(EFFECTS, (result.static, result.post_behavioural), strict=True))
    amounts |= {name: amount for name, amount in zip(OF_TRAINING, of_training, strict=True) if amount}
    ends = result.uncertainty
    return Headline(
        request,
        result.years,
        amounts,
        result.population,
        dict(result.assumptions),
        low=ends.low if ends else (),
        high=ends.high if ends else (),
        no_effect=result.no_effect,
    )


@cache
def _of_this_process() -> Shared:
    return Shared()


def _answers_of_a_worker(requests: Sequence[CostingRequest]) -> list[Headline]:
    return list(_answers(requests, _of_this_process()))


def _in_common(request: CostingRequest) -> Any:
    """What decides the population and the baseline law of a request."""
    common = tuple(one for one in request.settings if one.startswith(COMMON))
    given = (one if isinstance(one, str) else id(one) for one in (request.population, request.companies))
    return *given, request.age_to, request.reweight, request.forecast, tuple(map(str, request.baseline)), common


def _but_for_amounts(request: CostingRequest) -> Any:
    """What else a request is, but for the amounts of its settings."""
    names = tuple(one.partition("=")[0] for one in request.settings)
    return request.behaviour, request.basis, request.years, str(request.reforms), request.draws, names


# --- what a varied value takes the place of --------------------------------------------------------------------------


def overridden(requests: Iterable[CostingRequest], names: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each name that varies, PATH@DATE, whose parameter reforms set from a later day on.

    Args:
        requests: costings, each with its values set. names: what varies, options of a costing among it.
    """
    reforms = dict.fromkeys(one for request in requests for one in policy.load_all((*request.baseline, *request.reforms)))
    found = []
    for name in names:
        path, at, text = name.partition("@")
        held_from = datetime.date.fromisoformat(text) if at else datetime.date.max
        later = {
            reform.name: date for reform in reforms for date, _ in reversed(reform.edits.get(path, ())) if date > held_from
        }
        if later:
            said = and_joined([f"what {reform} sets from {day_in_words(date)}" for reform, date in later.items()])
            found.append(f"Each value of {path} holds from {day_in_words(held_from)} for good, in place of {said}.")
    return tuple(found)


# --- what the files of a sweep and of a package have in common -------------------------------------------------------


CURRENT_LAW = "law"


def read_reforms(given: Tree) -> tuple[str, ...]:
    """Reforms as a list, or `a + b`; `law` for none. Raises MisreadError."""
    listed = given if isinstance(given, list | tuple) else [given]
    parts = [part.strip() for one in listed for part in documents.read_text(one).split(" + ")]
    return tuple(part for part in parts if part != CURRENT_LAW)


def _texts(given: Tree) -> Any:
    return tuple(documents.read_text(one) for one in given) if isinstance(given, list) else given


Name = Annotated[str, BeforeValidator(documents.read_text), Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, BeforeValidator(documents.read_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Reforms = Annotated[tuple[str, ...], BeforeValidator(read_reforms)]


class AskedOfAll(Part):
    """Options of a costing that every costing of a file shares."""

    title: Text = ""
    baseline: Reforms = ()
    years: Text = str(option("years").default)
    behaviour: Text = CENTRAL
    basis: Text = ACCRUALS
    forecast: Text = LATEST
    population: Text = "default"
    companies: Text = ""
    age_to: Text = ""
    settings: Texts = ()

    def request(self, **more: Any) -> CostingRequest:
        """What all costings are asked."""
        shared = {name: getattr(self, name) for name in AskedOfAll.model_fields if name != "title"}
        return CostingRequest(**shared | {"companies": self.companies or None}, **more)


Asking = TypeVar("Asking", bound=AskedOfAll)


class QuestionDocument(Document):
    """A file of a question being read; its first name says what kind it is.

    Attributes:
        models: the shape of its top, and that of its parts where they have one.
    """

    models: ClassVar[tuple[type[BaseModel], ...]]

    def explain(self, kind: str, place: Place) -> str | None:
        """Names that the file does not know, and a name that is none."""
        if kind == "extra_forbidden":
            return self.unknown(str(place[-1]), self.models[0 if len(place) == 1 else -1].model_fields)
        if kind == "string_pattern_mismatch":
            said = quoted(str(self.at(place)))
            return f"{place[0]}: {said} is not a name: use small letters, digits and single hyphens."
        return None


Question = TypeVar("Question", bound=QuestionDocument)


def read_question(
    source: Path | str | bytes | Mapping[str, Any], kind: type[Question], shape: type[Asking]
) -> tuple[Question, Asking]:
    """The file of a question (a path), its content (bytes) or a mapping like one: the document, and what it asks.

    Raises:
        GoodworkError: where nothing can be made of it, with every fault.
    """
    name = next(one for one in shape.model_fields if one not in AskedOfAll.model_fields)
    if isinstance(source, Mapping):
        document = documents.of_plain_data(source, kind, name=f"the {name}")
    else:
        document = documents.load(Path(source) if isinstance(source, str) else source, kind)
    file = document.read(shape, {name: Scalar("unnamed")})
    if file is None:
        document.raise_faults()
        raise GoodworkError(f"The {name} cannot be read.")  # a document of which nothing can be made has a fault
    return document, file
