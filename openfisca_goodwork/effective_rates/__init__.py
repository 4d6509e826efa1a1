"""Forward-looking effective tax rates: what tax gives back of £1 spent on a machine, a building or training.

``formulas`` the economics, plain arithmetic · ``assumptions`` the law of a day, interest, inflation, wear · ``rates`` who
spends, what the law gives for £1 of plant, of a building, of training, and the question · ``result`` the answer,
worded by ``reports.rates``. No population is needed and no company is simulated.
"""

from openfisca_goodwork.effective_rates.rates import DEFAULT_DAY, effective_rates
from openfisca_goodwork.effective_rates.result import EffectiveRates, Rate

__all__ = ["DEFAULT_DAY", "EffectiveRates", "Rate", "effective_rates"]
