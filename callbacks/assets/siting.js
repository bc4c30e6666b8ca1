// The siting map in the browser: fitted to the room that there is, labels with a halo; and the print button.
(function () {
  "use strict";

  const LOOK_MS = 400;
  const PADDING_PX = 10;

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest(".siting-print")) window.print();
  });

  setInterval(() => {
    const box = document.querySelector(".siting-map-box");
    const plot = box && !document.hidden && box.querySelector(".js-plotly-plot");
    const map = plot && window.fengtuMap.of(plot);
    if (!map) return;
    window.fengtuMap.dressLabels(plot, map);
    window.fengtuMap.fitOnce(box, plot, map, PADDING_PX);
  }, LOOK_MS);
})();
