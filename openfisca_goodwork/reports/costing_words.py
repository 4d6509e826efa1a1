"""A costing in sentences: its result, how it was measured and made, how sure it is, what would prove it wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import partial

from openfisca_goodwork.company.vocabulary import label_of
from openfisca_goodwork.costing import CostingResult
from openfisca_goodwork.costing.distribution import LARGEST_BY_EMPLOYEES, LARGEST_BY_TAX
from openfisca_goodwork.costing.official import ALL_TAXES, PEAK, OfficialCosting
from openfisca_goodwork.costing.official import NAME as OFFICIAL
from openfisca_goodwork.costing.people import in_words as part_in_words
from openfisca_goodwork.costing.request import ACCRUALS
from openfisca_goodwork.costing.result import After, Early, Steady
from openfisca_goodwork.costing.surprises import few_records
from openfisca_goodwork.costing.value_for_money import per
from openfisca_goodwork.errors import lower_first
from openfisca_goodwork.law.human_investment import HEADS
from openfisca_goodwork.law.model import SHARE, box_of
from openfisca_goodwork.law.periods import day_in_words, financial_year_name
from openfisca_goodwork.number_formats import SIGN, in_words, place_of_most, rounded, size, standing_of, three_figures
from openfisca_goodwork.policy.check import ASSUMPTIONS
from openfisca_goodwork.policy.reform import Value
from openfisca_goodwork.policy.vocabulary import current_vocabulary
from openfisca_goodwork.policy.vocabulary import in_words as in_words_of_law
from openfisca_goodwork.population.forecasts import LATEST, TO_2050, published_on
from openfisca_goodwork.population.level import tax_by_year
from openfisca_goodwork.population.report import FITTED, HELD_OUT, FitReport
from openfisca_goodwork.system import current_law

WITHOUT_RESPONSE = "If spending does not respond (every elasticity 0)"
NO_RANGE = "This costing has no range: no draws of its assumptions were asked for, or nothing changes."
NO_RATING = "No kind of measure at hand has a rating."
NO_DISTRIBUTION = "Nothing changes, so nobody gains or loses."
NO_HEADS = "No training costs qualify, so there is nothing to share out by type of training cost."
NO_BRIDGE = "This costing has no bridge from accruals to cash."
NO_CHANGES = "The two laws do not differ."
NO_BASE = "The model has no official figure of what this change bears upon; the company population carries it."
NO_FIT = "This population was made by hand: no official figures stand against it."
NO_VALUE = "No training is induced, so value for money cannot be given."
SCALE_OF_RATING = "A judgement on the scale of the OBR: low, medium-low, medium, medium-high, high, very high."
LEFT_OUT = (
    "Effects on the whole economy and on wages are left out, as in official costings; so are other taxes, which official "
    "costings may count, businesses that are not companies, and profits of oil and gas extraction."
)
TOTALS = "Totals may not add up because of rounding."
TIMING = {
    "accruals": "The tax of an accounting period is spread over its months.",
    "cash": "Tax counts in the year in which it falls due.",
}
# Steps and heads as data name them → as people read them.
STEPS = {
    "Relabelling": "Existing spending reclassified as training",
    "Induced training": "Extra training because of the relief",
    "Displacement": "Ordinary deduction on extra training",
    "Compliance": "Incorrect and fraudulent claims",
}
_MILLION = 1e6


def step_in_words(name: str) -> str:
    """A step of a costing as people read it."""
    return STEPS.get(name, name)


def head_in_words(head: str) -> str:
    """A type of training cost, or another line of the base, as people read it: ``Trainers' pay``."""
    return label_of(head) if head in HEADS else head.replace("_", " ").capitalize()


def standing(result: CostingResult) -> str:
    """Whether what was costed is law."""
    return standing_of(reform.status for reform in result.reforms)


def against(result: CostingResult) -> str:
    """The law that the reforms are compared with, within a sentence."""
    return " + ".join(reform.title.replace("The law", "the law", 1) for reform in result.baseline) or "current law"


def finding(result: CostingResult) -> str:
    """The result as a title: ``Human-investment super-deduction costs £0.8bn in 2031-32``; the year that moves most."""
    title = " + ".join(reform.title for reform in result.reforms) or "The change of law that is set"
    if result.no_effect:
        return f"{title} has no effect"
    place = year_of_finding(result)
    most = in_words(result.post_behavioural[place])
    is_last = place == len(result.years) - 1
    title += f", for companies {part_in_words(result.where)} alone," if result.where else ""
    title += ", with assumptions set for this run," if sets_assumptions(result) else ""
    return f"{title} {most} in {result.financial_years[place]}" + ("" if is_last else ", the most of any year")


