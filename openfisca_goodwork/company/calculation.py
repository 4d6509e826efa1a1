"""One company under current law and under reforms: two full computations, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openfisca_core.periods import period as engine_period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.company.claims import faults_of
from openfisca_goodwork.company.facts import CURRENT_LAW, Company, CompanyPeriod, Fact
from openfisca_goodwork.company.reading import PERIODS, CompanyDocument, Source, read_with_places
from openfisca_goodwork.company.result import CompanyResult, PeriodResult, settlements
from openfisca_goodwork.company.under_law import laws_of, plain, simulation_of
from openfisca_goodwork.company.vocabulary import output_variables
from openfisca_goodwork.documents import Place
from openfisca_goodwork.law.payment import Instalment, instalments, payment_terms
from openfisca_goodwork.policy import load_all
from openfisca_goodwork.policy.laws import Reforms
from openfisca_goodwork.version import model_version

# Law → accounting period → output → value.
WorkedOut = Mapping[str, Sequence[Mapping[str, Fact]]]


def calculate_company(company: Source, reforms: Reforms = ()) -> CompanyResult:
    """Work out one company's corporation tax under current law and, if any are given, under reforms.

    Args:
        company: a mapping, the path of a company file, or (as bytes) the content of one.
        reforms: names of the library, files, or Reforms, applied to current law together and in this order.

    Returns:
        Every figure of every accounting period under both laws, with its payment dates.

    Raises:
        CompanyFileError: with every fault of the company.
        ReformError: with every fault of a reform.

    Example: a profit of £240,000 in 2028 after course fees of £20,000 pays £59,850 of tax, and £58,260 under
    ``human-investment-super-deduction``.
    """
    chosen = load_all(reforms)
    document, facts = read_with_places(company)
    laws = laws_of(chosen)
    worked_out = {name: _work_out(law, facts) for name, law in laws.items()}
    refuse_claims(document, (), facts, worked_out)
    document.raise_faults()
    periods = period_results(laws, facts, worked_out)
    return CompanyResult(facts, chosen, periods, model_version(), laws, dict.fromkeys(laws, facts))


def refuse_claims(document: CompanyDocument, prefix: Place, company: Company, worked_out: WorkedOut) -> None:
    """Note every claim of a company that the law does not allow, with what is allowed.

    Args:
        prefix: the place of the company in the document. worked_out: law → accounting period → output → value.
    """
    for place, period in enumerate(company.accounting_periods):
        of_laws = [outputs[place] for outputs in worked_out.values()]
        for name, message in faults_of(period.start, period.values, of_laws):
            document.fault(message, (*prefix, PERIODS, place, name), key=True)


def period_results(
    laws: Mapping[str, TaxBenefitSystem], company: Company, worked_out: WorkedOut
) -> tuple[PeriodResult, ...]:
    """The accounting periods of a company with what each law made of them, and when its tax is due.

    Args:
        worked_out: law → accounting period → output → value.
    """
    instalments_of = {
        name: [_instalments(law, *each) for each in zip(company.accounting_periods, worked_out[name], strict=True)]
        for name, law in laws.items()
    }
    settled = settlements(laws[CURRENT_LAW], company, worked_out[CURRENT_LAW], instalments_of[CURRENT_LAW])
    return tuple(
        PeriodResult(
            period.start,
            period.end,
            outputs={name: worked_out[name][place] for name in laws},
            instalments={name: instalments_of[name][place] for name in laws},
            settlement=settlement,
        )
        for place, (period, settlement) in enumerate(zip(company.accounting_periods, settled, strict=True))
    )


def _work_out(law: TaxBenefitSystem, company: Company) -> list[dict[str, Fact]]:
    """Every output of a law for each accounting period, oldest first."""
    built = simulation_of(law, company)
    years = [engine_period(label) for label in company.labels]
    return [{name: plain(built.calculate(name, year)) for name in output_variables()} for year in years]


def _instalments(law: TaxBenefitSystem, period: CompanyPeriod, outputs: Mapping[str, Fact]) -> tuple[Instalment, ...]:
    terms = payment_terms(law, period.start)
    tax, regime = float(outputs["corporation_tax"]), str(outputs["payment_regime"])
    return instalments(tax, regime, period.start, period.end, terms)
