"""The computation of one company as rows of a sheet: both laws side by side, totals and the tax as live formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from openfisca_goodwork.company import CompanyPeriod, CompanyResult, PeriodResult
from openfisca_goodwork.company.steps import Step
from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.company.working import LABELS_OF_PART
from openfisca_goodwork.law.capital_allowances import PARTS
from openfisca_goodwork.law.model import box_of
from openfisca_goodwork.law.periods import day_in_words
from openfisca_goodwork.reports.workbook import Page
from openfisca_goodwork.system import current_law

TITLES = {"current_law": "Current law (£)", "reform": "Reform (£)"}
_FIRST_FIGURES = 1


class Line(NamedTuple):
    """A row: a fact or an output, or a formula over rows named by their keys.

    Attributes:
        key: a variable, or the name of a figure of a part of the charge.
        formula: in Excel's language, with the keys of other rows in braces; empty for a value.
        label: for people; by default the variable's.
    """

    key: str
    formula: str = ""
    label: str = ""


_TAX, _NET = "corporation_tax", "net_corporation_tax"
_BEFORE_CHARGE = (
    Line("trading_profit_before_capital_allowances"),
    *(Line(part) for part in PARTS),
    Line("capital_allowances", f"SUM({{{PARTS[0]}}}:{{{PARTS[-1]}}})"),
    Line("balancing_charges"),
    Line("human_investment_deduction"),
    Line("human_investment_clawback"),
    Line("human_investment_credit_as_income"),
    Line("research_and_development_expenditure_credit"),
    Line("research_and_development_additional_deduction"),
    Line(
        "adjusted_trading_result",
        "{trading_profit_before_capital_allowances}-{capital_allowances}+{balancing_charges}-{human_investment_deduction}"
        "+{human_investment_clawback}+{human_investment_credit_as_income}+{research_and_development_expenditure_credit}"
        "-{research_and_development_additional_deduction}",
    ),
    Line("trade_profit", "MAX({adjusted_trading_result},0)"),
    Line("trade_loss", "MAX(-{adjusted_trading_result},0)"),
    Line("property_profits"),
    Line("non_trading_loan_relationship_profits"),
    Line("chargeable_gains"),
    Line("structures_and_buildings_gain"),
    Line("other_income"),
    Line("other_profits", "SUM({property_profits}:{other_income})"),
    Line("total_profits", "{trade_profit}+{other_profits}"),
    Line("trade_loss_set_against_total_profits", "MIN({trade_loss},{total_profits})"),
    Line("charitable_donations_relief"),
    Line("group_relief"),
    Line("trading_losses_used"),
    Line("taxable_total_profits", "{total_profits}-SUM({trade_loss_set_against_total_profits}:{trading_losses_used})"),
    Line("exempt_distributions"),
    Line("augmented_profits", "{taxable_total_profits}+{exempt_distributions}"),
)
_PART_OF_PROFITS = "{augmented_profits}*{share}"
_PART = (
    *(Line(key, label=label) for key, label in LABELS_OF_PART.items()),
    Line("has_small_rate", label="May have the small profits rate and marginal relief (1) or not (0)"),
    Line(
        "relief",
        f"IF(AND({{has_small_rate}}>0,{_PART_OF_PROFITS}>{{lower}},{_PART_OF_PROFITS}<={{upper}}),"
        f"{{fraction}}*({{upper}}-{_PART_OF_PROFITS})*{{taxable_total_profits}}/MAX({{augmented_profits}},0.01),0)",
        "Marginal relief of the part",
    ),
    Line(
        "tax",
        f"IF(AND({{has_small_rate}}>0,{_PART_OF_PROFITS}<={{lower}}),{{small}},{{main}})*{{taxable_total_profits}}*{{share}}"
        "-{relief}",
        "Tax on the part: rate × profits × share − marginal relief",
    ),
)
_SAVED = "saved_in_the_group"
_OFF_TAX = (
    "notional_tax_deduction_used",
    "research_and_development_credit_set_off",
    "human_investment_notional_tax_used",
    "human_investment_credit_set_off",
    "loss_carry_back_repayment",
)
_AFTER_CHARGE = (
    *map(Line, _OFF_TAX),
    Line(_SAVED, label="Tax that surrendered losses save in the rest of the group"),
    Line(_NET, f"{{{_TAX}}}-SUM({{notional_tax_deduction_used}}:{{{_SAVED}}})"),
)
_TOTALS = {"capital_allowances", "adjusted_trading_result", "total_profits", "taxable_total_profits", _TAX, _NET}
_RATES = {"share", "main", "small", "fraction", "has_small_rate"}


def write_computation(page: Page, result: CompanyResult) -> None:
    """Every accounting period, one under the other, and the tax of all of them."""
    columns = {law: _FIRST_FIGURES + place for place, law in enumerate(result.laws)}
    workings = {law: result.working(law) for law in result.laws}
    titles = [*(TITLES[law] for law in result.laws), *(["Difference (£)"] if len(columns) > 1 else [])]
    page.heading(["", *titles, "Company tax return"])
    nets: list[int] = []
    for place, (given, one) in enumerate(zip(result.company.accounting_periods, result.accounting_periods, strict=True)):
        page.row += place > 0
        page.line([f"{day_in_words(one.start)} to {day_in_words(one.end)}"], style="bold")
        nets.append(_Block(page, columns, given, one, {law: steps[place] for law, steps in workings.items()}).write())
    if len(nets) > 1:
        page.row += 1
        page.put(0, f"{label_of(_NET)}, all accounting periods", style="bold")
        for law, column in columns.items():
            total = sum(one.amount(law, _NET) for one in result.accounting_periods)
            page.formula(column, "+".join(_cell(row, column) for row in nets), total, style="total")
        _difference(page, columns, result.tax_saved and -result.tax_saved, style="total")
        page.row += 1


class _Block:
    """The rows of one accounting period."""

    def __init__(
        self,
        page: Page,
        columns: dict[str, int],
        given: CompanyPeriod,
        one: PeriodResult,
        steps: dict[str, tuple[Step, ...]],
    ) -> None:
        self.page, self.columns, self.given, self.one = page, columns, given, one
        self.parts = {law: list(_parts(found)) for law, found in steps.items()}
        self.rows: dict[str, int] = {}

    def write(self) -> int:
        """Write the rows; the row of net corporation tax."""
        for line in _BEFORE_CHARGE:
            self._line(line, {law: self._amount(law, line.key) for law in self.columns})
        taxes: list[int] = []
        for place in range(max(map(len, self.parts.values()))):
            figures = {law: found[place] if place < len(found) else _NO_PART for law, found in self.parts.items()}
            titles = dict.fromkeys(each.title for each in figures.values() if each.title)
            self.page.line([" · ".join(titles)], style="bold")
            for line in _PART:
                self._line(line, {law: each.figures[line.key] for law, each in figures.items()})
            taxes.append(self.rows["tax"])
        tax = Line(_TAX, "+".join(f"{{tax {row}}}" for row in taxes))
        self.rows |= {f"tax {row}": row for row in taxes}
        for line in (tax, *_AFTER_CHARGE):
            self._line(line, {law: self._amount(law, line.key) for law in self.columns})
        return self.rows[_NET]

    def _line(self, line: Line, amounts: dict[str, float]) -> None:
        self.rows[line.key] = self.page.row
        style = "total" if line.key in _TOTALS else "rate" if line.key in _RATES else "money"
        self.page.put(0, line.label or label_of(line.key), style="bold" if style == "total" else "text")
        self.page.put(_after_figures(self.columns), _box(line.key), style="text")
        for law, column in self.columns.items():
            if line.formula:
                cells = {key: _cell(row, column) for key, row in self.rows.items()}
                self.page.formula(column, line.formula.format_map(cells), amounts[law], style=style)
            else:
                self.page.put(column, amounts[law], style=style)
        laws = list(self.columns)
        _difference(self.page, self.columns, amounts[laws[-1]] - amounts[laws[0]], style=style)
        self.page.row += 1

    def _amount(self, law: str, key: str) -> float:
        """An output under a law, or a fact of the period."""
        outputs = self.one.outputs[law]
        if key == _SAVED:
            return float(outputs[_TAX]) - sum(float(outputs[name]) for name in _OFF_TAX) - float(outputs[_NET])
        return float(outputs[key]) if key in outputs else float(self.given.values.get(key, 0.0))


class _Part(NamedTuple):
    """One part of the period that is charged on its own: the figures of its rows, under one law."""

    title: str
    figures: dict[str, float]


_NO_PART = _Part("", dict.fromkeys([line.key for line in _PART], 0.0))


def _parts(steps: tuple[Step, ...]) -> Iterator[_Part]:
    """The parts of the charge, from the steps that work out the tax on each."""
    keys = {label: key for key, label in LABELS_OF_PART.items()}
    results = {step.variable: step.result for step in steps}
    for step in steps:
        figures = {keys[one.label]: float(str(one.value)) for one in step.inputs if one.label in keys}
        if figures:
            told = {one.name: one.value for one in step.inputs}
            small = bool(told["is_uk_resident"]) and not told["is_close_investment_holding_company"]
            amounts = {name: float(str(results[name])) for name in ("taxable_total_profits", "augmented_profits")}
            relief = _relief(figures, *amounts.values()) if small else 0.0
            tax = step.result if isinstance(step.result, float) else 0.0
            yield _Part(step.label, {**figures, "has_small_rate": float(small), "relief": relief, "tax": tax})


def _relief(figures: dict[str, float], profits: float, augmented: float) -> float:
    """The relief of a part, as the formula of its row has it."""
    part = augmented * figures["share"]
    if not figures["lower"] < part <= figures["upper"]:
        return 0.0
    return figures["fraction"] * (figures["upper"] - part) * profits / augmented


def _difference(page: Page, columns: dict[str, int], amount: float, *, style: str) -> None:
    """The reform's figure less current law's, beside them."""
    if len(columns) > 1:
        first, last = min(columns.values()), max(columns.values())
        page.formula(last + 1, f"{_cell(page.row, last)}-{_cell(page.row, first)}", amount, style=style)


def _after_figures(columns: dict[str, int]) -> int:
    """The column after the laws' and their difference."""
    return max(columns.values()) + (2 if len(columns) > 1 else 1)


def _cell(row: int, column: int) -> str:
    """A cell as formulas name it."""
    return f"{chr(ord('A') + column)}{row + 1}"


def _box(key: str) -> str:
    """The box of a row that is a variable."""
    variable = current_law().variables.get(key)
    return box_of(variable) if variable else ""
