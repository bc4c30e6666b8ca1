"""The import page with a fake desk: good, odd and tampered input becomes an answer in words."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.imports import starting, uploads, wiring
from callbacks.imports.following import follow
from callbacks.imports.formats import COLUMNS
from callbacks.imports.ids import OPTION, Ids
from callbacks.imports.layout import page
from callbacks.imports.outcome import outcome
from callbacks.shell import make_shell
from callbacks.tools import Tools
from grid.findings import ImportKind
from grid.principals import Principal, Role
from grid.questions import JobView
from grid.refusals import Refused
from layers.words import Language, say
from tests.screens.access_city import FakeGate, come_as, someone
from tests.screens.imports_city import BOUNDARIES, CONFLICTS, KEY, TABLE, FakeDesk, make_report

ZH = Language.ZH
CONTENT = "信访件编号".encode()
SHA256 = uploads.digest(CONTENT)
FILE = {"key": KEY, "name": "三月.csv", "sha256": SHA256}
RUN = {"job": 1, "kind": "petitions", "dry_run": True, "options": {"source": "市"}, "key": KEY}


def data_address(content: bytes) -> str:
    return "data:text/csv;base64," + base64.b64encode(content).decode()


class FakeStore:
    """A store that has an import desk only."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def imports(self, principal: Principal) -> FakeDesk:
        return self._desk

    def wall(self, principal: Principal) -> Any:
        raise Refused("database_down")

    def gate(self) -> FakeGate:
        return FakeGate()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def tools(desk: FakeDesk) -> Tools:
    return Tools(store=FakeStore(desk), principal=lambda: someone(Role.CLERK))  # type: ignore[arg-type]


def texts(part: Any) -> str:
    """Return all text of a component tree."""
    if part is None or isinstance(part, bool):
        return ""
    if isinstance(part, str | int | float):
        return f"{part} "
    if isinstance(part, list | tuple):
        return "".join(map(texts, part))
    return texts(getattr(part, "children", None))


def all_parts(part: Any) -> list[Any]:
    if isinstance(part, list | tuple):
        return [found for each in part for found in all_parts(each)]
    children = getattr(part, "children", None)
    return [part, *(all_parts(children) if children is not None else [])]


def button(part: Any, button_id: str) -> Any:
    (found,) = [each for each in all_parts(part) if getattr(each, "id", None) == button_id]
    return found


def ids_of(part: Any) -> set[str]:
    found = (getattr(each, "id", None) for each in all_parts(part))
    return {json.dumps(each, sort_keys=True) if isinstance(each, dict) else each for each in found if each}


def try_out(desk: FakeDesk, **changes: object) -> tuple[Any, Any]:
    made: dict[str, object] = {
        "kind": "petitions", "option_ids": [{"type": OPTION, "name": "source"}], "options": ["市信访系统"],
        "file": FILE,
    }  # fmt: skip
    return wiring.started(lambda: starting.start_dry_run(desk, **(made | changes)), ZH)  # type: ignore[arg-type]


def test_every_id_that_a_callback_names_is_laid_out(tools: Tools, desk: FakeDesk) -> None:
    app = make_shell(tools)
    laid_out = ids_of(page(tools, "boundaries"))
    for inspection in (TABLE, BOUNDARIES):
        report = make_report(inspection=inspection)
        laid_out |= ids_of(outcome(report, "", ZH, can_go_on=True, conflicts=CONFLICTS))
    wired = set()
    for callback in app.callback_map.values():
        wired |= {wire["id"] for wire in (*callback["inputs"], *callback["state"])}
    wired = {each for each in wired if each.startswith("imports-")}
    assert wired
    assert wired <= laid_out
    assert set(Ids) <= laid_out


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_page_shows_what_each_kind_needs(tools: Tools, kind: ImportKind) -> None:
    shown = page(tools, str(kind))
    said = texts(shown)
    assert say(f"imports.kind.{kind}.look", ZH) in said
    (link,) = [
        each
        for each in all_parts(shown)
        if getattr(each, "className", "") == "imports-kind imports-kind-here"
    ]
    assert link.href == f"/imports?kind={kind}"


@pytest.mark.parametrize(
    ("kind", "batch", "code"),
    [
        ("petitioners", None, "import_kind_unknown"),
        (None, "8", "batch_unknown"),
        (None, "-7", "batch_unknown"),
        (None, "7; DROP", "batch_unknown"),
        (None, "9" * 5000, "batch_unknown"),
        (None, "７", "batch_unknown"),
    ],
)
def test_a_tampered_address_is_answered_in_words(tools: Tools, kind: str, batch: str, code: str) -> None:
    said = texts(page(tools, kind, batch))
    assert say(f"refusals.{code}", ZH) in said
    assert "附件.xlsx" in said, "the latest imports are still there"


