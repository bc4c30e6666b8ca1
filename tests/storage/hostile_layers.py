"""Hostile archives and layers: zips that lie, Shapefiles without parts, GeoPackages that bring programs."""

from __future__ import annotations

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from tests.storage.hostile_files import BOUNDARIES, Case, content
from tests.storage.hostile_workbooks import zipped

COUNTY = {"level": "county"}
NAMES = ("新县", "又一县")
_OUTLINES = [shapely.box(120.1 + i / 10, 28, 120.2 + i / 10, 28.1) for i in range(2)]


@cache
def shapefile(encoding: str = "GB18030") -> Mapping[str, bytes]:
    """Return the parts of a Shapefile of two counties, by suffix."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "county.shp"
        fields = [np.array(["990103", "990104"], dtype=object), np.array(NAMES, dtype=object)]
        pyogrio.raw.write(
            path, shapely.to_wkb(_OUTLINES), fields, ["code", "name"],
            geometry_type="Polygon", crs="EPSG:4490", driver="ESRI Shapefile", encoding=encoding,
        )  # fmt: skip
        return {part.suffix: part.read_bytes() for part in Path(folder).iterdir()}


@cache
def geopackage(kind: str = "Polygon") -> bytes:
    """Return a GeoPackage of two counties."""
    outlines = _OUTLINES
    if kind.endswith("Z"):
        outlines = [shapely.force_3d(outline, 5.0) for outline in _OUTLINES]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "county.gpkg"
        fields = [np.array(["990103", "990104"], dtype=object), np.array(NAMES, dtype=object)]
        pyogrio.raw.write(
            path, shapely.to_wkb(outlines), fields, ["code", "name"],
            geometry_type=kind, crs="EPSG:4490", driver="GPKG", layer="county",
        )  # fmt: skip
        return path.read_bytes()


def changed(*statements: str) -> bytes:
    """Return the GeoPackage after some SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(geopackage())
        with closing(sqlite3.connect(path)) as connection:
            for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
                connection.create_function(name, 1, lambda _: 1)  # the standard triggers call them
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return path.read_bytes()


def layer_cases() -> list[Case]:
    """Return the cases of archives and layers."""
    return [*_archives(), *_shapefiles(), *_geopackages()]


def _entry(name: str, data: bytes = b"x", **attributes: int) -> bytes:
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, data)
    return stream.getvalue()


def _lying(data: bytes, offset: int, value: bytes) -> bytes:
    at = data.index(b"PK\x01\x02") + offset
    return data[:at] + value + data[at + len(value) :]


def _archives() -> list[Case]:
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("a.shp", b"1")
        archive.writestr("A.shp", b"2")
    stored = zipped({"a.shp": b"x" * 100}, zipfile.ZIP_STORED)
    named = {
        "只有魔数": (b"PK\x03\x04", "zip_broken"),
        "空的": (zipped({}), "format_unknown"),
        "里面是文字": (zipped({"说明.txt": b"x"}), "format_unknown"),
        "越界路径": (zipped({"../../etc/a.shp": b"x"}), "zip_path_unsafe"),
        "反斜杠越界": (zipped({"..\\..\\a.shp": b"x"}), "zip_path_unsafe"),
        "绝对路径": (zipped({"/etc/a.shp": b"x"}), "zip_path_unsafe"),
        "符号链接": (_entry("a.shp", b"/etc/passwd", external_attr=0o120777 << 16), "zip_path_unsafe"),
        "一千零一个": (zipped({f"{i}.shp": b"" for i in range(1001)}), "zip_too_many_entries"),
        "压缩炸弹": (zipped({"a.shp": bytes(30 * 2**20)}), "zip_too_large"),
        "同名两次": (twice.getvalue(), "zip_name_twice"),
        "套压缩包": (zipped({"内层.zip": zipped({"a.shp": b"x"})}), "zip_nested"),
        "加密": (_lying(zipped({"a.shp": b"x"}), 8, b"\x01\x00"), "zip_encrypted"),
        "谎报大小": (_lying(zipped({"a.shp": b"x" * 10_000}), 24, struct.pack("<I", 10)), "zip_broken"),
        "谎报巨大": (_lying(zipped({"a.shp": b"x"}), 24, struct.pack("<I", 0xFFFFFFF0)), "zip_too_large"),
        "校验和错": (_lying(stored, 16, b"\0\0\0\0"), "zip_broken"),
        "方法不认识": (_lying(stored, 10, b"\x63\x00"), "zip_broken"),
        "目录偏移越界": (stored[:-6] + b"\xf0\xff\xff\x7f" + stored[-2:], "zip_broken"),
        "垃圾里的目录": (b"PK\x03\x04" + bytes(range(256)) * 20, "zip_broken"),
    }  # fmt: skip
    return [_boundary(f"压缩包 {name}", data, code) for name, (data, code) in named.items()]


