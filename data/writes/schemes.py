"""Schemes (考核办法): the default of a new database, and further versions by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from data import models
from data.sessions import writing
from grid.audits import Action
from grid.indicators.definitions import definition
from grid.principals import Principal
from grid.rectification.schemes import Scheme, default_scheme, read_scheme

_SEEDED_BY = "fengtu"


def add_scheme(
    engine: Engine,
    principal: Principal,
    *,
    name: str,
    valid_from: date,
    minimum_n: int,
    content: Mapping[str, Any],
    with_visits: bool = False,
) -> int:
    """Add the next version of the scheme; return its number.

    Raises what ``read_scheme`` refuses, and ``Refused('indicator_unknown')``.
    """
    facts: dict[str, object] = {"name": name, "with_visits": with_visits}
    with writing(engine, principal, Action.SCHEME_ADD, "score_scheme", saved=facts) as session:
        table = models.ScoreScheme
        version: int = (session.scalar(select(func.max(table.version))) or 0) + 1
        scheme = read_scheme(version, name, valid_from, minimum_n, content, with_visits=with_visits)
        for one in scheme.weights:
            if not one.counts_visits:
                definition(one.indicator, one.version)
        session.execute(insert(table).values(**_scheme_row(scheme), created_by=principal.id))
        facts["version"] = version
        return version


def seed_scheme(connection: Connection) -> None:
    """Fill the schemes with the default one where there is none."""
    if connection.execute(select(models.ScoreScheme.id).limit(1)).first() is None:
        values = {**_scheme_row(default_scheme()), "created_by": _SEEDED_BY}
        connection.execute(insert(models.ScoreScheme).values(**values))


def _scheme_row(scheme: Scheme) -> dict[str, Any]:
    return {
        "version": scheme.version,
        "name": scheme.name,
        "valid_from": scheme.valid_from,
        "minimum_n": scheme.minimum_n,
        "content": scheme.content(),
        "with_visits": scheme.with_visits,
    }
