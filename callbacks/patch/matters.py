"""Matters on the patch's list: their order, their clock, and the card of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from callbacks.patch.asked import NO_CLOCK
from callbacks.patch.ids import address
from callbacks.patch.notes import note_part
from grid.questions import City, PatchMatter
from layers.words import Language, say


def in_order(matters: Iterable[PatchMatter]) -> list[PatchMatter]:
    """Return matters the most overdue first; those without a due day last, the oldest first."""
    return sorted(
        matters,
        key=lambda one: (one.days_left is None, one.days_left or 0, one.registered_on, one.matter_no),
    )


def clock_of(matter: PatchMatter) -> str:
    """Return a matter's filter: its clock state, or that it has no due day."""
    return matter.clock.value if matter.clock is not None else NO_CLOCK


def matter_card(matter: PatchMatter, city: City, language: Language, *, grid_id: int | None = None) -> Any:
    """Return a matter's card: days left as the leading figure, then what it is; no person, no text.

    With ``grid_id`` it leads to where its place is checked, and what was done about it is recorded there.
    """
    clock = clock_of(matter)
    age = (city.today - matter.registered_on).days
    how = say(f"channel.{matter.channel}", language), say(f"stage.{matter.stage}", language)
    where = None if matter.lon is not None else say("patch.no_point", language)
    small = (
        say("patch.registered", language, day=matter.registered_on.isoformat(), age=age),
        say("patch.due", language, day=matter.due_on.isoformat()) if matter.due_on else None,
        where,
    )
    return html.Li(
        [
            html.Div(
                [
                    _days(matter, language),
                    html.Span(say(f"patch.clock.{clock}", language), className="patch-state"),
                ],
                className="patch-days",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Strong(say(f"category.{matter.category}", language)),
                            html.Span(say("patch.repeat", language), className="patch-repeat")
                            if matter.is_repeat
                            else None,
                        ],
                        className="patch-what",
                    ),
                    html.Div(" · ".join(how)),
                    html.Div([html.Span(text) for text in small if text], className="patch-small"),
                    html.Div(matter.matter_no, className="patch-number"),
                    None if grid_id is None else _check(matter, grid_id, language),
                ],
                className="patch-body",
            ),
            None if grid_id is None else note_part(matter, language),
        ],
        className=f"patch-card patch-clock-{clock}",
    )


def _check(matter: PatchMatter, grid_id: int, language: Language) -> Any:
    words = say("patch.place.open", language)
    if matter.report is not None:
        words = say("patch.place.said", language, verdict=say(f"review.verdict.{matter.report}", language))
    return html.A(words, href=address(grid_id, matter=matter.id), className="patch-check")


def _days(matter: PatchMatter, language: Language) -> Any:
    """The leading figure: days left, days over, or that no day is set."""
    if matter.days_left is None:
        return html.Span(html.B("—"), className="patch-figure")
    key = "over" if matter.days_left < 0 else "left"
    return html.Span(
        [
            say(f"patch.days.{key}", language),
            html.B(str(abs(matter.days_left))),
            say("patch.days.unit", language),
        ],
        className="patch-figure",
    )