def _boundary(name: str, data: bytes, code: str = "", **options: str) -> Case:
    return Case(name, content(data), BOUNDARIES, refused=code, options=COUNTY | options)


def _told(name: str, data: bytes, *findings: tuple[str, int, str], **options: str) -> Case:
    return Case(name, content(data), BOUNDARIES, findings=findings, options=COUNTY | options)


def _asked(name: str, data: bytes, question: str) -> Case:
    return Case(name, content(data), BOUNDARIES, asked=question, options=COUNTY)


def _pack(parts: Mapping[str, bytes], stem: str = "county", **changes: bytes | None) -> bytes:
    """Return a zip of a Shapefile; ``changes`` replace parts, none leaves one out."""
    swapped = dict(parts) | {f".{suffix}": data for suffix, data in changes.items()}
    return zipped({f"{stem}{suffix}": data for suffix, data in swapped.items() if data is not None})


def _shapefiles() -> list[Case]:
    parts, plain = shapefile(), shapefile("UTF-8")
    shp, dbf, shx = parts[".shp"], parts[".dbf"], parts[".shx"]
    vrt = b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>"
    huge = shp[:152] + struct.pack("<ii", 2**30, 2**30) + shp[160:]
    two = zipped({f"{stem}{suffix}": data for stem in "ab" for suffix, data in parts.items()})
    width = dbf[32 + 32 + 16]
    cut_name = (
        dbf[: -width - 1] + (b"a" * (1 - width % 2) + NAMES[1].encode("gb18030") * width)[:width] + dbf[-1:]
    )
    garbled = dbf.replace("新县".encode("gb18030"), b"\xff\xff\xff\xff")
    littered = {f"x/county{suffix}": data for suffix, data in parts.items()} | {
        "__MACOSX/x/._county.shp": b"x"
    }
    named = {
        "缺 .shx": (_pack(parts, shx=None), "shapefile_part_missing"),
        "缺 .dbf": (_pack(parts, dbf=None), "shapefile_part_missing"),
        "只有 .shp": (zipped({"county.shp": shp}), "shapefile_part_missing"),
        "两个图层": (two, "layer_unknown"),
        ".shp 是 VRT": (_pack(parts, shp=vrt), "layer_broken"),
        ".shp 是空的": (_pack(parts, shp=b""), "layer_broken"),
        ".shp 只有头": (_pack(parts, shp=shp[:100]), None),
        ".shp 截断": (_pack(parts, shp=shp[: len(shp) - 60]), None),
        ".shp 头截断": (_pack(parts, shp=shp[:50]), "layer_broken"),
        ".shp 谎报点数": (_pack(parts, shp=huge), None),
        ".shx 是空的": (_pack(parts, shx=b""), "layer_broken"),
        ".shx 偏移越界": (_pack(parts, shx=shx[:100] + b"\x7f\xff\xff\xff" + shx[104:]), None),
        ".dbf 是空的": (_pack(parts, dbf=b""), "layer_broken"),
        ".dbf 谎报记录数": (_pack(parts, dbf=dbf[:4] + b"\xff\xff\xff\x7f" + dbf[8:]), None),
        ".dbf 记录宽为零": (_pack(parts, dbf=dbf[:10] + b"\0\0" + dbf[12:]), "layer_broken"),
        ".dbf 截断": (_pack(parts, dbf=dbf[:-100]), "layer_broken"),
        ".cpg 与内容不符": (_pack(parts, cpg=b"UTF-8"), "encoding_contradicted"),
        ".cpg 是胡话": (_pack(parts, cpg=b"no-such-encoding"), "encoding_unknown"),
        ".cpg 是编解码器名": (_pack(parts, cpg=b"zlib_codec"), "encoding_unknown"),
        "哪种编码都不通": (_pack(parts, dbf=garbled, cpg=None), "encoding_unknown"),
    }  # fmt: skip
    broken = [
        _boundary(f"SHP {name}", data, code) for name, (data, code) in named.items() if code is not None
    ]
    short = [_told(f"SHP {name}", data) for name, (data, code) in named.items() if code is None]
    return [
        *broken,
        *short,
        _asked("SHP 缺 .prj", _pack(parts, prj=None), "crs_missing"),
        _asked("SHP .prj 是胡话", _pack(parts, prj=b"not a projection"), "crs_missing"),
        _asked("SHP 没有 .cpg 的 GBK", _pack(parts, cpg=None), "encoding"),
        _asked("SHP 没有 .cpg 的 UTF-8", _pack(plain, cpg=None), "encoding"),
        _told("SHP 条目名是 GBK", _gbk_names(parts)),
        _told("SHP 带系统垃圾", zipped(littered)),
        _told("SHP 字段末尾半个字", _pack(parts, dbf=cut_name), ("text_cut", 2, "name")),
    ]  # fmt: skip


