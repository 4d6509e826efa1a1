"""A costing as a workbook: the answer, its steps with live totals, the trail to parameters, targets and assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.result import Amounts
from openfisca_goodwork.costing.sentences import in_time
from openfisca_goodwork.costing.summary import WITHOUT_RESPONSE
from openfisca_goodwork.costing.uncertainty.rating import AXES
from openfisca_goodwork.costing.value_for_money import DEFINITIONS
from openfisca_goodwork.law.model import POUNDS, SHARE
from openfisca_goodwork.policy import Difference
from openfisca_goodwork.population.report import HEADINGS
from openfisca_goodwork.reports import tables, trail, words
from openfisca_goodwork.reports.distribution_sheet import WIDTHS as WIDTHS_OF_GAINS
from openfisca_goodwork.reports.distribution_sheet import write_distribution
from openfisca_goodwork.reports.pictures import Picture
from openfisca_goodwork.reports.population import NOTES as NOTES_OF_FIT
from openfisca_goodwork.reports.population_workbook import BLOCKS, block_cells, write_cells
from openfisca_goodwork.reports.workbook import Page, Pages, letter
from openfisca_goodwork.version import model_version

ALL_YEARS = "All years"
SHEETS = (
    *("Cover", "Summary", "Cost by year", "Steps", "By head", "Cash", "Range", "Distribution", "Tax base"),
    *("Parameters changed", "Assumptions", "Fit", "Notes"),
)
NO_FIT = "This population was made by hand: no official figures stand against it."
NO_HEADS = "No training costs qualify, so there is nothing to share out by cost head."
NO_BRIDGE = "This costing has no bridge from accruals to cash."
NO_CHANGES = "The two laws do not differ."
NO_BASE = "No official figures of this model are the base of what the two laws differ in."
NOTES = """\
Amounts are £ million by financial year, unrounded in the cells; plus improves the public finances, minus is a cost. The \
sheet Summary rounds them to £5 million, as official costings are.
Totals and differences are formulas: change a figure above one and it follows. Years at the right end are added up as \
they are: nothing is discounted.
Static: what the change of law comes to if companies change nothing but claim, by their actual tax rates, losses, limits \
and take-up. Post-behavioural: static and what companies do about it.
Elasticity 0: the post-behavioural effect if spending (training, investment) does not respond to its price, all else as \
assumed.
On accruals the tax of an accounting period is spread evenly over its months, part of very large companies' a year later \
(assumptions.timing.accrual), so that a measure moves the financial year before its start where accounting periods begin \
there; on a cash basis it counts in the year in which it falls due.
Parameters changed lists every figure of law in which the two laws differ, for each stretch of days in which they do.
Assumptions lists every assumption as the reformed law has it, each value with the day it holds from. In the response: \
this run read it for what companies do. In the population: it shaped the companies and their growth.
Status of a source. Seen: in the source itself. Second-hand: the source as reported by another. Derived: worked out from \
sources. Memory: from experience, to be checked. Assumption: of this project.
This is a model's costing, not an official one.""".splitlines()

_NAME, _YEAR = 52, 12
_STYLES = {POUNDS: "money", SHARE: "percentage"}


def costing_workbook(result: CostingResult, pictures: Mapping[str, Picture], command: str) -> bytes:
    """The workbook of a costing as the bytes of its file; see ``SHEETS``.

    Raises:
        GoodworkError: without XlsxWriter (the extra `report`).
    """
    pages = Pages()
    book = _Book(pages, result, command)
    book.fill(pictures)
    return pages.content()


