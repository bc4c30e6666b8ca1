"""Files as offices send them, looked at before they are imported: columns, coordinates, boundaries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine, text

from data.intake.run import run_import
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE
from tests.browser import import_files as files

PATIENCE_MS = 30_000
FILE_FIELD = "#imports-upload input[type=file]"
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def towns(new_database: Callable[..., Engine], tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Four counties, the first with a hundred towns."""
    folder = tmp_path_factory.mktemp("towns")
    engine = new_database()
    for level, path in (
        ("county", files.write_counties(folder / "counties.csv")),
        ("town", files.write_towns(folder / "towns.csv")),
    ):
        report = run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options={"level": level})
        assert report.refused == 0
    return engine


@pytest.fixture(scope="module")
def base(serve: Callable[[Engine], str], towns: Engine) -> str:
    return serve(towns)


def try_out(page: Page, path: Path) -> None:
    page.set_input_files(FILE_FIELD, path)
    expect(page.locator("#imports-try-out")).to_be_enabled(timeout=PATIENCE_MS)
    page.click("#imports-try-out")
    expect(page.locator(".imports-next")).to_be_visible(timeout=PATIENCE_MS)


def try_again(page: Page) -> None:
    latest = page.locator("#imports-recent a").first
    before = latest.get_attribute("href") or ""
    page.click("#imports-try-again")
    expect(latest).not_to_have_attribute("href", before, timeout=PATIENCE_MS)
    expect(page.locator(".imports-next")).to_be_visible(timeout=PATIENCE_MS)


def import_it(page: Page) -> None:
    expect(page.locator("#imports-import")).to_be_enabled()
    page.click("#imports-import")
    expect(page.locator(".imports-outcome-imported")).to_be_visible(timeout=PATIENCE_MS)


def column(page: Page, header: str) -> Locator:
    return page.locator(".imports-columns-table tbody tr", has=page.locator(f"th:has-text('{header}')"))


def choose_field(page: Page, header: str, field: str) -> None:
    column(page, header).locator(".dash-dropdown").click()
    page.locator(".dash-dropdown-option", has_text=field).first.click()


SPAN = (
    "(() => { const r = document.querySelector('.imports-map .js-plotly-plot').layout.xaxis.range;"
    " return r[1] - r[0]; })()"
)
"""How many degrees the map shows across."""


def scalar(engine: Engine, statement: str, **values: object) -> object:
    with engine.connect() as connection:
        return connection.execute(text(statement), values).scalar_one()


def test_an_export_with_two_header_rows_is_set_right_and_remembered(
    open_page: OpenPage, base: str, towns: Engine, tmp_path: Path, shots: Path
) -> None:
    page = open_page("/imports?kind=petitions", 1366, 768, base=base)
    try_out(page, files.write_export(tmp_path / "三月导出.xlsx"))
    mapping = page.locator(".imports-mapping")
    expect(mapping).to_contain_text("8 列")
    for person in ("姓名", "联系电话"):
        expect(column(page, person)).to_contain_text("含个人信息，不导入")
        expect(column(page, person).locator(".dash-dropdown")).to_have_count(0)
    assert "陈某某" not in page.inner_text("main")
    expect(column(page, "登记日期")).to_contain_text("按列名")
    expect(column(page, "去向")).to_contain_text("按内容")
    expect(column(page, "报送口")).to_contain_text("未识别")
    mapping.scroll_into_view_if_needed()
    page.screenshot(path=shots / "imports-mapping-1366.png", full_page=True)

    choose_field(page, "报送口", "来源")
    expect(page.locator("#imports-again-note")).to_contain_text("有改动还没有试运行")
    expect(page.locator("#imports-import")).to_be_disabled()
    try_again(page)
    expect(column(page, "报送口")).to_contain_text("人工选择")
    import_it(page)
    assert scalar(towns, "SELECT count(*) FROM petition WHERE unit_id IS NOT NULL AND source = '甲口'") == 12
    assert scalar(towns, "SELECT count(*) FROM upload") == 0, "imported for good"

    page.reload()
    try_out(page, files.write_export(tmp_path / "四月导出.xlsx", 13))
    page.locator(".imports-mapping:not([open]) > summary").click()
    expect(column(page, "报送口")).to_contain_text("沿用上次")
    page.click("#imports-forget")
    expect(column(page, "报送口")).to_contain_text("未识别", timeout=PATIENCE_MS)


