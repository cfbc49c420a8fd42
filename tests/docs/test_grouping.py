"""docs/guides/grouping-and-predicting.md: its options exist, and its quoted figures are what the command gives."""

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from harness.cli.main import app, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "grouping-and-predicting.md").read_text(encoding="utf-8")
BINGEL = ROOT.parent / "shared" / "references" / "bingel2017_90_pairs.csv"


def test_options_of_the_page_exist():
    commands = get_command(app).commands
    known = {
        option for name in ("group", "predict", "analyse") for p in commands[name].params for option in p.opts
    }
    assert set(re.findall(r"(--[a-z]+)", PAGE)) <= known


@pytest.mark.skipif(not BINGEL.is_file(), reason="the published table of pairs is not there")
@pytest.mark.parametrize(
    ("options", "total", "quoted"),
    [
        ([], 39.58, "chosen              3              12       39.58"),
        (["--budget", "10"], 37.97, "total 37.97"),
        (["--objective", "worst"], -0.8162, "here −0.816"),
    ],
)
def test_figures_of_the_page(capsys, options, total, quoted):
    assert quoted in PAGE
    assert (
        main(["group", str(BINGEL), "--gain", "gain_rel_f1_pct", "--networks", "3", "--json", *options]) == 0
    )
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["total"] == pytest.approx(total, abs=0.005)
