"""Vocabulary: the words by which files name members of the domain's enumerations.

The first spelling of each member is the one of the screens (a test compares them with the locale files).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from grid.areas import Level
from grid.coverage import AssignmentKind
from grid.datums import Datum
from grid.geocoding.names import NameKind, Parity
from grid.listings import ListingState
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track

Member = TypeVar("Member", bound=StrEnum)


class Vocabulary(Generic[Member]):
    """Accepted spellings of one enumeration; its English values are accepted too."""

    def __init__(self, spellings: Mapping[Member, tuple[str, ...]]) -> None:
        self.spellings = spellings
        self._members = {word: member for member, words in spellings.items() for word in words}
        self._members |= {member.value.lower(): member for member in spellings}

    @property
    def allowed(self) -> str:
        """The first spelling of every member, for a finding's words."""
        return "、".join(words[0] for words in self.spellings.values())

    def find(self, word: str) -> Member | None:
        """Return the member that a word names, none for an unknown word."""
        return self._members.get(word) or self._members.get(word.lower().replace(" ", ""))

    def word(self, member: Member) -> str:
        """Return the first spelling of a member."""
        return self.spellings[member][0]


CHANNELS = Vocabulary(
    {
        Channel.LETTER: ("来信", "信件", "书信"),
        Channel.VISIT: ("来访", "走访", "接访"),
        Channel.ONLINE: ("网上", "网上信访", "网信", "网络"),
        Channel.CALL: ("来电", "电话", "12345", "热线"),
        Channel.AGENT: ("代办", "信访代办"),
        Channel.GRID: ("网格上报", "网格"),
    }
)
PURPOSES = Vocabulary(
    {
        Purpose.CLAIM: ("申诉求决", "求决", "申诉", "申诉求决类", "求决类"),
        Purpose.SUGGESTION: ("建议意见", "意见建议", "建议意见类", "意见建议类", "建议", "意见"),
        Purpose.ACCUSATION: (
            "检举控告", "检举控告类", "揭发控告", "揭发控告类", "检举", "控告", "举报", "检举揭发", "纪检类",
        ),
    }
)  # fmt: skip
CATEGORIES = Vocabulary(
    {
        Category.CONSTRUCTION: ("城乡建设", "城乡建设类", "住房和城乡建设", "住建"),
        Category.LABOUR: ("劳动和社会保障", "劳动社保", "人力资源和社会保障", "劳动保障"),
        Category.LAND: ("国土资源", "自然资源", "土地"),
        Category.RURAL: ("农村农业", "农业农村", "三农"),
        Category.ENVIRONMENT: ("环境保护", "生态环境", "环保"),
        Category.EDUCATION: ("教育文体", "教育", "教科文体"),
        Category.HEALTH: ("卫生健康", "卫健", "卫生计生", "医疗卫生"),
        Category.TRANSPORT: ("交通运输", "交通"),
        Category.CIVIL: ("民政", "民政事务"),
        Category.MARKET: ("市场监管", "市场监督", "市场监督管理"),
        Category.LEGAL: ("政法", "涉法涉诉", "政法(涉法涉诉)"),
        Category.OTHER: ("其他", "其它"),
    }
)
TRACKS = Vocabulary(
    {
        Track.ORDINARY: ("普通", "普通信访", "一般"),
        Track.LEGAL: ("涉法涉诉", "政法"),
        Track.SUGGESTION: ("建议意见", "意见建议"),
        Track.REVIEW: ("复查复核",),
    }
)
STAGES = Vocabulary(
    {
        Stage.REGISTERED: ("登记", "已登记", "待办"),
        Stage.FORWARDED: ("转送交办", "转送", "交办"),
        Stage.ACCEPTED: ("受理", "已受理", "受理告知"),
        Stage.HANDLING: ("办理", "办理中", "在办"),
        Stage.EXTENDED: ("延期", "延期办理"),
        Stage.REPLIED: ("答复送达", "答复", "已答复"),
        Stage.EVALUATED: ("评价", "已评价"),
        Stage.CLOSED: ("办结", "已办结"),
        Stage.REVIEW: ("复查",),
        Stage.RECHECK: ("复核",),
        Stage.TERMINATED: ("终结", "信访终结"),
    }
)
EVALUATIONS = Vocabulary(
    {
        Evaluation.SATISFIED: ("满意", "非常满意"),
        Evaluation.MOSTLY_SATISFIED: ("基本满意",),
        Evaluation.UNSATISFIED: ("不满意",),
    }
)
BACKLOG_TIERS = Vocabulary(
    {
        BacklogTier.NATION: ("国家", "国家级", "国家交办", "中央", "中央交办", "部级"),
        BacklogTier.PROVINCE: ("省", "省级", "省交办", "自治区", "自治区级"),
        BacklogTier.CITY: ("市", "市级", "市交办", "州", "州级"),
    }
)
ASSIGNMENT_KINDS = Vocabulary(
    {
        AssignmentKind.LEAD: ("包片", "主包", "牵头", "牵头包片"),
        AssignmentKind.CASE: ("包案", "领办"),
        AssignmentKind.LINKED: ("挂点", "挂联", "联系点"),
        AssignmentKind.HELPER: ("协助包片", "协助", "协包", "协助领导"),
    }
)
LISTING_STATES = Vocabulary(
    {
        ListingState.PROPOSED: ("拟挂牌",),
        ListingState.LISTED: ("已挂牌", "挂牌"),
        ListingState.RECTIFYING: ("整治中", "整改中"),
        ListingState.DELISTED: ("已摘牌", "摘牌"),
        ListingState.REJECTED: ("不予挂牌",),
    }
)
LEVELS = Vocabulary(
    {
        Level.CITY: ("市", "地市"),
        Level.COUNTY: ("县区", "县(市、区)", "县市区", "县", "区"),
        Level.TOWN: ("乡镇街道", "乡镇", "镇街", "镇", "乡", "街道"),
        Level.VILLAGE: ("村社区", "村", "社区", "村(社区)"),
        Level.GRID: ("网格",),
    }
)
DATUMS = Vocabulary(
    {
        Datum.CGCS2000: ("CGCS2000", "国家2000", "大地2000", "2000国家大地坐标系"),
        Datum.WGS84: ("WGS84", "WGS-84", "GPS"),
        Datum.GCJ02: ("GCJ02", "GCJ-02", "火星", "高德", "腾讯"),
        Datum.BD09: ("BD09", "BD-09", "百度"),
    }
)


class Repeat(StrEnum):
    """初重件: whether the source counts a matter as a first or a repeated submission."""

    FIRST = "first"
    REPEAT = "repeat"


REPEATS = Vocabulary(
    {Repeat.FIRST: ("初件", "初访", "初信初访", "初次"), Repeat.REPEAT: ("重件", "重访", "重复", "重信重访")}
)


ENTRY_KINDS = Vocabulary(
    {
        NameKind.ALIAS: ("别名", "曾用名", "旧名", "简称", "俗名"),
        NameKind.ROAD: ("道路", "街路", "路"),
        NameKind.ESTATE: ("小区", "住宅区"),
        NameKind.POI: ("兴趣点", "标志物", "单位"),
        NameKind.ADDRESS: ("标准地址", "门牌", "门牌地址"),
    }
)
PARITIES = Vocabulary({Parity.ALL: ("全部", "不分"), Parity.ODD: ("单", "单号"), Parity.EVEN: ("双", "双号")})
