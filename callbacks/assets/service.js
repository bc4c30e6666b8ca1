// The service network's map in the browser: fitted to the room that there is, labels with a halo.
(function () {
  "use strict";

  const LOOK_MS = 400;
  const PADDING_PX = 10;

  setInterval(() => {
    const box = document.querySelector(".service-map-box");
    const plot = box && !document.hidden && box.querySelector(".js-plotly-plot");
    const map = plot && window.fengtuMap.of(plot);
    if (!map) return;
    window.fengtuMap.dressLabels(plot, map);
    window.fengtuMap.fitOnce(box, plot, map, PADDING_PX);
  }, LOOK_MS);
})();
