"""A place by name, its report, brief, charts and command; a reform by place that adds up to its costing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from openpyxl import load_workbook
from vl_convert import vegalite_to_svg

from openfisca_goodwork import costing
from openfisca_goodwork.audit.local import PlaceReform, local_audit, named_place, spread_over_places
from openfisca_goodwork.audit.local import places as tables
from openfisca_goodwork.audit.local import reform as relief
from openfisca_goodwork.audit.local.measures import MEASURES, people
from openfisca_goodwork.audit.local.place import MEAN, MIDDLE, of_authorities
from openfisca_goodwork.audit.local.places import all_places
from openfisca_goodwork.audit.local.reform import LEVERS, PLEDGE, brings
from openfisca_goodwork.costing.distribution import BY_REGION, CELLS
from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.number_formats import written
from openfisca_goodwork.policy import library
from openfisca_goodwork.population.sources import REGIONS
from openfisca_goodwork.reports import report_of
from openfisca_goodwork.reports.local_audit import brief_of, map_of
from openfisca_goodwork.reports.local_words import pounds
from openfisca_goodwork.reports.place_charts import hexagons, strips
from openfisca_goodwork.reports.printed import write_printed
from openfisca_goodwork.reports.sections import Medium
from openfisca_goodwork.reports.text import render
from openfisca_goodwork.reports.workbook import write_report
from tests.cli.running import goodwork
from tests.contrast import contrast

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UPLIFT = "human-investment-super-deduction-left-behind-areas"


@pytest.fixture(scope="module")
def costed() -> costing.CostingResult:
    return costing.cost([UPLIFT], years="2029-30", draws=0)


@pytest.fixture(scope="module")
def uplift(costed: costing.CostingResult) -> PlaceReform:
    return spread_over_places(costed, (UPLIFT,), "Uplift", "2029-30")


# --- places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("E06000001", "E06000001"),
        ("e06000001", "E06000001"),
        ("hartlepool", "E06000001"),
        ("Cornwall", "E06000052"),
        ("Bournemouth Christchurch & Poole", "E06000058"),
        ("Bristol", "E06000023"),
        ("E08000016", "E08000038"),
        ("Carlisle", "E06000063"),
        ("S12000046", "S12000049"),
        ("Tees Valley", "E47000006"),
        ("E69000005", "E69000005"),
    ],
)
def test_a_place_is_known_by_code_by_name_and_by_what_it_once_was(asked: str, code: str) -> None:
    assert named_place(asked).code == code


def test_a_former_code_says_what_it_led_to() -> None:
    assert named_place("E06000029").note == "Poole (E06000029) is now Bournemouth, Christchurch and Poole (E06000058)."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Hartlepol", "Did you mean Hartlepool?"),
        ("Newcastle", "E07000195  Newcastle-under-Lyme, local authority, West Midlands"),
        ("Mid", "N09000009  Mid Ulster, local authority, Northern Ireland"),
        ("North East", "goodwork audit --region 'North East'"),
        ("London", "is a region"),
        ("Kent", "is a county"),
        ("", "is no local authority"),
    ],
)
def test_a_name_of_none_or_of_several_places_is_answered_with_what_to_write(asked: str, told: str) -> None:
    with pytest.raises(GoodworkError) as fault:
        named_place(asked)
    assert told in str(fault.value)


def test_a_name_that_fits_places_in_two_nations_asks_which_with_their_codes() -> None:
    with pytest.raises(GoodworkError) as fault:
        named_place("Mid")
    assert {"E07000042", "N09000009"} <= set(str(fault.value).replace("\n", " ").split())


# --- the audit of a place ------------------------------------------------------------------------------------


def test_the_brief_of_hartlepool_says_what_is_good_what_is_bad_how_sure_and_what_to_do() -> None:
    text = " ".join(render(report_of(local_audit("Hartlepool"))).split())
    assert (
        "Hartlepool is clearly behind England on 13 of 21 measures, most on small areas in the most deprived tenth" in text
    )
    assert "clearly ahead on 2" in text and "What is clearly good: apprenticeship starts" in text
    assert (
        "Economically inactive, ages 16 to 64: 29.7% (24.9% to 34.5%); England 21.0%. Sure: 95% intervals are apart." in text
    )
    assert text.count("Do first:") == 5
    assert "nothing is made up, of: Employee voice; Autonomy and discretion at work; Security" in text
    assert "rank" not in text.replace("no place is ranked", "")


def test_a_nation_without_an_official_figure_is_the_mean_of_its_authorities_by_people_and_each_sentence_says_so() -> None:
    cornwall = local_audit("Cornwall").figure("child_poverty")
    pairs = [
        (figure.value, people()[code])
        for code, figure in of_authorities(MEASURES["child_poverty"]).items()
        if all_places()[code].nation == "England" and code in people()
    ]
    mean = sum(value * number for value, number in pairs) / sum(number for _, number in pairs)
    assert cornwall.nation.of == MEAN and cornwall.nation.value == pytest.approx(mean)
    # A nation lies between its regions, large ones counting for more: those on file are 20.8% to 32.2%.
    assert 26 < mean < 28
    # 28.5% in Cornwall is less than a tenth above, however far it is above the middle one of many small districts.
    assert cornwall.here.value == 28.5 and cornwall.band_nation == "no clear difference"
    shown = " ".join(str(local_audit("Cornwall")).split())
    assert "England £39.84, mean of its authorities" in shown
    assert "the mean of its authorities, by people aged 16 and over" in shown
    assert local_audit("Belfast").figure("productivity").nation.of == MIDDLE


def test_the_finding_counts_every_measure_that_is_clearly_worse_and_the_list_says_that_it_is_the_widest_of_them() -> None:
    audit = local_audit("Hartlepool")
    worse = [figure for figure in audit.figures if figure.band_nation == "worse" and figure.of.topic != "Health, as context"]
    assert len(worse) == len(audit.behind) > len(audit.focus) == 5
    caption = report_of(audit).section("What to work on").parts[-1].caption
    assert caption == f"What is clearly worse than England: the widest 5 gaps of {len(worse)}"


def test_amounts_of_a_lever_are_in_pounds_below_a_million_and_to_two_figures() -> None:
    assert [pounds(amount) for amount in (0.021, 0.7, 0.996, 1, 6.04, 49.4, 0)] == [
        "£21,000", "£700,000", "£1.0m", "£1.0m", "£6.0m", "£49m", "£0",
    ]  # fmt: skip


def test_a_place_says_whether_an_uplift_for_left_behind_areas_means_it() -> None:
    assert "It is among the areas that this model's uplift" in " ".join(str(local_audit("Hartlepool")).split())
    assert "5 of its 5 authorities are among the areas" in " ".join(str(local_audit("Tees Valley")).split())
    assert "among the areas that this model's uplift" not in str(local_audit("Wokingham"))


def test_a_combined_authority_has_its_own_figures_and_of_others_how_many_of_its_authorities_are_behind() -> None:
    audit = local_audit("Tees Valley")
    assert audit.figure("median_pay").here.value == 576.1
    deprived = audit.figure("deprivation")
    assert deprived.here.value is None and deprived.inside is not None and deprived.members[2] == 5
    text = " ".join(str(audit).split())
    assert "Hartlepool, Middlesbrough, Redcar and Cleveland, Stockton-on-Tees and Darlington" in text
    assert "5 authorities with a figure clearly worse" in text


def test_the_health_of_a_district_is_that_of_its_county_and_says_so() -> None:
    figure = local_audit("Canterbury").figure("healthy_life_women")
    assert figure.here.of == "Kent" and figure.here.value is not None


def test_health_is_context_and_never_a_point_to_work_on() -> None:
    audit = local_audit("Blackpool")
    assert audit.figure("healthy_life_men").band_nation == "worse"
    assert not [point for point in audit.focus if point.figure.of.topic.startswith("Health")]


def test_every_measure_with_a_lever_names_one_that_is_kept_of_every_authority_and_each_reform_is_of_the_library() -> None:
    assert {measure.lever for measure in MEASURES.values()} - {""} <= set(LEVERS)
    names = set(library())
    assert {lever.reform for lever in LEVERS.values()} - {""} <= names
    everywhere = [brings(name, tables.places().index) for name in LEVERS]
    assert all(
        held.claimants > 0 or name in {PLEDGE, "training-match"} for name, held in zip(LEVERS, everywhere, strict=True)
    )
    assert brings(PLEDGE, tables.places().index).jobs_failing > 1e6


def test_the_business_base_is_the_official_count_and_its_shares_add_up() -> None:
    rows = local_audit("E06000052").business
    assert sum(row["count"] for row in rows if row["by"] == "industry") == pytest.approx(
        sum(row["count"] for row in rows if row["by"] == "size"), abs=60
    )
    for by in ("industry", "size"):
        assert sum(row["share_uk"] for row in rows if row["by"] == by) == pytest.approx(1, abs=0.001)


# --- a reform by place ---------------------------------------------------------------------------------------


def test_authorities_add_up_to_the_costing_in_every_region_and_on_every_amount(
    costed: costing.CostingResult, uplift: PlaceReform
) -> None:
    assert costed.distribution is not None
    rows = costed.distribution.table(BY_REGION).rows
    region = relief.region_of_authority()
    held = list(uplift.by_authority.values())
    for place, (name, row) in enumerate(zip(REGIONS, rows, strict=True)):
        inside = [held[at] for at in np.flatnonzero(region == place)]
        assert sum(one.gain for one in inside) == pytest.approx(row.gain, rel=1e-9), name
        assert sum(one.by_sites for one in inside) == pytest.approx(row.gain, rel=1e-9), name
        assert sum(one.claimants for one in inside) == pytest.approx(row.claimants, rel=1e-9), name
        assert sum(one.training for one in inside) == pytest.approx(row.qualifying_training, rel=1e-9), name
        assert sum(one.extra_training for one in inside) == pytest.approx(row.induced_training, rel=1e-9), name
    assert uplift.total.gain == pytest.approx(costed.distribution.total().gain, rel=1e-9)
    assert set(costed.distribution.cells) == set(CELLS)


def test_counts_fitted_to_industries_and_bands_have_both_margins() -> None:
    fitted = relief.enterprises()
    industries = relief._margin(relief.ENTERPRISES, relief.INDUSTRIES, "SIC ")
    bands = relief._margin(relief.ENTERPRISES, relief.EMPLOYMENT_BANDS, "Employment ")
    assert np.abs(fitted.sum(axis=1) - bands).max() < 1e-6
    # The two tables are each rounded to 5, so that their totals differ by a few enterprises.
    assert np.abs(fitted.sum(axis=2) - industries).max() < 5


def test_what_one_section_and_size_of_a_region_gains_goes_where_such_companies_are() -> None:
    cells = np.zeros((12, 19, 8))
    cells[REGIONS.index("North East"), 2, 7] = 1_000_000
    amounts = relief.spread(cells)
    here = relief.region_of_authority() == 0
    assert amounts[~here].sum() == 0 and amounts.sum() == pytest.approx(1_000_000)
    large_makers = relief.enterprises()[here, 1, 6]
    assert amounts[here] == pytest.approx(1_000_000 * large_makers / large_makers.sum())


def test_an_uplift_for_left_behind_areas_is_shown_against_the_authorities_that_it_means(uplift: PlaceReform) -> None:
    aim = uplift.aim
    assert aim is not None
    places = tables.places()
    # A fifth of 296, 22, 32 and 11 authorities: 59, 4, 6 and 2.
    meant = places.loc[sorted(aim.meant), "country"].value_counts()
    assert meant.to_dict() == {"England": 59, "Scotland": 6, "Wales": 4, "Northern Ireland": 2}
    assert {"E06000001", "N09000003", "S12000049"} <= aim.meant and "E07000213" not in aim.meant
    # 30% for all, 100% for the fifth of training that the costing takes to be in the areas: two fifths of the gain.
    assert aim.uplift == pytest.approx(uplift.total.gain * 0.2 / (0.3 + 0.2))
    there = sum(uplift.by_authority[code].gain for code in aim.meant)
    assert aim.uplift_there == pytest.approx(aim.uplift * there / uplift.total.gain)
    by_aim = [uplift.aimed_at(code) or 0.0 for code in uplift.by_authority]
    assert sum(by_aim) == pytest.approx(uplift.total.gain - aim.uplift + aim.aimed)
    text = " ".join(str(uplift).split())
    assert "reaches companies in the 71 authorities meant" in text and "Modelled" in text


def test_a_reform_that_moves_no_tax_says_why_by_place() -> None:
    nothing = SimpleNamespace(distribution=None, no_effect="It changes nothing in these years.")
    held = spread_over_places(nothing, ("good-work-first",), "Pledge", "2029-30")  # type: ignore[arg-type]
    assert "It changes nothing in these years." in str(held)


# --- charts, brief, files, command ---------------------------------------------------------------------------


def test_the_map_has_every_authority_once_and_says_in_words_what_it_shows() -> None:
    chart = hexagons(local_audit("Hartlepool"), "median_pay")
    assert chart is not None and len(chart.data) == 361
    better = (chart.data["beside"] == "clearly better than this place").sum()
    assert f"{better} clearly better than this place" in chart.alt and f"{better} authorities" in chart.title
    assert "Clearly better, by region:" in chart.alt
    hollow, *colours = sorted(chart.spec["encoding"]["fill"]["scale"]["range"], key=lambda one: one.startswith("#"))
    assert hollow == "transparent"  # on any ground
    light = sorted(0.299 * int(one[1:3], 16) + 0.587 * int(one[3:5], 16) + 0.114 * int(one[5:], 16) for one in colours)
    assert min(np.diff(light)) > 20  # told apart in greys, so without colour


@pytest.mark.parametrize("ground", ["#ffffff", "#11151a"])
def test_the_place_is_seen_on_the_map_upon_a_light_ground_and_a_dark_one(ground: str) -> None:
    chart = hexagons(local_audit("Hartlepool"), "median_pay")
    assert chart is not None
    encoding, here = chart.spec["encoding"], chart.spec["data"]["values"][-1]  # drawn over its neighbours
    assert (here["name"], here["beside"]) == ("Hartlepool", "this place")
    place = encoding["fill"]["scale"]["domain"].index(here["beside"])
    assert any(contrast(encoding[part]["scale"]["range"][place], ground) > 7 for part in ("fill", "stroke"))


def test_the_figures_of_a_map_have_the_decimals_of_its_measure() -> None:
    kind = map_of(local_audit("Hartlepool"), "inactivity").columns["value"].kind
    assert written(15.73176, kind) == "15.7"


def test_the_names_of_the_colours_of_a_map_fit_on_a_phone() -> None:
    chart = hexagons(local_audit("Hartlepool"), "median_pay")
    assert chart is not None
    encoding = chart.spec["encoding"]
    bare = encoding | {part: encoding[part] | {"legend": None} for part in ("fill", "stroke", "strokeWidth")}
    named, unnamed = (
        re.findall(r'viewBox="0 0 ([\d.]+) ', vegalite_to_svg(chart.spec | {"width": 340, "encoding": drawn}))
        for drawn in (encoding, bare)
    )
    assert named == unnamed  # no name stands beyond the edge of the map


@pytest.mark.parametrize("width", [340, 620])
def test_no_authority_stands_beyond_the_edge_of_the_map(width: int) -> None:
    chart = hexagons(local_audit("Hartlepool"), "median_pay")
    assert chart is not None
    wide, _high = re.findall(
        r'viewBox="0 0 ([\d.]+) ([\d.]+)', vegalite_to_svg(chart.spec | {"width": width, "padding": 0})
    )[0]
    assert float(wide) == width  # a picture grows with what stands beyond its edges


def test_the_strip_says_where_the_place_is_and_turns_measures_of_which_less_is_better() -> None:
    chart = strips(local_audit("Hartlepool"), ("inactivity", "median_pay"))
    assert chart is not None
    assert "Economically inactive, ages 16 to 64: 29.7%, clearly worse than England" in chart.alt
    here = chart.data[chart.data["beside"] == "here"]
    assert here["value"].tolist() == [29.7, 533.9]
    values = chart.spec["data"]["values"]
    at = {row["measure"].partition(",")[0]: row["at"] for row in values if row["beside"] == "here"}
    assert all(place < 0.3 for place in at.values())


@pytest.mark.parametrize("ending", [".docx", ".html"])
def test_the_brief_is_a_file_with_the_figures_their_intervals_and_a_picture_with_words(tmp_path: Path, ending: str) -> None:
    path = write_printed(brief_of(local_audit("Cornwall")), tmp_path / f"cornwall{ending}")
    content = path.read_bytes()
    assert len(content) > 20_000
    if ending == ".html":
        text = content.decode()
        assert "What to work on" in text and "Strips of authorities." in text and "£546\u00a0(517–575)" in text


def test_a_brief_of_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoodworkError, match=r"must end in \.docx"):
        write_printed(brief_of(local_audit("Cornwall")), tmp_path / "cornwall.pdf")


@pytest.mark.browser
def test_the_brief_prints_on_two_pages(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    for name in ("E06000001", "E06000052", "E47000006", "E47000013", "S12000049"):
        page.goto(write_printed(brief_of(local_audit(name)), tmp_path / f"{name}.html").as_uri())
        assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 2, name
    page.close()


def test_the_brief_has_no_more_than_two_pages_can_hold() -> None:
    for name in ("Hartlepool", "Cornwall", "Tees Valley", "E47000013", "E69000013"):
        shown = brief_of(local_audit(name)).shown_on(Medium.DOCUMENT)
        lines = sum(len(table.rows) for table in shown.tables())
        assert lines <= len(MEASURES) + 5, name


def test_the_workbook_has_every_figure_on_file_of_the_place_and_its_sources(tmp_path: Path) -> None:
    audit = local_audit("Cornwall")
    book = load_workbook(write_report(report_of(audit), tmp_path / "cornwall.xlsx"))
    sheet = [row for row in book["All on file"].iter_rows(values_only=True) if row[1] == "E06000052"]
    assert len(sheet) == (tables.figures()["code"] == "E06000052").sum()
    assert "Sources" in book.sheetnames and "Not held" in book.sheetnames


def test_the_command_prints_a_place_writes_its_brief_and_gives_json_and_csv(tmp_path: Path) -> None:
    brief = tmp_path / "h.html"
    printed = goodwork("audit", "--place", "E06000029", "--brief", str(brief))
    assert printed.exit_code == 0 and "Poole (E06000029) is now" in printed.stderr and brief.exists()
    data = json.loads(goodwork("audit", "--place", "hartlepool", "--json").stdout)
    assert data["place"]["code"] == "E06000001" and len(data["focus"]) == 5
    assert data["command"] == "goodwork audit --place E06000001"
    assert goodwork("audit", "--place", "hartlepool", "--csv").stdout.startswith("code,measure,label,topic")
    assert goodwork("audit", "--authority").stdout.count("\n") > 361 + 15 + 38


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--place", "Hartlepol"), "Did you mean Hartlepool?"),
        (("--place", "Hartlepool", "--region", "Wales"), "--region and --place ask for different things"),
        (("--brief", "x.html"), "--brief is of one place"),
        (("--place", "Hartlepool", "--brief", "x.pdf"), "must end in .docx"),
        (("--authority", "--set", "assumptions.audit.local.gap@2000-01-01=0.2"), "--set changes nothing"),
        (("--place", "Hartlepool", "--year", "2029-30"), "--year is the year of a reform's effect"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(typed: tuple[str, ...], told: str) -> None:
    result = goodwork("audit", *typed)
    assert result.exit_code == 2 and told in result.stderr and "Traceback" not in result.stderr
