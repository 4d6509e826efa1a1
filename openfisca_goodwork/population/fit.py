"""The fit of a built population: every official figure beside the model's, fitted, held out, or only a check.

Most checks count something wider than the companies of the model (public employers, sole traders, other assets), so they
have no bound; each says how it differs. Where no official figure is on file, the model's is shown alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from openfisca_goodwork.population import forecasts, level, sources, targets, training
from openfisca_goodwork.population.assumptions import Assumptions
from openfisca_goodwork.population.build import Built
from openfisca_goodwork.population.inputs import HEADS, HEADS_PRICED_BY_CPI
from openfisca_goodwork.population.records import PAY_YEAR_PERIOD
from openfisca_goodwork.population.report import CHECK, FITTED, HELD_OUT, FitReport, Line, Weights, alone, line

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
MARCH, DECEMBER = 2, 11
RELIEFS = ("capital_allowances", "annual_investment_allowance", "structures_and_buildings_allowance")
_LEFT_OVER = ("trading_losses_carried_forward", "trading_losses_carried_forward_pre_april_2017")
_SAVED, _UNTAXED = "tax saved by {}", "{} of companies it leaves without tax"


def _used(amount: Floats, _rate: Floats, *left_over: Floats) -> Floats:
    """The part of an allowance that has met profits: what is not left over as a loss at the end of the period (£)."""
    return np.maximum(amount - sum(left_over), 0)


def _saved(amount: Floats, rate: Floats, *left_over: Floats) -> Floats:
    """What an allowance saves of tax in the period, at the rate on the company's last £1 of profit (£)."""
    return _used(amount, rate, *left_over) * rate


def _untaxed(amount: Floats, rate: Floats, *left_over: Floats) -> Floats:
    """The used part of an allowance of a company that has no tax left to pay, so that its last £1 has no rate (£)."""
    return _used(amount, rate, *left_over) * (rate == 0)


SAVED: Mapping[str, level.Amount] = {
    said.format(name): ((name, "marginal_tax_rate", *_LEFT_OVER), of)
    for name in RELIEFS
    for said, of in ((_SAVED, _saved), (_UNTAXED, _untaxed))
}
"""What allowances save in the year they are claimed in (£), and what they are of companies that they leave without tax."""
SAVED_IN_THE_YEAR = "saved in the year"
EMPLOYERS = "All employers, public bodies and charities too; the model has companies."
SITES = "Sites of all employers, public bodies and charities too; the model has companies with two or more employees."
BOTH_TAXES = (
    "Sole traders and partnerships too, whose income tax is part of the cost; the model has companies. Of theirs: all of "
    "the allowance at the main rate; and what it saves in the year, without what is left over as a loss at its end, at the "
    "rate on a company's last £1 of profit, or the small profits rate where it has no tax left."
)
COMPANIES_PART = (
    "HMRC's cost of both taxes, times the part of corporation tax in the official costing of the nearest step of the limit. "
    "The less is spent, the more of it is sole traders' and partnerships', so that the companies' part is that at most."
)
BEFORE_GROUPS = (
    "Each company's own charge, before repayments and before losses that its group uses: corporation_tax of an export, "
    "which adds up to more than is paid. What is paid is net_corporation_tax; in it a loss given to the group is a negative "
    "of the company that gives it."
)
ALL_ASSETS = "All assets of all private businesses, software and research too; the model has companies' plant and buildings."
NO_PAY = "Mean pay by section is known only from memory (ASHE), which is no figure to be met."
NO_SIZE = "What employers spend on training by their size is in no table on file; who trains is known at both ends of size."
NO_ASSET = "Investment of companies by asset is in no table on file."
LEAST_STAFF = 2
BAND_OF_SITES = {"2-4": sources.EMPLOYMENT_BANDS.index("0-4"), "250+": sources.EMPLOYMENT_BANDS.index("250+")}
HEADS_OF = {
    "external course fees": ("external_course_fees",),
    "training materials and travel": ("training_materials_and_travel",),
    "trainer pay": ("trainer_pay",),
    "trainee pay": ("trainee_pay",),
    "training centres and management": ("training_centre_costs", "training_management_costs"),
}
RANGE_YEARS = ("2024-25", "2030-31")
REPAID = "loss_carry_back_repayment"
BY_COMPANY = (level.TAX, level.GROSS_TAX, REPAID)
IN_ALL = (level.TAX, level.GROSS_TAX, "super_deduction", *RELIEFS)
OF_COMPANIES = " of companies"
MILLION = 1e6
FITTED_YEAR = "2023-24"
CONCENTRATION_YEARS = ("2019-20", "2021-22", "2023-24")
FITTED_ALLOWANCES = {
    ("2018-19", "annual investment allowance"),
    ("2018-19", "capital allowances"),
    ("2021-22", "super-deduction"),
    ("2023-24", "capital allowances"),
}


