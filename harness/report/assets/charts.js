// Charts by Vega-Lite, drawn when they come into view.
const views = new Map();

async function drawChart(host, spec, datasets) {
  await vegaReady();
  const width = host.clientWidth || 600;
  const config = { ...spec.config, axisY: { ...spec.config.axisY, labelLimit: Math.round(Math.min(320, width * 0.36)) } };
  config.legend = { ...config.legend, columns: width < 560 ? 1 : config.legend.columns, labelLimit: width - 90 };
  const options = { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { theme: "page", disableDefaultStyle: true } };
  const found = await vegaEmbed(host, { ...spec, config, datasets }, options);
  views.get(host)?.finalize();
  views.set(host, found.view);
  const svg = $("svg", host);
  svg?.setAttribute("role", "img");
  svg?.setAttribute("aria-label", host.dataset.label ?? "");
  host.closest(".replaced")?.classList.add("drawn");
}

function clearChart(host) {
  views.get(host)?.finalize();
  views.delete(host);
  host.replaceChildren();
}

/** Call `draw` once the host is near the screen; where it fails, the static figure is shown again. */
function whenSeen(host, draw) {
  const guarded = () => Promise.resolve().then(draw).catch((error) => {
    host.closest(".replaced")?.classList.add("failed");
    console.error(error);
  });
  onceSeen(host, () => { host.seen = true; guarded(); });
  return () => { if (host.seen) guarded(); };
}

/** The height of a chart with a band a value of its first line column, and a line in it a value of the second. */
function heightOf(chart, rows) {
  const [bands, lines] = (chart.lines ?? []).map((name) => distinct(rows.map((row) => row[name])).length);
  return chart.lines ? chart.step * bands * (lines + 1) : chart.spec.height;
}

/** A chart whose switches filter its rows: `data.by` names the columns that are chosen from. */
function filteredChart(host, chart) {
  const rows = rowsOf(chart.rows), chosen = {};
  const plot = make("div", { className: "plot", "data-label": host.dataset.label }), bar = make("div", { className: "switches" });
  const there = (upTo) => rows.filter((row) => chart.by.slice(0, upTo).every((name) => row[name] === chosen[name]));
  const fill = () => {
    bar.replaceChildren(...chart.by.map((name, place) => {
      const options = distinct(there(place).map((row) => row[name]));
      if (!options.includes(chosen[name])) chosen[name] = options.includes(chart.first?.[name]) ? chart.first[name] : options[0];
      return choice(name, options.map((one) => [one, one]), chosen[name], (value) => { chosen[name] = value; fill(); redraw(); });
    }).filter(Boolean));
  };
  fill();
  host.append(bar, plot);
  const redraw = whenSeen(plot, () => {
    const shown = there(chart.by.length);
    return drawChart(plot, { ...chart.spec, height: heightOf(chart, shown) }, { rows: shown });
  });
}
