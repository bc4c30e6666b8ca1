"""Travel times between villages: a pair that is known gets its new time and the batch that says so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes import batches
from data.writes.copying import copy_rows

_STAGING = """
CREATE TEMP TABLE incoming_time ON COMMIT DROP AS
SELECT from_area_id, to_area_id, minutes FROM travel_time LIMIT 0
"""
_REPLACED = """
SELECT DISTINCT t.batch_id FROM travel_time t JOIN incoming_time i USING (from_area_id, to_area_id)
WHERE t.minutes <> i.minutes
"""
_UPSERT = """
INSERT INTO travel_time AS t (from_area_id, to_area_id, minutes, batch_id)
SELECT from_area_id, to_area_id, minutes, :batch FROM incoming_time
ON CONFLICT (from_area_id, to_area_id) DO UPDATE SET minutes = excluded.minutes, batch_id = excluded.batch_id
WHERE t.minutes <> excluded.minutes
"""


def write_times(session: Session, batch_id: int, times: Sequence[tuple[int, int, int]]) -> int:
    """Write (from, to, minutes), each pair given once; return how many changed.

    A batch that loses a time may be imported again: its file no longer says what holds.
    """
    session.execute(text(_STAGING))
    copy_rows(session, "incoming_time", ("from_area_id", "to_area_id", "minutes"), times)
    replaced = session.execute(text(_REPLACED)).scalars().all()
    changed = session.execute(text(_UPSERT), {"batch": batch_id})
    batches.supersede(session, replaced)
    return int(changed.rowcount)  # type: ignore[attr-defined]
