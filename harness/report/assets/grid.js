// A grid is walked through by arrow keys; a cell tells what it knows when it is hovered or focused.
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Arrow keys, Home and End move the focus; one cell alone is reached by Tab. */
function walkable(table) {
  const grid = $$("tbody tr", table).map((row) => $$("td", row));
  let current = grid[0]?.[0];
  if (current) current.tabIndex = 0;
  const go = (cell) => { current.tabIndex = -1; current = cell; cell.tabIndex = 0; cell.focus(); };
  table.addEventListener("keydown", (event) => {
    const y = grid.findIndex((row) => row.includes(event.target)), x = grid[y]?.indexOf(event.target);
    if (y < 0) return;
    if (event.key === "Escape") return hideTip();
    const move = MOVES[event.key], row = grid[y];
    const next = move ? grid[y + move[0]]?.[x + move[1]] : { Home: row[0], End: row.at(-1) }[event.key];
    if (move || next) event.preventDefault();
    if (next) go(next);
  });
  const over = (event) => { const cell = event.target.closest("td"); if (cell?.tip) showTip(cell, cell.tip()); };
  table.addEventListener("pointerover", over);
  table.addEventListener("focusin", over);
  table.addEventListener("pointerleave", () => (table.contains(document.activeElement) ? showTip(document.activeElement, document.activeElement.tip()) : hideTip()));
  table.addEventListener("focusout", hideTip);
}
