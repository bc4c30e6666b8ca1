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

  // Fitted once for each area and size: from then on the map is where its reader moved it. Told to Plotly,
  // which would otherwise put its own view back at the next change of size.
  function fit(box, plot, map) {
    const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
    // A figure that comes after its bounds has a revision of its own, and is fitted anew.
    const drawn = plot.layout && plot.layout.uirevision;
    const wanted = [box.dataset.bounds, box.clientWidth, box.clientHeight, drawn].join(" ");
    if (box.dataset.fitted === wanted || !map.loaded()) return;
    map.resize();
    const camera = map.cameraForBounds([[west, south], [east, north]], { padding: PADDING_PX });
    if (!camera) return;
    box.dataset.fitted = wanted;
    const centre = { lon: camera.center.lng, lat: camera.center.lat };
    window.Plotly.relayout(plot, { "map.center": centre, "map.zoom": camera.zoom });
  }

  setInterval(() => {
    const box = document.querySelector(".service-map-box");
    const found = box && !document.hidden && mapOf(box);
    if (!found) return;
    dress(found.plot, found.map);
    fit(box, found.plot, found.map);
  }, LOOK_MS);
})();
