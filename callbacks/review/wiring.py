"""Wiring of the review: keys and presses happen in the browser, what they mean is asked for here."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update

from callbacks.plan.wiring import read_size
from callbacks.review import panels
from callbacks.review.asked import Asked, View, decision_of, read_asked, read_view
from callbacks.review.ids import Id
from callbacks.review.layout import opened_data
from callbacks.tools import Tools
from grid.ports import ReviewDesk
from grid.refusals import Refused
from grid.reviewing import Candidate
from layers.numbers import grouped
from layers.review_map import ReviewScene, review_figure, seen_bounds
from layers.words import Language, say, say_refusal


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    _in_browser(app, "open", Output(Id.VIEW, "data"), Input(Id.OPENED, "data"))
    _in_browser(app, "measure", Output(Id.SIZE, "data"), Input(Id.MAP_BOX, "id"))
    _in_browser(app, "drawn", Input(Id.MAP, "figure"))
    _in_browser(app, "search", Input(Id.SEARCH, "value"))
    _wire_show(app, tools)
    _wire_act(app, tools)


def _in_browser(app: Dash, name: str, *wires: Output | Input | State) -> None:
    """What happens in the browser alone: see ``assets/review.js``."""
    app.clientside_callback(ClientsideFunction("review", name), *wires)


def _wire_show(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.MAP, "figure"),
        Output(Id.ITEM, "children"),
        Output(Id.CHOICES, "children"),
        Output(Id.PREVIEW, "children"),
        Input(Id.VIEW, "data"),
        Input(Id.SIZE, "data"),
        prevent_initial_call=True,
    )
    def show(data: object, size: object) -> tuple[Any, ...]:
        port = tools.store.review(tools.principal())
        try:
            return _shown(port, None if data is None else read_view(data), size, tools.language)
        except Refused as refused:
            return no_update, no_update, no_update, _alert(refused, tools.language)


def _wire_act(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.QUEUE, "children"),
        Output(Id.PROGRESS, "children"),
        Output(Id.DECISIONS, "children"),
        Output(Id.NOTICE, "children"),
        Output(Id.OPENED, "data"),
        Input(Id.ASKED, "data"),
        prevent_initial_call=True,
    )
    def act(data: object) -> tuple[Any, ...]:
        port = tools.store.review(tools.principal())
        number = data.get("n") if isinstance(data, dict) and type(data.get("n")) is int else 0
        try:
            asked = read_asked(data)
        except Refused as refused:
            return (
                no_update,
                no_update,
                no_update,
                _alert(refused, tools.language),
                {"n": number, "failed": True},
            )
        return _acted(port, asked, tools.language)


def _acted(port: ReviewDesk, asked: Asked, language: Language) -> tuple[Any, ...]:
    """Do what is asked and return the list as it then is, also where it was refused: others decide too."""
    failed = False
    try:
        said: Any = _done(port, asked, language)
    except Refused as refused:
        failed, said = True, _refused(port, asked, refused, language)
    try:
        queue, made = port.queue(max(1, asked.page)), port.decisions()
    except Refused as refused:
        gone = {"n": asked.number, "failed": True}
        return no_update, no_update, no_update, _alert(refused, language), gone
    return (
        panels.queue_list(queue, language),
        panels.progress(queue, language),
        panels.decision_list(made, language),
        said,
        opened_data(queue, asked.number, failed),
    )


def _done(port: ReviewDesk, asked: Asked, language: Language) -> Any:
    if asked.act == "undo":
        undone = port.undo(asked.decision_id)
        words = "review.undone_partly" if undone.stayed else "review.undone"
        return say(words, language, count=grouped(undone.matters), stayed=grouped(undone.stayed))
    if asked.act == "page":
        return ""
    made = port.decide(decision_of(port, asked.view))
    where = made.area_name or say(f"review.verdict.{made.verdict}", language)
    return say("review.decided", language, count=grouped(made.matters), where=where)


def _refused(port: ReviewDesk, asked: Asked, refused: Refused, language: Language) -> Any:
    """Say why not; a decision that is in the way can be undone where it is told, however old it is."""
    said = _alert(refused, language)
    made = port.decisions(asked.view.key) if refused.code == "decision_in_force" else ()
    return [said, panels.in_the_way(made[0], language)] if made else said


def _shown(port: ReviewDesk, view: View | None, size: object, language: Language) -> tuple[Any, ...]:
    city, viewport = port.city(), read_size(size)
    if view is None or not view.key:
        done = ReviewScene(city, viewport, around=port.areas_around(city.bounds) if city.bounds else ())
        return review_figure(done), html.P(say("review.nothing", language)), [], []
    item = port.item(view.key)
    found = port.find_areas(view.words) if view.words.strip() else ()
    offered = (found or item.candidates) if item.has_text else ()
    chosen = _chosen(port, view, offered)
    bounds = seen_bounds(ReviewScene(city, viewport, offered, (), item.suggestions, chosen, view.point))
    wide = bounds or city.bounds
    around = port.areas_around(wide) if wide else ()
    # A map of the whole city has the outlines of its areas anyway.
    thin = port.candidates(tuple(area.id for area in around)) if bounds else ()
    scene = ReviewScene(city, viewport, offered, around, item.suggestions, chosen, view.point, thin)
    return (
        review_figure(scene),
        panels.item_panel(item, language),
        panels.choices(item, found, view, chosen, language) if item.has_text else [],
        panels.preview(item, view, chosen, language),
    )


def _chosen(port: ReviewDesk, view: View, offered: tuple[Candidate, ...]) -> Candidate | None:
    """Return the area that is chosen or that holds the point; none where the text is to have no place."""
    if view.verdict is not None:
        return None
    if view.point is not None:
        return port.area_at(*view.point)
    if view.area_id is None:
        return None
    found = next((one for one in offered if one.area.id == view.area_id), None)
    return found or next(iter(port.candidates((view.area_id,))), None)


def _alert(refused: Refused, language: Language) -> Any:
    return html.Span(say_refusal(refused, language), className="review-alert", role="alert")
