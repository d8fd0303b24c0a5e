"""What nobody foresaw is told with a number that the log has, too; no address and no reason leaves."""

import re

from starlette.testclient import TestClient
from structlog.testing import capture_logs

from gateway.home import Home
from tests.gateway.pages.conftest import AT, asked_of, serving


def test_a_crash_is_told_with_its_number_in_three_languages(home: Home) -> None:
    app = serving(asked_of(home, lambda: AT))

    @app.get("/crash/{secret}")
    def crash(secret: str) -> None:
        raise RuntimeError(secret)

    with TestClient(app, raise_server_exceptions=False) as browser, capture_logs() as logs:
        answer = browser.get("/crash/abcdef0123")
    number = re.findall(r"номер: (\w+)", answer.text)[0]

    assert answer.status_code == 500
    assert answer.text.count(number) == 3
    assert "abcdef0123" not in answer.text + str(logs)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert [(line["number"], line["error"]) for line in logs] == [(number, "RuntimeError")]
