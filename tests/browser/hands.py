"""How somebody works in a tab: with a mouse, or with the keys alone. What it costs is counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Locator

from gateway.pages.console.wording import texts
from tests.browser.tabs import Tab

MOST_TABS = 120  # presses of Tab until a control is reached: no page may have more
SEEN = (
    "one => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"
)


@dataclass
class Hand:
    """A hand on the mouse and the keys of one tab."""

    tab: Tab
    clicks: int = 0
    typed: int = 0
    pages: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.tab.page.on("domcontentloaded", self._turned)

    def _turned(self, _page: object) -> None:
        self.pages += 1

    def click(self, name: str, role: str = "button") -> None:
        """Press a button, or follow a link (role 'link'), by its words."""
        self._leave_by(self.tab.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]

    def follow(self, path: str) -> None:
        """Follow the link to this page below /console."""
        self._leave_by(self.tab.page.locator(f'a[href="/console{path}"]').first)

    def type(self, field: str, value: str) -> None:
        """Type into the field of this name."""
        self.typed += 1
        self._write(self.tab.page.locator(f'[name="{field}"]:visible'), value)

    def fill(self, **fields: str) -> None:
        """Type into several fields."""
        for name, value in fields.items():
            self.type(name, value)

    def choose(self, field: str, words: str) -> None:
        """Choose what a list calls so: one click opens it, another chooses."""
        self.clicks += 2
        self._select(self.tab.page.locator(f'[name="{field}"]'), words)

    def tick(self, field: str, value: str) -> None:
        """Make a mark."""
        self.clicks += 1
        self._mark(self.tab.page.locator(f'input[name="{field}"][value="{value}"]'))

    def hand_in(self, selector: str, file: Path) -> None:
        """Choose a file: one click opens the window, another chooses."""
        self.clicks += 2
        with self.tab.page.expect_file_chooser() as chooser:
            self._press(self.tab.page.locator(selector))
        chooser.value.set_files(file)

    def _leave_by(self, control: Locator) -> None:
        """To the next page, which is not wider than the window."""
        self.clicks += 1
        with self.tab.page.expect_navigation():
            self._press(control)
        assert self.tab.overhang == 0, self.tab.page.url

    def _press(self, control: Locator) -> None:
        control.click()

    def _write(self, control: Locator, value: str) -> None:
        control.fill(value)

    def _select(self, control: Locator, words: str) -> None:
        control.select_option(label=words)

    def _mark(self, control: Locator) -> None:
        control.check()


class Keys(Hand):
    """Without a mouse: everything is reached by Tab, and what has the focus is seen."""

    def _press(self, control: Locator) -> None:
        self._reach(control)
        self.tab.page.keyboard.press("Enter")

    def _write(self, control: Locator, value: str) -> None:
        self._reach(control)
        keys = self.tab.page.keyboard
        if control.get_attribute("type") == "datetime-local":
            self._write_moment(datetime.fromisoformat(value))
        else:
            keys.press("Control+a")
            keys.type(value)
        assert control.input_value() == value

    def _write_moment(self, at: datetime) -> None:
        """Part by part, as the browser of these tests shows them: month, day, year, hour, minute, half of the day."""
        keys = self.tab.page.keyboard
        keys.type(f"{at:%m%d%Y}")
        keys.press("Tab")
        keys.type(f"{at:%I%M%p}")

    def _select(self, control: Locator, words: str) -> None:
        self._reach(control)
        self.tab.page.keyboard.press("Home")
        for _ in control.locator("option").all():
            if control.locator("option:checked").inner_text() == words:
                return
            self.tab.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{words} is not in the list")

    def _mark(self, control: Locator) -> None:
        self._reach(control)
        self.tab.page.keyboard.press("Space")
        assert control.is_checked()

    def _reach(self, control: Locator) -> None:
        for _ in range(MOST_TABS):
            if control.evaluate("one => document.activeElement === one"):
                assert control.evaluate(SEEN), f"the focus is not seen: {control}"
                return
            self.tab.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {control}")


def says(language: str, file: str) -> Callable[..., str]:
    """The console's own sentences, as buttons are called."""
    known = {**texts(language, "common"), **texts(language, file)}
    return lambda name, **facts: str(known[name]).format_map(facts)