def sets_assumptions(result: CostingResult) -> bool:
    """Whether the run set assumptions of its own beside its reforms."""
    return any(setting.startswith(ASSUMPTIONS) for setting in result.settings)


def year_of_finding(result: CostingResult) -> int:
    """The place of the year that moves most."""
    return place_of_most(result.post_behavioural)


def in_all(result: CostingResult) -> str:
    """The effect over all years together; nothing of a single year or without an effect."""
    years = result.financial_years
    if result.no_effect or len(years) == 1:
        return ""
    return f"Over {years[0]} to {years[-1]} it {in_words(sum(result.post_behavioural))} in all."


def likely(result: CostingResult) -> str:
    """The range of the year of the finding, in a sentence; nothing for a costing without one."""
    uncertainty = result.uncertainty
    if uncertainty is None or result.no_effect:
        return ""
    place = year_of_finding(result)
    year = result.financial_years[place]
    low, high = uncertainty.low[place], uncertainty.high[place]
    if low < 0 < high:
        ends = f"from {rounded(low)} to {rounded(high)} (£ million; minus is a cost)"
    else:
        least, most = sorted((low, high), key=abs)
        ends = f"between {size(least, beside=most)} and {size(most)}"
    return f"The {uncertainty.level:.0%} range in {year} is {ends}."


def trust(result: CostingResult) -> str:
    """How far to trust the costing; nothing for one without effect."""
    return "" if result.no_effect else f"How far to trust it. {result.credibility.text}"


def trust_in_short(result: CostingResult) -> str:
    """How far to trust the costing, in a line; nothing where a warning says it already."""
    return "" if result.no_effect or warning(result) else f"How far to trust it. {result.credibility.short}"


def warning(result: CostingResult) -> str:
    """Why not to rely on the costing: a part of few records, a model far off on the nearest measures; or nothing."""
    return "" if result.no_effect else " ".join(filter(None, (few_records(result), result.credibility.warning)))


def in_short(result: CostingResult) -> tuple[str, ...]:
    """Why not to rely on the costing, where that is so; the cost, the range, how far to trust them: a line each."""
    cost = " ".join(filter(None, (f"{finding(result)}.", in_all(result))))
    return tuple(filter(None, (warning(result), cost, part(result), likely(result), trust_in_short(result))))


def otherwise(result: CostingResult) -> Iterator[str]:
    """What it would be in the year of the finding under other evidence, and without trainers' pay: a sentence each."""
    if result.no_effect or not result.training:
        return
    place = year_of_finding(result)
    for alternative in result.uncertainty.alternatives if result.uncertainty else ():
        yield f"It {_beside(result, alternative.effect[place], place)} if {alternative.words}."
    share = per(result.by_head[_TRAINERS][place], result.static[place])
    if share:
        without = _beside(result, (1 - share) * result.post_behavioural[place], place)
        yield f"Without trainers' pay, whose share of training is recalled and seen in no survey, it {without}."


def _beside(result: CostingResult, effect: float, place: int) -> str:
    """Another effect of a year in words, and whether it reads the same as that of the costing."""
    said = in_words(effect)
    same = ", about the same," if said == in_words(result.post_behavioural[place]) else ""
    return f"{said} in {result.financial_years[place]}{same}"


def forecast(result: CostingResult) -> str:
    """The OBR forecast that a costing follows: ``March 2026, the latest``."""
    month = f"{published_on(result.forecast):%B %Y}"
    last = _last_year_of_forecast()
    held = f"; the growth of {financial_year_name(last)}, its last year, is held after it" if result.years[-1] > last else ""
    said = {LATEST: f"{month}, the latest{held}", TO_2050: f"{month}, carried on with nominal GDP"}
    return said.get(result.forecast, month)


def _last_year_of_forecast() -> int:
    return max(int(row.year[:4]) for row in tax_by_year().values())


def carried_on(result: CostingResult) -> str:
    """That years after the forecast are a projection; nothing of a costing within it."""
    last = _last_year_of_forecast()
    if result.forecast != TO_2050 or result.years[-1] <= last:
        return ""
    return (
        f"The OBR's forecast ends in {financial_year_name(last)}. After it the figures are a projection: money grows with "
        "nominal GDP, and the law of the last year holds."
    )


