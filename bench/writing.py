"""How people write an address: mistyped, in traditional characters, with noise, inside a sentence."""

from __future__ import annotations

import unicodedata
from functools import cache
from random import Random

from pypinyin.pinyin_dict import pinyin_dict

ELSEWHERE = (
    *(
        "杭州市西湖区",
        "浙江省杭州市",
        "江西省上饶市广信区",
        "上海市浦东新区",
        "安徽省",
        "温州市",
        "宁波市鄞州区",
    ),
    *("栖州市南亭区", "云汀市", "贵州省毕节市", "福建福州市"),
)
_COMMON_CHARS = "的一是了我不人在有他这为之来以个中们到说国要就出会可也你对生能而子那得于着下自年过发后作里用"
_OTHER_CHARS = (
    "东西南北上下大小新石竹松梅桃柳桂云清白金玉龙凤马青黄平安和永福长高林泉溪河湖山岭桥塘坑坪湾岙田洋浦港沙"
    + _COMMON_CHARS
)
_SAME_SOUND = 40
_TRADITIONAL_PAIRS = """
业業 东東 临臨 云雲 体體 兰蘭 农農 凤鳳 刘劉 创創 务務 华華 卢盧 卫衛 双雙 叶葉 听聽
吴吳 园園 场場 坝壩 坞塢 学學 实實 宾賓 屿嶼 岗崗 岙嶴 岚嵐 岭嶺 庄莊 庐廬 库庫 张張
归歸 戏戲 旧舊 晖暉 机機 杨楊 枫楓 栎櫟 树樹 栖棲 桥橋 沧滄 涛濤 湾灣 滨濱 澜瀾 环環
码碼 砖磚 砚硯 简簡 粮糧 级級 绣繡 罗羅 苏蘇 范範 荆荊 荡蕩 莲蓮 萧蕭 谢謝 贸貿 赖賴
赵趙 车車 边邊 连連 远遠 郑鄭 里裡 钟鍾 银銀 锦錦 长長 阳陽 陈陳 颜顏 馆館 马馬 鸣鳴
鹤鶴 鹭鷺 黄黃 龙龍 县縣 区區 镇鎮 乡鄉 网網 号號 栋棟 楼樓 单單 组組 门門 广廣 许許
芦蘆 悦悅 岩巖 台臺 脚腳 设設 兴興 发發 会會
"""
_TRADITIONAL = {pair[0]: pair[1] for pair in _TRADITIONAL_PAIRS.split()}
_SENTENCES = (
    "反映{}道路破损问题，请求尽快处理。",
    "来电反映：{}有人违章搭建，影响通行",
    "关于{}拆迁补偿问题",
    "{}，长期拖欠工资",
    "市民称{}污水横流、夜间噪音扰民，希望有关部门核查",
    "投诉位于{}的饭店油烟",
    "问题发生地：{}",
    "其在{}购买的商品房延期交付，要求赔偿",
    "请尽快解决{}停水问题",
    "业主反映，{}物业不作为；多次投诉无果",
    "群众来信举报{}非法采砂",
    "{}的路灯坏了三个月",
)


def in_traditional(rng: Random, text: str) -> str:
    """Return a text in traditional characters."""
    return "".join(_TRADITIONAL.get(char, char) for char in text)


def with_noise(rng: Random, text: str) -> str:
    """Return a text with full-width digits, and with spaces and invisible characters strewn in."""
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(wide) + 1)
        wide = wide[:at] + rng.choice((" ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\t", "\n")) + wide[at:]
    return wide


def in_sentence(rng: Random, text: str) -> str:
    """Return a sentence around an address."""
    return rng.choice(_SENTENCES).format(text)


def with_homophone(rng: Random, text: str) -> str:
    """Return a text with one character replaced by one of the same sound."""
    at = _place(rng, text)
    alike = [other for other in _by_sound()[_toneless(text[at])] if other != text[at]]
    return text[:at] + rng.choice(alike or [text[at]]) + text[at + 1 :]


def with_other(rng: Random, text: str) -> str:
    """Return a text with one character replaced by any other."""
    at = _place(rng, text)
    return text[:at] + rng.choice(_OTHER_CHARS.replace(text[at], "")) + text[at + 1 :]


def with_dropped(rng: Random, text: str) -> str:
    """Return a text with one character left out."""
    at = _place(rng, text)
    return text[:at] + text[at + 1 :]


def with_transposed(rng: Random, text: str) -> str:
    """Return a text with two neighbours exchanged that differ."""
    places = [at for at in range(len(text) - 1) if text[at] != text[at + 1] and text[at + 1] > "\u3400"]
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _place(rng: Random, text: str) -> int:
    return rng.choice([at for at, char in enumerate(text) if char > "\u3400"])


@cache
def _by_sound() -> dict[str, list[str]]:
    """Characters of each syllable, those of the lowest codes only."""
    found: dict[str, list[str]] = {}
    for char in map(chr, range(0x4E00, 0x9FA6)):
        alike = found.setdefault(_toneless(char), [])
        if len(alike) < _SAME_SOUND:
            alike.append(char)
    return found


def _toneless(char: str) -> str:
    reading = pinyin_dict.get(ord(char), char).split(",")[0]
    return "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))
