"""A file system in memory that forgets what was not fsynced: `python -m tests.faults.forgetful MOUNTPOINT`.

What is written is seen at once and is durable only after fsync of the file; a name (created, renamed, removed) only after
fsync of its folder. Setting the extended attribute `user.cut` on the mount point is the power cut: `clean` keeps what is
durable; `torn:SEED` keeps besides, as a disk with a cache would, any of the newer writes, cut at sectors, and the oldest
of the newer changes of names, in their order, as a journal does. `user.settle` makes all durable.

`user.fail` breaks the disk: `OPERATIONS N ERRNO [on]`, as in `write,create 3 ENOSPC on`: the third of these fails, and with
`on` all after it, `any` stands for each operation that changes something; empty heals it. The attribute `user.calls` counts them all.

SQLite maps its -shm file into memory, which FUSE allows only with the page cache; all other files bypass it, so that
every read sees what would be there. The -shm file need not outlive anything: SQLite makes it anew.
"""

import errno
import random  # noqa: TID251 - seeded by the test, printed with its failure
import stat
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import mfusepy

SECTOR = 512
FOLDER = stat.S_IFDIR | 0o755
FILE = stat.S_IFREG | 0o600


@dataclass
class Node:
    """A file as it is seen, and as it lies on the disk."""

    mode: int
    seen: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    newer: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, data), or (size, None)

    def change(self, at: int, data: bytes | None) -> None:
        apply(self.seen, at, data)
        self.newer.append((at, data))

    def sync(self) -> None:
        for at, data in self.newer:
            apply(self.durable, at, data)
        self.newer.clear()

    def tear(self, chance: random.Random) -> None:
        for at, data in self.newer:
            if data is None:
                if chance.random() < 0.5:
                    apply(self.durable, at, None)
                continue
            kept = chance.choice((0.0, 0.5, 1.0))
            for start in range(0, len(data), SECTOR):
                if chance.random() < kept:
                    apply(self.durable, at + start, data[start : start + SECTOR])

    def lose(self) -> None:
        self.newer.clear()
        self.seen = bytearray(self.durable)


@dataclass
class Fails:
    """Which calls fail."""

    operations: tuple[str, ...] = ()
    left: int = 0
    errno: int = 0
    on: bool = False

    @classmethod
    def read(cls, rule: str) -> Self:
        if not rule:
            return cls()
        operations, nth, name, *on = rule.split()
        return cls(tuple(operations.split(",")), int(nth), getattr(errno, name), bool(on))

    def now(self, operation: str) -> bool:
        if operation not in self.operations and self.operations != ("any",):
            return False
        self.left -= 1
        return self.left == 0 or (self.on and self.left < 0)


def apply(to: bytearray, at: int, data: bytes | None) -> None:
    """Write, or without data cut to this size; a gap is zeros."""
    if len(to) < at:
        to.extend(bytes(at - len(to)))
    if data is None:
        del to[at:]
    else:
        to[at : at + len(data)] = data