def span(result: CostingResult) -> str:
    """The financial years of a result: ``2026-27 to 2031-32``, or the one."""
    return " to ".join(dict.fromkeys((result.financial_years[0], result.financial_years[-1])))


def whose(result: CostingResult, otherwise: str = "UK") -> str:
    """Whose companies a costing is of, in words: your own where they come from a file, else those of the UK."""
    return "your own" if result.population.source else otherwise


def measured(result: CostingResult) -> str:
    """What the figures measure: against what, unit, basis, coverage, sign."""
    unit = f"£ million, {result.basis} basis, {whose(result)} companies {part_in_words(result.where)}".rstrip()
    return f"Effect on the public finances compared with {against(result)}, {unit}. {SIGN}"


def in_time(result: CostingResult) -> tuple[str, ...]:
    """Why there is an effect before the start, what the long-run cost is, what remains after an end: a sentence each."""
    timeline, years, accrued = result.timeline, result.years, result.accrued
    parts = (
        _early(timeline.before_the_start(years)),
        _steady(timeline.steady_state(years, accrued)),
        _after(timeline.after_the_end(years, accrued)),
    )
    return tuple(part for part in parts if part)


def _early(early: Early | None) -> str:
    if early is None:
        return ""
    what = "cost" if early.effect < 0 else "yield"
    return (
        "Official costings spread each company's tax over its accounting year, so part of the first year's "
        f"{what} falls before the start on {day_in_words(early.starts)}: {size(early.effect)} in "
        f"{financial_year_name(early.year)}, {early.share:.0%} of the {size(early.of_periods)} for accounting periods under "
        "way on that day."
    )


def _steady(steady: Steady | None) -> str:
    if steady is None or steady.complete_from is None:
        return ""
    last, complete = financial_year_name(steady.year), financial_year_name(steady.complete_from)
    if not steady.is_reached:
        return f"Take-up is complete only from {complete}: {last} does not yet show the long-run cost."
    return f"Take-up is complete from {complete}, so {last} shows the long run: it {in_words(steady.effect)} a year."


def _after(after: After | None) -> str:
    if after is None:
        return ""
    years = " to ".join(dict.fromkeys(financial_year_name(year) for year in (after.years[0], after.years[-1])))
    return (
        f"After the end on {day_in_words(after.ends)}, what remains in {years} {in_words(sum(after.effect))}: accounting "
        "periods that straddle the end, tax settled late, losses and allowances carried forward, spending brought forward."
    )


def ends_of_range(result: CostingResult) -> tuple[str, str]:
    """What the ends of the range are called, the lower figure's first: ``Highest cost in the 80% range``."""
    uncertainty = result.uncertainty
    if uncertainty is None:
        return "", ""
    amounts = (*uncertainty.low, *result.post_behavioural, *uncertainty.high)
    if max(amounts) <= 0:
        ends = "Highest cost", "Lowest cost"
    elif min(amounts) >= 0:
        ends = "Lowest yield", "Highest yield"
    else:
        ends = "Worst for the Exchequer", "Best for the Exchequer"
    low, high = (f"{end} in the {uncertainty.level:.0%} range" for end in ends)
    return low, high


def driver(result: CostingResult) -> str:
    """The assumption that moves the effect most, and by how much over all years; nothing where there is no range."""
    uncertainty = result.uncertainty
    if uncertainty is None or uncertainty.driver is None:
        return ""
    assumption = uncertainty.driver
    _, central, _ = assumption.in_words
    whole = sum(result.post_behavioural)
    ends = " and ".join(
        f"{in_words(whole + sum(effect))} if it is {words}" for words, effect in assumption.at_the_ends if words != central
    )
    return (
        f"What drives the range most: {lower_first(assumption.label)}. The figures here take it as "
        f"{central}. Over all years the reform {ends}. "
        f"The {uncertainty.level:.0%} range is of {len(uncertainty.sensitivity)} assumptions that vary together, in "
        f"{uncertainty.draws:,} draws, and not of this one alone."
    )


def rating(result: CostingResult) -> str:
    """The rating, in a sentence; nothing where no kind of measure at hand has one."""
    rated = result.rating
    if rated is None:
        return ""
    axes = f"data {rated.data}, modelling {rated.modelling}, behaviour {rated.behaviour}"
    return f"Uncertainty: {rated.overall} ({axes}; a judgement on the OBR's scale)."


