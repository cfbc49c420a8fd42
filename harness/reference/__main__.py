"""Writes all generated reference pages: ``python -m harness.reference``."""

from __future__ import annotations

from harness.reference.pages import PAGES, ROOT, write_pages

if __name__ == "__main__":
    changed = [str(path.relative_to(ROOT)) for path in write_pages()]
    print(f"{len(PAGES)} pages, changed: {', '.join(changed) or 'none'}")
