"""The editor's page: the tours there are, the scenes of one in order, and the fields of the chosen scene."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from callbacks.frame import desk, labelled, trouble
from callbacks.tools import Tools
from callbacks.tour.draft import Draft, draft_of
from callbacks.tour.ids import TourId
from callbacks.wall.tour_scenes import default_words
from grid.ports import TourDesk
from grid.refusals import Refused
from grid.tours import DEFAULT, LONGEST_NAME, LONGEST_S, LONGEST_TITLE, SHORTEST_S, Shows, Tour
from layers.words import Language, say

PATH = "/tour"
WALL_PATH = "/wall"
NEW = "new"
PRESETS = {
    "density": "?layers=density",
    "significance": "?layers=density&view=significance",
    "rate": "?layers=counts&level=town&basis=rate",
    "counts": "?layers=counts&level=county&basis=count",
    "listing": "?layers=listing,coverage&focus=listing",
    "coverage": "?layers=coverage",
}
"""States of the wall to begin with, by the name of their words."""


def page(tools: Tools, key: object) -> Any:
    """Return the page with the tour of an id, the first there is, or a new one."""
    language, city = tools.language, None
    port = tools.store.tours(tools.principal())
    try:
        city = port.city()
        kept = port.tours()
        draft = opened(port, kept, key, language)
    except Refused as refused:
        return desk(tools, city, "tour", [trouble(refused, language)], class_name="office tour")
    body = [
        dcc.Store(id=TourId.DRAFT, data=draft.plain()),
        html.Div([_tours(kept, draft, language), _order(draft, language), _fields(draft, language)],
                 className="tour-columns"),
        html.P(say("tour.edit.keys", language), className="office-muted"),
    ]  # fmt: skip
    return desk(tools, city, "tour", body, class_name="office tour")


def opened(port: TourDesk, kept: tuple[Tour, ...], key: object, language: Language) -> Draft:
    """Return the draft to begin with: for ``new``, or where there is no tour, the default as a new one."""
    if isinstance(key, str) and key != NEW:
        return draft_of(port.tour(key))
    if kept and key != NEW:
        return draft_of(kept[0])
    names = {one.name for one in kept}
    made = (say("tour.edit.new_name", language, n=n) for n in range(1, len(names) + 2))
    return draft_of(Tour(0, next(name for name in made if name not in names), DEFAULT))


def tour_links(kept: tuple[Tour, ...], shown: int, language: Language) -> list[Any]:
    """Return a link to each tour, the one shown marked, and one to a new one."""
    here: Any = {"aria-current": "page"}
    links = [
        html.A(
            one.name,
            href=f"{PATH}?{urlencode({'tour': one.id})}",
            className="tour-link" + (" tour-link-here" if one.id == shown else ""),
            **(here if one.id == shown else {}),
        )
        for one in kept
    ]
    new = html.A(say("tour.edit.new", language), href=f"{PATH}?tour={NEW}", className="office-button")
    return [html.Nav(links, className="tour-links", **labelled(say("tour.edit.tours", language))), new]


def scene_options(draft: Draft, language: Language) -> list[dict[str, str]]:
    """Return the scenes in order, as options whose values are their places."""
    return [
        {
            "label": say(
                "tour.edit.scene_line", language, n=place + 1, seconds=_seconds(scene["seconds"]),
                title=scene["title"] or _default_title(scene["shows"], scene["query"], language),
            ),
            "value": str(place),
        }
        for place, scene in enumerate(draft.scenes)
    ]  # fmt: skip


def summary(draft: Draft, language: Language) -> str:
    """Return how many entries there are and how long a round takes at least."""
    seconds = sum(scene["seconds"] or 0 for scene in draft.scenes)
    return say("tour.edit.scenes_line", language, count=len(draft.scenes), seconds=seconds)


def started(draft: Draft, language: Language) -> str:
    """Return what to know of a draft that was never saved."""
    return "" if draft.id else say("tour.edit.started", language)


def see_link(draft: Draft) -> str:
    """Return the address of the wall in the chosen scene's state; of a generator, the saved tour's."""
    if draft.scene["shows"] == Shows.WALL and draft.scene["query"].startswith("?"):
        return f"{WALL_PATH}{draft.scene['query']}"
    return play_link(draft)


def play_link(draft: Draft) -> str:
    """Return the address at which the wall plays the tour as it is saved."""
    return f"{WALL_PATH}?{urlencode({'tour': draft.id or ''})}"


def _tours(kept: tuple[Tour, ...], draft: Draft, language: Language) -> Any:
    return html.Section(
        [
            html.H2(say("tour.edit.tours", language)),
            html.Div(tour_links(kept, draft.id, language), id=TourId.TOURS, className="tour-all"),
        ],
        className="office-card",
    )


def _order(draft: Draft, language: Language) -> Any:
    steps = [_button(one, what, language) for one, what in (
        (TourId.UP, "up"), (TourId.DOWN, "down"), (TourId.ADD, "add"), (TourId.REMOVE, "remove"),
    )]  # fmt: skip
    name = dcc.Input(
        id=TourId.NAME, value=draft.name, maxLength=LONGEST_NAME, debounce=True, className="office-input"
    )
    play = html.A(
        say("tour.edit.play", language), id=TourId.PLAY, href=play_link(draft), target="_blank",
        className="office-button",
    )  # fmt: skip
    keep = [
        _button(TourId.SAVE, "save", language, tone="office-primary"),
        html.Button(
            say("tour.edit.undo", language), id=TourId.UNDO, className="office-button", disabled=True
        ),
        play,
        _button(TourId.DISCARD, "discard", language, tone="office-danger"),
    ]
    return html.Section(
        [
            _field("name", name, language),
            html.H2(say("tour.edit.scenes", language)),
            html.P(summary(draft, language), id=TourId.SUMMARY, className="office-muted"),
            dcc.RadioItems(
                id=TourId.LIST, options=scene_options(draft, language), value=str(draft.at),
                className="tour-list",
            ),
            html.Div(steps, className="tour-steps"),
            html.Div(keep, className="tour-steps tour-keep"),
            html.P(started(draft, language), id=TourId.SAID, className="tour-said", role="status"),
        ],
        className="office-card",
    )  # fmt: skip


def _fields(draft: Draft, language: Language) -> Any:
    scene = draft.scene
    shows = [{"label": say(f"tour.shows.{one}", language), "value": one.value} for one in Shows]
    of_wall = [
        _field("query", dcc.Input(
            id=TourId.QUERY, value=scene["query"], debounce=True, className="office-input",
        ), language),
        html.P(say("tour.edit.query_hint", language), className="office-muted"),
        _field("preset", dcc.Dropdown(
            id=TourId.PRESET, clearable=True, searchable=False,
            placeholder=say("tour.edit.preset_none", language),
            options=[
                {"label": say(f"tour.preset.{name}", language), "value": query}
                for name, query in PRESETS.items()
            ],
        ), language),
        _button(TourId.TAKE, "taken", language),
    ]  # fmt: skip
    see = html.A(
        say("tour.edit.see", language), id=TourId.SEE, href=see_link(draft), target="_blank",
        className="office-button",
    )  # fmt: skip
    return html.Section(
        [
            html.H2(say("tour.edit.scene", language, n=draft.at + 1), id=TourId.HEAD),
            _field("shows", dcc.RadioItems(
                id=TourId.SHOWS, options=shows, value=scene["shows"], className="tour-kinds",
            ), language),
            html.P(about(scene["shows"], language), id=TourId.ABOUT, className="office-muted"),
            _field("title", dcc.Input(
                id=TourId.TITLE, value=scene["title"], maxLength=LONGEST_TITLE, debounce=True,
                className="office-input",
            ), language),
            html.Div(
                of_wall, id=TourId.OF_WALL, hidden=scene["shows"] != Shows.WALL, className="tour-fields"
            ),
            _field("seconds", dcc.Input(
                id=TourId.SECONDS, value=scene["seconds"], type="number",
                min=SHORTEST_S, max=LONGEST_S, step=1, debounce=True, className="office-input",
            ), language, least=SHORTEST_S, most=LONGEST_S),
            see,
        ],
        className="office-card tour-fields",
    )  # fmt: skip


def about(shows: str, language: Language) -> str:
    """Return what an entry of a kind does, nothing for an unknown one."""
    return say(f"tour.about.{shows}", language) if shows in set(Shows) else ""


def _field(what: str, control: Any, language: Language, **facts: object) -> Any:
    words = html.Span(say(f"tour.edit.{what}", language, **facts))
    # A group of its own for what is more than one field; a label would give its clicks to the first.
    if isinstance(control, dcc.RadioItems | dcc.Dropdown):
        return html.Fieldset([html.Legend(words.children), control], className="office-field")
    return html.Label([words, control], className="office-field")


def _button(one: TourId, what: str, language: Language, *, tone: str = "") -> Any:
    return html.Button(
        say(f"tour.edit.{what}", language), id=one, n_clicks=0, className=f"office-button {tone}".strip()
    )


def _default_title(shows: str, query: str, language: Language) -> str:
    return default_words(shows, query, language) if shows in set(Shows) else "?"


def _seconds(raw: object) -> object:
    return "?" if raw is None else raw
