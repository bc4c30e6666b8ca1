"""Every reading that a screen has, with what it is asked here; one that is not named fails a test."""

from __future__ import annotations

import dataclasses
import io
import typing
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
from sqlalchemy.exc import DBAPIError

from data.store import PostgisStore
from grid import ports
from grid.areas import Level
from grid.audits import Action, AuditQuestion, Head
from grid.finding import Kind
from grid.hotspots.findings import Method
from grid.hotspots.questions import Dimension, MatterFilter, Step
from grid.indicators.definitions import in_force
from grid.indicators.figures import Period
from grid.league import LeagueQuestion, LeagueView
from grid.listings import Quarter
from grid.matters import Category, Channel
from grid.principals import Principal, Role
from grid.published import WallQuestion, Window
from grid.questions import MatterQuestion
from grid.refusals import Refused
from grid.register import RegisterClock, RegisterQuestion, SortColumn
from grid.service_lists import ServiceQuestion
from grid.siting.questions import Demand, Goal, SitingQuestion, Way
from grid.supervision.register import Standing, SupervisionQuestion
from grid.unit_card import FigureQuestion as UnitFigure
from tests.storage.mixed_city import SEALED, TODAY, City

YEAR = MatterQuestion(TODAY - timedelta(days=364), TODAY)
THREE_YEARS = MatterFilter(TODAY - timedelta(days=3 * 365), TODAY)
ON_THE_WALL = (
    WallQuestion(Window.M3),
    WallQuestion(Window.M12, category=Category.LABOUR),
    WallQuestion(Window.M12, channel=Channel.VISIT),
)
_OF_CITY: dict[str, Callable[[City], list[tuple[Any, ...]]]] = {
    "version": lambda city: [()],
    "city": lambda city: [()],
    "areas": lambda city: [(level,) for level in Level],
    "breaks": lambda city: [(level,) for level in Level],
    "shapes": lambda city: [(level, edition) for level in Level for edition in (1, 2, 3, 4, 99)],
}
_COVERAGE: Callable[[City], list[tuple[Any, ...]]] = lambda city: [(TODAY,), (TODAY - timedelta(days=3000),)]  # noqa: E731
_IDS = (*range(1, 60, 5), *range(52, 61), *range(62, 100, 12), 0, -1, 2**62)


def _unit_codes(city: City) -> tuple[str, ...]:
    """Codes of departments and of areas' units, one's own and others', and what names no unit."""
    departments = (f"d{unit}" for unit in city.units)
    return (*departments, "990101", "990102", "990101001", "990102001", "d99", "a990101", "l1", "", "x/y")


