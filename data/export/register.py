"""The register as a workbook: a row a matter, in words; what its list shows and nothing more."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from data.export.rows import Cell
from data.export.sheets import write_xlsx
from grid.register import RegisterRow

_COLUMNS = (
    "number", "registered", "category", "channel", "stage", "repeat", "county", "town", "village", "unit",
    "due", "settled", "clock", "days_left",
)  # fmt: skip


def write_register(target: io.BytesIO, rows: Iterable[RegisterRow], say: Callable[..., str]) -> None:
    """Write an XLSX; ``say(key)`` gives the words. No cell can become a formula."""
    headers = [say(f"register.column.{column}") for column in _COLUMNS]
    write_xlsx(target, say("register.sheet"), headers, (_cells(row, say) for row in rows))


def _cells(row: RegisterRow, say: Callable[..., str]) -> tuple[Cell, ...]:
    county, town, village = (*row.place, "", "", "")[:3]
    return (
        row.matter_no,
        row.registered_on,
        say(f"category.{row.category}"),
        say(f"channel.{row.channel}"),
        say(f"stage.{row.stage}"),
        say(f"register.repeat.{'yes' if row.is_repeat else 'no'}"),
        county,
        town,
        village,
        row.unit,
        row.due_on,
        row.settled_on,
        say(f"register.clock.{row.clock}"),
        row.days_left,
    )