def test_an_address_reopens_a_batch_without_offering_to_import_it(tools: Tools) -> None:
    shown = page(tools, None, "7")
    assert "2026-07-01 04:05" in texts(shown)
    assert "237" in texts(shown)
    assert Ids.IMPORT not in ids_of(shown)


def test_the_page_stands_while_the_database_is_down(tools: Tools, desk: FakeDesk) -> None:
    desk.refusal = Refused("database_down")
    shown = page(tools)
    assert say("refusals.database_down", ZH) in texts(shown)
    assert say("imports.recent.none", ZH) not in texts(shown), "not read is not empty"
    assert Ids.UPLOAD in ids_of(shown)


def test_a_first_visit_says_what_to_do_first(tools: Tools, desk: FakeDesk) -> None:
    desk.batches = lambda: ()  # type: ignore[method-assign]
    assert say("imports.recent.none", ZH) in texts(page(tools))


def test_a_file_is_sent_once_and_told_by_its_fingerprint(desk: FakeDesk) -> None:
    file, told, note = wiring.sent(desk, data_address(CONTENT), "三月.csv", ZH)
    assert note is None
    assert desk.uploaded == [("三月.csv", CONTENT)]
    assert SHA256 in told
    assert uploads.read_file(file) == uploads.KeptFile(f"{KEY}1", "三月.csv", SHA256)


def test_a_dry_run_is_queued_as_the_form_says(desk: FakeDesk) -> None:
    run, note = try_out(desk)
    assert note is None
    options = {"source": "市信访系统"}
    assert desk.submitted == [{"kind": ImportKind.PETITIONS, "key": KEY, "dry_run": True, "options": options}]
    assert uploads.read_run(run) == uploads.Run(1, ImportKind.PETITIONS, True, options, KEY)


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_form_left_as_it_is_laid_out_is_accepted(tools: Tools, desk: FakeDesk, kind: ImportKind) -> None:
    parts = [
        each for each in all_parts(page(tools, str(kind))) if isinstance(getattr(each, "id", None), dict)
    ]
    fields = [each for each in parts if each.id["type"] == OPTION]
    ids, values = [field.id for field in fields], [getattr(field, "value", None) for field in fields]
    assert try_out(desk, kind=str(kind), option_ids=ids, options=values)[1] is None
    assert desk.submitted[0]["options"] == ({"level": "county"} if kind is ImportKind.BOUNDARIES else {})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "petitioners"}, "import_kind_unknown"),
        ({"kind": None}, "import_kind_unknown"),
        ({"kind": ["petitions"]}, "import_kind_unknown"),
        ({"file": None}, "upload_missing"),
        ({"file": "x"}, "form_broken"),
        ({"file": FILE | {"key": "a' OR 1=1"}}, "form_broken"),
        ({"file": FILE | {"key": ["x"]}}, "form_broken"),
        ({"file": FILE | {"sha256": "x"}}, "form_broken"),
        ({"option_ids": [{"name": "level"}]}, "form_broken"),
        ({"option_ids": [{"name": ["source"]}]}, "form_broken"),
        ({"option_ids": ["source"]}, "form_broken"),
        ({"option_ids": []}, "form_broken"),
        ({"options": [{"a": 1}]}, "form_broken"),
        ({"kind": "boundaries", "option_ids": [{"name": "level"}], "options": ["moon"]}, "form_broken"),
    ],
)
def test_a_tampered_form_is_refused_in_words(desk: FakeDesk, changes: dict[str, object], code: str) -> None:
    _, note = try_out(desk, **changes)
    assert note == say(f"refusals.{code}", ZH, limit_mb=64)
    assert desk.submitted == []


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        (5, "upload_missing"),
        ("data:text/csv;base64,%%%", "upload_broken"),
        ("data:text/csv;base64,abc", "upload_broken"),
        ("件", "upload_broken"),
        ("data:;base64," + "A" * (64 * 2**20 // 3 * 4 + 8), "file_too_large"),
    ],
)
def test_a_broken_or_too_large_file_is_refused_in_words(desk: FakeDesk, contents: object, code: str) -> None:
    assert wiring.sent(desk, contents, "a.csv", ZH) == (None, None, say(f"refusals.{code}", ZH, limit_mb=64))
    assert desk.uploaded == []


