"""The registry of indicators (指标): what each counts, of which cohort, by which version of its definition.

A definition is data: the words of its card are in ``layers/locale`` under the keys that it names, and what is
counted follows from its fields and ``data.reads.indicator_rules``. A version is never changed, only followed
by the next. Accusations and matters of law courts (涉法涉诉) are in no cohort of any version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.matters import BacklogTier
from grid.measures import MINIMUM_N, MeasureUnit
from grid.refusals import Refused

_REGULATION = date(2022, 5, 1)


class Cohort(StrEnum):
    """The day by which a matter belongs to a period. ``window_days`` of a definition are added to it."""

    NOTICE_DUE = "notice_due"
    DUE = "due"
    EVALUATION = "evaluation"
    """The day of the evaluation; without one, the day on which the window for it lapsed."""
    REPLY = "reply"
    REGISTRATION = "registration"
    CLOSE = "close"
    ACCEPTANCE = "acceptance"
    BATCH = "batch"
    """All matters handed over (交办) until the period's end: a stock, not a flow."""


class Better(StrEnum):
    """Which way a rate should go."""

    HIGHER = "higher"
    LOWER = "lower"


class Part(StrEnum):
    """What a definition's card says, in its order."""

    NAME = "name"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    COHORT = "cohort"
    EXCLUSIONS = "exclusions"
    SOURCE = "source"


PARTS_OF_INDICATOR = frozenset({Part.NAME})
"""What all versions of an indicator have in common."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator; ``valid_from`` none: it is offered for comparison, and not in force.

    ``target`` is a rate in [0, 1]: the least, or the most where lower is better.
    """

    code: str
    version: int
    cohort: Cohort
    valid_from: date | None = _REGULATION
    unit: MeasureUnit = MeasureUnit.MATTERS
    better: Better = Better.HIGHER
    target: float | None = None
    minimum_n: int = MINIMUM_N
    window_days: int | None = None
    """Days after a reply within which is evaluated, or after an event within which is submitted again."""
    tiers: tuple[BacklogTier, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Code and version."""
        return self.code, self.version

    @property
    def is_stock(self) -> bool:
        """Whether it counts what there is at a period's end: months are then not added up."""
        return self.cohort is Cohort.BATCH

    def words(self, part: Part) -> str:
        """Return the locale key of what its card says; its placeholders are ``facts``."""
        if part in PARTS_OF_INDICATOR:
            return f"indicators.{self.code}.{part.value}"
        return f"indicators.{self.code}.v{self.version}.{part.value}"

    @property
    def facts(self) -> dict[str, object]:
        """What fills the placeholders of its words."""
        return {"days": self.window_days}


EVALUATION_DAYS = 30
RESUBMISSION_DAYS = 90
_EVERY_TIER = tuple(BacklogTier)

DEFINITIONS: tuple[Definition, ...] = (
    Definition("accepted_in_time", 1, Cohort.NOTICE_DUE, target=1.0),
    Definition("accepted_in_time", 2, Cohort.NOTICE_DUE, None, target=1.0),
    Definition("replied_in_time", 1, Cohort.DUE, target=1.0),
    Definition("replied_in_time", 2, Cohort.DUE, None, target=1.0),
    Definition("evaluated", 1, Cohort.EVALUATION, window_days=EVALUATION_DAYS),
    Definition("evaluated", 2, Cohort.REPLY, None),
    Definition("satisfied", 1, Cohort.EVALUATION, target=0.95),
    Definition("satisfied", 2, Cohort.EVALUATION, None, target=0.95, window_days=EVALUATION_DAYS),
    Definition("satisfied", 3, Cohort.EVALUATION, None, target=0.95, window_days=EVALUATION_DAYS),
    Definition("repeated", 1, Cohort.REGISTRATION, unit=MeasureUnit.SUBMISSIONS, better=Better.LOWER),
    Definition("repeated", 2, Cohort.REGISTRATION, None, better=Better.LOWER),
    Definition("turned_repeat", 1, Cohort.REGISTRATION, better=Better.LOWER),
    Definition(
        "turned_repeat", 2, Cohort.REGISTRATION, None, better=Better.LOWER, window_days=RESUBMISSION_DAYS
    ),
    Definition("resolved_at_once", 1, Cohort.CLOSE, target=0.95, window_days=RESUBMISSION_DAYS),
    Definition("resolved_at_once", 2, Cohort.CLOSE, None, target=0.95, window_days=RESUBMISSION_DAYS),
    Definition("backlog_resolved", 1, Cohort.BATCH, tiers=_EVERY_TIER),
    Definition("backlog_nation", 1, Cohort.BATCH, target=1.0, tiers=(BacklogTier.NATION,)),
    Definition("backlog_province", 1, Cohort.BATCH, target=0.8, tiers=(BacklogTier.PROVINCE,)),
    Definition("backlog_city", 1, Cohort.BATCH, target=0.8, tiers=(BacklogTier.CITY,)),
    Definition("agent_resolved", 1, Cohort.ACCEPTANCE),
    Definition("agent_resolved", 2, Cohort.ACCEPTANCE, None),
    Definition("head_read", 1, Cohort.REGISTRATION, target=0.3),
)
"""Every version of every indicator, in the order in which indicators are shown."""

CODES: tuple[str, ...] = tuple(dict.fromkeys(each.code for each in DEFINITIONS))
_BY_KEY = {each.key: each for each in DEFINITIONS}


def in_force(on: date | None = None) -> tuple[Definition, ...]:
    """Return the version of each indicator in force on a day, the latest begun; without a day, of today."""
    found: dict[str, Definition] = {}
    for each in DEFINITIONS:
        begins = each.valid_from
        if begins is None or (on is not None and begins > on):
            continue
        former = found.get(each.code)
        if former is None or former.valid_from is None or begins >= former.valid_from:
            found[each.code] = each
    return tuple(found[code] for code in CODES if code in found)


def definition(code: str, version: int | None = None) -> Definition:
    """Return a version of an indicator, else the one in force; raises ``Refused('indicator_unknown')``."""
    if version is not None:
        found = _BY_KEY.get((code, version))
    else:
        found = next((each for each in in_force() if each.code == code), None)
    if found is None:
        raise Refused("indicator_unknown")
    return found


def versions_of(code: str) -> tuple[Definition, ...]:
    """Return all versions of an indicator, oldest first; raises ``Refused('indicator_unknown')``."""
    found = tuple(each for each in DEFINITIONS if each.code == code)
    if not found:
        raise Refused("indicator_unknown")
    return found


def asked_for(versions: tuple[tuple[str, int], ...]) -> tuple[Definition, ...]:
    """Return the definitions of a question: those in force, but for the versions it names.

    Raises ``Refused('indicator_unknown')``.
    """
    wanted = {code: definition(code, version) for code, version in versions}
    return tuple(wanted.get(each.code, each) for each in in_force())
