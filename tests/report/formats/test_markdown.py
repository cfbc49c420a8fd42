"""The report as Markdown: what a Git host shows, and nothing that it would run."""

from xml.etree import ElementTree

from harness.report.formats.markdown import to_markdown, write_markdown
from harness.report.formats.static import take_figures

PAGE = """<!doctype html><!-- 3 of 4 cells --><html><head><title>t</title><style>p {}</style></head><body>
<header><p class="status">3 of 4 cells</p><h1>small_study</h1><nav><a href="#x">X</a></nav></header>
<main><section id="Gains &amp; more"><h2>Gains</h2>
<figure><svg viewBox="0 0 9 9" aria-label="Heat &quot;map&quot;"><g><svg><path d=""/></svg></g></svg>
<figcaption>What it shows</figcaption></figure>
<button>CSV</button><select><option>a</option></select>
<table><caption>All</caption><thead><tr><th>main</th><th>gain</th></tr></thead>
<tbody><tr><th>a|b</th><td><data value="0.1234">0.123</data></td></tr></tbody></table>
<dl><dt>seed</dt><dd>0</dd></dl>
<details><summary>More</summary>
<p>q &lt; .05, &lt;b&gt;x&lt;/b&gt; &amp;copy; [a](javascript:b) *c* _d_ e_f</p></details>
<pre>a ``` *b* &lt;i&gt;</pre></section></main><script>alert("<svg></svg>")</script></body></html>"""


def test_every_part_of_a_page_has_its_markdown():
    text, [figure] = to_markdown("3 of 4 cells", PAGE, "my report_figures")
    assert text.splitlines()[:3] == ["3 of 4 cells", "", "# small_study"]
    assert text.count("3 of 4 cells") == 1
    assert figure.name == "01_gains_amp_more.svg"
    assert '![Heat "map"](my%20report_figures/01_gains_amp_more.svg)' in text
    assert "*What it shows*" in text
    assert "| main | gain |\n| --- | --- |\n| a\\|b | 0.123 |" in text
    assert "- **seed**: 0" in text
    assert "**More**" in text
    assert "````\na ``` *b* <i>\n````" in text
    for gone in ("alert", "CSV", "option", "](#x)", "p {}"):
        assert gone not in text


def test_text_is_not_read_as_markup():
    text, _ = to_markdown("", PAGE, "f")
    assert r"q < .05, &lt;b>x&lt;/b> &amp;copy; [a\](javascript:b) \*c\* \_d\_ e_f" in text


def test_figures_stand_alone():
    without, [figure] = take_figures(PAGE, lambda figure: f"[{figure.name}]")
    assert "<svg" not in without
    root = ElementTree.fromstring(figure.svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["viewBox"] == "0 0 9 9"
    assert root[0].attrib["fill"] == "#ffffff"


def test_figures_of_an_earlier_report_are_removed_and_nothing_else(tmp_path):
    folder = tmp_path / "r_figures"
    folder.mkdir()
    for name in ("02_old.svg", "mine.svg", "02_old.png"):
        (folder / name).write_text("")
    write_markdown("s", PAGE, tmp_path / "r.md")
    names = ["01_gains_amp_more.svg", "02_old.png", "mine.svg"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert {path.name for path in tmp_path.iterdir()} == {"r.md", "r_figures"}
