"""A group under current law and under reforms: its links, what it shares, who gives which loss to whom, its companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openfisca_goodwork.company.advice import Advice
from openfisca_goodwork.company.calculation import OneCompany, period_results, refuse_claims
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM, Fact
from openfisca_goodwork.company.group.advice import GroupAdvice, advice_of_group
from openfisca_goodwork.company.group.facts import Group, Links
from openfisca_goodwork.company.group.reading import COMPANIES, RELIEF, read_group_with_places
from openfisca_goodwork.company.group.result import GroupResult
from openfisca_goodwork.company.group.sharing import with_facts_of_group
from openfisca_goodwork.company.group.under_law import UnderLaw
from openfisca_goodwork.company.more_training import NextTraining, WhatIf
from openfisca_goodwork.company.reading import Source
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.schedule import Schedules
from openfisca_goodwork.company.steps import Step
from openfisca_goodwork.company.training import TrainingRelief
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.policy import load_all
from openfisca_goodwork.policy.library import Reforms
from openfisca_goodwork.version import model_version

_WORDS = {CURRENT_LAW: "current law", REFORM: "the reform"}


def calculate_group(source: Source, reforms: Reforms = ()) -> GroupResult:
    """Work out the corporation tax of every company of a group under current law and, if any are given, under reforms.

    Args:
        source: a mapping, the path of a group file, or (as bytes) the content of one.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        The group's totals, who gives which loss to whom, the shares of what it has once, and every company's own result.

    Raises:
        CompanyFileError: with every fault of the group, claims above what may be given or relieved included.
        ReformError: with every fault of a reform.
    """
    chosen = load_all(reforms)
    document, given = read_group_with_places(source)
    links = Links(given.members)
    group = with_facts_of_group(given, links)
    laws = laws_of(chosen)
    under_laws = {name: UnderLaw(law, group, links) for name, law in laws.items()}
    for name, under_law in under_laws.items():
        for place, message in under_law.faults:
            document.fault(message.format(law=f"under {_WORDS[name]}"), (RELIEF, place))
    document.raise_faults()
    outputs = {name: under_law.outputs() for name, under_law in under_laws.items()}
    for place, member in enumerate(group.members):
        refuse_claims(document, (COMPANIES, place), member.company, {name: outputs[name][place] for name in laws})
    document.raise_faults()
    members = {
        name: [under_law.company(place) for place in range(len(group.members))] for name, under_law in under_laws.items()
    }
    companies = tuple(
        CompanyResult(
            member.company,
            chosen,
            period_results(laws, member.company, {name: outputs[name][place] for name in laws}),
            model_version(),
            _OneOfGroup({name: OneCompany(laws, members[name][place]) for name in laws}),
        )
        for place, member in enumerate(group.members)
    )
    results = {name: under_law.result() for name, under_law in under_laws.items()}
    on_demand = _WholeGroup(given, under_laws[CURRENT_LAW], companies)
    return GroupResult(group, chosen, companies, results, model_version(), on_demand)


@dataclass(frozen=True)
class _WholeGroup:
    """What a group's result can be asked for beyond its figures.

    Attributes:
        given: the group as its file tells it. under_law: current law. companies: their results.
    """

    given: Group
    under_law: UnderLaw
    companies: tuple[CompanyResult, ...]

    def advice(self) -> GroupAdvice:
        """The claims of all companies that pay the least tax under current law, of those tried."""
        return advice_of_group(self.under_law, self.companies)


@dataclass(frozen=True)
class _OneOfGroup:
    """What a member's result can be asked for beyond its figures: by law, as the company that it is under it."""

    by_law: Mapping[str, OneCompany]

    @property
    def _reformed(self) -> OneCompany:
        """The company under the reform, or under current law where there is none."""
        return self.by_law.get(REFORM, self.by_law[CURRENT_LAW])

    def training(self) -> tuple[TrainingRelief | None, ...]:
        """The relief for training under the reform, period by period."""
        return self._reformed.training()

    def next_training(self, reliefs: tuple[TrainingRelief | None, ...]) -> tuple[NextTraining | None, ...]:
        """What £1,000 more of training in each period would cost, claims and shares as they are under the reform."""
        return self._reformed.next_training(reliefs)

    def what_if(self, place: int, relief: TrainingRelief) -> WhatIf:
        """What the relief saves from no training to twice as much in one period, claims and shares as they are."""
        return self._reformed.what_if(place, relief)

    def working(self, law: str) -> tuple[tuple[Step, ...], ...]:
        """The steps of each accounting period under one of the laws."""
        return self.by_law[law].working(law)

    def schedules(self, law: str) -> tuple[Schedules, ...]:
        """The schedules of each accounting period under one of the laws."""
        return self.by_law[law].schedules(law)

    def advice(self) -> Advice:
        """The company's own claims that pay the least tax under current law, losses given and received as they are."""
        return self.by_law[CURRENT_LAW].advice()

    def assumed(self, outputs: Sequence[Mapping[str, Mapping[str, Fact]]]) -> tuple[str, ...]:
        """What was assumed of the company, from the outputs of each accounting period by law."""
        said: dict[str, None] = {}
        for name, alone in self.by_law.items():
            under = replace(alone, laws={name: alone.laws[name]})
            said |= dict.fromkeys(under.assumed([{name: of_period[name]} for of_period in outputs]))
        return tuple(said)
