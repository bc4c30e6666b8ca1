"""Hostile texts: encodings, delimiters, quotes, lines and disguises of CSV, GeoJSON and markup."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.storage.hostile_files import BOUNDARIES, FULL, Case, content, csv_text, matter, table

NO_HEADER = (("table_header_not_found", 0, ""),)
COUNTY = {"level": "county"}
GOOD = table(matter())
TEXT = GOOD.decode()


def text_cases() -> list[Case]:
    """Return the cases of files that are texts, or pretend to be."""
    return [*_encodings(), *_csv(), *_disguises(), *_markup(), *_geojson(), *_geometries()]


def _encodings() -> list[Case]:
    cut = GOOD[: GOOD.rindex("县".encode()) + 2]
    mixed = GOOD + csv_text([matter(信访件编号="A-2")]).encode("gb18030")
    taken = {
        "UTF-8 带标记": TEXT.encode("utf-8-sig"),
        "GB 18030": TEXT.encode("gb18030"),
        "UTF-16 LE": b"\xff\xfe" + TEXT.encode("utf-16-le"),
        "UTF-16 BE": b"\xfe\xff" + TEXT.encode("utf-16-be"),
        "GB 18030 生僻字": TEXT.replace("云岭县", "云岭县㐂𠀀").encode("gb18030"),
    }
    refused = {
        "在字中间截断": (cut, "encoding_broken"),
        "前半 UTF-8 后半 GBK": (mixed, "encoding_broken"),
        "带标记却不是 UTF-8": (b"\xef\xbb\xbf" + TEXT.encode("gb18030"), "encoding_broken"),
        "UTF-16 缺一字节": ((b"\xff\xfe" + TEXT.encode("utf-16-le"))[:-1], "encoding_broken"),
        "UTF-16 无标记": (TEXT.encode("utf-16-le"), "format_unknown"),
        "UTF-32": (TEXT.encode("utf-32-be"), "format_unknown"),
        "Big5": ("信訪件編號,登記日期\n".encode("big5") + b"\xff\xff\xff", "encoding_broken"),
        "随机字节": (bytes((i * 89 + 200) % 128 + 128 for i in range(3000)), "encoding_unknown"),
        "EBCDIC": (b"\xff" * 100, "encoding_unknown"),
        "过长的 UTF-8": (b"a,b\n\xc0\xaf\xc0\xaf\xff,1\n", "encoding_unknown"),
        "零字节在后面": (GOOD + b"x" * 5000 + b"\0\n", "text_has_nul"),
    }
    cases = [Case(f"编码 {name}", content(data), findings=()) for name, data in taken.items()]
    return cases + [Case(f"编码 {n}", content(data), refused=code) for n, (data, code) in refused.items()]


def _csv() -> list[Case]:
    rows = [FULL, matter()]
    broken = TEXT + 'A-2,"没有合上的引号,来信\n' + "x,y\n" * 50
    return [
        Case("制表符", content(csv_text(rows, "\t")), accepted=1),
        Case("分号", content(csv_text(rows, ";")), accepted=1),
        Case("竖线", content(csv_text(rows, "|")), accepted=1),
        Case("旧 Mac 换行", content(TEXT.replace("\r\n", "\r")), accepted=1),
        Case("换行在格内", content(table(matter(责任单位="云岭\n县"))), findings=()),
        Case("引号不成对", content(broken), refused="csv_broken", facts={"line": 53}),
        Case("引号后有字", content(TEXT + '"A"B,来信\n'), refused="csv_broken", facts={"line": 3}),
        Case(
            "一行一千七百万字",
            content(GOOD + b"x" * (17 * 2**20)),
            refused="csv_line_too_long",
            facts={"line": 3},
        ),
        Case("一百万列", content(b"," * 1_000_000), refused="table_too_large"),
        Case("三百零一列", content(b"a" + b",b" * 300 + b"\n"), refused="table_too_large"),
        Case("引号里一百万列", content(b'"x",' * 300_000), refused="table_too_large"),
        Case("十万空行", content(GOOD + b"\r\n" * 100_000), accepted=1),
        Case("全是换行", content(b"\n" * 100_000), findings=NO_HEADER),
        Case("全是引号", content(b'"' * 100_001), refused="csv_broken"),
        Case("全是空格", content(b" " * 100_000), findings=NO_HEADER),
        Case("一个字节", content(b"x"), findings=NO_HEADER),
        Case("空文件", content(b""), refused="file_empty"),
        Case("只有标记", content(b"\xef\xbb\xbf"), findings=NO_HEADER),
    ]


def _disguises() -> list[Case]:
    named: Mapping[str, tuple[bytes, str]] = {
        "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "format_unknown"),
        "PDF": (b"%PDF-1.7\n%...", "format_unknown"),
        "RTF": (b"{\\rtf1 x}", "format_unknown"),
        "ELF": (b"\x7fELF\x02\x01\x01\0", "format_unknown"),
        "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "format_unknown"),
        "MHTML": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "format_unknown"),
        "裸 SHP": (b"\x00\x00\x27\x0a" + bytes(96), "shapefile_not_zipped"),
        "别的 SQLite": (b"SQLite format 3\0" + bytes(200), "format_unknown"),
        "pickle": (b"\x80\x04\x95\0\0\0\0cposix\nsystem\n", "format_unknown"),
        "RAR": (b"Rar!\x1a\x07\x01\0", "format_unknown"),
        "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "format_unknown"),
    }
    return [Case(f"伪装 {name}", content(data), refused=code) for name, (data, code) in named.items()]


_XML_HEAD = '<?xml version="1.0"?>\n'
_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
_SS = "urn:schemas-microsoft-com:office:spreadsheet"


def _markup() -> list[Case]:
    def sheet(body: str, doctype: str = "") -> str:
        return f'{_XML_HEAD}{doctype}<Workbook xmlns="{_SS}" xmlns:ss="{_SS}">{body}</Workbook>'

    cells = "".join(f'<Cell><Data ss:Type="String">{name}</Data></Cell>' for name in FULL)
    wide = '<Worksheet><Row><Cell ss:MergeAcross="9999999"/></Row></Worksheet>'
    day = '<Worksheet><Row><Cell><Data ss:Type="DateTime">x</Data></Cell></Row></Worksheet>'
    cases = [
        ("VRT", "<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", "format_markup"),
        ("KML", f"{_XML_HEAD}<kml><Document/></kml>", "format_markup"),
        ("GML", f"{_XML_HEAD}<gml:FeatureCollection/>", "format_markup"),
        ("SVG", "<svg onload='alert(1)'/>", "format_markup"),
        ("XXE", f'{_XML_HEAD}<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>', "format_markup"),
        ("网页没有表", "<html><body><p>你好</p></body></html>", "format_markup"),
        ("网页表是空的", "<html><table><tr><td></td></tr></table></html>", "file_empty"),
        ("网页表跨列过多", "<table>" + "<tr><td colspan=1000>x" * 3 + "</table>", "table_too_large"),
        ("网页标签不闭合", "<table>" + "<tr><td>" * 3000, "file_empty"),
        ("XML 表十亿笑", sheet("&l9;", f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'), "xml_entities"),
        ("XML 表断了", sheet("<Worksheet><Table><Row>")[:-20], "workbook_broken"),
        ("XML 表行号过大", sheet('<Worksheet><Row ss:Index="99999999"/></Worksheet>'), "table_too_large"),
        ("XML 表行号不是数", sheet('<Worksheet><Row ss:Index="x"/></Worksheet>'), "workbook_broken"),
        ("XML 表合并过大", sheet(wide), "table_too_large"),
        ("XML 表是空的", sheet('<Worksheet ss:Name="空"><Table/></Worksheet>'), "file_empty"),
        ("XML 表没有表", sheet(""), "workbook_broken"),
        ("XML 表日期坏", sheet(day), "workbook_broken"),
    ]  # fmt: skip
    good = f'<Worksheet ss:Name="一"><Table><Row>{cells}</Row></Table></Worksheet>'
    return [Case(f"标记 {name}", content(text), refused=code) for name, text, code in cases] + [
        Case("标记 网页表缺表头", content("<table><tr><td>甲<td>乙</table>"), findings=NO_HEADER),
        Case("标记 网页注释不闭合", content("<table><tr><td>甲<!--" + "<!--" * 20_000), findings=NO_HEADER),
        Case("标记 网页嵌套极深", content("<table><tr><td>" * 20_000 + "x"), findings=NO_HEADER),
        Case("标记 XML 表", content(sheet(good)), findings=()),
    ]


def collection(*features: object, **more: object) -> str:
    """Return a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def area(geometry: object, **properties: object) -> dict[str, object]:
    """Return a feature of a county that is new to the city."""
    return {
        "type": "Feature",
        "properties": {"code": "990103", "name": "新县"} | properties,
        "geometry": geometry,
    }


