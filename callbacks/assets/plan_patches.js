/* A town divided on the server goes onto the board as one step, undone at once. */
(function () {
  "use strict";

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.patches = {
    take: (edits) => {
      if (edits && edits.length && window.fengtuPlan) window.fengtuPlan.take(edits);
    },
  };
})();
