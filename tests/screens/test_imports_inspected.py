"""What the import page shows of a file before it is taken in, and what may be set right there."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from dash import dcc, html

from callbacks.imports import starting, wiring
from callbacks.imports.asking import LEFT_OUT, shown_answers
from callbacks.imports.editions import crosswalk, editions
from callbacks.imports.following import follow
from callbacks.imports.ids import Ids, adopt_id, answer_id, rollback_id, spot_id
from callbacks.imports.outcome import outcome
from callbacks.imports.uploads import read_answers
from grid.areas import Level
from grid.editions import EditionView
from grid.findings import ImportKind
from grid.inspection import Inspection
from grid.questions import JobView
from grid.refusals import Refused
from layers.inspection_map import AFTER, BEFORE, inspection_figure
from layers.words import Language, say
from tests.screens.imports_city import BOUNDARIES, CONFLICTS, DATUM, TABLE, FakeDesk, make_report
from tests.screens.test_imports_page import all_parts, button, ids_of, texts

ZH = Language.ZH


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


def drawn(inspection: Inspection, **changes: Any) -> Any:
    report = make_report(inspection=inspection, findings=(), **changes)
    return outcome(report, "", ZH, can_go_on=True)


def fields(part: Any) -> dict[str, Any]:
    """Return by option the fields of an outcome that answer something."""
    found = [each for each in all_parts(part) if isinstance(getattr(each, "id", None), dict)]
    return {each.id["option"]: each for each in found if each.id.keys() == answer_id("x").keys()}


def test_a_proposal_is_chosen_beforehand_and_confirmed_by_nobody() -> None:
    """What the evidence speaks for is one click away, and never taken as an answer."""
    shown = drawn(TABLE)
    asked = fields(shown)["datum"]
    assert asked.value == "BD09"
    assert shown_answers(make_report(inspection=TABLE))["datum"] == ""
    assert button(shown, Ids.IMPORT).disabled
    assert say("inspection.open_questions", ZH, count=1) in texts(shown)
    answered = dataclasses.replace(DATUM, answer="CGCS2000")
    table = dataclasses.replace(TABLE.table, missing=())  # type: ignore[type-var]
    shown = drawn(dataclasses.replace(TABLE, questions=(answered,), table=table))
    assert fields(shown)["datum"].value == "CGCS2000", "the answer, not the proposal"
    assert not button(shown, Ids.IMPORT).disabled


def test_a_file_that_lacks_something_required_cannot_be_imported() -> None:
    shown = drawn(dataclasses.replace(TABLE, questions=()))
    assert button(shown, Ids.IMPORT).disabled
    said = texts(shown)
    assert say("inspection.missing", ZH, fields="问题属地") in said
    assert say("inspection.unmapped", ZH) in said


def test_a_question_without_choices_takes_any_text_and_an_optional_one_hinders_nothing() -> None:
    free = dataclasses.replace(DATUM, option="as_of", choices=(), required=False, proposed="")
    shown = drawn(Inspection(questions=(free,)))
    assert isinstance(fields(shown)["as_of"], dcc.Input)
    assert not button(shown, Ids.IMPORT).disabled


def test_columns_of_persons_are_told_and_cannot_be_chosen() -> None:
    shown = drawn(TABLE)
    assert set(fields(shown)) >= {"column_0", "column_2", "column_3", "sheet", "header_from", "header_to"}
    assert "column_1" not in fields(shown)
    assert "含个人信息，不导入" in texts(shown)
    offered = [option["value"] for option in fields(shown)["column_0"].options]
    assert offered == [LEFT_OUT, "matter_no", "registered_on", "address"]


def test_every_column_says_what_its_guess_is_from() -> None:
    said = texts(drawn(TABLE))
    assert all(word in said for word in ("按列名", "沿用上次", "未识别", "XF1　XF2", "（第 4 列，无表头）"))


@pytest.mark.parametrize("option", ["sheet", "header_from", "column_0"])
def test_nothing_is_asked_twice(option: str) -> None:
    """Two fields of one id would break the page."""
    asked = dataclasses.replace(DATUM, option=option, choices=())
    shown = drawn(dataclasses.replace(TABLE, questions=(asked,)))
    found = [each for each in all_parts(shown) if getattr(each, "id", None) == answer_id(option)]
    assert len(found) == 1


def test_a_page_left_as_it_is_laid_out_answers_nothing_but_what_is_proposed() -> None:
    shown = drawn(TABLE)
    laid_out = fields(shown)
    store = button(shown, Ids.SHOWN).data
    answers = read_answers(
        [field.id for field in laid_out.values()], [field.value for field in laid_out.values()], store
    )
    assert answers == {"datum": "BD09"}


def test_forgetting_is_offered_where_something_remembered_was_used() -> None:
    assert Ids.FORGET in ids_of(drawn(TABLE))
    assert Ids.FORGET not in ids_of(drawn(BOUNDARIES))


def test_what_was_imported_for_good_asks_nothing() -> None:
    report = make_report(inspection=TABLE, dry_run=False)
    shown = outcome(report, "", ZH, can_go_on=False)
    assert fields(shown) == {}


def test_shares_of_datums_are_told_with_their_number() -> None:
    said = texts(drawn(TABLE))
    assert "99%（300 个）" in said
    assert "2%（300 个）" in said


def test_faults_and_repairs_lead_to_their_place_on_the_map() -> None:
    shown = drawn(BOUNDARIES)
    said = texts(shown)
    assert all(
        word in said for word in ("缝隙", "12 平方米", "3.20 平方千米", "云岭区、青川县", "1 块 → 2 块")
    )
    assert "共 71 处，列出最严重的 2 处" in said
    assert all(word in said for word in ("改名", "原为 990101 老云岭", "98% 落在原有区域"))
    places = button(shown, Ids.SPOTS).data
    buttons = [each for each in all_parts(shown) if getattr(each, "id", None) in map(spot_id, range(9))]
    assert len(buttons) == len(places["spots"]) == 3
    west, south, east, north = places["spots"][0]
    assert west < 119.05 < east
    assert south < 28.05 < north
    whole = places["whole"]
    assert east - west < (whole[2] - whole[0]) / 10


def test_a_map_of_faults_tells_kinds_by_more_than_colour() -> None:
    assert BOUNDARIES.boundaries is not None
    figure = inspection_figure(BOUNDARIES.boundaries, ZH)
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers+text" and trace.get("name")]
    assert {trace["name"] for trace in marks} == {"缝隙", "重叠"}
    assert len({trace["marker"]["symbol"] for trace in marks}) == 2
    patterns = [trace["fillpattern"]["shape"] for trace in figure["data"] if "fillpattern" in trace]
    assert len(set(patterns)) == len(patterns) == 2
    sides = {trace["meta"]: trace["visible"] for trace in figure["data"] if "meta" in trace}
    assert sides == {BEFORE: True, AFTER: False}


def test_holes_are_not_filled() -> None:
    assert BOUNDARIES.boundaries is not None
    ring = [[119.0, 28.0], [119.1, 28.0], [119.1, 28.1], [119.0, 28.1], [119.0, 28.0]]
    hole = [[119.04, 28.04], [119.06, 28.04], [119.06, 28.06], [119.04, 28.06], [119.04, 28.04]]
    view = dataclasses.replace(
        BOUNDARIES.boundaries, outline={"type": "Polygon", "coordinates": [ring, hole]}
    )
    x, y = (inspection_figure(view, ZH)["data"][0][axis] for axis in "xy")
    gap = x.index(None)
    assert turning(x[:gap], y[:gap]) * turning(x[gap + 1 :], y[gap + 1 :]) < 0


def turning(x: list[float], y: list[float]) -> float:
    """Return twice a ring's area, below zero for one that turns clockwise."""
    return sum(a * d - c * b for a, b, c, d in zip(x, y, x[1:], y[1:], strict=False))


