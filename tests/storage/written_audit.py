"""What stands in the audit of a test's database."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from data import cluster, models
from data.sessions import make_engine


def audit_rows(engine: Engine) -> list[models.Audit]:
    """The audit, oldest first, as the owner reads it: the importer's login may not."""
    owner = make_engine(cluster.url_for(engine.url.render_as_string(hide_password=False), cluster.OWNER))
    with Session(owner) as session:
        rows = list(session.scalars(select(models.Audit).order_by(models.Audit.id)))
    owner.dispose()
    return rows
