"""Desks: the ports of ``grid/ports/`` over PostGIS, each on behalf of one principal.

Each call is one transaction, READ ONLY but for what writes or leaves an audit row. A reading that meets a
broken connection is tried once more, since it changes nothing; a database that stays away becomes
``Refused('database_down')``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from data import jobs, outcomes, registers
from data.faults import refusal_of, refusing
from data.hotspot_findings import Adjacencies
from data.reads import batches, cards, city, coverage, editions, listings, matters, patch, published
from data.sessions import reading
from data.wall_findings import published_significance
from data.writes import assisting, clock_events, place_reports, recusals, settling
from grid.areas import Area, Level
from grid.assisting import AssistNote
from grid.clocks.events import ClockEvent
from grid.coverage import CoverageBook
from grid.density import DensitySurface
from grid.editions import CrosswalkLine, EditionView
from grid.findings import Conflict, ImportKind, ImportReport
from grid.hotspots.findings import Significance
from grid.listings import Listing, Quarter
from grid.measures import Measure
from grid.principals import Principal
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
from grid.refusals import Refused
from grid.register import MatterDetail, RegisterPage, RegisterQuestion
from grid.reviewing import PlaceSaid

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

Shapes = OrderedDict[tuple[Level, int], bytes]
_KEPT_SHAPES = 16


class Desk:
    """Asks the database on behalf of one principal."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine = engine
        self._principal = principal

    def _read(
        self, ask: Callable[Concatenate[Session, Asked], Answer], *args: Asked.args, **options: Asked.kwargs
    ) -> Answer:
        return _twice(lambda: _read_once(self._engine, self._principal, ask, *args, **options))

    def _note(
        self,
        ask: Callable[Concatenate[Engine, Principal, Asked], Answer],
        *args: Asked.args,
        **options: Asked.kwargs,
    ) -> Answer:
        """Ask for a reading that leaves an audit row; asked again at worst it leaves two."""
        return _twice(lambda: ask(self._engine, self._principal, *args, **options))


class CityDesk(Desk):
    """``grid.ports.CityReads`` over PostGIS."""

    def __init__(self, engine: Engine, principal: Principal, shapes: Shapes) -> None:
        super().__init__(engine, principal)
        self._shapes = shapes

    def version(self) -> DataVersion:
        """Return the data version."""
        return self._read(city.version)

    def city(self) -> City:
        """Return the city."""
        return self._read(city.city)

    def areas(self, level: Level) -> tuple[Area, ...]:
        """Return the areas of a level."""
        return self._read(city.areas, level)

    def breaks(self, level: Level) -> tuple[date, ...]:
        """Return the days on which a level's boundaries changed."""
        return self._read(editions.breaks, level)

    def shapes(self, level: Level, edition_id: int) -> bytes:
        """Return an edition's shapes."""
        key = (level, edition_id)
        body = self._shapes.get(key)
        if body is None:
            self._shapes[key] = body = self._read(city.shapes, level, edition_id)
            while len(self._shapes) > _KEPT_SHAPES:
                self._shapes.popitem(last=False)
        return body


class WallDesk(CityDesk):
    """``grid.ports.WallReads`` over PostGIS: of matters, published products alone."""

    def __init__(
        self, engine: Engine, principal: Principal, shapes: Shapes, adjacencies: Adjacencies
    ) -> None:
        super().__init__(engine, principal, shapes)
        self._adjacencies = adjacencies

    def publication(self) -> Publication | None:
        """Return which products are in force."""
        return self._read(published.publication)

    def figures(self, question: WallQuestion) -> tuple[Measure, ...]:
        """Return the wall's figures."""
        return self._read(published.figures, question)

    def counts(self, level: Level, question: WallQuestion) -> PublishedCounts:
        """Return counts by area."""
        return self._read(published.counts, level, question)

    def significance(self, level: Level, question: WallQuestion) -> Significance:
        """Return which areas are hot or cold by the published counts."""
        return self._read(published_significance, level, question, self._adjacencies)

    def trend(self, question: WallQuestion) -> tuple[MonthCount, ...]:
        """Return counts by month."""
        return self._read(published.trend, question)

    def density(self, question: WallQuestion) -> DensitySurface | None:
        """Return the masked density."""
        return self._read(published.density, question)

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters with listings."""
        return self._read(listings.quarters)

    def listings(self, quarter: Quarter) -> tuple[Listing, ...]:
        """Return a quarter's listings."""
        return self._read(listings.listings, quarter)

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the plan in force."""
        return self._read(coverage.published_book, on)


class CardDesk(Desk):
    """``grid.ports.CardReads`` over PostGIS."""

    def trend(self, question: MatterQuestion) -> tuple[MonthCount, ...]:
        """Return counts by month."""
        return self._read(matters.trend, question)

    def area_card(self, area_id: int, question: MatterQuestion) -> AreaCard:
        """Return an area's card."""
        return self._read(cards.area_card, area_id, question)

    def leader_card(self, leader_id: int, on: date) -> LeaderCard:
        """Return a leader's card."""
        return self._read(cards.leader_card, leader_id, on)


