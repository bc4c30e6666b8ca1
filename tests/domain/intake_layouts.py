"""Tables laid out in many ways, as systems and hands write them, each with what its columns really are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from grid.findings import ImportKind

N = 60
PERSONAL, TEXT, NOTHING = "(personal)", "(text)", ""


@dataclass(frozen=True)
class Laid:
    """A table with the truth of each column: a field, or one of the three that are no field."""

    name: str
    kind: ImportKind
    rows: Sequence[Sequence[object]]
    truth: Sequence[str]
    header: tuple[int, int]
    """First and last header row, from 1."""


def _values(seed: int) -> dict[str, list[object]]:
    rng = Random(seed)
    start = date(2026, 1, 2)
    registered = [start + timedelta(rng.randrange(200)) for _ in range(N)]
    accepted = [day + timedelta(rng.randrange(1, 15)) for day in registered]
    replied = [day + timedelta(rng.randrange(15, 60)) if rng.random() < 0.7 else None for day in accepted]
    closed = [None if day is None else day + timedelta(rng.randrange(0, 9)) for day in replied]
    towns = ["青枫镇", "东山街道", "双石乡", "江口街道"]
    villages = ["溪口村", "上岙村", "枫林社区", "后塘村", "石桥社区", "大洋村"]
    place = [f"云岭区{rng.choice(towns)}{rng.choice(villages)}{rng.randrange(1, 99)}号" for _ in range(N)]
    said = [
        "反映村里道路积水，多次要求处理未果",
        "要求解决拖欠工资问题，涉及多人",
        "咨询宅基地审批，请有关部门答复",
    ]
    return {
        "serial": list(range(1, N + 1)),
        "matter_no": [f"XF2026{rng.randrange(10**6):06d}{i:03d}" for i in range(N)],
        "order_no": [f"2026{rng.randrange(1, 12):02d}{rng.randrange(1, 28):02d}{i:07d}" for i in range(N)],
        "channel": rng.choices(["来信", "来访", "网上", "来电"], k=N),
        "purpose": rng.choices(["申诉求决", "建议意见"], [9, 1], k=N),
        "category": rng.choices(["城乡建设", "劳动和社会保障", "农村农业", "环境保护", "交通运输"], k=N),
        "stage": rng.choices(["受理", "办理", "答复送达", "办结"], k=N),
        "repeat": rng.choices(["初件", "重件"], [4, 1], k=N),
        "evaluation": rng.choices(["满意", "基本满意", "不满意", None], k=N),
        "track": rng.choices(["普通", "涉法涉诉"], [9, 1], k=N),
        "registered_on": registered,
        "accepted_on": accepted,
        "replied_on": replied,
        "closed_on": closed,
        "heads": [rng.randrange(1, 9) for _ in range(N)],
        "submissions": [rng.randrange(1, 4) for _ in range(N)],
        "backlog": rng.choices(["是", "否"], [1, 8], k=N),
        "unit": rng.choices(["云岭区", "市住建局", "市人社局", "青枫镇", "东山街道"], k=N),
        "address": place,
        "lon": [round(120 + rng.random() / 3, 6) for _ in range(N)],
        "lat": [round(28 + rng.random() / 3, 6) for _ in range(N)],
        "area_code": [f"99010100{rng.randrange(1, 4)}{rng.randrange(1, 30):03d}" for _ in range(N)],
        "person": [
            rng.choice("王李张刘陈")
            + rng.choice("伟芳娜敏静")
            + rng.choice(
                "国华明",
            )
            for _ in range(N)
        ],
        "phone": [f"13{rng.randrange(10**9):09d}" for _ in range(N)],
        "id_card": [330102199003070000 + rng.randrange(9999) for _ in range(N)],
        "text": [f"{rng.choice(said)}，第{i}次反映，希望尽快得到回复。" for i in range(N)],
        "operator": rng.choices(["A01", "A02", "A03"], k=N),
    }


def _words(text: str) -> list[str | None]:
    """Return the words of a line; a dot for a blank cell."""
    return [None if word == "." else word for word in text.split()]


def _rows(values: dict[str, list[object]], names: Sequence[str]) -> list[list[object]]:
    return [[values[name][i] for name in names] for i in range(N)]


def _slashed(days: Sequence[object]) -> list[object]:
    return [f"{d.year}/{d.month}/{d.day} 09:{d.day:02d}" if isinstance(d, date) else d for d in days]


def _compact(days: Sequence[object]) -> list[object]:
    return [f"{d:%Y%m%d}" if isinstance(d, date) else d for d in days]


def standard_petitions() -> Laid:
    """The template of the import page, with a title and a note above and a total below."""
    names = [
        "matter_no", "channel", "purpose", "category", "track", "stage", "registered_on", "accepted_on",
        "replied_on", "closed_on", "repeat", "submissions", "heads", "backlog", "evaluation", "unit",
        "address", "lon", "lat", "area_code",
    ]  # fmt: skip
    head = _words(
        "信访件编号 信访形式 信访目的 内容分类 办理轨道 办理阶段 登记日期 受理日期 答复日期 "
        "办结日期 初重件 件次 人数 积案（是/否） 评价 责任单位 问题属地 经度 纬度 区划代码"
    )
    rows = [["枫溪市信访件一览（2026年）"], ["导出时间：2026-11-01"], head, *_rows(_values(1), names)]
    return Laid("standard", ImportKind.PETITIONS, rows, names, (3, 3))


def two_row_petitions() -> Laid:
    """A petition system's export: grouped headers over two rows, English abbreviations, people among it."""
    names = _words(
        "serial matter_no person id_card registered_on channel purpose address area_code unit "
        "accepted_on replied_on closed_on stage evaluation text heads"
    )
    upper = _words(
        "序号 信访件 信访人信息 . 登记信息 . . 问题属地信息 . 办理信息 . . . STATUS 满意度情况 "
        "主要诉求 HEAD_CNT"
    )
    lower = _words(
        ". 编号 姓名 证件号码 日期 信访形式 PURPOSE 详细地点 XZQHDM RESP_UNIT 受理日期 REPLY_DT "
        "CLOSE_DT . 评价 . ."
    )
    truth = [PERSONAL if name in {"person", "id_card"} else name for name in names]
    truth = [TEXT if name == "text" else NOTHING if name == "serial" else name for name in truth]
    rows = [["信访系统导出"], upper, lower, *_rows(_values(2), names)]
    return Laid("two-row", ImportKind.PETITIONS, rows, truth, (2, 3))


