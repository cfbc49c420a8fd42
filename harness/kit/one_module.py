"""A plugin that is a module in a folder, without a package: for a notebook, or to try something out."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path

from harness.errors import HarnessError

ENTRY_POINTS = "[harness]\n{name} = {name}\n"
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def offer_module(module: Path | str, *others: Path | str) -> str:
    """Let the harness find a module's hooks, in this process and in those that it starts; return its version.

    What an installation writes is written beside ``module``, and its folder is put on Python's path. The version
    follows from the text of ``module`` and of the ``others`` that it needs, so that trainings are made anew when they
    change. Call it again after every change.

    Raises:
        HarnessError: no file, or a name that cannot be imported.
    """
    path = Path(module).resolve()
    if not path.is_file() or path.suffix != ".py" or not path.stem.isidentifier():
        raise HarnessError(
            f"found {str(module)!r}; expected a file whose name can be imported, such as my_parts.py"
        )
    texts = [Path(file).read_bytes() for file in (path, *others)]
    version = f"0+{sha256(b'|'.join(texts)).hexdigest()[:12]}"
    _write_metadata(path, version)
    _put_on_path(str(path.parent))
    for name in (path.stem, *(Path(other).stem for other in others)):
        sys.modules.pop(name, None)
    _look_again()
    return version


def _write_metadata(path: Path, version: str) -> None:
    for old in path.parent.glob(f"{path.stem}-*.dist-info"):
        shutil.rmtree(old)
    place = path.parent / f"{path.stem}-{version}.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(METADATA.format(name=path.stem, version=version))
    (place / "entry_points.txt").write_text(ENTRY_POINTS.format(name=path.stem))


def _put_on_path(folder: str) -> None:
    """Put a folder on the path of this process, and of processes that it starts."""
    if folder not in sys.path:
        sys.path.insert(0, folder)
    outer = os.environ.get("PYTHONPATH", "")
    if folder not in outer.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, outer)))


def _look_again() -> None:
    from harness.plugins import load_registry

    importlib.invalidate_caches()
    load_registry.cache_clear()
