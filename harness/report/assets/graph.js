// The directed graph of gains, partner to main, on a circle; what its edges say stands below it as a list, too.
const STEPS_OF_AN_EDGE = 14, NEAREST = 10;

function levelsOf(model) {
  const { level } = model.data;
  return [[String(level), `q < ${level}`], ["0.1", "q < 0.1"], ["0.2", "q < 0.2"], ["nearest", `the ${NEAREST} with the smallest q`]];
}

function edgesAt(model, level) {
  const tested = model.rows().filter((row) => row.gain !== null && row.q !== null);
  if (level !== "nearest") return tested.filter((row) => row.q < Number(level));
  return tested.sort((a, b) => a.q - b.q || a.p - b.p || Math.abs(b.gain) - Math.abs(a.gain)).slice(0, NEAREST);
}

/** Tasks on a circle, the first at the top, names outside of it; narrower where names need the room. */
function nodesOf(tasks, perUnit) {
  const letters = Math.max(...tasks.map((task) => task.length)), narrow = Math.max(0.4, Math.min(1, 1.7 - (7 * letters) / perUnit));
  return tasks.map((task, i) => {
    const angle = Math.PI / 2 - (2 * Math.PI * i) / tasks.length, x = narrow * Math.cos(angle), y = Math.sin(angle);
    const side = Math.abs(x) < 0.2 ? "center" : x > 0 ? "left" : "right";
    return { task, x, y, side, name_x: side === "center" ? x : x + Math.sign(x) * 12 / perUnit, name_y: side === "center" ? 1.14 * y : 1.06 * y };
  });
}

/** A curve from one task to another, bent to its left, so that both directions of a pair can be seen. */
function curveOf(from, to) {
  const bend = { x: (from.x + to.x) / 2 * 0.72 - (to.y - from.y) * 0.14, y: (from.y + to.y) / 2 * 0.72 + (to.x - from.x) * 0.14 };
  const at = (t) => ["x", "y"].map((k) => (1 - t) ** 2 * from[k] + 2 * t * (1 - t) * bend[k] + t ** 2 * to[k]);
  return { at, ends: [0.05, 0.93] };
}

function graphData(model, rows, level) {
  const nodes = nodesOf(model.data.tasks, model.perUnit), limit = model.choice().limit, edges = [], heads = [];
  rows.forEach((row, edge) => {
    const { at, ends: [first, last] } = curveOf(nodes[row.partner], nodes[row.main]);
    const sure = row.q < model.data.level;
    const said = { edge, sign: row.gain < 0 ? "harms" : "helps", told: `${row.task} with ${row.other}`, gain: signed(row.gain),
      interval: interval(row.low, row.high) || NOTHING, q: probability(row.q), sure: sure ? "significant" : "not significant",
      width: 1.2 + 4 * Math.min(1, Math.abs(model.shade(row) ?? 0) / limit), dash: sure ? "solid" : "dashed" };
    for (let k = 0; k <= STEPS_OF_AN_EDGE; k++) {
      const [x, y] = at(first + (last - first) * k / STEPS_OF_AN_EDGE);
      edges.push({ ...said, step: k, x, y });
    }
    const [x, y] = at(last), [before_x, before_y] = at(last - 0.03), [mid_x, mid_y] = at(0.6);
    const angle = 90 - Math.atan2((y - before_y) * 460 / 2.6, (x - before_x) * model.perUnit) * 180 / Math.PI;
    heads.push({ ...said, x, y, angle, mid_x, mid_y, written: row.gain < 0 ? MINUS : "+" });
  });
  return { edges, heads, nodes };
}

function edgeList(rows, level) {
  const item = (row) => make("li", { className: row.q < level ? "marked" : "" },
    `${row.other} → ${row.task}: ${signed(row.gain)} ${interval(row.low, row.high)}, q ${probability(row.q)}${row.q < level ? "" : " (not significant)"}`);
  return make("ol", { className: "edges" }, ...rows.map(item));
}

function graph(host, model, spec) {
  let level = String(model.data.level);
  const plot = make("div", { className: "plot graph", "data-label": "Graph of gains from partner to main task; the list below says the same" });
  const said = make("p", { className: "note", "aria-live": "polite" }), list = make("div");
  const draw = () => {
    const rows = edgesAt(model, level), sure = rows.filter((row) => row.q < model.data.level).length;
    const what = level === "nearest" ? `what comes nearest, smallest q first` : `q < ${level}`;
    const unsure = rows.length - sure ? ` ${rows.length - sure} of them dashed: NOT SIGNIFICANT, shown only to see what comes nearest.` : "";
    said.textContent = `${settingText(model)}, ${what}: ${counted(rows.length, "gain")}.${unsure}${rows.length ? "" : " Choose a higher q to see what comes nearest."}`;
    plot.dataset.edges = rows.length;
    list.replaceChildren(edgeList(rows, model.data.level));
    model.perUnit = (plot.clientWidth || 600) / 3.5;
    return drawChart(plot, spec, graphData(model, rows, level));
  };
  const pick = buttons("edges", levelsOf(model), level, (value) => { level = value; redraw(); });
  host.append(make("div", { className: "switches" }, pick), said, plot, list);
  const redraw = whenSeen(plot, draw);
  model.drawers.push(redraw);
}
