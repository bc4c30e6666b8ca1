"""What may be asked of siting: a form that the browser itself sends: all of it stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.siting.asked import PAGE_PATH, Asked
from grid.areas import Area
from grid.siting.answers import SitingAnswer
from grid.siting.questions import MOST_METRES, MOST_MINUTES, MOST_POINTS, Demand, Goal, Way
from layers.words import Language, say


def chooser(asked: Asked, counties: Sequence[Area], found: SitingAnswer, language: Language) -> Any:
    """Return the form; travel times are offered where some were imported."""
    question = asked.question
    ways = [
        one for one in Way if one is not Way.TABLE or len(found.places.times.minutes) or one is question.way
    ]
    limit = MOST_METRES if question.way is Way.LINE else MOST_MINUTES
    fields = [
        _areas(counties, question.within, language),
        _select("demand", list(Demand), question.demand, language),
        _select("way", ways, question.way, language),
        _number("radius", question.radius, limit, say(f"siting.unit.{question.way}", language), language),
        _number("most", question.most, MOST_POINTS, say("siting.unit.points", language), language),
        _select("goal", list(Goal), question.goal, language),
    ]
    send = html.Button(say("siting.control.send", language), type="submit", className="office-button")
    keep = dcc.Input(type="hidden", name="view", value=asked.view.value)
    print_button = html.Button(
        say("siting.control.print", language), type="button", className="office-button siting-print"
    )
    return html.Form(
        [*fields, keep, html.Div([send, print_button], className="office-send")],
        # Made anew for each question: a browser keeps what was chosen in a field that it knows.
        key=asked.address(),
        action=PAGE_PATH,
        method="get",
        className="office-card siting-chooser",
        **labelled(say("siting.control.title", language)),
    )


def _areas(counties: Sequence[Area], chosen: int | None, language: Language) -> Any:
    options = [html.Option(say("siting.whole_city", language), value="", selected=chosen is None)]
    options += [html.Option(one.name, value=str(one.id), selected=one.id == chosen) for one in counties]
    return _field("within", html.Select(options, name="county", className="office-input"), language)


def _select(name: str, choices: Sequence[StrEnum], chosen: StrEnum, language: Language) -> Any:
    options = [
        html.Option(say(f"siting.{name}.{one}", language), value=one.value, selected=one is chosen)
        for one in choices
    ]
    return _field(name, html.Select(options, name=name, className="office-input"), language)


def _number(name: str, value: int, most: int, unit: str, language: Language) -> Any:
    field = dcc.Input(
        type="number",
        name=name,
        value=value,
        min=0,
        max=most,
        step=1,
        className="office-input siting-number-in",
    )
    return _field(name, html.Span([field, html.Small(unit)], className="siting-with-unit"), language)


def _field(name: str, field: Any, language: Language) -> Any:
    return html.Label([html.Span(say(f"siting.control.{name}", language)), field], className="office-field")
