/* The planner's board in the browser: moves, undo and redo without a round trip; the server checks every one.
   A board is {base, draft, version, name, moves: [[unit, leader or null], ...], done, chosen, focus}.
   The board here is the newest: Dash may drop an answer when a second press overtakes it, so presses do not go
   through callbacks but are read from the page and put into the store whole. */
(function () {
  "use strict";

  const MOST_MOVES = 500;
  let board = null;
  let ground = { holders: {}, areas: {} };

  function publish(next) {
    if (next === board) return;
    board = next;
    window.dash_clientside.set_props("plan-board", { data: board });
  }

  function holder(unit) {
    for (let at = board.done - 1; at >= 0; at -= 1) {
      if (board.moves[at][0] === unit) return board.moves[at][1];
    }
    return ground.holders[unit];
  }

  function give(unit, leader) {
    const known = Object.prototype.hasOwnProperty.call(ground.holders, unit);
    if (!known || holder(unit) === leader || board.done >= MOST_MOVES) return board;
    const moves = board.moves.slice(0, board.done).concat([[unit, leader]]);
    return Object.assign({}, board, { moves: moves, done: moves.length, focus: [] });
  }

  function giveToChosen(unit) {
    return board.chosen === null ? board : give(unit, board.chosen);
  }

  function choose(leader) {
    return Object.assign({}, board, { chosen: board.chosen === leader ? null : leader });
  }

  function step(by) {
    const done = Math.min(Math.max(board.done + by, 0), board.moves.length);
    return done === board.done ? board : Object.assign({}, board, { done: done, focus: [] });
  }

  function point(units) {
    const same = units.join() === board.focus.join();
    return Object.assign({}, board, { focus: same ? [] : units });
  }

  /* What a press on an element with data-act="name" data-of="what" does. */
  const ACTS = {
    choose: (of) => publish(choose(Number(of))),
    give: (of) => publish(giveToChosen(Number(of))),
    revert: (of) => publish(give(Number(of), ground.holders[of])),
    point: (of) => publish(point(of.split("-").map(Number))),
    undo: () => publish(step(-1)),
    redo: () => publish(step(1)),
    print: () => window.print(),
  };

  /* A page was opened: its board and ground become ours. */
  function open(opened, itsGround) {
    ground = itsGround;
    board = opened;
    return board;
  }

  /* The server saved or discarded the draft: moves made meanwhile stay. */
  function saved(draft) {
    publish(Object.assign({}, board, draft));
  }

  function hold() {
    window.dash_clientside.callback_context.triggered.forEach((change) => {
      const id = JSON.parse(change.prop_id.slice(0, change.prop_id.lastIndexOf(".")));
      publish(give(Number(id.of), change.value === "none" ? null : Number(change.value)));
    });
  }

  /* Forgotten after each click, since a second click on the same area would not be told otherwise. */
  function click(clicked) {
    const points = clicked ? clicked.points : [];
    const units = points.map((one) => ground.areas[one.location]).filter((unit) => unit !== undefined);
    if (units.length) publish(giveToChosen(units[0]));
    return null;
  }

  function measure() {
    const box = document.getElementById("plan-map-box").getBoundingClientRect();
    return { width: Math.round(box.width), height: Math.round(box.height) };
  }

  /* The address names the open draft, so that a reload or a link opens it; nothing is loaded by this. */
  function address(board) {
    const here = board.draft ? "/plan?plan=" + board.draft : "/plan";
    if (window.location.pathname + window.location.search !== here) window.history.replaceState(null, "", here);
    return window.dash_clientside.no_update;
  }

  function press(element) {
    if (element && !element.disabled) element.click();
    return Boolean(element);
  }

  function keyOf(event) {
    const letter = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (letter === "z") return event.shiftKey ? "#plan-redo" : "#plan-undo";
      return letter === "y" ? "#plan-redo" : null;
    }
    if (event.altKey) return null;
    if (event.key === "Escape") return ".plan-leader[aria-pressed=true]";
    return /^[0-9a-z]$/.test(letter) ? ".plan-leader[data-key='" + letter + "']" : null;
  }

  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("plan-root") || event.target.closest("input, textarea, [role=listbox]")) return;
    const selector = keyOf(event);
    if (selector && press(document.querySelector(selector))) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#plan-root [data-act]");
    if (pressed && board) ACTS[pressed.dataset.act](pressed.dataset.of);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.plan = {
    open: open, saved: saved, hold: hold, click: click, measure: measure, address: address,
  };
})();