class PatchDesk(CityDesk):
    """``grid.ports.PatchReads`` over PostGIS."""

    def patch(self, grid_id: int) -> Patch:
        """Return one grid."""
        return self._note(registers.read_patch, grid_id)

    def grids(self) -> tuple[tuple[Area, int], ...]:
        """Return the worker's grids."""
        return self._read(patch.grids)

    def report_place(self, said: PlaceSaid) -> None:
        """Keep what the worker says of a matter's place."""
        with refusing():
            place_reports.report_place(self._engine, self._principal, said)

    def take_back_report(self, matter_id: int) -> None:
        """Take back the worker's own last report of a matter."""
        with refusing():
            place_reports.take_back(self._engine, self._principal, matter_id)

    def assist(self, note: AssistNote) -> bool:
        """Keep what the worker did about a matter."""
        with refusing():
            return assisting.assist(self._engine, self._principal, note)


class MattersDesk(CityDesk):
    """``grid.ports.MattersDesk`` over PostGIS."""

    def page(self, question: RegisterQuestion) -> RegisterPage:
        """Return one page of the register."""
        return self._note(registers.read_page, question)

    def detail(self, matter_id: int) -> MatterDetail:
        """Return one matter."""
        return self._note(registers.read_detail, matter_id)

    def export(self, question: RegisterQuestion, say: Callable[..., str]) -> bytes:
        """Return a workbook of the matters of a question."""
        return self._note(registers.export_rows, question, say)

    def record_event(self, matter_id: int, event: ClockEvent) -> None:
        """Enter an extension or a hearing."""
        with refusing():
            clock_events.record_event(self._engine, self._principal, matter_id, event)

    def recuse(self, matter_id: int, login: str) -> None:
        """Keep a matter from an account."""
        with refusing():
            recusals.recuse(self._engine, self._principal, matter_id, login)

    def unrecuse(self, matter_id: int, login: str) -> None:
        """Let an account see a matter again."""
        with refusing():
            recusals.unrecuse(self._engine, self._principal, matter_id, login)


class UploadDesk(Desk):
    """``grid.ports.ImportDesk`` over PostGIS."""

    def upload(self, file_name: str, content: bytes) -> str:
        """Keep a file."""
        with refusing():
            return jobs.upload(self._engine, self._principal, file_name, content)

    def submit(self, kind: ImportKind, key: str, *, dry_run: bool, options: dict[str, str]) -> int:
        """Queue an import."""
        with refusing():
            return jobs.submit(self._engine, self._principal, kind, key, dry_run=dry_run, options=options)

    def cancel(self, job_id: int) -> None:
        """Ask for a job to be given up."""
        with refusing():
            jobs.cancel(self._engine, self._principal, job_id)

    def rows_to_mend(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook of a batch's rows to mend."""
        return self._note(outcomes.export_rows, batch_id, say)

    def conflicts(self, batch_id: int) -> tuple[Conflict, ...]:
        """Return a batch's rows that contradict each other."""
        return self._note(outcomes.read_conflicts, batch_id)

    def settle(self, batch_id: int, row: int) -> int:
        """Let a row of a conflict hold."""
        with refusing():
            return settling.settle_quarantine(self._engine, self._principal, batch_id, row)

    def forget_profile(self, kind: ImportKind, source: str) -> None:
        """Forget what a source's columns mean."""
        with refusing():
            jobs.forget_profile(self._engine, self._principal, kind, source)

    def job(self, job_id: int) -> JobView:
        """Return how a job stands."""
        return self._read(batches.job, job_id)

    def report(self, batch_id: int) -> ImportReport:
        """Return a batch's outcome."""
        return self._note(outcomes.read_report, batch_id)

    def outcome(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook of a batch's findings."""
        return self._note(outcomes.export_outcome, batch_id, say)

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        """Return the latest batches."""
        return self._read(batches.latest)

    def editions(self) -> tuple[EditionView, ...]:
        """Return every edition of boundaries."""
        return self._read(editions.editions)

    def crosswalk(self, level: Level) -> tuple[CrosswalkLine, ...]:
        """Return where a level's newest edition differs from the one before."""
        return self._read(editions.crosswalk, level)

    def roll_back(self, level: Level) -> int:
        """Queue going back to a level's edition before."""
        with refusing():
            return jobs.submit_rollback(self._engine, self._principal, level)


def _twice(ask: Callable[[], Answer]) -> Answer:
    """Return an answer, asked once more where the connection broke."""
    try:
        return ask()
    except OperationalError as error:
        if not error.connection_invalidated:
            raise refusal_of(error) or error from None
    except DBAPIError as error:
        raise refusal_of(error) or error from None
    except UnicodeEncodeError:
        raise Refused("value_unstorable") from None
    with refusing():
        return ask()


def _read_once(
    engine: Engine,
    principal: Principal,
    ask: Callable[Concatenate[Session, Asked], Answer],
    *args: Asked.args,
    **options: Asked.kwargs,
) -> Answer:
    with reading(engine, principal) as session:
        return ask(session, *args, **options)
