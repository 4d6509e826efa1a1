"""The web app's entry point: `streamlit run app.py`."""

from openfisca_goodwork.screens.navigation import navigate

navigate()