def _gbk_names(parts: Mapping[str, bytes]) -> bytes:
    packed = zipped({f"QQQQ{suffix}": data for suffix, data in parts.items()})
    return packed.replace(b"QQQQ", "县界".encode("gbk"))


def _geopackages() -> list[Case]:
    data = geopackage()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    trigger = "CREATE TRIGGER evil AFTER INSERT ON county BEGIN DELETE FROM county; END"
    sql: Mapping[str, tuple[Sequence[str], str]] = {
        "触发器": ([trigger], "geopackage_trigger"),
        "视图": ([f"CREATE VIEW evil AS {endless}"], "geopackage_view"),
        "登记成图层的视图": (
            [f"CREATE VIEW evil AS {endless}", "UPDATE gpkg_contents SET table_name='evil'"],
            "geopackage_view",
        ),
        "目录是视图": (
            ["ALTER TABLE gpkg_contents RENAME TO c", f"CREATE VIEW gpkg_contents AS {endless}"],
            "geopackage_view",
        ),
        "虚拟表": (["CREATE VIRTUAL TABLE evil USING fts5(x)"], "geopackage_virtual_table"),
        "缺目录": (["DROP TABLE gpkg_contents"], "layer_broken"),
        "缺几何登记": (["DROP TABLE gpkg_geometry_columns"], "layer_broken"),
        "没有图层": (["DELETE FROM gpkg_contents", "DELETE FROM gpkg_geometry_columns"], "layer_unknown"),
        "图层是空的": (["DELETE FROM county"], "file_empty"),
    }  # fmt: skip
    files = {
        "只有头": (b"SQLite format 3\0" + b"\0" * 52 + b"GPKG" + b"\0" * 500, "layer_broken"),
        "截断一半": (data[: len(data) // 2], "layer_broken"),
        "截断一页": (data[:-4096], "layer_broken"),
        "中间是零": (data[:4096] + bytes(8192) + data[12288:], "layer_broken"),
        "页长为零": (data[:16] + b"\0\0" + data[18:], "layer_broken"),
    }
    geometry: Mapping[str, Callable[[], bytes]] = {
        "几何是胡话": lambda: changed("UPDATE county SET geom = randomblob(50) WHERE fid = 1"),
        "几何断了": lambda: changed("UPDATE county SET geom = substr(geom, 1, 60) WHERE fid = 1"),
        "几何是空值": lambda: changed("UPDATE county SET geom = NULL WHERE fid = 1"),
    }
    return [
        *(_boundary(f"GPKG {name}", changed(*statements), code) for name, (statements, code) in sql.items()),
        *(_boundary(f"GPKG {name}", made, code) for name, (made, code) in files.items()),
        *(_told(f"GPKG {name}", make(), ("geometry_missing", 1, "")) for name, make in geometry.items()),
        _told("GPKG 带高程", geopackage("Polygon Z"), ("heights_dropped", 0, "")),
        _told("GPKG 曲线", changed(f"UPDATE county SET geom = {_curve()} WHERE fid = 1")),
        _boundary("GPKG 没有所指图层", data, "layer_unknown", layer="别的"),
        Case("GPKG 当信访件", content(data), refused="table_expected"),
        Case("SHP 当信访件", content(_pack(shapefile())), refused="table_expected"),
    ]


def _curve() -> str:
    """Return a CURVEPOLYGON of one circular string as a blob of SQL."""
    points = [(120.1, 28.05), (120.15, 28.1), (120.2, 28.05), (120.15, 28.0), (120.1, 28.05)]
    ring = struct.pack("<BII", 1, 8, len(points)) + b"".join(struct.pack("<dd", *point) for point in points)
    wkb = struct.pack("<BII", 1, 10, 1) + ring
    return "x'" + (b"GP\0\x01" + struct.pack("<i", 4490) + wkb).hex() + "'"
