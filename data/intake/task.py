"""What every importer is given: one file, one transaction, one ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from data.intake.inquiry import Inquiry
from data.intake.kept import KeptRows
from data.intake.ledger import Ledger
from data.intake.tables import values
from grid.placing import TableOf, build_table
from grid.refusals import Refused

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One import in hand.

    ``today`` is the database's day in the city's time zone; ``progress`` takes a step's code, rows done and
    rows in all. ``inquiry`` takes what the file shows and asks; ``kept`` the rows to mend.
    What a ``dry_run`` writes is taken back. ``table_of`` gives placing tables.
    """

    session: Session
    batch_id: int
    path: Path
    file_name: str
    principal_id: str
    options: Mapping[str, str]
    ledger: Ledger
    inquiry: Inquiry
    kept: KeptRows
    today: date
    progress: Progress
    dry_run: bool = False
    table_of: TableOf = build_table

    def day_option(self, name: str) -> date | None:
        """Return an option that is a day, future ones allowed; raises ``Refused('option_unreadable')``."""
        text = self.options.get(name)
        if not text:
            return None
        try:
            return values.read_day(text, date.max)
        except values.CellProblem:
            raise Refused("option_unreadable", option=name) from None
