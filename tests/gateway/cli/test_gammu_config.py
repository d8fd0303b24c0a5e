"""`dauys gammu-config`, and a gateway whose modem cannot be reached."""

from pathlib import Path

import pytest

from tests.gateway.cli.commands import Dauys
from tests.gateway.test_modems import read


def test_the_command_prints_it_alone(dauys: Dauys, tmp_path: Path) -> None:
    real, dummy = dauys("gammu-config", "--device", "/dev/ttyUSB2"), dauys("gammu-config", "--dummy", tmp_path / "sim")

    assert read(real.out)["gammu"]["device"] == "/dev/ttyUSB2"
    assert read(dummy.out)["gammu"] | {"logformat": ""} == {
        "device": str(tmp_path / "sim"),
        "connection": "none",
        "model": "dummy",
        "logformat": "",
    }
    assert (real.err, dummy.err) == ("", "")


def test_a_gateway_whose_modem_cannot_be_reached_at_all_says_so(dauys: Dauys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PROVIDERS__GAMMU__ENABLED", "true")
    monkeypatch.setenv("DAUYS_PROVIDERS__GAMMU__DATABASE", "nosuch://host/name")

    assert "providers.gammu.database" in dauys("serve", code=1).err


def test_a_modem_has_no_hooks_to_be_told_of(dauys: Dauys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PROVIDERS__GAMMU__ENABLED", "true")

    assert set(dauys("info", "--json").json["hooks"]) == {"africastalking", "console"}
