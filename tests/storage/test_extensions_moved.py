"""An update keeps extensions: what was told by the due day alone becomes an event, and only that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from alembic import command
from sqlalchemy import Engine, text

from data import migrate
from data.intake.matters.steps import UNSAID
from tests.storage.test_uploads_moved import NO_POLICIES

BEFORE, AFTER = "20261122_hotspots", "20261122_rectification"


def test_extensions_of_an_older_schema_become_events(engine: Engine, login_as: Callable[..., Engine]) -> None:
    root = login_as(engine, "postgres")
    config = migrate._config()
    with root.begin() as connection:
        config.attributes["connection"] = connection
        connection.execute(text(NO_POLICIES))
        command.downgrade(config, BEFORE)
        batch = connection.execute(
            text(
                "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, principal, rows,"
                " accepted, review, refused, seconds) VALUES"
                " ('petitions', 'a.csv', 'x', '{}', false, 'me', 4, 4, 0, 0, 0) RETURNING id"
            )
        ).scalar_one()
        for number, (accepted, due) in enumerate(
            [("2026-01-10", "2026-03-11"), ("2026-01-10", "2026-04-10"), (None, None), ("2026-01-10", None)]
        ):
            connection.execute(
                text(
                    "INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage,"
                    " registered_on, accepted_on, due_on, is_repeat, batch_id) VALUES ('s', :no, 'letter',"
                    " 'claim', 'land', 'ordinary', 'handling', '2026-01-05', :accepted, :due, false, :batch)"
                ),
                {"no": f"A{number}", "accepted": accepted, "due": due, "batch": batch},
            )
        command.upgrade(config, AFTER)
        events = connection.execute(
            text(
                "SELECT p.matter_no, e.kind, e.on_day, e.days, e.approver, e.reason, e.principal"
                " FROM clock_event e JOIN petition p ON p.id = e.petition_id"
            )
        ).all()
        assert events == [("A1", "extended", date(2026, 1, 10), 30, UNSAID, UNSAID, f"import:{batch}")]
        connection.rollback()
    root.dispose()
