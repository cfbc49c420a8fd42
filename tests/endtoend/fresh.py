"""A fresh virtual environment that sees this one's packages, with a package installed into it by pip."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fresh:
    """The environment; commands run in ``place``."""

    place: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.place / "venv" / "bin" / "python"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a module with its arguments."""
        env = os.environ | {"HARNESS_CACHE": str(self.place / "cache"), "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            [self.python, "-m", *command],
            capture_output=True,
            text=True,
            cwd=self.place,
            env=env,
            timeout=300,
        )

    def harness(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the harness."""
        return self.run("harness.cli.main", *arguments)

    def install(self, package: Path) -> None:
        """Install a package by pip; what it depends on is there already."""
        pip = [sys.executable, "-m", "pip", "--python", self.python, "install", "-q", "--no-deps"]
        subprocess.run([*pip, "--no-build-isolation", package], check=True, cwd=self.place)


def fresh_environment(place: Path) -> Fresh:
    """Make the environment in ``place/venv``."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    site = next((place / "venv" / "lib").iterdir()) / "site-packages"
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    lines = [f"import site; site.addsitedir({path!r})\n" for path in sorted(paths)]
    (site / "outer.pth").write_text("".join(lines))
    return Fresh(place)
