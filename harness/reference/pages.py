"""Which pages are generated, and by what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.analysis.predictors.page import page as predictors
from harness.cli.exit_code_page import page as exit_codes
from harness.reference.commands import commands
from harness.reference.components import components
from harness.reference.events import events
from harness.reference.hooks import hooks
from harness.reference.study_file import study_file
from harness.results.dictionary import dictionary

ROOT = Path(__file__).parents[2]
PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/study-file.md": study_file,
    "docs/reference/commands.md": commands,
    "docs/reference/hooks.md": hooks,
    "docs/reference/components.md": components,
    "docs/reference/tables.md": dictionary,
    "docs/reference/events.md": events,
    "docs/reference/exit-codes.md": exit_codes,
    "docs/explanation/predictors.md": predictors,
}


def write_pages(root: Path = ROOT) -> list[Path]:
    """Write every generated page anew and return those that have changed."""
    changed = []
    for name, page in PAGES.items():
        path, text = root / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
