// The heatmap of gains: a grid that the arrow keys walk through, each cell with its numbers on hover and focus.
const ROOMY = 12;
const ORDERS = [["given", "as given"], ["gain", "by gain"], ["clustered", "clustered"]];

function orderOf(model, rows) {
  const all = model.data.tasks.map((_, i) => i);
  if (model.state.order === "clustered") {
    const places = model.choice().clustered[model.slice()] ?? all;
    return [places, places];
  }
  if (model.state.order !== "gain") return [all, all];
  const mean = (side, task) => {
    const found = rows.filter((row) => row[side] === task && model.shade(row) !== null).map(model.shade);
    return found.length ? found.reduce((a, b) => a + b, 0) / found.length : -Infinity;
  };
  const sorted = (side) => [...all].sort((a, b) => mean(side, b) - mean(side, a) || a - b);
  return [sorted("main"), sorted("partner")];
}

function colourOf(model, value) {
  const { limit } = model.choice(), steps = model.data.colours;
  const place = Math.floor(((Math.max(-limit, Math.min(limit, value)) + limit) / (2 * limit)) * steps.length);
  return steps[Math.min(place, steps.length - 1)];
}

function gainCell(model, row, floor, roomy) {
  const digits = roomy ? 3 : 2;
  const cell = make("td", { role: "gridcell", tabIndex: -1, className: row.marked ? "gain marked" : "gain",
    "data-main": row.task, "data-partner": row.other, "aria-label": gainLines(row, floor).join("; ") });
  cell.append(make("b", {}, row.gain === null ? NOTHING : signed(row.gain, digits) + (row.marked ? "*" : "")));
  if (roomy && row.low !== null && row.high !== null) {
    cell.append(make("small", {}, `±${plain((row.high - row.low) / 2)}`), make("small", {}, `q ${probability(row.q)}`));
  }
  const shade = model.shade(row);
  if (shade !== null) cell.style.backgroundColor = colourOf(model, shade);
  else cell.classList.add("empty");
  cell.tip = () => gainLines(row, floor);
  return cell;
}

/** A cell without a gain: the score alone on the diagonal, a control beside the gains, or nothing. */
function quietCell(text, said, kind) {
  const cell = make("td", { role: "gridcell", tabIndex: -1, className: kind, "aria-label": said }, text);
  cell.tip = () => [said];
  return cell;
}

/** A name that may be broken after each slash. */
function breakable(name) { return name.split(/(?<=\/)/).flatMap((part, i) => (i ? [make("wbr"), part] : [part])); }

function heatmapTable(model) {
  const rows = model.rows(), { tasks, floor } = model.data, [down, across] = orderOf(model, rows);
  const roomy = tasks.length <= ROOMY, floors = floor[model.slice()] ?? [];
  const at = new Map(rows.map((row) => [row.main * tasks.length + row.partner, row]));
  const primary = rows.some((row) => row.primary), placebos = rows.some((row) => row.placebo !== null);
  const line = (main) => {
    const mine = rows.find((row) => row.main === main), own = primary ? floors[main] ?? null : null;
    const cells = across.map((partner) => {
      if (partner === main) return quietCell(plain(mine?.alone ?? null, roomy ? 3 : 2), `${tasks[main]} alone: ${plain(mine?.alone ?? null)}`, "alone");
      const row = at.get(main * tasks.length + partner);
      return row ? gainCell(model, row, own, roomy) : quietCell("", `${tasks[main]} with ${tasks[partner]}: not measured`, "empty");
    });
    if (placebos) cells.push(quietCell(signed(mine?.placebo ?? null), `placebos of ${tasks[main]} gave ${signed(mine?.placebo ?? null)}`, "beside"));
    if (primary && floors.some((value) => value !== null)) cells.push(quietCell(plain(own), `noise floor of ${tasks[main]}: ${plain(own)}`, "beside"));
    return make("tr", { role: "row" }, make("th", { role: "rowheader", scope: "row" }, ...breakable(tasks[main])), ...cells);
  };
  const named = (text, kind) => make("th", { role: "columnheader", scope: "col", className: kind }, make("span", {}, text));
  const beside = [placebos ? "placebos" : null, primary && floors.some((value) => value !== null) ? "noise floor" : null].filter(Boolean);
  const head = make("tr", { role: "row" }, make("td", { className: "corner", role: "columnheader" }, "main ↓ partner →"),
    ...across.map((task) => named(tasks[task])), ...beside.map((text) => named(text, "beside")));
  return make("table", { role: "grid", className: roomy ? "heat roomy" : "heat", "aria-label": `Gains: ${settingText(model)}` },
    make("thead", {}, head), make("tbody", {}, ...down.map(line)));
}

function scaleBar(model) {
  const { limit, by } = model.choice();
  const steps = model.data.colours.map((colour) => { const one = make("i"); one.style.backgroundColor = colour; return one; });
  return make("div", { className: "scale", "aria-hidden": "true" }, `${signed(-limit, 2)} harms`, make("span", {}, ...steps),
    `helps ${signed(limit, 2)}${by === "gain" ? "" : " (gain / score alone)"}`);
}

const PAIR_COLUMNS = { main: "task", partners: "other", metric: "metricName", n: "n", single_mean: "alone", group_mean: "together",
  gain: "gain", ci_low: "low", ci_high: "high", p: "p", q: "q", placebo_gain: "placebo", note: "note" };

function pairsCsv(model) {
  const setting = model.state.setting;
  return [[...FACTORS, ...Object.keys(PAIR_COLUMNS)],
    ...model.rows().map((row) => [...setting, ...Object.values(PAIR_COLUMNS).map((name) => row[name])])];
}

function heatmap(host, model) {
  const shown = make("div", { className: "scroll" }), said = make("p", { className: "note", "aria-live": "polite" });
  const draw = () => {
    hideTip();
    const rows = model.rows(), known = rows.filter((row) => row.gain !== null), marked = known.filter((row) => row.marked);
    said.textContent = rows.length
      ? `${settingText(model)}: ${counted(known.length, "gain")}, ${known.filter((row) => row.gain > 0).length} above zero, ${marked.length} at q < ${model.data.level}.`
      : `${settingText(model)}: not measured.`;
    const table = heatmapTable(model);
    walkable(table);
    shown.replaceChildren(...(rows.length ? [table, scaleBar(model)] : []));
  };
  model.drawers.push(draw);
  const order = buttons("order", ORDERS, model.state.order, (value) => { model.state.order = value; draw(); });
  const csv = make("button", { type: "button", className: "csv", "data-csv-of": "heatmap", "aria-label": "Download the gains that are shown as CSV" }, "CSV");
  csv.addEventListener("click", () => download(`${document.body.dataset.study}-${settingText(model).replace(/[^\w]+/g, "-")}`, pairsCsv(model)));
  host.append(make("div", { className: "switches" }, ...pairsSwitches(model), order, csv), said, shown);
  draw();
}
