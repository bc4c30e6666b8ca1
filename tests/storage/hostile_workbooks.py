"""Hostile workbooks: XLSX packages with parts swapped, old XLS made record by record, and what they hide."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from functools import cache

import openpyxl

from tests.storage.hostile_files import FULL, Case, content, matter

SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def workbook(
    rows: Sequence[Sequence[object]], *, shape: Callable[[openpyxl.Workbook], None] | None = None
) -> bytes:
    """Return an XLSX file; ``shape`` may change the workbook before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if shape is not None:
        shape(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def good() -> bytes:
    """Return a workbook of one matter."""
    return workbook([FULL, matter()])


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the good workbook with one part changed."""
    parts = parts_of(good())
    return zipped(parts | {name: change(parts.get(name, b"<sst/>"))})


def in_sheet(before: bytes, after: bytes) -> bytes:
    """Return the good workbook with something else in its sheet."""
    changed = with_part(SHEET, lambda part: part.replace(before, after))
    assert changed != good()
    return changed


def _astray(part: bytes) -> bytes:
    return part.replace(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd")


def without(name: str) -> bytes:
    """Return the good workbook without one part."""
    return zipped({part: data for part, data in parts_of(good()).items() if part != name})


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file (MS-CFB) of one stream, in sectors of 512 bytes."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head += struct.pack("<109I", *([0xFFFFFFFF] * 108), 0xFFFFFFFF)[4:]
    return (
        head[:512].ljust(512, b"\xff") + struct.pack("<128I", *fat) + _directory(name, len(stream)) + stream
    )


def _directory(name: str, size: int) -> bytes:
    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
        return (
            head
            + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    return (entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, size)).ljust(512, b"\0")


def biff(rows: Sequence[Sequence[object]], *records: bytes, far: bool = False) -> bytes:
    """Return the stream of a BIFF8 workbook of one sheet; ``records`` stand before its cells."""
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x1CC0, 1997, 0, 6)) + b"".join(records)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                sheet += record(0x203, struct.pack("<HHHd", i, j, 0, cell))
            elif cell not in ("", None):
                text = str(cell)
                sheet += record(
                    0x204, struct.pack("<HHHHB", i, j, 0, len(text), 1) + text.encode("utf-16-le")
                )
    if far:
        sheet += record(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))
    sheet += record(0x0A, b"")
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x1CC0, 1997, 0, 6)) + record(0x42, b"\xb0\x04")
    size = len(head) + 4 + 8 + 4 + 4
    return (
        head
        + record(0x85, struct.pack("<IBBBB", size, 0, 0, 2, 1) + "表一".encode("utf-16-le"))
        + record(0x0A, b"")
        + sheet
    )


def record(kind: int, data: bytes) -> bytes:
    """Return one BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def workbook_cases() -> list[Case]:
    """Return the cases of workbooks."""
    return [*_packages(), *_sheets(), *_cells(), *_old()]


def _packages() -> list[Case]:
    data = good()
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    blowup = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
    xxe = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    bomb = b"<c><v>1</v></c>" * 3_000_000
    deep = b"<row>" * 300_000

    def declared(doctype: bytes) -> Callable[[bytes], bytes]:
        return lambda part: (
            doctype + part[part.index(b"?>") + 2 :] if part.startswith(b"<?xml") else doctype + part
        )

    refused = {
        "截去尾部": (data[:-40], "zip_broken"),
        "截去一半": (data[: len(data) // 2], "zip_broken"),
        "只剩头": (data[:100], "zip_broken"),
        "中间被改": (data[:900] + bytes(200) + data[1100:], "workbook_broken"),
        "缺工作簿": (without("xl/workbook.xml"), "format_unknown"),
        "缺关系": (without(RELATIONS), "workbook_broken"),
        "缺工作表": (without(SHEET), "workbook_broken"),
        "工作簿是空的": (with_part("xl/workbook.xml", lambda _: b""), "workbook_broken"),
        "工作表是空的": (with_part(SHEET, lambda _: b""), "file_empty"),
        "工作表断了": (with_part(SHEET, lambda part: part[: len(part) // 2]), "workbook_broken"),
        "工作表是 UTF-16": (with_part(SHEET, lambda part: part.decode().encode("utf-16")), "workbook_broken"),
        "工作表十亿笑": (with_part(SHEET, declared(laughs)), "xml_entities"),
        "样式平方膨胀": (with_part("xl/styles.xml", declared(blowup)), "xml_entities"),
        "字符串外部实体": (with_part("xl/sharedStrings.xml", declared(xxe)), "xml_entities"),
        "关系外部实体": (with_part(RELATIONS, declared(xxe)), "xml_entities"),
        "压缩炸弹": (in_sheet(b"</sheetData>", bomb + b"</sheetData>"), "zip_too_large"),
        "嵌套极深": (with_part(SHEET, lambda part: part.replace(b"</sheetData>", deep)), "workbook_broken"),
        "表路径越界": (with_part(RELATIONS, _astray), "workbook_broken"),
        "xlsb": (zipped({"xl/workbook.bin": b"x", "[Content_Types].xml": b"x"}), "format_other_workbook"),
        "ods": (zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"x"}), "format_other_workbook"),
        "docx": (zipped({"word/document.xml": b"x", "[Content_Types].xml": b"x"}), "format_unknown"),
    }  # fmt: skip
    return [Case(f"XLSX {name}", content(made), refused=code) for name, (made, code) in refused.items()]


def _sheets() -> list[Case]:
    def shaped(name: str, shape: Callable[[openpyxl.Workbook], None], **expected: object) -> Case:
        return Case(f"XLSX {name}", content(workbook([FULL, matter()], shape=shape)), **expected)  # type: ignore[arg-type]

    def far(cell: str) -> Callable[[openpyxl.Workbook], None]:
        return lambda book: book.active.__setitem__(cell, "x")

    def formats(book: openpyxl.Workbook) -> None:
        for column in range(1, 2000):
            book.active.cell(5000, column).font = openpyxl.styles.Font(bold=True)

    def hidden(book: openpyxl.Workbook) -> None:
        book.create_sheet("藏", 0).append(["信访人姓名", "张某某"])
        book["藏"].sheet_state = "veryHidden"
        book.active = 1

    def second(book: openpyxl.Workbook) -> None:
        book.create_sheet("二").append(["x"])

    merges = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:V1048576"/></mergeCells>'

    return [
        shaped("远处一格", far("XFD1048576"), refused="table_too_heavy"),
        shaped("远处一列", far("XFD2"), refused="table_too_large"),
        shaped("远处一行", far("A1048576"), refused="table_too_heavy"),
        shaped("格式伸到远处", formats, accepted=1),
        shaped("隐藏的表", hidden, accepted=1),
        shaped("还有一张表", second, findings=(("sheets_ignored", 0, ""),)),
        Case("XLSX 整表合并", content(with_part(SHEET, lambda p: p.replace(b"</sheetData>", merges)))),
        shaped("没有这张表", second, refused="sheet_unknown", options={"sheet": "三"}),
        Case("XLSX 空工作簿", content(workbook([])), refused="file_empty"),
        Case("XLSX 谎报大小", content(in_sheet(b'ref="A1:V2"', b'ref="A1:XFD1048576"')), accepted=1),
        Case("XLSX 格子没有地址", content(with_part(SHEET, _without_addresses)), accepted=1),
        Case("XLSX 地址乱写", content(in_sheet(b'r="B2"', b'r="ZZZZ99999999999"')), refused="file_too_heavy"),
    ]  # fmt: skip


def _without_addresses(part: bytes) -> bytes:
    for i in range(len(FULL)):
        for row in (b"1", b"2"):
            part = part.replace(b'<c r="' + bytes([65 + i]) + row + b'"', b"<c")
    return part


def _cells() -> list[Case]:
    def cell(name: str, value: object, code: str = "", column: str = "人数") -> Case:
        row = matter(**{column: ""})
        row[FULL.index(column)] = value
        told = ((code, 2, column),) if code else ()
        return Case(f"XLSX 格 {name}", content(workbook([FULL, row])), findings=told)

    return [
        cell("公式无缓存", "=1+1", "formula_without_value"),
        cell("日期公式无缓存", "=TODAY()", "formula_without_value", "受理日期"),
        cell("引用错误", "#REF!", "count_unreadable"),
        cell("除以零", "#DIV/0!", "count_unreadable"),
        cell("小数", 1.5, "count_unreadable"),
        cell("负数", -3, "count_unreadable"),
        cell("是否", True, "count_unreadable"),
        cell("极大", 1e300, "count_unreadable"),
        cell("文字数字", "007"),
        cell("序列号日期", 45000, "", "登记日期"),
        cell("将来的序列号", 79999, "date_in_future", "登记日期"),
        cell("时刻", time(10, 30), "date_unreadable", "登记日期"),
    ]


def _looping(data: bytes) -> bytes:
    """Return a compound file whose stream leads back to its start."""
    return data[: 512 + 12] + struct.pack("<I", 2) + data[512 + 16 :]


def _old() -> list[Case]:
    rows = [FULL, matter()]
    refused = {
        "只有头": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "format_unknown"),
        "加密的 XLSX": (ole(bytes(4096), "EncryptedPackage"), "workbook_encrypted"),
        "Word 文档": (ole(bytes(4096), "WordDocument"), "format_unknown"),
        "加了密码": (ole(biff(rows)[:20] + record(0x2F, bytes(54)) + biff(rows)[20:]), "workbook_encrypted"),
        "全零的流": (ole(bytes(8192)), "workbook_broken"),
        "乱流": (ole(bytes((i * 37 + 11) % 256 for i in range(8192))), "workbook_broken"),
        "截断": (ole(biff(rows))[:2000], "workbook_broken"),
        "远处一格": (ole(biff(rows, far=True)), "file_too_heavy"),
        "扇区绕圈": (
            _looping(ole(biff([FULL, *(matter() for _ in range(50))]))),
            "workbook_broken",
        ),
    }
    merges = record(0xE5, struct.pack("<H", 1) + struct.pack("<HHHH", 0, 65535, 0, 255))
    cases = [Case(f"XLS {name}", content(made), refused=code) for name, (made, code) in refused.items()]
    return [
        *cases,
        Case("XLS 真正的旧工作簿", content(ole(biff(rows))), accepted=1),
        Case("XLS 整表合并", content(ole(biff(rows, merges))), findings=()),
        Case("XLS 空表", content(ole(biff([]))), refused="file_empty"),
    ]
