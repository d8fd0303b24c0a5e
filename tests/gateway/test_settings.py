"""Settings come from config.toml and the environment; a mistake names file, key and what is allowed."""

import tomllib
from pathlib import Path

import pytest

from gateway.settings import BadSettings, Settings, load, render

ROOT = Path(__file__).resolve().parents[2]


def config(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_example_names_every_setting_with_its_default(tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    assert example == render()
    assert load(config(tmp_path, example)).model_dump() == Settings().model_dump()


def test_values_take_the_place_of_defaults(tmp_path: Path) -> None:
    secret = "s" * 32
    text = render({"providers.console.secret": secret, "providers.console.enabled": True, "server.port": 9000})
    found = load(config(tmp_path, text))

    assert (found.providers.console.secret, found.providers.console.enabled, found.server.port) == (secret, True, 9000)


@pytest.mark.parametrize("text", ['quote " and \\ backslash', "", "ә"])
def test_any_text_survives_the_file(text: str) -> None:
    assert tomllib.loads(render({"gateway.short_code": text}))["gateway"]["short_code"] == text


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_SERVER__PORT", "8081")

    assert load(config(tmp_path, "[server]\nport = 9000\nhost = '127.0.0.2'\n")).server.port == 8081
    assert load(tmp_path).server.host == "127.0.0.2"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[server]\nport = 70000\n", "server.port"),
        ("[server]\ncolour = 'blue'\n", "server.colour"),
        ("[gateway]\nlanguages = ['de']\n", "gateway.languages.0"),
        ("[gateway]\nlanguages = []\n", "gateway.languages"),
        ("[providers.console]\nsecret = 'short'\n", "providers.console.secret"),
        ("[nonsense]\n", "nonsense"),
        ("not toml", "config.toml"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load(config(tmp_path, text))

    assert f"{tmp_path / 'config.toml'}: " in str(refused.value)
    assert key in str(refused.value)
