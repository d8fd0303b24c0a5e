"""A picture that a clerk hands in becomes a small JPEG for the poster; nothing else of the file is kept."""

import io
import warnings
from typing import Any

from gateway.errors import Unfit
from gateway.store.pictures import Picture

MOST_BYTES = 12 * 2**20
"""Of the file; a phone's photograph has three to eight MiB."""

MOST_PIXELS = 60_000_000
"""Of the file's picture: more is no photograph of a telephone."""

SIDE = 1000
"""Pixels of the longer side: 85 mm on paper at 300 dots an inch."""

QUALITY = 82
FORMATS = ("JPEG", "PNG")


class BadPicture(Unfit):
    """A file that becomes no picture."""


def fit(content: bytes) -> Picture:
    """The picture, upright, at most SIDE pixels, on white, without the place where and the phone with which it was
    taken. Raises BadPicture for what is no JPEG or PNG, or too large.
    """
    if len(content) > MOST_BYTES:
        raise BadPicture(f"the file has more than {MOST_BYTES >> 20} MiB: send a smaller picture", "picture_big")
    from PIL import Image, ImageOps  # noqa: PLC0415 - longer to import than most pages take to show

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise BadPicture(
                f"more than {MOST_PIXELS // 10**6} million pixels: send a smaller picture", "picture_pixels"
            )
        opened.draft("RGB", (SIDE, SIDE))
        small = ImageOps.exif_transpose(opened)
        small.thumbnail((SIDE, SIDE))
        return _written(_on_white(small, Image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture(
            "this is no JPEG or PNG picture, or it is damaged: send another one", "picture_unread"
        ) from error


def _on_white(picture: Any, image: Any) -> Any:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = image.new("RGBA", picture.size, "white")
        picture = image.alpha_composite(paper, picture)
    return picture.convert("RGB")


def _written(picture: Any) -> Picture:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, exif=b"")
    return Picture(picture.width, picture.height, out.getvalue())
