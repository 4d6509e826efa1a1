"""Result objects → words, tables, charts and files; nothing of any screen and nothing computed anew.

``words`` the sentences a result is shown with · ``tables`` what a reader sees in rows and columns · ``charts`` Vega-Lite
charts with their alternative text · ``csv_text`` tables as CSV that a spreadsheet cannot run · ``reproduce`` how to get
the figures again · ``files`` files written whole or not at all · ``costing_files`` the files of a costing, of which
``costing_note`` is the note, ``costing_workbook`` the workbook, ``pictures`` the charts, and ``trail`` what leads from the
headline back to parameters, official figures and assumptions · ``company_tables``, ``company_charts`` those of one company.
"""

from openfisca_goodwork.reports.costing_files import Written, run_record, write_costing

__all__ = ["Written", "run_record", "write_costing"]
