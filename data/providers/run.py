"""Asking a provider: one text after another, within the day's budget, each answer kept and none believed.

An answer places nothing: it stands beside the text on the review page until a person decides.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Engine

from data.geocode.city_areas import CityAreas
from data.geocode.placer import Placer
from data.provider_settings import ProviderSettings
from data.providers.answers import FATAL, KEPT, Answer, Outcome, Unanswered
from data.providers.asked import Question, Withheld, open_texts, question_of
from data.providers.asking import Line
from data.providers.ledger import Kept, NotToAsk, keep, spend
from data.reads import city
from data.sessions import reading
from grid.areas import Level
from grid.datums import to_cgcs2000
from grid.principals import Principal

PAUSE_S = 0.25
_FAILURES_IN_A_ROW = 3
Tell = Callable[[int, Outcome], None]


class Stop(StrEnum):
    """Why asking ended; every member has words under ``providers.stop``."""

    DONE = "done"
    """Nothing is left to ask."""
    ENOUGH = "enough"
    """As many were asked as were wanted."""
    BUDGET_SPENT = "budget_spent"
    PROVIDER = "provider"
    """An outcome after which the next question would fare no better."""
    FAILURES = "failures"


@dataclass(slots=True)
class Asking:
    """What came of asking so far; ``most`` is how many are wanted, ``stop`` none while it goes on."""

    most: int | None = None
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    withheld: Counter[Withheld] = field(default_factory=Counter)
    stop: Stop | None = None
    failures: int = 0

    @property
    def asked(self) -> int:
        """How many texts were sent."""
        return self.outcomes.total()

    def note(self, outcome: Outcome) -> None:
        """Take one more outcome into account."""
        self.outcomes[outcome] += 1
        self.failures = 0 if outcome in KEPT else self.failures + 1
        if outcome in FATAL:
            self.stop = Stop.PROVIDER
        elif self.failures >= _FAILURES_IN_A_ROW:
            self.stop = Stop.FAILURES


def ask_provider(
    engine: Engine,
    principal: Principal,
    settings: ProviderSettings,
    *,
    most: int | None = None,
    pause_s: float = PAUSE_S,
    tell: Tell = lambda count, outcome: None,
) -> Asking:
    """Ask about open texts, the most frequent first, until nothing is left or something bids it stop.

    What was answered is not asked again, so that it may be stopped and started at any time. Raises
    ``Refused('no_areas')``.
    """
    with reading(engine, principal) as session:
        texts = open_texts(session, settings.provider)
        placer, name = Placer.load(session), city.city(session).name
    line, done = Line(settings), Asking(most)
    asker = _Asker(engine, principal, settings, placer, name, line)
    try:
        for key in texts:
            outcome = _ask_next(asker, key, done, pause_s)
            if outcome is not None:
                done.note(outcome)
                tell(done.asked, outcome)
            if done.stop is not None:
                return done
    finally:
        line.close()
    done.stop = Stop.DONE
    return done


def judge(areas: CityAreas, answer: Answer, county_id: int) -> tuple[Outcome, tuple[float, float] | None]:
    """Return what an answer is worth, with its point in EPSG:4490 where it is worth anything.

    A point in another county than the one that the text names is none, however sure the provider is.
    """
    if answer.outcome is not Outcome.FOUND or answer.lon is None or answer.lat is None:
        return answer.outcome, None
    lon, lat = to_cgcs2000([answer.lon], [answer.lat], answer.datum)
    if int(areas.locate_all(lon, lat)[Level.COUNTY][0]) != county_id:
        return Outcome.ELSEWHERE, None
    return Outcome.FOUND, (float(lon[0]), float(lat[0]))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Whom to ask, on whose behalf, and the city in which answers must lie."""

    engine: Engine
    principal: Principal
    settings: ProviderSettings
    placer: Placer
    city_name: str
    line: Line

    def ask(self, question: Question) -> Outcome:
        """Return what came of a question, kept where it is about the address; raises ``NotToAsk``."""
        spend(self.engine, self.principal, self.settings, question.key)
        try:
            answer, raw = self.line.ask(question.key, self.city_name)
        except Unanswered as why:
            keep(self.engine, self.principal, self.settings, why.outcome)
            return why.outcome
        outcome, point = judge(self.placer.city, answer, question.county_id)
        kept = Kept(question.key, answer, raw, point)
        keep(self.engine, self.principal, self.settings, outcome, kept)
        return outcome


def _ask_next(asker: _Asker, key: str, done: Asking, pause_s: float) -> Outcome | None:
    """Ask about one text, unless it is withheld or enough were asked; none where nothing was sent."""
    question = Withheld.TOO_LONG if asker.line.is_too_long(key) else question_of(asker.placer, key)
    if isinstance(question, Withheld):
        done.withheld[question] += 1
        return None
    if done.most is not None and done.asked >= done.most:
        done.stop = Stop.ENOUGH
        return None
    if done.asked:
        time.sleep(pause_s)
    try:
        return asker.ask(question)
    except NotToAsk as why:
        done.stop = Stop.BUDGET_SPENT if why.budget_spent else None
        return None
