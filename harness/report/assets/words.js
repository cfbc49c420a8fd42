// Numbers as the report's tables write them (harness/report/words.py), and small makers of elements.
const NOTHING = "–", MINUS = "\u2212";

/** A number with so many decimals, an exact tie to the even digit, as Python writes it. */
function fixed(value, digits) {
  const halves = value * 2 ** (digits + 1);
  if (!Number.isInteger(halves) || halves % 2 === 0) return value.toFixed(digits);
  const scaled = value * 10 ** digits;
  if (Math.abs(scaled % 1) !== 0.5) return value.toFixed(digits);
  return (2 * Math.round(scaled / 2) / 10 ** digits).toFixed(digits);
}

function plain(value, digits = 3) {
  if (value === null || value === undefined) return NOTHING;
  const written = Math.abs(value) < 1000 ? fixed(value, digits) : String(Number(value.toPrecision(4)));
  return Number(written) ? written.replaceAll("-", MINUS) : written.replace(/^-/, "");
}

function signed(value, digits = 3) {
  const written = plain(value, digits);
  return written === NOTHING || written.startsWith(MINUS) || !Number(written) ? written : `+${written}`;
}

function interval(low, high) {
  return low === null || high === null ? "" : `[${signed(low)}, ${signed(high)}]`;
}

function probability(value) {
  if (value === null || value === undefined) return NOTHING;
  if (value < 0.001) return "<.001";
  return value < 0.9995 ? fixed(value, 3).replace(/^0+/, "") : "1.000";
}

function counted(n, noun, plural = `${noun}s`) {
  return `${n.toLocaleString("en")} ${n === 1 ? noun : plural}`;
}

/** An element with properties and children; a property that starts with aria-, data- or is `role` is an attribute. */
function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (/^(aria-|data-|role$|for$|scope$)/.test(key)) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function $(selector, within = document) { return within.querySelector(selector); }
function $$(selector, within = document) { return [...within.querySelectorAll(selector)]; }

/** Rows as objects, from arrays by column. */
function rowsOf(columns) {
  const names = Object.keys(columns), n = names.length ? columns[names[0]].length : 0;
  return Array.from({ length: n }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
}