def hotline_petitions() -> Laid:
    """A 12345 hotline's work orders."""
    names = _words(
        "order_no registered_on person phone channel category purpose text address unit stage "
        "closed_on evaluation operator lon lat"
    )
    head = _words(
        "工单编号 来电时间 来电人 联系号码 诉求渠道 诉求分类 诉求类型 诉求内容 事发地址 主办单位 "
        "工单状态 办结时间 满意情况 坐席工号 经度(X) 纬度(Y)"
    )
    values = _values(3)
    values["registered_on"], values["closed_on"] = (
        _slashed(values["registered_on"]),
        _slashed(values["closed_on"]),
    )
    special = {"person": PERSONAL, "phone": PERSONAL, "text": TEXT, "operator": PERSONAL}
    truth = [special.get(name, "matter_no" if name == "order_no" else name) for name in names]
    rows = [head, *_rows(values, names)]
    return Laid("hotline", ImportKind.PETITIONS, rows, truth, (1, 1))


def legacy_petitions() -> Laid:
    """A dBase export: pinyin cut at ten bytes or to initials, days without marks, codes as numbers."""
    names = _words(
        "matter_no registered_on channel purpose category stage accepted_on replied_on closed_on "
        "address area_code unit heads submissions repeat evaluation person phone lon lat"
    )
    head = _words(
        "XFJBH DJRQ XFXS XINFANGMUD NRFL BLJD SHOULIRIQI DFRQ BANJIERIQI WTSD QHDM ZRDW RS JC CZJ "
        "MANYIDU XM LXDH JD WD"
    )
    values = _values(4)
    for name in ("registered_on", "accepted_on", "replied_on", "closed_on"):
        values[name] = _compact(values[name])
    values["area_code"] = [int(str(code)) for code in values["area_code"]]
    truth = [PERSONAL if name in {"person", "phone"} else name for name in names]
    return Laid("legacy", ImportKind.PETITIONS, [head, *_rows(values, names)], truth, (1, 1))


def hand_made_petitions() -> Laid:
    """A list kept by hand: odd headers, one column without any, notes above and a signature below."""
    names = _words(
        "serial matter_no registered_on channel purpose category address unit stage repeat "
        "evaluation heads closed_on person text"
    )
    head = _words(
        "序 信访件号码 哪天登记的 . 属于哪类目的 问题归类 事情发生在哪里 谁负责办 目前办到哪一步 "
        "初次还是重复 满意不满意 来了几人（人数） 结案日期 谁反映的 事情经过"
    )
    special = {"serial": NOTHING, "person": PERSONAL, "text": TEXT}
    rows = [
        ["2026年信访台账"], ["说明：本表由各镇街填报"], [], head, *_rows(_values(5), names),
        ["填表人：某某", None, "审核人：某某"],
    ]  # fmt: skip
    return Laid("hand-made", ImportKind.PETITIONS, rows, [special.get(n, n) for n in names], (4, 4))


PETITIONS = [
    standard_petitions(), two_row_petitions(), hotline_petitions(), legacy_petitions(), hand_made_petitions()
]  # fmt: skip


def _laid(name: str, kind: ImportKind, columns: dict[str, tuple[str, list[object]]], **more: object) -> Laid:
    """Return a table from its columns: truth and values by header."""
    above: list[list[object]] = more.get("above", [])  # type: ignore[assignment]
    size = len(next(iter(columns.values()))[1])
    body = [[values[i] for _, values in columns.values()] for i in range(size)]
    rows = [*above, list(columns), *body]
    at = len(above) + 1
    return Laid(name, kind, rows, [truth for truth, _ in columns.values()], (at, at))


