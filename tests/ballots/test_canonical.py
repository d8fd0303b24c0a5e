import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import canonical
from ballots.errors import NotCanonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_comes_back_from_its_bytes(value):
    assert canonical.read(canonical.write(value)) == value


def test_keys_are_sorted_letters_stay_letters_and_one_newline_ends_it():
    assert canonical.write({"ә": 1, "a": ("і", None)}) == '{"a":["і",null],"ә":1}\n'.encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"b":1,"a":2}\n', id="keys not sorted"),
        pytest.param(b'{"a": 1}\n', id="a space"),
        pytest.param(b'{"a":1}', id="no newline"),
        pytest.param(b'{"a":1}\n\n', id="two newlines"),
        pytest.param(b'{"a":1,"a":1}\n', id="a key twice"),
        pytest.param(b'"\\u0456"\n', id="an escaped letter"),
        pytest.param(b'"\\ud800"\n', id="half a letter"),
        pytest.param(b"1.0\n", id="a fraction"),
        pytest.param(b"NaN\n", id="not a number"),
        pytest.param(b"{\n", id="not JSON"),
        pytest.param(b"\xff\n", id="not UTF-8"),
        pytest.param("1\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"[" * 100_000, id="a tower"),
    ],
)
def test_any_other_spelling_is_refused(content):
    with pytest.raises(NotCanonical):
        canonical.read(content)


def test_the_hash_is_that_of_the_bytes():
    # printf '{}\n' | sha256sum
    assert canonical.sha256_hex({}) == "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
