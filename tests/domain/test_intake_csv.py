"""CSV as a stream: strict encodings, delimiters by evidence, faults with lines, memory that does not grow."""

import tracemalloc

import pytest

from data.intake.tables.csv_rows import LONGEST_LINE, find_encoding, open_rows
from grid.refusals import Refused

TEXT = "信访件编号,登记日期,责任单位\r\nA-1,2026-01-05,鿎山县\r\nA-2,2026-01-06,丙山县\r\n"


def put(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return path


def refused(tmp_path, content):
    with pytest.raises(Refused) as caught:
        list(open_rows(put(tmp_path, content)))
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_an_encoding_is_found_without_holding_the_text(tmp_path, written, found):
    assert find_encoding(put(tmp_path, TEXT.encode(written))) == found


def test_an_encoding_that_shows_only_at_the_end_counts_for_the_whole_file(tmp_path):
    lines = b"A-1,2026-01-05,x\n" * 100_000 + "A-2,2026-01-05,鿎山县\n".encode("gb18030")
    rows = list(open_rows(put(tmp_path, lines)))
    assert rows[-1][2] == "鿎山县"
    assert len(rows) == 100_001


def test_a_text_cut_in_a_character_is_not_read_as_another_encoding(tmp_path):
    whole = TEXT.encode()
    cut = whole[: whole.rindex("县".encode()) + 1]
    assert refused(tmp_path, cut) == ("encoding_broken", {"line": 3, "encoding": "UTF-8"})
    assert refused(tmp_path, "\ufeff县".encode()[:-1])[0] == "encoding_broken"
    assert refused(tmp_path, TEXT.encode("gb18030") + b"\xff\xff")[0] == "encoding_broken"
    assert refused(tmp_path, TEXT.encode("utf-16")[:-1])[0] == "encoding_broken"
    assert refused(tmp_path, b"\xff\xff,\xff")[0] == "encoding_unknown"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1;2,3,4\n5;6\n", [["a", "b"], ["1", "2,3,4"], ["5", "6"]]),
        ("一览，说明, 附注\na\tb\tc\n1\t2\t3\n", [["一览，说明, 附注"], ["a", "b", "c"], ["1", "2", "3"]]),
        ('sep=;\na;b\n"1;2";3\n', [["sep=", ""], ["a", "b"], ["1;2", "3"]]),
        ('a,b\n"x\ny",2\r\n', [["a", "b"], ["x\ny", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("单列\n1\n", [["单列"], ["1"]]),
    ],
)
def test_delimiters_are_found_by_the_first_rows(tmp_path, text, rows):
    assert [list(row) for row in open_rows(put(tmp_path, text.encode()))] == rows


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        (b'a,b\n"x,2\n3,4\n', "csv_broken", {"line": 3}),
        (b"a,b\n1,2\n3,\x004\n", "text_has_nul", {"line": 3}),
        (b"a,b\n" + b"x" * (LONGEST_LINE + 1), "csv_line_too_long", {"line": 2, "limit_mb": 16}),
        (b"a,b\n" + b"," * 1_000_000, "table_too_large", {"rows": 1_048_576, "columns": 300}),
        (b"a,b\n" + b'"x",' * 301, "table_too_large", {"rows": 1_048_576, "columns": 300}),
    ],
)
def test_faults_have_names_and_lines(tmp_path, content, code, facts):
    assert refused(tmp_path, content) == (code, facts)


def test_a_quoted_cell_may_hold_more_delimiters_than_a_table_has_columns(tmp_path):
    outline = ",".join(["120.1 29.1"] * 1000)
    rows = list(open_rows(put(tmp_path, f'名称,边界\n甲,"POLYGON(({outline}))"\n'.encode())))
    assert len(rows[1]) == 2


def test_memory_does_not_grow_with_the_rows(tmp_path):
    path = put(tmp_path, ("A-1,2026-01-05," + "县" * 40 + "\n").encode() * 100_000)
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 8 * 2**20
