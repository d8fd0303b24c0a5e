"""Who answers where the gateway and its hooks should."""

import os
from collections.abc import Iterator

import pytest

from gateway.app import Gateway, build
from gateway.home import Home, open_home
from tests.gateway.doctor.looking import BAD, NOW, OK, configure, of, sql
from tests.servers import HttpServer, free_port


def test_another_program_on_our_port_is_told_apart(home: Home, api: HttpServer) -> None:
    sql(home, "INSERT INTO gateway_state VALUES ('address', ?)", api.url)

    ((level, said),) = of(home.path, "gateway")
    assert (level, "another gateway or program" in said) == (BAD, True)


def test_a_proxy_that_leads_elsewhere_is_told(home: Home, api: HttpServer) -> None:
    configure(home, public_url=f'"{api.url}"')

    assert any(level is BAD and "does not lead to this gateway" in said for level, said in of(home.path, "hooks"))


@pytest.fixture
def served(home: Home) -> Iterator[str]:
    """The address of the real gateway of this home, in a thread."""
    from threading import Thread  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415 - only here

    mine = open_home(home.path, os.urandom)
    gateway: Gateway = build(mine, lambda: NOW)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(gateway, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    mine.close()


def test_a_served_home_is_reached_by_its_address_and_by_its_hooks(home: Home, served: str) -> None:
    sql(home, "INSERT INTO gateway_state VALUES ('address', ?)", served)
    configure(home, public_url=f'"{served}"')

    assert of(home.path, "gateway") == [(OK, f"the gateway answers on {served}")]
    assert of(home.path, "hooks") == [(OK, f"{served}/hooks/africastalking leads to this gateway")]