def test_points_of_baidu_that_nobody_labelled_are_asked_about_and_land_right(
    open_page: OpenPage, base: str, towns: Engine, tmp_path: Path, shots: Path
) -> None:
    true = files.town_points(seed=7)
    page = open_page("/imports?kind=petitions", 1920, 1080, base=base)
    try_out(page, files.write_bd09(tmp_path / "点位.csv", true))
    expect(page.locator("#imports-import")).to_be_disabled()
    expect(page.locator("#imports-again-note")).to_contain_text("1 个问题必须回答")
    expect(page.locator(".imports-share-best")).to_contain_text("BD09")
    page.screenshot(path=shots / "imports-datum-1920.png", full_page=True)
    asked = page.locator(".imports-question", has_text="坐标")
    expect(asked.locator("label", has=page.locator(".imports-proposed"))).to_contain_text("BD09")
    asked.locator("label", has_text="BD09").click()
    try_again(page)
    import_it(page)
    off_m = """
        SELECT ST_Distance(ST_Transform(point, 4326)::geography,
                           ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography)
        FROM petition WHERE matter_no = :number"""
    distances = [
        scalar(towns, off_m, lon=lon, lat=lat, number=f"XF{number:04}")
        for number, (lon, lat) in enumerate(true.tolist())
    ]
    assert max(distances) <= 0.02, "two centimetres"  # type: ignore[type-var]
    assert scalar(towns, "SELECT count(*) FROM petition WHERE datum = 'BD09' AND point IS NOT NULL") == 100


def test_a_shapefile_without_its_encoding_is_looked_at_on_a_map_and_taken_in(
    open_page: OpenPage, base: str, towns: Engine, tmp_path: Path, shots: Path
) -> None:
    page = open_page("/imports?kind=boundaries", 1366, 768, base=base)
    try_out(page, files.write_shapefile(tmp_path / "县界.zip"))
    expect(page.locator("#imports-import")).to_be_disabled()
    page.screenshot(path=shots / "imports-encoding-1366.png", full_page=True)
    page.locator(".imports-question", has_text="编码").locator("label", has_text="云岭区").first.click()
    try_again(page)
    expect(page.locator(".imports-map .plot-container")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".imports-spot", has_text="缝隙")).to_contain_text("平方米")
    expect(page.locator(".imports-spot", has_text="白石县").last).to_be_visible()
    page.locator(".imports-boundaries").scroll_into_view_if_needed()
    page.screenshot(path=shots / "imports-boundaries-checked-1366.png", full_page=True)

    whole = page.evaluate(SPAN)
    page.locator(".imports-spot", has_text="缝隙").first.click()
    page.wait_for_function(f"whole => {SPAN} < whole / 4", arg=whole)
    page.screenshot(path=shots / "imports-fault-1366.png")
    page.locator("#imports-repair-side label", has_text="修复后").click()
    page.locator(".imports-spot", has_text="白石县").last.press("Enter")
    page.screenshot(path=shots / "imports-repair-1366.png")
    page.click("#imports-whole")
    page.wait_for_function(f"whole => Math.abs({SPAN} - whole) < whole / 4", arg=whole)

    if page.locator(".imports-question", has_text="自相交").count():
        page.locator(".imports-question", has_text="自相交").locator("label", has_text="全部同意").click()
        try_again(page)
    import_it(page)
    in_force = "FROM area WHERE level = 'county' AND valid_to IS NULL"
    assert scalar(towns, f"SELECT string_agg(name, ' ' ORDER BY code) {in_force}") == " ".join(files.COUNTIES)
    parts = f"SELECT ST_NumGeometries(geom) {in_force} AND name = '青川县'"
    assert scalar(towns, parts) == 2, "the exclave is kept"
