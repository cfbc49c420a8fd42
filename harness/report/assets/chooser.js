// What can be chosen of the learning curves, and what is chosen at first.
const MOST_LINES = 24;

function cellName(data, cell, task) {
  const others = cell.tasks.filter((one) => one !== task);
  const who = others.length ? `${task} with ${others.join(" + ")}` : `${task} alone`;
  return [who + (cell.placebo ? " (placebo)" : cell.capacity ? " (equal capacity)" : ""), cell.setting].filter(Boolean).join(" · ");
}

function checks(title, options, chosen, changed) {
  const made = options.map(([value, text]) => {
    const input = make("input", { type: "checkbox", value, checked: chosen.has(value) });
    input.addEventListener("change", () => { input.checked ? chosen.add(value) : chosen.delete(value); changed(); });
    return make("label", {}, input, ` ${text}`);
  });
  return make("fieldset", { "data-switch": title }, make("legend", {}, title), ...made);
}

function curvesModel(data) {
  const curves = rowsOf(data.curves).map((curve) => ({ ...curve, x: data.grids[curve.grid], taskName: data.tasks[curve.task], who: cellName(data, data.cells[curve.cell], data.tasks[curve.task]) }));
  const first = curves.find((curve) => data.cells[curve.cell].tasks.length === 1) ?? curves[0];
  const own = curves.find((curve) => curve.task === first.task && curve.metric !== 0);
  const setting = (curve) => data.cells[curve.cell].setting.split(" · ").slice(0, 2).join(" · ");
  const near = distinct(curves.filter((curve) => curve.task === first.task && setting(curve) === setting(first) && !data.cells[curve.cell].placebo).map((curve) => curve.cell)).slice(0, 4);
  return { curves, tasks: new Set([first.taskName]), cells: new Set(near), splits: new Set(["validation"]), kind: own ? "score" : "loss" };
}

function curveRows(data, model, chosen) {
  const band = chosen.length <= 3;
  return chosen.flatMap((curve, place) => curve.x.map((x, i) => ({ curve: place, who: curve.who, split: data.splits[curve.split],
    x, y: curve.y[i], low: curve.low?.[i] ?? null, high: curve.high?.[i] ?? null, band: band && Boolean(curve.low) })));
}
