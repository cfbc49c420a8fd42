"""Loading a study: types, completeness, and what is said when something is not there."""

import warnings

import pandas as pd
import pytest

import harness
from harness.errors import HarnessError, StudyDirectoryError
from harness.results.loader import IncompleteStudyWarning
from harness.results.schemas import TABLES
from harness.results.writers import write_tables
from tests.results.synthetic import synthetic_study, synthetic_tables


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return synthetic_study(tmp_path_factory.mktemp("study"), n_tasks=3)


def test_every_table_is_an_attribute(directory):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = harness.load_study(directory)
    of_other_commands = {"probes", "groupings", "predicted_gains", "confusions", "epoch_scores"}
    assert list(study.tables) == [name for name in TABLES if name not in of_other_commands]
    for name in study.tables:
        assert getattr(study, name) is study.tables[name]
    assert study.name == "synthetic"
    assert study.complete
    assert study.summary().startswith("synthetic: 17 of 17 cells, ")
    assert "gains:" in repr(study)
    assert "gains" in dir(study)


def test_types_are_the_documented_ones(directory):
    study = harness.load_study(str(directory))
    assert str(study.runs["fold"].dtype) == "Int64"
    assert str(study.cells["placebo"].dtype) == "boolean"
    assert str(study.runs["started_at_utc"].dtype) == "datetime64[us, UTC]"
    assert isinstance(study.cells["tasks"].iloc[0], list)
    assert isinstance(study.predictions["probabilities"].iloc[0], list)
    assert study.tasks["n_classes"].dtype == pd.Int64Dtype()


def test_tables_survive_the_round_trip(tmp_path):
    tables = synthetic_tables(2)
    write_tables(tmp_path, tables)
    study = harness.load_study(tmp_path)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(study.tables[name], table)


def test_the_tables_directory_will_do(directory):
    assert harness.load_study(directory / "tables").name == "synthetic"


def test_an_incomplete_study_says_how_many_cells(tmp_path):
    synthetic_study(tmp_path, n_tasks=3, incomplete=True)
    with pytest.warns(IncompleteStudyWarning, match="15 of 17 cells"):
        study = harness.load_study(tmp_path)
    assert not study.complete


def test_nothing_there(tmp_path):
    with pytest.raises(StudyDirectoryError, match="should be the directory of a study; found nothing there"):
        harness.load_study(tmp_path / "absent")


def test_a_directory_that_is_no_study(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(StudyDirectoryError, match=r"has no tables/\*.parquet, .* found: notes.txt"):
        harness.load_study(tmp_path)


def test_a_study_without_its_cells(tmp_path):
    write_tables(tmp_path, {"study": synthetic_tables(1)["study"]})
    with pytest.raises(HarnessError, match=r"lacks cells\.parquet; found: study"):
        harness.load_study(tmp_path)


def test_a_torn_file_is_named(directory, tmp_path):
    write_tables(tmp_path, synthetic_tables(1))
    (tmp_path / "tables" / "runs.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(HarnessError, match=r"runs\.parquet cannot be read as Parquet"):
        harness.load_study(tmp_path)


def test_a_table_that_was_not_written_and_one_that_does_not_exist(tmp_path):
    write_tables(tmp_path, synthetic_tables(1))
    study = harness.load_study(tmp_path)
    with pytest.raises(HarnessError, match="has no table 'gains'; found: study, tasks"):
        _ = study.gains
    with pytest.raises(AttributeError, match=r"no table 'gain' \(did you mean 'gains'\?\)"):
        _ = study.gain
