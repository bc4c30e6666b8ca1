/* The life of plans in the browser: what the board began with, so that one's own changes can be told from
   another's when both saved; and printing. */
(function () {
  "use strict";

  /* After a save the board begins with what was saved; one made from another's version, with theirs. */
  function begun(opened, saved, before) {
    const by = window.dash_clientside.callback_context.triggered.map((one) => one.prop_id).join();
    if (!by.includes("plan-saved-as")) return opened && opened.begun ? opened.begun : opened;
    const board = window.fengtuPlan && window.fengtuPlan.board();
    return saved && saved.draft && board ? Object.assign({}, board, saved) : before;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-life-act=print]")) window.print();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.planLife = { begun: begun };
})();
