"""Sentences as petitions have them, with identifiers planted, and with numbers that must stay."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from grid.personal.identifiers import IdentifierKind as Kind

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS = (110101, 310115, 330102, 331082, 420106, 440305, 510104, 620102)


def id_card(rng: Random) -> str:
    """A number with its check, in one of the ways in which people write it."""
    body = f"{rng.choice(_REGIONS)}{rng.randrange(1935, 2015)}"
    body += f"{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    body += f"{rng.randrange(1000):03d}"
    number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    return rng.choices([number, number.lower(), spaced, _full_width(number)], [8, 1, 1, 1])[0]


def old_id_card(rng: Random) -> str:
    """A number of fifteen digits, as issued before 1999."""
    return (
        f"{rng.choice(_REGIONS)}{rng.randrange(50, 84)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
        f"{rng.randrange(1000):03d}"
    )


def mobile(rng: Random) -> str:
    """A mobile number."""
    number = f"1{rng.randrange(30, 100)}{rng.randrange(10**8):08d}"
    spaced = [f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}"]
    return rng.choices(
        [number, f"+86 {number}", f"86{number}", *spaced, _full_width(number)], [9, 1, 1, 1, 1, 1]
    )[0]


def landline(rng: Random) -> str:
    """A number of the fixed network with its area's."""
    area = rng.choice(["0571", "0576", "010", "021", "0931"])
    number = f"{rng.randrange(2, 9)}{rng.randrange(10**7 if len(area) == 3 else 10**6):07d}"
    return rng.choice([f"{area}-{number}", f"({area}){number}", f"{area} {number}", f"{area}-{number}-802"])


def bank_card(rng: Random) -> str:
    """A card number with its check digit (ISO/IEC 7812-1)."""
    head = rng.choice(["622202", "621700", "622848", "436742", "955880", "520169"])
    size = 16 if head[0] in "45" else rng.choice([16, 19])
    body = head + "".join(str(rng.randrange(10)) for _ in range(size - len(head) - 1))
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body)))
    number = body + str(-total % 10)
    grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    return rng.choice([number, number, grouped])


def plate(rng: Random) -> str:
    """A number plate, of electric cars too."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("浙京沪苏粤川") + rng.choice(letters)
    tail = rng.choice(
        [
            f"{rng.randrange(10**5):05d}",
            f"D{rng.randrange(10**5):05d}",
            f"{rng.choice(letters)}{rng.randrange(10**4):04d}",
        ]
    )
    return head + rng.choice(["", "·", " "]) + tail


def email(rng: Random) -> str:
    """An address of mail."""
    name, host = rng.choice(["wang", "li.na", "zh_8"]), rng.choice(["qq.com", "163.com", "mail.example.cn"])
    return f"{name}{rng.randrange(10**4)}@{host}"


PLANTED: dict[Kind, tuple[Callable[[Random], str], tuple[str, ...]]] = {
    Kind.ID_CARD: (id_card, ("身份证号{}，", "（{}）", "本人{}，", "证件号码：{}。", "{}，", "，身份证{}，")),
    Kind.MOBILE: (mobile, ("电话{}，", "联系{}。", "手机：{}，", "（{}）", "{}，", "请打{}找我")),
    Kind.LANDLINE: (landline, ("电话{}，", "座机：{}。", "单位电话（{}）")),
    Kind.BANK_CARD: (bank_card, ("卡号{}，", "银行卡：{}。", "款打到{}，", "账号为{}，")),
    Kind.PLATE: (plate, ("车牌{}，", "有辆{}堵门，", "（{}）的货车")),
    Kind.EMAIL: (email, ("邮箱{}，", "请发{}。", "（{}）")),
}
OPENINGS = (
    "反映溪口村道路积水多年未修",
    "要求解决拖欠工资问题",
    "投诉工地夜间施工噪声",
    "咨询宅基地审批的进度",
    "来访人称垃圾站臭味扰民",
)
ENDINGS = ("请尽快答复。", "望有关部门处理。", "已多次反映。", "要求书面回复。")


def protected(rng: Random) -> str:
    """A number that is nobody's."""
    day = f"2026{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    region = rng.choice(_REGIONS)
    return rng.choice(
        [
            f"区划代码{region}{rng.randrange(1, 400):03d}{rng.randrange(1, 300):03d}",
            f"网格{region}{rng.randrange(1, 300):03d}{rng.randrange(1, 200):03d}{rng.randrange(1, 60):03d}",
            f"信访件XF{day}{rng.randrange(10**6):06d}",
            f"工单号{day}{rng.randrange(10**6):06d}",
            f"编号{region}{day}{rng.randrange(10**4):04d}",
            f"工单{day}{rng.randrange(10**9):09d}",
            f"{region // 100}信访〔2026〕{rng.randrange(1, 999)}号",
            f"受理编号{region}{rng.randrange(2018, 2027)}{day[4:]}{rng.randrange(10**4):04d}",
            f"流水号{rng.randrange(10**15, 10**18)}",
            f"GD{day}{rng.randrange(10**8):08d}",
            f"工单编号：DH{rng.randrange(13 * 10**9, 10**11)}",
            "拨打12345热线",
            "12345-1",
            f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            f"2026年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
            day,
            f"{rng.randrange(1, 9999999):,}元",
            f"合同款{rng.randrange(10**6, 10**8)}.50元",
            f"长安路{rng.randrange(1, 9999)}号{rng.randrange(1, 30)}幢{rng.randrange(100, 2600)}室",
            f"坐标{rng.uniform(118, 122):.10f}，{rng.uniform(27, 31):.10f}",
            f"（2026）浙0102民初{rng.randrange(1, 99999)}号",
            f"面积{rng.randrange(10, 9999)}.{rng.randrange(100)}平方米",
            f"地块编号{rng.randrange(10**7, 10**8)}",
            f"统一热线400{rng.randrange(10**6, 10**7)}"[:9],
        ]
    )


def _full_width(text: str) -> str:
    return text.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
