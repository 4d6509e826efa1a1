"""Companies that several modules cost reforms over."""

from __future__ import annotations

import numpy as np
import pytest

from openfisca_goodwork import population
from openfisca_goodwork.population import Population

RECORDS = 1_500


@pytest.fixture(scope="package")
def people() -> Population:
    """One record in so many of the population that ships; what is run of them is not kept."""
    whole = population.load()
    chosen = np.arange(0, whole.records, whole.records // RECORDS)
    held = {
        name: one[..., chosen] if one.ndim and one.shape[-1] == whole.records else one for name, one in whole.columns.items()
    }
    return Population(held, "a sample", is_part=True)
