"""Whether the pattern stays, in words."""

from harness.report.stays import stays
from tests.report.studies import facts_of, gain_row, pairs_study, pattern_rows

PAIRS = [gain_row("a/x", "b/y", 0.1), gain_row("b/y", "a/x", 0.1)]


def said(*rows, gains=PAIRS):
    return stays(facts_of(pairs_study(gains, patterns=[row for part in rows for row in part])))


def test_one_pair_of_models_with_its_numbers():
    (clause,) = said(pattern_rows("model", "cnn", "dnn", 0.62, 0.01, 0.41, 0.04))
    assert clause == (
        "between the models cnn and dnn gains of the same pairs correlate by +0.62 (Spearman; p .010; "
        "30 directed pairs of 6 tasks); within a main task by +0.41 (p .040): the same partners help"
    )


def test_main_levels_alone_do_not_show_that_partners_are_the_same():
    (clause,) = said(pattern_rows("combiner", "sum", "dwa", 0.9, 0.001, 0.1, 0.6))
    assert clause.endswith("within a main task by +0.10 (p .600): that the same partners help is not shown")


def test_a_negative_correlation_is_no_sign_that_the_pattern_stays():
    (clause,) = said(pattern_rows("model", "cnn", "dnn", -0.9, 0.001, -0.8, 0.001))
    assert clause.endswith("that the same partners help is not shown")


def test_many_levels_are_told_by_range():
    (clause,) = said(
        pattern_rows("combiner", "sum", "dwa", 0.9, 0.001, 0.5, 0.01),
        pattern_rows("combiner", "sum", "rlw", 0.3, 0.2, 0.2, 0.2),
    )
    assert "between 2 pairs of combiners" in clause
    assert "by +0.30 to +0.90 (Spearman; 1 of 2 at p < .05)" in clause
    assert "within a main task by +0.20 to +0.50 (1 of 2 at p < .05)" in clause


def test_each_factor_has_its_clause_in_order():
    clauses = said(
        pattern_rows("combiner", "sum", "dwa", 0.9, 0.001, 0.5, 0.01),
        pattern_rows("model", "cnn", "dnn", 0.9, 0.001, 0.5, 0.01),
    )
    assert [clause.split()[2] for clause in clauses] == ["models", "combiners"]


def test_what_could_not_be_compared_says_why():
    (clause,) = said(
        pattern_rows("model", "cnn", "dnn", None, None, None, None, note="too few: 2 directed pairs")
    )
    assert clause == "between models the pattern could not be compared (too few: 2 directed pairs)"


def test_nothing_to_compare_is_told_from_not_analysed():
    assert said() == [
        "whether the pattern stays cannot be said: pairs were measured with one model, one feature and one combiner"
    ]
    other = [gain_row("a/x", "b/y", 0.1, model="dnn")]
    assert said(gains=[*PAIRS, *other]) == ["whether the pattern stays was not analysed"]
