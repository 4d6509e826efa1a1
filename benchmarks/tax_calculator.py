"""Values worked out a second of processor time, side by side with Tax-Calculator, in the same run and in turn.

A value is one variable of one company and accounting period here, of one tax unit and year there. Both run their whole law
over the records that come with them: here every variable that has a formula, over some companies of the population and 8
accounting periods; there every variable that its calculator fills, over its file of the Current Population Survey. The laws
differ, so the figures say how fast each runs its own formulas, not which does more with them.

Usage: tax_calculator.py PYTHON [TURNS]: an interpreter that has Tax-Calculator (``pip install taxcalc``), which may be
another than this one, as their libraries need not agree.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from openfisca_goodwork import population, system  # noqa: E402

TURNS, COMPANIES, PERIODS = 5, 50_000, 8
THEIRS = """
import json, sys, time, taxcalc
records = taxcalc.Records.cps_constructor()
calculator = taxcalc.Calculator(policy=taxcalc.Policy(), records=records)
calculator.advance_to_year(2026)
calculator.calc_all()
for _ in sys.stdin:
    begun = time.process_time()
    calculator.calc_all()
    used = time.process_time() - begun
    values = records.array_length * len(records.CALCULATED_VARS)
    print(json.dumps({"seconds": used, "values": values, "version": taxcalc.__version__}), flush=True)
"""


def main() -> None:
    """Print a line a turn, and the medians."""
    python, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else TURNS
    law = system.current_law()
    people = population.nth_part(population.load("default"), 0, COMPANIES)
    outputs = [
        name for name, variable in law.variables.items() if variable.formulas and variable.definition_period == "year"
    ]
    inputs = {label: people.inputs(label) for label in people.labels[:PERIODS]}
    values = len(outputs) * len(inputs) * people.records
    system.run(law, inputs, outputs)
    ratios = []
    with subprocess.Popen([python, "-c", THEIRS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        for _turn in range(turns):
            begun = time.process_time()
            system.run(law, inputs, outputs)
            own = values / (time.process_time() - begun)
            print(file=other.stdin, flush=True)
            found = json.loads(other.stdout.readline())
            theirs = found["values"] / found["seconds"]
            ratios.append(own / theirs)
            counts = f"{len(outputs)} variables, {values / 1e6:.0f}m values; Tax-Calculator {found['version']}"
            print(f"here {own / 1e6:.1f}m values a second ({counts} {theirs / 1e6:.1f}m)", flush=True)
        other.stdin.close()
    print(f"Median: {statistics.median(ratios):.2f} times the values a second of Tax-Calculator")


if __name__ == "__main__":
    main()
