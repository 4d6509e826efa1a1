"""What every page has beyond Streamlit's own: visible focus, announcements, tables that the keyboard scrolls, print.

One sheet of styles and one script, which the browser runs once a visit. The script looks at the page whenever it has been
drawn anew: it says the finding or the fault to a screen reader, marks boxes whose answers were refused, lets the keyboard
scroll wide tables, and closes the menu of a phone after a choice. A page that it has looked at since it was last drawn is
`data-settled`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

import streamlit

from openfisca_goodwork.screens import page_tables

# Against the grounds of .streamlit/config.toml: 7.6:1 and 9.6:1, where 3:1 is asked for (WCAG 2.2, 1.4.11 and 2.4.13).
FOCUS = {"light": "#0b5394", "dark": "#8cc2f5"}
_INVALID = "data-refused"
# The boxes around what is typed or chosen: they cover the edges of the input itself, and so its outline.
_BOX = "div:is([data-testid=stTextInputRootElement], [data-testid=stNumberInputContainer], [role=group])"
# The sign of a run stands still: to turn it takes a browser 5% of a processor, and its seconds are counted beside it.
_STYLES = """
:is(a, button, summary, [role=tab], [role=slider], [tabindex="0"]):focus-visible {
    outline: 3px solid FOCUS !important; outline-offset: 2px !important }
:is(input, textarea):focus-visible { outline: 3px solid FOCUS !important; outline-offset: -3px !important }
BOX:has(input:focus-visible) { outline: 3px solid FOCUS !important; outline-offset: -2px !important }
BOX input:focus-visible { outline: none !important }
[role=tab][aria-selected=true] * { color: FOCUS }
label:has(input:is([type=radio], [type=checkbox]):focus-visible) {
    outline: 3px solid FOCUS !important; outline-offset: 2px !important }
[data-testid=stMainBlockContainer] { padding-top: 4.5rem; padding-bottom: 4rem }
[data-testid=stColumn] p > br + strong { font-size: 1.6rem; line-height: 1.3 }
[data-testid=stExpanderIconSpinner] { animation: none !important }
[data-testid=stMain] :is(h1, h2, h3, h4) { text-wrap: balance }
[data-testid=stMain] button [data-testid=stMarkdownContainer] :is(&, p) { white-space: normal; overflow: visible }
[data-testid=stTable] td :is([data-testid=stMarkdownContainer], p) { overflow-wrap: inherit }
@media screen { [data-testid=stTable][data-hint]::before { content: "HINT →"; font-size: 0.9rem } }
[data-testid=stSelectbox] input { text-overflow: ellipsis }
[role=option] > [data-item-hl] { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; height: auto;
    padding-top: 0; padding-bottom: 0; white-space: normal; overflow-wrap: anywhere; line-height: 1.15 }
