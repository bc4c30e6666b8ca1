"""What was done about a matter (代办), on its card: its steps, and where the next one is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from grid.assisting import AssistTold
from grid.questions import PatchMatter
from layers.numbers import CITY_ZONE
from layers.words import Language, say


def note_part(matter: PatchMatter, language: Language) -> Any:
    """Return the last step and the card's one primary action; ``assets/patch_page.js`` puts the form in."""
    opened: Any = {"data-matter": str(matter.id), "data-number": matter.matter_no}
    return html.Div(
        [
            html.P(_told(matter.notes[-1], language) if matter.notes else None, className="patch-last"),
            html.Details(
                [
                    html.Summary(say("patch.note.open", language), className="patch-act patch-act-first"),
                    _earlier(matter.notes, language),
                    html.Div(className="patch-form-place"),
                ],
                className="patch-note",
                **opened,
            ),
        ],
        className="patch-progress",
    )


def _earlier(notes: Sequence[AssistTold], language: Language) -> Any:
    """Return every step, the newest first; none where the card itself says all."""
    if len(notes) < 2:
        return None
    return html.Ol([html.Li(_told(note, language)) for note in reversed(notes)], className="patch-told")


def _told(note: AssistTold, language: Language) -> list[Any]:
    """Return a step, when it was taken, by whom as far as it matters, and its words."""
    when = note.taken_at.astimezone(CITY_ZONE).strftime("%m-%d %H:%M")
    whose = None if note.own else html.Span(say("patch.note.of_another", language))
    return [
        html.Strong(say(f"assist.step.{note.step}", language)),
        html.Span(when),
        whose,
        html.Span(note.words) if note.words else None,
    ]
