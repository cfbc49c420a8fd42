"""The page as a whole: complete, self-contained, escaped, and with the numbers of the tables."""

import base64
import gzip
import hashlib
import json
import re
import time

import pytest

from harness.errors import HarnessError
from harness.report.facts import Facts
from harness.report.html import SECTIONS, page, write_report
from harness.report.reading import is_null
from harness.results.loader import IncompleteStudyWarning, load_study
from harness.results.schemas import TABLES
from harness.results.writers import write_tables
from tests.report.pages import Page
from tests.report.studies import cell_row, facts_of, gain_row, pairs_study, study_of, task_row
from tests.results.synthetic import answers, synthetic_tables

EVIL = '<script>alert("x")</script>/a&b --> $x_1$ id="q'


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory, tables = tmp_path_factory.mktemp("study"), synthetic_tables(4)
    write_tables(directory, tables | answers(tables, draws=1))
    return directory


@pytest.fixture(scope="module")
def markup(directory):
    return write_report(directory).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(markup):
    return Page(markup)


def test_the_first_line_counts_the_cells(markup, read, directory):
    study = load_study(directory)
    line = f"{study.n_cells} of {study.n_cells} cells"
    assert line in markup.splitlines()[0]
    assert read.text.strip().startswith(line)
    assert "INCOMPLETE" not in markup


def test_an_incomplete_study_says_so_on_the_first_line(tmp_path):
    write_tables(tmp_path, synthetic_tables(2, incomplete=True, combiners=("sum",)))
    written = write_report(tmp_path).read_text(encoding="utf-8")
    with pytest.warns(IncompleteStudyWarning):
        cells = load_study(tmp_path).cells
    done = (cells["status"] == "done").sum()
    assert done < len(cells)
    assert f"INCOMPLETE: {done} of {len(cells)} cells" in written.splitlines()[0]
    assert Page(written).text.strip().startswith(f"INCOMPLETE: {done} of {len(cells)} cells")


def test_structure(read, markup):
    assert read.errors == []
    assert markup.startswith("<!doctype html>")
    assert len(read.ids) == len(set(read.ids))
    headings = [tag for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count("h1") == 1
    assert headings[0] == "h1"
    known = {name for name, _, _ in SECTIONS}
    links = [attrs["href"] for tag, attrs in read.tags if tag == "a"]
    assert {link.removeprefix("#") for link in links} == known & set(read.ids)
    assert len(links) >= len(known) - 1  # no grouping was asked for


def test_it_is_self_contained_and_runs_nothing_but_its_own_scripts(read, markup):
    for tag, attrs in read.tags:
        assert tag not in {"link", "iframe", "img", "object", "embed"}
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            assert (attrs.get(name) or "#").startswith("#"), (tag, name, attrs[name])
        assert not any(name.startswith("on") for name in attrs)
    _, attrs = next(found for found in read.tags if found[1].get("http-equiv") == "Content-Security-Policy")
    allowed = set(re.findall(r"'(sha256-[^']+)'", str(attrs["content"])))
    first, _, own, vega = read.scripts
    run = [first, own, gzip.decompress(base64.b64decode(vega)).decode()]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run]
    assert {f"sha256-{digest}" for digest in digests} == allowed
    assert "unsafe-eval" not in markup[: markup.index("<style>")]
    style = markup[markup.index("<style>") : markup.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    references = set(re.findall(r'(?:url\(#|href="#)([^")]+)', markup))
    assert references <= set(read.ids)  # no clip path or marker points nowhere


def test_light_and_dark_and_print(markup):
    assert "prefers-color-scheme: dark" in markup
    assert "@media print" in markup
    assert "#010203" not in markup  # the stand-ins of the figures were exchanged
    assert "currentColor" in markup


def test_figures_have_alternative_texts_and_captions(read):
    figures = [attrs for tag, attrs in read.tags if tag == "svg"]
    assert len(figures) >= 5
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in figures)
    assert sum(tag == "figcaption" for tag, _ in read.tags) == len(figures)
    assert sum(tag == "caption" for tag, _ in read.tags) == len(read.tables)


