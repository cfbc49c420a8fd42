"""The notebooks run as they stand, in this interpreter's own kernel and in an empty folder."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient

from tests.results.synthetic import synthetic_study

NOTEBOOKS = Path(__file__).parents[2] / "examples" / "notebooks"


class ThisInterpreter(AsyncKernelManager):
    """A kernel of the interpreter that runs the tests, whatever kernels the machine has."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])


def run(name: str, place: Path) -> nbformat.NotebookNode:
    """Run a notebook in ``place`` and return it with its outputs."""
    book = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        book, timeout=240, kernel_manager_class=ThisInterpreter, resources={"metadata": {"path": str(place)}}
    )
    return client.execute()


def shown(book: nbformat.NotebookNode) -> str:
    """Return all text that a notebook's cells printed or showed."""
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs_and_name_no_place(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert book.metadata.kernelspec.name == "python3"
    for cell in book.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert "/home/" not in cell.source


def test_the_analysts(place, monkeypatch):
    monkeypatch.setenv(
        "HARNESS_STUDY",
        str(synthetic_study(place / "study", n_tasks=4, combiners=("sum",), folds=2, seeds=1)),
    )
    book = run("analyst", place)
    text = shown(book)
    assert "cells are done: complete" in text
    assert "gains have q < .05" in text
    assert "combinations beat all of their baselines" in text
    images = [
        out for cell in book.cells for out in cell.get("outputs", ()) if "image/png" in out.get("data", {})
    ]
    assert len(images) == 1


def test_the_plugin_authors(place):
    text = shown(run("plugin_author", place))
    assert "feature my_bands 0+" in text
    assert "combiner my_larger 0+" in text
    assert "broken" not in text
    assert '"my_parts":"0+' in text.replace(" ", "")
    assert (place / "runs" / "notebook" / "tables" / "gains.parquet").is_file()
