// The service network's map in the browser: fitted to the room that there is, labels with a halo.
(function () {
  "use strict";

  const PADDING_PX = 10;

  window.fengtuMap.keepFitted(".service-map-box", PADDING_PX);
})();
