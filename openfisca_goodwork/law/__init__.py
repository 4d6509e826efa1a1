"""The law: one module per part of the statute, in the order of the computation.

``inputs/`` what a company tells · ``annual_investment_allowance`` · ``first_year_allowances`` · ``pools`` ·
``structures_and_buildings`` · ``capital_allowances`` their sum · ``human_investment`` the proposal ·
``research_and_development`` · ``profits`` · ``losses`` · ``loss_carry_back``, with the ``earlier_periods`` it reaches and
``terminal_losses`` · ``charge`` · ``research_and_development_payment`` · ``payment``, whose dates ``instalments`` has ·
``apprenticeship_levy``. Formulas know NumPy and OpenFisca, and ask ``periods`` for everything dated.
"""
