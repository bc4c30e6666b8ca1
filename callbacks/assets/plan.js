/* The planner's board in the browser: moves, undo and redo without a round trip; the server checks every one.
   A board is {base, draft, version, name, moves: [[unit, leader or null], ...], done, chosen, focus}. */
(function () {
  "use strict";

  const MOST_MOVES = 500;

  function holder(board, ground, unit) {
    for (let at = board.done - 1; at >= 0; at -= 1) {
      if (board.moves[at][0] === unit) return board.moves[at][1];
    }
    return ground.holders[unit];
  }

  function give(board, ground, unit, leader) {
    const known = Object.prototype.hasOwnProperty.call(ground.holders, unit);
    if (!known || holder(board, ground, unit) === leader || board.done >= MOST_MOVES) return board;
    const moves = board.moves.slice(0, board.done).concat([[unit, leader]]);
    return Object.assign({}, board, { moves: moves, done: moves.length, focus: [] });
  }

  function giveToChosen(board, ground, unit) {
    return board.chosen === null ? board : give(board, ground, unit, board.chosen);
  }

  function step(board, by) {
    const done = Math.min(Math.max(board.done + by, 0), board.moves.length);
    return done === board.done ? board : Object.assign({}, board, { done: done, focus: [] });
  }

  function point(board, units) {
    const same = units.join() === board.focus.join();
    return Object.assign({}, board, { focus: same ? [] : units });
  }

  function numbers(text) {
    return (text || "").split("-").filter(Boolean).map(Number);
  }

  const ACTS = {
    "plan-leader": (board, ground, of) =>
      Object.assign({}, board, { chosen: board.chosen === Number(of) ? null : Number(of) }),
    "plan-unit": (board, ground, of) => giveToChosen(board, ground, Number(of)),
    "plan-revert": (board, ground, of) => give(board, ground, Number(of), ground.holders[of]),
    "plan-holder": (board, ground, of, value) =>
      give(board, ground, Number(of), value === "none" ? null : Number(value)),
    "plan-issue": (board, ground, of) => point(board, numbers(of.split(":")[1])),
    "plan-undo": (board) => step(board, -1),
    "plan-redo": (board) => step(board, 1),
    "plan-map": (board, ground, of, click) => {
      const units = click.points.map((one) => ground.areas[one.location]).filter((one) => one !== undefined);
      return units.length ? giveToChosen(board, ground, units[0]) : board;
    },
  };

  function apply(board, ground, change) {
    if (change.value === null || change.value === undefined) return board;
    const id = change.prop_id.slice(0, change.prop_id.lastIndexOf("."));
    const parts = id.startsWith("{") ? JSON.parse(id) : { type: id, of: "" };
    return ACTS[parts.type](board, ground, parts.of, change.value);
  }

  function act(...args) {
    const [before, ground] = args.slice(-2);
    const changes = window.dash_clientside.callback_context.triggered;
    const after = changes.reduce((board, change) => apply(board, ground, change), before);
    return [after === before ? window.dash_clientside.no_update : after, null];
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
    if (!document.getElementById("plan-board-root") || event.target.closest("input, textarea, [role=listbox]")) return;
    const selector = keyOf(event);
    if (selector && press(document.querySelector(selector))) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-action=print]")) window.print();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.plan = { act: act, measure: measure, address: address };
})();