def official(costing: OfficialCosting, *, in_app: bool = False) -> str:
    """Where an official costing comes from, how it is known, what it treats differently; or how to cost it on its law.

    Args:
        costing: the official costing. in_app: whether the options are fields of a page, and not of a command.
    """
    row, measure = costing.measure.official[0], costing.measure
    text = f"{OFFICIAL}, {measure.head}: {measure.origin}. {row.source} ({row.status}), {row.address}."
    if row.year == PEAK:
        text += f" It is one figure, {rounded(row.figure)} (£ million), of the year in which it moves most."
    elif not costing.can_stand_beside:
        text += f" It is on file for {', '.join(figure.year for figure in measure.official)}."
    if measure.all_taxes:
        listed = ", ".join(f"{figure.year} {rounded(figure.figure)}" for figure in measure.all_taxes)
        text += f" Of {ALL_TAXES}, income tax included (£ million): {listed}."
    if costing.is_like_for_like:
        return f"{text} {measure.why}"
    given = [("baseline", name) for name in measure.laws]
    given += [("forecast", measure.forecast), ("years", str(measure.years))]
    given += [("basis", measure.basis)] if measure.basis != ACCRUALS else []
    if in_app:
        fields = "; ".join(f"{_FIELDS[option]} {value}" for option, value in given)
        to_match = f"To match it, set under “Years, response and assumptions”: {fields}."
    else:
        to_match = f"To match it: {' '.join(f'--{option} {shlex.quote(value)}' for option, value in given)}."
    return f"{text} This run differs from it in law, OBR forecast, basis or response. {to_match}"


def who_gains(result: CostingResult) -> tuple[str, ...]:
    """How many companies gain and lose, and what, in sentences; ``costing.surprises`` says why, where that may surprise.

    Nothing for a costing without a distribution.
    """
    distribution = result.distribution
    if distribution is None:
        return ()
    total = distribution.total()
    gain, lose, same = (three_figures(count) for count in (total.gaining, total.losing, total.unaffected))
    counts = (
        f"In {distribution.financial_year}, in accounting periods that end in it, {gain} companies gain, {lose} lose and "
        f"{same} see no change."
    )
    if total.mean_gain is None or total.median_gain is None:
        return (counts,)
    mean, middle = three_figures(total.mean_gain), three_figures(total.median_gain)
    received = f"Companies that gain are £{mean} better off on average; half are £{middle} or less better off."
    gained, lost = total.gain_of_gaining, total.gain_of_gaining - total.gain
    if size(gained) == size(total.gain):
        return counts, received
    result_in_all = f"a {'gain' if total.gain >= 0 else 'loss'} of {size(total.gain)}"
    net = f"Together they gain {size(gained)}, companies that lose lose {size(lost)}, and the net is {result_in_all}."
    return counts, received, net


def largest(result: CostingResult) -> str:
    """What the largest companies have of the gain; nothing where nobody gains."""
    shown = result.distribution
    if shown is None or not shown.total().gain:
        return ""
    by_tax, by_staff = (shown.table(name).rows[0].share_of_gain for name in (LARGEST_BY_TAX, LARGEST_BY_EMPLOYEES))
    what = "gain" if shown.total().gain > 0 else "loss"
    words = f"The 1% of companies with the most tax have {{:.0%}} of the {what}, the 1% with the most staff {{:.0%}}."
    return "" if None in {by_tax, by_staff} else words.format(by_tax, by_staff)


def assumption_in_words(path: str, value: Value) -> tuple[str, str]:
    """What an assumption is called, and its value: a share as a percentage, a number that may pass 1 as a number."""
    leaf = current_vocabulary()[path]
    return leaf.label, in_words_of_law(value, "" if leaf.unit == SHARE and leaf.most != 1 else leaf.unit)


def reading_of_levy(result: CostingResult) -> tuple[str, str]:
    """How the survey of training is read, in words, and the setting for the other reading; both empty if it is the same."""
    if result.survey_includes_levy is None:
        return "", ""
    read, other = ("part", "false") if result.survey_includes_levy else ("no part", "true")
    is_read = f"is taken to be {read} of what employers say they spend."
    sentence = f"Training that the apprenticeship levy pays for does not qualify, and {is_read}"
    return sentence, f"assumptions.base.survey_includes_levy@2000-01-01={other}"


def part(result: CostingResult) -> str:
    """Which companies alone a costing is looked at for, and their share of the whole; nothing of all of them."""
    used = result.population
    if not used.of_records:
        return ""
    return (
        f"Only companies {part_in_words(result.where)}: {used.records:,} of {used.of_records:,} records "
        f"({used.records / used.of_records:.1%}), which stand for {used.companies:,.0f} of {used.of_companies:,.0f} "
        f"companies of {whose(result, 'the United Kingdom')} ({used.companies / used.of_companies:.1%})."
    )


