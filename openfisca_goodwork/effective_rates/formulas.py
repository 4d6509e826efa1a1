"""The formulas of forward-looking effective tax rates, for £1 of investment paid for out of retained profit.

Devereux and Griffith, Evaluating tax policy for location decisions (2003), and King and Fullerton (1984), without personal
tax. Rates are fractions a year, amounts are £ for each £1 spent, and every argument may be an array. In all of them

    tax_relief  A    present value of the tax that deductions and credits save on £1
    tax_rate    tau  rate that the return bears
    real_rate   r    what savers ask for, after inflation;  inflation pi;  nominal rate  i = (1 + r)(1 + pi) - 1
    wear        d    share of the asset's value that is lost each year
"""

from __future__ import annotations


def nominal_rate(real_rate: float, inflation: float) -> float:
    """The nominal yearly rate of interest, i = (1 + r)(1 + pi) - 1. Example: 5% and 2% give 7.1%."""
    return (1 + real_rate) * (1 + inflation) - 1


def declining_balance(rate: float, interest: float) -> float:
    """Present value of a yearly `rate` of what is left, the first at once: a(1 + i) / (i + a).

    Example: 18% at 7.5% is worth 0.7588 of the cost.
    """
    return rate * (1 + interest) / (interest + rate)


def first_year_then_balance(first_year: float, rate: float, interest: float) -> float:
    """Present value of a first-year allowance f at once and a yearly `rate` of the rest from the next year.

    f + (1 - f)a / (i + a). Above 1 the allowance is the whole of the relief, as in the super-deduction.
    Example: 40%, then 14%, at 7.1% is 0.798.
    """
    return first_year + max(1 - first_year, 0.0) * rate / (interest + rate)


def straight_line(rate: float, interest: float) -> float:
    """Present value of a yearly `rate` of the cost until all of it is given, the first at once.

    a(1 + i)/i × (1 - (1 + i)^(-1/a)). Example: 3% at 7.5% is worth 0.3914 of the cost. Nothing for a rate of 0.
    """
    if rate == 0:
        return 0.0
    if interest == 0:
        return 1.0
    return rate * (1 + interest) / interest * (1 - (1 + interest) ** (-1 / rate))


def cost_of_capital(
    tax_relief: float, tax_rate: float, real_rate: float, inflation: float, wear: float, debt_share: float = 0.0
) -> float:
    """The real yearly return before tax that an investment must earn to break even.

    (1 - A)[i + d(1 + pi) - pi] / ((1 - tau)(1 + pi)) - d, less s·tau·i / ((1 - tau)(1 + pi)) where a share s is borrowed and
    the interest deducted. Without tax it is r.
    """
    interest = nominal_rate(real_rate, inflation)
    kept = (1 - tax_rate) * (1 + inflation)
    needed = (1 - tax_relief) * (interest + wear * (1 + inflation) - inflation) / kept - wear
    return needed - debt_share * tax_rate * interest / kept


def marginal_rate(needed: float, real_rate: float) -> float | None:
    """Effective marginal tax rate: the part of the break-even return that tax takes, (p - r) / p.

    None where the investment breaks even without earning anything, for a share of nothing has no meaning.
    """
    return (needed - real_rate) / needed if needed > 0 else None


def average_rate(
    tax_relief: float,
    tax_rate: float,
    real_rate: float,
    inflation: float,
    wear: float,
    pre_tax_return: float,
    debt_share: float = 0.0,
) -> float:
    """Effective average tax rate of an investment that earns `pre_tax_return` p.

    (R* - R) / (p / (1 + r)), where R* = (p - r)/(1 + r) is its value without tax and
    R = -(1 - A) + [(1 - tau)(p + d)(1 + pi) + (1 - A)(1 - d)(1 + pi)] / (1 + i) its value with tax, to which borrowing adds
    s·tau·i/(1 + i).
    """
    interest = nominal_rate(real_rate, inflation)
    earned = (1 - tax_rate) * (pre_tax_return + wear) * (1 + inflation)
    left = (1 - tax_relief) * (1 - wear) * (1 + inflation)
    with_tax = -(1 - tax_relief) + (earned + left) / (1 + interest) + debt_share * tax_rate * interest / (1 + interest)
    without_tax = (pre_tax_return - real_rate) / (1 + real_rate)
    return (without_tax - with_tax) * (1 + real_rate) / pre_tax_return


def user_cost(needed: float, wear: float) -> float:
    """What £1 of the asset must earn in a year, its wear included (Hall and Jorgenson 1967): p + d.

    Paid for out of profit it is (1 - A)(r + d) / (1 - tau).
    """
    return needed + wear


def return_to_society(needed: float, wear: float, share_kept: float) -> float:
    """The yearly return that training must have for everybody where its employer keeps a share of it: (p + d)/s - d."""
    return (needed + wear) / share_kept - wear


def left_after_rolling_baseline(share: float, periods: int, interest: float) -> float:
    """What is left of a relief on growth when £1 more today raises the baselines of the next n periods by share/n each.

    1 - share/n × sum of (1 + i)^-k. Example: three periods at 7.1% leave 0.127.
    """
    return 1 - share / periods * sum((1 + interest) ** -later for later in range(1, periods + 1))
