// The service network's map in the browser: fitted to the room that there is, labels with a halo.
(function () {
  "use strict";

  const LOOK_MS = 400;
  const PADDING_PX = 10;

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
    const plot = box && !document.hidden && box.querySelector(".js-plotly-plot");
    const map = plot && window.fengtuMap.of(plot);
    if (!map) return;
    window.fengtuMap.dressLabels(plot, map);
    fit(box, plot, map);
  }, LOOK_MS);
})();
