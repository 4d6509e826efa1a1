"""The web app: pages that collect inputs, call one function and show one result; they compute nothing.

``navigation`` the pages and their order · ``home``, ``cost`` the pages · ``reform_choice``, ``cost_result`` parts of them ·
``shown`` tables, charts, faults and progress as Streamlit shows them · ``costing_desk`` what all visitors share ·
``plain_text`` text of users kept from being read as markup · ``launch`` the server.
"""
