"""The import page in a real browser: the official annex tried out, answered, imported, its outcome read."""

from __future__ import annotations

import io
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from callbacks.imports.layout import TICK_MS
from data import processes
from data.intake.run import run_import
from data.settings import Settings
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE
from tests.browser.waiting import slow_down

COUNTIES = ("云岭区", "青川县", "白石县", "南屏区")
PATIENCE_MS = 20_000
FILE_FIELD = "#imports-upload input[type=file]"
"""There once the upload area listens."""
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def small_city(new_database: Callable[..., Engine], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Four square counties beside each other."""
    lines = ["代码,名称,几何"]
    for number, name in enumerate(COUNTIES):
        west, east = 119 + number / 10, 119.1 + number / 10
        ring = f"{west} 28,{east} 28,{east} 28.1,{west} 28.1,{west} 28"
        lines.append(f'99010{number + 1},{name},"POLYGON(({ring}))"')
    path = tmp_path_factory.mktemp("city") / "counties.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    engine = new_database()
    run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options={"level": "county"})
    return engine


@pytest.fixture(scope="module")
def base(serve: Callable[[Engine], str], small_city: Engine) -> str:
    return serve(small_city)


@pytest.fixture(scope="module")
def annex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An annex with a merged leader, a blank one, a post without a name and a department."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["枫溪市市领导包片化解信访积案安排表（共112件）"],
        ["序号", "包片领导", "职务", "责任单位", "积案数（件）", "备注"],
        [1, "周庭远", "市委书记", "云岭区", 44, None],
        [2, "秦若川", "市长", "青川县", 30, None],
        [None, None, None, "市城管局", 6, None],
        [3, "市委政法委书记", None, "白石县", 20, None],
        [4, None, None, "南屏区", 12, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("B4:B5")
    sheet.merge_cells("C4:C5")
    path = tmp_path_factory.mktemp("annex") / "包片安排.xlsx"
    book.save(path)
    return path


def choose(page: Page, path: Path) -> None:
    page.set_input_files(FILE_FIELD, path)
    expect(page.locator("#imports-chosen")).to_contain_text(path.name)


def tile(page: Page, name: str) -> str:
    number = page.locator(".imports-tile", has=page.locator(f"dt:text-is('{name}')")).locator(
        ".imports-number"
    )
    return number.inner_text(timeout=PATIENCE_MS)


def test_the_annex_is_tried_out_answered_and_imported(
    open_page: OpenPage, base: str, small_city: Engine, annex: Path, shots: Path
) -> None:
    page = open_page("/imports?kind=coverage", 1366, 768, base=base)
    choose(page, annex)
    page.screenshot(path=shots / "imports-chosen-1366.png")
    page.click("#imports-try-out")
    assert [tile(page, name) for name in ("数据行", "未收", "积案", "部门的积案")] == ["5", "0", "112", "6"]
    assert count(small_city, "assignment") == 0, "a dry run writes nothing"
    blank = page.locator(".ag-row", has_text="南屏区")
    expect(blank).to_contain_text("待核")
    expect(blank).to_contain_text("没有猜测")

    page.screenshot(path=shots / "imports-annex-asked-1366.png", full_page=True)
    page.locator(".imports-questions input").fill("林致和")
    expect(page.locator("#imports-import")).to_be_disabled()
    page.click("#imports-try-again")
    expect(page.locator(".imports-questions")).to_have_count(0, timeout=PATIENCE_MS)
    assert tile(page, "待核") == "0"
    expect(page.locator(".imports-steps [aria-current=step]")).to_contain_text("试运行与核对")
    page.screenshot(path=shots / "imports-outcome-1366.png", full_page=True)

    page.click("#imports-import")
    expect(page.locator(".imports-outcome-imported")).to_be_visible(timeout=PATIENCE_MS)
    assert count(small_city, "assignment") == 5
    assert count(small_city, "leader") == 4
    with page.expect_download() as download:
        page.click("text=下载结果表")
    assert download.value.suggested_filename.endswith(".xlsx")
    outcome = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    cells = [str(cell) for row in outcome.iter_rows(values_only=True) for cell in row]
    assert any("市委政法委书记" in cell for cell in cells)

    with page.expect_response(re.compile("_dash-update-component")):
        page.click("#imports-try-out")
    page.reload()
    page.locator("#imports-recent a").first.click()
    expect(page).to_have_url(re.compile(r"batch=\d+"))
    expect(page.locator(".imports-tiles").first).to_be_visible()
    expect(page.locator("#imports-import")).to_have_count(0)


def test_an_outcome_shows_however_slow_the_line_is(
    open_page: OpenPage, base: str, annex: Path, installed: dict[str, Settings]
) -> None:
    """Each answer takes longer than the page's own clock waits before it asks again."""
    page = open_page("/imports?kind=coverage", 1440, 900, base=base)
    choose(page, annex)
    slow_down(page, 2 * TICK_MS)
    worker = processes.running_id(installed[base], processes.WORKER)
    assert worker
    os.kill(worker, signal.SIGSTOP)
    try:
        page.click("#imports-try-out")
        expect(page.locator("#imports-progress")).not_to_be_empty()
    finally:
        os.kill(worker, signal.SIGCONT)
    assert tile(page, "数据行") == "5"


def test_the_file_chooser_opens_by_keyboard_and_drops_are_taken(
    open_page: OpenPage, base: str, annex: Path
) -> None:
    page = open_page("/imports?kind=coverage", 1440, 900, base=base)
    expect(page.locator("#imports-try-out")).to_be_disabled()
    page.wait_for_selector(FILE_FIELD, state="attached")
    with page.expect_file_chooser() as chooser:
        page.locator("#imports-upload button").press("Enter")
    chooser.value.set_files(annex)
    expect(page.locator("#imports-chosen")).to_contain_text(annex.name)
    expect(page.locator("#imports-try-out")).to_be_enabled()
    drop(page, "a.csv", "信访件编号,登记日期")
    expect(page.locator("#imports-chosen")).to_contain_text("a.csv")


def test_a_broken_file_and_a_too_large_one_are_answered_in_words(
    open_page: OpenPage, base: str, tmp_path: Path
) -> None:
    page = open_page("/imports?kind=petitions", 1440, 900, base=base)
    drop(page, "b.csv", "<html></html>")
    page.click("#imports-try-out")
    expect(page.locator(".imports-trouble")).to_contain_text("网页或 XML", timeout=PATIENCE_MS)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    page.set_input_files(FILE_FIELD, large)
    expect(page.locator("#imports-note")).to_contain_text("超过 64 MB", timeout=PATIENCE_MS)
    expect(page.locator("#imports-try-out")).to_be_disabled()
    expect(page.locator(".imports-trouble")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 1920])
def test_every_kind_fits_its_window(open_page: OpenPage, base: str, shots: Path, width: int) -> None:
    page = open_page(f"/imports?kind={list(ImportKind)[-1]}", width, 900, base=base)
    for kind in ImportKind:
        page.click(f"a[href='/imports?kind={kind}']")
        expect(page.locator(".imports-kind-here")).to_have_attribute("href", f"/imports?kind={kind}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.screenshot(path=shots / f"imports-{kind}-{width}.png")


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file as a mouse does."""
    page.wait_for_selector(FILE_FIELD, state="attached")
    page.evaluate(
        """([name, content]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([content], name, {type: "text/csv"}));
            const area = document.querySelector(".imports-drop");
            const how = {dataTransfer: transfer, bubbles: true, cancelable: true};
            area.dispatchEvent(new DragEvent("dragenter", how));
            area.dispatchEvent(new DragEvent("drop", how));
        }""",
        [name, content],
    )


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
