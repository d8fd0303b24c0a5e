"""A MariaDB server of a test module: a folder that comes and goes, a port of loopback, one user with a password."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from tests.gateways.kannel import listens, until
from tests.homes import skip_or_fail
from tests.servers import free_port

PROGRAMS = ("mariadbd", "mariadb-install-db", "mysql")
USER, PASSWORD = "dauys", "word"


class MariaDb:
    """What its clients need to know."""

    def __init__(self, folder: Path, port: int) -> None:
        self._port = port
        self._made = count(1)
        (folder / "my.cnf").write_text(
            f"[client]\nhost = 127.0.0.1\nport = {port}\nuser = {USER}\npassword = {PASSWORD}\n"
        )
        self.client = {"MYSQL_HOME": str(folder)}

    def database(self) -> str:
        """The URL of a new database."""
        name = f"d{next(self._made)}"
        self.admin(f"CREATE DATABASE {name} CHARACTER SET utf8mb4", f"GRANT ALL ON {name}.* TO '{USER}'@'%'")
        return f"mysql+pymysql://{USER}:{PASSWORD}@127.0.0.1:{self._port}/{name}"

    def admin(self, *statements: str) -> None:
        """As the one who may do everything."""
        engine = create_engine(f"mysql+pymysql://root@127.0.0.1:{self._port}/", poolclass=NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


@contextmanager
def mariadb_server() -> Iterator[MariaDb]:
    """A server in the zone of nobody here."""
    if not all(map(shutil.which, PROGRAMS)):
        skip_or_fail("MariaDB is missing. On Debian: apt-get install mariadb-server-core mariadb-client-core")
    folder, port = Path(tempfile.mkdtemp(prefix="dauys-my-")), free_port()  # its socket wants a short path
    places = ("--no-defaults", f"--datadir={folder / 'tables'}", *(("--user=root",) if os.geteuid() == 0 else ()))
    only = (f"--socket={folder / 'socket'}", f"--port={port}", "--bind-address=127.0.0.1")
    try:
        install = ("mariadb-install-db", *places, "--auth-root-authentication-method=normal", "--skip-test-db")
        subprocess.run(install, check=True, capture_output=True)
        command = ("mariadbd", *places, *only, "--default-time-zone=-05:00", "--innodb-buffer-pool-size=16M")
        with (folder / "log").open("wb") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        try:
            until(lambda: listens(port), "MariaDB listens")
            found = MariaDb(folder, port)
            found.admin(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'")
            yield found
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
