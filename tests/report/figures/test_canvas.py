import re

import matplotlib
import pytest

from harness.report.figures.canvas import INK, LINE, SOFT, canvas, to_svg
from tests.report.pages import Page


def drawn(name="one", title="title"):
    with canvas(3, 2) as figure:
        axes = figure.add_subplot()
        axes.plot([0, 1], [1, 2], color=SOFT)
        axes.axhspan(0, 1, facecolor="none", hatch="//")
        axes.grid(color=LINE)
        axes.set_title(title, color=INK)
        return to_svg(figure, name, "what <it> shows")


def test_global_settings_stay_as_they_were():
    before = dict(matplotlib.rcParams)
    with canvas(1, 1):
        assert matplotlib.rcParams["svg.fonttype"] == "none"
    with pytest.raises(ZeroDivisionError), canvas(1, 1):
        1 / 0  # noqa: B018
    assert dict(matplotlib.rcParams) == before


def test_a_user_s_own_settings_do_not_show():
    plain = drawn()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "text.usetex": False}):
        assert drawn() == plain


def test_the_same_figure_gives_the_same_bytes_and_identities_are_its_own():
    assert drawn() == drawn()
    identities = [set(Page(drawn(name)).ids) for name in ("one", "two")]
    assert identities[0]
    assert not identities[0] & identities[1]
    assert all(found.startswith("one-") for found in identities[0])


def test_references_point_into_the_figure():
    svg = drawn()
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)) <= set(Page(svg).ids)


def test_text_stays_text_whatever_it_holds():
    evil = '$x_1$ --> <b id="q"> url(#z) #010203 日本'
    read = Page(drawn(title=evil))
    assert read.errors == []
    assert evil in read.text
    assert "b" not in {tag for tag, _ in read.tags}


def test_ink_takes_the_colour_of_the_page_and_nothing_points_outside():
    svg = drawn()
    assert "currentColor" in svg
    assert "var(--line" in svg
    assert not re.search(r"#01020[34]|#070809|#040506", svg)
    assert "http" not in svg
    assert "<style" not in svg
    assert 'aria-label="what &lt;it&gt; shows"' in svg
