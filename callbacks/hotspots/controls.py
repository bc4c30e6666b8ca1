"""The filters of the hotspot screen, as the state that its address names sets them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.frame import labelled
from callbacks.hotspots.area_options import area_option
from callbacks.hotspots.asked import PURPOSES, Bandwidth, Over, Per, State
from callbacks.hotspots.ids import Id
from callbacks.hotspots.known import Facts
from grid.areas import PLACED_LEVELS
from grid.hotspots.questions import COUNT_UNITS
from grid.matters import Category, Channel, Stage
from grid.ports import HotspotDesk
from layers.hotspot_paint import AMOUNTS, HEAT, Paint
from layers.words import Language, say

SLIDER_DAYS = 3 * 366
"""How far back the slider reaches; the fields for days reach further."""
PRESETS = ("30", "90", "365", "year", "last_year")
_PAINTS = (*AMOUNTS, *HEAT, Paint.MORAN, Paint.EMERGING, Paint.NONE)


def controls(port: HotspotDesk, facts: Facts, state: State, language: Language) -> Any:
    """Return the column of filters."""
    levels = [level for level in PLACED_LEVELS if level in facts.city.editions]
    return html.Aside(
        [
            _group("paint", _radio(Id.PAINT, "hotspots.paint", _PAINTS, state.paint, language), language),
            _group("level", _radio(Id.LEVEL, "level", levels, state.level, language, inline=True), language),
            _group("over", _checks(state, language), language),
            html.Div(_density(state, language), className="hotspots-of-density"),
            _group("period", _period(facts, state, language), language),
            _group("area", _areas(port, facts, state, language), language),
            _field("leader", _leaders(port, facts, state, language), language),
            _field("category", _many(Id.CATEGORY, "category", Category, state.category, language), language),
            _field("channel", _many(Id.CHANNEL, "channel", Channel, state.channel, language), language),
            _field("purpose", _many(Id.PURPOSE, "purpose", PURPOSES, state.purpose, language), language),
            _field("stage", _many(Id.STAGE, "stage", Stage, state.stage, language), language),
            _group(
                "unit",
                _radio(Id.UNIT, "hotspots.unit", COUNT_UNITS, state.unit, language, inline=True),
                language,
            ),
            html.Div(_keys(language), className="hotspots-keys"),
        ],
        className="hotspots-left",
        **labelled(say("hotspots.filters", language)),
    )


def _group(name: str, children: Any, language: Language) -> Any:
    return html.Fieldset(
        [html.Legend(say(f"hotspots.part.{name}", language)), children], className="hotspots-group"
    )


def _field(name: str, control: Any, language: Language) -> Any:
    return html.Div(
        [html.Span(say(f"hotspots.part.{name}", language), className="hotspots-label"), control],
        className="hotspots-field",
    )


def _radio(
    identity: Id,
    prefix: str,
    members: Iterable[StrEnum],
    value: StrEnum,
    language: Language,
    *,
    inline: bool = False,
) -> Any:
    return dcc.RadioItems(
        id=identity, options=_options(prefix, members, language), value=value.value,
        className="hotspots-chips" if inline else "hotspots-choices",
    )  # fmt: skip


def _checks(state: State, language: Language) -> Any:
    return dcc.Checklist(
        id=Id.OVER, options=_options("hotspots.over", Over, language), value=sorted(state.over),
        className="hotspots-choices",
    )  # fmt: skip


def _density(state: State, language: Language) -> list[Any]:
    """Return what is chosen of a density; shown while there is one."""
    return [
        _group("per", _radio(Id.PER, "hotspots.per", Per, state.per, language, inline=True), language),
        _field(
            "bandwidth",
            dcc.Dropdown(
                id=Id.BANDWIDTH, options=_options("hotspots.bandwidth", Bandwidth, language),
                value=state.bandwidth.value, clearable=False, searchable=False, className="hotspots-many",
            ),
            language,
        ),
    ]  # fmt: skip


def _many(
    identity: Id, prefix: str, members: Iterable[StrEnum], chosen: Iterable[StrEnum], language: Language
) -> Any:
    return dcc.Dropdown(
        id=identity, options=_options(prefix, members, language), value=sorted(chosen), multi=True,
        placeholder=say("hotspots.all", language), className="hotspots-many", closeOnSelect=False,
        labels=dropdown_words(language),
    )  # fmt: skip


def _period(facts: Facts, state: State, language: Language) -> Any:
    today = facts.city.today
    first = min(state.since, today - timedelta(days=SLIDER_DAYS))
    last = max(state.until, today)
    years = {(date(year, 1, 1) - first).days: str(year) for year in range(first.year + 1, last.year + 1)}
    slider = dcc.RangeSlider(
        id=Id.PERIOD, min=0, max=(last - first).days, step=1, updatemode="drag", marks=years,
        value=[(state.since - first).days, (state.until - first).days], allowCross=False,
        tooltip=None, allow_direct_input=False, className="hotspots-slider",
    )  # fmt: skip
    marks: Any = {"data-first": first.isoformat(), "data-today": today.isoformat()}
    marks["data-thumbs"] = "|".join(say(f"hotspots.part.{one}", language) for one in ("since", "until"))
    return html.Div(
        [
            html.Div([_preset(one, language) for one in PRESETS], className="hotspots-presets"),
            slider,
            html.Div(
                [_day(Id.SINCE, state.since, "since", language), html.Span("–"),
                 _day(Id.UNTIL, state.until, "until", language)],
                className="hotspots-days",
            ),
        ],
        className="hotspots-period",
        **marks,
    )  # fmt: skip


def _preset(name: str, language: Language) -> Any:
    marks: Any = {"data-preset": name}
    return html.Button(
        say(f"hotspots.preset.{name}", language), type="button", className="hotspots-small", **marks
    )


def _day(identity: Id, day: date, name: str, language: Language) -> Any:
    """A field of the browser's own kind for days, which has its keys and its words."""
    kind: Any = "date"
    # Told when it is left or Enter is pressed: half a date is no date.
    field = dcc.Input(id=identity, type=kind, value=day.isoformat(), debounce=True, className="hotspots-day")
    return html.Label([html.Span(say(f"hotspots.part.{name}", language), className="hotspots-said"), field])