[data-testid=stTextArea] textarea { font-family: monospace }
[data-testid=stMain] [data-testid=stPageLink] a { padding-left: 0 }
[data-testid=stMain] [data-testid=stPageLink] a * { color: FOCUS; font-size: 1rem; white-space: normal }
[data-tag], [data-tag] > span { height: auto; white-space: normal }
[data-testid=stMain] [data-testid=stPageLink] p { text-decoration: underline }
[aria-invalid=true] { box-shadow: inset 0 0 0 2px INVALID }
@media (max-width: 640px) {
    [data-testid=stMain] h1 { font-size: 1.8rem } [data-testid=stMain] h2 { font-size: 1.4rem }
    /* Four columns of pounds and pence side by side: the last one, a difference, is what a reader looks for. */
    [data-testid=stTable] :is(th, td) { font-size: 0.78rem !important; padding: 0.3rem 0.2rem !important }
    [data-testid=stTable] td:first-child { min-width: 6.2rem !important }
}
.goodwork-said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media print {
    :is([data-testid=stHeader], [data-testid=stToolbar], [data-testid=stSidebar], [data-testid=stButton],
        [data-testid=stDownloadButton], [data-testid=stFormSubmitButton], [data-testid=stFileUploader],
        [data-testid=stPageLink], [data-testid=stStatus], [data-testid=stSkeleton], .scrolls-sideways,
        [data-testid=stExpander]:has(> details:not([open]))) { display: none !important }
    :is(html, body, #root, [data-testid=stApp], [data-testid=stAppViewContainer], [data-testid=stMain],
        [data-testid=stTable], [data-testid=stTable] div) {
        position: static !important; height: auto !important; overflow: visible !important;
        background: #fff !important; color: #000 !important }
    :is(h1, h2, h3, h4, p, li, td, th, span, label, input, textarea) { color: #000 !important }
    :is([data-testid=stSelectbox], [data-testid=stTextInput], [data-testid=stMultiSelect]) * {
        background: #fff !important; color: #000 !important }
    [data-testid=stVegaLiteChart] { background: GROUND; print-color-adjust: exact }
    [data-testid=stMainBlockContainer] { padding: 0 !important; max-width: none !important }
    table { font-size: 9pt; width: 100% }
    :is(tr, svg, canvas, figure) { break-inside: avoid }
    :is(h1, h2, h3, h4) { break-after: avoid }
}
"""
_SCRIPT = """
(() => {
    if (window.goodworkPage) return;
    window.goodworkPage = true;
    const all = query => [...document.querySelectorAll(query)];
    const place = (role, live) => {
        const said = document.createElement('div');
        said.className = 'goodwork-said'; said.setAttribute('role', role); said.setAttribute('aria-live', live);
        return document.body.appendChild(said);
    };
    const findings = place('status', 'polite'), faults = place('alert', 'assertive');
    const say = (where, text) => { if (where.lastText !== text) { where.lastText = text; where.textContent = text; } };
    const scrolls = box => box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX);
    const look = () => {
        const app = document.querySelector('[data-testid=stApp]');
        if (!app || app.dataset.testScriptState === 'running') return;
        const text = query => all(`[data-testid=stMain] ${query}`).map(one => one.innerText.trim()).filter(Boolean);
        say(findings, text(':is(h1, h2)').slice(0, 2).join('. '));
        say(faults, text('[data-testid=stAlertContentError]').join(' '));
        const refused = all('[REFUSED]').flatMap(one => JSON.parse(one.getAttribute('REFUSED')));
        all('[data-testid=stMain] input[aria-label]').forEach(box => {
            if (refused.includes(box.getAttribute('aria-label'))) box.setAttribute('aria-invalid', 'true');
            else if (box.getAttribute('aria-invalid') === 'true') box.removeAttribute('aria-invalid');
        });
        const boxes = table => [table, ...table.querySelectorAll('*')].filter(scrolls);
        // The server judges from its text whether a table is wider than the screen: here it is known.
        all('[data-testid=stTable]').forEach(table => {
            const wide = boxes(table).length > 0;
            const before = table.closest('[data-testid=stElementContainer]').previousElementSibling;
            const hint = before && before.querySelector('.scrolls-sideways');
            if (hint) hint.hidden = !wide;
            table.toggleAttribute('data-hint', wide && !(hint && hint.checkVisibility()));
        });
        all('[data-testid=stTable], [data-testid=stCode]').forEach(table => boxes(table).forEach(box => {
            if (box.tabIndex === 0) return;
            box.tabIndex = 0; box.setAttribute('role', 'region');
            const isTable = table.matches('[data-testid=stTable]');
            const named = isTable && table.querySelector('[aria-label]');
            const name = named ? named.getAttribute('aria-label') : isTable ? 'Table' : 'Text';
            box.setAttribute('aria-label', `${name}, scrolls sideways`);
        }));
        document.body.dataset.settled = '';
    };
    let waiting;
    const of = ['data-test-script-state', 'open'];
    new MutationObserver(() => {
        delete document.body.dataset.settled;
        clearTimeout(waiting); waiting = setTimeout(look, 250);
    }).observe(document.body, {subtree: true, childList: true, attributes: true, attributeFilter: of});
    window.addEventListener('resize', look);
    document.fonts.addEventListener('loadingdone', look);  // letters that come late make tables wider
    document.addEventListener('click', event => {
        if (window.innerWidth < 769 && event.target.closest('[data-testid=stSidebarNavLink]')) setTimeout(() => {
            const close = document.querySelector('[data-testid=stSidebarCollapseButton] button');
            if (close) close.click();
        }, 50);
    });
    look();
})();
"""


def add() -> None:
    """Add the styles and the script to the page."""
    scheme = streamlit.context.theme.type or "light"
    styles = _STYLES.replace("BOX", _BOX).replace("HINT", page_tables.HINT).replace("FOCUS", FOCUS[scheme])
    styles = styles.replace("INVALID", "#c9302c" if scheme == "light" else "#ff8a80")
    # The words of a chart are in the ink of the screen: on paper a dark chart keeps its ground.
    styles = styles.replace("GROUND", "#ffffff" if scheme == "light" else "#11151a")
    streamlit.html(f"<style>{styles}</style>")
    streamlit.html(f"<script>{_SCRIPT.replace('REFUSED', _INVALID)}</script>", unsafe_allow_javascript=True)


def refuse(labels: Iterable[str]) -> None:
    """Mark the boxes under these labels as refused, for those who hear the page."""
    streamlit.html(f"<div {_INVALID}='{escape(json.dumps(list(labels)))}'></div>")
