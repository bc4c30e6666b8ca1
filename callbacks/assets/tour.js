// Tours (轮播): steps through scenes of the wall without a reload; pauses on touch; keys of a presenter's remote.
(function () {
  "use strict";

  const TICK_MS = 250;
  const IDLE_MS = 120000; // untouched for so long, a wall goes on
  const RETRY_MS = 10000;
  const DRAWING_MS = 20000; // the first map is waited for so long: nobody should see half a scene
  const SHOWN_KEY = "fengtu-wall-shown";
  const STEPS = {
    ArrowRight: "next", PageDown: "next", MediaTrackNext: "next",
    ArrowLeft: "previous", PageUp: "previous", MediaTrackPrevious: "previous",
    Home: "first", " ": "pause", MediaPlayPause: "pause",
  };
  const TYPED = "textarea, select, [contenteditable], [role='listbox'], input:not([type='radio']):not([type='checkbox'])";

  const wall = () => document.querySelector(".wall");
  const bar = () => document.getElementById("wall-tour");
  const now = () => performance.now();

  // What is played: none while no tour runs. `left` and `idle` are milliseconds; `paused` is "", "touch" or "key".
  let tour = null;
  let seen = 0;
  let starting = 0;

  const fill = (words, facts) => words.replace(/\{(\w)\}/g, (all, name) => (name in facts ? facts[name] : all));
  const ask = (key) =>
    fetch("/wall/tour.json?tour=" + encodeURIComponent(key), { credentials: "same-origin" }).then((answer) =>
      answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))),
    );

  function say(selector, text) {
    const element = bar() && bar().querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tell() {
    const box = bar();
    if (!box) return;
    box.dataset.state = tour ? (tour.paused ? "paused" : "playing") : "stopped";
    if (!tour) return;
    const scene = tour.scenes[tour.at];
    const left = tour.paused === "touch" ? tour.idle : tour.left;
    const seconds = Math.max(0, Math.ceil(left / 1000));
    say(".tour-count", fill(box.dataset.count, { n: tour.at + 1, m: tour.scenes.length }));
    say(".tour-title", scene.title);
    const key = tour.paused === "touch" ? "waits" : "left";
    say(".tour-left", tour.paused === "key" ? "" : fill(box.dataset[key], { s: seconds }));
    say(".tour-pause", tour.paused ? box.dataset.resume : box.dataset.pause);
    box.querySelector(".tour-paused").hidden = !tour.paused;
    const done = 100 * (1 - tour.left / (1000 * scene.seconds));
    box.querySelector(".tour-progress i").style.width = Math.min(100, Math.max(0, done)).toFixed(0) + "%";
  }

  function choices() {
    const place = bar() && bar().querySelector(".tour-choice");
    if (!place) return;
    place.replaceChildren();
    if (!tour || tour.tours.length < 2) return;
    const select = document.createElement("select");
    select.setAttribute("aria-label", bar().dataset.choice);
    for (const one of tour.tours) select.add(new Option(one.name, one.key, false, one.key === tour.key));
    place.append(select);
  }

  function keep(query) {
    try {
      window.localStorage.setItem(SHOWN_KEY, query);
    } catch (refused) {
      // Without storage the editor has nothing to take up; the wall itself needs none.
    }
    if (!tour) return query;
    return query + (query ? "&" : "?") + new URLSearchParams({ tour: tour.asked, scene: tour.at + 1 });
  }

  // Tours say a state in their own words; the wall writes it out in full as soon as it is drawn.
  function show(at) {
    const count = tour.scenes.length;
    tour.at = ((at % count) + count) % count;
    const scene = tour.scenes[tour.at];
    tour.left = 1000 * scene.seconds;
    if (wall()) wall().dataset.tells = scene.tells;
    tour.pending = !(window.fengtuWall && window.fengtuWall.show(scene.query));
    if (!tour.pending) window.history.replaceState(window.history.state, "", keep(scene.query));
    tell();
  }

  // A round that begins asks what there is by now: units that are gone are in it no more.
  function round() {
    show(0);
    const running = tour;
    ask(tour.asked).then((answer) => {
      if (tour !== running) return;
      const before = JSON.stringify(tour.scenes[tour.at]);
      tour.scenes = answer.scenes;
      tour.tours = answer.tours;
      choices();
      if (tour.at >= tour.scenes.length || JSON.stringify(tour.scenes[tour.at]) !== before) show(Math.min(tour.at, tour.scenes.length - 1));
    }).catch(() => {});
  }

  function next() {
    if (tour.at + 1 < tour.scenes.length) show(tour.at + 1);
    else round();
  }

  function pause(by) {
    tour.paused = by;
    tour.idle = IDLE_MS;
    tell();
  }

  function resume() {
    const left = tour.left;
    tour.paused = "";
    if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
    // Somebody may have changed what is shown meanwhile.
    show(tour.at);
    tour.left = Math.max(left, 5000);
    tell();
  }

  function start(key, scene) {
    const mine = ++starting;
    ask(key)
      .then((answer) => {
        if (mine !== starting || !wall()) return;
        tour = { asked: key || answer.key, key: answer.key, scenes: answer.scenes, tours: answer.tours, at: 0, left: 0, idle: 0, waits: DRAWING_MS, paused: "", pending: false };
        choices();
        show(Math.min(Math.max(1, scene || 1), tour.scenes.length) - 1);
        if (answer.is_unknown) say(".tour-title", bar().dataset.unknown);
      })
      .catch(() => setTimeout(() => mine === starting && wall() && start(key, scene), RETRY_MS));
  }

  function stop() {
    starting += 1;
    tour = null;
    if (wall()) delete wall().dataset.tells;
    const asked = new URLSearchParams(window.location.search);
    asked.delete("tour");
    asked.delete("scene");
    window.history.replaceState(window.history.state, "", "?" + asked);
    choices();
    tell();
  }

  const DO = {
    start: () => start("", 1),
    stop: stop,
    next: () => next(),
    previous: () => show(tour.at - 1),
    first: () => show(0),
    pause: () => (tour.paused ? resume() : pause("key")),
  };

  setInterval(() => {
    const spent = now() - seen;
    seen = now();
    if (!wall()) {
      if (tour) tour = null;
      return;
    }
    if (!tour) return;
    if (tour.pending) show(tour.at);
    if (tour.paused === "touch" && (tour.idle -= spent) <= 0) resume();
    else if (!tour.paused && (wall().dataset.drawn || (tour.waits -= spent) <= 0) && (tour.left -= spent) <= 0) next();
    tell();
  }, TICK_MS);
  seen = now();

  // The page lays itself out after this file is read, and again whenever one comes back to it.
  let greeted = null;
  setInterval(() => {
    const box = bar();
    if (!box || greeted === box || !document.querySelector(".wall-list")) return;
    greeted = box;
    tell();
    const asked = new URLSearchParams(window.location.search);
    if (asked.has("tour")) start(asked.get("tour"), Number.parseInt(asked.get("scene"), 10));
  }, TICK_MS);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#wall-tour [data-tour]");
    const what = button && button.dataset.tour;
    if (what && (tour || what === "start")) DO[what]();
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("#wall-tour .tour-choice")) start(event.target.value, 1);
  });

  for (const kind of ["pointerdown", "wheel", "touchstart"]) {
    document.addEventListener(kind, (event) => {
      if (tour && wall() && !event.target.closest("#wall-tour button, #wall-tour select")) pause(tour.paused === "key" ? "key" : "touch");
    }, { capture: true, passive: true });
  }

  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!tour || !step || !wall() || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = event.target;
    if (at.closest(TYPED)) return;
    if (event.key === " " && at.closest("button, summary, a")) return;
    // Who touched a control goes on with its keys, until the tour goes on.
    if (tour.paused === "touch" && at.closest("input") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    DO[step]();
  }, true);

  window.fengtuTour = { keep: keep, state: () => tour && { at: tour.at, of: tour.scenes.length, paused: tour.paused } };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    tour: {
      // The editor takes what the wall of this browser showed last.
      taken: (clicks) => (clicks && window.localStorage.getItem(SHOWN_KEY)) || window.dash_clientside.no_update,
    },
  });
})();
