"""The heatmap: switches, numbers on hover and focus, and arrow keys."""

import itertools

import pytest

from harness.report import words
from harness.report.reading import is_null
from tests.browser.study import METRICS, MISSING, SETTINGS, TASKS

FACTORS = ("feature", "model", "combiner")


def switch(tab, setting, metric):
    for name, value in zip(FACTORS, setting, strict=True):
        tab.locator(f"[data-live=heatmap] select[name={name}]").select_option(value)
    tab.locator("[data-live=heatmap] select[name=metric]").select_option(str(METRICS.index(metric)))


def rows(study, setting, metric):
    table = study.tables["gains" if metric == METRICS[0] else "metric_gains"]
    chosen = table[(table["metric"] == metric) & (table["partners"].map(len) == 1)]
    for name, value in zip(FACTORS, setting, strict=True):
        chosen = chosen[chosen[name] == value]
    return {(row["main"], row["partners"][0]): row for _, row in chosen.iterrows()}


def cell(tab, main, partner):
    return tab.locator(f'td.gain[data-main="{main}"][data-partner="{partner}"]')


@pytest.mark.parametrize(
    ("setting", "metric"), [*itertools.product(SETTINGS[:2], METRICS), (SETTINGS[-1], METRICS[1])]
)
def test_each_switch_shows_the_gains_of_its_table(shown, study, setting, metric):
    switch(shown, setting, metric)
    found = {
        (one["main"], one["partner"]): one["text"]
        for one in shown.eval_on_selector_all(
            "td.gain", "cells => cells.map((c) => ({...c.dataset, text: c.querySelector('b').textContent}))"
        )
    }
    expected = {
        key: words.NOTHING
        if is_null(row["gain"])
        else words.signed(row["gain"]) + "*" * bool(row["q"] < 0.05)
        for key, row in rows(study, setting, metric).items()
    }
    assert found == expected
    assert len(found) == 12


def told(row):
    ends = words.interval(row["ci_low"], row["ci_high"])
    gain = f"gain {words.signed(row['gain'])}" + (f" {ends}" if ends else ", no interval")
    return gain, f"q {words.probability(row['q'])}"


@pytest.mark.parametrize("by", ["hover", "focus"])
@pytest.mark.parametrize("pair", [("notes/family", "speech/digit"), ("cough/<wet>", "speech/voice"), MISSING])
def test_hover_and_focus_tell_gain_interval_and_q(shown, study, by, pair):
    switch(shown, SETTINGS[0], METRICS[0])
    one = cell(shown, *pair)
    one.scroll_into_view_if_needed()
    one.hover() if by == "hover" else one.focus()
    lines = shown.locator("#tip").inner_text().splitlines()
    row = rows(study, SETTINGS[0], METRICS[0])[pair]
    gain, q = told(row)
    assert lines[0] == f"{pair[0]} with {pair[1]}"
    assert lines[1] == gain
    assert lines[2].replace("*", "").startswith(q)
    assert (lines[-1] == "no run is done") is (pair == MISSING)
    assert gain in one.get_attribute("aria-label")
    shown.mouse.move(2, 2)
    shown.keyboard.press("Escape")
    assert shown.locator("#tip").is_hidden()


def test_arrow_keys_walk_through_the_grid(shown):
    switch(shown, SETTINGS[0], METRICS[0])
    assert shown.locator("table.heat td[tabindex='0']").count() == 1
    shown.locator("table.heat td[tabindex='0']").focus()
    at = "[document.activeElement.dataset.main, document.activeElement.dataset.partner]"
    shown.keyboard.press("ArrowRight")
    assert shown.evaluate(at) == [TASKS[0], TASKS[1]]
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("ArrowDown")
    assert shown.evaluate(at) == [TASKS[2], TASKS[1]]
    shown.keyboard.press("Home")
    shown.keyboard.press("ArrowLeft")  # there is nothing on the left
    assert shown.evaluate(at) == [TASKS[2], TASKS[0]]
    assert shown.locator("#tip").inner_text().startswith(f"{TASKS[2]} with {TASKS[0]}")
    assert shown.locator("table.heat td[tabindex='0']").count() == 1


def test_orders(shown, study):
    switch(shown, SETTINGS[1], METRICS[0])
    heads = "[...document.querySelectorAll('.heat tbody th')].map((head) => head.textContent)"
    seen = {}
    for order in ("gain", "clustered", "given"):
        shown.locator(f"[data-live=heatmap] input[value={order}]").check()
        seen[order] = shown.evaluate(heads)
        assert sorted(seen[order]) == sorted(TASKS)
    assert seen["given"] == list(TASKS)
    found = rows(study, SETTINGS[1], METRICS[0])
    means = {task: sum(float(r["gain"]) for (a, _), r in found.items() if a == task) / 3 for task in TASKS}
    assert seen["gain"] == sorted(TASKS, key=lambda task: -means[task])
