// The siting map in the browser: fitted to the room that there is, labels with a halo; and the print button.
(function () {
  "use strict";

  const PADDING_PX = 10;

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest(".siting-print")) window.print();
  });

  window.fengtuMap.keepFitted(".siting-map-box", PADDING_PX);
})();
