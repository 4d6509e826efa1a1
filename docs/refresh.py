"""The pages that are made from the code: what commands print, assumptions, variables, the population, the validation.

`make docs` runs it.

In a page, a block that begins with ```console tested holds commands (after `$ `) and what they print; one that begins
with ```yaml file=NAME is a file that the commands after it may use. Commands run in a copy of the checkout. The tests
fail where a page differs from what this module would write.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openfisca_core.parameters import Parameter

from openfisca_goodwork import population as companies
from openfisca_goodwork import validation
from openfisca_goodwork.law import tax_return
from openfisca_goodwork.law.model import SHARE, box_of, is_dated, reference_of
from openfisca_goodwork.policy import reform_schema
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import in_words
from openfisca_goodwork.population import forecasts
from openfisca_goodwork.reports import markdown
from openfisca_goodwork.reports.pictures import svg_of
from openfisca_goodwork.reports.population import report_of as report_of_fit
from openfisca_goodwork.reports.sections import Medium
from openfisca_goodwork.reports.validation import chart_of, report_of
from openfisca_goodwork.system import current_law, dated_values, leaf_parameters

ROOT = Path(__file__).parent.parent
WALKS = "CONTRIBUTING.md"
PAGES = (
    *("README.md", "docs/for_an_analyst.md", "docs/for_a_company.md", "docs/for_a_researcher.md", WALKS),
    *("docs/commands.md", "docs/coverage.md", "docs/audit.md", "docs/many_questions.md", "docs/own_companies.md"),
)
ASSUMPTIONS = "docs/assumptions.md"
VARIABLES = "docs/variables.md"
POPULATION = "docs/population.md"
SENSITIVITY = "docs/population-sensitivity.csv"
VALIDATION = "docs/validation.md"
PICTURES = "docs/validation"
SCHEMA = "docs/reform.schema.json"
UNITS = {"currency-GBP": "£", "/1": "share", "bool": "yes or no", "Enum": "a choice", "int": "year"}
COPIED = (
    ".yamllint",
    "docs",
    "examples",
    "openfisca_goodwork",
    "parameters",
    "reforms",
    "tests",
    "pyproject.toml",
    "README.md",
)
BLOCK = re.compile(r"^```(?P<language>\w+) (?P<mark>tested|file=\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FINGERPRINT = re.compile(r"\b[0-9a-f]{12,}\b")
PROMPT = "$ "
HEADING = """\
# Assumptions

