// Puts the interactive figures into their places.
const study = JSON.parse($("#study-data").textContent);
document.body.append(tip);
const pairs = study.pairs ? pairsModel(study.pairs) : null;
const heat = $("[data-live='heatmap']");
if (heat && pairs) {
  heatmap(heat, pairs);
  heat.closest(".replaced")?.classList.add("drawn");
}

addEventListener("DOMContentLoaded", () => {
  $$("table[id^='table-']").forEach(offerTable);
  unpackTables();
  for (const host of $$("[data-live]")) {
    const name = host.dataset.live;
    if (name === "graph" && pairs) graph(host, pairs, study.charts.graph.spec);
    else if (name === "curves" && study.curves) overlay(host, study.curves, study.charts.curves.spec);
    else if (study.charts[name]?.rows) filteredChart(host, study.charts[name]);
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
});
