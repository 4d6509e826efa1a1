"""Companies that share no accounting period with one another: memory and time go by their number."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from openfisca_goodwork.company.many import calculate_many

MANY, FEW = 24_000, 500
MEGABYTES = 400
LIMIT_IN_SECONDS = 120
ALONE = """
import re, sys
from pathlib import Path
from openfisca_goodwork.company.many import calculate_many
print(calculate_many(Path(sys.argv[1])).total("current_law", "net_corporation_tax"))
# Not getrusage: its peak is at least that of the process that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def table(path: Path, count: int) -> Path:
    """A profit in a first period of 180 to 313 days, and a greater loss in the next, carried back; no two pairs alike."""
    rows = ["company,start,end,trading_profit_before_capital_allowances,claims_loss_carry_back"]
    for number in range(count):
        start = date(2021, 6, 1) + timedelta(number % 180)
        end = start + timedelta(179 + number // 180)
        last = end + timedelta(150 + number * 7 % 200)
        rows += [f"C{number},{start},{end},100000,", f"C{number},{end + timedelta(1)},{last},-200000,true"]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_each_gets_back_all_that_the_period_before_paid(tmp_path: Path) -> None:
    # The first period lies in the twelve months before the second, so that the loss takes all of its profit.
    result = calculate_many(table(tmp_path / "few.csv", FEW))
    paid, repaid = (result.outputs["current_law"][name] for name in ("corporation_tax", "loss_carry_back_repayment"))
    assert len(set(zip(result.starts.tolist(), result.ends.tolist(), strict=True))) == 2 * FEW
    assert (paid[::2] > 0).all()
    assert repaid[1::2] == pytest.approx(paid[::2], abs=1e-9)


@pytest.mark.slow
def test_twenty_four_thousand_with_dates_of_their_own_fit_in_memory(tmp_path: Path) -> None:
    # A table of every loss-making period by every earlier one would hold 24,000² numbers: 4.6 GB.
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(table(tmp_path / "many.csv", MANY))],
        capture_output=True, text=True, check=True, timeout=LIMIT_IN_SECONDS,
    )  # fmt: skip
    net, peak = map(float, ran.stdout.split())
    assert net == pytest.approx(0, abs=0.01)
    assert peak < MEGABYTES