def test_gains_are_those_of_the_table(read, directory):
    gains = load_study(directory).gains
    pairs = gains[(gains["partners"].map(len) == 1) & ~gains["placebo"]]
    shown = read.rows("table-gains")
    assert len(shown) == len(pairs)
    found = {}
    for row, values in zip(shown, read.values["table-gains"][1:], strict=True):
        found[row["main"], row["partner"], row["feature · model · combiner"]] = values
    for _, row in pairs.iterrows():
        values = found[
            row["main"], row["partners"][0], f"{row['feature']} · {row['model']} · {row['combiner']}"
        ]
        names = ["single_mean", "group_mean", "gain", "ci_low", "ci_high", "p", "q", "p_holm", "placebo_gain",
                 "noise_floor", "capacity_gain", "error_reduction", "p_rope_below", "p_rope_inside",
                 "p_rope_above", "detectable_gain", "n"]  # fmt: skip
        known = [float(row[name]) for name in names if not is_null(row[name])]
        assert values == pytest.approx(known, rel=1e-9)
        assert len(known) >= 14


def test_other_tables_are_those_of_the_study(read, directory):
    study = load_study(directory)
    gains = study.gains
    assert len(read.rows("table-placebos")) == gains["placebo"].sum()
    assert len(read.rows("table-groups")) == (gains["partners"].map(len) == 2).sum()
    assert [row["task"] for row in read.rows("table-tasks")] == study.tables["tasks"]["task"].tolist()
    assert len(read.rows("table-quarantine")) == len(study.quarantine)
    assert len(read.rows("table-cost")) == len(study.cells)


def test_regressions_are_those_of_the_table(read, directory):
    table = load_study(directory).regressions
    shown = read.values["table-regressions"][1:]
    assert len(shown) == len(table) > 0
    for values, (_, row) in zip(shown, table.iterrows(), strict=True):
        names = ["estimate", "se", "ci_low", "ci_high", "p", "df", "n", "n_tasks"]
        expected = [float(row[name]) for name in names if not is_null(row[name])]
        assert values == pytest.approx(expected, rel=1e-9)


def test_predictability_is_that_of_the_table(read, directory):
    table = load_study(directory).predictability
    shown = read.values["table-predictability"][1:] if len(table) else []
    assert len(shown) == len(table)
    for values, (_, row) in zip(shown, table.iterrows(), strict=True):
        expected = [float(row[name]) for name in ("value", "sd", "baseline_value") if not is_null(row[name])]
        assert values == pytest.approx(expected, rel=1e-9)


def test_patterns_groups_and_controls_are_those_of_the_tables(read, directory):
    tables = load_study(directory).tables
    for shown, name in (("patterns", "patterns"), ("comparisons", "comparisons"), ("delta-m", "delta_m"),
                        ("groups-from-pairs", "groups_from_pairs")):  # fmt: skip
        assert len(read.rows(f"table-{shown}")) == len(tables[name]) > 0
    values = [row[0] for row in read.values["table-patterns"][1:]]
    assert values == pytest.approx(tables["patterns"]["value"].tolist(), rel=1e-9)
    told = tables["group_predictions"]["predicted"]
    for row in read.rows("table-groups"):
        assert row["mean of its pairs"] in {f"{found:+.3f}".replace("-", "−") for found in told}


def test_a_heatmap_shows_every_gain(read, directory):
    gains = load_study(directory).gains
    pairs = gains[(gains["partners"].map(len) == 1) & ~gains["placebo"]]
    for gain in pairs["gain"]:
        assert f"{gain:+.3f}".replace("-", "−") in read.text or abs(gain) < 0.0005


def test_without_scripts_there_are_static_figures_alone(directory, read):
    plain = Page(page(Facts(load_study(directory), interactive=False)))
    assert plain.errors == []
    assert plain.scripts == []
    assert not any("live" in str(attrs.get("class")) for _, attrs in plain.tags)
    assert plain.tables == read.tables
    assert sum(tag == "svg" for tag, _ in plain.tags) == sum(tag == "svg" for tag, _ in read.tags)


