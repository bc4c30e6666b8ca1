"""An update moves what is queued: no file that somebody sent is lost, none of an ended job is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from alembic import command
from sqlalchemy import Engine, text

from data import migrate

NO_POLICIES = """
    DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'
    LOOP EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename); END LOOP; END $$"""
"""They are declared anew after every migration, and name columns that an older schema lacks."""
BEFORE, INTAKE = "20261122_published", "20261122_intake"


def test_queued_files_become_uploads_and_go_back(engine: Engine, login_as: Callable[..., Engine]) -> None:
    root = login_as(engine, "postgres")
    config = migrate._config()
    with root.begin() as connection:
        config.attributes["connection"] = connection
        connection.execute(text(NO_POLICIES))
        command.downgrade(config, BEFORE)
        connection.execute(
            text(
                "INSERT INTO job (kind, payload, content, principal, state) VALUES"
                " ('import', '{\"file_name\": \"a.csv\"}', 'queued', 'me', 'queued'),"
                " ('import', '{}', NULL, 'me', 'done')"
            )
        )
        command.upgrade(config, INTAKE)
        moved = connection.execute(
            text(
                "SELECT j.state, u.principal, u.file_name, u.sha256, u.content, length(u.key)"
                " FROM job j LEFT JOIN upload u ON u.id = j.upload_id ORDER BY j.id"
            )
        ).all()
        sha256 = hashlib.sha256(b"queued").hexdigest()
        assert moved == [
            ("queued", "me", "a.csv", sha256, b"queued", 43),
            ("done", None, None, None, None, None),
        ]
        command.downgrade(config, BEFORE)
        contents = connection.execute(text("SELECT content FROM job ORDER BY id")).scalars().all()
        assert contents == [b"queued", None]
        connection.rollback()
    root.dispose()