@pytest.mark.parametrize(
    ("ids", "values", "shown"),
    [
        ([{"option": 8}], ["市长"], {"answers": {}}),
        ([{"option": "Leader; DROP"}], ["市长"], {"answers": {}}),
        ([{"option": "datum"}], [["BD09"]], {"answers": {}}),
        ([{"option": "datum"}], ["B" * 500], {"answers": {}}),
        ([{"option": "datum"}], [], {"answers": {}}),
        ([{"option": "datum"}], ["BD09"], {"answers": {"datum": 5}}),
        ([{"option": "datum"}], ["BD09"], None),
    ],
)
def test_tampered_answers_are_refused(desk: FakeDesk, ids: object, values: object, shown: object) -> None:
    with pytest.raises(Refused, match="form_broken"):
        starting.start_again(desk, RUN, ids, values, shown)
    assert desk.submitted == []


def test_only_what_was_changed_is_answered(desk: FakeDesk) -> None:
    """A guess that nobody touched stays a guess; an answer that is emptied is taken back."""
    shown = {"answers": {"column_0": "matter_no", "column_1": "-", "header_to": "2", "source": "市"}}
    ids = [{"option": option} for option in shown["answers"]]
    run = starting.start_again(desk, RUN, ids, ["matter_no", "address", 3, ""], shown)
    assert run.options == {"column_1": "address", "header_to": "3"}
    assert desk.submitted == [
        {"kind": ImportKind.PETITIONS, "key": KEY, "dry_run": True, "options": run.options}
    ]


def test_a_source_is_forgotten_and_tried_out_anew(desk: FakeDesk) -> None:
    starting.forget_and_start(desk, RUN)
    assert desk.forgotten == [(ImportKind.PETITIONS, "市")]
    assert [one["dry_run"] for one in desk.submitted] == [True]


def test_a_job_is_called_off(desk: FakeDesk) -> None:
    assert wiring.cancelled(desk, RUN | {"job": 4}, ZH) is None
    assert desk.cancelled == [4]
    desk.view = JobView(4, "cancelled", "writing", 3, 9, None)
    followed = follow(desk, RUN, ZH)
    assert say("imports.cancelled.text", ZH) in texts(followed.progress)
    assert (followed.outcome, followed.stop, followed.hide_cancel) == (None, True, True)


def test_calling_off_is_offered_while_a_job_runs_and_once(desk: FakeDesk) -> None:
    desk.view = JobView(1, "running", "placing", 500, 2000, None)
    assert not follow(desk, RUN, ZH).hide_cancel
    desk.view = JobView(1, "running", "placing", 500, 2000, None, cancelling=True)
    followed = follow(desk, RUN, ZH)
    assert say("imports.progress.cancelling", ZH) in texts(followed.progress)
    assert followed.hide_cancel


@given(data=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)
    | st.dictionaries(st.sampled_from([*RUN, "x"]), inner), max_leaves=8))  # fmt: skip
@settings(max_examples=300)
def test_whatever_a_browser_keeps_as_its_run_is_read_or_refused(data: object) -> None:
    try:
        uploads.read_run(data)
    except Refused as refused:
        code = refused.code
    else:
        return
    assert code in {"form_broken", "import_kind_unknown"}


def test_a_desk_that_refuses_is_answered_in_words(desk: FakeDesk) -> None:
    desk.refusal = Refused("queue_full", waiting=20)
    _, note = try_out(desk)
    assert note == say("refusals.queue_full", ZH, waiting=20)


def test_what_was_tried_out_is_imported_as_it_was(desk: FakeDesk) -> None:
    run = starting.start_import(desk, RUN)
    assert desk.submitted == [
        {"kind": ImportKind.PETITIONS, "key": KEY, "dry_run": False, "options": {"source": "市"}}
    ]
    assert (run.dry_run, run.kind) == (False, ImportKind.PETITIONS)