ASKED: dict[str, Callable[[City], list[tuple[Any, ...]]]] = {
    "gate.pulse": lambda city: [()],
    "gate.who": lambda city: [("0" * 43, "127.0.0.1"), ("", "nowhere")],
    **{
        f"{desk}.{name}": asked
        for desk in ("wall", "patch", "plan", "patch_plans", "matters", "review", "service", "siting",
                     "hotspots", "units", "supervision", "tours")
        for name, asked in _OF_CITY.items()
    },
    "wall.publication": lambda city: [()],
    "wall.figures": lambda city: [(one,) for one in ON_THE_WALL],
    "wall.counts": lambda city: [(level, ON_THE_WALL[0]) for level in Level],
    "wall.significance": lambda city: [(level, one) for level in Level for one in ON_THE_WALL],
    "wall.trend": lambda city: [(one,) for one in ON_THE_WALL],
    "wall.density": lambda city: [(one,) for one in ON_THE_WALL],
    "wall.quarters": lambda city: [()],
    "wall.listings": lambda city: [(Quarter.of(TODAY),), (Quarter.of(TODAY).previous,)],
    "wall.coverage": _COVERAGE,
    "tiles.tileset": lambda city: [(level,) for level in Level],
    "tiles.tile": lambda city: [("1-0123456789ab", 8, 207, 108), ("x", 0, 0, 0)],
    "cards.trend": lambda city: [(YEAR,), (dataclasses.replace(YEAR, category=Category.LAND),)],
    "cards.area_card": lambda city: [
        (area, YEAR) for area in (*city.counties, city.towns[0], city.villages[0], city.grids[0], 10**6)
    ],
    "cards.leader_card": lambda city: [(leader, TODAY) for leader in (1, 2, 99)],
    "patch.patch": lambda city: [(grid,) for grid in (*city.grids, city.towns[0], 10**6)],
    "patch.grids": lambda city: [()],
    "matters.page": lambda city: [
        *((RegisterQuestion(sort=sort),) for sort in SortColumn),
        *((RegisterQuestion(clock=clock),) for clock in RegisterClock),
        (RegisterQuestion(number=f"{SEALED}-9"),),
        (RegisterQuestion(page=2),),
    ],
    "matters.detail": lambda city: [(matter,) for matter in _IDS],
    "matters.export": lambda city: [(RegisterQuestion(), say)],
    "plan.coverage": _COVERAGE,
    "plan.plan_book": lambda city: [(plan,) for plan in (1, 2, 3, 99)],
    "plan.drafts": lambda city: [()],
    "patch_plans.towns": lambda city: [()],
    "patch_plans.town": lambda city: [(town,) for town in (*city.towns, city.grids[0], 10**6, 0, 2**62)],
    "patch_plans.patch_plan": lambda city: [(plan,) for plan in (1, 2, 0, -1, 2**62)],
    "plan.handover": lambda city: [(plan,) for plan in (1, 2, 3, 99)],
    "plan.annex_file": lambda city: [(n, suffix, say) for n in (1, 2, 3, 99) for suffix in ("xlsx", "docx")],
    "plan.handover_file": lambda city: [(plan, say) for plan in (1, 2, 3, 99)],
    "plan.formulas": lambda city: [()],
    "plan.plans": lambda city: [()],
    "plan.history": lambda city: [()],
    "plan.bars": lambda city: [()],
    "plan.steps": lambda city: [(plan,) for plan in (1, 2, 3, 99)],
    "plan.blockers": lambda city: [(plan, day) for plan in (1, 2, 3, 99) for day in (None, TODAY)],
    "plan.run": lambda city: [(run,) for run in (1, 2, 0, -1, 2**62)],
    "plan.covered_on": lambda city: [(unit, TODAY) for unit in city.units[:2]],
    "review.queue": lambda city: [(1,), (2,)],
    "review.item": lambda city: [
        (f"{SEALED}路{number}号",) for number in (1, 3, 12, *range(49, 66), 999)
    ],
    "review.candidates": lambda city: [((*city.grids[:3], city.counties[0], 10**6, 0),)],
    "review.find_areas": lambda city: [("东",), ("shuangshi",), ("990102",)],
    "review.areas_around": lambda city: [((120.0, 28.0, 120.15, 28.15),)],
    "review.area_at": lambda city: [(120.07, 28.05), (0.0, 0.0)],
    "review.decisions": lambda city: [()],
    "finding.find": lambda city: [
        *((f"{SEALED}-{number}", {Kind.MATTER}) for number in range(1, 80)),
        *((query, {kind}) for query in ("东", "990101", "市", SEALED) for kind in Kind),
    ],
    "service.network": lambda city: [
        (area,) for area in (None, *city.counties, city.towns[0], city.villages[0], city.grids[0], 10**6)
    ],
    "service.export": lambda city: [(ServiceQuestion(), say)],
    "siting.answer": lambda city: [
        *((SitingQuestion(demand=demand, radius=radius),) for demand in Demand for radius in (0, 50_000)),
        *((SitingQuestion(within=area, most=2),) for area in (*city.counties, city.towns[0], 10**6)),
        (SitingQuestion(way=Way.TABLE, radius=7),),
        (SitingQuestion(goal=Goal.MEDIAN, demand=Demand.OPEN), 1),
    ],
    "siting.proof": lambda city: [(run,) for run in (1, 2, 0, -1, 2**62)],
    "siting.export": lambda city: [(SitingQuestion(demand=Demand.RECENT), say), (SitingQuestion(), say, 1)],
    "hotspots.state": lambda city: [()],
    "hotspots.counts": lambda city: [
        *((level, THREE_YEARS) for level in Level),
        (Level.GRID, dataclasses.replace(THREE_YEARS, within=frozenset({city.counties[0]}))),
        (Level.TOWN, dataclasses.replace(THREE_YEARS, within=frozenset({10**6}))),
    ],
    "hotspots.days": lambda city: [(THREE_YEARS,)],
    "hotspots.split": lambda city: [(THREE_YEARS, by) for by in Dimension],
    "hotspots.playback": lambda city: [(Level.TOWN, THREE_YEARS, step) for step in Step],
    "hotspots.surface": lambda city: [(THREE_YEARS,)],
    "hotspots.significance": lambda city: [(Level.VILLAGE, THREE_YEARS, method) for method in Method],
    "hotspots.emerging": lambda city: [(Level.VILLAGE, THREE_YEARS)],
    "hotspots.sites": lambda city: [(THREE_YEARS,)],
    "hotspots.coverage": _COVERAGE,
    "hotspots.export": lambda city: [(Level.VILLAGE, THREE_YEARS, "csv", say)],
    "hotspots.export_surface": lambda city: [(THREE_YEARS,)],
    "supervision.procedures": lambda city: [()],
    "supervision.page": lambda city: [
        (SupervisionQuestion(),),
        *((SupervisionQuestion(standing=standing),) for standing in Standing),
        (SupervisionQuestion(procedure="urge", unit_id=city.units[1]),),
        (SupervisionQuestion(due_within=7, page=2),),
    ],
    "supervision.case": lambda city: [(case,) for case in _IDS],
    "supervision.units": lambda city: [()],
    "supervision.leaders": lambda city: [()],
    "supervision.roster": lambda city: [(TODAY.replace(day=1),), (TODAY.replace(month=1, day=1),)],
    "supervision.whistles": lambda city: [()],
    "units.quarters": lambda city: [()],
    "units.league": lambda city: [
        (LeagueQuestion(Quarter.of(TODAY)),), (LeagueQuestion(Quarter.of(TODAY).previous),),
        (LeagueQuestion(Quarter.of(TODAY), None, Category.LABOUR),),
        (LeagueQuestion(Quarter.of(TODAY), Period(TODAY - timedelta(days=200), TODAY)),),
    ],
    "units.figure": lambda city: [
        *((UnitFigure(code, "satisfied", LeagueQuestion(Quarter.of(TODAY))),) for code in _unit_codes(city)),
        *((UnitFigure(f"d{city.units[0]}", one.code, LeagueQuestion(Quarter.of(TODAY))),)
          for one in in_force()),
        (UnitFigure(f"d{city.units[0]}", "satisfied", LeagueQuestion(Quarter.of(TODAY)), 2, 3, 2),),
    ],
    "units.card": lambda city: [(code,) for code in _unit_codes(city)],
    "units.listing_map": lambda city: [(None,), (Quarter.of(TODAY),), (Quarter.of(TODAY).previous,)],
    "units.clock_map": lambda city: [(level,) for level in (Level.COUNTY, Level.TOWN)],
    "units.export": lambda city: [(LeagueQuestion(Quarter.of(TODAY)), LeagueView(), say)],
    "tours.tours": lambda city: [()],
    "tours.tour": lambda city: [(key,) for key in ("1", "0", "轮播", "密", str(2**70))],
    "tours.shown": lambda city: [()],
    "imports.job": lambda city: [(job,) for job in (1, 2, 3, 99)],
    "imports.report": lambda city: [(batch,) for batch in range(1, 7)],
    "imports.outcome": lambda city: [(batch, say) for batch in range(1, 7)],
    "imports.batches": lambda city: [()],
    "imports.editions": lambda city: [()],
    "imports.crosswalk": lambda city: [(level,) for level in Level],
    "imports.rows_to_mend": lambda city: [(batch, say) for batch in range(1, 7)],
    "imports.conflicts": lambda city: [(batch,) for batch in range(1, 7)],
    "accounts.accounts": lambda city: [()],
    "accounts.find_scope": lambda city: [
        (Role.TOWN, "东"), (Role.UNIT, "局"), (Role.WORKER, "网格"),
    ],
    "accounts.settings": lambda city: [()],
    "clocks.years": lambda city: [()],
    "clocks.rules": lambda city: [()],
    "clocks.proposals": lambda city: [()],
    "audit.page": lambda city: [(AuditQuestion(action=Action.IMPORT_RUN),), (AuditQuestion(subject="密"),)],
    "audit.export": lambda city: [(AuditQuestion(action=Action.IMPORT_RUN), say)],
    "audit.verify": lambda city: [()],
}  # fmt: skip
"""What each reading is asked. What is asked first sees the audit before this test's own lines."""
WRITES = frozenset(
    {"gate.sign_in", "gate.sign_in_asserted", "gate.change_password", "gate.sign_out", "gate.enter_kiosk",
     "units.propose", "units.take_step",
     "matters.recuse", "matters.record_event", "clocks.propose_notice", "clocks.propose_rule",
     "clocks.propose_stricter", "clocks.confirm", "clocks.discard",
     "supervision.open_case", "supervision.take_step", "supervision.end_case",
     "review.decide", "review.undo", "patch.assist", "patch.report_place", "patch.take_back_report",
     "patch_plans.save_patches", "patch_plans.discard_patches", "patch_plans.propose_patches",
     "patch_plans.withdraw_patches", "patch_plans.return_patches", "patch_plans.publish_patches",
     "matters.unrecuse", "plan.save_draft", "plan.discard_draft", "imports.submit", "imports.roll_back",
     "plan.propose", "plan.withdraw", "plan.send_back", "plan.publish", "plan.cancel", "plan.roll_back",
     "plan.bar", "plan.unbar", "plan.add_formula", "plan.weighed", "plan.suggest", "plan.stop_run",
     "siting.prove", "tours.save_tour", "tours.discard_tour",
     "imports.upload",
     "imports.cancel", "imports.settle", "imports.forget_profile", "accounts.add",
     "accounts.set_scope", "accounts.set_role", "accounts.set_password", "accounts.set_disabled",
     "accounts.end_sessions", "accounts.add_kiosk", "accounts.revoke_kiosk", "accounts.set_settings"}
)  # fmt: skip
"""What changes something, or gives the same desk again, is no reading: see ``test_access_scopes``."""


