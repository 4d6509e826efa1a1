"""The law: one module per part of the statute, in the order of the computation.

``inputs/`` what a company tells · ``plant`` classes of plant and the allowances on them · ``plant_claims`` what is
claimed on which spending · ``annual_investment_allowance`` its limit · ``pools`` · ``structures_and_buildings`` ·
``special_tax_sites`` · ``capital_allowances`` their sum · ``human_investment`` the proposal ·
``research_and_development`` · ``profits`` · ``losses`` · ``loss_carry_back``, with the ``earlier_periods`` it reaches and
``terminal_losses`` · ``charge`` · ``research_and_development_payment`` · ``carry_back_repayment`` · ``payment``, whose dates
``instalments`` has · ``apprenticeship_levy``. Formulas know NumPy and OpenFisca, and ask ``periods`` for everything dated.
"""