def _others() -> list[Laid]:
    rng = Random(6)
    count = range(24)
    villages = [f"{a}{b}村" for a in "东西南北上下" for b in "溪岙塘桥"]
    towns = [["青枫镇", "东山街道"][i % 2] for i in count]
    codes = [f"990101001{i + 1:03d}" for i in count]
    numbers = [[rng.randrange(1, 9) for _ in count] for _ in range(6)]
    people = [rng.randrange(300, 9000) for _ in count]
    lons, lats = [round(120 + rng.random(), 5) for _ in count], [round(28 + rng.random(), 5) for _ in count]
    posts = ["市委书记", "市长", "副市长", "市委常委、宣传部部长", "市政协主席", "副市长"]
    units = ["云岭区", "临江区", "枫溪县", "石塘市", "市住建局", "市人社局"]
    return [
        _laid(
            "service-standard",
            ImportKind.SERVICE_POINTS,
            {
                "县区": ("county", ["云岭区"] * 24),
                "乡镇街道": ("town", towns),
                "代办站": ("station", [f"{t}代办站" for t in towns]),
                "村社区": ("village", villages),
                "区划代码": ("area_code", codes),
                "代办点": ("point", [f"{v}代办点" for v in villages]),
                "经度": ("lon", lons),
                "纬度": ("lat", lats),
                "村干部": ("cadre", numbers[0]),
                "网格员": ("grid_worker", numbers[1]),
                "志愿者": ("volunteer", numbers[2]),
                "办理数": ("handled", numbers[3]),
                "化解数": ("resolved", numbers[4]),
            },
        ),
        _laid(
            "service-odd",
            ImportKind.SERVICE_POINTS,
            {
                "序号": (NOTHING, list(count)),
                "所在镇街": ("town", towns),
                "所属村(社区)名": ("village", villages),
                "村级代办点名称": ("point", [f"{v}便民代办点" for v in villages]),
                "村代码": ("area_code", codes),
                "负责人": (
                    PERSONAL,
                    [f"王{c}明" for c in "伟芳娜敏静丽强磊军洋勇艳杰娟涛超霞平刚桂英华文辉"],
                ),
                "手机号码": (PERSONAL, [f"139{i:08d}" for i in count]),
                "网格员人数": ("grid_worker", numbers[1]),
                "今年代办件数": ("handled", numbers[3]),
                "已化解件数": ("resolved", numbers[4]),
                "JD": ("lon", lons),
                "WD": ("lat", lats),
            },
            above=[["代办点一览表"]],
        ),
        _laid(
            "gazetteer",
            ImportKind.GAZETTEER,
            {
                "地名名称": ("name", [f"{v[:2]}苑" for v in villages]),
                "地名类型": ("kind", ["小区", "道路", "别名", "兴趣点"] * 6),
                "XZQDM": ("area_code", codes),
                "起始号": ("number_from", numbers[0]),
                "终止号": ("number_to", numbers[1]),
                "X坐标经度": ("lon", lons),
                "Y坐标纬度": ("lat", lats),
                "单双": ("parity", ["单", "双", "全部"] * 8),
            },
        ),
        _laid(
            "coverage",
            ImportKind.COVERAGE,
            {
                "序号": ("number", list(range(1, 7))),
                "市领导": ("leader", ["张三", "李四", "王五", "赵六", "钱七", "孙八"]),
                "领导职务": ("post", posts),
                "包片区域（单位）": ("unit", units),
                "信访积案数（件）": ("cases", [44, 30, 21, 7, 8, 9]),
                "备注": ("remark", [None, "含开发区", None, None, None, None]),
            },
            above=[["枫溪市市领导包片化解信访积案安排表"], ["（共119件）"]],
        ),
        _laid(
            "travel-times",
            ImportKind.TRAVEL_TIMES,
            {
                "起点村代码": ("from_area", codes),
                "终点村代码": ("to_area", codes[1:] + codes[:1]),
                "耗时（分钟）": ("minutes", list(range(5, 29))),
            },
        ),
        _laid(
            "populations",
            ImportKind.POPULATIONS,
            {
                "统计用区划代码": ("area_code", codes),
                "行政区划名称": ("name", villages),
                "常住人口（人）": ("population", people),
                "普查时点": ("as_of", [date(2020, 11, 1)] * 24),
                "男性比例": (NOTHING, ["51.2%"] * 24),
            },
        ),
        _laid(
            "populations-short",
            ImportKind.POPULATIONS,
            {
                "DM": ("area_code", codes),
                "MC": ("name", villages),
                "CZRK": ("population", people),
                "TJRQ": ("as_of", ["20201101"] * 24),
            },
        ),
    ]


OTHERS = _others()
