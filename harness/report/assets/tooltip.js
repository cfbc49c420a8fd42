// One tooltip for cells that are hovered or have the focus.
const tip = make("div", { id: "tip", role: "tooltip", hidden: true });

function showTip(target, lines) {
  tip.replaceChildren(...lines.map((line, place) => make("div", { className: place ? "" : "tip-head" }, line)));
  tip.hidden = false;
  const at = target.getBoundingClientRect(), box = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - box.width / 2), innerWidth - box.width - 8);
  const above = at.top - box.height - 8;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above > 4 ? above : at.bottom + 8) + scrollY}px`;
}

function hideTip() { tip.hidden = true; }
