"""The three columns of the planner's board: leaders and units, the map with its tools, what comes of it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import definition, labelled
from callbacks.plan.board import Board
from callbacks.plan.ids import Act, Id, act
from callbacks.plan.life_board import life_part
from callbacks.plan.life_ids import LifeId
from callbacks.plan.suggestion_panel import suggest_panel
from grid.coverage import CoverageBook, UnitKind
from grid.planning import LARGEST_VALUE
from layers.words import Language, say

TABS = ("outcome", "suggest", "formula", "plans")
_TOWN_TABS = ("outcome", "plans")
"""A town's plans are moved along above the board, and it is divided there."""
_EDITING = frozenset({"suggest", "formula"})
"""Of no use to who may only read."""
MODES = ("pan", "lasso", "select")
_HELP = ("select", "extend", "all", "give", "move", "space", "clear", "undo", "keys")


def choices(language: Language) -> Any:
    """Return the column of leaders, and of units in a list, departments first: they are on no map.

    The browser writes a row for each unit (``assets/plan.js``): as components, hundreds of rows would be
    asked at each step whether they changed.
    """
    return html.Section(
        [
            _heading("leaders", language, definition(say("plan.definition.cases", language), language)),
            html.P(say("plan.panel.leaders_hint", language), className="plan-hint"),
            html.Div(id=Id.LEADERS, className="plan-leaders"),
            _of_leader(language),
            html.Div(
                [
                    _heading("departments", language),
                    html.Div(**_data("rows", UnitKind.DEPARTMENT)),
                    _heading("units", language),
                    html.Div(**_data("rows", UnitKind.AREA)),
                ],
                id=Id.UNITS,
                className="plan-units",
            ),
        ],
        className="plan-column plan-left",
        **labelled(say("plan.panel.leaders", language)),
    )


def middle(base: CoverageBook, language: Language) -> Any:
    """Return the map with its tools above it and what is selected below them."""
    name = say("plan.notice.base", language, name=base.plan.name, since=base.plan.valid_from.isoformat())
    return html.Section(
        [
            _tools(language),
            _selected(name, language),
            html.Div(
                [
                    html.Span(id=Id.NOTICE, role="status"),
                    html.Span(id=Id.REFUSED, role="alert", className="plan-alert"),
                    html.Span(id=Id.STORED, role="status"),
                ],
                className="plan-notice",
            ),
            html.Div(
                dcc.Graph(
                    id=Id.MAP,
                    figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
                    config={"displayModeBar": False, "scrollZoom": True},
                    responsive=True,
                ),
                id=Id.MAP_BOX,
                className="plan-map-box",
                role="figure",
                tabIndex=0,
                **labelled(say("plan.map.title", language)),
            ),
            html.P(say("plan.map.legend", language), className="plan-legend"),
            _keys(language),
        ],
        className="plan-middle",
    )


def consequences(board: Board, language: Language) -> Any:
    """Return the column of tabs, with the name and the saving of the draft under all of them."""
    names = _TOWN_TABS if board.town else TABS
    tabs = [
        html.Button(
            say(f"plan.tab.{name}", language),
            className="plan-tab" + (" plan-editing" if name in _EDITING else ""),
            role="tab",
            **_marked("aria-selected", name == TABS[0]),
            **act(Act.TAB, name),
        )
        for name in names
    ]
    panes = {
        "outcome": _outcome(language),
        "suggest": [html.Div(suggest_panel(language), id=Id.SUGGEST)],
        "formula": [html.Div(id=Id.FORMULA)],
        "plans": _town_plans(language) if board.town else _plans(language),
    }
    return html.Section(
        [
            html.Div(tabs, className="plan-tabs", role="tablist"),
            *(
                html.Div(
                    pane,
                    className="plan-pane" + ("" if name == TABS[0] else " plan-away"),
                    **_data("pane", name),
                    role="tabpanel",
                )
                for name, pane in panes.items()
                if name in names
            ),
            _drafting(board, language),
        ],
        className="plan-column plan-right",
        **labelled(say("plan.panel.consequences", language)),
    )


def _outcome(language: Language) -> list[Any]:
    parts: list[Any] = [html.Div(id=Id.FIGURES, className="plan-figure-box")]
    for name, place in (("issues", Id.ISSUES), ("changes", Id.CHANGES), ("demands", Id.DEMANDS)):
        parts += [_heading(name, language), html.Div(id=place)]
    return parts


def _plans(language: Language) -> list[Any]:
    compare = dcc.Link(say("plan.action.compare", language), href="/plan?view=compare", className="plan-tool")
    history = dcc.Link(say("plan.action.history", language), href="/plan?view=history", className="plan-tool")
    patches = dcc.Link(say("patches.title", language), href="/plan?view=patches", className="plan-tool")
    return [
        html.Div([compare, history, patches], className="plan-tools"),
        html.Div(id=Id.COMPARE),
        html.Div(life_part(language), id=Id.LIFE),
        _heading("drafts", language),
        html.Div(id=Id.DRAFTS, className="plan-draft-list"),
    ]


def _town_plans(language: Language) -> list[Any]:
    # What the city's plans go through is not a town's; its parts are there, since callbacks name them.
    return [
        _heading("drafts", language),
        html.Div(id=Id.DRAFTS, className="plan-draft-list"),
        html.Div(life_part(language), hidden=True),
    ]


