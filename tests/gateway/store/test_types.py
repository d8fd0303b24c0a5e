"""How values lie in the database."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.store.types import to_flat_json, to_json


@given(st.dictionaries(st.text(), st.text()))
def test_flat_json_is_what_the_library_writes(texts: dict[str, str]) -> None:
    in_order = dict(sorted(texts.items()))

    assert to_flat_json(in_order) == to_json(texts)
    assert json.loads(to_flat_json(texts)) == texts