@dataclass(frozen=True)
class MeasuredPopulation:
    """A population as it was built, with what the law comes to in the financial years solved for.

    Attributes:
        totals: sums over all companies by financial year. outputs: by financial year and company.
    """

    read: Assumptions
    columns: Columns
    totals: Mapping[str, Floats]
    outputs: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def weights(self) -> Floats:
        """How many companies each record stands for."""
        return self.columns["weight"]

    def at(self, year: str) -> int:
        """Place of a financial year among those solved for."""
        return self.years.index(int(year[:4]))

    @property
    def years(self) -> range:
        """The financial years solved for."""
        return level.solved_years(self.read.labels)

    def line(
        self, block: str, target: str, figures: tuple[float, float], of: sources.Row, kind: str, *, fitted: bool
    ) -> Line:
        """The official figure and the model's, with the tolerance of a kind of figures."""
        tolerance = self.read(f"base.fit_tolerance.{kind}")
        return line(block, target, figures, of, role=FITTED if fitted else HELD_OUT, tolerance=tolerance)

    def check(self, block: str, target: str, row: sources.Row, model: float, note: str) -> Line:
        """A figure on file beside the model's, which is only a check: the note says how far both count the same."""
        tolerance = self.read("base.fit_tolerance.loose")
        return line(block, target, (row.figure, model), row, role=CHECK, tolerance=tolerance, note=note)


def measure(law: TaxBenefitSystem, built: Built) -> FitReport:
    """The report of a population: the law is run once over all its years.

    What an outlook of the past did not know (tax by section and what else turned out after it) is no figure to be met.
    """
    read = Assumptions(law.parameters, built.forecast)
    solved = level.solved_years(read.labels)
    years = range(solved[0], min(level.fitted_years()[-1], solved[-1]) + 1)
    outputs, totals = level.with_totals(law, built.columns, BY_COMPANY, years, IN_ALL, amounts=SAVED)
    made = MeasuredPopulation(read, built.columns, totals, outputs)
    known = [year for year in level.published_years() if forecasts.was_known(year, built.forecast)]
    concentration = [year for year in CONCENTRATION_YEARS if forecasts.was_known(year, built.forecast)]
    lines = [
        *_counts(made),
        *_tax_by_year(made),
        *(one for year in known for one in _tax_by_section(made, year)),
        *(one for year in known for one in _liable(made, year)),
        *(one for year in concentration for one in _concentration(made, year)),
        *_tax_before_groups(made),
        *_training(made),
        *_allowances(made),
        *_plant_by_sector(made),
        *check_lines(made, built.forecast),
    ]
    return FitReport(tuple(lines), _weights(built))


def _counts(made: MeasuredPopulation) -> Iterator[Line]:
    kinds = {"companies by region and section": "regions"}
    for table in targets.counts(made.read, made.columns):
        yield from _count_lines(made, table, kinds.get(table.block, "counts") if table.fitted else "loose")


def _count_lines(made: MeasuredPopulation, table: targets.Count, kind: str) -> Iterator[Line]:
    inside = table.cell >= 0
    model = np.bincount(table.cell[inside], made.weights[inside], minlength=len(table.names))
    for name, official, ours in zip(table.names, table.official, model, strict=True):
        yield made.line(table.block, name, (official, ours), table.of, kind, fitted=table.fitted)


def _tax_by_year(made: MeasuredPopulation) -> Iterator[Line]:
    for row in level.tax_by_year(made.read.forecast).values():
        if int(row.year[:4]) in made.years:
            figures = (row.figure, made.totals[level.TAX][made.at(row.year)] / MILLION)
            yield made.line("corporation tax by year", row.year, figures, row, "tax", fitted=True)


