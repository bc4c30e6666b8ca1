"""Hostile and messy cells: codes, counts, dates, words, points and rows as people write them."""

from __future__ import annotations

from grid.findings import ImportKind
from tests.storage.hostile_files import BOUNDARIES, FULL, Case, content, csv_text, matter, one, table
from tests.storage.petition_files import ID_NUMBER, PHONE

NO_HEADER = (("table_header_not_found", 0, ""),)
SQUARE = "POLYGON((120.2 28.0,120.21 28.0,120.21 28.01,120.2 28.01,120.2 28.0))"


def value_cases() -> list[Case]:
    """Return the cases of single cells and of rows."""
    return [
        *_dates(),
        *_counts(),
        *_words(),
        *_codes(),
        *_points(),
        *_texts(),
        *_rows(),
        *_columns(),
        *_lists(),
    ]


def _dates() -> list[Case]:
    good = (
        "45000",
        "2024.1.5",
        "2024/1/5",
        "2024年1月5日",
        "20240105",
        "２０２４－０１－０５",
        "2024-01-05 10:30:00",
    )
    bad = {
        "2024年1月": "date_incomplete", "2024-1": "date_incomplete", "24-1-5": "date_two_digit_year",
        "昨天": "date_unreadable", "2026-02-30": "date_unreadable", "20261301": "date_unreadable",
        "0000-00-00": "date_unreadable", "2099-01-01": "date_in_future", "79999": "date_in_future",
        "1/5/2024": "date_unreadable", "-1": "date_unreadable", "#REF!": "date_unreadable",
        "2024-01-05至2024-02-05": "date_unreadable", "1e308": "date_unreadable",
    }  # fmt: skip
    cases = [one("登记日期", value, 受理日期="", 答复日期="") for value in good]
    cases += [one("登记日期", value, code, 受理日期="") for value, code in bad.items()]
    return [*cases, one("受理日期", "2025-12-01", "dates_out_of_order")]


def _counts() -> list[Case]:
    good = ("１７", "7个", "1,234", "12件", "3.0", "—", "")
    bad = {
        "约20": "count_approximate", "20余": "count_approximate", "几个": "count_unreadable",
        "-3": "count_unreadable", "1.5": "count_unreadable", "12.5%": "count_is_share",
        "1,23": "count_unreadable", "99999999999": "count_unreadable", "∞": "count_unreadable",
        "0x10": "count_unreadable", "1e3": "count_unreadable", "三": "count_unreadable",
        "１２３４５６７８９０１２": "count_unreadable", "#DIV/0!": "count_unreadable",
        "9" * 5000: "count_unreadable",
    }  # fmt: skip
    return [one("人数", value) for value in good] + [one("人数", value, code) for value, code in bad.items()]


def _words() -> list[Case]:
    return [
        one("信访形式", "飞鸽", "value_unknown"),
        one("初重件", "也许", "value_unknown"),
        one("办理阶段", "<script>alert(1)</script>", "value_unknown"),
        one("积案", "大概", "flag_unreadable"),
        one("评价", "一般般吧", "value_unknown"),
        one("责任单位", "不存在的单位", "unit_unknown"),
        one("坐标系", "胡说", "value_unknown"),
        one("信访件编号", "", "value_missing"),
        one("信访件编号", "9" * 5000, "code_unreadable"),
        one("延期天数", "365", "extension_too_long"),
    ]


def _codes() -> list[Case]:
    place = {"经度": "", "纬度": "", "坐标系": ""}
    return [
        one("区划代码", "3.31102E+11", "code_in_scientific_notation", **place),
        one("区划代码", "990101001001.0", "code_restored", **place),
        one("区划代码", "99O1O1OO1OO1", "code_restored", **place),
        one("区划代码", "９９０１０１００１００１", "code_restored", **place),
        one("区划代码", "'990101001001", "code_restored", **place),
        one("区划代码", "9" * 100, "code_unreadable", **place),
        one("区划代码", "990101999999"),
    ]


def _points() -> list[Case]:
    def at(lon: str, lat: str, code: str, column: str = "经度", datum: str = "CGCS2000") -> Case:
        data = content(table(matter(经度=lon, 纬度=lat, 坐标系=datum)))
        return Case(f"坐标 {lon},{lat} {datum}", data, findings=((code, 2, column),))

    return [
        at("28.051", "120.051", "place_coordinate_swapped"),
        at("40500123.4", "3103456.7", "place_coordinate_not_degrees"),
        at("120°3′4″", "28°3′4″", "degrees_rewritten"),
        at("120.051", "", "place_coordinate_incomplete"),
        at("0", "0", "place_coordinate_zero"),
        at("NaN", "28.05", "place_coordinate_incomplete"),
        at("1e400", "28.05", "number_unreadable"),
        at("116.412345", "39.912345", "place_coordinate_outside"),
        at("120.051;120.052", "28.05", "number_unreadable"),
    ]