Every assumption is a parameter: a dated value with its source. This page is made from them (`make docs`); the files are
under `parameters/assumptions/`. To change one for a run: `--set PATH@DATE=VALUE`. Status: *seen* (in the source itself),
*second-hand* (the source as reported by another), *derived* (worked out from sources), *memory* (recalled, to be
checked), *assumption* (nobody's figure but ours).
"""

VARIABLES_HEADING = f"""\
# Variables

Everything that goes into the law and everything that comes out, of one company and one accounting period. This page is
made from the law (`make docs`). An input that is left out is 0, or no; a claim that is left out is for the most that the law
allows. One marked *by day* may also be given item by item, under `expenditure` in a company file and as `…_on` through
OpenFisca. Balances are inputs in the first accounting period only.

*Box* is where it stands on the company tax return ({tax_return.FORM}).
*Part of* a box is one of the things that it holds; where no box holds a variable, or it depends on what else is on the
return, there is none. The guides: [the return]({tax_return.GUIDES[""]}),
[CT600A]({tax_return.GUIDES["A"]}),
[CT600C]({tax_return.GUIDES["C"]}),
[CT600L]({tax_return.GUIDES["L"]}),
[box 725]({tax_return.GUIDES["725"]}).
"""


POPULATION_HEADING = """\
# How well the population fits

The companies of a costing against the official figures that they stand for. This page is made from the population
(`make docs`); `goodwork population report` prints every figure, `--xlsx FILE` writes them to a workbook with their
sources, `--out DIR` draws a picture for each block.

*Fitted* figures are those that the population was made to meet. Those *held out* are in no step of the fit. *Checks* are in
no step either, but count something wider than companies, so that no bound is set; what differs is said below them. Where no
official figure is held, the model's stand alone. *Together* is the sum of absolute errors over the sum of official
figures; *mean* and *worst* are over the figures one by one, without counts under 100 companies, which are published rounded
to 5. *Bound* is the mean error that a block is allowed. *Status* says how the figures are known: *seen* in the source
itself, *second-hand*, the source as another reports it, or *derived* from sources.
"""

PLANT_HEADING = """\
## Plant by size of spender

About 17,000 companies spend more than £200,000 on plant in a year; over three years 9,600 do in each and 19,300 in
some: the Office of Tax Simplification had 8,000 and 18,000 from HMRC about 2016, of 590,000, and 30,000 with
unincorporated businesses. Under 1% spend £1m. With that, companies claim £14.0bn to £14.3bn of annual investment
allowance where HMRC has £13.3bn in 2017-18 and £14.8bn in 2018-19; no figure of its edition of 2021, which overstated
the allowance, is used.

One base stands for every outlook. Official costings of the same step of the limit, £200,000 to £1m, moved from £571m at
19% (2019-20, Budget 2018) to £1,418m at 25% (2024-25, Autumn Statement 2022): half as much again, when spending and
rates are taken out. The counts lie between the two: with them the model makes £740m of the first and £980m of the
second, 27% too much and 31% too little over the years of each. What was known of such spending on an earlier day is in
no source but the costings themselves (the counts were published before Budget 2018), so that a smaller base for earlier
outlooks, and a larger one for later, would be fitted to what it is to be held against.

Lessors buy about £11bn, as members of the Finance and Leasing Association leased in 2017. Companies of finance and of
administrative services that rent out their own plant are counted with those that use it.

Buildings: a costing on an outlook of before January 2026 takes all spending to be claimed for, as those of Budget 2018
and 2020 did; since then as it turned out, from HMRC's cost by year (`assumptions.base.structures.claimed_share`).
"""

TAX_TO_ADD_UP = """\
## Which tax to add up

`corporation_tax` of an export is what each company is charged, before repayments for losses carried back and before
losses that the rest of its group uses. Over all companies it came to about £88bn in 2022-23, where HMRC's liabilities
are £74bn. `net_corporation_tax` comes to the official total in every year (*corporation tax by year*): add up that. A
record of the model is one company and not its group, so that a loss given to the group stands there as a negative of
the company that gives it, at the main rate, while those that use it are charged in full. The share of the companies
with more than £1m is therefore worked out on net tax: their own charge, less all that losses given save and what is
repaid to them, as a share of `net_corporation_tax` of all (*concentration of tax*).
"""

SENSITIVITY_HEADING = """\
## What the cost of the main reform owes to each block

The post-behavioural cost of `human-investment-super-deduction` with one block of figures 5% higher, the population built
anew and everything else as it is. £ million; the first row is the cost itself, the others what is added to it. Made by
`benchmarks/population_sensitivity.py`, which builds the population for each row and is run when the method changes, not
with every version: the first row says which cost it belongs to. With other counts of companies other records are drawn,
so that the row of the register is as much chance as effect.
"""

VALIDATION_LEAD = """\
What the model makes of measures that were costed officially since June 2010, each on the law and the OBR forecast of its
day. Measures to which an assumption was fitted, and those to which none was, are told apart. This page is made from
`openfisca_goodwork/data/validation.csv` (`make docs`), which `benchmarks/validation_figures.py` keeps; `goodwork validate`
measures all of it anew, `--out DIR` draws the pictures. Which measures are costed, and why others are not, stands in
`openfisca_goodwork/data/backcasts.yaml`, the official figures by tax in `openfisca_goodwork/data/official_costings.csv`.
Whether a figure that was once fitted helps, `benchmarks/refit.py` says.

Tax by section in a year that is kept back (2021-22), and how the population meets every other official figure, is in
[population.md](population.md) (`goodwork population report`): sections together are 9.1% off, within 10%; on average over
sections, small ones counting as much as large ones, 13.7%.
"""

VALIDATION_MISSES = """\
## What is missed, and why

Each bound is printed below with what the model makes of it; none is met by a figure fitted for the purpose.

**Rates, 16% for 12%.** All three official costings are of after what companies do, and all three are below the model's.
The base is not the reason: a point on the rate in HMRC's ready reckoner, of direct effects, is 2% off over its years. What
differs is the response: the official notes count profits shifted abroad or here, of which no figure is published; the
model lets 0.2% of profits go for each point, as companies with profits of around £300,000 do. Multinationals are said
to let go 0.8%, which is the high case; their share of the tax is not on file. An earlier version had 0.33%, fitted to
the costing of 25%.

**Writing-down, 30% for 12%.** The last three years of the change of 2026 are within 8%; its first three are not (+342
for +33, +1,699 for +1,069, +1,822 for +1,477), because the official figure takes off more of the new first-year
allowance of 40%: plant bought to lease out, of which the model has £4.9bn of main rate in 2018-19. What lessors buy
that is no car is not on file. The change of 2012 stands on investment as it turned out, for want of the forecast of
June 2010.

**Annual investment allowance, 35% for 25%: one base for every forecast.** Official costings of the same step, £200,000
to £1 million, grew by half between October 2018 and November 2022 when spending and rates are taken out. Scaled to fit
each to itself, the model needs spending in that step times 0.8 for 2013 and for 2019, 0.95 for 2016, and 1.5 for each
of the four costings since October 2021; errors would then be 47%, 15%, 11%, 38% and 5% (2013, 2019, 2016, the extension
of 2021, the permanent limit of 2022) for 54%, 26%, 11%, 52% and 31%, 23% on average. That is a base by date of the
forecast, and returns of periods with a limit of £1 million had come in by 2021; but its size would come from the
costings it is held against. Evidence apart from them does not ask for it:

* The Treasury said in March 2022 that a limit of £1 million had covered around 25% of eligible plant. The model's
  companies claim 19% of theirs (£20.7bn of £107bn in 2019-20). With sole traders and partnerships, whose spending is
  all below the limit and whose allowance is £5bn to £8bn by HMRC's cost, it comes to 23% to 25%: as said.
* Some 18,000 companies spent more than £200,000 in some years and 8,000 in all (about 2016); the model has 19,300 and
  9,600.
* HMRC's cost of the allowance (next) is met until 2022-23 and undershot by 16% to 22% since: it would bear a tenth to a
  fifth more spending, not half.

So no base by date is built. With one, today's costings of the limit would be half as large again: whoever needs the
higher figure has it in the range.

**Cost of the annual investment allowance.** HMRC's statistic is not what the allowance costs against writing down. Its
total of all capital allowances, £15bn to £30bn, is 75% to 81% of what the model's companies claim at the main rate, and
within 17% of what their claims save in the year in every year: at the rate of the last £1 of profit, without what is
left over as a loss. So reckoned, the annual investment allowance of the model's companies saves £2.5bn in 2020-21 and
£2.2bn in 2023-24, where HMRC has £4.1bn and £4.5bn with sole traders and partnerships in it. The companies' part is
nowhere published; in official costings of the limit it is 64% to 93%, less for low limits. At 64% the model is 3% low,
9% and 17% high, then 22%, 20% and 16% low: within 20% in four
years of six, 15% off over all of them. Taken out of current law, the same
allowance gives the Exchequer £1.0bn to £1.8bn, because other allowances take its place: that is what a costing shows.
HMRC's cost of buildings is met at the main rate, to which claims were set; by what they save in the year it would take
about twice the claims.

**Losses, 57%** (no bound): the reform of 2017 stands on the forecast of November 2016, for want of that of March, and a
record of the model has the allowance of £5 million of its group to itself. The extended carry-back was costed for the losses
of the pandemic.

**Timing, 40%** (no bound): tax moved forward once, £7.0bn, is a third of the tax of very large companies, so £21bn; the
model's pay £28bn, after what losses save in their groups, which falls due with it.

## Does fitting help?

Three figures were once fitted to seven costings. `benchmarks/refit.py` fits each again to all measures but one, and
holds it against that one (19 measures, among them the annual investment allowance of 2012, before the forecast of July
2015 was rid of payments brought forward and buildings were set to corporation tax). Effects are taken to follow a
line; run half-way, it is 3% to 6% of the effect off (`--line`):

| Figure | As it is | Fitted to others | Mean error as it is | each left out in its turn | fitted to all |
|---|---:|---:|---:|---:|---:|
| Losses used at once in groups | 0.5 | 0.43 to 0.47 | 34.6% | 34.9% | 34.3% |
| Claims of full expensing, as expected | 1 | 0.85 to 0.91 | 34.6% | 34.0% | 33.8% |
| Plant leased out, of plant without a claim | 0 | 0 to 0.06 | 34.6% | 34.6% | 34.2% |

Losses in groups: no help; 0.85, which seven costings gave, is not what nineteen give, and the range from none to 0.95
stands. Leased out: none. Claims of full expensing move two costings, each of which the other's value brings nearer
(13.9% to 9.8%, 18.3% to 11.6%). It is not taken: both are of one policy, with one base, eight months apart, and since
September 2025 costings go by the claims made, so that no costing of today would move.

Buildings are the one figure that is still set to a costing: to its corporation tax part, since earlier it was set to
all taxes and held against a part (24% off then, 4% now). The costing of 3%, to which nothing is set, is 12% off (35%).
"""

NOT_ON_PAGE = {"Cover", "Notes", "Pictures"}

HELD_OUT_NOTE = """\
## What is missed, and why

Companies with ten or more employees by region and section are held out: the fit knows companies of
all sizes by region and section, and each size by region and by section, from which alone the cells of the held-out table
are foretold 15% off on average; the rest is the sample, with about a hundred records in a cell.

Tax by section in 2021-22 is held out; the sections' shares of a year are taken from the line (in
logs) between the fitted years around it. Foretold so, 2019-20 would be 6.9% off and 2020-21 14.0%, on average over sections;
trends, means and lines that leave out the year of the pandemic do no better. What is missed is what moved between years.
"""

FORECASTS_HEADING = """\
## OBR forecasts of the past

