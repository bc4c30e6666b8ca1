"""Tables as they come: hostile, mangled, merged, in any encoding; each fault has its own name."""

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from data.intake.ledger import Ledger
from data.intake.sniff import FileFormat, sniff
from data.intake.tables.sheets import Merge, read_sheet
from data.intake.tables.table import read_table
from grid.findings import ImportKind
from grid.refusals import Refused

LINES = [
    ["信访件编号", "登记日期", "责任单位"],
    ["A-1", "2026-01-05", "鿎山县"],
    ["A-2", "2026-01-06", "多行\n单位"],
]


def write(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def archive(tmp_path, entries, name="file.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry, content in entries.items():
            target.writestr(entry, content)
    return path


def workbook(tmp_path, rows, *, merges=(), title="Sheet", more=None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    for name, cells in (more or {}).items():
        for row in cells:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def csv_text(delimiter=","):
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in LINES)


def refusal(call, *args, **options):
    with pytest.raises(Refused) as caught:
        call(*args, **options)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    path = write(tmp_path, csv_text(delimiter).encode(encoding))
    assert [list(row) for row in read_sheet(path).rows] == LINES


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<OGRVRTDataSource><OGRVRTLayer name='passwd'/></OGRVRTDataSource>", "format_markup"),
        (b"\x00\x00\x27\x0a" + b"\0" * 96, "shapefile_not_zipped"),
        (b"SQLite format 3\0" + b"\0" * 200, "format_unknown"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "format_unknown"),
        (b"PK\x03\x04 broken", "zip_broken"),
    ],
)
def test_files_that_are_something_else_are_named(tmp_path, content, code):
    assert refusal(sniff, write(tmp_path, content, "boundaries.csv")) == code


def test_archives_are_measured_before_they_are_opened(tmp_path):
    assert refusal(sniff, archive(tmp_path, {"a.txt": "x"})) == "format_unknown"
    assert refusal(sniff, archive(tmp_path, {"../../etc/a.shp": "x"})) == "zip_path_unsafe"
    assert refusal(sniff, archive(tmp_path, {"/a.shp": "x"})) == "zip_path_unsafe"
    assert refusal(sniff, archive(tmp_path, {f"{i}.shp": "x" for i in range(1001)})) == "zip_too_many_entries"
    assert refusal(sniff, archive(tmp_path, {"a.shp": bytes(30 * 2**20)})) == "zip_too_large"
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(link, "/etc/passwd")
    assert refusal(sniff, path) == "zip_path_unsafe"


def test_an_encrypted_archive_is_named(tmp_path):
    path = archive(tmp_path, {"a.shp": "x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(sniff, write(tmp_path, bytes(content), "locked.zip")) == "zip_encrypted"


def test_broken_workbooks_are_named(tmp_path):
    good = workbook(tmp_path, LINES)
    assert sniff(good) is FileFormat.XLSX
    parts = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<broken"}
    assert refusal(read_sheet, archive(tmp_path, parts)) == "workbook_broken"
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    with zipfile.ZipFile(good) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/workbook.xml"] = bomb
    assert refusal(read_sheet, archive(tmp_path, parts)) == "xml_entities"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xff\xff\xff,\xff", "encoding_unknown"),
        ('编号,登记\n"A,2'.encode(), "csv_broken"),
        (b'{"type": "FeatureCollection", "features": []}', "table_expected"),
    ],
)
def test_texts_that_cannot_be_read_are_named(tmp_path, content, code):
    assert refusal(read_sheet, write(tmp_path, content)) == code


def test_a_header_is_found_under_title_and_notes_and_rows_keep_their_numbers(tmp_path):
    rows = [
        ["信访件一览（2026年）"],
        ["填表：信访局"],
        [],
        [" 信访件编号 ", "登记日期*", "积案（是/否）"],
        ["A1", date(2026, 1, 5), "是"],
        [],
        ["合计", None, 1],
    ]
    ledger = Ledger()
    table = read_table(workbook(tmp_path, rows), ImportKind.PETITIONS, ledger)
    assert [row.number for row in table.rows] == [5]
    assert set(table.header) == {"matter_no", "registered_on", "backlog"}
    assert [(f.code, f.row) for f in ledger.findings] == [("total_row_dropped", 7)]
    assert table.above[0] == "信访件一览(2026年)"
    assert ledger.rows == 1


def test_merged_cells_hold_only_over_their_range_and_only_where_asked(tmp_path):
    rows = [
        ["包片领导", "责任单位", "积案数（件）"],
        ["张三", "甲县", 3],
        [None, "乙县", None],
        [None, "丙县", 2],
    ]
    path = workbook(tmp_path, rows, merges=["A2:A3", "C2:C3"])
    table = read_table(path, ImportKind.COVERAGE, Ledger(), fill=("leader", "post"))
    assert [row.cells["leader"] for row in table.rows] == ["张三", "张三", None]
    assert [row.cells["cases"] for row in table.rows] == [3, None, 2]


def test_person_columns_are_dropped_by_header_and_by_content_and_never_quoted(tmp_path):
    rows = [
        ["信访件编号", "登记日期", "信访人姓名", "身份证号", "联系", "住址", "其他说明"],
        ["A1", "2026-01-05", "张某某", "110101199003070038", "13800138000", "某巷 1 号", "说明"],
        ["A2", "2026-01-06", "李某某", "110101199003070011", "13900139000", "某巷 2 号", ""],
    ]
    ledger = Ledger()
    table = read_table(workbook(tmp_path, rows), ImportKind.PETITIONS, ledger)
    dropped = [f.column for f in ledger.findings if f.code == "person_column_dropped"]
    assert dropped == ["信访人姓名", "身份证号", "联系", "住址"]
    assert ledger.figures == {"person_columns_dropped": 4}
    assert "张某某" not in repr(table)
    assert all(f.original == "" for f in ledger.findings)


