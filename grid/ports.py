"""What a screen may ask of the world: Protocols that ``app.py`` fills from storage and a test with a fake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from grid.accounts import AccountView, CitySettings, NewAccount, Scope, ScopePart
from grid.areas import Area, Level
from grid.audits import AuditPage, AuditQuestion, ChainState, Head
from grid.coverage import CoverageBook, CoveragePlan
from grid.density import DensitySurface
from grid.editions import CrosswalkLine, EditionView
from grid.findings import Conflict, ImportKind, ImportReport
from grid.listings import Listing, Quarter
from grid.measures import Measure
from grid.principals import Principal, Role, Ticket
from grid.published import Publication, PublishedCounts, WallQuestion
from grid.questions import (
    AreaCard,
    City,
    DataVersion,
    JobView,
    LeaderCard,
    MatterQuestion,
    MonthCount,
    Patch,
)
from grid.register import MatterDetail, RegisterPage, RegisterQuestion
from grid.reviewing import Candidate, Decision, DecisionMade, PlaceSaid, ReviewItem, ReviewQueue, Undone
from grid.service import ServiceNetwork
from grid.service_lists import ServiceQuestion


class CityReads(Protocol):
    """Readings shared by every screen."""

    def version(self) -> DataVersion:
        """Return the data version; one cheap row."""

    def city(self) -> City:
        """Return the city's name, stamps, bounds and current boundary editions."""

    def areas(self, level: Level) -> tuple[Area, ...]:
        """Return the areas of a level valid today, functional ones with the counties."""

    def breaks(self, level: Level) -> tuple[date, ...]:
        """Return the days on which a level's boundaries changed, oldest first."""

    def shapes(self, level: Level, edition_id: int) -> bytes:
        """Return simplified GeoJSON of one edition (feature ``id`` = area id as text), gzip-compressed.

        Properties: ``name``, ``code``, ``kind``, and ``synthetic: true`` where the edition is.
        Raises ``Refused('edition_unknown')``.
        """


class Gate(Protocol):
    """Who may come in. Tokens are opaque; the database keeps only their hashes."""

    def who(self, token: str, address: str) -> Principal | None:
        """Return the principal of a live session, none for any other token or a foreign address."""

    def sign_in(self, login: str, password: str, address: str) -> Ticket:
        """Return a new session.

        Raises ``Refused``: ``sign_in_failed`` (never saying why), ``sign_in_delayed`` (``seconds``) after
        failures of this account or address, or ``sign_in_busy``.
        """

    def sign_in_asserted(self, login: str, address: str) -> Ticket:
        """Return a new session for an account that a trusted identity provider named.

        Raises ``Refused('sign_in_failed')``.
        """

    def enter_kiosk(self, token: str, address: str) -> Principal | None:
        """Return the kiosk whose link was opened, none for any other token or a foreign address; audited."""

    def change_password(self, token: str, old: str, new: str, address: str) -> Ticket:
        """Set a new password, end the account's sessions and return a new one.

        Raises ``Refused``: ``sign_in_failed``, ``sign_in_delayed``, ``sign_in_busy`` or ``password_weak``.
        """

    def sign_out(self, token: str) -> None:
        """End a session; unknown tokens are nothing."""

    def pulse(self) -> DataVersion:
        """Return the data version to anyone: whether the database answers; raises ``Refused``."""


class WallReads(CityReads, Protocol):
    """Readings of shared views: published products, listings and the coverage in force."""

    def publication(self) -> Publication | None:
        """Return which products are in force, none before the first; one cheap row."""

    def figures(self, question: WallQuestion) -> tuple[Measure, ...]:
        """Return the wall's main figures, with the window before and a year before."""

    def counts(self, level: Level, question: WallQuestion) -> PublishedCounts:
        """Return counts for the regular areas of a level.

        Raises ``Refused('not_published')`` for a group below township level and for grids.
        """

    def trend(self, question: WallQuestion) -> tuple[MonthCount, ...]:
        """Return the city's counts of the last 24 months, oldest first, whatever the question's window."""

    def density(self, question: WallQuestion) -> DensitySurface | None:
        """Return the masked density of a question, none where nothing is placed to a point."""

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters that have listings, newest first."""

    def listings(self, quarter: Quarter) -> tuple[Listing, ...]:
        """Return the listings of a quarter, worst rank first."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none."""


