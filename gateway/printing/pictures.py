"""Pictures of proposals for the poster: read, made small, and without what a camera wrote beside them."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from ballots.model import Paper
from gateway.errors import Unfit

KINDS = (".jpg", ".jpeg", ".png")
MOST_PIXELS = 50_000_000
MOST_SIDE = 800  # pixels; on the poster a picture is 34 mm wide at most


def pictures_in(folder: Path, paper: Paper) -> dict[int, bytes]:
    """Number -> JPEG, of files named 3.jpg, 12.png. Raises Unfit, which names the file and what to do."""
    found: dict[int, bytes] = {}
    for file in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        number = _number(file, paper)
        if number in found:
            raise Unfit(f"{file}: proposal {number} has another picture already; keep one of them")
        found[number] = small(file.read_bytes(), str(file))
    return found


def small(content: bytes, name: str) -> bytes:
    """The picture as a JPEG of at most 800 pixels a side; place, time and camera are left out. Raises Unfit."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit(f"{name}: {picture.width} x {picture.height} points are too many; make the picture smaller")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for a broken file
        raise Unfit(f"{name}: this is no picture; save it as JPEG or PNG") from error
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    plain.save(out, "JPEG", quality=80)
    return out.getvalue()


def _number(file: Path, paper: Paper) -> int:
    stem = file.stem
    if file.suffix.lower() not in KINDS or not (stem.isascii() and stem.isdecimal()):
        raise Unfit(f"{file}: name a picture by its proposal's number, like 3.jpg or 12.png")
    if int(stem) not in paper.by_number:
        raise Unfit(f"{file}: there is no proposal {int(stem)} on this paper")
    return int(stem)
