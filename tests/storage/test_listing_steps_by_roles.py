"""Who proposes, lists, reports and delists: as accounts of each role on the server's own login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from data import models
from data.access import roles
from data.faults import refusing
from data.intake.run import run_import
from data.reads import listings
from data.reads import rectification as reads
from data.sessions import act_for, reading
from data.writes.freezing import freeze
from data.writes.rectification import propose, take_step
from data.writes.schemes import add_scheme
from grid.findings import ImportKind
from grid.listings import ListingState, Quarter, StepKind
from grid.principals import COMMAND_LINE, Principal, Role
from grid.rectification.schemes import default_scheme
from grid.rectification.steps import StepAsked
from grid.refusals import Refused
from tests.storage import ranked_city as city
from tests.storage.ranked_city import BAD, FAIR, GOOD, QUARTER

APPROVER = "市信访工作联席会议召集人 某某"
Made = tuple[Engine, dict[str, int], dict[Role, Principal]]


@pytest.fixture
def listed(
    new_database: Callable[..., Engine], login_as: Callable[..., Engine], sign_in: Callable[..., Principal]
) -> Iterator[Made]:
    engine = new_database()
    units = city.fill(engine, {"甲局": GOOD, "乙局": BAD, "丙局": FAIR, "丁局": FAIR})
    freeze(engine, QUARTER)
    who = {role: sign_in(engine, role, units=[units["乙局"]] if role is Role.UNIT else []) for role in Role}
    yield login_as(engine, roles.SERVER), units, who
    engine.dispose()


def today(engine: Engine, who: Principal) -> date:
    with reading(engine, who) as session:
        day: date = session.execute(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")).scalar_one()
        return day


def step(made: Made, role: Role, listing_id: int, kind: StepKind, words: str = "说明") -> ListingState:
    engine, _, who = made
    day = today(engine, who[Role.BUREAU])
    with refusing():
        return take_step(engine, who[role], StepAsked(listing_id, kind, day, APPROVER, words))


def audited(engine: Engine, login_as: Callable[..., Engine]) -> list[tuple[str, str, Any]]:
    with Session(login_as(engine, "postgres")) as session:
        table = models.Audit
        rows = session.execute(select(table.action, table.role, table.facts).order_by(table.number))
        return [(row.action, row.role, row.facts) for row in rows]


def test_a_listing_from_its_proposal_to_its_end(listed: Made, login_as: Callable[..., Engine]) -> None:
    engine, units, who = listed
    with reading(engine, who[Role.BUREAU]) as session:
        proposed = reads.proposals(session, QUARTER)
    assert proposed[0].subject.name == "乙局"
    assert {one.criterion.kind.value for one in proposed[0].evidence} >= {"score_below", "worst"}
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    with reading(engine, who[Role.APPROVER]) as session:
        record = reads.listing(session, bad)
        assert [one.kind for one in reads.next_steps(session, bad, Role.APPROVER)] == [
            StepKind.LIST, StepKind.REJECT,
        ]  # fmt: skip
    assert record.evidence == proposed[0].evidence
    assert (record.rank, record.score, record.revision) == (1, proposed[0].row.score, 1)
    assert [one.kind for one in record.dues] == [StepKind.LIST]
    assert step(listed, Role.APPROVER, bad, StepKind.LIST) is ListingState.LISTED
    assert step(listed, Role.UNIT, bad, StepKind.PLAN) is ListingState.LISTED
    assert step(listed, Role.BUREAU, bad, StepKind.PLAN) is ListingState.RECTIFYING
    assert step(listed, Role.UNIT, bad, StepKind.REPORT) is ListingState.RECTIFYING
    assert step(listed, Role.UNIT, bad, StepKind.EXPLAIN) is ListingState.RECTIFYING
    assert step(listed, Role.LEADER, bad, StepKind.CALL_IN) is ListingState.RECTIFYING
    with pytest.raises(Refused) as refused:
        step(listed, Role.APPROVER, bad, StepKind.DELIST, words="")
    assert refused.value.code == "listing_reason_missing"
    assert step(listed, Role.APPROVER, bad, StepKind.DELIST) is ListingState.DELISTED
    with reading(engine, who[Role.UNIT]) as session:
        (record,) = reads.listing_history(session, units["乙局"])
    assert [one.kind.value for one in record.steps] == [
        "propose", "list", "plan", "plan", "report", "explain", "call_in", "delist",
    ]  # fmt: skip
    assert (record.state, record.approver, record.next_due) == (ListingState.DELISTED, APPROVER, None)
    rows = [row for row in audited(engine, login_as) if row[0].startswith("listing.")]
    assert [(action, role) for action, role, _ in rows] == [
        ("listing.propose", "bureau"), ("listing.list", "approver"), ("listing.plan", "unit"),
        ("listing.plan", "bureau"), ("listing.report", "unit"), ("listing.explain", "unit"),
        ("listing.call_in", "leader"), ("listing.delist", "approver"),
    ]  # fmt: skip
    assert rows[1][2]["saved"]["official"] == APPROVER
    assert rows[-1][2]["saved"]["meets_delisting"] is False


DECISIONS = [StepKind.LIST, StepKind.REJECT, StepKind.DELIST]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_nobody_but_an_approver_decides(listed: Made, role: Role) -> None:
    """Neither by the desk, nor past it: the statements themselves, as that role, change nothing."""
    engine, units, who = listed
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    for kind in DECISIONS:
        with pytest.raises(Refused) as refused:
            step(listed, role, bad, kind)
        assert refused.value.code in {"listing_step_not_yours", "listing_step_impossible", "not_allowed",
                                      "listing_unknown"}  # fmt: skip
    for state in ("listed", "rectifying", "delisted", "rejected"):
        assert not _forced(engine, who[role], f"UPDATE listing SET state = '{state}' WHERE id = {bad}")
    for kind in DECISIONS:
        assert not _forced(engine, who[role], _step_row(bad, kind, who[role]))
    with reading(engine, who[Role.BUREAU]) as session:
        record = reads.listing(session, bad)
    assert (record.state, len(record.steps)) == (ListingState.PROPOSED, 1)


def _step_row(listing_id: int, kind: StepKind, who: Principal) -> str:
    return (
        "INSERT INTO listing_step (listing_id, kind, on_day, official, principal)"
        f" VALUES ({listing_id}, '{kind.value}', current_date, '某某', '{who.id}')"
    )


def _forced(engine: Engine, who: Principal, statement: str) -> int:
    """Return how many rows a statement changes as somebody; none where it is not allowed."""
    try:
        with Session(engine) as session, session.begin():
            act_for(session, who, timeout_ms=0)
            changed: int = session.execute(text(statement)).rowcount  # type: ignore[attr-defined]
            return changed
    except ProgrammingError:
        return 0


def test_an_approver_proposes_nothing_and_reports_for_nobody(listed: Made) -> None:
    engine, units, who = listed
    with pytest.raises(Refused) as refused, refusing():
        propose(engine, who[Role.APPROVER], QUARTER, units["乙局"])
    assert refused.value.code == "not_allowed"
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    step(listed, Role.APPROVER, bad, StepKind.LIST)
    for kind in (StepKind.PLAN, StepKind.REPORT, StepKind.EXPLAIN):
        with pytest.raises(Refused) as refused:
            step(listed, Role.APPROVER, bad, kind)
        assert refused.value.code == "listing_step_not_yours"
        assert not _forced(engine, who[Role.APPROVER], _step_row(bad, kind, who[Role.APPROVER]))


def test_a_unit_knows_of_its_own_listing_alone(listed: Made) -> None:
    engine, units, who = listed
    fair = propose(engine, who[Role.BUREAU], QUARTER, units["丙局"])
    step(listed, Role.APPROVER, fair, StepKind.LIST)
    with pytest.raises(Refused) as refused:
        step(listed, Role.UNIT, fair, StepKind.REPORT)
    assert refused.value.code == "listing_unknown"
    assert not _forced(engine, who[Role.UNIT], _step_row(fair, StepKind.REPORT, who[Role.UNIT]))
    with reading(engine, who[Role.UNIT]) as session:
        assert reads.listing_history(session, units["丙局"]) == ()
        found = reads.ranking(session, QUARTER)
    assert found is not None
    assert len(found.rows) == 4, "the frozen ranking is told to all units (通报)"
    assert found.of_unit(units["丙局"]).listing is None  # type: ignore[union-attr]


def test_what_was_decided_is_not_proposed_again(listed: Made) -> None:
    engine, units, who = listed
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    step(listed, Role.APPROVER, bad, StepKind.REJECT)
    with reading(engine, who[Role.BUREAU]) as session:
        assert units["乙局"] not in {one.subject.unit_id for one in reads.proposals(session, QUARTER)}
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER, units["乙局"], "再次提请")
    assert refused.value.code == "listing_exists"


def test_without_a_criterion_a_proposal_says_why(listed: Made) -> None:
    engine, units, who = listed
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER, units["甲局"], "  ")
    assert refused.value.code == "listing_words_missing"
    assert propose(engine, who[Role.BUREAU], QUARTER, units["甲局"], "群体性问题突出") > 0


@pytest.mark.parametrize(("unit_id", "code"), [(0, "listing_unit_unknown"), (2**70, "listing_unit_unknown")])
def test_an_unknown_unit_is_refused(listed: Made, unit_id: int, code: str) -> None:
    engine, _, who = listed
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER, unit_id, "理由")
    assert refused.value.code == code


@pytest.mark.parametrize("listing_id", [0, -1, 2**70, 4711])
def test_an_unknown_listing_is_refused(listed: Made, listing_id: int) -> None:
    with pytest.raises(Refused) as refused:
        step(listed, Role.APPROVER, listing_id, StepKind.LIST)
    assert refused.value.code == "listing_unknown"


def test_a_quarter_that_is_not_frozen_proposes_nobody(listed: Made) -> None:
    engine, units, who = listed
    with reading(engine, who[Role.BUREAU]) as session:
        assert reads.proposals(session, QUARTER.previous) == ()
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER.previous, units["乙局"], "理由")
    assert refused.value.code == "quarter_not_frozen"


def test_imported_listings_go_on_from_where_they_stand(listed: Made, login_as: Callable[..., Engine]) -> None:
    """One table: of an imported listing nothing is owed from before its import, and old rows rest."""
    engine, units, who = listed
    root = login_as(engine, "postgres")
    with root.begin() as connection:
        batch = city.batch_of(connection)
        for quarter, state in (("2024Q4", "listed"), ("2025Q1", "rectifying")):
            connection.execute(
                text(
                    "INSERT INTO listing (unit_id, quarter, state, reason, listed_on, approver, batch_id)"
                    " VALUES (:unit, :quarter, :state, '', '2024-11-01', '某某', :batch)"
                ),
                {"unit": units["乙局"], "quarter": quarter, "state": state, "batch": batch},
            )
    with reading(engine, who[Role.UNIT]) as session:
        newest, older = reads.listing_history(session, units["乙局"])
        assert reads.next_steps(session, older.listing_id, Role.UNIT) == ()
    assert (newest.is_imported, newest.is_newest, older.is_newest) == (True, True, False)
    assert [one for one in newest.dues if one.state == "overdue"] == []
    assert older.dues == ()
    assert step(listed, Role.UNIT, newest.listing_id, StepKind.REPORT) is ListingState.RECTIFYING
    with pytest.raises(Refused) as refused:
        step(listed, Role.UNIT, older.listing_id, StepKind.REPORT)
    assert refused.value.code == "listing_superseded"
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER, units["乙局"], "理由")
    assert refused.value.code == "listing_exists"


def test_only_an_administrator_adds_a_scheme_and_none_is_changed(
    listed: Made, login_as: Callable[..., Engine]
) -> None:
    engine, _, who = listed
    new: dict[str, Any] = {"name": "新办法", "valid_from": date(2025, 1, 1), "minimum_n": 20,
           "content": default_scheme().content()}  # fmt: skip
    for role in Role:
        if role is Role.ADMIN:
            assert add_scheme(engine, who[role], **new) == 2
        else:
            with pytest.raises(Refused) as refused, refusing():
                add_scheme(engine, who[role], **new)
            assert refused.value.code == "not_allowed"
        assert not _forced(engine, who[role], "UPDATE score_scheme SET minimum_n = 1")
        assert not _forced(engine, who[role], "DELETE FROM score_scheme")
        assert not _forced(engine, who[role], "UPDATE quarter_snapshot SET checksum = repeat('0', 64)")
        assert not _forced(engine, who[role], "DELETE FROM snapshot_matter")


def test_a_later_scheme_ranks_only_quarters_frozen_after_it(listed: Made) -> None:
    engine, _, who = listed
    content = {**default_scheme().content(), "delist_score": "60"}
    add_scheme(
        engine, who[Role.ADMIN], name="新办法", valid_from=QUARTER.last_day, minimum_n=5, content=content
    )
    with reading(engine, who[Role.BUREAU]) as session:
        before = reads.ranking(session, QUARTER)
        assert reads.scheme_in_force(session, QUARTER.last_day).version == 2
        assert reads.scheme_in_force(session, QUARTER.last_day - timedelta(days=1)).version == 1
    assert before is not None
    assert (before.scheme.version, before.scheme.minimum_n) == (1, 20)


def test_an_unknown_indicator_is_weighed_by_no_scheme(listed: Made) -> None:
    engine, _, who = listed
    content = default_scheme().content()
    content["weights"][0]["indicator"] = "happiness"
    with pytest.raises(Refused) as refused:
        add_scheme(
            engine, who[Role.ADMIN], name="新", valid_from=QUARTER.last_day, minimum_n=5, content=content
        )
    assert refused.value.code == "indicator_unknown"


def test_a_listing_made_here_goes_on_in_later_quarters_until_it_ends(
    listed: Made, login_as: Callable[..., Engine]
) -> None:
    """The list of a later quarter does not drop it; of the time before it knows nothing."""
    engine, units, who = listed
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    following = Quarter(2025, 2)

    def names(quarter: Quarter) -> list[tuple[str, int | None]]:
        with reading(engine, who[Role.BUREAU]) as session:
            return [(one.unit_name, one.rank) for one in listings.listings(session, quarter)]

    assert names(following) == [], "a proposal is of its own quarter"
    step(listed, Role.APPROVER, bad, StepKind.LIST)
    with login_as(engine, "postgres").begin() as connection:
        row = "INSERT INTO listing (unit_id, quarter, state, rank, reason, batch_id) VALUES (:unit, '2025Q2',"
        batch = city.batch_of(connection)
        connection.execute(text(f"{row} 'proposed', 1, '', :batch)"), {"unit": units["丙局"], "batch": batch})
    assert names(following) == [("丙局", 1), ("乙局", None)]
    assert names(QUARTER) == [("乙局", 1)]
    assert names(QUARTER.previous) == []
    step(listed, Role.BUREAU, bad, StepKind.PLAN)
    step(listed, Role.APPROVER, bad, StepKind.DELIST)
    assert names(following) == [("丙局", 1)]


def test_no_list_changes_what_was_decided_here(
    listed: Made, login_as: Callable[..., Engine], tmp_path: Path
) -> None:
    engine, units, who = listed
    bad = propose(engine, who[Role.BUREAU], QUARTER, units["乙局"])
    file = tmp_path / "listings.csv"
    file.write_text(
        "季度,责任单位,状态,排名\n2025Q1,乙局,已摘牌,9\n2025Q1,丙局,已挂牌,2\n", encoding="utf-8-sig"
    )
    report = run_import(login_as(engine, roles.IMPORTER), COMMAND_LINE, ImportKind.LISTINGS, file)
    assert [finding.code for finding in report.findings if finding.row == 2] == ["listing_made_here"]
    with reading(engine, who[Role.BUREAU]) as session:
        record = reads.listing(session, bad)
        imported = reads.listing_history(session, units["丙局"])
    assert (record.state, record.rank, record.is_imported) == (ListingState.PROPOSED, 1, False)
    assert [(one.state, one.rank) for one in imported] == [(ListingState.LISTED, 2)]


def test_what_a_later_list_decided_is_not_proposed_by_an_earlier_quarter(
    listed: Made, login_as: Callable[..., Engine]
) -> None:
    """Such a proposal could be listed by nobody, since its unit has a newer row."""
    engine, units, who = listed
    with login_as(engine, "postgres").begin() as connection:
        row = "INSERT INTO listing (unit_id, quarter, state, reason, batch_id) VALUES (:unit, '2025Q3',"
        batch = city.batch_of(connection)
        connection.execute(text(f"{row} 'delisted', '', :batch)"), {"unit": units["乙局"], "batch": batch})
    with reading(engine, who[Role.BUREAU]) as session:
        assert units["乙局"] not in {one.subject.unit_id for one in reads.proposals(session, QUARTER)}
    with pytest.raises(Refused) as refused:
        propose(engine, who[Role.BUREAU], QUARTER, units["乙局"], "理由")
    assert refused.value.code == "listing_exists"
