"""One closed vote and its bulletin, made once; whoever changes it takes a copy."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ballots.bulletin.values import Bulletin
from ballots.model import Paper
from gateway.home import Home, open_home
from tests.bulletins import lived, press, published


@dataclass(frozen=True)
class Closed:
    """A closed vote, all that is known of it, and what is published."""

    home: Home
    paper: Paper
    whole: Bulletin
    files: dict[str, bytes]

    @property
    def key(self) -> Ed25519PrivateKey:
        """The gateway's own."""
        return self.home.keys.signing


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Closed]:
    """30 ballots in three batches of two days and the end."""
    folder = tmp_path_factory.mktemp("closed") / "home"
    shutil.copytree(sqlite_template, folder)
    home = open_home(folder, os.urandom)
    paper = lived(home)
    with home.store.reading() as tx:
        whole = press(home).whole(tx, paper.cycle)
    yield Closed(home, paper, whole, published(home, paper))
    home.close()
