/* The register: keys for its list, the row that is open, and a short address for its filters. */
(function () {
  "use strict";

  const OPEN = ".matters-open";

  function mark(row) {
    document.querySelectorAll(".matters-row[aria-selected]").forEach((one) => one.removeAttribute("aria-selected"));
    if (row) row.setAttribute("aria-selected", "true");
  }

  function move(from, step) {
    const all = Array.from(document.querySelectorAll(OPEN));
    const next = all[all.indexOf(from) + step];
    if (next) next.focus();
  }

  function isTyping(target) {
    return target.closest("input, select, textarea") !== null;
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".matters-row");
    if (row) mark(row);
    if (event.target.closest("#matters-close")) mark(null);
  });

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector(".matters-table") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const close = document.getElementById("matters-close");
      const chosen = document.querySelector(".matters-row[aria-selected] " + OPEN);
      if (close) close.click();
      if (chosen) chosen.focus();
    } else if (event.key === "/" && !isTyping(event.target)) {
      const number = document.querySelector(".matters-filters input[name=number]");
      if (number) number.focus();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !isTyping(event.target)) {
      const from = event.target.closest(OPEN);
      if (from) move(from, event.key === "ArrowDown" ? 1 : -1);
      else document.querySelector(OPEN).focus();
      event.preventDefault();
    }
  });

  // A choice is asked for at once; what is typed waits for Enter or the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest(".matters-filters");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  // Filters that are not set need not stand in the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".matters-filters")) return;
    const empty = Array.from(event.target.elements).filter((one) => one.name && !one.value);
    empty.forEach((one) => (one.disabled = true));
    window.addEventListener("pageshow", () => empty.forEach((one) => (one.disabled = false)), { once: true });
  });
})();
