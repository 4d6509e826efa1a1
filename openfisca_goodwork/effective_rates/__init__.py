"""Forward-looking effective tax rates: what tax gives back of £1 spent on a machine, a building or training.

``formulas`` the economics, plain arithmetic · ``assumptions`` interest, inflation, wear · ``law_on`` the parameters of a law
on a day · ``companies`` who spends · ``plant`` and ``training`` what the law gives for £1 of each · ``rates`` the question,
``result`` and ``summary`` the answer. No population is needed and no company is simulated.
"""

from openfisca_goodwork.effective_rates.rates import DEFAULT_DAY, effective_rates
from openfisca_goodwork.effective_rates.result import EffectiveRates, Rate

__all__ = ["DEFAULT_DAY", "EffectiveRates", "Rate", "effective_rates"]
