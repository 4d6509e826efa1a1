"""Starting the server: from anywhere, with the settings of the app, or a clear message."""

from __future__ import annotations

import importlib.util
import socket
import tomllib

import pytest
from streamlit import App, config
from streamlit.web.server.starlette import starlette_server

from openfisca_goodwork.errors import GoodworkError
from openfisca_goodwork.screens import launch, page_behaviour
from openfisca_goodwork.screens.widgets import plain
from tests.contrast import contrast


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What the server was started with, in a directory that has nothing to do with the app."""
    calls = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(App, "run", lambda app, *, config: calls.update(script=str(app.script_path), flags=config))
    return calls


def test_the_script_of_the_package_is_served_to_this_machine_only(started):
    launch.launch(8600, headless=True)
    assert started["script"] == str(launch.SCRIPT)
    flags = started["flags"]
    assert (flags["server.address"], flags["server.port"], flags["server.headless"]) == ("127.0.0.1", 8600, True)


def test_without_a_port_streamlit_chooses(started):
    launch.launch()
    assert "server.port" not in started["flags"]


def test_the_settings_of_the_file_go_with_it(started):
    launch.launch()
    file = tomllib.loads((launch.SCRIPT.parent.parent.parent / ".streamlit" / "config.toml").read_text())
    assert started["flags"]["theme.dark.primaryColor"] == file["theme"]["dark"]["primaryColor"]
    assert started["flags"]["browser.gatherUsageStats"] is False
    assert started["flags"]["server.maxUploadSize"] == 1


def test_every_setting_is_one_that_streamlit_knows():
    assert set(launch.settings()) <= set(config._config_options_template)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_a_lesson(started, port):
    with pytest.raises(GoodworkError, match="from 1 to 65535"):
        launch.launch(port)
    assert started == {}


def test_without_streamlit_it_says_what_to_install(started, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(GoodworkError, match=r"openfisca-goodwork\[app\]"):
        launch.launch()
    assert started == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_links_and_buttons_have_the_contrast_of_aa(theme):
    result = launch.settings()
    colour = {name: result[f"theme.{theme}.{name}"] for name in ("textColor", "linkColor", "primaryColor", "borderColor")}
    for ground in (result[f"theme.{theme}.backgroundColor"], result[f"theme.{theme}.secondaryBackgroundColor"]):
        assert contrast(colour["textColor"], ground) >= 4.5
        assert contrast(colour["linkColor"], ground) >= 4.5
        assert contrast(colour["primaryColor"], ground) >= 3
        assert contrast(colour["borderColor"], ground) >= 3
        assert contrast(page_behaviour.FOCUS[theme], ground) >= 4.5  # of links to pages and of the open tab too
    assert contrast("#ffffff", colour["primaryColor"]) >= 4.5


def test_markup_is_escaped_and_plain_words_are_not():
    assert plain("Costs £5m in 2027-28 (a fifth).") == "Costs £5m in 2027-28 (a fifth)."
    assert plain("**a** <b> `c`") == r"\*\*a\*\* \<b\> \`c\`"


def test_where_the_memory_of_visits_cannot_be_shared_the_server_starts_all_the_same(started, monkeypatch):
    monkeypatch.setattr(launch.memory.ctypes, "CDLL", lambda _name: object())
    launch.launch()
    assert started["script"] == str(launch.SCRIPT)


def sends_at_once():
    """Whether a connection to a port that Streamlit opens now sends what there is without waiting."""
    with starlette_server._bind_socket("127.0.0.1", 0, 1) as port, socket.create_connection(port.getsockname()):
        port.settimeout(5)
        with port.accept()[0] as connection:
            return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_connection_to_the_server_sends_each_file_without_waiting_for_word_of_the_one_before(monkeypatch):
    seen = []
    monkeypatch.setattr(App, "run", lambda _app, *, config: seen.append((config["server.address"], sends_at_once())))
    launch.launch()
    assert seen == [("127.0.0.1", True)]
    assert not sends_at_once(), "Streamlit does it by itself now: launch need not"


def test_a_streamlit_that_opens_its_port_otherwise_is_served_all_the_same(started, monkeypatch):
    monkeypatch.setattr(launch, "BIND", "another_name")
    launch.launch()
    assert started["script"] == str(launch.SCRIPT)
    assert not hasattr(starlette_server, "another_name")