def _areas(port: HotspotDesk, facts: Facts, state: State, language: Language) -> Any:
    known = [area for one in sorted(state.area) if (area := facts.area(port, one)) is not None]
    return dcc.Dropdown(
        id=Id.AREA,
        options=[area_option(area, facts.path(port, area), "", language) for area in known],
        value=[area.id for area in known],
        multi=True,
        placeholder=say("hotspots.area_hint", language),
        labels=dropdown_words(language),
        className="hotspots-many",
    )


def _leaders(port: HotspotDesk, facts: Facts, state: State, language: Language) -> Any:
    options = [
        {"label": say("hotspots.leader_option", language, name=one.label, post=one.post), "value": one.id}
        for one in facts.leaders(port)
    ]
    return dcc.Dropdown(
        id=Id.LEADER, options=options, value=state.leader, clearable=True,
        placeholder=say("hotspots.all" if options else "hotspots.no_plan", language),
        disabled=not options, className="hotspots-many", labels=dropdown_words(language),
    )  # fmt: skip


def _keys(language: Language) -> list[Any]:
    keys = (("Space", "play"), ("← →", "step"), ("+ −", "zoom"), ("Esc", "clear"))
    return [html.Span([html.Kbd(key), say(f"hotspots.key.{name}", language)]) for key, name in keys]


def _options(prefix: str, members: Iterable[StrEnum], language: Language) -> list[dict[str, str]]:
    return [{"label": say(f"{prefix}.{one}", language), "value": one.value} for one in members]
