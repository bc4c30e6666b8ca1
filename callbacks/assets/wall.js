// The wall in the browser: its size, its address, what Plotly's map cannot set itself, and closing of cards.
(function () {
  "use strict";

  const FONT_WAIT_MS = 2000;
  const RESIZE_WAIT_MS = 250;
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
    const roomM = metresPerPx * window.innerWidth * 0.08;
    const power = 10 ** Math.floor(Math.log10(roomM));
    const metres = [5, 2, 1].map((step) => step * power).find((step) => step <= roomM);
    bar.style.width = metres / metresPerPx + "px";
    bar.textContent = metres >= 1000 ? metres / 1000 + " km" : metres + " m";
  }

  // Layers come one by one while shapes load: each is dressed as soon as it is there.
  function watchMap(plot, map) {
    drawScaleBar(map);
    window.fengtuMap.dressLabels(plot, map);
    if (map._fengtuWatched) return;
    map._fengtuWatched = true;
    map.on("styledata", () => window.fengtuMap.dressLabels(plot, map));
    map.on("idle", () => wall() && (wall().dataset.drawn = "yes"));
    map.on("move", () => drawScaleBar(map));
  }

  // Who may open no cards has no place for one either.
  function closeCard() {
    if (document.getElementById("wall-card")) setProps("wall-card-open", { data: null });
  }

  function closeTop() {
    const open = document.querySelector(".wall details[open]");
    if (open) open.open = false;
    else closeCard();
  }

  let resizing;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => wall() && setProps("wall-viewport", { data: size() }), RESIZE_WAIT_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && wall()) closeTop();
  });
  document.addEventListener("click", (event) => {
    if (!wall()) return;
    const mark = event.target.closest("details");
    document.querySelectorAll(".wall details[open]").forEach((open) => {
      if (open !== mark) open.open = false;
    });
    if (event.target.closest(".wall-close")) closeCard();
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
      dress: () => {
        window.fengtuMap.whenThere("#wall-map", wall, watchMap);
        return window.dash_clientside.no_update;
      },
      address: (query) => {
        if (query && wall()) window.history.replaceState(window.history.state, "", query);
        return window.dash_clientside.no_update;
      },
    },
  });
})();
