"""Small cells of a table tell of single people: they are told together, so that none can be reckoned from the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

SMALL = 3  # people in a cell that is broken down no further


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as it may be shown: `told` and `other` add up to what there is."""

    told: Mapping[str, int]  # in the order of the table
    other: int  # the small ones together; 0 = there are none


def without_small(cells: Mapping[str, int], small: int = SMALL) -> Cells:
    """Cells from 1 to `small` - 1 go into `other`, with the next larger one where they would stand there alone."""
    filled = sorted((name for name in cells if cells[name]), key=lambda name: cells[name])
    hidden = [name for name in filled if cells[name] < small]
    if not hidden:
        return Cells(dict(cells), 0)
    for name in filled[len(hidden) :]:
        if len(hidden) > 1 and sum(map(cells.__getitem__, hidden)) >= small:
            break
        hidden.append(name)
    told = {name: count for name, count in cells.items() if name not in hidden}
    return Cells(told, sum(cells[name] for name in hidden))
