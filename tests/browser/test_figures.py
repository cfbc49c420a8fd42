"""Graph, curves, regression, predictability and tables."""

import csv
import io

import pytest

from tests.browser.study import METRICS, SETTINGS
from tests.browser.test_heatmap import rows, switch
from tests.browser.waiting import until


def drawn(tab, name):
    place = tab.locator(f"[data-live={name}]")
    place.scroll_into_view_if_needed()
    until(tab, f"document.querySelector('[data-live={name}] .plot svg') !== null")
    return place


@pytest.mark.parametrize("level", ["0.05", "0.2"])
@pytest.mark.parametrize("setting", [SETTINGS[0], SETTINGS[3]])
def test_the_graph_has_an_edge_a_row_below_the_level(shown, study, level, setting):
    switch(shown, setting, METRICS[0])
    place = drawn(shown, "graph")
    place.locator(f"input[value='{level}']").check()
    below = [row for row in rows(study, setting, METRICS[0]).values() if not row["q"] >= float(level)]
    below = [row for row in below if row["q"] == row["q"] and row["q"] is not None]
    wanted = len([row for row in below if float(row["gain"]) == float(row["gain"])])
    assert wanted > 0
    until(shown, "document.querySelectorAll('[data-live=graph] g.mark-line path').length", wanted)
    heads = "document.querySelectorAll('[data-live=graph] g.mark-symbol.role-mark')[0].childElementCount"
    until(shown, heads, wanted)
    assert place.locator(".edges li").count() == wanted
    sure = sum(float(row["q"]) < 0.05 for row in below)
    assert place.locator(".edges li:has-text('not significant')").count() == wanted - sure
    assert ("NOT SIGNIFICANT" in place.locator(".note").inner_text()) is (wanted > sure)


def test_what_comes_nearest_can_be_shown(shown):
    place = drawn(shown, "graph")
    place.locator("input[value=nearest]").check()
    until(shown, "document.querySelectorAll('[data-live=graph] g.mark-line path').length", 10)
    place.locator("input[value='0.05']").check()


def test_curves_are_laid_over_each_other(shown):
    place = drawn(shown, "curves")
    lines = "document.querySelectorAll('[data-live=curves] g.mark-line path').length"
    before = shown.evaluate(lines)
    assert before >= 1
    place.locator(".cells input:not(:checked)").first.check()
    until(shown, lines, before + 1)
    place.locator("fieldset[data-switch=splits] input[value=train]").check()
    until(shown, lines, 2 * (before + 1))
    place.locator("input[value=loss]").check()
    until(shown, "document.querySelector('[data-live=curves] svg').textContent.includes('loss')")
    place.locator("button:has-text('no cell')").click()
    until(shown, lines, 0)
    place.locator(".cells input").first.check()
    until(shown, lines, 2)
    assert shown.said == []


def test_the_regression_has_every_error_method(shown, study):
    place = drawn(shown, "forest")
    table = study.tables["regressions"]
    for model in ("mixed", "ols"):
        place.locator("select[name=model]").select_option(model)
        wanted = int((table["model"] == model).sum())
        until(
            shown,
            "document.querySelectorAll('[data-live=forest] g.mark-symbol.role-mark path').length",
            wanted,
        )
    for method in table["se_method"].unique():
        assert place.locator(f"svg text:has-text('{method}')").count() >= 1


def test_predictability_stands_beside_its_baselines(shown):
    place = drawn(shown, "bars")
    assert place.locator("svg text:text-is('−71.250')").count() == 1
    place.locator("select[name=judged]").select_option("spearman of predicting gain")
    until(shown, "document.querySelector('[data-live=bars] svg').textContent.includes('0.300')")
    assert place.locator("svg text:text-is('0.050')").count() == 2


def downloaded(tab, name):
    with tab.expect_download() as found:
        tab.locator(f"button[data-csv-of={name}]").click()
    content = found.value.path().read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_table_is_downloaded_as_it_is(shown, study):
    found = downloaded(shown, "gains")
    gains = study.tables["gains"]
    pairs = gains[gains["partners"].map(len) == 1]
    assert len(found) == len(pairs)
    known = {
        (r["main"], r["partners"][0], f"{r['feature']} · {r['model']} · {r['combiner']}"): r
        for _, r in pairs.iterrows()
    }
    for line in found:
        row = known[line["main"], line["partners"], line["feature · model · combiner"]]
        for name in ("single_mean", "gain", "ci_low", "ci_high", "p", "q", "p_rope_inside", "n"):
            value = row[name]
            missing = value is None or value != value
            assert line[name] == "" if missing else float(line[name]) == pytest.approx(float(value), rel=1e-9)


def test_every_table_has_its_button(shown):
    tables = shown.eval_on_selector_all(
        "table[id^='table-']", "found => found.map((t) => t.id.replace('table-', ''))"
    )
    buttons = shown.eval_on_selector_all(".tools [data-csv-of]", "found => found.map((b) => b.dataset.csvOf)")
    assert buttons == tables
    assert "regressions" in tables


def test_the_gains_that_are_shown_are_downloaded(shown, study):
    switch(shown, SETTINGS[2], METRICS[1])
    found = downloaded(shown, "heatmap")
    expected = rows(study, SETTINGS[2], METRICS[1])
    assert len(found) == len(expected) == 12
    for line in found:
        row = expected[line["main"], line["partners"]]
        assert float(line["gain"]) == pytest.approx(float(row["gain"]), rel=1e-8)
        assert (line["model"], line["metric"]) == (SETTINGS[2][1], METRICS[1])
