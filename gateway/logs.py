"""Logs: sentences with named facts on standard error, phone numbers masked."""

import logging
import re
import sys
from contextlib import suppress
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

GAP = r"(?:[\s()./+-]|%20|%2[89BD])*"
START = r"(?:(?<![0-9A-Za-z])|(?<=%20)|(?<=%3D))"
END = r"(?![0-9A-Za-z])"
PHONE = re.compile(
    rf"{START}(?:(?:\+|%2B|00)?{GAP}7|8)?{GAP}7\d\d{GAP}\d{{3}}{GAP}\d\d{GAP}\d\d{END}"  # Kazakh, in any spelling
    rf"|(?:\+|%2B)(?:\d{GAP}){{9,14}}\d{END}"  # any country's, as E.164
)
MASK = "<phone>"


def masked(text: str) -> str:
    """The text without phone numbers, however they are written. A number that only looks like one goes, too."""
    return PHONE.sub(MASK, text)


def set_up() -> None:
    """Everything that logs, ours and libraries', goes through the mask to standard error."""
    structlog.configure(
        processors=PROCESSORS,
        logger_factory=_StandardError,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=(structlog.stdlib.add_logger_name,),
            processors=(ProcessorFormatter.remove_processors_meta, *STEPS),
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.raiseExceptions = False  # its complaint about a line that cannot be formatted goes past the mask
    for chatty in ("httpx", "apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _StandardError:
    """Writes lines to what standard error is now: a test, or a supervisor, may have replaced it since the start.

    A line that finds no room is lost: it often lies on the disk that it tells of, and a vote waits for its answer.
    """

    def __init__(self, *_names: object) -> None:
        pass

    def msg(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


def _mask(_logger: Any, _method: str, line: Any) -> str:
    """The last step: whatever stood in a list, a number or a traceback is text by now."""
    return masked(str(line))


STEPS: tuple[Any, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
    _mask,
)
"""From an event to its line, for our loggers and those of libraries."""

PROCESSORS: list[Any] = [*STEPS]
"""One list for all loggers, however often they are set up: a logger that was used before keeps the list it saw."""
