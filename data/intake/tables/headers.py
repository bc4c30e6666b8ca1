"""Headers: the names under which each kind of file may write its columns, Chinese first, English also."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from grid.findings import ImportKind

Headers = Mapping[str, tuple[str, ...]]

PETITIONS: Headers = {
    "matter_no": (
        "信访件编号",
        "信访编号",
        "编号",
        "件号",
        "登记编号",
        "工单号",
        "信访件号",
        "工单编号",
        "受理编号",
        "信访事项编号",
        "案件编号",
        "matter_no",
        "number",
        "id",
    ),
    "source": ("来源", "来源系统", "数据来源", "source"),
    "channel": (
        "信访形式",
        "形式",
        "信访方式",
        "信访渠道",
        "受理渠道",
        "渠道",
        "来件方式",
        "诉求渠道",
        "channel",
    ),
    "purpose": ("信访目的", "目的", "诉求类型", "目的类别", "purpose"),
    "category": (
        "内容分类",
        "问题类别",
        "内容类别",
        "分类",
        "问题分类",
        "所属领域",
        "诉求分类",
        "领域",
        "category",
    ),
    "track": ("办理轨道", "轨道", "办理类别", "track"),
    "stage": (
        "办理阶段",
        "办理状态",
        "阶段",
        "状态",
        "当前状态",
        "处理状态",
        "工单状态",
        "办理环节",
        "办理进度",
        "stage",
    ),
    "registered_on": (
        "登记日期",
        "登记时间",
        "信访日期",
        "来电时间",
        "收件日期",
        "来访日期",
        "来信日期",
        "registered_on",
        "registered",
        "date",
    ),
    "accepted_on": ("受理日期", "受理时间", "受理告知日期", "受理告知时间", "accepted_on", "accepted"),
    "extension_days": ("延期天数", "延期", "extension_days"),
    "replied_on": (
        "答复日期",
        "答复时间",
        "答复送达日期",
        "回复日期",
        "回复时间",
        "出具答复意见日期",
        "replied_on",
        "replied",
    ),
    "closed_on": ("办结日期", "办结时间", "结案日期", "结案时间", "办毕日期", "closed_on", "closed"),
    "repeat": ("初重件", "初重访", "初件重件", "初重信访", "初重复", "初重标识", "初次重复", "repeat"),
    "submissions": ("件次", "信访件次", "信访次数", "反映次数", "submissions"),
    "heads": ("人数", "信访人数", "人次", "来访人数", "涉及人数", "反映人数", "heads"),
    "backlog": ("积案", "是否积案", "积案标识", "backlog"),
    "evaluation": (
        "评价",
        "满意度",
        "满意度评价",
        "评价结果",
        "群众评价",
        "满意情况",
        "满意评价",
        "evaluation",
    ),
    "unit": (
        "责任单位",
        "办理单位",
        "承办单位",
        "主办单位",
        "承办部门",
        "责任部门",
        "主办部门",
        "处置部门",
        "有权处理单位",
        "unit",
    ),
    "address": (
        "问题属地",
        "问题发生地",
        "属地",
        "问题地址",
        "事发地址",
        "事发地点",
        "发生地点",
        "问题地点",
        "事发位置",
        "案发地址",
        "address",
    ),
    "lon": ("经度", "x坐标", "坐标x", "lon", "lng", "longitude", "x"),
    "lat": ("纬度", "y坐标", "坐标y", "lat", "latitude", "y"),
    "datum": ("坐标系", "坐标系统", "datum", "crs"),
    "area_code": ("区划代码", "属地代码", "行政区划代码", "属地区划代码", "区划编码", "area_code", "code"),
    "summary": (
        "摘要",
        "诉求内容",
        "信访事由",
        "主要诉求",
        "内容摘要",
        "概况",
        "概况信息",
        "反映内容",
        "主要内容",
        "summary",
    ),
}
GAZETTEER: Headers = {
    "name": ("名称", "地名", "name"),
    "kind": ("类型", "类别", "kind", "type"),
    "level": ("层级", "级别", "level"),
    "area_code": ("区划代码", "代码", "area_code", "code"),
    "number_from": ("号段起", "起始号", "number_from"),
    "number_to": ("号段止", "终止号", "number_to"),
    "parity": ("单双号", "parity"),
    "lon": ("经度", "lon", "lng", "longitude"),
    "lat": ("纬度", "lat", "latitude"),
    "datum": ("坐标系", "datum"),
    "geometry": ("几何", "wkt", "geometry", "geom"),
}
SERVICE_POINTS: Headers = {
    "county": ("县区", "县市区", "区县", "county"),
    "town": ("乡镇街道", "乡镇", "镇街", "town"),
    "station": ("代办站", "代办站名称", "station"),
    "station_hours": ("代办站服务时间", "代办站开放时间", "station_hours"),
    "village": ("村社区", "村", "社区", "village"),
    "area_code": ("区划代码", "村代码", "area_code", "code"),
    "point": ("代办点", "代办点名称", "point"),
    "lon": ("经度", "lon", "lng", "longitude"),
    "lat": ("纬度", "lat", "latitude"),
    "datum": ("坐标系", "datum"),
    "cadre": ("村干部", "村干部数", "村干部人数", "cadre", "cadres"),
    "grid_worker": ("网格员", "网格员数", "网格员人数", "grid_worker", "grid_workers"),
    "volunteer": ("志愿者", "志愿者数", "志愿者人数", "volunteer", "volunteers"),
    "handled": ("办理数", "代办数", "代办件数", "handled"),
    "resolved": ("化解数", "化解件数", "resolved"),
    "since": ("统计起", "统计起始", "since"),
    "until": ("统计止", "统计截止", "until"),
    "hours": ("服务时间", "开放时间", "代办点服务时间", "hours"),
    "last_handled_on": ("最近办理日期", "最近代办日期", "last_handled_on"),
}
COVERAGE: Headers = {
    "number": ("序号", "no", "number"),
    "leader": ("包片领导", "市领导", "包案领导", "责任领导", "领导", "leader"),
    "post": ("职务", "领导职务", "post"),
    "unit": ("责任单位", "包片单位", "责任县市区", "单位", "包片区域", "unit"),
    "cases": ("积案数", "积案件数", "件数", "信访积案数", "cases"),
    "remark": ("备注", "说明", "remark"),
}
LISTINGS: Headers = {
    "quarter": ("季度", "quarter"),
    "unit": ("单位", "责任单位", "挂牌单位", "unit"),
    "area_code": ("区划代码", "代码", "area_code", "code"),
    "level": ("层级", "级别", "level"),
    "state": ("状态", "挂牌状态", "state"),
    "rank": ("排名", "名次", "rank"),
    "score": ("得分", "分数", "score"),
    "reason": ("原因", "挂牌原因", "理由", "reason"),
    "listed_on": ("挂牌日期", "挂牌时间", "listed_on"),
    "approver": ("签批人", "审批人", "批准人", "approver"),
}
POPULATIONS: Headers = {
    "area_code": ("区划代码", "代码", "行政区划代码", "统计用区划代码", "地区代码", "area_code", "code"),
    "level": ("层级", "级别", "level"),
    "county": ("县区", "县市区", "区县", "county"),
    "town": ("乡镇街道", "乡镇", "镇街", "town"),
    "village": ("村社区", "村居", "村", "社区", "village"),
    "name": ("名称", "区划名称", "地区", "地区名称", "行政区划名称", "name"),
    "population": ("人口", "常住人口", "常住人口数", "人口数", "总人口", "人口总数", "population", "pop"),
    "as_of": ("统计日期", "截止日期", "时点", "普查时点", "统计时点", "数据日期", "as_of"),
}
BOUNDARIES: Headers = {
    "code": ("代码", "区划代码", "行政区划代码", "code", "adcode", "id"),
    "name": ("名称", "区划名称", "name", "mc", "xzqmc"),
    "parent_code": ("上级代码", "上级代", "parent_code", "parent_cod", "parent"),
    "population": ("人口", "常住人口", "population", "pop"),
    "kind": ("类型", "kind"),
    "code_system": ("代码体系", "代码体", "code_system", "code_syste"),
    "vintage": ("版本", "年份", "vintage"),
    "synthetic": ("演示", "synthetic"),
    "geometry": ("几何", "wkt", "geometry", "geom", "the_geom"),
}
BY_KIND: Mapping[ImportKind, Headers] = {
    ImportKind.PETITIONS: PETITIONS,
    ImportKind.GAZETTEER: GAZETTEER,
    ImportKind.SERVICE_POINTS: SERVICE_POINTS,
    ImportKind.COVERAGE: COVERAGE,
    ImportKind.LISTINGS: LISTINGS,
    ImportKind.BOUNDARIES: BOUNDARIES,
    ImportKind.POPULATIONS: POPULATIONS,
}
REQUIRED: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.PETITIONS: ("matter_no", "registered_on"),
    ImportKind.GAZETTEER: ("name", "kind", "area_code"),
    ImportKind.SERVICE_POINTS: ("point",),
    ImportKind.COVERAGE: ("leader", "unit", "cases"),
    ImportKind.LISTINGS: ("quarter", "unit", "state"),
    ImportKind.BOUNDARIES: (),
    ImportKind.POPULATIONS: ("population",),
}


@lru_cache(maxsize=4096)
def normal(header: object) -> str:
    """Return a header without spaces, marks and a unit in brackets, in lower case: 积案数（件） is 积案数."""
    text = unicodedata.normalize("NFKC", str(header or ""))
    text = re.sub(r"[\s*:：_\-]+", "", text)
    return re.sub(r"\([^)]*\)$", "", text).lower()


def field_of(header: object, headers: Headers) -> str | None:
    """Return the field that a header names, none for a header of no field."""
    name = normal(header)
    return next((field for field, names in headers.items() if name in map(normal, names)), None)
