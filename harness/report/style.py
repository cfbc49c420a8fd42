"""The style sheet of the report: light and dark, screen and print, without anything from outside."""

from importlib.resources import files

#: What scripts add to the page has a sheet of its own.
LIVE = (files("harness.report") / "assets" / "live.css").read_text(encoding="utf-8")
PAGE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --page: #ffffff;
  --raised: #f6f8fa; --accent: #0b5cad; --warn: #8a4600; --warn-back: #fff4e0; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6edf3; --soft: #9aa4af; --line: #3a424c; --page: #0f1419;
  --raised: #181e25; --accent: #79b8ff; --warn: #ffc680; --warn-back: #33240f; } }
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  color: var(--ink); background: var(--page); }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .3rem 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.8rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
p, ul, dl { max-width: 48rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px; }
.status { display: inline-block; margin: 0; padding: .1rem .6rem; border-radius: 1rem;
  background: var(--raised); border: 1px solid var(--line); font-weight: 600; }
.status.incomplete, .warn { color: var(--warn); background: var(--warn-back); border-color: currentColor; }
.warn { border-left: 4px solid; padding: .5rem .9rem; }
.question { font-size: 1.05rem; margin: 0 0 .3rem; } .trained { color: var(--soft); margin: 0 0 1rem; }
.answer { font-size: 1.15rem; line-height: 1.45; padding: .8rem 1.1rem; background: var(--raised);
  border-left: 4px solid var(--accent); }
.note, figcaption, caption { color: var(--soft); font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; list-style: none; max-width: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; max-width: none; }
dt { color: var(--soft); } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums;
  margin: .4rem 0 1rem; width: max-content; }
caption { text-align: left; padding-bottom: .35rem; max-width: 48rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; }
tbody th { font-weight: 500; }
td, tbody th { max-width: 24rem; }
.num, td { text-align: right; white-space: nowrap; } td.t { text-align: left; white-space: normal; }
tr.marked th, tr.marked td { font-weight: 700; }
figure { margin: 1rem 0 1.6rem; }
figure svg { display: block; max-width: none; height: auto; color: var(--ink); }
figure svg * { stroke-linejoin: round; }
figure svg text { font-family: "DejaVu Sans", Verdana, sans-serif; }
figure.fits svg { max-width: 100%; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--accent); }
pre { font-size: .8rem; overflow: auto; max-height: 28rem; padding: .8rem; background: var(--raised);
  border: 1px solid var(--line); }
@page { size: A4; margin: 1.5cm; }
@media print { html { font-size: 10pt; color: #000; background: #fff; } nav { display: none; }
  :root { --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --raised: #f4f4f4; --accent: #000;
    --warn: #000; --warn-back: #fff; }
  table { width: auto; font-size: 7.5pt; } .num, td { white-space: normal; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll, pre { overflow: visible; max-height: none; }
  figure svg { max-width: 100%; } }
"""
CSS = PAGE + LIVE
