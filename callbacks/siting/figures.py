"""The figures of an answer: reached before and after, what is proven, and how the ways were measured."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.frame import definition, labelled
from callbacks.siting.ids import Id
from grid.siting.answers import SitingAnswer
from grid.siting.questions import Demand, Goal, Way
from layers.numbers import grouped
from layers.siting_words import proof_words, share_words, total_words, way_words
from layers.words import Language, say


def figures(found: SitingAnswer, language: Language) -> Any:
    """Return the bar of figures with the sentence of the proof."""
    before = share_words(found.covered, found.total)
    after = share_words(found.covered_after, found.total)
    demand = say(f"siting.demand.{found.question.demand}", language)
    of = say("siting.figure.of", language, demand=demand)
    cards = [
        _figure("before", before, _villages(found, found.before, language), language, of=of),
        _figure("after", after, _villages(found, found.after, language), language, of=of),
    ]
    if found.question.goal is Goal.MEDIAN:
        way = found.question.way
        start = way_words(found.way_before, way, language)
        note = say("siting.note.way", language, before=start)
        cards.append(_figure("way", way_words(found.way_after, way, language), note, language))
    return html.Section(
        [*cards, _proof(found, language)],
        className="siting-figures",
        **labelled(say("siting.figures", language)),
    )


def _villages(found: SitingAnswer, met: Any, language: Language) -> str:
    inside = [bool(one) for one, village in zip(met, found.places.villages, strict=True) if village.is_inside]
    return say("siting.note.villages", language, met=grouped(sum(inside)), villages=grouped(len(inside)))


def _figure(name: str, value: str, note: str, language: Language, *, of: str = "") -> Any:
    mark = definition(say(f"siting.definition.{name}", language), language)
    title = html.Div([say(f"siting.figure.{name}", language), mark], className="siting-name")
    small = html.Small(note, className="office-muted")
    number = html.Div([html.B(value), html.Small(of)], className="siting-value")
    return html.Div([title, number, small], className="siting-figure")


def _proof(found: SitingAnswer, language: Language) -> Any:
    said = proof_words(found.question, found.proof, found.total, language)
    live: Any = {"aria-live": "polite"}
    lines = [
        html.P(said, id=Id.SAID, className="siting-said", **live),
        html.P("", id=Id.STATE, className="office-muted siting-state"),
        html.P(_basis(found, language), className="office-muted siting-basis"),
    ]
    return html.Div(lines, className="siting-figure siting-proof")


def _basis(found: SitingAnswer, language: Language) -> str:
    """Return how ways were measured, what is weighed, and what is not known."""
    question, places = found.question, found.places
    parts = [say(f"siting.basis.{question.way}", language, count=grouped(len(places.times.minutes)))]
    parts.append(say("siting.basis.total", language, total=total_words(found, language)))
    inside = [one for one in places.villages if one.is_inside]
    unknown = sum(one.population is None for one in inside)
    if question.demand is Demand.RESIDENTS and unknown:
        parts.append(say("siting.basis.uncounted", language, count=grouped(unknown)))
    if question.demand is not Demand.RESIDENTS:
        day = "—" if places.matters_as_of is None else places.matters_as_of.isoformat()
        parts.append(say("siting.basis.matters", language, day=day))
    unlocated = sum(not one.is_located for one in places.points)
    if question.way is Way.LINE and unlocated:
        parts.append(say("siting.basis.unlocated", language, count=grouped(unlocated)))
    return " ".join(parts)
