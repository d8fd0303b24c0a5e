"""Every transcript through a real Kannel: SMS over its fake SMSC, USSD over SMPP with a USSD centre."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dialogues import TRANSCRIPTS, read, show, village_of
from tests.gateway.laying import settled
from tests.gateway.playing import Laid, laid_in, opened, played
from tests.gateways.centre import Centre
from tests.gateways.kannel import Kannel, Operator, Ports
from tests.gateways.living import Door, Telecom
from tests.servers import free_port
from tests.villages import VILLAGES

pytestmark = pytest.mark.gateways


@dataclass(frozen=True, slots=True)
class Country:
    """What stands while transcripts come and go."""

    laid: Laid
    kannel: Kannel
    door: Door
    operator: Operator
    centre: Centre


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    folder, ports, ussd_port = tmp_path_factory.mktemp("country"), Ports.free(), free_port()
    door = Door()
    laid = laid_in(folder, settings(ports, door.url))
    try:
        with (
            Centre(ussd_port) as centre,
            Kannel(folder / "empty", folder / "kannel", ports, *link(ussd_port)) as kannel,
            Operator(ports.smsc) as operator,
        ):
            centre.wait_for_kannel()
            yield Country(laid, kannel, door, operator, centre)
    finally:
        door.close()


def settings(ports: Ports, url: str) -> dict[str, object]:
    return {
        "providers.kannel.enabled": True,
        "providers.kannel.sendsms_url": ports.sendsms_url,
        "providers.kannel.hooks_url": url,
    }


def link(port: int) -> tuple[object, ...]:
    return ("--ussd", "--host", "127.0.0.1", "--ussd-port", port)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_phones_read_through_kannel_what_the_transcript_says(path: Path, country: Country, tmp_path: Path) -> None:
    steps = read(path)
    village = VILLAGES[village_of(steps)]()
    shutil.copytree(country.laid(village_of(steps)), tmp_path / "home")
    home = settled(opened(tmp_path / "home", 2), village)
    telecom = Telecom(village, home, country.door, country.operator, country.centre)

    try:
        said, heard = played(steps, telecom)
        telecom.leave()
    finally:
        telecom.hang_up()
        home.close()

    assert show(said) == show(heard)
    assert set(country.door.statuses) == {200}
