"""The unit that is printed is one that systemd takes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gateway.cli.commands import Dauys, ran
from tests.homes import skip_or_fail


def verified(unit: Path) -> str:
    """What systemd has to say about a unit; '' = nothing."""
    if shutil.which("systemd-analyze") is None:
        skip_or_fail("systemd-analyze is missing: apt-get install systemd")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60, check=False)
    return f"{done.returncode} {done.stderr}" if done.returncode or done.stderr else ""


def test_systemd_finds_nothing_wrong_with_the_unit(dauys: Dauys, tmp_path: Path) -> None:
    unit = tmp_path / "dauys.service"
    unit.write_text(dauys("systemd", "--user", "root").out, encoding="utf-8")

    assert verified(unit) == ""


def test_a_home_with_spaces_and_percent_signs_is_quoted(tmp_path: Path, sqlite_template: Path) -> None:
    home = tmp_path / "a 100% home"
    shutil.copytree(sqlite_template, home)
    told = ran("--home", home, "systemd", "--user", "root", "--writable", tmp_path).out
    (tmp_path / "dauys.service").write_text(told, encoding="utf-8")

    assert f'ReadWritePaths="{tmp_path}/a 100%% home" {tmp_path}\n' in told
    assert f'--home "{tmp_path}/a 100%% home" serve\n' in told
    assert verified(tmp_path / "dauys.service") == ""


def test_it_writes_into_its_home_only_and_is_watched(dauys: Dauys) -> None:
    lines = dauys("systemd").out.splitlines()
    home = next(line.split()[2] for line in lines if line.startswith("ExecStart="))

    assert {"User=dauys", "Type=notify", "NotifyAccess=main", "WatchdogSec=60"} <= set(lines)
    assert {"ProtectSystem=strict", "NoNewPrivileges=yes", f"ReadWritePaths={home}", "UMask=0077"} <= set(lines)


def test_the_folder_of_a_modem_s_database_may_be_written_to(dauys: Dauys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PROVIDERS__GAMMU__ENABLED", "true")
    monkeypatch.setenv("DAUYS_PROVIDERS__GAMMU__DATABASE", "sqlite:////var/spool/sms/sms.db")

    assert any(
        line.startswith("ReadWritePaths=") and line.endswith(" /var/spool/sms")
        for line in dauys("systemd").out.splitlines()
    )


def test_of_several_workers_each_may_speak(dauys: Dauys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_SERVER__WORKERS", "4")

    assert "NotifyAccess=all" in dauys("systemd").out


def test_a_folder_that_cannot_stand_in_a_unit_is_said(tmp_path: Path, sqlite_template: Path) -> None:
    home = tmp_path / 'a "quoted" home'
    shutil.copytree(sqlite_template, home)

    assert "cannot stand in a unit" in ran("--home", home, "systemd").err
