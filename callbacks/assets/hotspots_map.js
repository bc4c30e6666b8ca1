/* The hotspot map in the browser: MapLibre's map that Plotly bundles, with sources and layers of our own.
   A filter change sends a byte for each area; it becomes the area's feature state, and no style changes. */
(function () {
  "use strict";

  const AREAS = "hotspots-areas-";
  const TRIES = 600;
  const TOO_FEW = 8;
  const MOST_MARKS = 500;
  const PADDING_PX = 18;
  const LEGEND_PX = 278;
  const BUTTONS_PX = 56;
  const LEGEND_BESIDE_PX = 620;
  const EARTH_PX = 40075016.686 / 512; // metres per pixel on the equator at zoom 0

  let map = null;
  let spec = null;
  let level = null;
  let orders = {}; // by level: {key, ids, lon, lat}
  let painted = {}; // by level: the codes that its features have
  let density = null;
  let pointed = { chosen: null, near: null }; // ids of areas that stand out by their outline
  let laid = {}; // by source: the features put into it, as text
  let outlines = {}; // by level: a promise of each area's geometry by id
  let watchers = {};
  let moved = false;
  let homeSize = ""; // the room that it was made for
  let whole = null; // the camera that shows the whole city, until its reader moves the map

  const box = () => document.querySelector(".hotspots-map");

  const mapOf = () => window.fengtuMap.of(document.querySelector("#hotspots-map .js-plotly-plot"));

  function fontsReady() {
    const wanted = ["400 14px 'Noto Sans SC'", "700 14px 'Noto Sans SC Bold'"];
    const loaded = Promise.all(wanted.map((font) => document.fonts.load(font, "枫0")));
    return Promise.race([loaded.catch(() => null), new Promise((done) => setTimeout(done, 2000))]);
  }

  function found() {
    return new Promise((done, fail) => {
      let left = TRIES;
      const look = () => {
        const one = mapOf();
          // Not isStyleLoaded: a source that is still on its way counts there as well.
        if (one && one.style && one.style._loaded) return done(one);
        left -= 1;
        if (!left || !box()) return fail(new Error("no map"));
        setTimeout(look, left > 560 ? 25 : 100);
      };
      look();
    });
  }

  function hatch(colour) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 16;
    const pen = canvas.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.6;
    [-16, 0, 16].forEach((shift) => {
      pen.beginPath();
      pen.moveTo(shift, 16);
      pen.lineTo(shift + 16, 0);
      pen.stroke();
    });
    return pen.getImageData(0, 0, 16, 16);
  }

  function dress() {
    if (!map.hasImage("hotspots-hatch")) map.addImage("hotspots-hatch", hatch(spec.hatch), { pixelRatio: 2 });
    Object.entries(spec.sources).forEach(([name, source]) => {
      if (!map.getSource(name)) map.addSource(name, source);
    });
    spec.layers.forEach((layer) => {
      if (!map.getLayer(layer.id)) map.addLayer(layer);
    });
  }

  function start(given, told) {
    spec = given;
    watchers = told;
    map = level = density = whole = null;
    moved = false;
    pointed = { chosen: null, near: null };
    outlines = {};
    laid = {};
    orders = {};
    painted = {};
    return fontsReady()
      .then(found)
      .then((one) => {
        map = one;
        map.resize();
        dress();
        home();
        watch();
      });
  }

  function watch() {
    // Should Plotly ever read its style anew, ours would be gone with it.
    map.on("style.load", () => {
      dress();
      laid = {};
      const codes = painted;
      painted = {};
      if (level) {
        const now = level;
        level = null;
        show(now);
        if (codes[now]) fill(now, codes[now]);
      }
    });
    map.on("mousemove", (event) => watchers.near(areaAt(event.point)));
    map.on("mouseout", () => watchers.near(null));
    map.on("click", (event) => watchers.choose(areaAt(event.point)));
    map.on("move", scale);
    map.on("idle", () => box() && (box().dataset.drawn = "yes"));
    // Plotly puts its figure's own view back when it is late with its first drawing.
    map.on("moveend", () => astray() && map.jumpTo(whole));
    ["dragstart", "zoomstart", "rotatestart"].forEach((name) => map.on(name, (event) => event.originalEvent && (moved = true)));
    new ResizeObserver(() => map && box() && map.resize()).observe(box());
    // Until its reader moves it, the whole city is shown, however the room changes: Plotly gives the map its
    // size later than the box has it.
    map.on("resize", () => !moved && size() !== homeSize && home());
    scale();
  }

  function areaAt(point) {
    if (!level || !map.getLayer(AREAS + level + "-fill")) return null;
    const hit = map.queryRenderedFeatures(point, { layers: [AREAS + level + "-fill"] })[0];
    return hit ? { id: Number(hit.id), name: hit.properties.name } : null;
  }

  /* Told to Plotly too, which would otherwise put its own view back at the next change of size. */
  function home() {
    if (!spec.bounds || !box() || !box().clientWidth) return;
    const [west, south, east, north] = spec.bounds;
    // The legend stands at the left where there is room beside the city, and under the map on a phone.
    const left = box().clientWidth > LEGEND_BESIDE_PX ? LEGEND_PX : PADDING_PX;
    const padding = { left: left, top: PADDING_PX, right: BUTTONS_PX, bottom: PADDING_PX };
    const camera = map.cameraForBounds([[west, south], [east, north]], { padding: padding });
    if (!camera) return;
    moved = false;
    homeSize = size();
    whole = { center: camera.center, zoom: camera.zoom };
    map.jumpTo(whole);
    tellPlotly(camera.center.lng, camera.center.lat, camera.zoom);
  }

  const size = () => map.getContainer().clientWidth + "x" + map.getContainer().clientHeight;

  const astray = () => !moved && whole && Math.abs(map.getZoom() - whole.zoom) > 0.02;

  function tellPlotly(lon, lat, zoom) {
    const plot = document.querySelector("#hotspots-map .js-plotly-plot");
    window.Plotly.relayout(plot, { "map.center": { lon: lon, lat: lat }, "map.zoom": zoom });
  }

  const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function go(lon, lat, km2) {
    if (!map) return;
    const span = Math.sqrt(Math.max(km2, 0.05)) * 1000 * 4; // metres across: the area with its surroundings
    const room = Math.min(box().clientWidth, box().clientHeight);
    const zoom = Math.log2((EARTH_PX * Math.cos((lat * Math.PI) / 180) * room) / span);
    moved = true;
    map.easeTo({ center: [lon, lat], zoom: Math.min(zoom, 15), duration: still() ? 0 : 300 });
  }

  /* Shows a level's areas; its outlines are thin and come with it. */
  function show(wanted) {
    if (!map || wanted === level) return;
    spec.levels.forEach((one) => {
      const here = one === wanted;
      visible(AREAS + one + "-fill", here);
      if (!here) visible(AREAS + one + "-hatch", false);
      if (one === "village" || one === "grid") visible(AREAS + one + "-line", here);
    });
    level = wanted;
    pointed = { chosen: null, near: null };
    outline();
  }

  function visible(layer, on) {
    if (!map.getLayer(layer)) return;
    const wanted = on ? "visible" : "none";
    window.fengtuMap.setLayout(map, layer, { "visibility": wanted });
  }

  /* Gives areas their codes; those that keep theirs are not touched. */
  function fill(wanted, codes) {
    const order = orders[wanted];
    const source = AREAS + wanted;
    const before = painted[wanted];
    if (!map || !order || codes.length !== order.ids.length) return;
    for (let at = 0; at < codes.length; at += 1) {
      if (!before || before[at] !== codes[at]) {
        map.setFeatureState({ source: source, id: order.ids[at] }, { c: codes[at] });
      }
    }
    painted[wanted] = codes;
    // Drawn only where there is something to hatch: it lies over every area, and costs as much as the fill.
    visible(AREAS + wanted + "-hatch", wanted === level && codes.includes(TOO_FEW));
  }

  function clear(wanted) {
    const order = orders[wanted];
    if (order) fill(wanted, new Uint8Array(order.ids.length));
  }

  /* Signs and words of classes that must not be told by colour alone. */
  function marks(wanted, codes, texts) {
    const order = orders[wanted];
    const features = [];
    if (order && codes) {
      for (let at = 0; at < codes.length && features.length < MOST_MARKS; at += 1) {
        const text = texts[codes[at]];
        if (text) features.push(point(order.lon[at], order.lat[at], { text: text, at: codes[at] }));
      }
    }
    put("hotspots-marks", features);
  }

  function names(rows) {
    put("hotspots-names", rows.map(([lon, lat, text], at) => point(lon, lat, { text: text, at: at })));
  }

  function point(lon, lat, properties) {
    return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: properties };
  }

  /* What stands already is left: labels that come anew fade in, a frame after the other. */
  function put(source, features) {
    const one = map && map.getSource(source);
    const text = JSON.stringify(features);
    if (!one || laid[source] === text) return;
    laid[source] = text;
    one.setData({ type: "FeatureCollection", features: features });
  }

  const sites = (data) => put("hotspots-sites", data ? data.features : []);

  function cloud(given) {
    if (!map) return;
    const known = map.getSource("hotspots-density");
    if (!given) {
      visible("hotspots-density", false);
      density = null;
      return;
    }
    if (density === given.url) return;
    density = given.url;
    const picture = { url: new URL(given.url, window.location.href).href, coordinates: given.corners };
    if (known) known.updateImage(picture);
    else {
      map.addSource("hotspots-density", Object.assign({ type: "image" }, picture));
      const below = spec.layers.find((layer) => layer.type === "line");
      const layer = { id: "hotspots-density", type: "raster", source: "hotspots-density", paint: { "raster-opacity": 0.85, "raster-fade-duration": 0 } };
      map.addLayer(layer, below && below.id);
    }
    visible("hotspots-density", true);
  }

  function mark(kind, id) {
    if (pointed[kind] === id) return;
    pointed[kind] = id;
    outline();
  }

  /* A layer of its own for one or two outlines: as a state of all areas it would be drawn for each of them. */
  function outline() {
    const now = pointed;
    const kinds = ["near", "chosen"].filter((kind) => now[kind] !== null);
    if (!kinds.length || !level) return put("hotspots-pointed", []);
    outlines[level] = outlines[level] || shapes(spec.urls[level]);
    const wanted = Object.assign({}, now);
    outlines[level].then((known) => {
      // Meanwhile another may be pointed at.
      if (now !== pointed || kinds.some((kind) => wanted[kind] !== now[kind])) return;
      const there = kinds.filter((kind) => known.has(now[kind]));
      put("hotspots-pointed", there.map((kind) => ({ type: "Feature", geometry: known.get(now[kind]), properties: { kind: kind } })));
    });
  }

  /* The same address as the source's: it is in the browser's store. */
  function shapes(url) {
    return fetch(url)
      .then((answer) => answer.json())
      .then((found) => new Map(found.features.map((one) => [Number(one.id), one.geometry])))
      .catch(() => new Map());
  }

  function scale() {
    const bar = document.querySelector(".hotspots-scale");
    if (!bar || !map) return;
    const perPx = (EARTH_PX * Math.cos((map.getCenter().lat * Math.PI) / 180)) / Math.pow(2, map.getZoom());
    const most = perPx * 110;
    const power = Math.pow(10, Math.floor(Math.log10(most)));
    const metres = [5, 2, 1].map((one) => one * power).find((one) => one <= most) || power;
    bar.style.width = metres / perPx + "px";
    bar.textContent = metres >= 1000 ? watchers.say("km", { n: metres / 1000 }) : watchers.say("m", { n: metres });
  }

  window.fengtuHotspots = window.fengtuHotspots || {};
  window.fengtuHotspots.map = {
    start: start,
    ready: () => Boolean(map),
    level: () => level,
    order: (one) => orders[one],
    keep: (one, order) => {
      orders[one] = order;
      delete painted[one];
    },
    show: show,
    fill: fill,
    clear: clear,
    codes: (one) => painted[one],
    marks: marks,
    names: names,
    sites: sites,
    cloud: cloud,
    go: go,
    home: () => map && home(),
    zoom: (by) => map && (moved = true) && map.easeTo({ zoom: map.getZoom() + by, duration: still() ? 0 : 200 }),
    choose: (id) => map && mark("chosen", id),
    near: (id) => map && mark("near", id),
    canvas: () => map.getCanvas(),
    rendered: () =>
      new Promise((done) => {
        map.once("render", done);
        map.triggerRepaint();
      }),
    once: (then) => {
      map.once("render", then);
      map.triggerRepaint();
    },
  };
})();
