"""The demo city as it stands in the database after the ordinary imports."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from data import cluster
from data.cli import make_cli
from data.demo import load_demo
from data.reads import plan_history, planning_books, supervision
from data.sessions import reading
from data.settings import Settings
from data.supervision.book import procedure_book
from grid.coverage import PlanState
from grid.listings import Quarter
from grid.planning import balance
from grid.principals import COMMAND_LINE, Role
from grid.refusals import Refused
from grid.supervision.register import SupervisionQuestion
from layers.words import say
from tests.conftest import DEMO_UNTIL


def one(engine: Engine, query: str) -> tuple[object, ...]:
    with engine.connect() as connection:
        return tuple(connection.execute(text(query)).one())


def test_nothing_of_the_demo_is_refused(demo_engine: Engine) -> None:
    batches = "SELECT count(*), sum(refused), count(*) FILTER (WHERE dry_run) FROM import_batch"
    assert one(demo_engine, batches) == (10, 0, 0)


def test_the_service_county_carries_the_published_figures(demo_engine: Engine) -> None:
    query = """
    SELECT count(*), sum(handled), sum(resolved),
      (SELECT count(*) FROM service_station s JOIN area a ON a.id = s.town_id WHERE a.code LIKE '990124%'),
      (SELECT sum(count) FROM service_headcount h JOIN service_point p ON p.id = h.point_id
       JOIN area a ON a.id = p.village_id WHERE a.code LIKE '990124%')
    FROM service_point p JOIN area a ON a.id = p.village_id WHERE a.code LIKE '990124%'
    """
    assert one(demo_engine, query) == (349, 185, 158, 18, 617)


def test_its_matters_say_the_same_by_place(demo_engine: Engine) -> None:
    settled = "('replied', 'evaluated', 'closed', 'review', 'recheck', 'terminated')"
    since = "(SELECT min(since) FROM service_point)"
    query = f"""
    SELECT count(*), count(*) FILTER (WHERE stage IN {settled})
    FROM petition JOIN area c ON c.id = county_id
    WHERE c.code = '990124' AND channel = 'agent' AND registered_on >= {since}
    """
    assert one(demo_engine, query) == (185, 158)


def test_the_plan_has_the_shape_of_the_annex(demo_engine: Engine) -> None:
    query = """
    SELECT count(*), sum(cases), sum(cases) FILTER (WHERE u.area_id IS NOT NULL), max(cases),
      count(*) FILTER (WHERE leader_id IS NULL), (SELECT count(*) FROM leader)
    FROM assignment s JOIN unit u ON u.id = s.unit_id JOIN coverage_plan p ON p.id = s.plan_id
    WHERE p.state = 'published' AND p.valid_to IS NULL
    """
    assert one(demo_engine, query) == (14, 237, 222, 44, 1, 13)


def test_plans_have_a_history_and_something_to_decide(demo_engine: Engine) -> None:
    with reading(demo_engine, COMMAND_LINE) as session:
        plans = plan_history.history(session)
        books = {plan.name: planning_books.planning_book(session, plan.id) for plan in plans.plans}
    states = sorted(plan.state.value for plan in plans.plans)
    assert states == ["draft", "proposed", "published", "published", "published"]
    days = sorted(
        (plan.valid_from, plan.valid_to) for plan in plans.plans if plan.state is PlanState.PUBLISHED
    )
    assert [until for _, until in days[:-1]] == [since for since, _ in days[1:]], "no gap and no overlap"
    draft = books["减轻临枫、砚湖两区"]
    assert balance(draft).maximum < 44
    assert sum(one.cases or 0 for one in draft.plan.assignments) == 237
    barred = {(bar.leader_id, bar.unit_id) for bar in draft.bars}
    assert len(barred) == 2
    for book in books.values():
        held = {(one.leader_id, one.unit_id) for one in book.plan.assignments}
        assert book.plan.state is PlanState.PUBLISHED or barred.isdisjoint(held)
    assert all(one.leader_id for one in books["明确竹坞县包片领导"].plan.assignments)
    assert all(book.measures[book.units[0].id].open for book in books.values())


def test_addresses_are_placed_as_finely_as_they_say(demo_engine: Engine) -> None:
    query = """
    SELECT avg((place_status = 'accepted')::int), avg((place_status = 'unmatched')::int),
      avg((granularity = 'point')::int)
    FROM petition WHERE place_status IS NOT NULL
    """
    accepted, unmatched, points = (float(share) for share in one(demo_engine, query))  # type: ignore[arg-type]
    assert accepted > 0.92
    assert 0.01 < unmatched < 0.06
    assert points > 0.5


def test_a_wrongly_shifted_datum_would_be_seen(demo_engine: Engine) -> None:
    query = """
    SELECT count(*), count(*) FILTER (WHERE place_status <> 'accepted')
    FROM petition WHERE datum IN ('GCJ02', 'BD09')
    """
    points, doubtful = one(demo_engine, query)
    assert points > 300
    assert doubtful < 0.01 * points


def test_everything_is_stamped_as_synthetic(demo_engine: Engine) -> None:
    assert one(demo_engine, "SELECT bool_and(synthetic), count(*) FROM edition") == (True, 5)
    assert one(demo_engine, "SELECT value FROM city_setting WHERE key = 'name'") == ("枫溪市",)


def test_clocks_sums_and_frozen_quarters_are_there_from_the_start(demo_engine: Engine) -> None:
    assert one(demo_engine, "SELECT count(*) FROM petition WHERE purpose = 'claim' AND due_on IS NULL"
               " AND accepted_on IS NOT NULL AND track = 'ordinary'") == (0,)  # fmt: skip
    counts = "SELECT (SELECT count(*) FROM open_clock) > 100, (SELECT count(*) FROM indicator_sum) > 1000"
    assert one(demo_engine, counts) == (True, True)
    last = Quarter.of(DEMO_UNTIL).previous
    quarters = "SELECT array_agg(quarter ORDER BY quarter), count(DISTINCT checksum) FROM quarter_snapshot"
    assert one(demo_engine, quarters) == ([str(last.previous), str(last)], 2)


def test_a_unit_without_matters_and_small_ones_are_among_the_units(demo_engine: Engine) -> None:
    query = """
    SELECT count(*) FILTER (WHERE n = 0) > 0, count(*) FILTER (WHERE n BETWEEN 1 AND 19) > 3,
      count(*) FILTER (WHERE n >= 20) > 30
    FROM (SELECT u.id, count(p.id) AS n FROM unit u LEFT JOIN petition p ON p.unit_id = u.id GROUP BY u.id) x
    """
    assert one(demo_engine, query) == (True, True, True)


def test_supervision_shows_every_procedure_with_steps_in_order(demo_engine: Engine) -> None:
    book = procedure_book()
    with reading(demo_engine, COMMAND_LINE) as session:
        assert set(session.scalars(text("SELECT DISTINCT procedure FROM supervision_case"))) == {
            procedure.code
            for procedure in book.current
            if procedure.code not in {"unsatisfied", "unevaluated"}
        }
        page = supervision.page(session, Role.BUREAU, book, SupervisionQuestion())
        times = supervision.whistles(session, Role.BUREAU, book)
        roster = supervision.receptions(session, Role.BUREAU, book, DEMO_UNTIL.replace(day=1))
    assert page.by_standing.overdue
    assert page.by_standing.running + page.by_standing.due_soon
    assert page.ended == 0 or page.total
    assert all(one.n >= 5 and one.median_hours for one in times.steps if one.step == "arrive")
    assert len(roster.rows) == 13
    steps = """
    SELECT count(*), count(*) FILTER (WHERE s.done_at < c.opened_at OR s.done_on < c.opened_on
      OR s.done_on > :until OR s.done_at > coalesce(c.ended_at, s.done_at))
    FROM supervision_step s JOIN supervision_case c ON c.id = s.case_id
    """
    with demo_engine.connect() as connection:
        taken, wrong = connection.execute(text(steps), {"until": DEMO_UNTIL}).one()
    assert taken > 100
    assert wrong == 0


def test_no_case_is_about_an_accusation(demo_engine: Engine) -> None:
    query = """
    SELECT count(*) FROM petition p WHERE purpose = 'accusation' AND (
      EXISTS (SELECT FROM supervision_case c WHERE c.petition_id = p.id)
      OR EXISTS (SELECT FROM clock_event e WHERE e.petition_id = p.id)
      OR EXISTS (SELECT FROM open_clock o WHERE o.petition_id = p.id)
      OR num_nonnulls(received_on, forwarded_on, unit_received_on, noticed_on, evaluated_on, resubmitted_on,
                      backlog_tier, backlog_resolved_on, head_read_on) > 0)
    """
    assert one(demo_engine, query) == (0,)


def test_a_city_that_holds_data_is_left_alone(demo_copy: Engine) -> None:
    before = one(demo_copy, "SELECT number FROM data_version")
    with pytest.raises(Refused) as refused:
        load_demo(demo_copy, seed=7, petitions=10, until=date(2026, 11, 20))
    assert refused.value.code == "city_not_empty"
    assert one(demo_copy, "SELECT number FROM data_version") == before


@pytest.fixture
def demo_settings(demo_copy: Engine, cluster_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("DATABASE_URL", demo_copy.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FENGTU_HOME", str(cluster_settings.home))
    assert cluster.is_running(cluster_settings)
    return demo_copy


@pytest.mark.usefixtures("demo_settings")
def test_the_commands_speak_and_refuse(tmp_path: Path) -> None:
    cli, runner = make_cli(say), CliRunner()
    exported = runner.invoke(cli, ["export", str(tmp_path / "out"), "--csv"], catch_exceptions=False)
    assert exported.exit_code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"boundaries.gpkg", "petitions.csv", "coverage.xlsx"} <= names
    assert all(name in exported.output for name in names)
    again = runner.invoke(cli, ["demo", "--petitions", "10"])
    assert again.exit_code == 2
    assert "已经有数据" in again.output
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    early = runner.invoke(cli, ["demo", "--until", tomorrow])
    assert early.exit_code == 2
    assert tomorrow in early.output
