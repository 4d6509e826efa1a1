"""The web app: pages that collect inputs, call one function and show one result; they compute nothing.

Pages: ``navigation`` their order · ``home`` · ``company``, ``companies`` · ``cost``, ``compare_costings`` · ``compare``,
``parameter`` · ``methods``, ``rates``, ``audit``, ``procurement``.

Parts of pages: ``company_questions``, ``company_result`` · ``cost_run``, ``cost_result`` · ``compare_result``,
``parameter_history``.

What they share: ``render`` any report on a page · ``widgets`` tables, charts, faults and progress as Streamlit shows them ·
``page_tables`` figures to the right, wide tables · ``downloads`` workbooks and pictures · ``reform_picker`` the library of
reforms, and one chosen or edited · ``costing_desk``, ``shared`` what all visitors share · ``links`` the state of a page as a
link.

Without Streamlit: ``form_parsing`` what somebody types of a company · ``reform_rows`` a reform as the rows of a table ·
``plain_text`` text of users kept from being read as markup · ``launch`` the server.
"""
