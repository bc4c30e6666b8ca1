"""Matters that turn out to be accusations: what was kept of them for people to work on goes."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.access.functions import NUMBER_TRIM
from data.intake.tables.headers import PETITIONS


def forget_accusations(session: Session, batch_id: int) -> None:
    """Drop what is kept of matters that a batch says are accusations; call it once they are written.

    Decisions on their places, workers' reports and notes, events, clocks, cases of supervision, and rows and
    findings of earlier batches that quote their numbers: people read all of it who may not know of an
    accusation.
    """
    facts = {"batch": batch_id, "standard": PETITIONS["matter_no"][0]}
    if session.scalar(text(f"SELECT EXISTS ({_ACCUSED})"), facts):
        for statement in (_CHANGES, _REPORTS, _NOTES, _EVENTS, _CLOCKS, _CASES, _ROWS, _FINDINGS):
            session.execute(text(statement), facts)


_ACCUSED = "SELECT id, source, matter_no FROM petition WHERE purpose = 'accusation' AND batch_id = :batch"
_CHANGES = f"DELETE FROM place_change WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_REPORTS = f"DELETE FROM place_report WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_NOTES = f"DELETE FROM assist_note WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_EVENTS = f"DELETE FROM clock_event WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_CLOCKS = f"DELETE FROM open_clock WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_CASES = f"DELETE FROM supervision_case WHERE petition_id IN (SELECT id FROM ({_ACCUSED}) a)"  # noqa: S608
_ROWS = f"""
WITH accused AS MATERIALIZED ({_ACCUSED}),
numbered AS MATERIALIZED (
    SELECT id, coalesce(nullif(jsonb_path_query_first(inspection,
        '$.table.columns[*] ? (@.field == "matter_no").header') #>> '{{}}', ''), :standard) AS header
    FROM import_batch WHERE kind = 'petitions' AND id <> :batch),
gone AS (
    DELETE FROM import_row r USING numbered n
    WHERE r.batch_id = n.id
      AND (btrim(r.cells ->> n.header, {NUMBER_TRIM}) IN (SELECT matter_no FROM accused)
           OR r.key IN (SELECT source || ' ' || matter_no FROM accused))
    RETURNING r.batch_id, r.row)
DELETE FROM import_finding f USING gone WHERE f.batch_id = gone.batch_id AND f.row = gone.row
"""  # noqa: S608
# Of a row that was taken in nothing is kept but what was found, which may quote the number.
_FINDINGS = f"""
WITH accused AS MATERIALIZED ({_ACCUSED})
DELETE FROM import_finding f USING import_batch b
WHERE b.id = f.batch_id AND b.kind = 'petitions' AND b.id <> :batch
  AND (btrim(f.original, {NUMBER_TRIM}) IN (SELECT matter_no FROM accused)
       OR (f.facts <> '{{}}' AND EXISTS (
           SELECT FROM jsonb_each_text(f.facts) said WHERE said.value IN (SELECT matter_no FROM accused))))
"""  # noqa: S608
