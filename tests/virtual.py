"""An event loop whose time passes only when nothing is left to do: three days without a line take seconds."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Timers fire in their order, at once; work in threads (a call, a commit) is waited for and takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0
        self._in_threads = 0

    def time(self) -> float:
        return self._passed

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """As ever; counted until it ends."""
        future = super().run_in_executor(executor, func, *args)
        self._in_threads += 1
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _future: object) -> None:
        self._in_threads -= 1

    def _run_once(self) -> None:
        timers = self._scheduled  # type: ignore[attr-defined] # of asyncio.base_events
        if not self._ready and timers and not self._in_threads:  # type: ignore[attr-defined]
            self._passed = max(self._passed, timers[0].when())
        super()._run_once()  # type: ignore[misc]


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """asyncio.run, in time that passes by itself."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


class LoopClock:
    """The clock of a gateway in such a loop."""

    def __init__(self, began: datetime) -> None:
        self.began = began

    def __call__(self) -> datetime:
        return self.began + timedelta(seconds=asyncio.get_running_loop().time())
