// The service network's map in the browser: fitted to the room that there is, labels with a halo.
(function () {
  "use strict";

  const LOOK_MS = 400;
  const PADDING_PX = 10;

  function mapOf(box) {
    const plot = box.querySelector(".js-plotly-plot");
    const subplot = plot && plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot;
    return subplot && subplot.map ? { plot: plot, map: subplot.map } : null;
  }

  function dress(plot, map) {
    for (const trace of plot._fullData) {
      const layer = "plotly-trace-layer-" + trace.uid + "-symbol";
      if (trace.type !== "scattermap" || !trace.meta || !map.getLayer(layer)) continue;
      if (map.getPaintProperty(layer, "text-halo-color") === trace.meta.halo) continue;
      map.setPaintProperty(layer, "text-halo-color", trace.meta.halo);
      map.setPaintProperty(layer, "text-halo-width", 1.6);
      map.setLayoutProperty(layer, "text-allow-overlap", true);
    }
  }

  // Fitted once for each area and size: from then on the map is where its reader moved it.
  function fit(box, map) {
    const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
    const wanted = [box.dataset.bounds, box.clientWidth, box.clientHeight].join(" ");
    if (map._fengtuFitted === wanted || !map.loaded()) return;
    map._fengtuFitted = wanted;
    map.resize();
    map.fitBounds([[west, south], [east, north]], { padding: PADDING_PX, animate: false });
    map.once("idle", () => (box.dataset.drawn = "yes"));
  }

  setInterval(() => {
    const box = document.querySelector(".service-map-box");
    const found = box && !document.hidden && mapOf(box);
    if (!found) return;
    dress(found.plot, found.map);
    fit(box, found.map);
  }, LOOK_MS);
})();
