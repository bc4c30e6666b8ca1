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

  /* A new file: name it, refuse one too large to send, forget the outcome of the file before. */
  function choose(contents, name, words) {
    if (!contents) return [words.none, null, true, null];
    const bytes = sizeOf(contents);
    const label = words.chosen.replace("{name}", () => name).replace("{size}", () => inWords(bytes));
    const tooLarge = bytes > words.limit_bytes;
    return [label, tooLarge ? words.too_large : null, tooLarge, null];
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

  return { choose, forget, reveal };
})();
