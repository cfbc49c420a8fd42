import io
import re

from rich.console import Console

from harness.report.summary import PRINTED, one_sentence, print_summary
from tests.report.studies import gain_row, pairs_study, study_of


def printed(study, width=160):
    stream = io.StringIO()
    print_summary(study, Console(file=stream, width=width, color_system=None))
    return stream.getvalue()


def test_numbers_are_those_of_the_table_and_the_sentence_comes_last():
    gains = [
        gain_row("a/x", "b/y", 0.0612, q=0.01, ci_low=0.0213, ci_high=0.1011),
        gain_row("b/y", "a/x", -0.02),
    ]
    study = pairs_study(gains)
    text = printed(study)
    assert text.startswith("3 of 3 cells")
    row = next(line for line in text.splitlines() if "a/x" in line and "+0.061*" in line)
    assert "[+0.021, +0.101]" in row
    assert ".010" in row
    assert "−0.020 " in text
    assert re.sub(r"\s+", " ", text).strip().endswith(one_sentence(study))


def test_markup_in_names_is_printed_as_it_is():
    assert "[bold]a/x" in printed(pairs_study([gain_row("[bold]a/x", "[/]b", 0.1)]))


def test_of_many_gains_both_ends_are_printed():
    gains = [gain_row("a/x", f"b/{k:03}", k / 1000) for k in range(100)]
    text = printed(pairs_study(gains))
    assert "b/099" in text
    assert "b/000" in text
    assert "b/050" not in text.split("Note")[0]
    assert f"{100 - PRINTED} gains in between are in report.html" in text


def test_failures_quarantine_and_an_empty_study():
    study = study_of(failures=[{"unit": "u"}], quarantine=[{"clip": "c"}, {"clip": "d"}])
    text = printed(study)
    assert text.startswith("INCOMPLETE: 0 of 0 cells")
    assert "1 failure, shown in report.html" in text
    assert "2 clips were left out" in text
    assert "Nothing was planned" in text


def test_a_narrow_terminal_keeps_the_numbers():
    text = printed(pairs_study([gain_row("a/x", "b/y", 0.0612)]), width=80)
    assert "+0.061" in text
