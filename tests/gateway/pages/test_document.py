"""docs/open-data.md says what is there."""

import re

from starlette.testclient import TestClient

from gateway.open_data import PROPOSALS, ROLLUPS
from tests.tables import ROOT

DOCUMENT = (ROOT / "docs" / "open-data.md").read_text(encoding="utf-8")


def listed(name: str) -> dict[str, str]:
    """First cell -> second cell of a table in the document."""
    (inside,) = re.findall(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", DOCUMENT, flags=re.DOTALL)
    rows = [line.strip("| ").split(" | ") for line in inside.splitlines()[2:]]
    return {first.strip(): second.strip() for first, second in rows}


def test_the_document_lists_the_columns_of_the_files() -> None:
    told = listed("columns")

    assert told["`proposals.csv`, `results.csv`"] == " ".join(f"`{name}`" for name in PROPOSALS)
    assert told["`rollups.csv`"] == " ".join(f"`{name}`" for name in ROLLUPS)


def test_the_document_lists_the_addresses_as_the_api_describes_them(reader: TestClient) -> None:
    paths = reader.get("/openapi.json").json()["paths"]
    public = {f"`{path}`": of["get"]["summary"] for path, of in paths.items() if path.startswith(("/api/", "/feed"))}

    assert listed("addresses") == public
