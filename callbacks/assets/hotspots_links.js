/* What is picked in a chart of the hotspot screen is looked at alone: a bar's days, a day, a value. */
(function () {
  "use strict";

  const here = () => window.fengtuHotspots;
  const drawn = (chart) => document.querySelector("#" + chart + " .js-plotly-plot").data[0];

  const PICKS = {
    "hotspots-trend": (point) => {
      const first = point.x.slice(0, 10);
      const step = drawn("hotspots-trend").meta;
      const next = here().dayAfter(first.slice(0, 8) + "01", 31).slice(0, 8) + "01";
      narrow(first, step === "month" ? here().dayAfter(next, -1) : here().dayAfter(first, step === "week" ? 6 : 0));
    },
    "hotspots-calendar": (point) => {
      const weekday = drawn("hotspots-calendar").y.indexOf(point.y);
      const day = here().dayAfter(point.x.slice(0, 10), weekday);
      narrow(day, day);
    },
    "hotspots-split": (point) => {
      const now = here().pairs();
      here().change({ [now.by]: now[now.by] === point.customdata ? "" : point.customdata });
    },
  };

  /* Never wider than the period that is looked at. */
  function narrow(first, last) {
    const now = here().pairs();
    const [since, until] = [first > now.since ? first : now.since, last < now.until ? last : now.until];
    if (since <= until) here().change({ since: since, until: until });
  }

  function picked() {
    Array.from(arguments).forEach((clicked, at) => {
      if (!clicked || !here().pairs()) return;
      const chart = Object.keys(PICKS)[at];
      PICKS[chart](clicked.points[0]);
      // Or the same could not be picked again after going back.
      window.dash_clientside.set_props(chart, { clickData: null });
    });
    return window.dash_clientside.no_update;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.hotspots = Object.assign(window.dash_clientside.hotspots || {}, { picked: picked });
})();
