"""Characters that a terminal can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.text import Text


@dataclass(frozen=True)
class Ink:
    """The signs of a view, and how other text gets onto the terminal. ``encoding`` is the terminal's."""

    encoding: str
    dot: str = "·"
    dash: str = "–"
    left: str = "←"

    @classmethod
    def of(cls, console: Console) -> Ink:
        """Return what the console can show: a terminal that is not UTF-8 gets plain ASCII signs."""
        encoding = console.encoding.lower()
        return cls(encoding) if encoding.startswith("utf") else cls(encoding, "-", "-", "<-")

    @property
    def overflow(self) -> Literal["ellipsis", "crop"]:
        """What becomes of text that is too long: rich's ellipsis is one character that is not ASCII."""
        return "ellipsis" if self.encoding.startswith("utf") else "crop"

    def text(self, text: str, style: str = "") -> Text:
        """Return a text on one line, as it stands; characters that the terminal does not have are replaced."""
        shown = text.encode(self.encoding, "replace").decode(self.encoding)
        return Text(shown, style=style, no_wrap=True, overflow=self.overflow)
