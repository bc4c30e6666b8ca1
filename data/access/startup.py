"""Refusing to serve from a database that would not keep anybody out."""

from __future__ import annotations

from sqlalchemy import Engine

from data.access.lint import Check, check_login, lint
from grid.refusals import Refused


def access_checks(engine: Engine) -> list[Check]:
    """Return every check of the login that serves and of the catalog."""
    with engine.connect() as connection:
        return [*check_login(connection), *lint(connection)]


def refuse_unsafe(engine: Engine) -> None:
    """Raise ``Refused('access_unsafe')`` naming the checks that fail; ``fengtu doctor`` says more."""
    failed = [check.code for check in access_checks(engine) if not check.passed]
    if failed:
        raise Refused("access_unsafe", checks=", ".join(failed))
