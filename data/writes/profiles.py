"""Import profiles: what the columns of a source's files mean, one a kind and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from grid.findings import ImportKind


@dataclass(frozen=True, slots=True)
class Profile:
    """Fields by header in normal form ("-": left out), and options that hold for every file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def read_profile(session: Session, kind: ImportKind, source: str) -> Profile:
    """Return the profile of a source, an empty one where nothing is remembered."""
    table = models.ImportProfile
    found = session.execute(
        select(table.columns, table.options).where(table.kind == kind.value, table.source == source)
    ).one_or_none()
    return Profile() if found is None else Profile(found.columns, found.options)


def write_profile(session: Session, kind: ImportKind, source: str, profile: Profile, principal: str) -> None:
    """Insert a source's profile or replace it."""
    said = {"columns": dict(profile.columns), "options": dict(profile.options), "principal": principal}
    statement = insert(models.ImportProfile).values(kind=kind.value, source=source, **said)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "source"], set_={**said, "updated_at": func.now()}
        )
    )
