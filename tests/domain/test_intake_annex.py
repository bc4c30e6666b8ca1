"""Leader cells of a coverage annex: read where they are certain, left alone where they are not."""

import pytest

from data.intake.annex import LeaderText, read_leader, stated_total


@pytest.mark.parametrize(
    ("cell", "post", "leader"),
    [
        ("张三", "", LeaderText("", "张三")),
        ("张　三", "", LeaderText("", "张三")),
        ("张 三", "市长", LeaderText("市长", "张三")),
        ("市委书记 张三", "", LeaderText("市委书记", "张三")),
        ("张三（市委副书记、市长）", "", LeaderText("市委副书记、市长", "张三")),
        ("张三\n市委常委、宣传部部长", "", LeaderText("市委常委、宣传部部长", "张三")),
        ("欧阳建国", "副市长", LeaderText("副市长", "欧阳建国")),
        ("阿不都·热合曼", "", LeaderText("", "阿不都·热合曼")),
        ("市委政法委书记", "", LeaderText("市委政法委书记", None)),
        ("", "市委政法委书记", LeaderText("市委政法委书记", None)),
        ("市政协主席", "", LeaderText("市政协主席", None)),
        ("市委书记张三", "", LeaderText("市委书记张三", None)),
    ],
)
def test_one_leader(cell, post, leader):
    assert read_leader(cell, post) == leader


@pytest.mark.parametrize("cell", ["", "  ", "张三、李四", "张三 李四", "待定（另行通知）123", "？"])
def test_no_leader_is_guessed(cell):
    assert read_leader(cell) is None


@pytest.mark.parametrize(
    ("texts", "total"),
    [
        (["枫溪市市领导包片化解信访积案安排表（共237件）"], 237),
        (["安排表", "注：共计 １２ 件"], 12),
        (["安排表（2026年）"], None),
        ([], None),
    ],
)
def test_the_total_that_a_title_states(texts, total):
    assert stated_total(texts) == total