def _drafting(board: Board, language: Language) -> Any:
    name = dcc.Input(
        id=Id.NAME,
        value=board.name,
        maxLength=60,
        placeholder=say("plan.drafts.placeholder", language),
    )
    label = html.Label(say("plan.drafts.name", language), htmlFor=Id.NAME, className="plan-label")
    save = html.Button(say("plan.action.save", language), id=Id.SAVE, className="plan-save")
    save_as = html.Button(
        say("plan.action.save_as", language), id=Id.SAVE_AS, className="plan-save plan-save-as"
    )
    unsaved = html.Span(say("plan.notice.unsaved", language), className="plan-unsaved plan-away")
    return html.Div(
        [
            html.Div([label, unsaved], className="plan-label-row"),
            html.Div([name, save, save_as], className="plan-save-row"),
            html.Div(id=Id.SAVED, className="plan-saved", role="status"),
            html.Div(id=LifeId.CONFLICT, role="status"),
        ],
        className="plan-drafting plan-editing",
    )


def _tools(language: Language) -> Any:
    modes = [
        html.Button(
            say(f"plan.mode.{mode}", language),
            className="plan-tool plan-mode",
            **_marked("aria-pressed", mode == MODES[0]),
            **act(Act.MODE, mode),
        )
        for mode in MODES
    ]
    undo = html.Button(
        _keyed("undo", language),
        id=Id.UNDO,
        disabled=True,
        className="plan-tool plan-editing",
        **act(Act.UNDO),
    )
    redo = html.Button(
        _keyed("redo", language),
        id=Id.REDO,
        disabled=True,
        className="plan-tool plan-editing",
        **act(Act.REDO),
    )
    more = [
        html.Button(say("plan.action.print", language), className="plan-tool", **act(Act.PRINT)),
        html.Button(
            [say("plan.action.keys", language), html.Kbd("?")], className="plan-tool", **act(Act.KEYS)
        ),
        dcc.Link(say("plan.action.start", language), href="/plan", className="plan-tool", refresh=True),
    ]
    return html.Div([html.Span(modes, className="plan-modes"), undo, redo, *more], className="plan-tools")


def _selected(base: str, language: Language) -> Any:
    """What is selected, and what can be done with it."""
    words: Any = {
        "data-none": say("plan.selection.none", language),
        "data-some": say("plan.selection.some", language, count="{count}", names="{names}"),
        "data-to": say("plan.selection.to", language, leader="{leader}"),
    }
    amount = dcc.Input(
        id=Id.HELP_VALUE, type="number", min=0, max=LARGEST_VALUE, step=1, value=5, className="plan-number"
    )
    acts = (Act.GIVE, Act.TAKE_AWAY, Act.PIN, Act.FORBID, Act.SPLIT, Act.JOIN, Act.LINK)
    buttons: list[Any] = [
        html.Button(
            say(f"plan.do.{name}", language), disabled=True, className="plan-small plan-do", **act(name)
        )
        for name in acts
    ]
    helping = html.Span(
        [
            html.Button(
                say("plan.do.help", language), disabled=True, className="plan-small plan-do", **act(Act.HELP)
            ),
            html.Label(amount, **labelled(say("plan.do.help_value", language))),
        ],
        className="plan-helping",
    )
    buttons.insert(2, helping)
    clear = html.Button(
        say("plan.do.clear", language), disabled=True, className="plan-small plan-do", **act(Act.CLEAR)
    )
    return html.Div(
        [
            html.Span(id=Id.SELECTION, className="plan-selected", role="status", **words),
            html.Span(base, className="plan-base", title=base),
            html.Span([*buttons, clear], className="plan-dos plan-editing"),
        ],
        className="plan-bar-of-selection",
    )


def _of_leader(language: Language) -> Any:
    """What is demanded of the chosen leader: a cap and a share."""
    fields = (
        (Id.CAP_VALUE, "cap", Act.CAP, LARGEST_VALUE, None),
        (Id.SHARE_VALUE, "share", Act.SHARE, 100, 100),
    )
    parts: list[Any] = []
    for place, name, what, most, value in fields:
        field = dcc.Input(
            id=place, type="number", min=0, max=most, step=1, value=value, className="plan-number"
        )
        parts.append(html.Label([say(f"plan.leader.set_{name}", language), field]))
        parts.append(
            html.Button(
                say("plan.action.set", language),
                className="plan-small plan-do-leader",
                disabled=True,
                **act(what),
            )
        )
    return html.Div(parts, className="plan-of-leader plan-editing")


def _marked(name: str, marked: bool) -> Any:
    return {name: "true" if marked else "false"}


def _data(name: str, value: str) -> Any:
    return {f"data-{name}": value}


def _keys(language: Language) -> Any:
    lines = [
        html.Div([html.Dt(say(f"plan.keys.{one}_key", language)), html.Dd(say(f"plan.keys.{one}", language))])
        for one in _HELP
    ]
    close = html.Button(say("plan.action.close", language), className="plan-small", **act(Act.KEYS))
    return html.Div(
        [html.H2(say("plan.keys.title", language)), html.Dl(lines), close],
        id=Id.KEYS,
        className="plan-keys plan-away",
        role="dialog",
        **labelled(say("plan.keys.title", language)),
    )


def _heading(name: str, language: Language, more: Any = None) -> Any:
    return html.H2([say(f"plan.panel.{name}", language), more], className="plan-heading")


def _keyed(action: str, language: Language) -> list[Any]:
    return [say(f"plan.action.{action}", language), html.Kbd(say(f"plan.action.{action}_key", language))]