class CardReads(Protocol):
    """Readings behind a card, for those who are signed in and may see the whole city."""

    def trend(self, question: MatterQuestion) -> tuple[MonthCount, ...]:
        """Return counts of every month that the question touches, oldest first."""

    def area_card(self, area_id: int, question: MatterQuestion) -> AreaCard:
        """Return an area's card; raises ``Refused('area_unknown')``."""

    def leader_card(self, leader_id: int, on: date) -> LeaderCard:
        """Return a leader's card; raises ``Refused('leader_unknown')``."""


class PatchReads(CityReads, Protocol):
    """Readings of a grid worker's patch, and what the worker says of where its matters are."""

    def patch(self, grid_id: int) -> Patch:
        """Return one grid; raises ``Refused('area_unknown')``."""

    def grids(self) -> tuple[tuple[Area, int], ...]:
        """Return the principal's grids, each with its open matters, the busiest first."""

    def report_place(self, said: PlaceSaid) -> None:
        """Keep what the worker says of a matter's place; the same again changes nothing.

        Raises ``Refused('matter_unknown')`` for what is not theirs, or ``('place_outside_patch')``.
        """

    def take_back_report(self, matter_id: int) -> None:
        """Take back the worker's own last report of a matter.

        Raises ``Refused``: ``matter_unknown``, ``report_unknown`` or ``report_overtaken``.
        """


class ReviewDesk(CityReads, Protocol):
    """Readings and writings of the review of places."""

    def queue(self, page: int = 1) -> ReviewQueue:
        """Return a page of the texts that wait, without candidates and suggestions; audited.

        The first page for one beyond the last. Raises ``Refused('review_page_unknown')``.
        """

    def item(self, key: str) -> ReviewItem:
        """Return one text with what it may mean; raises ``Refused('review_item_unknown')``."""

    def candidates(self, area_ids: tuple[int, ...]) -> tuple[Candidate, ...]:
        """Return areas valid today with path and outline; unknown ids are left out."""

    def find_areas(self, words: str) -> tuple[Candidate, ...]:
        """Return the areas that words mean: parts of names, their sound or its first letters, or a code."""

    def areas_around(self, bounds: tuple[float, float, float, float]) -> tuple[Candidate, ...]:
        """Return areas of one level in a box (west, south, east, north), as fine as a map has room for."""

    def area_at(self, lon: float, lat: float) -> Candidate:
        """Return the narrowest area that holds a point; raises ``Refused('point_outside_city')``."""

    def decisions(self, key: str = "") -> tuple[DecisionMade, ...]:
        """Return the latest 20 decisions, newest first, or the one in force on a text."""

    def decide(self, decision: Decision) -> DecisionMade:
        """Place all matters of a text.

        Raises ``Refused``: ``review_item_unknown``, ``decision_in_force`` (``area``),
        ``decision_names_nothing``, ``area_unknown``, ``decision_area_functional``,
        ``decision_area_too_wide``, ``point_outside_city`` or ``point_outside_area``.
        """

    def undo(self, decision_id: int) -> Undone:
        """Put the matters of a decision back as they were, but for what something else has placed since.

        Raises ``Refused``: ``decision_unknown`` or ``decision_undone``.
        """


