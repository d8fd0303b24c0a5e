"""No phone number reaches a log, however it is written and whoever logs it."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from gateway.logs import MASK, masked, set_up

SPELLINGS = {
    "E.164": "+77001234567",
    "digits": "77001234567",
    "national": "87001234567",
    "without the trunk": "7001234567",
    "printed": "8 (700) 123-45-67",
    "spaced": "+7 700 123 45 67",
    "dotted": "8.700.123.45.67",
    "no-break spaces": "+7\u00a0700\u00a0123\u00a045\u00a067",
    "double zero": "007 700 123-45-67",
    "in an address": "%2B77001234567",
    "in a form": "%2B7+700+123+45+67",
    "in an address, spaced": "%2B7%20%28700%29%20123-45-67",
    "Russian": "+79161234567",
    "German": "+49 151 12345678",
}
AROUND = ("{}", "from={}&text=3", "('{}',)", "call {}, please", '{{"to": "{}"}}', "b'{}'", "<{}>")
HARMLESS = (
    "2026-05-02T07:00:11.123456Z level=info event='A batch was mixed' poll=7 batch=12",
    "2026-07-07 17:17:07,777",
    "id=4611686018427387904 provider_id=ATXid_7001234567abcdef7001234567abcdef",
    "hash=77012345678901234567890123456789012345678901234567890123456789ab",
    "cost 4500000 of 77000000 at *384*44135#",
)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_phone_is_masked_in_any_spelling(spelling: str, around: str) -> None:
    assert masked(around.format(spelling)) == around.format(MASK)


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_phone_stays(line: str) -> None:
    assert masked(line) == line


PROGRAM = """
import logging, structlog
from gateway.logs import set_up
set_up()
log = structlog.get_logger("gateway.test")
log.info("An SMS from +77001234567", sender="8 700 123 45 67", many=["+77001234567"], number=77001234567,
         raw=b"+77001234567", nested={"to": ("87001234567",)})
try:
    raise ValueError("what +77001234567 sent")
except ValueError:
    log.exception("It failed")
    logging.getLogger("httpx").exception("It failed for %s", "+77001234567")
logging.getLogger("uvicorn.error").info("GET %s %s", "/hooks/kannel/x/sms?from=%2B77001234567", {"to": 77001234567})
logging.getLogger("broken").info("+77001234567 %d", "+77001234567")
print("only this")
"""


def test_everything_that_logs_goes_through_the_mask_to_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, check=True, encoding="utf-8"
    )

    assert done.stdout == "only this\n"
    assert done.stderr.count(MASK) == 11
    assert "700" not in done.stderr.replace("\\n", "\n")
    assert "ValueError: what <phone> sent" in done.stderr


def test_a_line_that_finds_no_room_breaks_nothing() -> None:
    tells = (
        "import structlog; from gateway.logs import set_up; set_up(); structlog.get_logger().error('full'); print('on')"
    )
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([sys.executable, "-c", tells], stdout=subprocess.PIPE, stderr=full, check=False)

    assert ran.stdout == b"on\n"


def test_loggers_that_were_used_before_follow_a_new_set_up() -> None:
    set_up()
    log = structlog.get_logger("used before")
    log.info("Cached now")
    set_up()

    with structlog.testing.capture_logs() as captured:
        log.info("Captured")

    assert [entry["event"] for entry in captured] == ["Captured"]


def test_libraries_are_written_after_a_set_up_while_lines_were_captured(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    with structlog.testing.capture_logs():
        set_up()

    logging.getLogger("uvicorn.error").warning("to %s", "+77010000001")

    line = capsys.readouterr().err
    assert line.endswith('level=warning event="to <phone>" logger=uvicorn.error\n')
