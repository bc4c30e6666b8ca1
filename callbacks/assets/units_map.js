// The maps of units in the browser: fitted to the room that there is, a click picks an area's row, arrow keys
// go to the quarter before or after.
(function () {
  "use strict";

  const PADDING_PX = 12;
  const NARROW_PX = 560;
  const NARROW_TEXT_PX = 12;
  const TITLES = "slot-label-title";
  const STEPS = { ArrowLeft: ".units-map-previous", ArrowRight: ".units-map-next" };

  function rowOf(area) {
    return document.querySelector('.units-map-row[data-area="' + Number(area) + '"]');
  }

  function clear(box) {
    for (const row of document.querySelectorAll(".units-map-row-here")) row.classList.remove("units-map-row-here");
    box.querySelector(".units-map-picked").replaceChildren();
    delete box.dataset.picked;
  }

  // The same words and ways as in the list, so that nothing is said of an area in two forms.
  function pick(box, area) {
    clear(box);
    const row = rowOf(area);
    if (!row) return;
    const hidden = row.closest("details");
    if (hidden) hidden.open = true;
    row.classList.add("units-map-row-here");
    const list = row.closest(".units-map-rows");
    list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "units-map-close";
    close.textContent = "×";
    close.setAttribute("aria-label", box.dataset.close);
    close.addEventListener("click", () => clear(box));
    box.querySelector(".units-map-picked").replaceChildren(close, ...Array.from(row.childNodes, (one) => one.cloneNode(true)));
    box.dataset.picked = location.search;
  }

  function listen(box, plot) {
    if (plot.dataset.listens) return;
    plot.dataset.listens = "yes";
    plot.on("plotly_click", (clicked) => {
      const point = clicked && clicked.points && clicked.points[0];
      if (point && point.customdata) pick(document.querySelector(".units-map-box"), point.customdata);
    });
  }

  document.addEventListener("keydown", (event) => {
    const box = document.querySelector(".units-map-box");
    if (!box || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape") clear(box);
    // On the map itself, in a field and in a list the arrows have their own work.
    if (event.target.closest("input, select, textarea, canvas, .units-map-rows")) return;
    const link = STEPS[event.key] && document.querySelector("a" + STEPS[event.key]);
    if (link) {
      event.preventDefault();
      link.click();
    }
  });

  // A small screen has no room for all that a desk's map says: names give way to each other, and the list below
  // tells ranks and states.
  function thin(box, plot) {
    const isNarrow = box.clientWidth < NARROW_PX;
    const map = window.fengtuMap.of(plot);
    for (const trace of plot._fullData || []) {
      if (trace.type !== "scattermap" || !trace.meta || !trace.meta.halo) continue;
      trace.meta.overlap = !isNarrow;
      const layer = "plotly-trace-layer-" + trace.uid + "-symbol";
      if (!map.getLayer(layer)) continue;
      window.fengtuMap.setLayout(map, layer, {
        "visibility": isNarrow && trace.uid !== TITLES ? "none" : "visible",
        "text-size": isNarrow ? NARROW_TEXT_PX : trace.textfont.size,
      });
    }
  }

  window.fengtuMap.keepFitted(".units-map-box", PADDING_PX, (box, plot) => {
    listen(box, plot);
    thin(box, plot);
    if (box.dataset.picked !== undefined && box.dataset.picked !== location.search) clear(box);
  });
})();