def test_rows_that_contradict_each_other_are_shown_with_their_difference(desk: FakeDesk) -> None:
    desk.view = JobView(1, "done", "writing", 14, 14, None, batch_id=7)
    desk.contradicting = CONFLICTS
    desk.outcome_report = make_report(dry_run=False, quarantined=2)
    run = {"job": 1, "kind": "petitions", "dry_run": False, "options": {}, "key": "k"}
    shown = follow(desk, run, ZH).outcome
    marked = [texts(each).strip() for each in all_parts(shown) if isinstance(each, html.Mark)]
    assert marked == ["1", "8", "3"]
    assert {"imports-adopt"} == {
        i["type"] for each in all_parts(shown) if isinstance(i := getattr(each, "id", None), dict)
    }
    offered = [
        each.id["row"]
        for each in all_parts(shown)
        if getattr(each, "id", None) in (adopt_id(7, 4), adopt_id(7, 9))
    ]
    assert offered == [4, 9], "what is settled is not offered again"
    conflicts, note = wiring.settled(desk, adopt_id(7, 9), ZH)
    assert (desk.settled, note) == ([(7, 9)], None)
    assert "已采用第 9 行" in texts(conflicts)


def test_a_dry_run_settles_nothing() -> None:
    report = make_report(quarantined=2)
    shown = outcome(report, "", ZH, can_go_on=True, conflicts=CONFLICTS)
    assert say("conflicts.about_dry", ZH) in texts(shown)
    assert not any("imports-adopt" in each for each in ids_of(shown))


