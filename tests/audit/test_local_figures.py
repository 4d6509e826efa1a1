"""Local figures: every row as its source has it, places that add up, intervals, what is not held; who may be compared."""

from __future__ import annotations

import math

import pandas
import pytest

from benchmarks import local_tables
from openfisca_goodwork.audit.figures import MODELLED, NOT_HELD, OBSERVED
from openfisca_goodwork.audit.local import local_audit
from openfisca_goodwork.audit.local import places as tables
from openfisca_goodwork.audit.local.measures import COUNT, FEW, MEASURES, NATIONS, SURVEY, Measure, coverage
from openfisca_goodwork.audit.local.place import ALIKE, BETTER, UNKNOWN, WORSE, Figure, band, of_authorities
from openfisca_goodwork.audit.local.places import AUTHORITY, COMBINED, LSIP, all_places, of_kind

LIMIT = 6e6
# Read off the official tables by eye, so that a wrong table with its own right digest fails all the same.
BY_EYE = [
    ("pay_median_weekly", "E06000001", "Median gross weekly pay (residence)", "2025-04", 533.9),
    ("pay_below_real_living_wage_2022", "K02000001", "Share of jobs below Real Living Wage: all", "April 2022", 12.2),
    ("pay_below_real_living_wage_2022", "K02000001", "Jobs below Real Living Wage: all", "April 2022", 3495.0),
    ("deprivation", "E06000002", "Share of LSOAs in most deprived 10% nationally", "IoD 2025 (England)", 50.0),
    ("deprivation", "E08000025", "Share of LSOAs in most deprived 10% nationally", "IoD 2025 (England)", 42.79),
    ("labour_market_rates", "K02000001", "Employment rate 16-64", "2023", 75.7),
    ("gdhi_per_head", "K02000001", "Gross disposable household income", "2023", 24836),
    ("employer_skills_survey_2019_upper_tier", "E92000001", "Unweighted row", "2019", 70217),
    ("greenhouse_gas_per_head", "E07000109", "Greenhouse gas emissions", "2023", 3.69),
    ("business_counts_2025_local_units", "K02000001", "Employment 0-4", "March 2025", 2279365),
]


def stored() -> dict[str, pandas.DataFrame]:
    """Each table of the register as the package holds it."""
    figures, by_name = tables.figures(), {}
    for name, row in tables.register().iterrows():
        if row["left_out"]:
            continue
        if name in local_tables.WIDE:
            held = tables.former_codes() if name == "la_code_changes" else tables.places().reset_index(drop=True)
            by_name[str(name)] = held[WIDE_COLUMNS[str(name)]]
        else:
            by_name[str(name)] = figures[figures["table"] == name].reset_index(drop=True)
    return by_name


WIDE_COLUMNS = {
    "la_lookup": [
        *("code", "name", "region", "country", "upper_tier_code", "upper_tier_name", "combined_authority_code"),
        *("combined_authority_name", "lsip_code", "lsip_name", "itl3_2025_code", "itl3_2025_name"),
        *("ons_cluster_global", "ons_cluster_economic", "ons_cluster_demographic"),
    ],
    "la_hex_positions": ["code", "column", "row"],
    "ons_economic_nearest_neighbours": ["code", *(f"neighbour_{number}" for number in range(1, 11))],
    "la_code_changes": ["old_code", "old_name", "code", "name"],
}


def test_every_row_of_every_table_is_that_of_its_source_by_count_and_digest() -> None:
    register, held = tables.register(), stored()
    rows, digests = (register[column][register["left_out"] == ""].to_dict() for column in ("rows", "digest"))
    assert {name: str(len(table)) for name, table in held.items()} == rows
    assert {name: local_tables.digest(table) for name, table in held.items()} == digests
    assert sum(map(len, held.values())) == len(tables.figures()) + 3 * 361 + 48


def test_a_changed_figure_a_lost_row_and_a_moved_one_each_change_the_digest() -> None:
    table = stored()["gdhi_per_head"]
    whole = local_tables.digest(table)
    assert local_tables.digest(table.assign(figure=table["figure"].where(table.index != 7, table["figure"] + 1))) != whole
    assert local_tables.digest(table.drop(index=3)) != whole
    assert local_tables.digest(table.iloc[::-1]) != whole