def population(result: CostingResult) -> str:
    """The companies behind the figures."""
    used = result.population
    if used.source:
        return (
            f"Your own companies, {used.source} ({used.fingerprint[:12]}): {used.records:,} stand for {used.companies:,.0f}."
        )
    if used.of_records:
        rest = "Official figures, the fit and what is said of trust are of all companies; setting up a relief is left out."
        return f"{part(result)} {rest} Population {used.fingerprint[:12]}."
    return (
        f"Population {used.fingerprint[:12]}: {used.records:,} records stand for {used.companies:,.0f} companies "
        "of the United Kingdom."
    )


def fit(report: FitReport) -> str:
    """How well the population meets the official figures, in a sentence, fitted and held out apart."""
    parts = []
    for role, kept in ((FITTED, "it was fitted to"), (HELD_OUT, "kept back as a test")):
        lines = [line for line in report.lines if line.role == role]
        if lines:
            parts.append(f"{sum(line.within for line in lines):,} of {len(lines):,} official figures {kept}")
    return f"The population is within tolerance of {' and '.join(parts)}." if parts else ""


_FIELDS = {"baseline": "compare with", "forecast": "the OBR forecast of", "years": "the years", "basis": "on the basis of"}
_BEHAVIOUR = "assumptions.behaviour."
_TAKE_UP = "assumptions.take_up."
_TRAINERS = "trainer_pay"
_YEARS = {
    "first_year": "in the first year of the relief",
    "second_year": "in the second",
    "third_year": "in the third",
    "later_years": "later",
}
_BASES = {
    "accruals": (
        "The tax of an accounting period is spread evenly over its months, whatever the payment regime, as national "
        "accounts have had it since 2017. So a measure has an effect in the financial year before its start, where "
        "accounting periods begin in that year."
    ),
    "cash": (
        "Amounts count in the financial year in which they fall due, by each company's payment regime under each law; "
        "repayments and credits have dates of their own (assumptions.timing.payment)."
    ),
}


def basis(result: CostingResult) -> str:
    """When the effect on an accounting period's tax counts."""
    return _BASES[result.basis]


def method(result: CostingResult) -> Iterator[str]:
    """How the cost was worked out: paragraphs."""
    used = result.population
    yield (
        f"Both laws are worked out for {used.records:,} records that stand for {used.companies / _MILLION:.2f} million "
        f"companies of {whose(result, 'the United Kingdom')}, accounting period by accounting period, with "
        "each company's own rates of tax, losses, groups and limits. The cost is the difference of the two, by weight. "
        f"{basis(result)}"
    )
    yield f"{method_static(result)} {method_response(result)}"
    yield f"{LEFT_OUT} {fit(result.fit) if result.fit else ''}".strip()


def method_static(result: CostingResult) -> str:
    """What the static effect assumes: who claims, and that nobody does anything else."""
    if not result.training:
        return "Static: companies claim what is useful to them under each law and change nothing else."
    take_up = {path.rsplit(".", 1)[1]: value for path, value in result.assumptions.items() if path.startswith(_TAKE_UP)}
    claims = ", ".join(f"{take_up[year]:.0%} {when}" for year, when in _YEARS.items() if year in take_up)
    half_way = take_up.get("half_way_gain", 0.0)
    return (
        f"Static. The more a company gains, the likelier it claims. Of companies with most to gain {claims} claim; of "
        f"those that gain £{half_way:,.0f} a period, half as many; of those that gain nothing, none. Nobody changes "
        f"anything else.{_by_value(result)}"
    )


def _by_value(result: CostingResult) -> str:
    """What is claimed of the training that qualifies, in the year of the finding."""
    place = year_of_finding(result)
    share = per(result.training["claimed"][place], result.training["entitled"][place])
    if share is None:
        return ""
    return (
        f" Companies claim on {share:.0%} of qualifying training in {result.financial_years[place]}. Training by companies "
        "with one employee is outside the survey and is not counted."
    )