@pytest.mark.parametrize("asked", [None, {"batch": "7", "row": 9}, {"batch": 7, "row": -1}, {"row": True}])
def test_a_tampered_choice_is_refused(desk: FakeDesk, asked: object) -> None:
    _, note = wiring.settled(desk, asked, ZH)
    assert note == say("refusals.form_broken", ZH)
    assert desk.settled == []


def test_editions_show_what_is_in_force_and_the_way_back_behind_a_second_step(desk: FakeDesk) -> None:
    shown = editions(desk, ImportKind.BOUNDARIES, ZH)
    said = texts(shown)
    assert "2020" not in said
    assert "2022-01-01 起，现行" in said
    assert "2021-01-01 至 2022-01-01" in said
    back = [each for each in all_parts(shown) if getattr(each, "id", None) == rollback_id("county")]
    folds = [each for each in all_parts(shown) if isinstance(each, html.Details)]
    assert len(back) == len(folds) == 1
    assert back[0] in all_parts(folds[0])
    assert not getattr(folds[0], "open", False)
    assert editions(desk, ImportKind.PETITIONS, ZH) is None


def test_going_back_is_followed_to_its_end(desk: FakeDesk) -> None:
    run = starting.start_rollback(desk, "county")
    assert desk.taken_back == [Level.COUNTY]
    desk.view = JobView(9, "done", "writing", 0, None, None, batch_id=None)
    followed = follow(desk, run.to_browser(), ZH)
    assert say("editions.done", ZH) in texts(followed.progress)
    assert "2022-01-01 起，现行" in texts(followed.editions)
    for level in ("moon", None, ["county"]):
        with pytest.raises(Refused, match="form_broken"):
            starting.start_rollback(desk, level)


def test_a_crosswalk_hides_few_matters(desk: FakeDesk) -> None:
    said = texts(crosswalk(desk, Level.COUNTY, ZH))
    assert "少于 5" in said
    assert "90.0%" in said


def test_an_edition_that_never_held_says_so(desk: FakeDesk) -> None:
    (first, _) = desk.editions()
    withdrawn: EditionView = dataclasses.replace(first, valid_to=first.valid_from)
    desk.editions = lambda: (withdrawn,)  # type: ignore[method-assign]
    assert say("editions.withdrawn", ZH) in texts(editions(desk, ImportKind.BOUNDARIES, ZH))
