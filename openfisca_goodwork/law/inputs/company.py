"""The company: residence, kind, connections, size."""

from __future__ import annotations

from openfisca_goodwork.law.model import SHARE, Variable


class is_uk_resident(Variable, kept=True):
    """Whether the company is UK resident in the accounting period: only such companies have the small profits rate."""

    value_type = bool
    default_value = True
    label = "UK resident"
    reference = "CTA 2010 s.18A(1)"
    box = "part of 4"


class is_close_investment_holding_company(Variable, kept=True):
    """Whether it is a close investment-holding company, which pays the main rate on everything."""

    value_type = bool
    label = "Close investment-holding company"
    reference = "CTA 2010 s.18N"
    box = "part of 4"


class associated_companies(Variable, kept=True, minimum=0):
    """Number of *other* companies associated with it at any time in the accounting period, dormant ones left out.

    Where the limits change inside the period (1 April 2015, 1 April 2023), one number serves the parts before and after:
    give those associated at any time in the part that has limits.
    """

    unit = "company"
    label = "Associated companies"
    reference = "CTA 2010 s.18E"
    box = "326"


class related_51_percent_companies(Variable, minimum=0):
    """Number of *other* companies in its 51% group, for instalments of periods begun from April 2015 to March 2023."""

    unit = "company"
    label = "Related 51% group companies"
    reference = "CTA 2010 s.279F; SI 1998/3175 reg 3"


class turnover(Variable, minimum=0):
    """Turnover of the accounting period, as in the accounts (£)."""

    label = "Turnover"
    reference = "Companies Act 2006 s.474"
    box = "145"


class balance_sheet_total(Variable, minimum=0):
    """Total assets at the end of the accounting period (£)."""

    label = "Balance sheet total"
    reference = "Companies Act 2006 s.382"


class employees(Variable, minimum=0):
    """Average number of employees, by head count."""

    unit = "employee"
    label = "Employees"
    reference = "Companies Act 2006 s.382"


class employees_besides_directors(Variable, minimum=0):
    """Average number of employees who are not directors; all employees where it is not given."""

    unit = "employee"
    label = "Employees besides directors"
    reference = "Proposed, not law: human-investment relief, eligibility"

    def formula(company, period):
        return company("employees", period)


class group_employees(Variable, minimum=0):
    """Average number of employees of the whole group, by head count; the company's own where it is not given."""

    unit = "employee"
    label = "Employees of the group"
    reference = "Companies Act 2006 s.383"

    def formula(company, period):
        return company("employees", period)


class group_turnover(Variable, minimum=0):
    """Turnover of the whole group in the accounting period (£); the company's own where it is not given."""

    label = "Turnover of the group"
    reference = "Companies Act 2006 s.383"

    def formula(company, period):
        return company("turnover", period)


class group_balance_sheet_total(Variable, minimum=0):
    """Total assets of the whole group at the end of the accounting period (£); the company's own where it is not given."""

    label = "Balance sheet total of the group"
    reference = "Companies Act 2006 s.383"

    def formula(company, period):
        return company("balance_sheet_total", period)


class pay_bill(Variable, minimum=0):
    """Earnings subject to secondary Class 1 National Insurance, those below the threshold included (£)."""

    label = "Pay bill"
    reference = "FA 2016 s.100"


class paye_and_nic(Variable, kept=True, minimum=0):
    """Income tax under PAYE and Class 1 National Insurance contributions to account for in the accounting period (£)."""

    label = "PAYE and NIC liabilities"
    reference = "CTA 2009 ss.1112C, 1112D"
    box = "L72 or L168"


class apprenticeship_levy_allowance_share(Variable, minimum=0, maximum=1):
    """This company's share of its group's one apprenticeship levy allowance, 0 to 1."""

    unit = SHARE
    default_value = 1.0
    label = "Share of the group's apprenticeship levy allowance"
    reference = "FA 2016 s.101"


class annual_investment_allowance_share(Variable, minimum=0, maximum=1):
    """This company's share of its group's one annual investment allowance, 0 to 1."""

    unit = SHARE
    default_value = 1.0
    label = "Share of the group's annual investment allowance"
    reference = "CAA 2001 ss.51C to 51E"


class deductions_allowance_share(Variable, minimum=0, maximum=1):
    """This company's share of its group's one deductions allowance for carried-forward losses, 0 to 1."""

    unit = SHARE
    default_value = 1.0
    label = "Share of the group's deductions allowance"
    reference = "CTA 2010 s.269ZR"


class extended_carry_back_cap_share(Variable, minimum=0, maximum=1):
    """This company's share of its group's one cap on losses carried back under the temporary extension, 0 to 1."""

    unit = SHARE
    default_value = 1.0
    label = "Share of the group's cap on the extended carry-back"
    reference = "FA 2021 Sch 2 paras 7, 8"


class loss_absorbed_by_group_share(Variable, minimum=0, maximum=1):
    """Share of a current-year trade loss that the rest of the group uses at once, at the main rate, 0 to 1.

    For a record that stands for part of a group; a company on its own leaves it at 0.
    """

    unit = SHARE
    label = "Share of a loss absorbed by the rest of the group"
    reference = "CTA 2010 s.99"


class human_investment_cap_share(Variable, minimum=0, maximum=1):
    """This company's share of its group's one limit on training that has the proposed relief, 0 to 1."""

    unit = SHARE
    default_value = 1.0
    label = "Share of the group's limit on training"
    reference = "Proposed, not law: human-investment relief, limits"