def _tax_before_groups(made: MeasuredPopulation) -> Iterator[Line]:
    """What companies are charged in all, beside the tax that is paid."""
    for row in level.tax_by_year(made.read.forecast).values():
        if int(row.year[:4]) in made.years:
            charged = made.totals[level.GROSS_TAX][made.at(row.year)] / MILLION
            yield made.check("corporation tax before losses used in groups", row.year, row, charged, BEFORE_GROUPS)


def _tax_by_section(made: MeasuredPopulation, year: str) -> Iterator[Line]:
    """Tax by section: the sections' shares of the official total of the year."""
    official = sources.by_section("corporation tax liabilities", year)
    total = sources.row("corporation_tax", year, "corporation tax liabilities")
    official = official / official.sum() * total.figure
    section, tax = made.columns["section"].astype(int), made.outputs[level.TAX][made.at(year)]
    model = np.bincount(section, made.weights * tax, minlength=official.size) / MILLION
    source = sources.rows("corporation_tax_by_section")[0].source + "; scaled to the headline total"
    of, fitted = replace(total, source=source, status="derived"), year != level.HELD_OUT_YEAR
    block, kind = f"corporation tax by section, {year}", "tax" if fitted else "loose"
    for name, wanted, ours in zip(sources.SECTIONS, official, model, strict=True):
        yield made.line(block, name, (wanted, ours), of, kind, fitted=fitted)


def _liable(made: MeasuredPopulation, year: str) -> Iterator[Line]:
    """Companies with a liability, by section and in all."""
    fitted = year != level.HELD_OUT_YEAR
    table = targets.liable(made.read, made.columns, made.outputs[level.GROSS_TAX][made.at(year)], year, fitted=fitted)
    kind = "tax" if fitted else "loose"
    yield from _count_lines(made, table, kind)
    figures = (table.official.sum(), made.weights[table.cell >= 0].sum())
    yield made.line("companies with a liability", f"all sections, {year}", figures, table.of, kind, fitted=fitted)


def _concentration(made: MeasuredPopulation, year: str) -> Iterator[Line]:
    """Companies with over 1m of tax, and their share of it.

    What groups save by using losses at once is taken off their tax, and so are repayments to companies that had over 1m of
    tax in the year before.
    """
    weights, at = made.weights, made.at(year)
    gross, net, repaid = (made.outputs[name][at] for name in (level.GROSS_TAX, level.TAX, REPAID))
    above, above_before = gross > MILLION, made.outputs[level.GROSS_TAX][at - 1] > MILLION
    theirs = weights @ (gross * above - (gross - repaid - net) - repaid * above_before)
    model = {
        "companies with a liability over 1m": weights[above].sum(),
        "share of tax paid by companies with a liability over 1m": theirs / (weights @ net),
    }
    for row in sources.rows("corporation_tax"):
        if row.keys[0] == year and row.keys[1] in model:
            figures, fitted = (row.figure, model[row.keys[1]]), year == FITTED_YEAR
            yield made.line("concentration of tax", f"{row.keys[1]}, {year}", figures, row, "shape", fitted=fitted)


def _training(made: MeasuredPopulation) -> Iterator[Line]:
    """Training by sector in the year of the survey, which an outlook of earlier years ends before."""
    if forecasts.is_of_earlier_years(made.read.forecast):
        return
    section, spending = made.columns["section"], made.weights * training.in_survey_year(made.columns)
    for sector in training.sectors(made.read):
        here = np.isin(section, [sources.SECTIONS.index(letter) for letter in sector.sections])
        row = sources.row("training_by_sector", sector.name, sector.sections, "training spend")
        of = replace(row, source=f"{row.source}; companies' share assumed", status="derived")
        figures = (sector.spending / MILLION, spending[here].sum() / MILLION)
        yield made.line("training by sector", sector.name, figures, of, "training", fitted=True)


def _allowances(made: MeasuredPopulation) -> Iterator[Line]:
    """Allowances: those that assumptions on spending were set by count as fitted."""
    for row in sources.rows("capital_allowances"):
        if int(row.year[:4]) in made.years and forecasts.was_known(row.year, made.read.forecast):
            name, fitted = row.keys[1].replace("-", "_").replace(" ", "_"), row.keys in FITTED_ALLOWANCES
            figures = (row.figure, made.totals[name][made.at(row.year)] / MILLION)
            yield made.line("capital allowances", f"{row.keys[1]}, {row.year}", figures, row, "shape", fitted=fitted)


