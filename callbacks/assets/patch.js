/* The place of a matter on the phone: a tap on the map, or this device's position once when it is asked for. */
(function () {
  "use strict";

  const MAP = "patch-place-map";
  const page = () => document.getElementById("patch-place");
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const DEVICE_MS = 15000;

  let asked = 0;
  let chosen = null;

  const plotOf = () => document.querySelector("#" + MAP + " .js-plotly-plot");
  const mapOf = () => window.fengtuMap.of(plotOf());

  function ask(act, more) {
    asked += 1;
    setProps("patch-asked", { data: Object.assign({ act: act, n: asked }, more) });
  }

  function moving(on) {
    if (page()) page().classList.toggle("patch-is-moving", on);
    if (!on) choose(null);
  }

  /* The last trace is the place that would be saved: see layers/patch_map.py. */
  function choose(place) {
    chosen = place;
    const save = document.querySelector("[data-place=save]");
    if (save) save.disabled = !place;
    const plot = plotOf();
    if (!plot || !plot.data) return;
    const data = plot.data.slice();
    const spot = place ? { lon: [place.lon], lat: [place.lat] } : { lon: [], lat: [] };
    data[data.length - 1] = Object.assign({}, data[data.length - 1], spot);
    setProps(MAP, { figure: { data: data, layout: plot.layout } });
  }

  function at(lon, lat) {
    choose({ lon: Number(lon.toFixed(6)), lat: Number(lat.toFixed(6)) });
  }

  function failed() {
    const hint = document.getElementById("patch-hint");
    if (hint) hint.textContent = hint.dataset.failed;
  }

  function device() {
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(
      (found) => {
        at(found.coords.longitude, found.coords.latitude);
        if (mapOf()) mapOf().jumpTo({ center: [found.coords.longitude, found.coords.latitude] });
      },
      failed,
      { enableHighAccuracy: true, timeout: DEVICE_MS, maximumAge: 0 },
    );
  }

  function drawn() {
    window.fengtuMap.whenThere("#" + MAP, page, (plot, map) => {
      if (map._fengtuPlace) return;
      map._fengtuPlace = true;
      map.on("click", (event) => {
        if (page() && page().classList.contains("patch-is-moving")) at(event.lngLat.lng, event.lngLat.lat);
      });
      window.fengtuMap.onDrawn(plot, map, () => page() && (page().dataset.drawn = "yes"));
    });
    return window.dash_clientside.no_update;
  }

  /* One finger scrolls the page, also where it begins on the map; two move the map. */
  const HELP = ["MobileHelpText", "WindowsHelpText", "MacHelpText"];
  const LOOK_MS = 350;

  function letPageScroll() {
    const box = document.querySelector(".patch [data-gestures]");
    const map = box && window.fengtuMap.of(box.querySelector(".js-plotly-plot"));
    if (!map || map.cooperativeGestures.isEnabled()) return;
    for (const name of HELP) map._locale["CooperativeGesturesHandler." + name] = box.dataset.gestures;
    map.cooperativeGestures.enable();
  }

  if (window.location.pathname.startsWith("/patch/")) setInterval(letPageScroll, LOOK_MS);

  const ACTS = {
    right: () => { moving(false); ask("right"); },
    elsewhere: () => { moving(false); ask("elsewhere"); },
    move: () => moving(!page().classList.contains("patch-is-moving")),
    device: device,
    save: () => chosen && ask("save", chosen),
    back: () => { moving(false); ask("back"); },
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("#patch-place [data-place]");
    if (pressed && !pressed.disabled) ACTS[pressed.dataset.place]();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.patch = { drawn: drawn };
})();
