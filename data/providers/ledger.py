"""The ledger of providers: the day's budget, what was answered, and an audit row for all that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.models import SRID
from data.provider_settings import ProviderSettings
from data.providers.answers import KEPT, Answer, Outcome
from data.reads.city import CITY_ZONE
from data.sessions import writing
from grid.audits import Action
from grid.principals import Principal

_DAY = f"(now() AT TIME ZONE '{CITY_ZONE}')::date"
_SPEND = f"""
INSERT INTO provider_spent AS spent (provider, day, used)
SELECT :provider, {_DAY}, 1 WHERE :daily > 0
ON CONFLICT (provider, day) DO UPDATE SET used = spent.used + 1 WHERE spent.used < :daily
RETURNING used
"""
_SPENT = f"SELECT used FROM provider_spent WHERE provider = :provider AND day = {_DAY}"  # noqa: S608
_DECIDED = "SELECT EXISTS (SELECT FROM place_decision WHERE address_key = :key AND undone_at IS NULL)"
_KEEP = f"""
INSERT INTO provider_answer (provider, address_key, outcome, datum, lon, lat, point, raw)
VALUES (:provider, :key, :outcome, :datum, :lon, :lat,
  ST_SetSRID(ST_MakePoint(CAST(:x AS float8), CAST(:y AS float8)), {SRID}), :raw)
ON CONFLICT (provider, address_key) DO UPDATE
SET outcome = excluded.outcome, datum = excluded.datum, lon = excluded.lon, lat = excluded.lat,
    point = excluded.point, raw = excluded.raw, asked_at = now()
"""  # noqa: S608
_ANSWERS = "SELECT outcome, count(*) AS count FROM provider_answer WHERE provider = :provider GROUP BY 1"


class NotToAsk(Exception):  # noqa: N818  an outcome, not an error
    """A question must not be sent: the day's budget is spent, or a person decided meanwhile."""

    def __init__(self, *, budget_spent: bool) -> None:
        super().__init__()
        self.budget_spent = budget_spent


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to keep: the text, what the provider said, literally too, and the point made of it."""

    key: str
    answer: Answer
    raw: dict[str, Any]
    point: tuple[float, float] | None


def spend(engine: Engine, principal: Principal, settings: ProviderSettings, key: str) -> None:
    """Count one question of the database's day and write down that it leaves, before it does.

    Two who ask at once cannot both spend the last one. Raises ``NotToAsk``.
    """
    facts = {"provider": settings.provider.value, "host": settings.host}
    with writing(engine, principal, Action.PROVIDER_ASK, "provider", changes_data=False, **facts) as session:
        if session.execute(text(_DECIDED), {"key": key}).scalar_one():
            raise NotToAsk(budget_spent=False)
        budget = {"provider": settings.provider.value, "daily": settings.daily}
        if session.execute(text(_SPEND), budget).scalar_one_or_none() is None:
            raise NotToAsk(budget_spent=True)


def keep(
    engine: Engine,
    principal: Principal,
    settings: ProviderSettings,
    outcome: Outcome,
    kept: Kept | None = None,
) -> None:
    """Write down what came of a question; an answer about the address itself is kept with it."""
    facts = {"provider": settings.provider.value, "outcome": outcome.value}
    with writing(
        engine, principal, Action.PROVIDER_ANSWER, "provider", changes_data=False, **facts
    ) as session:
        if kept is not None and outcome in KEPT:
            session.execute(text(_KEEP), _row(settings, outcome, kept))


def spent_today(session: Session, settings: ProviderSettings) -> int:
    """Return how many questions of today's budget are spent."""
    used: int | None = session.execute(
        text(_SPENT), {"provider": settings.provider.value}
    ).scalar_one_or_none()
    return used or 0


def count_answers(session: Session, settings: ProviderSettings) -> dict[str, int]:
    """Return how many answers are kept, by outcome."""
    found = session.execute(text(_ANSWERS), {"provider": settings.provider.value})
    return {row[0]: row[1] for row in found}


def _row(settings: ProviderSettings, outcome: Outcome, kept: Kept) -> dict[str, object]:
    x, y = kept.point or (None, None)
    return {
        "provider": settings.provider.value, "key": kept.key, "outcome": outcome.value,
        "datum": None if kept.answer.lon is None else kept.answer.datum.value,
        "lon": kept.answer.lon, "lat": kept.answer.lat, "x": x, "y": y, "raw": Jsonb(kept.raw),
    }  # fmt: skip