RING = [[120.2, 28.0], [120.3, 28.0], [120.3, 28.1], [120.2, 28.1], [120.2, 28.0]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def _geojson() -> list[Case]:
    good = collection(area(SQUARE))
    refused = {
        "断在要素里": (good[: len(good) // 2], "geojson_broken_at"),
        "断在末尾": (good[:-1], "geojson_broken_at"),
        "后面有垃圾": (good + "}", "geojson_broken_at"),
        "极深的对象": ('{"a":' * 100_000, "geojson_broken_at"),
        "极深的数组": ('{"features":[' + "[" * 100_000, "geojson_broken_at"),
        "极深的坐标": (good.replace("[[[", "[" * 5000), "geojson_broken_at"),
        "TopoJSON": ('{"type":"Topology","objects":{}}', "geojson_not_collection"),
        "单个要素": (json.dumps(area(SQUARE)), "geojson_not_collection"),
        "要素不是数组": ('{"type":"FeatureCollection","features":5}', "geojson_broken_at"),
        "没有要素": (collection(), "file_empty"),
        "键没有引号": ("{type: 'FeatureCollection'}", "geojson_broken_at"),
        "超长的整数": (good.replace("990103", "x").replace('"x"', "9" * 5000), "geojson_broken_at"),
        "重复的键只留后者": ('{"features":[1],"features":{}}', "geojson_broken_at"),
    }  # fmt: skip
    cases = [
        Case(f"GeoJSON {name}", content(text), BOUNDARIES, refused=code, options=COUNTY)
        for name, (text, code) in refused.items()
    ]
    table_wanted = Case(
        "GeoJSON 当信访件", content(good), refused="table_expected", facts={"format": "GeoJSON"}
    )
    no_level = Case("没有层级", content(good), BOUNDARIES, refused="level_unknown")
    metric = {"type": "Polygon", "coordinates": [[[x * 4e5, y * 1e5] for x, y in RING]]}

    def in_crs(name: str) -> str:
        return collection(area(SQUARE), crs={"properties": {"name": name}})

    asked = [
        _asked("GeoJSON 坐标系为空", collection(area(SQUARE), crs=None), "crs_missing"),
        _asked("GeoJSON 坐标系不认识", in_crs("EPSG:999999"), "crs_missing"),
        _asked("GeoJSON 坐标系是命令", in_crs("+init=/etc/passwd"), "crs_missing"),
        _asked("GeoJSON 米制坐标", collection(area(metric)), "crs_contradicted"),
    ]  # fmt: skip
    return [*cases, *asked, table_wanted, no_level]


def _asked(name: str, data: str, question: str) -> Case:
    return Case(name, content(data), BOUNDARIES, asked=question, options=COUNTY)


def _geometries() -> list[Case]:
    z = [[x, y, 5.0] for x, y in RING]
    bow = [[120.2, 28.0], [120.3, 28.1], [120.3, 28.0], [120.2, 28.1], [120.2, 28.0]]
    twice = [point for point in RING for _ in range(2)]
    hole = [[121.2, 28.0], [121.3, 28.0], [121.3, 28.1], [121.2, 28.0]]
    flat = [RING[0], RING[1], RING[0], RING[0]]
    nested: object = SQUARE
    for _ in range(30):
        nested = {"type": "GeometryCollection", "geometries": [nested]}

    def polygon(*rings: object) -> dict[str, object]:
        return {"type": "Polygon", "coordinates": list(rings)}

    def told(title: str, geometry: object, *findings: tuple[str, int, str], **properties: object) -> Case:
        data = content(collection(area(geometry, **properties)))
        return Case(f"图形 {title}", data, BOUNDARIES, findings=findings, options=COUNTY)

    return [
        told("没有", None, ("geometry_missing", 1, "")),
        told("带高程", polygon(z), ("heights_dropped", 0, "")),
        told("带度量", polygon([[*p, 1.0] for p in z]), ("heights_dropped", 0, "")),
        told("集合", {"type": "GeometryCollection", "geometries": [SQUARE]}, ("geometry_collection", 1, "")),
        told("套娃集合", nested, ("geometry_collection", 1, "")),
        told("空集合", {"type": "GeometryCollection", "geometries": []}, ("geometry_missing", 1, "")),
        told("坐标是文字", polygon([[str(x), str(y)] for x, y in RING]), ("coordinates_as_text", 1, "")),
        told("坐标是胡话", polygon([["甲", "乙"]] * 4), ("geometry_unreadable", 1, "")),
        told("环只有两点", polygon(RING[:2]), ("geometry_unreadable", 1, "")),
        told("没有坐标", {"type": "Polygon"}, ("geometry_unreadable", 1, "")),
        told("类型不认识", {"type": "Blob", "coordinates": []}, ("geometry_unreadable", 1, "")),
        told("坐标为空", {"type": "Polygon", "coordinates": []}, ("geometry_missing", 1, "")),
        told("不是数", polygon([[float("nan"), 28.0], *RING[1:]]), ("geometry_missing", 1, "")),
        told("无穷大", polygon([[float("inf"), 28.0], *RING[1:]]), ("geometry_missing", 1, "")),
        told("是点", {"type": "Point", "coordinates": [120.2, 28.0]}, ("geometry_not_area", 1, "")),
        told("是线", {"type": "LineString", "coordinates": RING}, ("geometry_not_area", 1, "")),
        told("自相交", polygon(bow), ("geometry_repaired", 1, "")),
        told("重复顶点", polygon(twice)),
        told("洞在壳外", polygon(RING, hole), ("geometry_repaired", 1, "")),
        told("没有面积", polygon(flat), ("geometry_missing", 1, "")),
        told("是数字", 5, ("geometry_unreadable", 1, "")),
        told("没有代码", SQUARE, ("value_missing", 1, "code"), code=None),
        told("没有名称", SQUARE, ("value_missing", 1, "name"), name=""),
        told("名称含零字节", SQUARE, ("text_unreadable", 1, "name"), name="新\0县"),
        told("名称含半个代理", SQUARE, ("text_unreadable", 1, "name"), name="新\ud800县"),
        told("代码是对象", SQUARE, code={"a": 1}),
        told("人口是胡话", SQUARE, ("count_unreadable", 1, "population"), population="很多"),
        told("代码成了小数", SQUARE, code=990103.0),
        told("要素是空", SQUARE),
    ]  # fmt: skip
