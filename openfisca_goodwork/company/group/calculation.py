"""A group under current law and under reforms: links, what it shares, who gives which loss to whom, its companies.

``calculate`` takes a company file or a group file: what it is decides what is worked out.
"""

from __future__ import annotations

from functools import partial

from openfisca_goodwork.company.calculation import calculate_company, period_results, refuse_claims
from openfisca_goodwork.company.facts import CURRENT_LAW, REFORM
from openfisca_goodwork.company.group.advice import advice_of_group
from openfisca_goodwork.company.group.facts import Links
from openfisca_goodwork.company.group.reading import COMPANIES, RELIEF, is_group, read_group_with_places
from openfisca_goodwork.company.group.result import GroupResult
from openfisca_goodwork.company.group.sharing import with_facts_of_group
from openfisca_goodwork.company.group.under_law import UnderLaw
from openfisca_goodwork.company.reading import Source, document_of
from openfisca_goodwork.company.result import CompanyResult
from openfisca_goodwork.company.under_law import laws_of
from openfisca_goodwork.policy import load_all
from openfisca_goodwork.policy.laws import Reforms
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
            laws,
            {name: members[name][place] for name in laws},
        )
        for place, member in enumerate(group.members)
    )
    results = {name: under_law.result() for name, under_law in under_laws.items()}
    advise = partial(advice_of_group, under_laws[CURRENT_LAW], companies)
    return GroupResult(group, chosen, companies, results, model_version(), given, advise)


def calculate(company: Source, reforms: Reforms = ()) -> CompanyResult | GroupResult:
    """Work out the corporation tax of one company, or of a group of them, under current law and under reforms.

    Args:
        company: a mapping, the path of a file, or (as bytes) the content of one; of a group where it has `companies`.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        A ``CompanyResult``; a ``GroupResult`` for a group, with each company's own result in it.

    Raises:
        CompanyFileError: with every fault of the company or the group.
        ReformError: with every fault of a reform.

    Example: a profit of £240,000 in 2028 after course fees of £20,000 pays £59,850 of tax, and £58,260 under
    ``human-investment-super-deduction``.
    """
    document = document_of(company)
    return calculate_group(document, reforms) if is_group(document.tree) else calculate_company(document, reforms)
