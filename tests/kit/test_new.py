"""Names that a new plugin can have, and what is written for it."""

from __future__ import annotations

import ast

import pytest

from harness.api import HARNESS_API_VERSION
from harness.errors import HarnessError
from harness.kit.new import PLACES, names_of, write_package


@pytest.mark.parametrize("name", ["Mine", "2nd", "a b", "a--b", "../x", "a/b", "", "-a", "é"])
def test_names_that_are_none(name, tmp_path):
    with pytest.raises(HarnessError, match="allowed: lower-case letters"):
        write_package(name, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["class", "harness", "test"])
def test_names_that_are_taken(name, tmp_path):
    with pytest.raises(HarnessError, match="Python or the harness has it"):
        write_package(name, tmp_path)


def test_a_distribution_and_a_module_of_one_name():
    names = names_of("my-corpus_2")
    assert names["distribution"] == "my-corpus-2"
    assert names["package"] == "my_corpus_2"


def test_every_file_is_written_and_nothing_is_left_to_fill_in(tmp_path):
    written = write_package("my-corpus", tmp_path)
    assert len(written) == len(PLACES)
    for path in written:
        text = path.read_text()
        assert "$" not in text, path
        if path.suffix == ".py":
            ast.parse(text)
    hooks = (tmp_path / "my-corpus" / "my_corpus" / "__init__.py").read_text()
    assert f'HARNESS_API = "{HARNESS_API_VERSION}"' in hooks
    assert 'my_corpus = "my_corpus"' in (tmp_path / "my-corpus" / "pyproject.toml").read_text()


def test_nothing_is_written_over(tmp_path):
    write_package("mine", tmp_path)
    with pytest.raises(HarnessError, match="exists; choose another name"):
        write_package("mine", tmp_path)