def method_response(result: CostingResult) -> str:
    """What companies are taken to do about the change."""
    if not result.training:
        steps = [step_in_words(step.name).lower() for step in result.steps if step.is_behavioural]
        if not steps:
            return "No response to this measure is assumed: the post-behavioural effect is the static one."
        return f"Post-behavioural, with what companies do about it: {', '.join(steps)}."
    if result.behaviour == "none":
        return "This run assumes no response."
    assumed = partial(_assumed, result)
    return (
        "Post-behavioural. Where the relief is worth "
        f"{100 * assumed('rate.per_pound'):g}p for each £1, companies reclassify existing spending as training, "
        f"{assumed('relabelling'):.0%} of what is claimed, and incorrect claims add {assumed('compliance_loss'):.0%} to the "
        f"relief paid. Both rise and fall with what it is worth, to {assumed('rate.most_growth'):g} times these at most. "
        "Companies train more as training costs them less after tax. The price is the full cost of training, trainees' "
        f"time included; the elasticity is {assumed('elasticity'):g}, and {assumed('elasticity_of_small'):g} for small and "
        f"medium-sized companies. {assumed('displacement'):.0%} of the extra training comes out of profit, so that its "
        "ordinary deduction costs tax as well."
    )


def _assumed(result: CostingResult, name: str) -> float:
    """An assumption of behaviour, at the level of the run where it has levels."""
    assumed = {path.removeprefix(_BEHAVIOUR): value for path, value in result.assumptions.items()}
    return assumed.get(name, assumed.get(f"{name}.{result.behaviour}", 0.0))


def falsifiers(result: CostingResult, changed: Iterator[str]) -> Iterator[str]:
    """What would show the costing to be wrong, and in which figures it would be seen.

    Args:
        result: the costing. changed: paths of the parameters in which the two laws differ.
    """
    if result.training:
        yield from _of_claims(result)
    yield from _of_returns(result, changed)
    yield (
        "Tax base. All else the same, the cost moves in proportion to the tax base: a figure of its table that turns "
        "out otherwise shows by how much."
    )


def _of_claims(result: CostingResult) -> Iterator[str]:
    place = year_of_finding(result)
    year, claimants = result.financial_years[place], result.claimants[place]
    yield (
        f"Claims. This costing has {round(claimants, -3):,.0f} companies claim on "
        f"£{result.training['claimed'][place]:,.0f} million of training in {year}. A first year of claims far from the "
        "path of the workbook (sheet Cost by year) would show take-up or the base to be wrong."
    )
    yield (
        f"Training. It has £{result.training['induced'][place]:,.0f} million of extra training in {year}. The next "
        "Employer Skills Survey would show whether spending a head rose with the relief, and more where the price fell "
        "more."
    )
    yield (
        "Field needed. The company tax return (CT600) has no box for spending on training. Boxes for qualifying "
        "training by type of cost and for the extra deduction claimed, as page CT600L has for research and development, "
        "would test the base, take-up and reclassified spending at once."
    )


def _of_returns(result: CostingResult, changed: Iterator[str]) -> Iterator[str]:
    """Boxes of the company tax return that hold what the law changes."""
    variables = current_law().variables
    named = {name for path in changed for name in path.split(".")} & variables.keys()
    boxes = {name: box for name in sorted(named) if (box := box_of(variables[name]))}
    if boxes:
        listed = ", ".join(f"{name.replace('_', ' ')} ({box})" for name, box in boxes.items())
        yield f"Returns. HMRC can test this costing on the boxes of the company tax return (CT600) for {listed}."
    elif not result.training:
        yield "Returns. HMRC can test this costing on profits (box 315) and tax (box 440) of the company tax return (CT600)."


NOTES = """\
Amounts are £ million by financial year, unrounded in the cells; plus improves the public finances, minus is a cost. The \
sheet Summary rounds them to £5 million, as official costings are.
Totals and differences are formulas: change a figure above one and it follows. Years at the right end are added up as \
they are: nothing is discounted.
Static: what the change of law comes to if companies change nothing but claim, by their actual tax rates, losses, limits \
and take-up. Post-behavioural: static and what companies do about it.
Elasticity 0: the post-behavioural effect if spending (training, investment) does not respond to its price, all else as \
assumed.
On accruals the tax of an accounting period is spread evenly over its months, as national accounts have it since 2017, \
so that a measure has an effect in the financial year before its start, where accounting \
periods begin in that year; on a cash basis it counts in the year in which it falls due.
Parameters changed lists every figure of law in which the two laws differ, for each stretch of days in which they do.
Assumptions lists every assumption as the reformed law has it, each value with the day it holds from. In the response: \
this run read it for what companies do. In the population: it shaped the companies and their growth.
Status of a source. Seen: in the source itself. Second-hand: the source as reported by another. Derived: worked out from \
sources. Memory: from experience, to be checked. Assumption: of this project.
This is a model's costing, not an official one.""".splitlines()