def test_names_are_escaped_everywhere():
    gains = [gain_row(EVIL, "b/y", 0.06, q=0.01, note=EVIL), gain_row("b/y", EVIL, 0.01, placebo=True)]
    study = pairs_study(
        gains,
        tasks=[task_row(EVIL, licence=EVIL, citation=EVIL), task_row("b/y", n_folds=1)],
        failures=[{"unit": EVIL, "kind": EVIL, "error_type": EVIL, "error": EVIL, "traceback": EVIL}],
        quarantine=[{"dataset": EVIL, "clip": EVIL, "reason": EVIL}],
        regressions=[{"model": EVIL, "term": EVIL, "estimate": 0.1, "se_method": EVIL, "note": EVIL}],
        predictability=[
            {"target": EVIL, "predictors": EVIL, "metric": EVIL, "value": 0.1, "baseline": EVIL,
             "baseline_value": 0.2}
        ],
        curves=[
            {"cell_id": EVIL, "run_id": "r", "task": EVIL, "split": "train", "epoch": float(k),
             "metric": "loss", "value": 1.0}
            for k in range(3)
        ],
        config={"tasks": [EVIL], "features": [{"name": EVIL, "as": EVIL}], "training": {EVIL: EVIL}},
    )  # fmt: skip
    written = page(facts_of(study))
    read = Page(written)
    assert read.errors == []
    assert written.count("<script") == 4
    assert '<script>alert("x")' not in written
    assert EVIL in read.text
    assert (
        json.loads(next(text for text in read.scripts if text.startswith('{"')))["pairs"]["tasks"][0] == EVIL
    )
    assert len(read.ids) == len(set(read.ids))


def test_a_study_without_rows_has_a_page():
    read = Page(page(facts_of(study_of())))
    assert read.errors == []
    assert read.text.startswith("INCOMPLETE: 0 of 0 cells")
    assert "Nothing was planned" in read.text


def test_a_study_without_tables_has_a_page():
    study = study_of()
    study.tables = {}
    assert Page(page(facts_of(study))).errors == []


def test_null_throughout():
    """Rows whose every value is null, in every table but the study's."""
    study = study_of(**{name: [{}, {}] for name in TABLES if name != "study"}, config=None)
    read = Page(page(facts_of(study)))
    assert read.errors == []
    assert "nan" not in read.text.lower().split()
    assert "None" not in read.text.split()


def test_one_task_alone():
    study = study_of(tasks=[task_row("a/x")], cells=[cell_row(["a/x"])])
    assert "Only single tasks were asked for" in Page(page(facts_of(study))).text


def test_the_same_tables_give_the_same_bytes(directory, markup):
    assert write_report(directory).read_text(encoding="utf-8") == markup
    assert [file.name for file in directory.glob("*.partial")] == []


def test_a_directory_that_is_no_study(tmp_path):
    with pytest.raises(HarnessError, match="no tables"):
        write_report(tmp_path)


def test_twenty_tasks_stay_small_and_quick():
    names = [f"data_set_{k // 4}/task_{k}" for k in range(20)]
    gains = [
        gain_row(main, partner, (i - j) / 300, combiner=combiner)
        for combiner in ("sum", "uncertainty")
        for i, main in enumerate(names)
        for j, partner in enumerate(names)
        if i != j
    ]
    curves = [
        {"cell_id": name, "run_id": f"{name}{run}", "task": name, "split": split, "epoch": k / 5,
         "metric": metric, "value": 1 / (k + 1)}
        for name in names for run in range(2) for split in ("train", "validation") for k in range(50)
        for metric in ("loss", "macro_f1")
    ]  # fmt: skip
    study = pairs_study(gains, curves=curves)
    started = time.process_time()
    written = page(facts_of(study))
    assert time.process_time() - started < 10
    assert len(written.encode()) < 5_000_000
    assert Page(written).errors == []