@pytest.mark.parametrize(("table", "code", "item", "period", "figure"), BY_EYE)
def test_a_figure_is_as_published(table: str, code: str, item: str, period: str, figure: float) -> None:
    held = stored()[table]
    row = held[(held["code"] == code) & (held["item"] == item) & (held["period"] == period)]
    assert row["figure"].tolist() == [pytest.approx(figure)]


def test_every_table_says_its_source_date_how_it_was_seen_and_its_licence_and_those_left_out_say_why() -> None:
    for name, row in tables.register().iterrows():
        assert row["source"] and row["repository"].startswith("https://github.com/") and row["date"], name
        assert row["status"] in {"seen", "second-hand"}, name
        assert row["licence"].startswith(("Open Government Licence", "MIT")) or row["left_out"], name
        assert len(row["source_sha256"]) == 64, name
    notice = (tables.DATA / "hexagons-licence.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in notice and "Open Innovations" in notice


def test_the_local_figures_take_less_room_than_they_may() -> None:
    assert sum(file.stat().st_size for file in tables.DATA.iterdir()) < LIMIT


def test_what_a_page_shows_of_an_authority_is_what_the_table_has() -> None:
    rows = {(row.table, row.code, row.item, row.period): row for row in tables.each(tables.figures())}
    shown = 0
    for measure in MEASURES.values():
        if measure.status == MODELLED and measure.key != "unemployment":
            continue
        for code, figure in of_authorities(measure).items():
            place = all_places()[code]
            item = measure.item if isinstance(measure.item, str) else measure.item[place.nation]
            at = place.upper_tier[0] if figure.of else code
            row = rows[measure.table, at, item, figure.period]
            assert figure.value == row.figure
            if not math.isnan(row.lower):
                assert (figure.lower, figure.upper) == (row.lower, row.upper)
            shown += 1
    assert shown > 7_500


@pytest.mark.parametrize("table", ["business_counts_2025_enterprises", "business_counts_2025_local_units"])
def test_authorities_add_up_to_their_regions_and_these_to_the_country_within_rounding(table: str) -> None:
    held, places = stored()[table], tables.places()
    wide = held.pivot_table(index="code", columns="item", values="figure", observed=True)
    regions = held[held["level"] == "region"].drop_duplicates("code").set_index("code")["name"].astype(str).str.title()
    local = wide.loc[places.index]
    # Each count is rounded to 5: a sum of n of them is out by 2.5 n at most.
    assert (local.sum() - wide.loc["K02000001"]).abs().max() <= 2.5 * len(local)
    for code, name in regions.items():
        inside = local[places["region"].str.title().isin([name, f"{name} Of England"]).to_numpy()]
        assert len(inside) > 0, name
        assert (inside.sum() - wide.loc[code]).abs().max() <= 2.5 * (len(inside) + 1), name
    assert len(regions) == 9  # of England; the other nations are countries of their own


def test_there_are_361_authorities_each_with_ten_neighbours_and_a_hexagon_of_its_own() -> None:
    places = tables.places()
    assert len(of_kind(AUTHORITY)) == 361 and len(of_kind(COMBINED)) == 15 and len(of_kind(LSIP)) == 38
    assert places["country"].value_counts().reindex(NATIONS).tolist() == [296, 22, 32, 11]
    for place in of_kind(AUTHORITY):
        assert len(set(place.neighbours) - {place.code}) == 10 and set(place.neighbours) <= set(places.index)
    assert not places.duplicated(["column", "row"]).any()
    former = tables.former_codes()
    assert set(former["code"]) <= set(places.index) and not former["old_code"].duplicated().any()


def test_pay_of_hartlepool_has_its_wide_interval_and_is_told_from_england_but_not_from_its_region() -> None:
    pay = local_audit("E06000001").figure("median_pay")
    assert (pay.here.value, pay.here.lower, pay.here.upper) == (533.9, 459.6, 608.2)
    assert (pay.band_region, pay.band_nation) == (ALIKE, WORSE)
    assert pay.region.value == 577.9 and pay.region.lower is not None and pay.region.lower < 608.2


def test_low_pay_has_no_figure_where_the_survey_has_none_and_says_that_this_is_not_chance() -> None:
    held = of_authorities(MEASURES["low_pay"])
    assert len(held) == 264
    missing = next(place for place in of_kind(AUTHORITY) if place.code not in held)
    assert local_audit(missing).figure("low_pay").status == NOT_HELD
    assert "missing is not random" in tables.register().loc["pay_below_real_living_wage_2022", "defects"]


@pytest.mark.parametrize("code", ["E06000063", "E06000064", "E06000066"])
def test_the_three_areas_that_the_survey_of_occupations_holds_in_part_have_no_share_of_them(code: str) -> None:
    audit = local_audit(code)
    assert {audit.figure(name).status for name in ("professional", "routine")} == {NOT_HELD}


def test_a_share_of_occupations_lies_in_bounds_that_allow_for_suppressed_cells_and_for_chance() -> None:
    frame = MEASURES["professional"].frame
    is_inside = (frame["lower"] <= frame["value"]) & (frame["value"] <= frame["upper"])
    assert is_inside[frame["lower"].notna()].all()
    thin, full = coverage().idxmin(), coverage().idxmax()
    widths = frame["upper"] - frame["lower"]
    assert widths[thin] > 2 * widths[full]
    # By hand: where every professional group is held, the share is that of all in work, suppressed or not.
    held = tables.figures()
    rows = held[(held["table"] == "employment_by_occupation") & (held["code"] == "E08000025")]
    inside = rows[rows["item"].astype(str).str[0] == "2"]
    at_work = held[(held["code"] == "E08000025") & (held["item"] == "In employment 16+")]["figure"].item()
    assert len(inside) == 4
    assert frame.loc["E08000025", "value"] == pytest.approx(
        100 * inside["figure"].sum() / max(at_work, rows["figure"].sum())
    )


def test_deprivation_apprenticeships_and_training_are_compared_within_a_nation_alone() -> None:
    for name in ("deprivation", "starts", "training"):
        figure = local_audit("Belfast").figure(name)
        assert figure.uk == Figure()
        assert figure.standing.held <= 10
    assert local_audit("Cardiff").figure("starts").status == NOT_HELD


@pytest.mark.parametrize(
    ("noise", "here", "other", "expected"),
    [
        (SURVEY, Figure(50, 45, 55), Figure(60, 54, 66), ALIKE),
        (SURVEY, Figure(50, 48, 52), Figure(60, 54, 66), WORSE),
        (SURVEY, Figure(70, 68, 72), Figure(60, 54, 66), BETTER),
        (SURVEY, Figure(50), Figure(60, 54, 66), UNKNOWN),
        (SURVEY, Figure(50, 45, 59), Figure(60), WORSE),
        (COUNT, Figure(95), Figure(100), ALIKE),
        (COUNT, Figure(89), Figure(100), WORSE),
        (COUNT, Figure(None), Figure(100), UNKNOWN),
        (FEW, Figure(95, 94, 96), Figure(100, 99, 101), ALIKE),
        (FEW, Figure(80, 60, 102), Figure(100, 99, 101), ALIKE),
        (FEW, Figure(80, 70, 90), Figure(100, 99, 101), WORSE),
    ],
)
def test_places_are_told_apart_by_intervals_or_by_a_margin(noise: str, here: Figure, other: Figure, expected: str) -> None:
    measure = Measure("k", "l", "t", "gdhi_per_head", "i", better="higher", noise=noise)
    assert band(measure, here, other, 0.1) == expected
    turned = {WORSE: BETTER, BETTER: WORSE}
    lower = Measure("k", "l", "t", "gdhi_per_head", "i", better="lower", noise=noise)
    assert band(lower, here, other, 0.1) == turned.get(expected, expected)


def test_every_place_has_an_audit_that_says_of_each_measure_how_it_is_known_and_at_most_five_points() -> None:
    for place in list(all_places().values())[::6]:
        audit = local_audit(place)
        assert [figure.measure for figure in audit.figures] == list(MEASURES)
        assert {figure.status for figure in audit.figures} <= {OBSERVED, MODELLED, NOT_HELD}
        assert len(audit.focus) <= 5 and all(point.figure.band_nation == WORSE and point.lever for point in audit.focus)
        assert all(point.figure.band_nation == BETTER for point in audit.strengths)
        topics = [point.figure.of.topic for point in audit.focus]
        assert max(map(topics.count, topics), default=0) <= 2