class Forgetful(mfusepy.Operations):
    """Paths to nodes; changes of names wait in `renamed` until their folder is synced."""

    use_ns = True

    def __init__(self) -> None:
        self.names: dict[str, Node] = {"/": Node(FOLDER)}
        self.durable = dict(self.names)
        self.renamed: list[tuple[str, Node | None]] = []
        self.opened: dict[int, Node] = {}
        self._handles = 0
        self.calls: Counter[str] = Counter()
        self.fails = Fails()

    def _may_fail(self, operation: str) -> None:
        self.calls[operation] += 1
        if self.fails.now(operation):
            raise mfusepy.FuseOSError(self.fails.errno)

    # power

    def getxattr(self, path: str, name: str, position: int = 0) -> bytes:
        if name != "user.calls":
            raise mfusepy.FuseOSError(errno.ENODATA)
        return " ".join(f"{operation}={times}" for operation, times in self.calls.items()).encode()

    def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:
        if name == "user.settle":
            self.durable, self.renamed = dict(self.names), []
            for node in self.names.values():
                node.sync()
        elif name == "user.fail":
            self.fails = Fails.read(value.decode())
        elif name == "user.cut":
            how, _, seed = value.decode().partition(":")
            self._cut(random.Random(seed) if how == "torn" else None)
        else:
            raise mfusepy.FuseOSError(errno.ENOTSUP)
        return 0

    def _cut(self, chance: random.Random | None) -> None:
        nodes = {id(node): node for node in (*self.names.values(), *self.durable.values())}
        if chance is not None:
            for path, node in self.renamed[: chance.randint(0, len(self.renamed))]:
                put(self.durable, path, node)
            for node in nodes.values():
                node.tear(chance)
        for node in nodes.values():
            node.lose()
        self.names, self.renamed = dict(self.durable), []

    # names

    def _name(self, path: str, node: Node | None) -> None:
        put(self.names, path, node)
        self.renamed.append((path, node))

    def _node(self, path: str) -> Node:
        if path not in self.names:
            raise mfusepy.FuseOSError(errno.ENOENT)
        return self.names[path]

    def getattr(self, path: str, fh: Any = None) -> dict[str, Any]:
        node = self.opened[fh.fh] if fh and fh.fh in self.opened else self._node(path)
        return {"st_mode": node.mode, "st_size": len(node.seen), "st_nlink": 1}

    def readdir(self, path: str, fh: Any) -> list[str]:
        return [".", "..", *(name.rpartition("/")[2] for name in self.names if name != "/" and parent(name) == path)]

    def mkdir(self, path: str, mode: int) -> int:
        self._may_fail("mkdir")
        self._name(path, Node(stat.S_IFDIR | mode))
        return 0

    def rmdir(self, path: str) -> int:
        return self.unlink(path)

    def unlink(self, path: str) -> int:
        self._may_fail("unlink")
        self._node(path)
        self._name(path, None)
        return 0

    def rename(self, old: str, new: str) -> int:
        self._may_fail("rename")
        node = self._node(old)
        self._name(new, node)
        self._name(old, None)
        return 0

    def link(self, target: str, source: str) -> int:
        self._may_fail("link")
        self._name(target, self._node(source))
        return 0

    def chmod(self, path: str, mode: int) -> int:
        node = self._node(path)
        node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: Any) -> int:
        self._may_fail("fsyncdir")
        mine = [(name, node) for name, node in self.renamed if parent(name) == path]
        self.renamed = [(name, node) for name, node in self.renamed if parent(name) != path]
        for name, node in mine:
            put(self.durable, name, node)
        return 0

    # files

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._may_fail("create")
        self._name(path, Node(stat.S_IFREG | stat.S_IMODE(mode)))
        return self.open(path, fi)

    def open(self, path: str, fi: Any) -> int:
        node = self._node(path)
        self._handles += 1
        fi.fh = self._handles
        fi.direct_io = not path.endswith("-shm")
        self.opened[fi.fh] = node
        return 0

    def release(self, path: str, fh: Any) -> int:
        self.opened.pop(fh.fh, None)
        return 0

    def read(self, path: str, size: int, offset: int, fh: Any) -> bytes:
        return bytes(self.opened[fh.fh].seen[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: Any) -> int:
        self._may_fail("write")
        self.opened[fh.fh].change(offset, data)
        return len(data)

    def truncate(self, path: str, length: int, fh: Any = None) -> int:
        self._may_fail("truncate")
        node = self.opened[fh.fh] if fh and fh.fh in self.opened else self._node(path)
        node.change(length, None)
        return 0

    def fsync(self, path: str, datasync: int, fh: Any) -> int:
        self._may_fail("fsync")
        self.opened[fh.fh].sync()
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bfree": 1 << 20, "f_bavail": 1 << 20}


def put(names: dict[str, Node], path: str, node: Node | None) -> None:
    if node is None:
        names.pop(path, None)
    else:
        names[path] = node


def parent(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def main(mount: str) -> None:
    """Serve until it is unmounted."""
    at_once = {
        "attr_timeout": 0,
        "entry_timeout": 0,
        "negative_timeout": 0,
    }  # a cut changes all behind the kernel's back
    mfusepy.FUSE(Forgetful(), mount, raw_fi=True, foreground=True, nothreads=True, hard_remove=True, **at_once)


if __name__ == "__main__":
    main(sys.argv[1])
