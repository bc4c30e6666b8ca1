"""Audits: what is written down about who did what, and how the chain of it is found whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grid.principals import Role
from grid.refusals import Refused

ROWS_A_PAGE = 50
LAST_PAGE = 1_000_000
LONGEST_FILTER = 100
_HEAD = re.compile(r"(\d{1,18})[:：]([0-9a-fA-F]{64})", re.ASCII)


class Action(StrEnum):
    """What was done, as ``noun.verb``; the only names that writers may give an audit row."""

    IMPORT_UPLOAD = "import.upload"
    IMPORT_SUBMIT = "import.submit"
    IMPORT_CANCEL = "import.cancel"
    IMPORT_TRY = "import.try"
    """A dry run: only its outcome was kept."""
    IMPORT_RUN = "import.run"
    IMPORT_REPORT = "import.report"
    """A batch's findings read on the page; ``import.outcome`` is all of them as a workbook."""
    IMPORT_OUTCOME = "import.outcome"
    IMPORT_ROWS = "import.rows"
    """A workbook of the rows to mend."""
    IMPORT_SETTLE = "import.settle"
    """Which of rows that contradict each other holds."""
    IMPORT_FORGET = "import.forget"
    """What the columns of a source mean is remembered no longer."""
    EDITION_ROLLBACK = "edition.rollback"
    """A level's boundaries taken back to the edition before."""
    PLAN_SAVE = "plan.save"
    PLAN_DISCARD = "plan.discard"
    PLAN_EXPORT = "plan.export"
    """A plan's annex or handover list as a file that leaves the house."""
    FORMULA_ADD = "formula.add"
    """A version of the weighing of workloads."""
    PATCHES_SAVE = "patches.save"
    """A draft of who has which grids of a town (网格分工)."""
    PATCHES_DISCARD = "patches.discard"
    PATCHES_PROPOSE = "patches.propose"
    PATCHES_WITHDRAW = "patches.withdraw"
    PATCHES_RETURN = "patches.return"
    PATCHES_PUBLISH = "patches.publish"
    """Scopes of grid workers replaced; each that changes has a row ``account.scope`` of its own."""
    PLAN_PROPOSE = "plan.propose"
    PLAN_WITHDRAW = "plan.withdraw"
    PLAN_RETURN = "plan.return"
    PLAN_PUBLISH = "plan.publish"
    """By another than who proposed it."""
    PLAN_CANCEL = "plan.cancel"
    PLAN_RESTORE = "plan.restore"
    BAR_ADD = "bar.add"
    """A leader who may not be given a unit; ``bar.lift`` ends it."""
    BAR_LIFT = "bar.lift"
    PLAN_SUGGEST = "plan.suggest"
    """A run of the suggester, of patches or of siting is started."""
    CITY_SET = "city.set"
    CITY_EXPORT = "city.export"
    SESSION_OPEN = "session.open"
    SESSION_REFUSE = "session.refuse"
    SESSION_CLOSE = "session.close"
    SESSIONS_END = "sessions.end"
    """All sessions of an account, by the administrator."""
    PASSWORD_CHANGE = "password.change"  # noqa: S105
    """By its holder; ``account.password`` is the administrator's."""
    ACCOUNT_ADD = "account.add"
    ACCOUNT_SCOPE = "account.scope"
    ACCOUNT_ROLE = "account.role"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_ENABLE = "account.enable"
    ACCOUNT_PASSWORD = "account.password"  # noqa: S105
    KIOSK_ADD = "kiosk.add"
    KIOSK_REVOKE = "kiosk.revoke"
    MATTER_READ = "matter.read"
    MATTERS_LIST = "matters.list"
    MATTERS_EXPORT = "matters.export"
    PATCH_READ = "patch.read"
    REVIEW_READ = "review.read"
    REVIEW_DECIDE = "review.decide"
    REVIEW_UNDO = "review.undo"
    PLACE_REPORT = "place.report"
    """What a grid worker said of a matter's place; ``place.unreport`` takes it back."""
    PLACE_UNREPORT = "place.unreport"
    ASSIST_NOTE = "assist.note"
    """A step that a grid worker took about a matter (代办); the words are not in it."""
    RECUSAL_ADD = "recusal.add"
    RECUSAL_REMOVE = "recusal.remove"
    PROVIDER_ASK = "provider.ask"
    """An address leaves for an online provider; written before it does."""
    PROVIDER_ANSWER = "provider.answer"
    SERVICE_EXPORT = "service.export"
    FINDINGS_EXPORT = "findings.export"
    """Findings of hot and cold areas, as a file that leaves the house."""
    CLOCKS_RECOMPUTE = "clocks.recompute"
    """Every clock made anew: rules, calendar or program changed, or by command."""
    CLOCKS_PROPOSE = "clocks.propose"
    """A notice or rules to be put in force; ``clocks.confirm`` does it, ``clocks.discard`` leaves it."""
    CLOCKS_CONFIRM = "clocks.confirm"
    CLOCKS_DISCARD = "clocks.discard"
    MATTER_EXTEND = "matter.extend"
    MATTER_PAUSE = "matter.pause"
    """A hearing begins; ``matter.resume`` ends it."""
    MATTER_RESUME = "matter.resume"
    SUPERVISION_LIST = "supervision.list"
    SUPERVISION_READ = "supervision.read"
    SUPERVISION_OPEN = "supervision.open"
    """A case opened, by somebody or by what was imported."""
    SUPERVISION_STEP = "supervision.step"
    SUPERVISION_END = "supervision.end"
    COHORT_READ = "cohort.read"
    """The matters behind an indicator's number, one by one."""
    LEAGUE_EXPORT = "league.export"
    REPORT_MAKE = "report.make"
    """A report (研判、会办、通报、核查) as a file that leaves the house."""
    SCHEME_ADD = "scheme.add"
    QUARTER_FREEZE = "quarter.freeze"
    """A quarter's ranking frozen, by the worker or the command line."""
    LISTING_PROPOSE = "listing.propose"
    LISTING_LIST = "listing.list"
    """By a named approver, who also rejects and delists."""
    LISTING_REJECT = "listing.reject"
    LISTING_PLAN = "listing.plan"
    LISTING_REPORT = "listing.report"
    LISTING_EXPLAIN = "listing.explain"
    LISTING_CALL_IN = "listing.call_in"
    LISTING_DELIST = "listing.delist"
    TOUR_SAVE = "tour.save"
    """A tour of the wall; ``tour.discard`` deletes one."""
    TOUR_DISCARD = "tour.discard"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_EXPORT = "audit.export"


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of the chain at some time: its number and its digest in hex.

    Noted down outside the database it shows what nothing inside can: that the chain was made anew.
    """

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class FaultKind(StrEnum):
    """How a chain is found not to be whole."""

    CHANGED = "changed"
    """A row does not have the digest of what it says."""
    REWRITTEN = "rewritten"
    """A row has the digest of what it says, but the next one goes on from another."""
    MISSING = "missing"
    """Rows between others are gone."""
    LOST = "lost"
    """Rows at the end are gone: the head is further on."""
    BEYOND = "beyond"
    """Rows at the end are not the head's: put in past the trigger."""
    NO_HEAD = "no_head"
    """The row of the head is gone."""
    NOTED_LOST = "noted_lost"
    """The chain ends before a head that was noted down."""
    NOTED_CHANGED = "noted_changed"
    """The row of a head that was noted down has another digest: it or rows before it were made anew."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One fault: the first and the last row's number that it is about."""

    kind: FaultKind
    number: int
    until: int


