// The wall in the browser: its size, its address, what Plotly's map cannot set itself, and closing of cards.
(function () {
  "use strict";

  const FONT_WAIT_MS = 2000;
  const RESIZE_WAIT_MS = 250;
  const MONTH_MS = 1500;
  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=listbox]";
  const EARTH_PX = 40075016.686 / 512; // metres per pixel on the equator at zoom 0

  const wall = () => document.querySelector(".wall");
  const size = () => ({ width: window.innerWidth, height: window.innerHeight });
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  // The map draws glyphs once and keeps them: it must not start before the fonts are there.
  function fontsReady() {
    const wanted = ["400 24px 'Noto Sans SC'", "700 24px 'Noto Sans SC Bold'"];
    const loaded = Promise.all(wanted.map((font) => document.fonts.load(font, "枫0")));
    const late = new Promise((done) => setTimeout(done, FONT_WAIT_MS));
    return Promise.race([loaded.catch(() => null), late]);
  }

  function drawScaleBar(map) {
    const bar = document.getElementById("wall-scale-bar");
    if (!bar) return;
    const metresPerPx = (EARTH_PX * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom();
    const roomM = metresPerPx * Math.min(window.innerWidth, (window.innerHeight * 16) / 9) * 0.08;
    const power = 10 ** Math.floor(Math.log10(roomM));
    const metres = [5, 2, 1].map((step) => step * power).find((step) => step <= roomM);
    bar.style.width = metres / metresPerPx + "px";
    bar.textContent = metres >= 1000 ? metres / 1000 + " km" : metres + " m";
  }

  // Layers come one by one while shapes load: each is dressed as soon as it is there.
  function watchMap(plot, map) {
    drawScaleBar(map);
    window.fengtuMap.dress(plot, map);
    if (map._fengtuWatched) return;
    map._fengtuWatched = true;
    map.on("styledata", () => window.fengtuMap.dress(plot, map));
    window.fengtuMap.onDrawn(plot, map, () => wall() && (wall().dataset.drawn = "yes"));
    map.on("move", () => drawScaleBar(map));
  }

  // The months are those of the trend. A playback goes from the one it stands at to the last, and then gives
  // the wall back to the period.
  let playing = null;

  const trendPlot = () => document.querySelector("#wall-trend .js-plotly-plot");
  const trendMonths = () => (trendPlot() && trendPlot().data && trendPlot().data[0] ? trendPlot().data[0].x : []);
  let month = null;

  function showMonth(next) {
    month = next;
    setProps("wall-month", { data: next });
  }

  function stepMonth(by) {
    const months = trendMonths();
    if (!months.length) return;
    const at = months.indexOf(month);
    const next = at < 0 ? (by > 0 ? 0 : months.length - 1) : at + by;
    if (next >= 0 && next < months.length) showMonth(months[next]);
    else stopPlaying();
  }

  function stopPlaying() {
    setProps("wall-play", { data: false });
    showMonth(null);
  }

  const togglePlay = () => setProps("wall-play", { data: !playing });

  // A server that is slower than the playback sets its pace: the next month waits until this one is shown.
  const monthComes = () => document.querySelector("#wall-month-said[data-dash-is-loading]");

  function playOn() {
    if (!wall()) play(false);
    else if (!monthComes()) stepMonth(1);
  }

  function play(wanted) {
    clearInterval(playing);
    playing = wanted ? setInterval(playOn, MONTH_MS) : null;
    if (wanted && !month) stepMonth(1);
  }

  // Who may open no cards has no place for one either.
  function closeCard() {
    if (document.getElementById("wall-card")) setProps("wall-card-open", { data: null });
  }

  function closeTop() {
    const open = document.querySelector(".wall details[open]");
    if (open) open.open = false;
    else if (playing || month) stopPlaying();
    else closeCard();
  }

  let resizing;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => wall() && setProps("wall-viewport", { data: size() }), RESIZE_WAIT_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (!wall()) return;
    if (event.key === "Escape") closeTop();
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target.closest && event.target.closest(TYPING))) return;
    if (event.key === "p" || event.key === "P") togglePlay();
    if (event.key === "[") stepMonth(-1);
    if (event.key === "]") stepMonth(1);
  });
  document.addEventListener("click", (event) => {
    if (!wall()) return;
    const mark = event.target.closest("details");
    document.querySelectorAll(".wall details[open]").forEach((open) => {
      if (open !== mark) open.open = false;
    });
    // Here and not by a callback of the button: a list that is drawn anew meanwhile would lose the press.
    const opens = event.target.closest("[data-card]");
    if (opens) setProps("wall-card-open", { data: opens.dataset.card });
    if (event.target.closest(".wall-close")) closeCard();
    if (event.target.closest("#wall-play-button")) togglePlay();
  });

  // Whoever drives the wall (a tour) names a state by its query string: the controls take it, and what hangs on
  // them is drawn anew without a reload. The server reads it, as it reads an address; see callbacks/wall/opening.py.
  window.fengtuWall = {
    show(query) {
      if (!wall()) return false;
      const asked = Object.fromEntries(new URLSearchParams(query));
      setProps("wall-asked", { data: asked });
      if (document.getElementById("wall-card")) setProps("wall-card-open", { data: asked.card || null });
      return true;
    },
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    wall: {
      viewport: () => fontsReady().then(size),
      cardAt: (click) => {
        const area = click && click.points[0].location;
        return area ? "area-" + area : window.dash_clientside.no_update;
      },
      playing: (wanted, at) => {
        month = at || null;
        if (Boolean(wanted) !== Boolean(playing)) play(Boolean(wanted));
        const button = document.getElementById("wall-play-button");
        return wanted ? button.dataset.pause : button.dataset.start;
      },
      dress: () => {
        window.fengtuMap.whenThere("#wall-map", wall, watchMap);
        return window.dash_clientside.no_update;
      },
      address: (query) => {
        if (query && wall()) window.history.replaceState(window.history.state, "", window.fengtuTour ? window.fengtuTour.keep(query) : query);
        return window.dash_clientside.no_update;
      },
    },
  });
})();
