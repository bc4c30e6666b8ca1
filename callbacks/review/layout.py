"""Layout of the review: the texts that wait, the map, what may be chosen for the one at hand."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import desk, labelled, trouble
from callbacks.review import panels
from callbacks.review.asked import read_page
from callbacks.review.ids import Act, Id, act
from callbacks.tools import Tools
from grid.refusals import Refused
from grid.reviewing import ReviewQueue
from layers.words import Language, say

HINTS = ("move", "choose", "search", "mark", "outside", "unplaceable", "confirm", "undo")
"""Keys that the foot of the map names; the browser's script has them too."""


def layout(tools: Tools, page: object = None) -> Any:
    """Return the page, with the list as it is now."""
    port, city = tools.store.review(tools.principal()), None
    try:
        city, queue, made = port.city(), port.queue(read_page(page)), port.decisions()
    except Refused as refused:
        return desk(tools, city, "review", trouble(refused, tools.language))
    language = tools.language
    columns = [_left(queue, language), _middle(language), _right(language)]
    columns[0].children.append(_decisions(panels.decision_list(made, language), language))
    stores = [
        dcc.Store(id=Id.OPENED, data=opened_data(queue)),
        *(dcc.Store(id=one) for one in (Id.VIEW, Id.ASKED, Id.SIZE)),
    ]
    return desk(tools, city, "review", html.Div([*stores, *columns], id=Id.ROOT, className="review-columns"))


def opened_data(queue: ReviewQueue, number: int = 0, failed: bool = False) -> dict[str, Any]:
    """Return what the browser must know of a list: its texts in order, its page, and which act it answers."""
    return {"keys": [item.key for item in queue.items], "page": queue.page, "n": number, "failed": failed}


def _left(queue: ReviewQueue, language: Language) -> Any:
    return html.Section(
        [
            html.Div(panels.progress(queue, language), id=Id.PROGRESS, className="review-progress"),
            html.Div(panels.queue_list(queue, language), id=Id.QUEUE, className="review-queue"),
        ],
        className="review-column review-left",
        **labelled(say("review.queue", language)),
    )


def _decisions(made: list[Any], language: Language) -> Any:
    return html.Details(
        [
            html.Summary([say("review.decisions.title", language), html.Kbd("Z")]),
            html.Div(made, id=Id.DECISIONS, className="review-decisions"),
        ],
        className="review-made",
    )


def _middle(language: Language) -> Any:
    graph = dcc.Graph(
        id=Id.MAP,
        figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
        config={"displayModeBar": False, "scrollZoom": True},
        responsive=True,
    )
    hints = [
        html.Span([html.Kbd(say(f"review.key.{name}", language)), say(f"review.hint.{name}", language)])
        for name in HINTS
    ]
    marking = html.Div(say("review.marking", language), className="review-marking")
    return html.Section(
        [
            html.Div(id=Id.NOTICE, className="review-notice", role="status"),
            html.Div(
                [graph, html.Div(className="review-cross"), marking],
                id=Id.MAP_BOX,
                className="review-map-box",
                role="figure",
                **labelled(say("review.map", language)),
            ),
            html.Div(hints, className="review-hints"),
        ],
        className="review-middle",
    )


def _right(language: Language) -> Any:
    search = dcc.Input(
        id=Id.SEARCH,
        type="text",
        maxLength=60,
        autoComplete="off",
        spellCheck="false",
        placeholder=say("review.search_hint", language),
        debounce=False,
    )
    others = [
        html.Button(
            [say(f"review.action.{name}", language), html.Kbd(name.value[0].upper())],
            type="button",
            className="review-other",
            **act(name),
        )
        for name in (Act.MARK, Act.OUTSIDE, Act.UNPLACEABLE)
    ]
    label = html.Label([say("review.search", language), html.Kbd("/")], htmlFor=Id.SEARCH)
    return html.Section(
        [
            html.Div(id=Id.ITEM, className="review-item"),
            html.Div([label, search], className="review-search"),
            html.Div(id=Id.CHOICES, className="review-choices"),
            html.Div(others, className="review-others"),
            html.Div(id=Id.PREVIEW, className="review-preview"),
        ],
        className="review-column review-right",
        **labelled(say("review.chosen", language)),
    )
