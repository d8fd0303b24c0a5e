"""Fixtures and options that every folder of tests may use."""

import pytest

pytest_plugins = ["tests.homes", "tests.gateway.field"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-transcripts",
        action="store_true",
        help="write into tests/transcripts what we say now; what the phones do stays",
    )
    parser.addoption(
        "--pictures",
        action="store_true",
        help="write docs/images/console anew, from the browser tests",
    )
