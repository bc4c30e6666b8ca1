"""Names of persons in short texts, where words around them say that they are names.

A help only: no rule tells names from other words reliably. What nothing announces is not found.
"""

from __future__ import annotations

import re

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤应章俞柯阮洪翁詹季童庄娄毕楼鲍尤诸葛欧阳"
)
_ALSO_WORDS = "于向应方高何任余万孔白金石江段严毛武庄曾程"
"""Surnames that as often begin another word: a name only where a sign sets it off."""
_TWO_SIGNS = "欧阳|诸葛|上官|司马|东方|夏侯|皇甫|尉迟|公孙|慕容"
_PARTY = (
    r"(?:当事|信访|上访|来访|来信|来电|投诉|举报|控告|反映|申请|诉求|求助|报料|咨询|联系|委托|代理|负责)人"
    r"|户主|业主|房主|房东|租客|住户|村民|居民|老人|家属"
)
_NAMED = r"(?:姓名|名字|本名|真名|全名)[是为叫 ]{0,2}|(?:名叫|叫做|我叫|他叫|她叫|名为)"
_SIGN = r"(?:[:：]|是|叫|为|名叫|\()\s*"
_HAN = r"[\u4e00-\u9fff]"
_NAME = rf"(?:{_TWO_SIGNS}|[{SURNAMES}])(?:{_HAN}|某|[*＊×xX])"
_SURE_NAME = rf"(?:{_TWO_SIGNS}|(?![{_ALSO_WORDS}])[{SURNAMES}])(?:{_HAN}|某|[*＊×xX])"
_CALLED = (
    r"(?:某{1,2}(?![单部村社个人公小处地县市区镇路种些项])|[*＊×xX]{1,2}(?![A-Za-z0-9])"
    r"|先生|女士|小姐|大爷|大伯|大叔|大妈|大娘|大姐|大哥|阿姨|师傅|老汉|奶奶|爷爷|老太)"
)
_FIELDS = (
    r"(?:姓名|身份证|证件|手机|电话|联系方式|住址|家庭地址|居住地址|户籍|籍贯|生日|出生日期|年龄|性别|民族|职业|微信|QQ"
    r"|银行卡|车牌)(?:号码|号)?\s*[:：=]\s*\S"
)
_PATTERN = re.compile(
    rf"(?:{_NAMED})\s*(?:{_NAME})|(?:{_PARTY})\s*{_SIGN}(?:{_NAME})|(?:{_PARTY})\s*(?:{_SURE_NAME})"
    rf"|(?<![对男女双])(?:{_TWO_SIGNS}|[{SURNAMES}]){_CALLED}|{_FIELDS}",
    re.IGNORECASE,
)


def names_person(text: str) -> bool:
    """Return whether a text announces a person's name, calls somebody by one, or fills in a field of them."""
    return _PATTERN.search(text) is not None
