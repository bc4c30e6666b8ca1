// The leader's pages in the browser: every state is an address, and a link of ours changes the parts of the page
// while the page and its map stay. A desk has its map at once, a phone when it is tapped; a tap on an area of the
// map opens its card.
(function () {
  "use strict";

  const PADDING_PX = 10;
  const NARROW_PX = 560;
  const BUSY_MS = 400;
  const ANSWER_MS = 10000;
  const LOOK_MS = 30;
  const LOOKS = 20;
  const STATES = "plotly-trace-layer-slot-label-alert-symbol";
  const DESK = "(min-width: 900px)";

  const root = () => document.getElementById("brief-root");
  const isHere = () => root() !== null && window.location.pathname.replace(/\/$/, "") === "/brief";
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  let asked = 0;
  let isAsking = false;
  let isWaiting = false;
  let busying = null;
  let latening = null;
  let coming = null;
  let pressed = null;
  let height = null;

  // Asks for what the address says, one question at a time; of those that wait it is the last.
  function ask() {
    isWaiting = isAsking;
    if (isAsking) return;
    isAsking = true;
    clearTimeout(coming);
    busying = setTimeout(() => busy(true), BUSY_MS);
    latening = setTimeout(settle, ANSWER_MS);
    const fields = Object.fromEntries(new URLSearchParams(window.location.search));
    setProps("brief-wanted", { data: { ...fields, n: ++asked } });
  }

  function busy(is) {
    if (root()) root().setAttribute("aria-busy", String(is));
  }

  function settle() {
    clearTimeout(busying);
    clearTimeout(latening);
    busy(false);
    isAsking = false;
  }

  // No answer: what is shown stays, and the banner says why (`access.js`).
  document.addEventListener("fengtu:answered", ({ detail }) => {
    if (isAsking && detail.status !== 200 && detail.asked.includes("brief-wanted")) settle();
  });

  // An answer is there, or the page is new.
  function answered() {
    settle();
    if (isWaiting) ask();
    else comeBack(LOOKS);
    const lacksMap = isHere() && !root().classList.contains("brief-has-map");
    if (lacksMap && window.matchMedia(DESK).matches) go((fields) => fields.set("map", "1"), true);
    return window.dash_clientside.no_update;
  }

  // When the parts are drawn, the focus goes back to the link that was pressed, where it is there again, and the
  // page to where it was.
  function comeBack(looks) {
    const isOld = pressed !== null && pressed.isConnected;
    const isShort = height > document.documentElement.scrollHeight - window.innerHeight;
    if ((isOld || isShort) && looks > 0) {
      coming = setTimeout(() => comeBack(looks - 1), LOOK_MS);
      return;
    }
    const isFree = pressed !== null && document.activeElement === document.body && root() !== null;
    const isSame = (one) => one.getAttribute("href") === pressed.getAttribute("href") && one.textContent === pressed.textContent;
    const again = isFree && Array.from(root().querySelectorAll("a[href]")).find(isSame);
    if (again) again.focus({ preventScroll: true });
    if (height !== null) window.scrollTo(0, height);
    pressed = height = null;
  }

  // Goes to an address of ours; the entry that is left remembers how far down its page was.
  function visit(search, replaces) {
    const isNew = search !== window.location.search;
    const before = new URLSearchParams(window.location.search).get("scene");
    if (isNew && !replaces) {
      window.history.replaceState({ ...window.history.state, briefHeight: window.scrollY }, "");
      window.history.pushState({}, "", window.location.pathname + search);
      window.scrollTo(0, 0);
    } else if (isNew) {
      window.history.replaceState(window.history.state, "", window.location.pathname + search);
    }
    const list = document.getElementById("brief-list");
    if (list && before !== new URLSearchParams(search).get("scene")) list.scrollTop = 0;
    ask();
  }

  function go(change, replaces) {
    const address = new URL(window.location.href);
    change(address.searchParams);
    if (address.search !== window.location.search) visit(address.search, replaces);
  }

  function open(area) {
    go((fields) => {
      for (const name of ["leader", "unit"]) fields.delete(name);
      if (!window.matchMedia(DESK).matches) fields.delete("map");
      fields.set("area", String(Number(area)));
    }, false);
  }

  // Before the links' own, which would lay the whole page out anew.
  document.addEventListener("click", (event) => {
    const link = isHere() && event.target.closest(".brief a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const wanted = new URL(link.href);
    if (wanted.origin !== window.location.origin || wanted.pathname !== "/brief") return;
    event.preventDefault();
    event.stopPropagation();
    pressed = link;
    visit(wanted.search, false);
  }, true);

  // Registered before Dash's own, likewise.
  window.addEventListener("popstate", (event) => {
    if (!isHere()) return;
    event.stopImmediatePropagation();
    height = (event.state && event.state.briefHeight) || 0;
    ask();
  });

  // Another picture in the open map, which stays where its reader moved it.
  function draw(figure) {
    if (!figure) return;
    const plot = document.querySelector(".brief-map-box .js-plotly-plot");
    const map = window.fengtuMap.of(plot);
    const layout = { ...figure.layout };
    if (map) {
      const { lng, lat } = map.getCenter();
      layout.uirevision = plot.layout.uirevision;
      layout.map = { ...layout.map, center: { lon: lng, lat: lat }, zoom: map.getZoom() };
    }
    setProps("brief-map", { figure: { ...figure, layout: layout } });
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
  window.dash_clientside.brief = { answered: answered, draw: draw };
})();
