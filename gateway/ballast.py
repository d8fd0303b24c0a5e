"""A file to be deleted when the disk is full: votes are taken again at once, while somebody makes space."""

import os
import shutil
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

NAME = "ballast"
MIB = 1024 * 1024
ROOM = 4  # times its size must be free before it is laid: it must not take what votes need


def lay(home: Path, mebibytes: int) -> bool:
    """Make the file, unless it is there or the disk is short of space; whether it is there whole."""
    file, size = home / NAME, mebibytes * MIB
    if lies(home, mebibytes):
        return True
    if shutil.disk_usage(home).free < ROOM * size:
        log.warning(
            "The disk is short of space: there is no ballast to be deleted when it is full", needed_mib=mebibytes
        )
        return False
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)
    except OSError as error:
        file.unlink(missing_ok=True)
        log.warning("The ballast could not be laid", reason=error.strerror)
        return False
    log.info("Ballast is laid: delete this file when the disk is full", file=str(file), mib=mebibytes)
    return True


def lies(home: Path, mebibytes: int) -> bool:
    """Is it there, as large as the settings want it?"""
    file = home / NAME
    return not mebibytes or (file.exists() and file.stat().st_size >= mebibytes * MIB)