class MattersDesk(CityReads, Protocol):
    """The register: matters one by one within the principal's scope. Every reading of it is audited."""

    def page(self, question: RegisterQuestion) -> RegisterPage:
        """Return one page of the register, with the city's count of accusations for the petition bureau."""

    def detail(self, matter_id: int) -> MatterDetail:
        """Return one matter; raises ``Refused('matter_unknown')``, also for what is not the principal's."""

    def export(self, question: RegisterQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all matters of a question; ``say(key)`` gives the words.

        Raises ``Refused('export_too_large')`` (``count``, ``most``).
        """

    def recuse(self, matter_id: int, login: str) -> None:
        """Keep a matter from an account, by the petition bureau only.

        Raises ``Refused``: ``matter_unknown``, ``recusal_login_unknown``, ``recusal_own`` for one's own
        account, ``recusal_needless`` for one that reads no matters, or ``not_allowed``.
        """

    def unrecuse(self, matter_id: int, login: str) -> None:
        """Let an account see a matter again; raises as ``recuse``."""


class ServiceDesk(CityReads, Protocol):
    """Readings of the service network."""

    def network(self, within: int | None = None) -> ServiceNetwork:
        """Return the network of an area, or of the city; raises ``Refused('area_unknown')``."""

    def export(self, question: ServiceQuestion, say: Callable[..., str], *, as_csv: bool = False) -> bytes:
        """Return all rows of a list as a workbook (XLSX) or as CSV; ``say(key)`` gives the words; audited.

        Raises ``Refused('area_unknown')``.
        """


class PlanDesk(CityReads, Protocol):
    """Readings and writings of the planner's board."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none."""

    def plan_book(self, plan_id: int) -> CoverageBook:
        """Return any plan; raises ``Refused('plan_unknown')``."""

    def drafts(self) -> tuple[CoveragePlan, ...]:
        """Return the drafts, newest first."""

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        """Save a draft under its optimistic lock and return it with its new id and version.

        Raises ``Refused('plan_changed_meanwhile')`` when another saved it first, ``('plan_unknown')``,
        ``('plan_not_draft')``, ``('plan_base_unusable')``, or what ``grid.planning.read_name`` raises.
        """

    def discard_draft(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen in ``version``.

        Raises ``Refused('plan_unknown')``, ``('plan_not_draft')``, ``('plan_changed_meanwhile')`` or
        ``('plan_has_drafts')`` when other drafts start from it.
        """


class ImportDesk(Protocol):
    """Readings and writings of the import page."""

    def upload(self, file_name: str, content: bytes) -> str:
        """Keep a file for some hours and return the key by which its owner refers to it.

        Raises ``Refused('file_empty')`` or ``('file_too_large')``.
        """

    def submit(self, kind: ImportKind, key: str, *, dry_run: bool, options: dict[str, str]) -> int:
        """Queue the import of an upload of one's own; returns the job's id.

        Raises ``Refused``: ``upload_gone``, ``options_too_many``, ``option_unreadable`` or ``queue_full``.
        """

    def cancel(self, job_id: int) -> None:
        """Ask for a job of one's own to be given up; one that ended stays as it ended.

        Raises ``Refused('job_unknown')``.
        """

    def job(self, job_id: int) -> JobView:
        """Return how a job stands; raises ``Refused('job_unknown')``."""

    def report(self, batch_id: int) -> ImportReport:
        """Return a batch's outcome with its gravest findings, so many as a page bears.

        Raises ``Refused('batch_unknown')``.
        """

    def outcome(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all findings of a batch; ``say(key, **facts)`` gives the words.

        Raises ``Refused('batch_unknown')``.
        """

    def rows_to_mend(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of the rows that a batch did not take in as they stand, with reasons.

        Raises ``Refused('batch_unknown')``.
        """

    def conflicts(self, batch_id: int) -> tuple[Conflict, ...]:
        """Return the rows of a batch that contradict each other, so many as a page bears.

        Raises ``Refused('batch_unknown')``.
        """

    def settle(self, batch_id: int, row: int) -> int:
        """Let a row of a conflict hold and queue its import; returns the job's id.

        Raises ``Refused('row_not_in_conflict')`` or ``('queue_full')``.
        """

    def forget_profile(self, kind: ImportKind, source: str) -> None:
        """Remember no longer what the columns of a source's files mean; unknown sources are nothing."""

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        """Return the latest 50 batches without findings, newest first, with times in the city's zone."""

    def editions(self) -> tuple[EditionView, ...]:
        """Return every edition of boundaries, levels from wide to narrow, the newest of each first."""

    def crosswalk(self, level: Level) -> tuple[CrosswalkLine, ...]:
        """Return where a level's newest edition differs from the one before; few matters are hidden."""

    def roll_back(self, level: Level) -> int:
        """Queue going back to a level's edition before; returns the job's id, which ends without a batch.

        Raises ``Refused('queue_full')``; the job fails with ``rollback_nothing``, ``rollback_narrower`` or
        ``rollback_in_use``.
        """


class AccountsDesk(Protocol):
    """What an administrator does with accounts, kiosks and the city's settings.

    Where a login is given, ``Refused('login_unknown')`` is raised for none's. Nobody may narrow or end their
    own account: ``Refused('account_own')``. A change of scope, role or password ends the account's sessions.
    """

    def accounts(self) -> tuple[AccountView, ...]:
        """Return all accounts and kiosks by login."""

    def add(self, account: NewAccount) -> None:
        """Make an account.

        Raises ``Refused``: ``login_taken``, ``password_weak``, or what ``grid.accounts`` and a scope raise.
        """

    def set_scope(self, login: str, scope: Scope) -> None:
        """Replace an account's scope.

        Raises ``Refused``: ``area_code_unknown``, ``area_code_ambiguous``, ``area_level_wrong``,
        ``unit_unknown``, ``unit_ambiguous``, or what ``grid.accounts.check_scope`` raises.
        """

    def set_role(self, login: str, role: Role, scope: Scope) -> None:
        """Give an account another role with its scope; raises as ``set_scope``."""

    def set_password(self, login: str, password: str) -> None:
        """Give an account a new password; raises ``Refused('password_weak')``."""

    def set_disabled(self, login: str, disabled: bool) -> None:
        """Disable an account, which ends its sessions, or enable it; a kiosk's link is then revoked for good.

        Raises ``Refused('kiosk_revoked')`` where a kiosk should be enabled: it is added again.
        """

    def end_sessions(self, login: str) -> None:
        """End an account's sessions."""

    def add_kiosk(self, name: str, address: str) -> str:
        """Make a kiosk bound to an address or network and return its token, which is not kept.

        Raises ``Refused``: ``login_taken``, ``address_unreadable``, or what ``grid.accounts.read_login``
        raises.
        """

    def revoke_kiosk(self, name: str) -> None:
        """End a kiosk's link; raises ``Refused('kiosk_unknown')``."""

    def find_scope(self, role: Role, words: str) -> tuple[ScopePart, ...]:
        """Return the first areas or units that a role's scope may be made of, by words of names or a code."""

    def settings(self) -> CitySettings:
        """Return the city's settings."""

    def set_settings(self, settings: CitySettings) -> None:
        """Set all of the city's settings."""


class AuditDesk(Protocol):
    """What an auditor reads: who did what, and whether the chain of it is whole."""

    def page(self, question: AuditQuestion) -> AuditPage:
        """Return a page of rows, newest first, with the chain's head and when it was last verified."""

    def verify(self, noted: Head | None = None) -> ChainState:
        """Verify the whole chain, also against a head that was noted down; audited itself."""

    def export(self, question: AuditQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all rows of a question; audited itself.

        Raises ``Refused('audit_export_too_large')``.
        """


class Store(Protocol):
    """The whole world as screens know it: one port each, on behalf of a principal."""

    def gate(self) -> Gate:
        """Return the gate."""

    def wall(self, principal: Principal) -> WallReads:
        """Return the wall's readings."""

    def cards(self, principal: Principal) -> CardReads:
        """Return the readings behind cards."""

    def patch(self, principal: Principal) -> PatchReads:
        """Return the patch's readings."""

    def matters(self, principal: Principal) -> MattersDesk:
        """Return the register's desk."""

    def review(self, principal: Principal) -> ReviewDesk:
        """Return the desk of the review of places."""

    def service(self, principal: Principal) -> ServiceDesk:
        """Return the desk of the service network."""

    def plan(self, principal: Principal) -> PlanDesk:
        """Return the planner's desk."""

    def imports(self, principal: Principal) -> ImportDesk:
        """Return the import desk."""

    def accounts(self, principal: Principal) -> AccountsDesk:
        """Return the administrator's desk."""

    def audit(self, principal: Principal) -> AuditDesk:
        """Return the auditor's desk."""