@dataclass(frozen=True, slots=True)
class ChainState:
    """What a verification found: rows checked, the head as it is now, the first faults, how many in all."""

    checked: int
    head: Head
    faults: tuple[ChainFault, ...]
    faults_total: int


@dataclass(frozen=True, slots=True)
class Verification:
    """When the chain was last verified from a screen, as the audit itself has it; in the city's zone."""

    at: datetime
    number: int
    faults: int


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which rows are asked for: days of the city's zone, both included; ``thing`` is any fact.

    ``principal`` is an opaque id or a sign-in name. Raises ``Refused``: ``period_reversed``,
    ``audit_page_unknown`` or ``audit_filter_too_long``.
    """

    since: date | None = None
    until: date | None = None
    action: Action | None = None
    principal: str = ""
    role: Role | None = None
    subject: str = ""
    thing: str = ""
    page: int = 1

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise Refused("period_reversed", since=self.since.isoformat(), until=self.until.isoformat())
        if not 1 <= self.page <= LAST_PAGE:
            raise Refused("audit_page_unknown", page=self.page)
        if max(len(self.principal), len(self.subject), len(self.thing)) > LONGEST_FILTER:
            raise Refused("audit_filter_too_long", most=LONGEST_FILTER)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row, ``at`` in the city's zone; actions and roles as written, since rows outlive today's names."""

    number: int
    at: datetime
    principal: str
    role: str
    action: str
    subject: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows of one page, newest first, and how many there are on all pages.

    ``logins`` gives the sign-in names of accounts by the opaque ids that rows and their facts hold.
    """

    rows: tuple[AuditRow, ...]
    total: int
    logins: Mapping[str, str]
    head: Head
    verified: Verification | None


def read_head(text: str) -> Head:
    """Return a head as it was noted down, ``NUMBER:DIGEST``; raises ``Refused('head_unreadable')``."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise Refused("head_unreadable")
    return Head(int(found[1]), found[2].lower())
