"""The analysis as a whole: exact columns, incomplete studies, broken predictors."""

import pandas as pd
import pytest

from harness.analysis.analyse import NEEDED, analyse, task_statistics
from harness.analysis.predictors.audio import Audio
from harness.api import Predictor
from harness.errors import HarnessError
from harness.plugins import load_registry
from harness.results.schemas import TABLES
from tests.results.synthetic import answers, synthetic_tables

ANSWERS = (
    "gains", "metric_gains", "delta_m", "noise", "comparisons", "patterns", "group_predictions", "groups_from_pairs",
    "task_stats", "pair_features", "regressions", "predictability",
)  # fmt: skip
#: These compare models, features or combiners; there is one of each.
COMPARING = ("comparisons", "patterns")


AUDIO = (("audio", Audio()),)


def analysed(tables, predictors=AUDIO, **options):
    settings = {"study_id": "s", "rope": 0.01, "confidence": 0.95, "seed": 0, "draws": 2}
    return analyse(tables, predictors=predictors, **(settings | options))


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(5, combiners=("sum",))


def test_answers_have_exactly_the_columns_of_the_schema(tables):
    found = answers(tables, draws=2)
    assert tuple(found) == ANSWERS
    for name, frame in found.items():
        assert list(frame.columns) == [column.name for column in TABLES[name].columns]
        assert frame.empty == (name in COMPARING)
        assert frame["study_id"].nunique() == (name not in COMPARING)
    assert set(found["predictability"]["predictors"]) == {"bingel", "audio", "bingel+audio"}


def test_the_same_seed_gives_the_same_answers(tables):
    first, second = analysed(tables), analysed(tables)
    for name in ANSWERS:
        pd.testing.assert_frame_equal(first[name], second[name])
    other = analysed(tables, seed=1)["predictability"]
    assert not other["baseline_value"].equals(first["predictability"]["baseline_value"])


@pytest.mark.parametrize(
    "options",
    [
        {"n_tasks": 1},
        {"n_tasks": 2},
        {"n_tasks": 3, "incomplete": True},
        {"n_tasks": 4, "folds": 1, "seeds": 1},
        {"n_tasks": 7, "folds": 2, "seeds": 1},
    ],
    ids=str,
)
def test_small_and_incomplete_studies_get_answers(options):
    found = answers(synthetic_tables(**{"combiners": ("sum",), **options}), draws=1)
    assert tuple(found) == ANSWERS
    numbers = found["regressions"][["estimate"]].isna().all(axis=1)
    assert found["regressions"].loc[numbers, "note"].notna().all()


@pytest.mark.parametrize("empty", NEEDED)
def test_a_table_without_rows_is_no_error(tables, empty):
    found = analysed(tables | {empty: tables[empty].iloc[:0]})
    assert tuple(found) == ANSWERS
    if empty in ("cells", "tasks"):
        assert found["predictability"].empty


def test_nothing_trained_yet(tables):
    pending = tables["runs"].assign(status="pending")
    nothing = {name: tables[name].iloc[:0] for name in ("scores", "curves", "selections")}
    found = analysed(tables | nothing | {"runs": pending})
    assert found["gains"]["gain"].isna().all()
    assert (found["gains"]["note"] == "6 of 6 runs missing").all()
    assert found["regressions"].empty
    assert len(found["task_stats"])


def test_a_missing_table_is_named(tables):
    with pytest.raises(HarnessError, match="missing: curves"):
        analysed({name: table for name, table in tables.items() if name != "curves"})


def test_records_are_built(tables):
    record = load_registry().get("predictor", "audio").component
    first = task_statistics(tables, [("audio", record)])[0]
    pd.testing.assert_frame_equal(first, task_statistics(tables, [("audio", Audio())])[0])


def test_a_broken_predictor_costs_only_itself(tables):
    class Broken(Predictor):
        def task_statistics(self, tables):
            return tables["nothing"]

    with pytest.warns(RuntimeWarning, match="predictor 'broken' is left out: KeyError: 'nothing'"):
        found = analysed(tables, predictors=[("broken", Broken()), ("audio", Audio())])
    assert set(found["predictability"]["predictors"]) == {"audio"}
    (row,) = found["failures"].query("kind == 'analysis'").itertuples()
    assert (row.unit, row.error_type, row.error) == ("predictor broken", "KeyError", "'nothing'")
    assert "in task_statistics" in row.traceback
    assert len(found["failures"]) == len(tables["failures"]) + 1  # what failed in training stays


def test_a_plugin_may_have_pair_features_of_its_own(tables):
    class SameDataset(Predictor):
        def task_statistics(self, tables):
            return pd.DataFrame(columns=["task", "statistic", "value", "unit", "reliability"])

        def pair_features(self, statistics, tables):
            names = tables["tasks"]["task"]
            rows = [
                {
                    "main": a,
                    "partner": b,
                    "predictor": "same",
                    "value": float(a.split("/")[0] == b.split("/")[0]),
                }
                for a in names
                for b in names
                if a != b
            ]
            return pd.DataFrame(rows)

    found = analysed(tables, predictors=[("own", SameDataset()), ("audio", Audio())])
    assert "same" in set(found["regressions"]["term"])
    assert "own+audio" in set(found["predictability"]["predictors"])
