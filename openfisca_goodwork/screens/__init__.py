"""The web app: pages that collect inputs, call one function and show one result; they compute nothing.

Pages: ``navigation`` their order · ``home`` · ``company``, ``companies`` · ``cost``, ``compare_costings`` · ``compare``,
``parameter`` · ``methods``, ``rates``, ``audit``, ``procurement``.

Parts of pages: ``company_questions``, ``company_group``, ``company_visit``, ``company_result`` · ``reform_picker``,
``try_values``, ``costing_options``, ``cost_run``, ``cost_result`` · ``parameter_history``.

What they share: ``render`` any report on a page · ``widgets`` tables, charts, faults and progress as Streamlit shows them ·
``page_tables`` figures to the right, wide tables · ``downloads`` workbooks and pictures · ``links`` the state of a page as a
link · ``shared`` the desk (``openfisca_goodwork.desk``) that all visitors share.

Without Streamlit: ``form_parsing`` what somebody types of a company · ``reform_draft`` the reform being made and its values
as rows, ``levers`` its main levers · ``loading`` the list of pages · ``page_behaviour`` what every page has · ``launch`` the
server.
"""
