// The gains of pairs as they are switched: one state for the heatmap and the graph below it.
function pairsModel(data) {
  const rows = rowsOf(data.rows).map((row) => ({
    ...row, task: data.tasks[row.main], other: data.tasks[row.partner], metricName: data.metrics.names[row.metric],
    marked: row.q !== null && row.q < data.level,
  }));
  const state = { setting: [...data.slices[0]], choice: 0, order: "given" };
  const model = { data, state, drawers: [] };
  model.slice = () => data.slices.findIndex((key) => key.every((part, i) => part === state.setting[i]));
  model.choice = () => data.metrics.choices[state.choice];
  model.rows = () => {
    const slice = model.slice(), { metric } = model.choice();
    const right = metric ? (row) => row.metricName === metric : (row) => row.primary;
    return rows.filter((row) => row.slice === slice && right(row));
  };
  model.shade = (row) => row[model.choice().by === "gain_relative" ? "relative" : "gain"];
  model.changed = () => model.drawers.forEach((draw) => draw());
  return model;
}

const FACTORS = ["feature", "model", "combiner"];

function pairsSwitches(model) {
  const { data, state } = model;
  const factor = (name, i) => {
    const levels = distinct(data.slices.map((key) => key[i]));
    return choice(name, levels.map((level) => [level, level || "none"]), state.setting[i], (value) => {
      state.setting[i] = value;
      model.changed();
    });
  };
  const metrics = data.metrics.choices.map((one, i) => [String(i), one.title]);
  return [...FACTORS.map(factor), choice("metric", metrics, "0", (value) => {
    state.choice = Number(value);
    model.changed();
  })].filter(Boolean);
}

/** What is shown, in words: every factor, chosen or not. */
function settingText(model) {
  return [...model.state.setting.filter(Boolean), model.choice().title].join(" · ");
}

/** The lines of a tooltip: who, the gain with its interval and q, the scores, the controls. */
function gainLines(row, floor) {
  const ends = interval(row.low, row.high);
  const lines = [`${row.task} with ${row.other}`,
    `gain ${signed(row.gain)}${ends ? ` ${ends}` : ", no interval"}`,
    `q ${probability(row.q)}${row.marked ? "*" : ""} · p ${probability(row.p)}`,
    `${row.metricName}: alone ${plain(row.alone)}, together ${plain(row.together)}, n ${plain(row.n, 0)}`];
  if (row.placebo !== null) lines.push(`placebos gave ${signed(row.placebo)}`);
  if (floor !== null && row.primary) lines.push(`noise floor of one difference ${plain(floor)}`);
  if (row.note) lines.push(row.note);
  return lines;
}
