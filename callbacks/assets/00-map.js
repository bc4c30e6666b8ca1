// Plotly's map in the browser: the MapLibre map under a plot, and what Plotly cannot set on its labels.
(function () {
  "use strict";

  const LABEL_EM = 40;
  const LOOK_MS = 50;
  const KEEP_MS = 350;
  const SAME_PX = 3;
  const SAME_ZOOM = 0.02;
  const fits = new WeakMap();
  const awaited = new Map();

  function of(plot) {
    const subplot = plot && plot._fullLayout && plot._fullLayout.map && plot._fullLayout.map._subplot;
    return subplot ? subplot.map : null;
  }

  // Plotly draws when it has what it needs: the last `act` asked for is given plot and map as soon as they are
  // there, however long a slow line takes, while the page is `wanted`.
  function whenThere(selector, wanted, act) {
    const isAwaited = awaited.has(selector);
    awaited.set(selector, act);
    if (!isAwaited) lookFor(selector, wanted);
  }

  function lookFor(selector, wanted) {
    const plot = document.querySelector(selector + " .js-plotly-plot");
    const map = of(plot);
    if (!map && wanted()) return setTimeout(() => lookFor(selector, wanted), LOOK_MS);
    const act = awaited.get(selector);
    awaited.delete(selector);
    if (map) act(plot, map);
  }

  // A map is loaded and idle while it is still bare: Plotly lays its traces and layers once their shapes are there.
  function isLaid(plot) {
    const { layers, _subplot: subplot } = plot._fullLayout.map;
    if (layers && layers.length) return subplot.layerList.length > 0;
    return Object.keys(subplot.traceHash).length > 0 || !plot._fullData.some((trace) => trace.subplot === "map" && trace.visible === true);
  }

  function onDrawn(plot, map, act) {
    map.on("idle", () => isLaid(plot) && act());
    if (map.loaded() && isLaid(plot)) act();
  }

  // Plotly lets a trace wait five seconds for another's shapes of the same address, and then never draws that map
  // again. Not told that they are under way, it asks for them itself, and the browser loads them once.
  window.PlotlyGeoAssets = new Proxy(window.PlotlyGeoAssets || { topojson: {} }, {
    get: (kept, name) => (kept[name] === "pending" ? undefined : kept[name]),
  });

  // What is set anew is drawn anew, and so is set only where it is another.
  function setLayout(map, layer, wanted) {
    for (const [name, value] of Object.entries(wanted)) {
      if (map.getLayoutProperty(layer, name) !== value) map.setLayoutProperty(layer, name, value);
    }
  }

  // Halo and overlap of labels: asked for in each text trace's meta (`layers.map_labels`).
  function dressLabels(plot, map) {
    for (const trace of plot._fullData || []) {
      const layer = "plotly-trace-layer-" + trace.uid + "-symbol";
      if (trace.type !== "scattermap" || !trace.meta || !trace.meta.halo || !map.getLayer(layer)) continue;
      const paint = { "text-halo-color": trace.meta.halo, "text-halo-width": trace.meta.halo_px };
      for (const [name, value] of Object.entries(paint)) {
        if (map.getPaintProperty(layer, name) !== value) map.setPaintProperty(layer, name, value);
      }
      setLayout(map, layer, { "text-allow-overlap": trace.meta.overlap, "text-max-width": LABEL_EM });
    }
  }

  // From which zoom on a layer shows: Plotly tells it only of a layer that it lays anew.
  function dressLayers(plot, map) {
    const asked = plot._fullLayout.map;
    asked._subplot.layerList.forEach(({ idLayer }, index) => {
      const layer = map.getLayer(idLayer);
      const { minzoom, maxzoom } = asked.layers[index] || {};
      if (layer && minzoom !== undefined && layer.minzoom !== minzoom) map.setLayerZoomRange(idLayer, minzoom, maxzoom);
    });
  }

  function dress(plot, map) {
    dressLabels(plot, map);
    dressLayers(plot, map);
  }

  const isAt = (map, camera) => {
    const [now, then] = [map.getCenter(), camera.center].map((one) => map.project(one));
    return Math.abs(map.getZoom() - camera.zoom) < SAME_ZOOM && Math.hypot(now.x - then.x, now.y - then.y) < SAME_PX;
  };

  // Fits a map to `box.dataset.bounds` once for each boundary and revision of the figure, and anew to another size
  // until its reader moves it. Told to Plotly, which would otherwise put its own view back at the next resize.
  function fitOnce(box, plot, map, padding_px) {
    const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
    const drawn = plot.layout && plot.layout.uirevision;
    const subject = [box.dataset.bounds, drawn].join(" ");
    const wanted = [subject, box.clientWidth, box.clientHeight].join(" ");
    if (box.dataset.fitted === wanted || !map.loaded() || !isLaid(plot)) return;
    map.resize();
    const last = fits.get(plot);
    if (last && last.subject === subject && !isAt(map, last.camera)) {
      box.dataset.fitted = wanted;
      return;
    }
    const camera = map.cameraForBounds([[west, south], [east, north]], { padding: padding_px });
    if (!camera) return;
    box.dataset.fitted = wanted;
    fits.set(plot, { subject: subject, camera: camera });
    const centre = { lon: camera.center.lng, lat: camera.center.lat };
    window.Plotly.relayout(plot, { "map.center": centre, "map.zoom": camera.zoom });
  }

  // Plotly keeps the label of an area that the pointer left while a picture was drawn.
  function leave(box, plot) {
    if (!box.matches(":hover") && plot.querySelector(".hoverlayer > *")) window.Plotly.Fx.unhover(plot);
  }

  // Keeps the map in a box fitted and its labels dressed, whatever page is shown; then `also` is done.
  function keepFitted(selector, padding_px, also) {
    setInterval(() => {
      const box = document.querySelector(selector);
      const plot = box && !document.hidden && box.querySelector(".js-plotly-plot");
      const map = plot && of(plot);
      if (!map) return;
      dress(plot, map);
      leave(box, plot);
      if (also) also(box, plot);
      fitOnce(box, plot, map, padding_px);
    }, KEEP_MS);
  }

  // Paper gets no WebGL: each map is drawn once more and copied, for the print alone.
  function copyForPrint(plot) {
    const map = of(plot);
    if (!map) return;
    map.redraw();
    const drawn = map.getCanvas();
    const copy = document.createElement("canvas");
    Object.assign(copy, { width: drawn.width, height: drawn.height, className: "map-on-paper" });
    copy.getContext("2d").drawImage(drawn, 0, 0);
    plot.append(copy);
  }

  const onPaper = () => document.querySelectorAll(".map-on-paper");
  window.addEventListener("beforeprint", () => {
    onPaper().forEach((copy) => copy.remove());
    document.querySelectorAll(".js-plotly-plot").forEach(copyForPrint);
  });
  window.addEventListener("afterprint", () => onPaper().forEach((copy) => copy.remove()));

  window.fengtuMap = { of: of, whenThere: whenThere, onDrawn: onDrawn, dress: dress, setLayout: setLayout, keepFitted: keepFitted };
})();
