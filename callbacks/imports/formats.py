"""What a file of each kind looks like and what the page asks of it; a test compares it with the intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grid.areas import LEVELS, Level
from grid.datums import Datum
from grid.findings import ImportKind
from grid.matters import Purpose


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its header, one example, and whether a file without it is refused."""

    header: str
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A field of the form. ``choices`` are codes with words under the option's name; none for free text.

    A rare option stands under a fold; ``default`` is what an untouched field holds.
    """

    name: str
    choices: tuple[str, ...] = ()
    default: str = ""
    rare: bool = False


COLUMNS: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.BOUNDARIES: (
        Column("代码", "990101", required=True),
        Column("名称", "云岭区", required=True),
        Column("上级代码", "990100"),
        Column("人口", "412000"),
        Column("类型", "regular / functional"),
        Column("几何", "POLYGON((119.1 28.1, …))"),
    ),
    ImportKind.GAZETTEER: (
        Column("名称", "青枫苑", required=True),
        Column("类型", "别名 / 道路 / 小区 / 兴趣点 / 标准地址", required=True),
        Column("层级", "村社区"),
        Column("区划代码", "990101001001", required=True),
        Column("号段起", "1"),
        Column("号段止", "99"),
        Column("单双号", "全部 / 单 / 双"),
        Column("经度", "119.1234"),
        Column("纬度", "28.1234"),
        Column("坐标系", "CGCS2000"),
        Column("几何", "LINESTRING(119.1 28.1, …)"),
    ),
    ImportKind.PETITIONS: (
        Column("信访件编号", "XF2026-000123", required=True),
        Column("来源", "市信访系统"),
        Column("信访形式", "来访"),
        Column("信访目的", "申诉求决"),
        Column("内容分类", "城乡建设"),
        Column("办理轨道", "普通"),
        Column("办理阶段", "办理"),
        Column("收到日期", "2026-03-01"),
        Column("登记日期", "2026-03-02", required=True),
        Column("转送交办日期", "2026-03-05"),
        Column("单位收到日期", "2026-03-06"),
        Column("受理日期", "2026-03-10"),
        Column("受理告知日期", "2026-03-12"),
        Column("延期天数", "0 至 30"),
        Column("延期日期", "2026-05-06"),
        Column("延期批准人", "分管副区长"),
        Column("延期理由", "需委托鉴定"),
        Column("答复日期", "2026-04-20"),
        Column("评价日期", "2026-04-28"),
        Column("办结日期", "2026-05-06"),
        Column("再次信访日期", "2026-07-01"),
        Column("初重件", "初件 / 重件"),
        Column("件次", "1"),
        Column("人数", "1"),
        Column("积案", "是 / 否"),
        Column("交办层级", "国家 / 省 / 市"),
        Column("化解日期", "2026-08-15"),
        Column("阅批日期", "2026-03-04"),
        Column("评价", "满意"),
        Column("责任单位", "云岭区"),
        Column("问题属地", "云岭区青枫镇溪口村"),
        Column("经度", "119.1234"),
        Column("纬度", "28.1234"),
        Column("坐标系", "CGCS2000 / GCJ02"),
        Column("区划代码", "990101001001"),
    ),
    ImportKind.SERVICE_POINTS: (
        Column("县区", "云岭区"),
        Column("乡镇街道", "青枫镇"),
        Column("代办站", "青枫镇代办站"),
        Column("代办站服务时间", "工作日 8:30–17:00"),
        Column("村社区", "溪口村"),
        Column("区划代码", "990101001001"),
        Column("代办点", "溪口村代办点", required=True),
        Column("经度", "119.1234"),
        Column("纬度", "28.1234"),
        Column("坐标系", "CGCS2000"),
        Column("村干部", "1"),
        Column("网格员", "1"),
        Column("志愿者", "0"),
        Column("办理数", "3"),
        Column("化解数", "2"),
        Column("统计起", "2026-01-01"),
        Column("统计止", "2026-08-31"),
        Column("服务时间", "每周二、周四上午"),
        Column("最近办理日期", "2026-08-20"),
    ),
    ImportKind.COVERAGE: (
        Column("序号", "1"),
        Column("包片领导", "姓名，或只写职务", required=True),
        Column("职务", "市委常委"),
        Column("责任单位", "云岭区", required=True),
        Column("积案数（件）", "44", required=True),
        Column("备注", "—"),
    ),
    ImportKind.LISTINGS: (
        Column("季度", "2026Q3", required=True),
        Column("单位", "云岭区", required=True),
        Column("区划代码", "990101"),
        Column("层级", "县区"),
        Column("状态", "拟挂牌 / 已挂牌 / 整治中 / 已摘牌", required=True),
        Column("排名", "1"),
        Column("得分", "62.5"),
        Column("原因", "按期办结率低"),
        Column("挂牌日期", "2026-07-15"),
        Column("签批人", "市委政法委书记"),
    ),
    ImportKind.POPULATIONS: (
        Column("区划代码", "990101001"),
        Column("层级", "乡镇街道"),
        Column("县区", "云岭区"),
        Column("乡镇街道", "青枫镇"),
        Column("村社区", "溪口村"),
        Column("名称", "青枫镇"),
        Column("人口", "41200", required=True),
        Column("统计日期", "2025-12-31"),
    ),
    ImportKind.TRAVEL_TIMES: (
        Column("从", "990101001001", required=True),
        Column("到", "990101001002", required=True),
        Column("分钟", "25", required=True),
    ),
}

_SHEET = Option("sheet", rare=True)
OPTIONS: Mapping[ImportKind, tuple[Option, ...]] = {
    ImportKind.BOUNDARIES: (
        Option("level", choices=tuple(LEVELS), default=Level.COUNTY),
        Option("code_field", rare=True),
        Option("name_field", rare=True),
        Option("crs", rare=True),
        Option("layer", rare=True),
        Option("code_system", rare=True),
        Option("vintage", rare=True),
        Option("valid_from", rare=True),
    ),
    ImportKind.GAZETTEER: (_SHEET,),
    ImportKind.PETITIONS: (
        Option("source"),
        Option("purpose", choices=(Purpose.CLAIM, Purpose.SUGGESTION)),
        Option("datum", choices=tuple(Datum)),
        _SHEET,
    ),
    ImportKind.SERVICE_POINTS: (_SHEET,),
    ImportKind.COVERAGE: (Option("valid_from"), Option("name", rare=True), _SHEET),
    ImportKind.LISTINGS: (_SHEET,),
    ImportKind.POPULATIONS: (Option("as_of"), _SHEET),
    ImportKind.TRAVEL_TIMES: (_SHEET,),
}
"""The options of the intake that a person may set here."""
