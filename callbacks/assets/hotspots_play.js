/* The playback of the hotspot screen: all pictures come at once and are laid one after the other. */
(function () {
  "use strict";

  const STEP_MS = { week: 420, month: 800 };
  const here = () => window.fengtuHotspots;
  const part = (name) => document.querySelector(".hotspots-" + name);

  let film = null; // {key, level, order, starts, sums, legend, bytes, n}
  let index = 0;
  let running = null;
  let wanted = null; // {key, at, run} while pictures are on their way
  let asks = 0;

  const isOpen = () => Boolean(film);
  const current = () => film && film.key === here().film() && here().map.order(film.level) && here().map.order(film.level).key === film.order;

  function load(at, run) {
    asks += 1;
    wanted = { n: asks, key: here().film(), at: at, run: run };
    part("moment").textContent = here().say("play_wait");
    window.dash_clientside.set_props("hotspots-play-asked", { data: { n: asks, query: here().shown().pairs } });
  }

  function take(given) {
    if (!wanted || given.n !== wanted.n) return;
    const { key, at, run } = wanted;
    wanted = null;
    if (given.failed) {
      part("moment").textContent = given.failed;
      return;
    }
    here().inflate(given.codes).then((bytes) => {
      const size = given.starts.length ? bytes.length / given.starts.length : 0;
      film = { key: key, level: given.level, order: given.key, starts: given.starts, sums: given.sums, legend: given.legend, bytes: bytes, n: size };
      index = at ? Math.max(given.starts.findIndex((one, next) => (given.starts[next + 1] || "9") > at), 0) : 0;
      bars(given.heights);
      part("playback").dataset.open = "yes";
      show();
      if (run) start();
    });
  }

  function bars(heights) {
    const most = Math.max(...heights, 1);
    part("bars").replaceChildren(
      ...heights.map((one, at) => {
        const bar = here().put("button", "hotspots-frame", null, { type: "button", role: "option", tabindex: "-1", "data-at": at, title: film.starts[at] + " · " + film.sums[at] });
        const inner = here().put("span");
        inner.style.height = Math.max(4, (100 * one) / most) + "%";
        bar.append(inner);
        return bar;
      }),
    );
  }

  /* Paints the picture at hand. */
  function show() {
    if (!current()) return;
    here().map.show(film.level);
    here().lay(film.bytes.subarray(index * film.n, (index + 1) * film.n).slice(), film.legend);
    here().map.marks(film.level, null, {});
    here().map.names([]);
    part("moment").textContent = film.starts[index] + " · " + film.sums[index];
    part("bars").querySelectorAll(".hotspots-frame").forEach((bar, at) => bar.setAttribute("aria-selected", at === index ? "true" : "false"));
    part("playback").dataset.at = film.starts[index];
    here().moment(film.starts[index]);
  }

  function start() {
    clearInterval(running);
    button(true);
    running = setInterval(() => {
      if (!film || !part("playback")) return pause();
      if (index + 1 >= film.starts.length) return pause();
      index += 1;
      return show();
    }, STEP_MS[here().pairs().play] || 800);
  }

  function pause() {
    clearInterval(running);
    running = null;
    button(false);
  }

  function button(isRunning) {
    const one = part("play-button");
    if (!one) return;
    one.textContent = isRunning ? "‖" : "▶";
    one.setAttribute("aria-pressed", isRunning ? "true" : "false");
  }

  function toggle() {
    if (!here().shown()) return;
    if (running) return pause();
    if (!current()) return load(null, true);
    if (index + 1 >= film.starts.length) index = 0;
    show();
    start();
  }

  function step(by) {
    if (!here().shown()) return;
    pause();
    if (!current()) return load(null, false);
    index = Math.min(Math.max(index + by, 0), film.starts.length - 1);
    show();
  }

  function at(place) {
    pause();
    index = place;
    show();
  }

  function stop() {
    pause();
    film = wanted = null;
    part("bars").replaceChildren();
    part("moment").textContent = "";
    part("playback").dataset.open = "";
    part("playback").dataset.at = "";
    here().moment("");
    here().repaint();
  }

  /* The address names a moment, or the filter changed while a playback was open. */
  function need(answer, key, moment) {
    if (film && film.key === key) return;
    if (wanted && wanted.key === key) return;
    pause();
    film = null;
    load(moment, false);
  }

  window.fengtuHotspots = window.fengtuHotspots || {};
  window.fengtuHotspots.play = {
    isOpen: isOpen,
    again: show,
    take: take,
    toggle: toggle,
    step: step,
    at: at,
    stop: stop,
    need: need,
    reset: () => {
      clearInterval(running);
      running = film = wanted = null;
    },
  };
})();
