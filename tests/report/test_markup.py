from harness.report.markup import Html, escape, join, tag


def test_text_is_escaped_and_html_is_not():
    assert tag("p", "a < b & c") == "<p>a &lt; b &amp; c</p>"
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"
    assert escape(Html("<b>")) == "<b>"


def test_attributes_are_escaped_and_empty_ones_left_out():
    assert tag("a", "x", title='"><script>', class_=None, hidden=False, open=True) == (
        '<a title="&quot;&gt;&lt;script&gt;" open>x</a>'
    )
    assert tag("p", aria_label="x") == '<p aria-label="x"></p>'


def test_void_elements_have_no_end():
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_iterables_are_walked_and_nothing_is_left_out():
    assert join(["a", None, ("b", [3])], (part for part in "<")) == "ab3&lt;"


def test_characters_that_html_forbids_are_replaced():
    assert escape("a\x00b\x1b\n") == "a\ufffdb\ufffd\n"