def _plant_by_sector(made: MeasuredPopulation) -> Iterator[Line]:
    """Shares of plant of the sectors of capital allowances, to which spending is scaled."""
    group, wanted = sources.allowance_groups()
    spent = np.bincount(group[made.columns["section"].astype(int)], made.weights * made.columns["plant_mean"])
    for row, share, ours in zip(sources.allowance_sectors(), 100 * wanted, 100 * spent / spent.sum(), strict=True):
        yield made.line("plant by sector", row.keys[1], (share, ours), row, "shape", fitted=True)


def _weights(built: Built) -> Weights:
    weights = built.columns["weight"]
    return Weights(
        records=int(weights.size),
        companies=float(weights.sum()),
        certain=int(built.certain.sum()),
        effective_size=float(weights.sum() ** 2 / (weights**2).sum()),
        least_factor=float(built.calibration.factors.min()),
        greatest_factor=float(built.calibration.factors.max()),
        share_at_bounds=built.calibration.at_bounds,
        greatest_weight=float(weights.max()),
    )


def check_lines(made: MeasuredPopulation, forecast: str) -> list[Line]:
    """Every check of what was known by the outlook that the population follows, and what no figure is held of.

    None with an outlook of earlier years: every figure is of a year after it.
    """
    if forecasts.is_of_earlier_years(forecast):
        return []
    parts = (_levy, _pay, _who_trains, _spending_by_size, _cost_heads, _reliefs, _investment)
    return [one for part in parts for one in part(made) if forecasts.was_known(one.year, forecast)]


def _levy(made: MeasuredPopulation) -> Iterator[Line]:
    """The apprenticeship levy of each tax year: who pays it, on what, how much."""
    levy = made.read.tree.apprenticeship_levy
    for row in sources.rows("apprenticeship_levy"):
        year, item = row.keys
        day = f"{year[:4]}-04-06"
        pay = made.columns["pay_bill"] * _in_year(made, "pay_bill_index", year, MARCH)
        due = np.maximum(pay * levy.rate(day) - levy.allowance(day), 0)
        model = {
            "levy receipts": made.weights @ due / MILLION,
            "employers paying the levy": made.weights[due > 0].sum(),
            "pay bill of levy payers": (made.weights * pay)[due > 0].sum() / MILLION,
        }
        yield made.check(f"apprenticeship levy: {item}", year, row, model[item], EMPLOYERS)


def _pay(made: MeasuredPopulation) -> Iterator[Line]:
    """Wages and salaries of all, and pay bills by section, of which no official figure is on file."""
    year, month = PAY_YEAR_PERIOD
    pay = made.weights * made.columns["pay_bill"] * _in_year(made, "pay_bill_index", str(year), month - 1)
    row = sources.row("national_accounts", str(year), "wages and salaries")
    yield made.check("pay bill", "all sections", row, pay.sum() / MILLION, EMPLOYERS)
    by_section = np.bincount(made.columns["section"], pay, minlength=len(sources.SECTIONS)) / MILLION
    for section, bill in zip(sources.SECTIONS, by_section, strict=True):
        yield alone("pay bill by section", section, bill, "GBP million", str(year), NO_PAY)


def _who_trains(made: MeasuredPopulation) -> Iterator[Line]:
    """The share of employers that train: by size, to which participation is set; in all, by sector and by region."""
    trains = made.columns["trainees"] > 0
    for row in sources.rows("training_incidence"):
        kind, name = row.keys
        here = _employers(made, kind, name)
        if not here.any():
            continue
        model = float(made.weights[here & trains].sum() / made.weights[here].sum())
        if kind == "size of site":
            yield made.line("training, employers by size", name, (row.figure, model), row, "training", fitted=True)
        else:
            block = "employers that train" if kind == "all" else f"employers that train, by {kind}"
            yield made.check(block, name, row, model, SITES)