@pytest.mark.parametrize("run", [None, RUN | {"dry_run": False}])
def test_nothing_is_imported_that_was_not_tried_out(desk: FakeDesk, run: object) -> None:
    with pytest.raises(Refused, match="upload_changed"):
        starting.start_import(desk, run)
    assert desk.submitted == []


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (JobView(1, "queued", "queued", 0, None, None, ahead=2), "前面还有 2 个任务"),
        (JobView(1, "queued", "queued", 0, None, None, waited_s=1.0), "已排队，即将开始"),
        (JobView(1, "queued", "queued", 0, None, None, waited_s=60.0), "fengtu up"),
        (JobView(1, "running", "placing", 500, 2000, None, eta_s=41.6), "500 / 2,000 行　本步骤约剩 42 秒"),
        (JobView(1, "running", "placing", 500, 2000, None, eta_s=290.0), "约剩 5 分钟"),
        (JobView(1, "running", "reading", 0, None, None), "正在读取文件"),
    ],
)
def test_progress_says_step_rows_and_time_left(desk: FakeDesk, view: JobView, said: str) -> None:
    desk.view = view
    progress, shown, stop, *_ = follow(desk, RUN, ZH)
    assert said in texts(progress)
    assert (shown, stop) == (None, False)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_finished_job_shows_its_outcome_and_what_is_next(desk: FakeDesk, dry_run: bool) -> None:
    desk.view = JobView(1, "done", "writing", 14, 14, None, batch_id=7)
    desk.outcome_report = make_report(dry_run=dry_run)
    progress, shown, stop, recent, *_ = follow(desk, RUN | {"dry_run": dry_run}, ZH)
    assert progress is None
    assert stop
    said = texts(shown)
    assert all(word in said for word in ("14", "12", "237", "15"))
    assert said.index("237") < said.index("15 "), "figures in their order"
    assert (Ids.IMPORT in ids_of(shown)) is dry_run
    assert (Ids.TRY_AGAIN in ids_of(shown)) is dry_run
    assert ("南屏区" in said) is dry_run, "a dry run asks whose the row is"
    assert "附件.xlsx" in texts(recent)


def test_findings_are_told_in_words_also_those_of_an_earlier_release(desk: FakeDesk) -> None:
    shown = outcome(make_report(), "", ZH, can_go_on=False)
    (table,) = [each for each in all_parts(shown) if type(each).__name__ == "AgGrid"]
    known, unknown = table.rowData
    assert known["severity"] == "待核"
    assert "南屏区" in known["sentence"]
    assert (unknown["row"], unknown["sentence"]) == (None, say("imports.no_words", ZH, code="gone_since"))


def test_a_long_outcome_says_how_much_of_it_is_shown() -> None:
    shown = outcome(make_report(findings_total=50_000), "", ZH, can_go_on=False)
    assert "共 50000 条；表中是最要紧的 2 条" in texts(shown)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"unchanged": True}, "unchanged"),
        ({"accepted": 0, "review": 0, "refused": 14}, "nothing"),
    ],
)
def test_there_is_nothing_to_import_where_nothing_would_change(changes: dict[str, Any], verdict: str) -> None:
    shown = outcome(make_report(**changes), "", ZH, can_go_on=True)
    assert say(f"imports.outcome.{verdict}", ZH) in texts(shown)
    assert button(shown, Ids.IMPORT).disabled


@pytest.mark.parametrize(
    ("refusal", "stops"), [(Refused("database_down"), False), (Refused("job_unknown"), True)]
)
def test_a_page_asks_on_only_where_that_makes_sense(desk: FakeDesk, refusal: Refused, stops: bool) -> None:
    desk.refusal = refusal
    progress, _, stop, *_ = follow(desk, RUN, ZH)
    assert say(f"refusals.{refusal.code}", ZH) in texts(progress)
    assert stop is stops


def test_a_failed_job_says_why_and_that_nothing_was_written(desk: FakeDesk) -> None:
    desk.view = JobView(1, "failed", "reading", 0, None, "job_abandoned", {"attempts": 3})
    progress, shown, stop, *_ = follow(desk, RUN, ZH)
    said = texts(progress)
    assert say("refusals.job_abandoned", ZH, attempts=3) in said
    assert say("imports.trouble.safe", ZH) in said
    assert (shown, stop) == (None, True)


def test_an_upload_area_has_a_button_for_the_keyboard(tools: Tools) -> None:
    (upload,) = [each for each in all_parts(page(tools)) if isinstance(each, dcc.Upload)]
    assert any(isinstance(each, html.Button) for each in all_parts(upload))


def test_downloads(tools: Tools) -> None:
    client = come_as(make_shell(tools).server.test_client(), Role.CLERK)
    answer = client.get("/imports/outcome/7.xlsx")
    assert answer.data.decode() == "未收"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/imports/rows/7.xlsx").data.decode() == say("rows_to_mend.sheet", ZH)
    assert client.get("/imports/rows/8.xlsx").status_code == 404
    assert client.get("/imports/outcome/8.xlsx").status_code == 404
    assert client.get(f"/imports/outcome/{10**30}.xlsx").mimetype != "application/octet-stream"
    template = client.get("/imports/template/coverage.xlsx")
    assert io.BytesIO(template.data).read(2) == b"PK"
    assert client.get("/imports/template/petitioners.xlsx").status_code == 404
