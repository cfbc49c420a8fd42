import json

import pytest

from harness.report.interactive import vega
from harness.report.interactive.charts import bars, cost, curves, forest, graph, scatter
from harness.report.interactive.columns import embedded, rounded
from harness.report.interactive.scripts import charts, policy
from tests.report.studies import facts_of, study_of


def test_data_cannot_end_their_element():
    written = embedded("d", {"a": "</script><!-- <script>", "b": [float("nan"), "\x01"]})
    assert written.count("<") == 2
    inner = written[written.index(">") + 1 : written.rindex("<")]
    assert json.loads(inner) == {"a": "</script><!-- <script>", "b": [None, "\ufffd"]}


def test_numbers_are_short():
    assert rounded([0.123456789, 3.0, None, float("inf"), 1234567.0]) == [0.123457, 3, None, None, 1234570]


def test_no_script_is_allowed_but_those_of_the_page():
    assert "script" not in policy(False)
    assert policy(True).count("sha256-") == 3
    assert "unsafe-eval" not in policy(True)
    assert "default-src 'none'" in policy(True)


def test_charts_without_rows_are_left_out():
    assert set(charts(facts_of(study_of()))) == {"graph", "curves"}


def test_charts_hold_no_rows_and_no_address():
    for chart in charts(facts_of(study_of())).values():
        assert "http" not in json.dumps(chart["spec"])


def test_the_bundle_is_kept_and_a_torn_one_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda entry: f"/* made */{entry}")
    vega.vega_bundle.cache_clear()
    try:
        made = vega.vega_bundle()
        [kept] = (tmp_path / "report").iterdir()
        assert kept.read_text() == made
        kept.write_text(made[:12])
        vega.vega_bundle.cache_clear()
        assert vega.vega_bundle() == made
    finally:
        vega.vega_bundle.cache_clear()


@pytest.mark.parametrize("module", [bars, cost, curves, forest, graph, scatter])
def test_every_description_is_vega_lite(module):
    import altair

    kind = altair.LayerChart if "layer" in module.spec() else altair.Chart
    kind.from_dict(module.spec(), validate=True)
