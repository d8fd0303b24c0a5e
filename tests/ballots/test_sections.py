import pytest

from ballots import sections
from ballots.errors import BadPabulib

PLAIN = """META
key;value
budget;100
max_length;1
PROJECTS
project_id;cost
A;60
B;50
VOTES
voter_id;vote
1;A
2;A,B
"""


def changed(*pairs):
    text = PLAIN
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def test_rows_carry_their_line_and_their_cells_by_name():
    rows = sections.read(changed(("B;50", '"B;\nb";50')))

    assert rows["PROJECTS"][1] == sections.Row(8, {"project_id": "B;\nb", "cost": "50"})
    assert rows["VOTES"][0] == sections.Row(12, {"voter_id": "1", "vote": "A"})


def test_a_spreadsheet_may_pad_rows_with_empty_cells():
    padded = "".join(f"{line};;;\n" for line in PLAIN.splitlines()).encode()

    assert sections.read(padded) == sections.read(PLAIN.encode())


def test_a_cell_is_quoted_only_where_it_must_be():
    assert sections.write([["META"], ['a;"b"', "c\rd", "e,f", ""]]) == b'META\n"a;""b""";"c\rd";e,f;\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "no section META", id="an empty file"),
        pytest.param(b"voter;1\n", "line 1: a .pb file begins with the line META", id="another file"),
        pytest.param(changed(("VOTES\n", "META\n")), "line 9: the section META stands twice", id="a section twice"),
        pytest.param(PLAIN.split("VOTES", maxsplit=1)[0].encode(), "no section VOTES", id="no votes section"),
        pytest.param(PLAIN.encode("utf-16"), "line 1: not UTF-8", id="UTF-16"),
        pytest.param(changed(("2;A,B", "2;A,B;x;y")), "line 12: more cells than the 2 columns", id="a stray semicolon"),
        pytest.param(changed(("A;60", '"A;60')), "line 7: a quote", id="a quote that is never closed"),
        pytest.param(PLAIN.encode() + b'3;"' + b"A" * 140_000, "line 13: field larger", id="a quote to the end"),
    ],
)
def test_a_file_that_is_no_pb_is_refused_with_its_line_and_what_to_do(content, message):
    with pytest.raises(BadPabulib) as refused:
        sections.read(content)

    assert message in str(refused.value)
