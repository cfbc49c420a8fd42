"""The third question: does the pattern of gains stay when the model, the feature or the combiner changes?"""

from __future__ import annotations

from harness.report import words
from harness.report.blocks import Column, long, number_of, paragraph, section, table, words_of
from harness.report.facts import Facts
from harness.report.markup import Html, tag
from harness.report.questions import STAYS
from harness.report.reading import text
from harness.report.sections.comparisons import comparisons

NAMES = {
    "pearson": "Pearson",
    "spearman": "Spearman",
    "pearson_within_main": "Pearson, within main",
    "spearman_within_main": "Spearman, within main",
}
COLUMNS = (
    words_of("factor", "factor"),
    words_of("a", "a"),
    words_of("b", "b"),
    Column("statistic", lambda row: NAMES.get(name := text(row["statistic"]), name) or words.NOTHING),
    number_of("correlation", "value", words.signed),
    number_of("p", "p", words.probability),
    words_of("p by", "p_method"),
    number_of("directed pairs", "n", lambda value: words.plain(value, 0)),
    number_of("tasks", "n_tasks", lambda value: words.plain(value, 0)),
    words_of("note", "note"),
)
CAPTION = (
    "Correlation of the gains of the same directed pairs with one level of a factor and with the other, the other "
    "two factors equal. p by permuting tasks, not pairs. Within main: of gains less their main task's mean."
)
EXPLAINED = (
    "A correlation over all pairs is high already when the same main tasks gain, whoever the partner is; whether the "
    "same partners help is said by the correlation within main. Noise in either set of gains lowers a correlation, "
    "so a low one is no evidence that the pattern changed, and a small p none that it is the same."
)


def patterns(facts: Facts) -> Html:
    """Return the answer, the correlations, and the comparisons of levels."""
    rows = facts.table("patterns")
    shown = table("patterns", CAPTION, COLUMNS, rows) if len(rows) else None
    return section(
        "patterns",
        f"3. {STAYS.title}",
        paragraph(STAYS.clauses(facts)),
        tag("p", EXPLAINED, class_="note") if shown else None,
        long(len(rows), shown, f"All {len(rows)} correlations") if shown else None,
        comparisons(facts),
    )
