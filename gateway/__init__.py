"""Everything that touches a network, a disk, a clock or a random number."""

from importlib.metadata import version

__version__ = version("dauys")
