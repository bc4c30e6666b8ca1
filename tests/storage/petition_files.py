"""Files of matters as the tests write them, and what became of them."""

from __future__ import annotations

from sqlalchemy import text

from grid.findings import ImportKind, Severity
from tests.storage.written_audit import audit_rows

PETITIONS = ImportKind.PETITIONS
FULL = [
    "信访件编号",
    "信访形式",
    "信访目的",
    "内容分类",
    "办理轨道",
    "办理阶段",
    "登记日期",
    "受理日期",
    "延期天数",
    "答复日期",
    "办结日期",
    "初重件",
    "件次",
    "人数",
    "积案",
    "评价",
    "责任单位",
    "问题属地",
    "经度",
    "纬度",
    "坐标系",
    "区划代码",
    "收到日期",
    "转送交办日期",
    "单位收到日期",
    "受理告知日期",
    "延期日期",
    "延期批准人",
    "延期理由",
    "评价日期",
    "再次信访日期",
    "交办层级",
    "化解日期",
    "阅批日期",
]
ID_NUMBER, PHONE = "110101199003070038", "13800138000"


def line(matter_no: object, **said: object) -> list[object]:
    """Return a row of `FULL`: a claim at a point, but for what is said."""
    base = {
        "信访件编号": matter_no,
        "信访形式": "来信",
        "信访目的": "申诉求决",
        "内容分类": "城乡建设",
        "登记日期": "2026-01-05",
        "受理日期": "2026-01-10",
        "初重件": "初件",
        "件次": "1",
        "责任单位": "云岭县",
        "问题属地": "",
        "经度": "120.051",
        "纬度": "28.051",
        "坐标系": "CGCS2000",
    }
    return [(base | said).get(name, "") for name in FULL]


def rows(engine, statement, **facts):
    """Return the rows of a statement."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), facts)]


def kept(engine):
    """Return as one text all that the database keeps of an import, the audit's words included."""
    tables = [
        rows(engine, f"SELECT * FROM {table}") for table in ("petition", "import_batch", "import_finding")
    ]
    return str([*tables, [vars(row) for row in audit_rows(engine)]])


def refused(report):
    """Return the code by which each refused row was refused."""
    return {f.row: f.code for f in report.findings if f.severity is Severity.REFUSED}
