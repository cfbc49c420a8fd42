// Learning curves that are laid over each other: tasks, cells and splits are chosen, lines are counted.
function overlay(host, data, spec) {
  const model = curvesModel(data);
  const plot = make("div", { className: "plot", "data-label": "Learning curves that were chosen" });
  const said = make("p", { className: "note", "aria-live": "polite" });
  const list = make("div", { className: "cells" }), find = make("input", { type: "search", placeholder: "find a cell", "aria-label": "find a cell" });
  const chosen = () => model.curves.filter((curve) => model.tasks.has(curve.taskName) && model.cells.has(curve.cell)
    && model.splits.has(data.splits[curve.split]) && (curve.metric === 0) === (model.kind === "loss"));
  const draw = () => {
    const all = chosen(), shown = all.slice(0, MOST_LINES);
    const what = model.kind === "loss" ? "loss" : distinct(shown.map((curve) => data.metrics[curve.metric])).join(", ") || "primary metric";
    said.textContent = all.length > shown.length
      ? `${shown.length} of ${all.length} chosen curves: no more are legible.` : `${counted(shown.length, "curve")}: means over folds and seeds; of three or fewer, bands from the lowest to the highest run.`;
    plot.dataset.lines = shown.length;
    if (!shown.length) return clearChart(plot);
    const rows = curveRows(data, model, shown), layer = rows.some((row) => row.band) ? spec.layer : spec.layer.slice(1);
    return drawChart(plot, { ...spec, layer, title: what }, { rows });
  };
  const fillCells = () => {
    const wanted = find.value.trim().toLowerCase().split(/\s+/);
    const there = new Map(model.curves.filter((curve) => model.tasks.has(curve.taskName)).map((curve) => [curve.cell, curve.who]));
    const kept = [...there].filter(([cell, who]) => model.cells.has(cell) || wanted.every((word) => who.toLowerCase().includes(word)));
    list.replaceChildren(checks("cells", kept, model.cells, () => redraw()));
  };
  find.addEventListener("input", fillCells);
  const changed = () => { fillCells(); redraw(); };
  const trained = data.tasks.filter((task) => model.curves.some((curve) => curve.taskName === task));
  const kinds = [["score", "primary metric"], ["loss", "loss"]];
  const clear = make("button", { type: "button" }, "no cell");
  clear.addEventListener("click", () => { model.cells.clear(); changed(); });
  const csv = make("button", { type: "button", className: "csv", "data-csv-of": "curves", "aria-label": "Download the curves that are shown as CSV" }, "CSV");
  csv.addEventListener("click", () => download(`${document.body.dataset.study}-curves`, [["curve", "split", "epoch", "mean", "lowest", "highest"],
    ...curveRows(data, model, chosen()).map((row) => [row.who, row.split, row.x, row.y, row.low, row.high])]));
  host.append(make("div", { className: "switches" }, buttons("shown", kinds, model.kind, (value) => { model.kind = value; redraw(); }),
    checks("splits", data.splits.map((one) => [one, one]), model.splits, () => redraw()), csv),
    make("div", { className: "chooser" }, checks("tasks", trained.map((one) => [one, one]), model.tasks, changed), make("div", {}, make("div", { className: "find" }, find, clear), list)), said, plot);
  fillCells();
  const redraw = whenSeen(plot, draw);
}
