/* The import page: what needs no server. */
window.dash_clientside = window.dash_clientside || {};

window.dash_clientside.imports = (function () {
  const MB = 1024 * 1024;

  function sizeOf(contents) {
    const body = contents.length - contents.indexOf(",") - 1;
    const padding = contents.endsWith("==") ? 2 : contents.endsWith("=") ? 1 : 0;
    return (body / 4) * 3 - padding;
  }

  function inWords(bytes) {
    return bytes < MB ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / MB).toFixed(1) + " MB";
  }

  /* A new file: name it, send it unless it is too large, forget the outcome of the file before. */
  function choose(contents, name, words) {
    if (!contents) return [words.none, null, null, null, null, null];
    const bytes = sizeOf(contents);
    const label = words.chosen.replace("{name}", () => name).replace("{size}", () => inWords(bytes));
    const tooLarge = bytes > words.limit_bytes;
    return [label, tooLarge ? words.too_large : null, tooLarge ? null : contents, null, null, null];
  }

  /* A file can be tried out once the server has it. */
  function ready(file) {
    return !file;
  }

  function step(file, run) {
    const at = run && !run.dry_run ? 3 : file || run ? 2 : 1;
    document.querySelectorAll("#imports-steps > li").forEach(function (item, place) {
      if (place + 1 === at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    return "imports-steps imports-at-" + at;
  }

  /* A changed option: what was tried out is not what would be imported. */
  function forget() {
    return null;
  }

  /* A started job: bring the place where it is followed into sight, though the form above may be long. */
  function reveal(run, id) {
    if (!run) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.getElementById(id).parentElement.scrollIntoView({ behavior: still ? "auto" : "smooth" });
  }

  /* An answer that differs from how it was laid out must be tried out before anything is imported. */
  function changed(values, ids, shown) {
    const isChanged = ids.some(function (id, place) {
      const value = values[place];
      return String(value === null || value === undefined ? "" : value) !== (shown.answers[id.option] || "");
    });
    const note = isChanged && shown.can_import ? shown.changed : shown.note;
    return [isChanged || !shown.can_import, !isChanged, note];
  }

  /* Show one place of the map, or all of it; or the other side of its repairs. */
  function look(clicks, whole, side, figure, places) {
    const triggered = window.dash_clientside.callback_context.triggered;
    if (!triggered.length || !figure) return window.dash_clientside.no_update;
    const by = window.dash_clientside.callback_context.triggered_id;
    const isClick = triggered[0].prop_id.endsWith(".n_clicks");
    if (isClick && !triggered[0].value) return window.dash_clientside.no_update;
    const data = figure.data.map((trace) => (trace.meta ? { ...trace, visible: trace.meta === side } : trace));
    const layout = { ...figure.layout };
    if (isClick) {
      const box = by && typeof by === "object" ? places.spots[by.number] : places.whole;
      layout.xaxis = { ...layout.xaxis, autorange: false, range: [box[0], box[2]] };
      layout.yaxis = { ...layout.yaxis, autorange: false, range: [box[1], box[3]] };
    }
    return { ...figure, data, layout };
  }

  return { choose, ready, step, forget, reveal, changed, look };
})();
