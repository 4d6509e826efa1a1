"""What the levers of the local audit would bring each authority, kept in `openfisca_goodwork/data/local/reform.csv`.

    python benchmarks/local_relief.py            # cost the levers again, and keep what they bring by authority
    python benchmarks/local_relief.py --check    # say by how much the file differs; exit 1 if by more than a thousandth

Results of the model, nobody's estimate: default population, central response, the year of the audit; a page of a place reads
them at once, where costing anew takes a minute. `goodwork audit --place PLACE --reform REFORM` costs afresh.
"""

from __future__ import annotations

import sys

import pandas

from openfisca_goodwork import costing
from openfisca_goodwork import population as companies
from openfisca_goodwork.audit import good_work_first
from openfisca_goodwork.audit.good_jobs import DEFAULT_YEAR
from openfisca_goodwork.audit.local import reform
from openfisca_goodwork.audit.local.places import places
from openfisca_goodwork.audit.local.reform import by_authority, region_of_authority
from openfisca_goodwork.population.sources import REGIONS

TOLERANCE = 0.001


def made() -> pandas.DataFrame:
    """The table as it comes out now: a row an authority and lever."""
    people = companies.load("default")
    rows: list[tuple[object, ...]] = []
    employees: dict[str, float] = {}
    for lever in reform.LEVERS.values():
        if lever.reform == reform.PLEDGE:
            continue
        result = costing.cost(
            [lever.reform] if lever.reform else [], years=DEFAULT_YEAR, settings=lever.settings, population=people, draws=0
        )
        sys.stderr.write(f"{lever.name}: {result.post_behavioural}\n")
        for code, held in by_authority(result).items():
            employees[code] = held.employees
            amounts = (held.claimants, held.training, held.extra_training, held.gain, held.by_sites)
            rows.append((lever.name, code, *(round(amount, 4) + 0.0 for amount in amounts), 0.0, 0.0))
    pledged = {row.name: row for row in good_work_first(population=people).tables["region"]}
    region = pandas.Series([REGIONS[place] for place in region_of_authority()], index=places().index)
    jobs = pandas.Series(employees)
    for code, share in (jobs / jobs.groupby(region).transform("sum")).items():
        row = pledged[region[code]]
        amounts = (row.jobs_failing * share, row.wage_bill * share / 1e6)
        rows.append((reform.PLEDGE, code, *[0.0] * 5, *(round(amount, 4) for amount in amounts)))
    return pandas.DataFrame(rows, columns=list(reform.COLUMNS))


def away(now: pandas.DataFrame, kept: pandas.DataFrame) -> float:
    """The largest relative difference of two tables in any amount of any lever, added up over the country."""
    sums, held = (table.groupby("lever").sum(numeric_only=True) for table in (now, kept))
    return float(((sums - held).abs() / held.abs().clip(lower=1)).max(axis=None))


def main() -> int:
    """Write the file, or compare it. Returns the exit code."""
    now = made()
    if "--check" not in sys.argv[1:]:
        now.to_csv(reform.FILE, index=False, lineterminator="\n")
        return 0
    difference = away(now, pandas.read_csv(reform.FILE))
    print(f"at most {difference:.4%} away, by lever")
    return 1 if difference > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main())
