"""What the wall answers: plain methods that take what a browser sends and return what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dash import Patch, html, no_update

from callbacks.density import DensityPictures
from callbacks.tools import Tools
from callbacks.wall.cards import area_body, leader_body, read_area
from callbacks.wall.layout import BARE
from callbacks.wall.lists import (
    coverage_list,
    level_step,
    list_room_rem,
    listing_list,
    ranking_list,
    standing_list,
)
from callbacks.wall.live import down_words, lag_of, old_words
from callbacks.wall.marks import command_note, figure, legend_block, plain_note
from callbacks.wall.playing import month_said
from callbacks.wall.scene import (
    COUNTS_CROWDED,
    LEVEL_NOT_JUDGED,
    LEVEL_WITHHELD,
    NO_AREAS,
    NO_MATTERS,
    NO_POINTS,
    NO_PRODUCTS,
    Scene,
    SceneMaker,
    chosen_quarter,
)
from callbacks.wall.scene_words import state_words
from callbacks.wall.state import (
    CardKind,
    Layer,
    WallState,
    ask,
    counted_level,
    drawn_state,
    may_open_cards,
    read_card,
    read_state,
    shown_level,
    write_query,
)
from callbacks.wall.told import area_leads, placed_words, source_words
from grid.areas import Level
from grid.ports import WallReads
from grid.questions import City
from grid.refusals import Refused
from layers.charts import trend_figure
from layers.map_camera import Viewport
from layers.map_counts import Basis
from layers.map_coverage import covered_units
from layers.numbers import CITY_ZONE, in_city_time
from layers.theme import DARK
from layers.words import Language, say, say_refusal

_FIGURES = 7
_DESIGN = (1920, 1080)
_SMALLEST, _LARGEST = 320, 15360

Controls = dict[str, object]


class WallScreen:
    """The wall's answers over the ports; it keeps drawn pictures and decoded shapes, nothing of a visitor."""

    def __init__(self, tools: Tools, pictures: DensityPictures) -> None:
        self._tools = tools
        self._scenes = SceneMaker(pictures, tools)

    @property
    def _language(self) -> Language:
        return self._tools.language

    @property
    def _reads(self) -> WallReads:
        return self._tools.store.wall(self._tools.principal())

    def tick(self, shown: object) -> tuple[Any, Any, bool, Any]:
        """Return the version of what is shown (or no update), its banner, whether hidden, the pulse.

        The version is the publication's, empty before the first; a new day is a new version too, since days
        are told. The pulse is how far the publication lags behind the data, and which program answers.
        """
        kept = shown if isinstance(shown, dict) else {}
        try:
            publication = self._reads.publication()
        except Refused:
            return no_update, down_words(kept.get("at"), self._language), False, no_update
        now = datetime.now(CITY_ZONE)
        version = {
            "number": publication.number if publication else None,
            "until": publication.day.isoformat() if publication else None,
            "at": in_city_time(publication.changed_at) if publication else None,
            "day": now.date().isoformat(),
        }
        pulse = {"lag": lag_of(publication, now), "program": self._tools.program}
        return (no_update if version == kept else version), None, True, pulse

    def heading(self, shown: object, controls: Controls) -> tuple[Any, Any, Any]:
        """Return the heading, the stamps with the as-of time, and source with review number."""
        state, city = read_state(controls), self._reads.city()
        at = shown.get("at") if isinstance(shown, dict) else None
        return self._title(city, state), self._stamps(city, at), source_words(city, self._language)

    def quarters(self, chosen: object) -> tuple[list[dict[str, str]], str | None]:
        """Return the quarters to choose from and the chosen one, the newest begun where it is unknown."""
        reads = self._reads
        options = [{"label": str(quarter), "value": str(quarter)} for quarter in reads.quarters()]
        quarter = chosen_quarter(reads, read_state({"quarter": chosen}))
        return options, str(quarter) if quarter else None

    def tabs(self, layers: object, options: object, focus: object) -> tuple[list[dict[str, str]], str]:
        """Return the lists to choose from, one a layer; a layer just switched on leads."""
        state = read_state({"layers": layers, "focus": focus})
        before = (
            {str(one.get("value")) for one in options if isinstance(one, dict)}
            if isinstance(options, list)
            else set()
        )
        new = [layer for layer in state.layers if layer not in before] if before else []
        labels = [
            {"label": say(f"wall.layer.{one}", self._language), "value": str(one)} for one in state.layers
        ]
        return labels, str(new[0] if new else state.scene)

    def picture(
        self, viewport: object, controls: Controls, drawn: object, *, shown: object
    ) -> tuple[Any, Any, Any, Any]:
        """Return figure, legends, note and what is drawn.

        What is drawn already is left alone; where only the data changed, data alone is patched in, so that
        the visitor's own view stays.
        """
        state, size = read_state(controls), read_viewport(viewport)
        key = {"scene": _scene_key(state), "size": [size.width, size.height], "version": shown}
        before = drawn if isinstance(drawn, dict) else {}
        if before == key:
            return no_update, no_update, no_update, no_update
        scene = self._scenes.make(self._reads, state, size)
        if scene is None:
            return no_update, [], self._first_step(NO_AREAS, wide=True), no_update
        same_view = {**before, "version": shown} == key
        return (
            _patched(scene) if same_view else scene.figure,
            [legend_block(legend) for legend in scene.legends],
            [self._note(what) for what in scene.missing],
            key,
        )

    def figures(self, controls: Controls) -> list[Any]:
        """Return the main figures; what is to come before the first publication."""
        reads = self._reads
        if reads.publication() is None:
            return self._pending()
        question = ask(read_state(controls))
        return [figure(one, self._language) for one in reads.figures(question)[:_FIGURES]]

    def trend(self, viewport: object, controls: Controls, month: object) -> tuple[Any, Any]:
        """Return the trend and what is said beside it: of the month that a playback stands at, if it does.

        Nothing is drawn before the first publication.
        """
        state, size, reads = read_state({**controls, "month": month}), read_viewport(viewport), self._reads
        publication, question = reads.publication(), ask(state)
        if publication is None:
            return {"data": [], "layout": BARE}, None
        period = (state.period.since(publication.day), publication.day)
        months = reads.trend(question)
        drawn = trend_figure(
            months, DARK, self._language, font_px=18 * size.scale,
            highlight=(state.month, state.month) if state.month else period,
            breaks=reads.breaks(counted_level(state, reads.city())),
        )  # fmt: skip
        return drawn, month_said(months, state.month, self._language)

    def ranking(self, controls: Controls) -> tuple[Any, Any]:
        """Return the leading layer's list, and how the matters of the period are placed."""
        asked, reads = read_state(controls), self._reads
        # The list of counts is told even where the map has no room for them.
        state = asked if asked.scene is Layer.COUNTS else drawn_state(asked)
        city = reads.city()
        counting, cards = state.scene is Layer.COUNTS, may_open_cards(self._tools.principal())
        judging = state.scene is Layer.DENSITY and state.judged
        level = counted_level(state, city) if counting or judging else shown_level(Level.TOWN, city)
        counts = reads.counts(level, ask(state)) if reads.publication() else None
        room = list_room_rem(state)
        if state.scene is Layer.LISTING:
            quarter = chosen_quarter(reads, state)
            rows = reads.listings(quarter) if quarter else ()
            body = listing_list(rows, quarter, city.today, room, self._language, cards=cards)
        elif state.scene is Layer.COVERAGE:
            body = coverage_list(reads.coverage(city.today), room, self._language, cards=cards)
        elif level not in city.editions:
            body = [level_step(level, self._language)]
        elif counts is None:
            body = self._pending()
        elif judging:
            found = reads.significance(level, ask(state))
            areas = {row.area.id: row.area for row in counts.rows}
            leads = self._leads(city, level)
            body = standing_list(found, areas, room, self._language, cards=cards, leads=leads)
        else:
            basis, leads = state.basis if counting else Basis.COUNT, self._leads(city, level)
            body = ranking_list(counts, basis, room, self._language, cards=cards, leads=leads)
        return body, placed_words(counts.placed, self._language) if counts else None

    def card(self, named: object, viewport: object, controls: Controls) -> tuple[Any, bool]:
        """Return the open card and whether it is hidden: none for who may not open it, words for unknown."""
        card = read_card(named)
        if card is None or not may_open_cards(self._tools.principal()):
            return None, True
        try:
            if card.kind is CardKind.LEADER:
                return self._leader_card(card.id), False
            return self._area_card(card.id, read_state(controls), read_viewport(viewport)), False
        except Refused as refused:
            if refused.code not in {"area_unknown", "leader_unknown"}:
                raise
            return html.P(say_refusal(refused, self._language)), False

    def address(self, controls: Controls, card: object) -> str:
        """Return the query string of what is shown; it carries no card for who may not open it."""
        shown = card if may_open_cards(self._tools.principal()) else None
        return write_query(read_state({**controls, "card": shown}))

    def _leads(self, city: City, level: Level) -> dict[int, str]:
        book = self._reads.coverage(city.today)
        if book is None:
            return {}
        # A village's leader is told of its town, which lies in a county that has one.
        towns = self._reads.areas(Level.TOWN) if level is Level.VILLAGE else ()
        return area_leads(covered_units(book), towns, self._language)

    def _leader_card(self, leader_id: int) -> list[Any]:
        cards = self._tools.store.cards(self._tools.principal())
        return leader_body(cards.leader_card(leader_id, self._reads.city().today), self._language)

    def _area_card(self, area_id: int, state: WallState, size: Viewport) -> list[Any]:
        cards = self._tools.store.cards(self._tools.principal())
        answer, trend = read_area(self._reads, cards, area_id, state)
        return area_body(answer, trend, size.scale, self._language)

    def _title(self, city: City, state: WallState) -> list[Any]:
        state = drawn_state(state)
        words = state_words(state, counted_level(state, city), self._language)
        return [html.H1(city.name or say("product.name", self._language)), html.Span(words)]

    def _stamps(self, city: City, at: object) -> list[Any]:
        stamps = [
            html.Span(say(f"wall.{name}", self._language), className=f"wall-stamp {name}")
            for name, wanted in (("synthetic", city.synthetic), ("internal", city.internal))
            if wanted
        ]
        if not city.internal:
            stamps.append(html.Span(say("wall.not_internal", self._language), className="wall-as-of"))
        time = at or say("wall.not_yet", self._language)
        as_of = html.Span(say("wall.as_of", self._language, time=time), className="wall-as-of")
        if not at:
            return [as_of, *stamps]
        return [*old_words(self._language), as_of, *stamps]

    def _pending(self) -> list[Any]:
        return [html.P(say("wall.empty.pending", self._language), className="wall-small wall-pending")]

    def _note(self, what: str) -> Any:
        said = {
            LEVEL_WITHHELD: "wall.level_withheld", LEVEL_NOT_JUDGED: "significance.levels",
            COUNTS_CROWDED: "significance.crowded",
        }  # fmt: skip
        return plain_note(say(said[what], self._language)) if what in said else self._first_step(what)

    def _first_step(self, what: str, *, wide: bool = False) -> Any:
        if what in set(Level):
            return level_step(Level(what), self._language)
        imported = NO_MATTERS if what in {NO_POINTS, NO_PRODUCTS} else what
        command = say(f"wall.empty.{imported}_command", self._language)
        note = command_note(say(f"wall.empty.{what}", self._language), command)
        if not wide:
            return note
        return html.Div(
            [html.H2(say(f"wall.empty.{what}_title", self._language)), note], className="wall-empty"
        )


def read_viewport(raw: object) -> Viewport:
    """Return the browser's size, the design's where it makes no sense."""
    width, height = (raw.get("width"), raw.get("height")) if isinstance(raw, dict) else (None, None)
    if isinstance(width, int) and isinstance(height, int) and _fits(width) and _fits(height):
        return Viewport(width, height)
    return Viewport(*_DESIGN)


def _fits(side_px: int) -> bool:
    return _SMALLEST <= side_px <= _LARGEST


def _scene_key(state: WallState) -> str:
    """What of a state the map shows: neither the card nor a quarter without listings."""
    quarter = state.quarter if Layer.LISTING in state.layers else None
    return write_query(replace(state, card=None, focus=state.scene, quarter=quarter))


def _patched(scene: Scene) -> Patch:
    patch = Patch()
    patch["data"] = scene.figure["data"]
    patch["layout"]["map"]["layers"] = scene.figure["layout"]["map"]["layers"]
    return patch
