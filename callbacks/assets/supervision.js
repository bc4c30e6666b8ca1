/* Supervision: keys for its list, a row that opens wherever it is clicked, and a short address for filters. */
(function () {
  "use strict";

  const OPEN = ".supervision-table .supervision-open";

  function isTyping(target) {
    return target.closest("input, select, textarea, [role=listbox], [role=combobox]") !== null;
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".supervision-row");
    if (!row || event.target.closest("a") || String(window.getSelection())) return;
    row.querySelector(".supervision-open").click();
  });

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector(".supervision-beside") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    if (event.key === "Escape") {
      const close = document.querySelector(".supervision-close");
      if (close) close.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = Array.from(document.querySelectorAll(OPEN));
      const at = all.indexOf(event.target.closest(OPEN));
      const next = at < 0 ? all[0] : all[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      next.focus();
      event.preventDefault();
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest(".supervision-filters");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".supervision-filters")) return;
    const empty = Array.from(event.target.elements).filter((one) => one.name && !one.value);
    empty.forEach((one) => (one.disabled = true));
    window.addEventListener("pageshow", () => empty.forEach((one) => (one.disabled = false)), { once: true });
  });
})();