def test_missing_headers_and_columns_are_named(tmp_path):
    assert (
        refusal(read_table, workbook(tmp_path, [["甲", "乙"], [1, 2]]), ImportKind.PETITIONS, Ledger())
        == "header_not_found"
    )
    lacking = workbook(tmp_path, [["信访件编号", "责任单位"], ["A1", "甲"]])
    assert refusal(read_table, lacking, ImportKind.PETITIONS, Ledger()) == "column_missing"


def test_the_sheet_asked_for_is_read_and_others_are_told(tmp_path):
    path = workbook(tmp_path, [], title="空", more={"一": LINES, "二": [["x"]]})
    assert read_sheet(path).ignored == ("二",)
    assert read_sheet(path, "一").ignored == ()
    assert refusal(read_sheet, path, "三") == "sheet_unknown"


def test_a_workbook_that_lies_about_its_size_is_read_as_it_is(tmp_path):
    path = workbook(tmp_path, LINES)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<dimension ref=" in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"')
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    assert len(read_sheet(write(tmp_path, stream.getvalue(), "lying.xlsx")).rows) == 3


@pytest.mark.parametrize(("far", "code"), [("XFD1", "table_too_large"), ("XFD1048576", "table_too_heavy")])
def test_one_cell_far_off_does_not_cost_the_memory_of_a_whole_sheet(tmp_path, far, code):
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append(line)
    book.active[far] = "x"
    book.save(tmp_path / "far.xlsx")
    assert refusal(read_sheet, tmp_path / "far.xlsx") == code


def test_formulas_without_a_result_and_errors_are_told_and_not_blank(tmp_path):
    rows = [["编号", "件数"], ["A-1", "=1+1"], ["A-2", "#DIV/0!"], ["A-3", 3]]
    sheet = read_sheet(workbook(tmp_path, rows))
    assert sheet.uncached == ((1, 1),)
    assert [row[1] for row in sheet.rows] == ["件数", None, "#DIV/0!", 3]


def test_a_formula_that_was_calculated_is_its_result(tmp_path):
    path = workbook(tmp_path, [["编号", "件数", "说明"], ["A-1", "=1+1", '=""']])
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    # An empty element is written in one of three ways, by whichever parser openpyxl found.
    parts[name] = re.sub(rb"<f>1\+1</f><v(?: ?/>|></v>)", b"<f>1+1</f><v>2</v>", parts[name])
    parts[name] = parts[name].replace(b'<c r="C2"><f>', b'<c r="C2" t="str"><f>')
    assert parts[name].count(b"<v>2</v>") == parts[name].count(b't="str"') == 1
    sheet = read_sheet(archive(tmp_path, parts, "calculated.xlsx"))
    assert (list(sheet.rows[1]), sheet.uncached) == (["A-1", 2, None], ())


def test_workbooks_of_1904_keep_their_days_and_hidden_sheets_are_left_out(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([date(2026, 1, 5), 331102001001, "007", True, 0.5])
    book.create_sheet("隐藏", 0).append(["x"])
    book["隐藏"].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "mac.xlsx")
    sheet = read_sheet(tmp_path / "mac.xlsx")
    assert list(sheet.rows[0]) == [date(2026, 1, 5), 331102001001, "007", True, 0.5]
    assert (sheet.titles, sheet.ignored) == (("Sheet",), ())


HTML = (
    '<html><head><meta charset="{charset}"><style>td {{mso-x: "1"}}</style></head><body>'
    "<table><caption>一览</caption><tr><td rowspan=2>甲县<td colspan=2>a<br>b&nbsp;c</tr>"
    "<tr><td>1<td x:num='331102001001'>3.31102E+11</table><table><tr><th>又一张</table></body></html>"
)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_web_page_called_xls_is_read_with_its_spans(tmp_path, charset):
    path = write(tmp_path, HTML.format(charset=charset).encode(charset), "表.xls")
    sheet = read_sheet(path, with_merges=True)
    assert [list(row) for row in sheet.rows] == [["甲县", "a\nb c"], [None, "1", "331102001001"]]
    assert [(m.top, m.left, m.bottom, m.right) for m in sheet.merges] == [(0, 0, 1, 0), (0, 1, 0, 2)]
    assert (sheet.title, sheet.titles, sheet.ignored) == ("一览", ("一览", "2"), ("2",))
    assert refusal(read_sheet, write(tmp_path, b"<html><p>no table</p></html>")) == "format_markup"


XML = """<?xml version="1.0" encoding="{charset}"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="一"><Table>
<Row ss:Index="2"><Cell ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">12</Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2026-01-05T00:00:00.000</Data></Cell><Cell ss:Formula="=1+1"/></Row>
</Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_workbook_saved_as_xml_is_read(tmp_path, charset):
    sheet = read_sheet(write(tmp_path, XML.format(charset=charset).encode(charset)), with_merges=True)
    assert [list(row) for row in sheet.rows] == [[], ["甲", None, 12], [None, datetime(2026, 1, 5), None]]  # noqa: DTZ001
    assert (sheet.merges, sheet.uncached) == ((Merge(1, 0, 2, 0),), ((2, 2),))
    bomb = XML.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "aa">]><Workbook').format(charset="utf-8")
    assert refusal(read_sheet, write(tmp_path, bomb.encode())) == "xml_entities"


def test_formats_alone_may_reach_far(tmp_path):
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append(line)
    for column in range(1, 400):
        book.active.cell(1, column).font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "wide.xlsx")
    rows = read_sheet(tmp_path / "wide.xlsx").rows
    assert [cell for cell in rows[0] if cell is not None] == LINES[0]