class _Book:
    """A workbook of a costing being made: every sheet begins with its title, what it is, and how to get it again."""

    def __init__(self, pages: Pages, result: CostingResult, command: str) -> None:
        self.pages, self.result, self.command = pages, result, command
        self.standing = f"{words.status(result)} openfisca-goodwork {model_version()}. Reproduce: {command}"
        self.first, self.last = (letter(column) for column in (1, len(result.years)))
        self.rows: dict[str, int] = {}

    def fill(self, pictures: Mapping[str, Picture]) -> None:
        """Write every sheet in its order."""
        self._cover()
        summary = self._page("Summary", words.finding(self.result), self._widths())
        by_year = self._page("Cost by year", "Effect on the public finances by financial year, £ million", self._widths())
        self._steps()
        self._by_year(by_year)
        self._summary(summary, pictures)
        self._by_head()
        self._cash()
        self._range()
        self._distribution()
        self._tax_base()
        self._changes()
        self._assumptions()
        self._fit()
        self._notes()

    def _widths(self) -> list[float]:
        return [_NAME, *[_YEAR] * (len(self.result.years) + 1)]

    def _page(self, name: str, title: str, widths: Sequence[float]) -> Page:
        page = self.pages.page(name, title, widths)
        page.row = 1
        page.put(0, self.standing, style="standing")
        page.row = 3
        page.for_paper(f"{words.status(self.result)} openfisca-goodwork {model_version()}")
        return page

    def _cover(self) -> None:
        result, page = self.result, self._page("Cover", words.finding(self.result), [22, 110])
        against = " + ".join(reform.title for reform in result.baseline) or "current law"
        lines = {
            "Measure": " + ".join(f"{one.title} ({one.name})" for one in result.reforms) or "Settings of this run",
            "What it does": " ".join(one.summary for one in result.reforms),
            "Standing": words.status(result),
            "Compared with": against,
            "Commencement": trail.day(trail.commencement(result)),
            "Sunset": trail.day(trail.sunset(result)),
            "Measured": words.measured(result),
            "Years": f"{result.financial_years[0]} to {result.financial_years[-1]}",
            "Behaviour": result.behaviour,
            "Settings": "; ".join(result.settings) or "none",
            "Forecast": result.forecast,
            "Population": words.population(result),
            "No effect": result.no_effect,
            "Model": f"openfisca-goodwork {model_version()}",
            "Reproduce": self.command,
        }
        for label, value in lines.items():
            if value:
                page.put(0, label, style="bold")
                page.put(1, value, style="wrapped")
                page.row += 1

    def _years(self, page: Page, name: str, *, total: bool = True) -> None:
        page.put(0, name, style="heading")
        for column, year in enumerate([*self.result.financial_years, *([ALL_YEARS] if total else [])], start=1):
            page.put(column, year, style="year")
        page.row += 1
        page.sheet.freeze_panes(page.row, 1)

    def _amounts(self, page: Page, name: str, amounts: Amounts, style: str = "million", *, total: bool = True) -> None:
        """A row of values by year, with their sum."""
        page.put(0, name)
        for column, amount in enumerate(amounts, start=1):
            page.put(column, amount, style=style)
        if total:
            self._across(page, sum(amounts), style)
        page.row += 1

    def _across(self, page: Page, value: float, style: str) -> None:
        row = page.row + 1
        page.formula(len(self.result.years) + 1, f"SUM({self.first}{row}:{self.last}{row})", value, style=style)

    def _formulas(
        self, page: Page, name: str, formula: Callable[[str], str], amounts: Amounts, style: str = "million total"
    ) -> None:
        """A row of formulas, one a year's column, with the values they come to."""
        page.put(0, name, style="bold")
        for column, amount in enumerate(amounts, start=1):
            page.formula(column, formula(letter(column)), amount, style=style)
        self._across(page, sum(amounts), style)
        page.row += 1

    def _steps(self) -> None:
        result, page = self.result, self._page("Steps", "From full entitlement to the cost, step by step", self._widths())
        self._years(page, "£ million")
        first = page.row + 1
        for is_behavioural, name, total in (
            (False, tables.STATIC, result.static),
            (True, self._post, result.post_behavioural),
        ):
            start = page.row + 1
            for step in result.steps:
                if step.is_behavioural is is_behavioural:
                    self._amounts(page, step.name, step.effect)
            span = f"{start}:{{0}}{page.row}" if page.row >= start else ""
            added = f"SUM({{0}}{span})" if span else ""
            before = f"{{0}}{self.rows[tables.STATIC]}" if is_behavioural else ""
            formula = "+".join(one for one in (before, added) if one) or f"SUM({{0}}{first}:{{0}}{first})"
            self.rows[name] = page.row + 1
            self._formulas(page, name, formula.format, total)

    @property
    def _post(self) -> str:
        return f"{tables.POST_BEHAVIOURAL} ({self.result.behaviour})"

    def _by_year(self, page: Page) -> None:
        result = self.result
        self._years(page, "£ million")
        places = {name: f"Steps!{{0}}{row}" for name, row in self.rows.items()}
        self._formulas(page, tables.STATIC, places[tables.STATIC].format, result.static)
        moved = tuple(after - before for before, after in zip(result.static, result.post_behavioural, strict=True))
        self.rows |= {"static by year": page.row, "cost by year": page.row + 2}
        self._formulas(page, "What companies do", f"{{0}}{page.row + 2}-{{0}}{page.row}".format, moved, "million")
        self._formulas(page, self._post, places[self._post].format, result.post_behavioural)
        self._amounts(page, "of which credits paid out (spending)", result.spending)
        self._formulas(page, "of which tax", f"{{0}}{page.row - 1}-{{0}}{page.row}".format, result.tax, "million")
        self.rows["elasticity 0"] = page.row + 1
        self._amounts(page, WITHOUT_RESPONSE, result.without_response)
        if result.administration:
            self._amounts(page, tables.RUNNING_COST, result.administration)
        for name, amounts in tables.training(result).iterrows():
            self._amounts(page, f"{name}, £ million", tuple(amounts), "count")
        for name, counts in tables.claimants(result).iterrows():
            self._amounts(page, f"{name}, number", tuple(counts), "count", total=False)
        if result.value is not None:
            for name, costs in result.value.costs.items():
                self._amounts(
                    page, f"{words.head_in_words(name)}, £ million (a cost is positive)", costs, "unsigned million"
                )
            for name, people in result.value.people.items():
                self._amounts(page, f"Trainees {name}, number", people, "count")

    def _summary(self, page: Page, pictures: Mapping[str, Picture]) -> None:
        """The headline rounded to £5 million from the sheets behind it, value for money, and the pictures."""
        self._years(page, "£ million, rounded to £5 million", total=False)
        shown = {
            tables.STATIC: (f"'Cost by year'!{{0}}{self.rows['static by year']}", self.result.static),
            self._post: (f"'Cost by year'!{{0}}{self.rows['cost by year']}", self.result.post_behavioural),
            WITHOUT_RESPONSE: (
                f"'Cost by year'!{{0}}{self.rows['elasticity 0']}",
                self.result.without_response,
            ),
        }
        for name, (place, amounts) in shown.items():
            page.put(0, name, style="bold")
            for column, amount in enumerate(amounts, start=1):
                cell = place.format(letter(column))
                page.formula(column, f"ROUND({cell}/5,0)*5", 5 * round(amount / 5), style="to 5 million")
            page.row += 1
        page.row += 1
        told = (words.measured(self.result), in_time(self.result), words.value_for_money(self.result), self.result.no_effect)
        for text in filter(None, told):
            page.line([" ".join(text.split())], style="text")
        for picture in pictures.values():
            page.row += 1
            page.picture(f"{picture.name}.png", picture.png, picture.chart.alt, _SCALE)

    def _by_head(self) -> None:
        page = self._page("By head", "Static effect of the relief by cost head of training", self._widths())
        shown = tables.by_head(self.result)
        if shown.empty:
            page.line([NO_HEADS])
            return
        self._years(page, "£ million")
        start = page.row + 1
        for name, amounts in shown.iterrows():
            self._amounts(page, str(name), tuple(amounts))
        self._formulas(page, "All heads", f"SUM({{0}}{start}:{{0}}{page.row})".format, tuple(shown.sum()))

    def _cash(self) -> None:
        page = self._page("Cash", "From what accrues to what falls due, post-behavioural", self._widths())
        shown = tables.cash(self.result)
        if shown.empty:
            page.line([NO_BRIDGE])
            return
        self._years(page, "£ million")
        start = page.row + 1
        for name, amounts in shown.iloc[:-1].iterrows():
            self._amounts(page, str(name), tuple(amounts))
        self._formulas(page, tables.CASH, f"SUM({{0}}{start}:{{0}}{page.row})".format, tuple(shown.iloc[-1]))

    def _range(self) -> None:
        result, page = (
            self.result,
            self._page("Range", "How far the effect may be from this, and what drives it", self._widths()),
        )
        found = result.uncertainty
        if found is None:
            page.line([words.NO_RANGE])
        else:
            self._years(page, "£ million")
            low, _, high = tables.interval(result).index
            self._amounts(page, low, found.low, total=False)
            place = f"'Cost by year'!{{0}}{self.rows['cost by year']}"
            self._formulas(page, self._post, place.format, result.post_behavioural)
            self._amounts(page, high, found.high, total=False)
            for one in found.sensitivity:
                for value, effect in ((one.in_words[0], one.effect_low), (one.in_words[2], one.effect_high)):
                    self._amounts(page, f"Moved by: {one.label}, {value} for {one.in_words[1]}", effect)
        page.row += 1
        self._rating(page)

    def _rating(self, page: Page) -> None:
        """The rating, an axis a row, and the model's error on measures that were costed officially."""
        found = self.result.rating
        if found is None:
            page.line([words.NO_RATING])
        else:
            for axis in AXES:
                page.line([f"Uncertainty of {axis}", getattr(found, axis), found.reasons[axis]], style="text")
            page.line(["Uncertainty overall", found.overall, words.SCALE_OF_RATING], style="bold")
        if not self.result.no_effect:
            page.line([self.result.credibility.text], style="text")

    def _distribution(self) -> None:
        shown = self.result.distribution
        title = "Who gains" + (f" in {shown.financial_year}" if shown else "")
        write_distribution(self._page("Distribution", title, WIDTHS_OF_GAINS), shown)

    def _tax_base(self) -> None:
        page = self._page("Tax base", "What the change bears upon, and where that comes from", [46, 14, 11, 10, 12, 90, 14])
        lines = trail.tax_base(self.result)
        if not lines:
            page.line([NO_BASE])
            return
        page.heading(["What", "Amount", "Unit", "Year", words.growth_to(self.result), "Source", "Status"])
        for one in lines:
            page.put(0, one.what)
            self._amount_of_base(page, one, [line.unit for line in lines].count(trail.SHARE_OF_TRAINING))
            for column, text in ((2, one.unit), (3, one.year), (5, one.source), (6, one.status)):
                page.put(column, text)
            page.put(4, one.growth, style="growth")
            page.row += 1

    @staticmethod
    def _amount_of_base(page: Page, one: trail.BaseLine, shares: int) -> None:
        """An amount, or the formula that makes it of the total and the shares above it."""
        last, first = page.row, page.row - shares + 1
        if one.is_product:
            grown = f"B{first - 1}*SUMPRODUCT(B{first}:B{last},E{first}:E{last})"
            page.formula(1, grown, one.amount, style="count total")
        else:
            page.put(1, one.amount, style="percentage" if one.unit == trail.SHARE_OF_TRAINING else "count")

    def _changes(self) -> None:
        widths = [62, 40, 12, 12, 14, 14, 60, 40, 60, 40]
        page = self._page("Parameters changed", "Every figure of law in which the two laws differ", widths)
        heads = ["Path", "Parameter", "From", "To", "Baseline", "Reform", "Reference of the baseline", "Link"]
        page.heading([*heads, "Reference of the reform", "Link"])
        found = trail.changes(self.result) + trail.changes_of_assumptions(self.result)
        for one in found:
            self._change(page, one)
        if not found:
            page.line([NO_CHANGES])

    def _change(self, page: Page, one: Difference) -> None:
        page.put(0, one.path)
        page.put(1, one.label)
        page.put(2, one.starts)
        page.put(3, trail.day(None) if one.ends is None else one.ends)
        for column, value, meaning in ((4, one.value_a, one.meaning_a), (5, one.value_b, one.meaning_b)):
            self._value(page, column, meaning or ("not in law" if value is None else value), one.unit)
        for column, text in ((6, one.reference_a), (8, one.reference_b)):
            page.put(column, text)
        page.link(7, one.href_a)
        page.link(9, one.href_b)
        page.row += 1

    def _value(self, page: Page, column: int, value: Any, unit: str) -> None:
        """A number with the format of its unit; anything else as the page writes it."""
        is_number = isinstance(value, float | int) and not isinstance(value, bool)
        page.put(column, value, style=_STYLES.get(unit, "number") if is_number and abs(value) != float("inf") else "")

    def _assumptions(self) -> None:
        page = self._page("Assumptions", "Every assumption, with its source", [62, 18, 14, 46, 12, 16, 13, 90, 50, 18])
        heads = ["Path", "Value", "Unit", "Label", "Kind", "In force from", "Status", "Reference", "Link", "Used"]
        page.heading(heads)
        found = trail.assumptions(self.result)
        for one in found:
            page.put(0, one.path)
            self._value(page, 1, one.value, one.unit)
            told = (one.unit, one.label, one.kind, one.starts, one.status, one.reference)
            for column, value in enumerate(told, start=2):
                page.put(column, value)
            page.link(8, one.link)
            page.put(9, one.used)
            page.row += 1
        page.sheet.autofilter(_HEADING, 0, max(page.row - 1, _HEADING), len(heads) - 1)

    def _fit(self) -> None:
        page = self._page("Fit", "How well the population meets the official figures, block by block", [*BLOCKS.values()])
        report = self.result.fit
        if report is None:
            page.line([NO_FIT])
            return
        page.heading([*BLOCKS])
        for block in (one for role in HEADINGS for one in report.blocks(role)):
            write_cells(page, block_cells(block))
        page.row += 1
        for line in (words.fit(report), "Every figure: goodwork population report --xlsx fit.xlsx"):
            page.line([line])

    def _notes(self) -> None:
        page = self._page("Notes", "Notes", [120])
        for note in (*NOTES, *DEFINITIONS.values(), *NOTES_OF_FIT):
            page.line([note], style="wrapped")


_HEADING = 3  # the row of the headings, counted from 0
_SCALE = 0.4
