"""How one company's tax comes about, in ordered steps.

A step has its formula in words, what went in, the figures of law with their sources, and what came out.

``rows`` what a row of the table is · ``allowances``, ``profits``, ``charge_rows`` the table, in the order of the
computation · ``law_values`` the dated figures of law · ``build`` the table filled for a company · ``text`` as people read
it. Nothing is computed here that the law does not compute: a test works the tax out again from the steps' inputs and
figures of law alone.
"""

from openfisca_goodwork.company.working.build import working_of
from openfisca_goodwork.company.working.steps import Input, ParameterValue, Reference, Step, Used

__all__ = ["Input", "ParameterValue", "Reference", "Step", "Used", "working_of"]
