"""QR codes as flowables: squares drawn straight onto the page, so that they stay sharp at any size."""

from collections.abc import Iterator
from itertools import groupby

import segno
from reportlab.lib.colors import black
from reportlab.platypus import Flowable

QUIET = 4  # modules of white around (ISO/IEC 18004 section 6.3.8)


class QrCode(Flowable):
    """A square of `size` points, its white border within."""

    def __init__(self, content: str, size: float) -> None:
        super().__init__()
        self.rows = tuple(tuple(map(bool, row)) for row in segno.make(content, micro=False, error="m").matrix)
        self.width = self.height = size

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - reportlab's names
        """Always the same."""
        return self.width, self.height

    def draw(self) -> None:
        """One rectangle per run of dark modules."""
        module = self.width / (len(self.rows) + 2 * QUIET)
        self.canv.setFillColor(black)
        for down, row in enumerate(self.rows):
            for start, length in _runs(row):
                left, bottom = (QUIET + start) * module, self.height - (QUIET + down + 1) * module
                self.canv.rect(left, bottom, length * module, module, stroke=0, fill=1)


def dialling(service_code: str, *parts: int) -> str:
    """`tel:*384*44135*7*3%23`: a camera that reads it offers to dial. RFC 3966 knows no #, hence its escape."""
    return "tel:" + "*".join([service_code.rstrip("#"), *map(str, parts)]) + "%23"


def texting(short_code: str, text: str) -> str:
    """`SMSTO:44135:3`: a camera that reads it offers to send."""
    return f"SMSTO:{short_code}:{text}"


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    at = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield at, length
        at += length
