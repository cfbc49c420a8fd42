// What is large lies packed in the page: tables, and the library that draws.
async function unpacked(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Call `found` once when the element comes near the screen; what is folded away comes when it is unfolded. */
function onceSeen(element, found) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    found();
  }, { rootMargin: "300px" });
  watcher.observe(element);
}

function unpackTables() {
  for (const place of $$(".packed")) {
    onceSeen(place, async () => {
      place.innerHTML = await unpacked($("script", place));
      offerTable($("table", place));
    });
  }
}

let library = null;

/** Vega, made ready at its first use: the policy of the page knows the hash of its text. */
function vegaReady() {
  library ??= unpacked($("#vega")).then((text) => { document.head.append(make("script", { textContent: text })); });
  return library;
}
