"""How a person works the website: with a pointer, with a keyboard alone, or by what a screen reader is given."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Way = Literal["pointer", "keyboard", "reader"]
WAYS: Final[tuple[Way, ...]] = ("pointer", "keyboard", "reader")
MOST_TABS: Final = 200
SHOWS_FOCUS: Final = """one => {
  for (let at = one, up = 0; at && up < 3; at = at.parentElement, up++) {
    const look = getComputedStyle(at), after = getComputedStyle(at, "::after");
    if (look.outlineStyle !== "none" || look.boxShadow !== "none" || after.outlineStyle !== "none") return true;
  }
  return false;
}"""


@dataclass
class Hands:
    """Works ``page`` in one ``way`` and counts the steps; a control is found by its role and name alone.

    A screen reader finds a control in the accessibility tree, where Playwright's roles are from, and activates it
    without a pointer: its position on the screen does not matter. The keyboard has to reach it by Tab.
    """

    page: "Page"
    way: Way
    steps: int = 0

    def find(self, role: str, name: str, within: "Locator | None" = None) -> "Locator":
        """The first control of this role whose name matches the regular expression ``name``."""
        place = within or self.page
        return place.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]

    def use(self, role: str, name: str, within: "Locator | None" = None) -> None:
        """Activate a control."""
        self.steps += 1
        target = self.find(role, name, within)
        target.wait_for()
        if self.way == "pointer":
            target.click()
        elif self.way == "keyboard":
            self._tab_to(target, name)
            self.page.keyboard.press("Enter" if role in ("link", "button") else "Space")
        else:
            target.evaluate("one => one.click()")

    def write(self, role: str, name: str, text: str) -> None:
        """Write ``text`` into a field and press Enter: one step."""
        self.steps += 1
        target = self.find(role, name)
        target.wait_for()
        if self.way == "keyboard":
            self._tab_to(target, name)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        else:
            target.fill(text)
        target.press("Enter")

    def choose(self, role: str, name: str, value: str) -> None:
        """Choose the option whose value is ``value``."""
        self.steps += 1
        target = self.find(role, name)
        if self.way == "keyboard":
            self._tab_to(target, name)
        target.select_option(value)

    def give(self, role: str, name: str, photo: Path) -> None:
        """Give the file that a button asks for."""
        with self.page.expect_file_chooser() as chooser:
            self.use(role, name)
        chooser.value.set_files(photo)

    def _tab_to(self, target: "Locator", name: str) -> None:
        for _ in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                assert target.evaluate(SHOWS_FOCUS), f"{name} shows no focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {name}")
