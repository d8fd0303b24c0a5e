"""A QR code is drawn module by module, within its quiet border."""

import re

import pytest
import segno
from reportlab.platypus import Flowable

from gateway.printing.layout import Document, Part, pdf
from gateway.printing.qr import QUIET, QrCode, dialling, texting
from tests.gateway.printing.conftest import read


def drawn(content: str) -> list[list[bool]]:
    """The modules as the rectangles in the PDF have them, from the top, without the border."""

    def story() -> list[Flowable]:
        return [QrCode(content, 100)]

    stream = read(pdf(Document("t", "kk", (Part("", "", story),)))).pages[0].get_contents()
    assert stream is not None
    boxes = [
        list(map(float, found))
        for found in re.findall(r"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re f", stream.get_data().decode("latin-1"))
    ]
    side = len(segno.make(content, micro=False, error="m").matrix)
    module = 100 / (side + 2 * QUIET)
    grid = [[False] * side for _ in range(side)]
    for left, bottom, width, height in boxes:
        assert height == pytest.approx(module, abs=0.01)
        row = side - 1 - round(bottom / module - QUIET)
        start = round(left / module) - QUIET
        for at in range(start, start + round(width / module)):
            grid[row][at] = True
    return grid


@pytest.mark.parametrize(
    "content",
    [dialling("*384*44135#", 7, 127), texting("44135", "3"), "https://a.example/a/7?head=KY3D10C89HYPB6HF"],
    ids=["a dial string", "a text", "an address"],
)
def test_what_is_drawn_is_the_code(content: str) -> None:
    expected = [list(map(bool, row)) for row in segno.make(content, micro=False, error="m").matrix]

    assert drawn(content) == expected


def test_a_camera_is_told_what_to_dial() -> None:
    assert dialling("*384*44135#", 7, 3) == "tel:*384*44135*7*3%23"
    assert texting("44135", "3") == "SMSTO:44135:3"