def _employers(made: MeasuredPopulation, kind: str, name: str) -> NDArray[np.bool_]:
    """Companies of two employees or more of a size, sector or region; none of a sector where companies spend nothing."""
    columns = made.columns
    employs: NDArray[np.bool_] = columns["employees"] >= LEAST_STAFF
    if kind == "size of site":
        return employs & (columns["employment_band"] == BAND_OF_SITES[name])
    if kind == "region":
        return employs & (columns["region"] == sources.REGIONS.index(name))
    if kind == "sector":
        sections = "".join(
            sector.sections for sector in training.sectors(made.read) if sector.name == name and sector.spending > 0
        )
        return employs & np.isin(columns["section"], [sources.SECTIONS.index(letter) for letter in sections])
    return employs


def _spending_by_size(made: MeasuredPopulation) -> Iterator[Line]:
    """The share of each size in what is spent on training."""
    spending = made.weights * training.in_survey_year(made.columns)
    by_band = np.bincount(made.columns["employment_band"], spending, minlength=len(sources.EMPLOYMENT_BANDS))
    for name, amount in zip(sources.EMPLOYMENT_BANDS, by_band / by_band.sum(), strict=True):
        yield alone("share of training by size", name, float(amount), "/1", str(training.SURVEY_PERIOD[0]), NO_SIZE)


def _cost_heads(made: MeasuredPopulation) -> Iterator[Line]:
    """Shares of the cost heads in two years: prices and earnings move them apart, and each has a range to stay in."""
    for year in RANGE_YEARS:
        shares = _shares_of_heads(made, year)
        for row in sources.rows("training_cost_shares"):
            name, item = row.keys
            if item == "share":
                low, high = (sources.row("training_cost_shares", name, end).figure for end in ("lowest", "highest"))
                both = (row.figure, sum(shares[head] for head in HEADS_OF[name]))
                drawn = line("training, cost heads", f"{name}, {year}", both, replace(row, year=year), role=FITTED)
                yield replace(drawn, lowest=low, highest=high)


def _shares_of_heads(made: MeasuredPopulation, year: str) -> dict[str, float]:
    """The share of each cost head in spending of the calendar year in which a financial year begins."""
    prices, earnings = (_in_year(made, name, year, DECEMBER) for name in ("prices_index", "earnings_index"))
    costs = [
        share * (prices if head in HEADS_PRICED_BY_CPI else earnings)
        for head, share in zip(HEADS, made.columns["head_shares"], strict=True)
    ]
    return {head: float(cost / sum(costs)) for head, cost in zip(HEADS, costs, strict=True)}


def _reliefs(made: MeasuredPopulation) -> Iterator[Line]:
    """What allowances cost by year, reckoned in two ways: all of them at the main rate, and what they save in the year."""
    rates = made.read.tree.corporation_tax
    for row in sources.rows("relief_costs"):
        year, item = row.keys
        day, at = f"{year[:4]}-04-01", made.at(year)
        name, note = (
            item.removesuffix(OF_COMPANIES).replace(" ", "_"),
            COMPANIES_PART if OF_COMPANIES in item else BOTH_TAXES,
        )
        at_main_rate = made.totals[name][at] * rates.main_rate(day)
        yield made.check(f"{item}: cost at the main rate", year, row, at_main_rate / MILLION, note)
        untaxed = made.totals[_UNTAXED.format(name)][at] * rates.small_profits_rate(day)
        saved = made.totals[_SAVED.format(name)][at] + untaxed
        yield made.check(f"{item}: {SAVED_IN_THE_YEAR}", year, row, saved / MILLION, note)


def _investment(made: MeasuredPopulation) -> Iterator[Line]:
    """Investment of the calendar year whose prices are those of the national accounts; by asset, the model's alone."""
    row = next(one for one in sources.rows("national_accounts") if one.keys[1] == "business investment")
    columns, at = made.columns, made.read.panel_years.index(int(row.keys[0]))
    index = columns["plant_index"][at, DECEMBER] / MILLION
    yearly = {"plant and cars": columns["plant"][at], "buildings": columns["structures"]}
    spent = {asset: float(made.weights @ amount * index) for asset, amount in yearly.items()}
    yield made.check("business investment", "all assets", row, sum(spent.values()), ALL_ASSETS)
    for asset, amount in spent.items():
        yield alone("investment by asset", asset, amount, "GBP million", row.year, NO_ASSET)


def _in_year(made: MeasuredPopulation, index: str, year: str, month: int) -> float:
    """A path in the accounting periods that end in a month of a financial year."""
    return float(made.columns[index][made.read.panel_years.index(int(year[:4])), month])
