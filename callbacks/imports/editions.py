"""Editions of boundaries: what is in force and what was, where two differ, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dash import html

from callbacks.frame import trouble
from callbacks.imports.ids import crosswalk_id, rollback_id
from grid.areas import LEVELS, Level
from grid.editions import CrosswalkLine, EditionView
from grid.findings import ImportKind
from grid.ports import ImportDesk
from grid.refusals import Refused
from layers.inspection_map import area_words
from layers.words import Language, say

_MOST_LINES = 200
"""Lines of a crosswalk that a page bears."""


def editions(desk: ImportDesk, kind: ImportKind, language: Language) -> Any:
    """Return every edition of boundaries by level; nothing beside files of another kind."""
    if kind is not ImportKind.BOUNDARIES:
        return None
    try:
        found = sorted(desk.editions(), key=lambda one: (LEVELS.index(one.level), -one.id))
    except Refused as refused:
        return trouble(refused, language)
    if not found:
        return None
    names = ("vintage", "in_force", "areas", "code_system", "source", "crs", "back")
    heads = [html.Th(say(f"editions.{name}", language), scope="col") for name in names]
    bodies = [
        _level(Level(level), list(group), len(names), language)
        for level, group in groupby(found, key=lambda one: one.level)
    ]
    return html.Section(
        [
            html.H2(say("editions.title", language)),
            html.P(say("editions.about", language), className="imports-muted"),
            html.Table([html.Thead(html.Tr(heads)), *bodies], className="imports-editions"),
        ],
        className="imports-card",
    )


def crosswalk(desk: ImportDesk, level: Level, language: Language) -> Any:
    """Return where a level's newest edition differs from the one before; raises ``Refused``."""
    lines = desk.crosswalk(level)
    if not lines:
        return html.P(say("editions.crosswalk_none", language), className="imports-muted")
    names = ("old", "new", "shared", "share_of_old", "share_of_new", "matters")
    heads = [html.Th(say(f"editions.{name}", language), scope="col") for name in names]
    rows = [_line(line, language) for line in lines[:_MOST_LINES]]
    cut = say("boundary.some", language, total=len(lines), shown=_MOST_LINES)
    return html.Div(
        [
            html.H3(say("editions.crosswalk", language, level=say(f"level.{level}", language))),
            html.P(cut, className="imports-muted") if len(lines) > _MOST_LINES else None,
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="imports-small-table"),
        ]
    )


def _level(level: Level, found: Sequence[EditionView], width: int, language: Language) -> Any:
    compare = None
    if any(one.can_roll_back for one in found):
        words = say("editions.compare", language)
        compare = html.Button(words, id=crosswalk_id(level), className="imports-link")
    name = html.Th([say(f"level.{level}", language), compare], colSpan=width, scope="rowgroup")
    return html.Tbody([html.Tr(name, className="imports-level"), *(_edition(one, language) for one in found)])


def _edition(one: EditionView, language: Language) -> Any:
    cells = [
        one.vintage or "—",
        _days(one, language),
        f"{one.areas:,}",
        one.code_system or "—",
        one.source or "—",
        one.crs or "—",
    ]
    class_name = "imports-in-force" if one.valid_to is None else "imports-former"
    back = _back(one, language) if one.can_roll_back else None
    return html.Tr([*(html.Td(cell) for cell in cells), html.Td(back)], className=class_name)


def _days(one: EditionView, language: Language) -> str:
    if one.withdrawn:
        return say("editions.withdrawn", language)
    since = one.valid_from.isoformat()
    if one.valid_to is None:
        return say("editions.since", language, since=since)
    return say("editions.from_to", language, since=since, until=one.valid_to.isoformat())


def _back(one: EditionView, language: Language) -> Any:
    """Return the way back, behind a second step that says what it does."""
    level = say(f"level.{one.level}", language)
    confirm = html.Button(
        say("editions.confirm", language), id=rollback_id(one.level), className="imports-button imports-grave"
    )
    what = html.P(say("editions.what", language, level=level, vintage=one.vintage or "—"))
    return html.Details([html.Summary(say("editions.go_back", language)), html.Div([what, confirm])])


def _line(line: CrosswalkLine, language: Language) -> Any:
    matters = say("editions.few", language) if line.matters is None else f"{line.matters:,}"
    cells = (
        f"{line.old_code} {line.old_name}",
        f"{line.new_code} {line.new_name}",
        area_words(line.shared_m2, language),
        f"{line.share_of_old:.1%}",
        f"{line.share_of_new:.1%}",
        matters,
    )
    return html.Tr([html.Td(cell) for cell in cells])
