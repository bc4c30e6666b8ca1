"""Wiring of the editor: one callback takes every step, since each shows in every part of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.tools import Tools
from callbacks.tour.draft import (
    Draft,
    added,
    changed,
    chosen,
    draft_of,
    moved,
    read_draft,
    removed,
    renamed,
    undone,
)
from callbacks.tour.ids import TourId
from callbacks.tour.layout import (
    about,
    opened,
    play_link,
    scene_options,
    see_link,
    started,
    summary,
    tour_links,
)
from grid.ports import TourDesk
from grid.refusals import Refused
from grid.tours import Shows
from layers.words import Language, say, say_refusal

_BUTTONS = (TourId.UP, TourId.DOWN, TourId.ADD, TourId.REMOVE, TourId.UNDO, TourId.SAVE, TourId.DISCARD)
_FIELDS = {
    TourId.SHOWS: "shows",
    TourId.TITLE: "title",
    TourId.QUERY: "query",
    TourId.PRESET: "query",
    TourId.SECONDS: "seconds",
}
_STEPS: dict[str, Callable[[Draft], Draft]] = {
    TourId.UP: lambda draft: moved(draft, -1),
    TourId.DOWN: lambda draft: moved(draft, 1),
    TourId.ADD: added,
    TourId.REMOVE: removed,
    TourId.UNDO: undone,
}


def wire(app: Dash, tools: Tools) -> None:
    """Register the editor's callbacks."""
    app.clientside_callback(
        ClientsideFunction("tour", "taken"),
        Output(TourId.QUERY, "value", allow_duplicate=True),
        Input(TourId.TAKE, "n_clicks"),
        prevent_initial_call=True,
    )

    @app.callback(
        output={
            "draft": Output(TourId.DRAFT, "data"),
            "tours": Output(TourId.TOURS, "children"),
            "name": Output(TourId.NAME, "value"),
            "options": Output(TourId.LIST, "options"),
            "at": Output(TourId.LIST, "value"),
            "summary": Output(TourId.SUMMARY, "children"),
            "head": Output(TourId.HEAD, "children"),
            "shows": Output(TourId.SHOWS, "value"),
            "about": Output(TourId.ABOUT, "children"),
            "title": Output(TourId.TITLE, "value"),
            "query": Output(TourId.QUERY, "value"),
            "preset": Output(TourId.PRESET, "value"),
            "not_of_wall": Output(TourId.OF_WALL, "hidden"),
            "seconds": Output(TourId.SECONDS, "value"),
            "see": Output(TourId.SEE, "href"),
            "play": Output(TourId.PLAY, "href"),
            "is_first": Output(TourId.UNDO, "disabled"),
            "said": Output(TourId.SAID, "children"),
        },
        inputs={
            "_": [Input(one, "n_clicks") for one in _BUTTONS],
            "at": Input(TourId.LIST, "value"),
            "name": Input(TourId.NAME, "value"),
            "fields": {one.value: Input(one, "value") for one in _FIELDS},
            "kept": State(TourId.DRAFT, "data"),
        },
        prevent_initial_call=True,
    )
    def edit(_: object, at: object, name: object, fields: dict[str, object], kept: object) -> Any:
        port = tools.store.tours(tools.principal())
        return Editor(port, tools.language).answer(ctx.triggered_id, kept, at, name, fields)


class Editor:
    """Takes steps on a draft, and tells what the page shows after each."""

    def __init__(self, port: TourDesk, language: Language) -> None:
        self._port = port
        self._language = language

    def answer(
        self, step: object, kept: object, at: object, name: object, fields: dict[str, object]
    ) -> dict[str, Any]:
        """Return what each part of the page shows after a step; a refusal only says something."""
        try:
            before = read_draft(kept)
            after, tours, said = self._taken(step, before, at, name, fields)
        except Refused as refused:
            return {**dict.fromkeys(_OUTPUTS, no_update), "said": say_refusal(refused, self._language)}
        return self._shown(after) | {"tours": tours, "said": said}

    def _taken(
        self, step: object, draft: Draft, at: object, name: object, fields: dict[str, object]
    ) -> tuple[Draft, Any, str]:
        """Return the draft after a step, the links where the tours changed, and what is said."""
        if step == TourId.SAVE:
            draft = replace(draft_of(self._port.save_tour(draft.tour())), at=draft.at)
            return draft, self._links(draft), say("tour.edit.saved", self._language)
        if step == TourId.DISCARD:
            return self._discarded(draft)
        after = self._stepped(step, draft, at, name, fields)
        said = (
            say("tour.edit.unsaved", self._language) if after.is_changed else started(after, self._language)
        )
        return after, no_update, said

    def _stepped(
        self, step: object, draft: Draft, at: object, name: object, fields: dict[str, object]
    ) -> Draft:
        if step == TourId.LIST:
            return chosen(draft, at)
        if step == TourId.NAME:
            return renamed(draft, name)
        if isinstance(step, str) and step in _STEPS:
            return _STEPS[step](draft)
        field = _FIELDS.get(step) if isinstance(step, TourId) else _field_of(step)
        if field is None or (step == TourId.PRESET and not fields[TourId.PRESET]):
            raise PreventUpdate
        return changed(draft, field, fields[str(step)])

    def _discarded(self, draft: Draft) -> tuple[Draft, Any, str]:
        if draft.id:
            self._port.discard_tour(draft.id, draft.version)
        after = opened(self._port, self._port.tours(), None, self._language)
        return after, self._links(after), say("tour.edit.discarded", self._language)

    def _links(self, draft: Draft) -> Any:
        return tour_links(self._port.tours(), draft.id, self._language)

    def _shown(self, draft: Draft) -> dict[str, Any]:
        scene, language = draft.scene, self._language
        return {
            "draft": draft.plain(),
            "name": draft.name,
            "options": scene_options(draft, language),
            "at": str(draft.at),
            "summary": summary(draft, language),
            "head": say("tour.edit.scene", language, n=draft.at + 1),
            "shows": scene["shows"],
            "about": about(scene["shows"], language),
            "title": scene["title"],
            "query": scene["query"],
            "preset": None,
            "not_of_wall": scene["shows"] != Shows.WALL,
            "seconds": scene["seconds"],
            "see": see_link(draft),
            "play": play_link(draft),
            "is_first": not draft.past,
        }


_OUTPUTS = (
    "draft", "tours", "name", "options", "at", "summary", "head", "shows", "about", "title", "query",
    "preset", "not_of_wall", "seconds", "see", "play", "is_first",
)  # fmt: skip


def _field_of(step: object) -> str | None:
    return {one.value: field for one, field in _FIELDS.items()}.get(step) if isinstance(step, str) else None
