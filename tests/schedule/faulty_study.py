"""The command line of the harness, with workers and a ledger that go wrong as the environment says."""

from __future__ import annotations

import os
import sys

import harness.schedule.directory as directory
import harness.schedule.executors as executors
from harness.cli.main import main
from harness.schedule.ledger import Ledger

executors.RUN_UNIT = "tests.schedule.faulty_work:run_faulty_unit"


class FullLedger(Ledger):
    """A ledger on a disk that has ``$PAGES`` pages left for it."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        if not options.get("read_only"):
            used = self._db.execute("PRAGMA page_count").fetchone()[0]
            self._db.execute(f"PRAGMA max_page_count = {used + int(os.environ['PAGES'])}")


if __name__ == "__main__":
    if "PAGES" in os.environ:
        directory.Ledger = FullLedger
    sys.exit(main())
