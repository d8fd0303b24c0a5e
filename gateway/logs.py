"""Logs: sentences with named facts on standard error, phone numbers masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

GAP = r"[\s()-]*"
PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:(?:\+|%2B|00)?7|8){GAP}7\d\d{GAP}\d{{3}}{GAP}\d\d{GAP}\d\d(?![0-9A-Za-z])")
MASK = "<phone>"


def masked(text: str) -> str:
    """The text without phone numbers, however they are written."""
    return PHONE.sub(MASK, text)


def set_up() -> None:
    """Everything that logs, ours and libraries', goes through the mask to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _MaskedFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: masked(value) if isinstance(value, str) else value for key, value in event.items()}
