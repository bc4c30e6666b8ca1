/* The planner's board in the browser: edits, undo and selection without a round trip; the server checks every one.
   A board is {base, draft, version, name, edits: [[kind, unit, leader, other, value], ...], marks, done, town}:
   the first `done` edits hold, and steps end at the `marks`. The board here is the newest: Dash may drop an answer
   when a second press overtakes it, so presses do not go through callbacks but are read from the page and put
   into the store whole. What is selected, chosen and pointed at is known here alone. */
(function () {
  "use strict";

  const MOST_EDITS = 2000;
  let board = null;
  let ground = { units: {}, order: [], leaders: [], editable: false };
  let paint = null;
  let chosen = null;
  let cursor = null;
  let selected = new Set();
  let pointed = new Set();
  let savedAs = "";
  let shift = false;
  let clearing = false;
  let painting = 0;
  let tinting = 0;
  let drawing = false;
  let again = false;

  const root = () => document.getElementById("plan-root");
  const plotOf = () => document.querySelector("#plan-map .js-plotly-plot");
  const standing = (unit) => Boolean(paint && paint.units[unit]);
  const nameOf = (leader) => (ground.leaders.find((one) => one.id === leader) || { label: "" }).label;

  /* ---- the list of edits ---- */

  function publish(next) {
    if (next === board) return;
    board = next;
    window.dash_clientside.set_props("plan-board", { data: board });
    showSteps();
  }

  /* What of the board a save keeps. */
  const told = () => JSON.stringify([board.edits.slice(0, board.done), board.formula || 0]);

  /* Loads are weighed by another version of the formula; who answers for what stays. */
  function weigh(formula) {
    const able = Number.isInteger(formula) && ground.editable && board;
    if (able) publish(Object.assign({}, board, { formula: formula }));
    return window.dash_clientside.no_update;
  }

  function take(edits) {
    if (!ground.editable || !board || !edits.length || board.done + edits.length > MOST_EDITS) return false;
    const marks = board.marks.filter((mark) => mark <= board.done);
    const all = board.edits.slice(0, board.done).concat(edits);
    pointed = new Set();
    complain("");
    // Asked first: the server thinks while the map draws.
    publish(Object.assign({}, board, { edits: all, marks: marks.concat([all.length]), done: all.length }));
    guess(edits);
    return true;
  }

  function step(by) {
    const ends = [0].concat(board.marks);
    const at = ends.indexOf(board.done) + by;
    if (!ground.editable || at < 0 || at >= ends.length) return;
    pointed = new Set();
    complain("");
    publish(Object.assign({}, board, { done: ends[at] }));
  }

  function showSteps() {
    if (!board) return;
    document.getElementById("plan-undo").disabled = board.done === 0;
    document.getElementById("plan-redo").disabled = board.done === board.edits.length;
    const unsaved = told() !== savedAs;
    document.querySelector(".plan-unsaved").classList.toggle("plan-away", !unsaved);
  }

  /* What is given is shown at once in its new colour; the server's answer says all the rest. */
  function guess(edits) {
    edits.forEach(([kind, unit, leader]) => {
      if (kind !== "give" || !standing(unit)) return;
      const place = leader === null ? undefined : paint.leaders[leader];
      const known = paint.units[unit].slice();
      known[0] = place === undefined ? known[0] : place;
      known[2] = leader === null ? "" : nameOf(leader);
      known[5] = leader;
      paint.units[unit] = known;
    });
    showUnits();
    tint();
  }

  /* ---- what acts ---- */

  const picked = () => [...selected].filter(standing);
  const edit = (kind, unit, leader, other, value) => [
    kind, unit === undefined ? null : unit, leader === undefined ? null : leader,
    other === undefined ? null : other, value === undefined ? null : value,
  ];
  const has = (kind, unit, leader, other) =>
    Boolean(paint && paint.rules.some((rule) => rule[0] === kind && rule[1] === unit && rule[2] === leader && rule[3] === other));
  const number = (id) => {
    const value = Number((document.getElementById(id) || { value: "" }).value);
    return Number.isInteger(value) && value >= 0 ? value : null;
  };

  function giveTo(leader) {
    const units = picked().filter((unit) => paint.units[unit][5] !== leader);
    take(units.map((unit) => edit("give", unit, leader)));
  }

  function helpBy(leader, value) {
    if (value === null) return;
    take(picked().filter((unit) => paint.units[unit][5] !== leader).map((unit) => edit("help", unit, leader, null, value)));
  }

  function split() {
    const units = picked().filter((unit) => ground.units[unit].parts.length);
    if (take(units.map((unit) => edit("split", unit)))) select([]);
  }

  function join() {
    const wholes = new Set(picked().map((unit) => ground.units[unit].whole).filter((unit) => unit !== null));
    if (take([...wholes].map((unit) => edit("join", unit)))) select([]);
  }

  function pin() {
    const units = picked();
    const lift = units.every((unit) => has("pin", unit, null, null));
    take(units.map((unit) => edit("pin", unit, null, null, lift ? 0 : null)));
  }

  function forbid() {
    if (chosen === null) return;
    const units = picked();
    const lift = units.every((unit) => has("forbid", unit, chosen, null));
    take(units.map((unit) => edit("forbid", unit, chosen, null, lift ? 0 : null)));
  }

  function link() {
    const ends = picked().sort((one, other) => one - other);
    if (ends.length !== 2) return;
    take([edit("link", ends[0], null, ends[1], has("link", ends[0], null, ends[1]) ? 0 : null)]);
  }

  function lift(of) {
    const [kind, unit, leader, other] = of.split("|").map((part, at) => (at ? (part ? Number(part) : null) : part));
    take([edit(kind, unit, leader, other, kind === "cap" ? null : kind === "share" ? 100 : 0)]);
  }

  /* Gives a unit back to whom the base plan gives it. */
  function revert(unit) {
    take([edit("give", unit, ground.units[unit].holder)]);
  }

  function choose(leader) {
    chosen = chosen === leader ? null : leader;
    showChosen();
    tint();
  }

  function select(units) {
    selected = new Set(units);
    showSelected();
    repaint();
  }

  function pick(unit, more) {
    if (!standing(unit)) return;
    const next = new Set(more ? selected : []);
    if (selected.has(unit) && (more || selected.size === 1)) next.delete(unit);
    else next.add(unit);
    cursor = unit;
    select(next);
  }

  function point(units) {
    pointed = new Set(units);
    repaint();
    const places = units.map((unit) => ground.units[unit] && ground.units[unit].place).filter(Boolean);
    const map = window.fengtuMap.of(plotOf());
    if (!map || !places.length) return;
    const lons = places.map((one) => one[0]);
    const lats = places.map((one) => one[1]);
    const box = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
    const near = map.cameraForBounds(box, { padding: 90, maxZoom: map.getZoom() + 2 });
    const zoom = Math.min(near.zoom, plotOf()._fullLayout.map._input.zoom + 2 || near.zoom);
    window.Plotly.relayout(plotOf(), { "map.center": { lon: near.center.lng, lat: near.center.lat }, "map.zoom": zoom });
  }

  function mode(name) {
    document.querySelectorAll(".plan-mode").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.of === name)));
    const plot = plotOf();
    if (plot) window.Plotly.relayout(plot, { dragmode: name });
  }

  function tab(name) {
    document.querySelectorAll(".plan-tab").forEach((one) => one.setAttribute("aria-selected", String(one.dataset.of === name)));
    document.querySelectorAll(".plan-pane").forEach((one) => one.classList.toggle("plan-away", one.dataset.pane !== name));
    window.dispatchEvent(new Event("resize"));
  }

  /* What a press on an element with data-act="name" data-of="what" does. */
  const ACTS = {
    choose: (of) => choose(Number(of)),
    pick: (of) => pick(Number(of), true),
    give: () => chosen !== null && giveTo(chosen),
    take_away: () => giveTo(null),
    help: () => chosen !== null && helpBy(chosen, number("plan-help-value")),
    split: () => split(),
    join: () => join(),
    pin: () => pin(),
    forbid: () => forbid(),
    link: () => link(),
    cap: () => chosen !== null && take([edit("cap", null, chosen, null, number("plan-cap-value") || null)]),
    share: () => chosen !== null && take([edit("share", null, chosen, null, Math.min(100, number("plan-share-value")))]),
    lift: (of) => lift(of),
    revert: (of) => revert(Number(of)),
    point: (of) => point(of.split("-").map(Number)),
    clear: () => select([]),
    mode: (of) => mode(of),
    tab: (of) => tab(of),
    keys: () => document.getElementById("plan-keys").classList.toggle("plan-away"),
    undo: () => step(-1),
    redo: () => step(1),
    print: () => window.print(),
  };

  /* ---- what shows ---- */

  const LINE = { base: "#FFFFFF", strong: "#172033", point: "#1F5FA8" };

  function edge(unit) {
    const known = ground.units[unit] || {};
    if (pointed.has(unit)) return [4.5, LINE.point];
    if (selected.has(unit)) return [4, LINE.strong];
    if (unit === cursor) return [3, LINE.point];
    if (chosen !== null && paint.units[unit] && paint.units[unit][5] === chosen) return [2.4, LINE.strong];
    return known.functional ? [1.6, LINE.strong] : [1, LINE.base];
  }

  /* Fills and edges go to the map at once as states of its features: plotly's own way tiles all shapes anew. */
  const stated = (name, own) => ["coalesce", ["feature-state", name], ["get", own]];
  const TINTS = [
    ["-fill", "fill-color", ["to-color", stated("fill", "fc")]],
    ["-line", "line-color", ["to-color", stated("edge", "mlc")]],
    ["-line", "line-width", ["to-number", stated("wide", "mlw")]],
  ];

  function tint() {
    const plot = plotOf();
    const map = plot && plot.data && paint && window.fengtuMap.of(plot);
    if (!map) return;
    plot.data.forEach((trace) => {
      const layer = "plotly-trace-layer-" + trace.uid;
      if (trace.type !== "choroplethmap" || !trace.customdata || !map.getLayer(layer + "-fill")) return;
      const source = map.getLayer(layer + "-fill").source;
      trace.customdata.forEach((unit, n) => {
        if (!paint.units[unit]) return;
        const [wide, colour] = edge(unit);
        const state = { fill: PALETTE[paint.units[unit][0]], edge: colour, wide: wide };
        map.setFeatureState({ source: source, id: Number(trace.locations[n]) }, state);
      });
      TINTS.forEach(([part, name, how]) => {
        const same = JSON.stringify(map.getPaintProperty(layer + part, name)) === JSON.stringify(how);
        if (!same) map.setPaintProperty(layer + part, name, how);
      });
    });
    map.once("render", () => { tinting += 1; if (root()) root().dataset.tinted = tinting; });
  }

  /* Whatever plotly draws (labels, a new size) says of colours what was so before. */
  function keepTinted(plot) {
    if (plot.dataset.tinted) return;
    plot.dataset.tinted = "yes";
    plot.on("plotly_afterplot", tint);
  }

  function repaint() {
    showUnits();
    tint();
    label();
  }

  /* Labels are plotly's: one drawing at a time, after the colours, the last with what is known then. */
  function label() {
    if (drawing) { again = true; return; }
    drawing = true;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const plot = plotOf();
      const ready = plot && plot.data && paint && plot.data.length && plot._fullLayout.map;
      if (ready) keepTinted(plot);
      Promise.resolve(ready ? redraw(plot) : null).finally(() => {
        tint();
        drawing = false;
        painting += 1;
        if (root()) root().dataset.painted = painting;
        if (again) { again = false; label(); }
      });
    }));
  }

  /* Returns a promise, or nothing where no label changes. */
  function redraw(plot) {
    const at = [];
    const texts = [];
    plot.data.forEach((trace, index) => {
      if (!trace.customdata || trace.type === "choroplethmap") return;
      const text = trace.customdata.map((unit, n) => labelOf(unit, trace.text[n]));
      if (text.join("|") === trace.text.join("|")) return;
      at.push(index);
      texts.push(text);
    });
    return at.length ? window.Plotly.restyle(plot, { text: texts }, at) : null;
  }

  function labelOf(unit, before) {
    const label = paint.units[unit] ? paint.units[unit][1] : before.replace(/^√/, "");
    return (selected.has(unit) ? "√" : "") + label;
  }

  const CELLS = ["plan-check", "plan-swatch", "plan-unit-name", "plan-unit-marks", "plan-unit-cases", "plan-unit-holder"];

  function rowOf(unit) {
    const row = document.createElement("button");
    const cells = CELLS.map((name) => Object.assign(document.createElement("span"), { className: name }));
    const whole = ground.units[unit].whole === null;
    Object.assign(row, { type: "button", className: whole ? "plan-unit" : "plan-unit plan-part" });
    Object.assign(row.dataset, { unit: unit, act: "pick", of: unit });
    row.setAttribute("role", "checkbox");
    row.setAttribute("aria-checked", "false");
    row.append(...cells);
    row.querySelector(".plan-unit-name").textContent = ground.units[unit].name;
    return row;
  }

  function listUnits() {
    document.querySelectorAll("#plan-units [data-rows]").forEach((place) => {
      const here = ground.order.filter((unit) => ground.units[unit].kind === place.dataset.rows);
      place.replaceChildren(...here.map(rowOf));
    });
    showUnits();
  }

  function showUnits() {
    document.querySelectorAll("#plan-units .plan-unit").forEach((row) => {
      const unit = Number(row.dataset.unit);
      const known = paint && paint.units[unit];
      row.classList.toggle("plan-away", !known);
      row.setAttribute("aria-checked", String(selected.has(unit)));
      if (!known) return;
      const key = known.join("|");
      if (row.dataset.shown === key) return;
      row.dataset.shown = key;
      row.querySelector(".plan-swatch").style.background = PALETTE[known[0]];
      row.querySelector(".plan-unit-holder").textContent = known[2];
      row.querySelector(".plan-unit-cases").textContent = known[3];
      row.querySelector(".plan-unit-marks").textContent = known[4];
    });
  }

  function showChosen() {
    document.querySelectorAll(".plan-leader").forEach((row) => {
      const here = Number(row.dataset.of) === chosen;
      row.setAttribute("aria-pressed", String(here));
      row.classList.toggle("plan-leader-chosen", here);
    });
    showSelected();
  }

  function showSelected() {
    const units = picked();
    const bar = document.getElementById("plan-selection");
    if (!bar) return;
    const names = units.slice(0, 3).map((unit) => ground.units[unit].name).join("、") + (units.length > 3 ? "…" : "");
    const some = bar.dataset.some.replace("{count}", units.length).replace("{names}", names);
    const to = chosen === null ? "" : bar.dataset.to.replace("{leader}", nameOf(chosen));
    bar.textContent = [units.length ? some : bar.dataset.none, to].filter(Boolean).join(" ");
    const able = {
      give: units.length && chosen !== null, take_away: units.length, help: units.length && chosen !== null,
      pin: units.length, forbid: units.length && chosen !== null, link: units.length === 2, clear: units.length,
      split: units.some((unit) => ground.units[unit].parts.length),
      join: units.some((unit) => ground.units[unit].whole !== null),
    };
    document.querySelectorAll(".plan-do").forEach((one) => { one.disabled = !able[one.dataset.act]; });
    document.querySelectorAll(".plan-do-leader").forEach((one) => { one.disabled = chosen === null; });
  }

  let PALETTE = [];

  /* A step that the server refused is taken out of the list, wherever it stands by now; why stays to be read. */
  function takeBack(refused) {
    const size = refused.to - refused.from;
    const here = board.edits.slice(refused.from, refused.to);
    if (!ground.editable || !size || JSON.stringify(here) !== JSON.stringify(refused.edits)) return;
    const edits = board.edits.slice(0, refused.from).concat(board.edits.slice(refused.to));
    const marks = board.marks.filter((mark) => mark !== refused.to).map((mark) => (mark > refused.to ? mark - size : mark));
    const done = board.done >= refused.to ? board.done - size : board.done;
    publish(Object.assign({}, board, { edits: edits, marks: marks, done: done }));
    complain(refused.words);
  }

  function complain(words) {
    const place = document.getElementById("plan-refused");
    if (place) place.textContent = words;
  }

  /* The server answered: everything that it says of a step goes onto the map and into the list. */
  function painted(answer) {
    if (!answer) return;
    if (answer.refused) return takeBack(answer.refused);
    paint = { units: Object.assign({}, answer.units), leaders: answer.leaders, rules: answer.rules };
    PALETTE = answer.palette;
    selected = new Set([...selected].filter(standing));
    requestAnimationFrame(showChosen);
    attach();
    repaint();
  }

  /* ---- the map ---- */

  function attach() {
    window.fengtuMap.whenThere("#plan-map", () => root(), (plot) => {
      if (plot.dataset.planned) return;
      plot.dataset.planned = "yes";
      const unitsOf = (event) => (event ? event.points : []).map((one) => one.customdata).filter((unit) => unit !== undefined);
      plot.on("plotly_click", (event) => {
        const units = unitsOf(event);
        if (units.length) pick(units[units.length - 1], shift || Boolean(event.event && event.event.shiftKey));
      });
      plot.on("plotly_selected", (event) => {
        // Taking away the drawn line is told of as a selection without one, at once or later.
        if (!event || clearing || !(event.lassoPoints || event.range)) return;
        const units = unitsOf(event);
        select(shift ? [...selected, ...units] : units);
        // The drawn line has done its work; taking it away is told of as a selection of nothing.
        clearing = true;
        window.Plotly.relayout(plot, { selections: [] }).finally(() => { clearing = false; });
      });
      repaint();
    });
  }

  function measure() {
    const box = document.getElementById("plan-map-box").getBoundingClientRect();
    return { width: Math.round(box.width), height: Math.round(box.height) };
  }

  /* ---- the keyboard ---- */

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  /* The nearest unit in a direction: what lies ahead counts once, what lies aside twice. */
  function moveCursor([east, north]) {
    const placed = Object.keys(ground.units).map(Number).filter((unit) => standing(unit) && ground.units[unit].place);
    if (!placed.length) return;
    const here = cursor !== null && standing(cursor) && ground.units[cursor].place;
    if (!here) { cursor = placed[0]; return; }
    let best = null;
    placed.forEach((unit) => {
      const [lon, lat] = ground.units[unit].place;
      const [dx, dy] = [lon - here[0], lat - here[1]];
      const ahead = dx * east + dy * north;
      const aside = Math.abs(dx * north) + Math.abs(dy * east);
      if (unit === cursor || ahead <= 0) return;
      const far = ahead + 2 * aside;
      if (best === null || far < best[0]) best = [far, unit];
    });
    if (best) cursor = best[1];
  }

  function onArrow(event) {
    const row = event.target.closest(".plan-unit");
    if (row && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const rows = [...document.querySelectorAll("#plan-units .plan-unit:not(.plan-away)")];
      const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) next.focus();
      return;
    }
    moveCursor(WAYS[event.key]);
    document.getElementById("plan-map-box").focus({ preventScroll: true });
    const name = cursor === null ? "" : ground.units[cursor].name;
    document.getElementById("plan-map-box").setAttribute("aria-description", name);
    repaint();
  }

  function onControl(event) {
    const letter = event.key.toLowerCase();
    if (letter === "z") return step(event.shiftKey ? 1 : -1), true;
    if (letter === "y") return step(1), true;
    if (letter !== "a") return false;
    const all = Object.keys(paint ? paint.units : {}).map(Number);
    select(chosen === null ? all : all.filter((unit) => paint.units[unit][5] === chosen));
    return true;
  }

  function onLetter(event) {
    const leader = ground.leaders.find((one) => one.key && one.key === event.key.toLowerCase());
    if (!leader) return false;
    if (picked().length && ground.editable) {
      giveTo(leader.id);
      if (chosen !== leader.id) choose(leader.id);
    } else choose(leader.id);
    return true;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey) return onControl(event);
    if (event.altKey) return false;
    if (WAYS[event.key]) return onArrow(event), true;
    if (event.key === "?") return ACTS.keys(), true;
    if (event.key === "Escape") {
      if (selected.size || pointed.size) { pointed = new Set(); select([]); } else if (chosen !== null) choose(chosen);
      document.getElementById("plan-keys").classList.add("plan-away");
      return true;
    }
    const pressing = event.target.closest("button, a, summary");
    if (event.key === " " && cursor !== null && !pressing) return pick(cursor, true), true;
    if (event.key === "Enter" && chosen !== null && !pressing) return giveTo(chosen), true;
    return onLetter(event);
  }

  document.addEventListener("keydown", (event) => {
    shift = event.shiftKey;
    if (!root() || !board || event.target.closest("input, textarea, select, [role=listbox], [role=combobox]")) return;
    if (onKey(event)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => { shift = event.shiftKey; });

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#plan-root [data-act]");
    if (pressed && board && !pressed.disabled) ACTS[pressed.dataset.act](pressed.dataset.of);
  });

  /* ---- Dash ---- */

  /* A page was opened: its board and ground become ours. */
  function open(opened, itsGround) {
    ground = itsGround;
    board = opened;
    paint = null;
    chosen = null;
    cursor = null;
    selected = new Set();
    pointed = new Set();
    savedAs = told();
    requestAnimationFrame(() => { listUnits(); showSteps(); showSelected(); });
    return board;
  }

  /* The server saved or discarded the draft: edits made meanwhile stay. */
  function saved(draft) {
    if (draft && draft.draft) savedAs = told();
    else if (draft && draft.draft === 0) savedAs = JSON.stringify([[], 0]);
    publish(Object.assign({}, board, draft));
  }

  /* The address names the open draft, so that a reload or a link opens it; nothing is loaded by this. */
  function address(shown) {
    const asked = [shown.town ? "town=" + shown.town : "", shown.draft ? "plan=" + shown.draft : ""].filter(Boolean);
    const here = "/plan" + (asked.length ? "?" + asked.join("&") : "");
    if (window.location.pathname + window.location.search !== here) window.history.replaceState(null, "", here);
    return window.dash_clientside.no_update;
  }

  window.fengtuPlan = { take: take, board: () => board, select: select, selected: () => [...selected] };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.plan = {
    open: open, saved: saved, paint: painted, measure: measure, address: address, weigh: weigh,
  };
})();