def say(key: str, **facts: object) -> str:
    """Give words to workbooks."""
    return key.replace("/", " ")[-28:]


def exported() -> set[str]:
    """Return every public method of every desk, of the port and of what fills it."""
    found = set()
    for desk in _public(ports.Store) | _public(PostgisStore):
        for owner, module in ((ports.Store, ports), (PostgisStore, None)):
            made = typing.get_type_hints(getattr(owner, desk), vars(module) if module else None)["return"]
            found |= {f"{desk}.{name}" for name in _public(made)}
    return found


def _public(owner: type) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_") and callable(getattr(owner, name))}


def observe(store: PostgisStore, principal: Principal, city: City) -> Iterator[tuple[str, object]]:
    """Ask every reading on behalf of a principal and return what came of it, as plain comparable values."""
    for name, asked in ASKED.items():
        desk_name, method = name.split(".")
        desk = store.gate() if desk_name == "gate" else getattr(store, desk_name)(principal)
        for number, given in enumerate(asked(city)):
            yield f"{name} {number}", answer(lambda: getattr(desk, method)(*given))  # noqa: B023  called at once


def answer(ask: Callable[[], object]) -> object:
    """Return an answer, or how it was denied; any other error rises."""
    try:
        return plain(ask())
    except Refused as refused:
        return ("refused", refused.code, plain(refused.facts))
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        return ("denied", str(error.orig))


def plain(value: object) -> object:  # noqa: PLR0911  one line a kind
    """Return a value as tuples, numbers and texts; workbooks by their cells, heads without their time."""
    if isinstance(value, Head):
        return value.number
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(plain(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    if isinstance(value, dict):
        return tuple((plain(key), plain(item)) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return tuple(plain(item) for item in value)
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(repr(plain(item)) for item in value))
    if isinstance(value, bytes) and value.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(value)) as book:
            parts = [name for name in sorted(book.namelist()) if name.startswith("xl/")]
            return tuple((name, book.read(name)) for name in parts)
    return value