def _texts() -> list[Case]:
    place = {"经度": "", "纬度": "", "坐标系": ""}

    def where(text: str, code: str = "place_nothing_recognised") -> Case:
        return one("问题属地", text, code, **place)

    return [
        where("同上", "value_ditto"),
        where("不详", "place_address_missing"),
        where("北京市朝阳区建国路1号", "place_other_city_named"),
        where("东山街道村村委会", ""),
        where("=cmd|' /C calc'!A0"),
        where("＝HYPERLINK(1)"),
        where("@SUM(1)"),
        where("'; DROP TABLE petition; --"),
        where(f"东山街道 联系{PHONE}", "address_redacted"),
        where("\u202e东山街道\u202c\u200b", ""),
        where("村" * 5000, "text_too_long"),
        where("a\x01b\x0bc\x1fd"),
        where("🏚" * 50, "place_address_missing"),
        where("é" * 40 + "e\u0301" * 40),
        where("<a href='javascript:1'>东山</a>", "place_short_name_only"),
        where("${jndi:ldap://x}"),
        where("{0.__class__}{name}"),
        where("%s%n%x"),
    ]


def _rows() -> list[Case]:
    first, other = matter(), matter(人数="9")
    accusation = matter(信访目的="检举控告", 经度="", 纬度="", 坐标系="")
    return [
        Case(
            "同一行两次", content(table(first, first)), findings=(("duplicate_identical", 3, "信访件编号"),)
        ),
        Case("同号不同文", content(table(first, other)), findings=(("duplicate_in_file", 2, "信访件编号"),)),
        Case(
            "同号检举", content(table(accusation, other)), findings=(("duplicate_in_file", 3, "信访件编号"),)
        ),
        Case("合计行", content(table(first, ["合计", "", "1"])), findings=(("total_row_dropped", 3, ""),)),
        Case("空行之间", content(table([], first, [], [])), accepted=1),
        Case("短行", content(table(first[:7])), findings=()),
        Case("长行", content(table([*first, "多", "出", "来"])), accepted=1),
        Case("只有表头", content(table()), findings=()),
        Case(
            "编号列是身份证号",
            content(table(*[matter(信访件编号=ID_NUMBER) for _ in range(5)])),
            refused="matter_no_is_personal",
            facts={"column": "信访件编号"},
        ),
    ]


def _columns() -> list[Case]:
    def with_column(header: str, value: str, code: str) -> Case:
        data = csv_text([[*FULL, header], [*matter(), value]]).encode()
        return Case(f"多一列“{header}”", content(data), findings=((code, 1, header),))

    no_date = [name for name in FULL if name != "登记日期"]
    return [
        with_column("信访人姓名", "张某某", "person_column_dropped"),
        with_column("身份证号", ID_NUMBER, "person_column_dropped"),
        with_column("备用", PHONE, "person_column_dropped"),
        with_column("住址", "某巷 1 号", "person_column_dropped"),
        with_column("登记日期", "2026-01-06", "column_twice"),
        with_column("不认识", "x", "column_unknown"),
        with_column("=1+1", "x", "column_unknown"),
        Case("没有表头", content(csv_text([matter()])), findings=NO_HEADER),
        Case(
            "缺登记日期", content(csv_text([no_date, ["A-1"]])), findings=(("table_column_missing", 0, ""),)
        ),
        Case(
            "标题和说明在上",
            content(csv_text([["信访件一览"], ["填表：信访局"], [], FULL, matter()])),
            accepted=1,
        ),
        Case(
            "表头在三十行后",
            content(csv_text([["说明"]] * 30 + [FULL, matter()])),
            findings=NO_HEADER,
        ),
    ]


def _lists() -> list[Case]:
    """Boundaries as tables of WKT, whose cells are outlines."""

    def outline(name: str, wkt: str, code: str, column: str = "") -> Case:
        data = csv_text([["code", "name", "wkt"], ["990103", "新县", wkt]])
        options = {"level": "county"}
        return Case(f"WKT {name}", content(data), BOUNDARIES, findings=((code, 2, column),), options=options)

    deep = "GEOMETRYCOLLECTION(" * 50_000
    return [
        outline("空", "", "geometry_missing"),
        outline("乱", "POLYGON((120 28,", "geometry_unreadable", "wkt"),
        outline("极深", deep, "geometry_unreadable", "wkt"),
        outline("点", "POINT(120.2 28.0)", "geometry_not_area"),
        outline("空面", "POLYGON EMPTY", "geometry_missing"),
        outline("无穷", "POLYGON((120 28,inf 28,120.1 28.1,120 28))", "geometry_missing"),
        outline("二进制", "\\x0103000000", "geometry_unreadable", "wkt"),
        Case(
            "WKT 列缺失",
            content(csv_text([["code", "name"], ["990103", "新县"]])),
            BOUNDARIES,
            refused="column_missing",
            options={"level": "county"},
        ),
        Case(
            "代码成了科学记数",
            content(csv_text([["code", "name", "wkt"], ["9.90103E+05", "新县", SQUARE]])),
            BOUNDARIES,
            findings=(("code_in_scientific_notation", 2, "code"),),
            options={"level": "county"},
        ),
        Case("选项不认识", content(table()), refused="option_unknown", options={"恶意": "x"}),
        Case("名录不是表", content("随便一段话"), ImportKind.GAZETTEER, findings=NO_HEADER),
        Case("挂牌不是表", content("a,b\n1,2"), ImportKind.LISTINGS, findings=NO_HEADER),
        Case("包片不是表", content("a,b\n1,2"), ImportKind.COVERAGE, findings=NO_HEADER),
        Case("代办不是表", content("a,b\n1,2"), ImportKind.SERVICE_POINTS, findings=NO_HEADER),
    ]
