"""docs/explanation/predictors.md is what the predictors' docstrings say, and they name everything that is given."""

from pathlib import Path

import pytest

from harness.analysis.predictors.page import document, main, names, page
from harness.builtins import harness_predictors
from tests.results.synthetic import synthetic_tables

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "predictors.md"
RECORDS = {record.name: record for record in harness_predictors()}


def test_the_page_is_current():
    hint = "run: python -m harness.analysis.predictors.page"
    assert PAGE.read_text(encoding="utf-8") == page(), hint


def test_it_is_written_where_asked(tmp_path):
    main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page()


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(3, combiners=("sum",), seeds=1)


@pytest.mark.parametrize("name", RECORDS)
def test_every_predictor_says_source_cost_and_when_to_believe_it(name):
    text = document(RECORDS[name])
    for word in ("\nSource: ", "\nCost: ", "\nBelieve it: "):
        assert text.count(word) == 1


@pytest.mark.parametrize("name", ["bingel", "audio", "curves"])
def test_every_statistic_has_its_formula_and_unit(name, tables):
    record = RECORDS[name]
    given = record.build(record.parameters()).task_statistics(tables)
    assert list(dict.fromkeys(given["statistic"])) == names(record)
    rows = [row for row in document(record).splitlines() if row.startswith("| `")]
    assert all(row.replace("\\|", "").count("|") in (3, 4) for row in rows)


def test_pair_features_are_named(tables):
    record = RECORDS["overlap"]
    predictor = record.build(record.parameters())
    tables = tables | {"tasks": tables["tasks"].assign(dataset="d", domain="music")}
    tables |= {"clips": tables["clips"].assign(dataset="d").drop_duplicates("clip")}
    labels = tables["labels"].assign(clip=lambda t: "n" + t["clip"].str[1:])
    given = predictor.pair_features(predictor.task_statistics(tables), tables | {"labels": labels})
    assert set(given["predictor"]) == set(names(record))
    for record in RECORDS.values():
        assert not record.probes or tuple(names(record)) == record.probes
