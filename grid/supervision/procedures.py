"""Procedures (督办程序): a named list of steps, each with who owes it, what starts it and its length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from grid.clocks.rules import Counting
from grid.principals import Role
from grid.refusals import Refused

OPENING = "opening"
"""What a step starts from that waits for no other."""
LONGEST_DAYS = 366
LONGEST_WORDS = 2000
LONGEST_OFFICIAL = 60
_CODE = re.compile(r"[a-z][a-z_]{1,39}")


class SubjectKind(StrEnum):
    """What a case is about; never who petitions."""

    MATTER = "matter"
    UNIT = "unit"
    LEADER = "leader"


class Owner(StrEnum):
    """Whose step it is."""

    BUREAU = "bureau"
    UNIT = "unit"
    UNIT_HEAD = "unit_head"
    """党政主要负责人: signs for the unit, whose account hands it in."""
    TOWN = "town"
    DEPARTMENT = "department"
    """A department that a town called."""
    LEADER = "leader"
    APPROVER = "approver"


TAKERS: dict[Owner, frozenset[Role]] = {
    Owner.BUREAU: frozenset({Role.BUREAU}),
    Owner.UNIT: frozenset({Role.UNIT, Role.TOWN}),
    Owner.UNIT_HEAD: frozenset({Role.UNIT, Role.TOWN}),
    Owner.TOWN: frozenset({Role.TOWN}),
    Owner.DEPARTMENT: frozenset({Role.UNIT}),
    Owner.LEADER: frozenset({Role.LEADER, Role.BUREAU}),
    Owner.APPROVER: frozenset({Role.APPROVER}),
}
"""Whose account takes an owner's step: a leader's is also written down by the bureau, with the post."""


class Field(StrEnum):
    """What a step must be told with."""

    OFFICIAL = "official"
    """The post of the duty holder who did it."""
    WORDS = "words"
    DAY = "day"
    """The day on which it was done, where that may be before it is written down."""


class Cause(StrEnum):
    """What in the imported matters opens a case by itself."""

    RESUBMITTED = "resubmitted"
    """The matter, unresolved, was submitted again so many times."""
    UNSATISFIED = "unsatisfied"
    UNEVALUATED = "unevaluated"
    """Replied and not evaluated so many days later."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``after`` is ``opening`` or the code of the step that it waits for.

    ``days`` none: no due day. ``monthly`` comes round each month until the case ends, on ``month_days``
    where they are fixed. ``measured`` steps are told in hours since their start. An ``optional`` one need
    not be taken, and what waits for it is owed only once it was.
    """

    code: str
    owner: Owner
    after: str = OPENING
    days: int | None = None
    counting: Counting = Counting.NATURAL
    soon_days: int = 1
    needs: frozenset[Field] = frozenset()
    monthly: bool = False
    month_days: tuple[int, ...] = ()
    measured: bool = False
    optional: bool = False

    def __post_init__(self) -> None:
        repeats = self.monthly or bool(self.month_days)
        lengths = self.days is None or 1 <= self.days <= LONGEST_DAYS
        fixed = all(1 <= day <= 28 for day in self.month_days) and (self.monthly or not self.month_days)
        if not _CODE.fullmatch(self.code) or self.after == self.code:
            raise Refused("procedure_step", step=self.code[:40])
        if not lengths or not fixed or self.soon_days < 0 or (repeats and self.days is not None):
            raise Refused("procedure_step", step=self.code)

    def may_be_taken_by(self, role: Role) -> bool:
        """Return whether an account of a role takes the step."""
        return role in TAKERS[self.owner]


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens cases by itself: a cause, from which number on, and how long ago at most."""

    cause: Cause
    least: int = 0
    """Submissions again after the first; or days since the reply for what is not evaluated."""
    most: int | None = None
    within_days: int = 30
    """Days for which an evaluation, or its absence, is still news."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure in one version; its code is the key of its words.

    ``opened_by`` and ``ended_by`` are the offices that do so; a case ends once every step that is owed was
    taken, or is withdrawn with a reason.

    Raises
    ------
    Refused
        ``procedure_step`` or ``procedure_order`` where its steps contradict each other.
    """

    code: str
    version: int
    subject: SubjectKind
    steps: tuple[Step, ...]
    opened_by: Owner = Owner.BUREAU
    opens: Opening | None = None

    def __post_init__(self) -> None:
        codes = Counter(step.code for step in self.steps)
        known = {OPENING}
        for step in self.steps:
            if step.after not in known or codes[step.code] > 1:
                raise Refused("procedure_order", procedure=self.code, step=step.code)
            if not (step.monthly or step.code == OPENING):
                known.add(step.code)
        if not _CODE.fullmatch(self.code) or self.version < 1 or not self.steps:
            raise Refused("procedure_order", procedure=self.code[:40], step="")
        if self.opened_by not in {Owner.BUREAU, Owner.TOWN}:
            raise Refused("procedure_order", procedure=self.code, step="")

    @property
    def ended_by(self) -> Owner:
        """The office that ends its cases: the one that opens them."""
        return self.opened_by

    def may_be_opened_by(self, role: Role) -> bool:
        """Return whether an account of a role opens and ends a case of it."""
        return role in TAKERS[self.opened_by]

    def step(self, code: str) -> Step:
        """Return a step; raises ``Refused('supervision_step_unknown')``."""
        found = next((step for step in self.steps if step.code == code), None)
        if found is None:
            raise Refused("supervision_step_unknown")
        return found


@dataclass(frozen=True, slots=True)
class ProcedureBook:
    """Every procedure, older versions for cases that were opened by them.

    Raises
    ------
    Refused
        ``procedure_order`` where two are the same version, or one step has two owners: who may take a step
        is told by its code alone.
    """

    procedures: tuple[Procedure, ...]

    def __post_init__(self) -> None:
        versions = Counter((one.code, one.version) for one in self.procedures)
        owners: dict[str, Owner] = {}
        for one in self.procedures:
            if versions[one.code, one.version] > 1:
                raise Refused("procedure_order", procedure=one.code, step="")
            for step in one.steps:
                if owners.setdefault(step.code, step.owner) is not step.owner:
                    raise Refused("procedure_order", procedure=one.code, step=step.code)

    @property
    def current(self) -> tuple[Procedure, ...]:
        """The newest version of each procedure, in the order of the book."""
        newest: dict[str, Procedure] = {}
        for one in self.procedures:
            if one.code not in newest or one.version > newest[one.code].version:
                newest[one.code] = one
        return tuple(newest.values())

    def procedure(self, code: str, version: int | None = None) -> Procedure:
        """Return a procedure, the newest for no version.

        Raises ``Refused('supervision_procedure_unknown')``.
        """
        among = self.current if version is None else self.procedures
        found = next((one for one in among if one.code == code and version in {None, one.version}), None)
        if found is None:
            raise Refused("supervision_procedure_unknown")
        return found

    def steps_of(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """Return the codes of the steps that accounts of some roles take, each once, in order."""
        wanted = frozenset(roles)
        codes = (
            step.code for one in self.procedures for step in one.steps if TAKERS[step.owner] & wanted
        )  # fmt: skip
        return tuple(dict.fromkeys(codes))
