"""Docstrings of factories, without importing them."""

import sys

import pytest

from harness.cli.docstrings import factory_docstring


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "doc_package" / "nets"
    folder.mkdir(parents=True)
    (tmp_path / "doc_package" / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (folder / "__init__.py").write_text("def in_package():\n    'In the package.'\n")
    (folder / "net.py").write_text(
        'class Net:\n    """A network.\n\n    More.\n    """\n\ndef bare():\n    pass\n'
    )
    (folder / "broken.py").write_text("def broken(:\n")


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("factory", "text"),
    [
        ("doc_package.nets.net:Net", "A network.\n\nMore."),
        ("doc_package.nets:in_package", "In the package."),
        ("doc_package.nets.net:bare", ""),
        ("doc_package.nets.net:Gone", ""),
        ("doc_package.nets.broken:X", ""),
        ("doc_package.gone:X", ""),
        ("no_such_package.gone:X", ""),
    ],
)
def test_docstring_by_path(factory, text):
    assert factory_docstring(factory) == text
    assert "doc_package" not in sys.modules


def test_docstring_of_a_callable():
    assert factory_docstring(pytest.importorskip).startswith("Import and return")
