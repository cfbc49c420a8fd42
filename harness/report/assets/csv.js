// Every table as CSV, made here from what the page holds.
function csvOf(rows) {
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map((cell) => quoted(cell === null || cell === undefined ? "" : String(cell))).join(",")).join("\r\n") + "\r\n";
}

function download(name, rows) {
  const blob = new Blob(["\ufeff", csvOf(rows)], { type: "text/csv;charset=utf-8" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `${name}.csv` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The cells of a row by the column's names: whole numbers, not the rounded ones that are shown. */
function cellsOf(cell, names) {
  const numbers = $$("data", cell).map((one) => one.value);
  if (numbers.length === names.length) return numbers;
  const text = ($("pre", cell) ?? cell).textContent.trim();
  return names.map((_, place) => (place || text === NOTHING ? "" : text));
}

function tableRows(table) {
  const names = $$("thead th", table).map((head) => (head.dataset.csv ?? head.textContent).split("|"));
  const body = $$("tbody tr", table).map((row) => [...row.children].flatMap((cell, place) => cellsOf(cell, names[place])));
  return [names.flat(), ...body];
}

function offerTable(table) {
  const name = table.id.replace(/^table-/, "");
  const button = make("button", { type: "button", className: "csv", "data-csv-of": name, "aria-label": `Download ${name} as CSV` }, "CSV");
  button.addEventListener("click", () => download(`${document.body.dataset.study}-${name}`, tableRows(table)));
  table.parentElement.before(make("div", { className: "tools" }, button));
}
