"""Numbers that stand in the code beside the law, by module, each with a reason: what they are, if not law or assumption.

Law and assumptions are parameters. What is here belongs to a method, a calendar, a classification or a page.
"""

from __future__ import annotations

NAMED_FIGURES: dict[str, tuple[tuple[set[float], str], ...]] = {
    "population/attributes.py": (({2024, 12}, "the period that the figures on file are of"),),
    "population/assumptions.py": (
        ({2018}, "the year in which indices are 1, and from which dated assumptions are held"),
        ({4, 13}, "April; the month after the last"),
        ({6, 12, 0.5, 2, 3}, "months, half months and years before and after the panel"),
    ),
    "population/build.py": (
        ({0.2, 0.3, 0.35, 0.4, 0.45, 0.6, 0.62, 0.65, 0.75, 0.8, 0.95}, "shares of the work done, for the bar"),
    ),
    "population/distributions.py": (
        ({4000, 32, 16, 5}, "points through which a curve is drawn"),
        ({0.4, 0.5}, "parts of one company below which a tail has none"),
        ({2}, "how far from the join of body and tail points count; half"),
        ({1e-12}, "keeps a curve falling where a band is empty"),
        ({0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 30, 27, 31}, "SplitMix64"),
        ({12, 2, 52, 0.5, 16}, "bits of a 64-bit float's fraction, and of a key"),
        ({9.0}, "a normal score below that of every company"),
    ),
    "population/fit.py": (
        ({1e6, 100, 4, 2}, "£ million; per cent; figures of a year; squares"),
        ({2, 11}, "March and December, counted from 0; employees from which the survey of skills counts a site"),
    ),
    "population/forecasts.py": (
        ({4, 9, 3, 12}, "April, in which a financial year begins; how many of its months are of each calendar year"),
        ({100}, "percent"),
        (
            {2018, 2033, 2051, 2010, 2, 8},
            "years of a population: of most outlooks, of one carried on; the first of the law; around an older outlook",
        ),
    ),
    "population/frame.py": (
        ({100, 0.3, 0.002, 12.0, 12_000, 0.25}, "rounds, damping and bins of a search on a histogram"),
        ({30, 1e-12}, "rounds and guard of proportional fitting"),
        ({4000, 5000}, "points of the map from score to profit, and companies near the top that are each a point"),
        ({2, 0.5}, "an axis of a table; half of the company itself, in a rank"),
    ),
    "population/inputs.py": (
        ({2, 365}, "heads priced by consumer prices stand first; days of either of the first two years of the law"),
        ({3, 12, 13, 1970}, "March; months; the year from which days are counted"),
    ),
    "population/level.py": (
        ({1.1, 0.7, 2, 1e-4, 14, 4, 10, 1e-3, 0.2, 5}, "starts, bounds, rounds and precision of two searches"),
        ({2, 50_000, 100_000}, "chunks of companies run at once, and how many companies are worth one"),
    ),
    "population/own_ageing.py": (({12, 1970}, "months of a year; the year that NumPy counts from"),),
    "population/own_columns.py": (({1_000, 5}, "letters of a cell; classes that a message names"),),
    "population/own_companies.py": (
        ({2}, "years beyond the last that is covered in full; files kept open; the column of a table of counts"),
    ),
    "population/own_export.py": (({50_000}, "companies whose rows are written together"),),
    "population/own_index.py": (
        ({1970, 12, 13}, "the year that NumPy counts from; months on"),
        ({2}, "years beyond the last that is covered in full"),
    ),
    "population/own_reading.py": (
        ({40_000_000, 4_000_000_000, 2_000_000_000}, "rows of a file, bytes of CSV and of a row group that fit in memory"),
        (
            {131_072, 1e9, 8, 2},
            "rows read together; a gigabyte; bytes of a number; the part of a folder's name after its last =",
        ),
        ({1_000_000}, "bytes of a heading or a line, more than any has"),
        ({1_000, 40, 5, 3}, "what a message shows: mistakes, letters, rows and values"),
    ),
    "population/panel.py": (({2}, "squares"),),
    "population/plant.py": (
        ({2008, 11, 12}, "the first year of pools on file; December, counted from 0; months of a year"),
        ({0.01, 4}, "a share of what is leased out that is too little to look for another lessor; rounds of cutting"),
    ),
    "population/records.py": (
        ({2, 4, 6}, "employment bands in which the sizes micro to large begin"),
        ({2024, 2025, 12}, "the periods that the figures on file are of"),
        ({3, 5, 7, 8, 9, 10, 11}, "months"),
        ({1e-9}, "guard of a quotient"),
        ({30}, "rounds of a search"),
        ({8.0, 32.0, 100}, "places in the order in which companies are drawn"),
    ),
    "population/report.py": (
        ({100}, "companies too few for an error to mean much"),
        ({0.01, 0.03, 0.05, 0.1}, "mean errors that the report holds the population to"),
    ),
    "population/sources.py": (
        ({5, 10, 20, 50, 100, 250, 500, 1000, 2000, 5000, 10_000, 50_000}, "edges of official bands"),
        ({1e6}, "£ million"),
        ({2}, "a place in a key"),
    ),
    "population/store.py": (
        ({0.96}, "share of the work done, for the bar"),
        ({2, 100}, "two labels touch a financial year; the last two figures of a year"),
    ),
    "population/targets.py": (
        ({80, 1e-8, 600, 1e-12}, "rounds, precision and guards of the search"),
        ({10}, "tolerances that a total may be away before the search has failed"),
        ({0.5, 0.25, 0.125, 0.0625, 0.03125}, "halved steps"),
        ({5, 1e-3}, "what a message and the report show, and counts are rounded to; how near a bound counts as at it"),
        ({2}, "an axis of a table"),
    ),
    "population/training.py": (({2024, 12, 2}, "the period of the survey; parts of a key"),),
}
COSTING: dict[str, tuple[tuple[set[float], str], ...]] = {
    "costing/engine.py": (({0.9, 0.95}, "shares of the work done, for the bar"),),
    "costing/parts.py": (
        ({0.3, 0.6, 0.15, 0.9, 0.05}, "shares of the work done, for the bar"),
        ({150_000}, "records that run together"),
        ({150, 12_000, 8_000, 120}, "memory: of the law (MB), of a record run here, by a worker, and only kept (bytes)"),
        ({2, 20}, "a megabyte"),
    ),
    "costing/executor.py": (
        ({3, 256}, "workers that a task may lose; the most of one machine"),
        ({10, 30, 60.0, 5.0}, "seconds, and how many times the longest wait, before somebody is given up or helped"),
        ({2, 20, 8, 32}, "a megabyte; bytes of the length that a scheduler says first, and a length that none says"),
        ({65_535}, "the last port"),
    ),
    "costing/distribution.py": (
        ({10}, "records too few to quote"),
        ({5, 20}, "associated companies at which a class begins"),
    ),
    "costing/disclosure.py": (({2, 3}, "the largest two amounts and where they stand; digits of a share"),),
    "costing/disclosure_rules.py": (({0.005, 1e6, 2, 9}, "half a penny; £ million; the two largest; digits of a float"),),
    "costing/gains.py": (
        ({0.01, 0.5, 0.005}, "the top 1%; half of those that gain; half a penny, below which nobody gains"),
        ({1e6, 2, 6}, "£ million; squares; digits of a count of records"),
    ),
    "costing/surprises.py": (
        ({100, 10}, "records below which chance moves a sum of like ones by a tenth, and few that carry it"),
        (
            {0.02, 0.005, 0.5, 1e-6},
            "a share not worth a word, and half of the least shown; £0.5 million, rounded to nothing; what rounding leaves",
        ),
    ),
    "costing/credibility.py": (({0.005}, "half a per cent, below which an effect is neither too high nor too low"),),
    "costing/request.py": (({10_000}, "the most draws of the assumptions, the bound of their parameter"),),
    "costing/two_laws.py": (({0.3, 12}, "share of the work done, for the bar; months of a year"),),
    "costing/record.py": (
        (
            {10_000_000, 10, 6, 1e-8},
            "bytes that a record has at most, and below which figures are the same: libraries differ by 5e-11",
        ),
        ({12}, "lines and characters shown"),
    ),
    "costing/investment.py": (
        ({1e-3, 0.005}, "the step of a numerical derivative; half a penny, below which nothing moves"),
        ({100, 2}, "points of a rate; the middle of a period"),
        ({0.5, 2, 12}, "the middle of a month, the area of a triangle, months of a year"),
    ),
    "costing/scenarios.py": (
        ({1e-3, 1e-9}, "the step of a numerical derivative; the least price, guard of a power"),
        ({0.7}, "share of companies that are run together with the rest, which takes as long as to pick them out"),
    ),
    "costing/behaviour.py": (({12}, "months of a year"),),
    "costing/runs.py": (({12, 1e6}, "months of a year; £1 million of tax, the largest of official statistics"),),
    "costing/payments.py": (({1e6, 2}, "£ million; an axis of a table"),),
    "costing/result.py": (({2}, "the year before the last"),),
    "costing/tables.py": (({1e6, 12, 2}, "£ million; months of a year; two counts"),),
    "costing/value_for_money.py": (({1e6}, "£ million"),),
    "costing/uncertainty/assumptions.py": (
        ({0.5, 2}, "half of the chance on each side of the central value"),
        ({0.05}, "the chance beyond each end of a lognormal range, as its parameter says"),
    ),
    "costing/uncertainty/result.py": (({0.5}, "rounding to the nearest place of the scale"),),
    "costing/uncertainty/estimate.py": (
        ({1e6, 1e-9}, "£ million; below which an effect is nothing"),
        ({80_000}, "records of all draws that run together"),
    ),
    "costing/uncertainty/stacked.py": (
        ({0.15}, "share of the sample for records that the reform leaves as they are"),
        ({0.5, 1e-9}, "where a systematic sample starts; a whole chance stays whole"),
    ),
    "costing/ticks.py": (({2}, "runs side by side"), ({0.2}, "seconds between ticks while they run")),
}


def named(table: dict[str, tuple[tuple[set[float], str], ...]]) -> set[tuple[str, float]]:
    """Every number of a table with its module."""
    return {(module, figure) for module, groups in table.items() for numbers, _reason in groups for figure in numbers}
