// Switches of a figure: a choice that has one option is said, not offered.
function choice(title, options, chosen, changed) {
  if (options.length < 2) return null;
  const select = make("select", { name: title }, ...options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
  select.addEventListener("change", () => changed(select.value));
  return make("label", {}, `${title} `, select);
}

function buttons(title, options, chosen, changed) {
  const group = `${title}-${Math.random().toString(36).slice(2)}`;
  const made = options.map(([value, text]) => {
    const input = make("input", { type: "radio", name: group, value, checked: value === chosen });
    input.addEventListener("change", () => changed(value));
    return make("label", {}, input, ` ${text}`);
  });
  return make("fieldset", { "data-switch": title }, make("legend", {}, title), ...made);
}

/** Distinct values in the order in which they first come. */
function distinct(values) { return [...new Set(values)]; }
