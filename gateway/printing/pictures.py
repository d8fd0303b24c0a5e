"""Pictures of proposals that lie in a folder, for a poster that is printed from the command line."""

from pathlib import Path

from ballots.model import Paper
from gateway.errors import Unfit
from gateway.pictures import BadPicture, fit

KINDS = (".jpg", ".jpeg", ".png")


def pictures_in(folder: Path, paper: Paper) -> dict[int, bytes]:
    """Number -> JPEG, of files named 3.jpg, 12.png. Raises Unfit, which names the file and what to do."""
    found: dict[int, bytes] = {}
    for file in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        number = _number(file, paper)
        if number in found:
            raise Unfit(f"{file}: proposal {number} has another picture already; keep one of them")
        try:
            found[number] = fit(file.read_bytes()).jpeg
        except BadPicture as bad:
            raise Unfit(f"{file}: {bad}") from bad
    return found


def _number(file: Path, paper: Paper) -> int:
    stem = file.stem
    if file.suffix.lower() not in KINDS or not (stem.isascii() and stem.isdecimal()):
        raise Unfit(f"{file}: name a picture by its proposal's number, like 3.jpg or 12.png")
    if int(stem) not in paper.by_number:
        raise Unfit(f"{file}: there is no proposal {int(stem)} on this paper")
    return int(stem)