With `--forecast YYYY-MM` the population follows what the OBR expected in that month: corporation tax, prices, earnings,
employment and output from the year of the forecast on. Years before it are the outturn; after its last year its last
growth is held. For most forecasts nothing is on file of business investment, and output is the guide.

With an outlook of before 2017 the accounting periods are of its own years: from two years before it to eight years after
it, and from April 2010 at the earliest, the first day of which the model holds corporation tax law. The first periods
then begin with the law and are short, so that no day is left out. Of the outlooks of 2010 to 2015 only corporation tax is
on file: investment, output, pay and prices are the outturn (OBR, March 2026), which no costing of the day knew. The
tax of years before an outlook is what the OBR took it to be in the March of the year, or HMRC's; by section, and how many
companies have any, as in 2018-19, the first year on file. Emissions of cars before 2018 are as in 2018. Of the day of Budget
2016 no outlook is on file.
"""


def checkout(directory: Path) -> Path:
    """A copy of what the commands of the pages work on, so that they change nothing."""
    directory.mkdir(exist_ok=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name)  # with __pycache__: to compile it all again takes seconds
        else:
            shutil.copy(source, directory / name)
    return directory


def page_of(name: str, directory: Path) -> str:
    """A page with what its commands print now; each section of the walks is a change of its own, in a copy of its own."""
    page = (ROOT / name).read_text(encoding="utf-8")
    sections = re.split(r"^(?=## )", page, flags=re.MULTILINE) if name == WALKS else [page]
    return "".join(
        refreshed(section, checkout(directory / str(number))) if BLOCK.search(section) else section
        for number, section in enumerate(sections)
    )


def refreshed(page: str, directory: Path) -> str:
    """A page, or a part of one, with each tested block holding what its commands print now."""

    def block(match: re.Match[str]) -> str:
        mark, body = match["mark"], match["body"]
        if mark == "tested":
            body = "".join(_with_output(command, directory) for command in _commands(body))
        else:
            file = directory / mark.removeprefix("file=")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
        return f"```{match['language']} {mark}\n{body}```"

    return BLOCK.sub(block, page)


def _commands(body: str) -> Iterator[str]:
    return (line.removeprefix(PROMPT) for line in body.splitlines() if line.startswith(PROMPT))


def _with_output(command: str, directory: Path) -> str:
    """A command and what it prints, both streams; fingerprints, which change with every version, as an ellipsis."""
    binaries = str(Path(sys.executable).parent)
    path = os.pathsep.join([binaries, os.environ.get("PATH", "")])
    ended = subprocess.run(  # noqa: S602 (the pages are ours, and show what a reader would type)
        command,
        shell=True,
        cwd=directory,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(directory), "PYTHONUTF8": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    printed = "\n".join(line.rstrip() for line in FINGERPRINT.sub("…", ended.stdout).splitlines())
    return f"{PROMPT}{command}\n" + (f"{printed}\n" if printed else "")


def assumptions() -> str:
    """The page of assumptions: a table for each group."""
    groups: dict[str, list[Parameter]] = {}
    for path, parameter in leaf_parameters(current_law()).items():
        if path.startswith("assumptions."):
            groups.setdefault(path.split(".")[1], []).append(parameter)
    return "\n".join([HEADING, *(part for name, group in groups.items() for part in _group(name, group))])


def _group(name: str, group: list[Parameter]) -> Iterator[str]:
    yield f"## {name.replace('_', ' ').capitalize()}\n"
    yield "| Parameter | What | Value | Status | Source of the latest |\n|---|---|---|---|---|"
    for parameter in group:
        dated = dated_values(parameter)
        unit = parameter.metadata.get("unit", "")
        last = dated[-1]
        values = [f"{_value(each.value, unit)}{f' from {each.date}' if len(dated) > 1 else ''}" for each in dated]
        cells = [
            f"`{parameter.name}`",
            parameter.metadata.get("label", ""),
            "; ".join(values),
            last.metadata.get("status", ""),
        ]
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in [*cells, _source(last.metadata)]) + " |"
    yield ""


def _value(value: Value, unit: str) -> str:
    """Shares, elasticities and exponents as they are written in the files; everything else in words."""
    return f"{value:g}" if unit == SHARE and isinstance(value, float | int) else in_words(value, unit)


def variables() -> str:
    """The page of variables: what goes into the law and what comes out of it."""
    law = current_law().variables
    inputs = {
        name for name, variable in law.items() if not variable.formulas or is_dated(variable) or "_brought_forward" in name
    }
    names = [name for name in sorted(law) if not name.endswith("_on")]
    tables = {
        "Inputs": [name for name in names if name in inputs],
        "Outputs": [name for name in names if name not in inputs],
    }
    return "\n".join([VARIABLES_HEADING, *(part for title, names in tables.items() for part in _variables(title, names))])


def _variables(title: str, names: list[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| Name | What | Unit | By day | Law | Box |\n|---|---|---|---|---|---|"
    for name in names:
        variable = current_law().variables[name]
        unit = variable.unit or variable.value_type.__name__
        cells = (
            f"`{name}`",
            variable.label,
            UNITS.get(unit, unit),
            "yes" if is_dated(variable) else "",
            reference_of(variable),
            box_of(variable),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def population() -> str:
    """The page of the population: errors by block, weights, what the main cost owes to each block, OBR forecasts."""
    fit = companies.report(companies.load())
    shown = [one for one in report_of_fit(fit).shown_on(Medium.DOCUMENT).sections if one.name not in NOT_ON_PAGE]
    parts = [
        POPULATION_HEADING,
        markdown.sections(shown),
        HELD_OUT_NOTE,
        TAX_TO_ADD_UP,
        PLANT_HEADING,
        SENSITIVITY_HEADING,
        *_sensitivity(),
        "",
        FORECASTS_HEADING,
        "| OBR forecast | Business investment follows |\n|---|---|",
        *(f"| {month} | {forecasts.guides(month)['business_investment']} |" for month in forecasts.outlooks()[:-1]),
        f"| {forecasts.LATEST_OUTLOOK} | the latest, `assumptions.growth` |",
    ]
    return "\n".join([*parts, ""])


def _sensitivity() -> Iterator[str]:
    """The table of `population_sensitivity.py`: the cost, and what each block moves it by."""
    with (ROOT / SENSITIVITY).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    years = list(dict.fromkeys(row["financial_year"] for row in rows))
    cost = {(row["block"], row["financial_year"]): float(row["cost"]) for row in rows}
    blocks = list(dict.fromkeys(row["block"] for row in rows))
    yield "| 5% more of | " + " | ".join(years) + " |\n|---|" + "---|" * len(years)
    for block in blocks:
        moved = [cost[block, year] - (cost[blocks[0], year] if block != blocks[0] else 0) for year in years]
        yield f"| {block} | " + " | ".join(f"{amount:+,.1f}" for amount in moved) + " |"


def validated() -> str:
    """The page of the validation, from the figures that are kept, and why bounds are missed."""
    return markdown.render(report_of(validation.kept()), f"{VALIDATION_LEAD}\n{VALIDATION_MISSES}", "validation")


def schema() -> str:
    """The JSON Schema of reform files, as `goodwork reforms schema` prints it."""
    return json.dumps(reform_schema(), indent=2, ensure_ascii=False) + "\n"


def _source(metadata: Mapping[str, Any]) -> str:
    """The references of a value: each title, as a link where it has an address."""
    titles = [(" ".join(reference["title"].split()), reference.get("href")) for reference in metadata["reference"]]
    return "; ".join(f"[{title}]({address})" if address else title for title, address in titles)


def main() -> None:
    """Rewrite every page that differs."""
    pages = {ASSUMPTIONS: assumptions(), VARIABLES: variables(), SCHEMA: schema(), POPULATION: population()}
    pages[VALIDATION] = validated()
    pages |= {f"{PICTURES}/{errors.measure.name}.svg": svg_of(chart_of(errors)) for errors in validation.kept().errors}
    for name in PAGES:
        with tempfile.TemporaryDirectory() as directory:
            pages[name] = page_of(name, Path(directory))
    for name, text in pages.items():
        page = ROOT / name
        page.parent.mkdir(exist_ok=True)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            sys.stderr.write(f"{name} is written anew.\n")


if __name__ == "__main__":
    main()
