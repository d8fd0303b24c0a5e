"""The ballast takes real space, is laid once, and never takes the space that votes need."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from gateway import ballast


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_it_takes_real_space_and_is_laid_once(tmp_path: Path) -> None:
    assert not ballast.lies(tmp_path, 2)
    with structlog.testing.capture_logs() as logs:
        assert ballast.lay(tmp_path, 2)
        assert ballast.lay(tmp_path, 2)
    laid = (tmp_path / ballast.NAME).stat()

    assert ballast.lies(tmp_path, 2)
    assert laid.st_size == 2 * ballast.MIB
    assert laid.st_blocks * 512 >= 2 * ballast.MIB
    assert laid.st_mode & 0o777 == 0o600
    assert len(logs) == 1


def test_a_larger_one_is_wanted_later(tmp_path: Path) -> None:
    ballast.lay(tmp_path, 1)

    assert not ballast.lies(tmp_path, 2)
    assert ballast.lay(tmp_path, 2)


def test_none_is_wanted(tmp_path: Path) -> None:
    assert ballast.lay(tmp_path, 0)
    assert not (tmp_path / ballast.NAME).exists()


def test_a_disk_that_is_short_keeps_its_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 90, 7 * ballast.MIB))
    with structlog.testing.capture_logs() as logs:
        assert not ballast.lay(tmp_path, 2)

    assert logs[0]["log_level"] == "warning"
    assert not (tmp_path / ballast.NAME).exists()
