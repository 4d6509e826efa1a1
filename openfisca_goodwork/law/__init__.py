"""The law: one module per part of the statute, in the order of the computation.

``inputs/`` what a company tells · ``plant`` classes of plant, cars among them · ``plant_allowances`` the annual investment
allowance and first-year allowances, and on which spending each is claimed · ``super_deduction`` · ``pools`` ·
``structures_and_buildings`` · ``capital_allowances`` their sum, and claims · ``human_investment/`` the proposal ·
``good_work`` · ``research_and_development`` · ``profits`` · ``group_relief`` · ``losses`` · ``loss_carry_back``, terminal
losses included · ``charge`` · ``research_and_development_payment`` · ``carry_back_repayment`` · ``loans_to_participators``
· ``payment``, instalments, interest and penalties included · ``apprenticeship_levy``. Formulas know NumPy and OpenFisca,
and ask ``periods`` for everything dated.
"""
