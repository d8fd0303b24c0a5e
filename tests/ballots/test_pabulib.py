import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import pabulib
from ballots.errors import BadPabulib
from ballots.pabulib import Election, Project, Vote
from tests.elections import SMALL

SMALL_FILE = SMALL.read_bytes()

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


def remarks(content):
    return [(remark.line, remark.text) for remark in pabulib.read(content).remarks]


def test_a_file_is_read_whatever_the_order_of_its_columns():
    election = pabulib.read(SMALL_FILE)

    assert election.budget == 1_000_000
    assert election.meta["unit"] == "Қарағайлы"
    assert [project.project_id for project in election.projects] == ["SU.1", "SHATYR", "ZHOL", "JARYQ", "BAQ"]
    assert election.projects[1].name == "Мектеп шатыры; жаңа"
    assert election.projects[4].name == '«Достық» саябағы, "орталық"'
    assert [project.selected for project in election.projects] == [True, False, True, True, False]
    assert election.votes[6] == Vote("7", ("SHATYR", "JARYQ", "SU.1"), {"age": "18"})
    assert election.votes[8].project_ids == ()


def test_a_ballot_that_repeats_a_project_takes_it_once_and_the_rest_is_only_reported():
    election = pabulib.read(SMALL_FILE)

    assert election.votes[5].project_ids == ("SU.1", "ZHOL")
    assert remarks(SMALL_FILE) == [
        (29, "the ballot of 6 repeats a project, which is taken once"),
        (31, "the ballot of 8 names 4 projects, more than max_length 3"),
        (32, "the ballot of 9 names 0 projects, fewer than min_length 1"),
    ]
    assert len(election.votes[7].project_ids) == 4


def test_writing_and_reading_gives_the_same_election():
    election = pabulib.read(SMALL_FILE)

    assert pabulib.read(pabulib.write(election)) == election


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8).filter(
    lambda name: name not in {"META", "PROJECTS", "VOTES"}  # alone in a row they begin a section: so is the format
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(';",\r\n'), max_size=12).map(str.strip)
ID = NAME.filter(lambda name: "," not in name)
COLUMNS = st.lists(NAME.filter(lambda name: name not in {"project_id", "cost", "voter_id", "vote"}), unique=True)


@st.composite
def elections(draw):
    columns = draw(COLUMNS)
    fields = st.fixed_dictionaries(dict.fromkeys(columns, TEXT))
    ids = draw(st.lists(ID, min_size=1, max_size=5, unique=True))
    meta = draw(st.dictionaries(NAME, TEXT, max_size=3))
    votes = st.lists(st.sampled_from(ids), unique=True).map(tuple)
    return Election(
        {**meta, "budget": str(draw(st.integers(0)))},
        tuple(Project(name, draw(st.integers(0)), draw(fields)) for name in ids),
        tuple(Vote(draw(NAME), draw(votes), draw(fields)) for _ in range(draw(st.integers(0, 4)))),
    )


@given(elections().filter(lambda election: not election.meta.keys() & {"min_length", "max_length", "max_sum_cost"}))
def test_any_election_comes_back_from_its_file(election):
    # columns of a section without rows are not kept, for no value stands in them
    assert pabulib.read(pabulib.write(election)) == election


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_not_matter():
    content = b"\xef\xbb\xbf" + PLAIN.replace("PROJECTS", "\n;;\nPROJECTS ").replace("\n", "\r\n").encode()

    assert pabulib.read(content) == pabulib.read(PLAIN.encode())


def test_missing_cells_at_the_end_of_a_row_are_empty():
    election = pabulib.read(changed(("project_id;cost", "project_id;cost;name;selected"), ("A;60", "A;60;Су;2")))

    assert election.projects[1] == Project("B", 50, {"name": "", "selected": ""})
    assert election.projects[1].name == "B"
    assert [project.selected for project in election.projects] == [False, False]


def test_unknown_keys_and_columns_are_kept():
    election = pabulib.read(changed(("budget;100", "budget;100\ncolour;blue"), ("voter_id;vote", "voter_id;vote;sex")))

    assert election.meta["colour"] == "blue"
    assert election.votes[0].fields == {"sex": ""}


@pytest.mark.parametrize(
    ("pair", "remark"),
    [
        pytest.param(("max_length;1", "max_sum_cost;100"), (12, "the ballot of 2 costs 110, more than"), id="cost"),
        pytest.param(("max_length;1", "min_length;2"), (11, "the ballot of 1 names 1 projects, fewer"), id="too few"),
        pytest.param(("max_length;1", "max_length;1.0"), (12, "the ballot of 2 names 2 projects, more"), id="too many"),
        pytest.param(("2;A,B", "1;B"), (12, "the voter_id 1 stands twice"), id="a voter twice"),
        pytest.param(("A;60", "A;60.25"), (7, "the cost 60.25 of A is rounded up to 61"), id="a cost with a fraction"),
    ],
)
def test_what_is_odd_is_remarked_with_its_line(pair, remark):
    line, beginning = remark

    found = remarks(changed(pair))

    assert [(at, text.startswith(beginning)) for at, text in found if at == line] == [(line, True)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            changed(("project_id;cost", "id;cost")), "line 6: the header has no column project_id", id="header"
        ),
        pytest.param(
            changed(("project_id;cost", "project_id;cost;cost")), "line 6: a column stands twice", id="column"
        ),
        pytest.param(changed(("max_length;1", "budget;2")), "line 4: budget stands twice", id="a key twice"),
        pytest.param(changed(("budget;100", "money;100")), "META has no budget", id="no budget"),
        pytest.param(changed(("budget;100", "budget;1 000")), "line 3: budget is '1 000'; write it", id="budget"),
        pytest.param(changed(("budget;100", "budget;Infinity")), "line 3: budget is Infinity", id="endless"),
        pytest.param(changed(("A;60", "A;-60")), "line 7: cost is -60", id="a negative cost"),
        pytest.param(changed(("B;50", "A;50")), "line 8: the project_id A stands twice", id="a project twice"),
        pytest.param(changed(("B;50", ";50")), "line 8: a project_id must not be empty", id="an empty id"),
        pytest.param(changed(("B;50", '"B,C";50')), "must not hold a comma", id="a comma in an id"),
        pytest.param(changed(("A;60\nB;50\n", "")), "0 projects; a paper holds 1 to 127", id="no projects"),
        pytest.param(
            changed(("A;60", "A;60\n" + "\n".join(f"X{n};1" for n in range(126)))),
            "128 projects",
            id="too many projects",
        ),
        pytest.param(changed(("1;A", "1;C")), "line 11: the vote names 'C', which is not under PROJECTS", id="vote"),
        pytest.param(changed(("1;A", "1;A,")), "line 11: the vote names ''", id="a stray comma"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_what_to_do(content, message):
    with pytest.raises(BadPabulib) as refused:
        pabulib.read(content)

    assert message in str(refused.value)
