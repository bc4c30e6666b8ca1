/* Units: a number is opened beside the table without leaving it; its address goes along. Keys move between numbers. */
(function () {
  "use strict";

  const ASKED = "units-asked";
  const OPENS = ".units-open, .units-follow, .units-close";
  let opener = null;

  const page = () => document.querySelector(".units");
  const panel = () => document.getElementById("units-panel");

  function fieldsOf(link) {
    return Object.fromEntries(new URL(link.href).searchParams);
  }

  function mark() {
    document.querySelectorAll(".units-open.units-here").forEach((one) => one.classList.remove("units-here"));
    const now = new URLSearchParams(window.location.search);
    if (!now.get("indicator")) return;
    const same = (link) => ["unit", "indicator"].every((name) => fieldsOf(link)[name] === now.get(name));
    const quarter = (link) => !now.get("quarter") || fieldsOf(link).quarter === now.get("quarter");
    document.querySelectorAll(".units-open").forEach((link) => {
      if (same(link) && quarter(link)) link.classList.add("units-here");
    });
  }

  /* The address is told of what is open; Dash is not, or it would lay the whole page out anew. */
  function ask(link) {
    window.history.replaceState(window.history.state, "", link.href);
    window.dash_clientside.set_props(ASKED, { data: fieldsOf(link) });
    mark();
  }

  function close() {
    const link = panel() && panel().querySelector(".units-close");
    if (!link) return;
    ask(link);
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(OPENS);
    if (!link || !page() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.matches(".units-close")) return close();
    if (link.matches(".units-open")) opener = link;
    ask(link);
  });

  const isTyping = (target) => target.closest("input, select, textarea") !== null;

  function beside(link, key) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[key];
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const row = Array.from(link.closest("tr").querySelectorAll(".units-open"));
      return row[row.indexOf(link) + step];
    }
    const column = link.closest("td").cellIndex;
    const rows = Array.from(link.closest("tbody").rows);
    for (let at = rows.indexOf(link.closest("tr")) + step; rows[at]; at += step) {
      const cell = rows[at].cells[column];
      const found = cell && cell.querySelector(".units-open");
      if (found) return found;
    }
    return null;
  }

  document.addEventListener("keydown", (event) => {
    if (!page() || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector(".units-filters input[name=search]");
    if (event.key === "Escape" && panel() && panel().children.length) {
      close();
    } else if (event.key === "/" && !isTyping(event.target) && search) {
      search.focus();
      event.preventDefault();
    } else if (event.key.startsWith("Arrow") && !isTyping(event.target)) {
      const from = event.target.closest(".units-open");
      const next = from ? beside(from, event.key) : null;
      const first = from || event.target !== document.body ? null : document.querySelector(".units-open");
      if (next || first) {
        (next || first).focus();
        event.preventDefault();
      }
    }
  });

  // A choice is asked for at once; what is typed waits for Enter or the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest(".units-filters");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  // Filters that are not set need not stand in the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".units-filters")) return;
    const empty = Array.from(event.target.elements).filter((one) => one.name && !one.value);
    empty.forEach((one) => (one.disabled = true));
    window.addEventListener("pageshow", () => empty.forEach((one) => (one.disabled = false)), { once: true });
  });

  // What a number means is read from its top, by those who do not see it too.
  new MutationObserver(() => {
    const close = panel() && panel().querySelector(".units-close");
    if (!close || close === mark.last) return;
    mark.last = close;
    mark();
    if (opener) close.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
