// The leader's pages in the browser: a desk has its map at once, a phone when it is tapped; a tap on an area of
// the map opens its card. Every state is an address: nothing is kept here.
(function () {
  "use strict";

  const PADDING_PX = 10;
  const NARROW_PX = 560;
  const STATES = "plotly-trace-layer-slot-label-alert-symbol";
  const DESK = "(min-width: 900px)";

  function go(change, replaces) {
    const address = new URL(window.location.href);
    change(address.searchParams);
    const wanted = address.pathname + address.search;
    if (wanted === window.location.pathname + window.location.search) return;
    if (replaces) window.history.replaceState(window.history.state, "", wanted);
    else window.history.pushState({}, "", wanted);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function seen() {
    const isHere = window.location.pathname.replace(/\/$/, "") === "/brief";
    if (isHere && window.matchMedia(DESK).matches) go((fields) => fields.set("map", "1"), true);
    return window.dash_clientside.no_update;
  }

  function open(area) {
    go((fields) => {
      for (const name of ["leader", "unit"]) fields.delete(name);
      if (!window.matchMedia(DESK).matches) fields.delete("map");
      fields.set("area", String(Number(area)));
    }, false);
  }

  function listen(plot) {
    if (plot.dataset.listens) return;
    plot.dataset.listens = "yes";
    plot.on("plotly_click", (clicked) => {
      const point = clicked && clicked.points && clicked.points.find((one) => one.customdata);
      if (point) open(point.customdata);
    });
  }

  // Rank, state and days stand in the list: on a small screen they would run over the map's edge.
  function thin(box, plot) {
    const map = window.fengtuMap.of(plot);
    const seen = box.clientWidth < NARROW_PX ? "none" : "visible";
    if (map.getLayer(STATES)) window.fengtuMap.setLayout(map, STATES, { "visibility": seen });
  }

  window.fengtuMap.keepFitted(".brief-map-box", PADDING_PX, (box, plot) => {
    listen(plot);
    thin(box, plot);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.brief = { seen: seen };
})();
