/* The suggestion panel in the browser: which moves are not wanted, and what goes onto the board.
   A run was asked for a board; once the board is another, what it found no longer fits and is not taken. */
(function () {
  "use strict";

  const ASK_MS = 300;
  const LOST_MS = 10000;
  let timer = null;
  let asked = 0;
  let run = null;
  let rejected = null;
  let board = "";
  let taken = null;
  let taking = false;

  const set = (id, props) => window.dash_clientside.set_props(id, props);

  /* The edits of a board that hold, so that undo and redo are seen too. */
  function held(data) {
    if (!data) return "";
    return JSON.stringify((data.edits || []).slice(0, data.done));
  }

  function standing() {
    if (!run) return "suggest suggest-empty";
    if (board === run.edits) return "suggest suggest-fresh";
    return board === taken ? "suggest suggest-taken" : "suggest suggest-stale";
  }

  /* The next question follows the last answer; one that never came is asked again. */
  function ask() {
    clearTimeout(timer);
    if (!document.getElementById("plan-suggest-panel")) return;
    timer = setTimeout(ask, LOST_MS);
    asked += 1;
    set("plan-suggest-tick", { data: asked });
  }

  function heard(trace) {
    clearTimeout(timer);
    if (trace && trace.running) timer = setTimeout(ask, ASK_MS);
  }

  /* A new run forgets what was rejected of the last. */
  function follow(data, itsRun) {
    const before = board;
    board = held(data);
    if (taking && board !== before) {
      taken = board;
      taking = false;
    }
    const edits = itsRun ? JSON.stringify(itsRun.edits) : "";
    if (itsRun && (!run || run.id !== itsRun.run)) {
      rejected = { run: itsRun.run, at: [] };
      taken = null;
    }
    run = itsRun ? { id: itsRun.run, edits: edits } : null;
    return standing();
  }

  function reject(at) {
    if (!run || !rejected) return;
    const had = rejected.at.includes(at);
    const next = had ? rejected.at.filter((one) => one !== at) : rejected.at.concat([at]);
    rejected = { run: run.id, at: next };
    set("plan-suggest-rejected", { data: rejected });
  }

  function put(edits) {
    if (edits.length && window.fengtuPlan) window.fengtuPlan.take(edits);
  }

  function start() {
    setTimeout(() => document.getElementById("plan-suggest-start").click(), 0);
  }

  const ACTS = {
    reject: (pressed) => reject(Number(pressed.dataset.of)),
    take: (pressed) => {
      if (!run || board !== run.edits) return;
      taking = true;
      put(JSON.parse(pressed.dataset.edits));
    },
    again: (pressed) => {
      put(JSON.parse(pressed.dataset.edits));
      start();
    },
    ask: (pressed) => {
      put(JSON.parse(pressed.dataset.edits));
      const asked = JSON.parse(pressed.dataset.asked);
      Object.keys(asked).forEach((name) => set("plan-suggest-" + name, { value: asked[name] }));
      start();
    },
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-suggest]");
    if (pressed && !pressed.disabled) ACTS[pressed.dataset.suggest](pressed);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.planSuggest = { follow: follow, heard: heard };
})();
