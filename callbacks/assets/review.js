/* The review in the browser: what is chosen, by keys and presses; the server checks every one of it.
   A view is {key, area, lon, lat, verdict, words}: the text at hand and what is chosen for it. */
(function () {
  "use strict";

  const ANSWER_MS = 20000; // an act that is not answered by then may be asked again
  const SEARCH_MS = 180;
  const PAN_PX = 60;
  const root = () => document.getElementById("review-root");
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const noUpdate = () => window.dash_clientside.no_update;

  let keys = [];
  let page = 1;
  let at = 0;
  let view = null;
  let acts = 0;
  let waiting = 0;
  let marking = false;
  let searching;
  let taking = null;

  function fresh(key) {
    return { key: key, area: null, lon: null, lat: null, verdict: null, words: "" };
  }

  function publish(next) {
    view = next;
    setProps("review-view", { data: view });
  }

  /* What may be chosen comes later than the text and the search that it is for: until then it is another's. */
  const offer = () => document.querySelector("#review-choices .review-offer");
  const isOfView = () => Boolean(view && offer() && offer().dataset.key === view.key && offer().dataset.words === view.words);

  function choose(part) {
    takeNone();
    if (!view || !view.key || view.key.startsWith(" ")) return;
    mark(false);
    publish(Object.assign({}, view, { area: null, lon: null, lat: null, verdict: null }, part));
  }

  function clearSearch() {
    const field = document.getElementById("review-search");
    if (field && field.value) setProps("review-search", { value: "" });
  }

  function go(index) {
    if (!keys.length) return;
    at = Math.min(Math.max(index, 0), keys.length - 1);
    mark(false);
    takeNone();
    clearSearch();
    publish(fresh(keys[at]));
    show();
  }

  /* Which row is at hand; the list is the server's, so that its rows are marked after each drawing. */
  function show() {
    document.querySelectorAll(".review-row").forEach((row) => {
      const here = Number(row.dataset.of) === at;
      row.classList.toggle("review-row-here", here);
      if (here) {
        row.setAttribute("aria-current", "true");
        row.scrollIntoView({ block: "nearest" });
      } else row.removeAttribute("aria-current");
    });
  }

  function ask(act, more) {
    if (!view || (waiting && Date.now() - waiting < ANSWER_MS)) return;
    waiting = Date.now();
    acts += 1;
    root().dataset.busy = "yes";
    setProps("review-asked", { data: Object.assign({ act: act, n: acts, view: view, page: page }, more) });
  }

  function confirm() {
    if (view && (view.area !== null || view.lon !== null || view.verdict)) ask("decide");
  }

  function undo(id) {
    const last = document.querySelector(".review-decision[data-own=yes] [data-act=undo]");
    const wanted = id === undefined ? last && Number(last.dataset.of) : id;
    if (wanted) ask("undo", { id: wanted });
  }

  /* The list came anew: the next text is the one in the same place. After a refusal what was chosen stays. */
  function open(opened) {
    waiting = 0;
    if (root()) root().dataset.busy = "";
    if (!opened || !opened.keys) return noUpdate();
    if (!opened.n) [at, acts] = [0, 0];
    const before = view && view.key;
    keys = opened.keys;
    page = opened.page;
    const kept = opened.failed ? keys.indexOf(before) : -1;
    setTimeout(show, 0);
    if (kept >= 0) {
      at = kept;
      return noUpdate();
    }
    at = Math.min(at, Math.max(keys.length - 1, 0));
    clearSearch();
    mark(false);
    view = fresh(keys[at] || "");
    return view;
  }

  function search(words) {
    clearTimeout(searching);
    searching = setTimeout(() => {
      const said = (words || "").trim();
      if (view && said !== view.words) publish(Object.assign({}, view, { words: said }));
    }, SEARCH_MS);
    return noUpdate();
  }

  function measure() {
    const box = document.getElementById("review-map-box").getBoundingClientRect();
    return { width: Math.round(box.width), height: Math.round(box.height) };
  }

  /* The map tells where it was clicked, also where nothing is drawn. */
  function drawn() {
    if (root()) root().dataset.drawn = "";
    window.fengtuMap.whenThere("#review-map", root, (plot, map) => {
      window.fengtuMap.dress(plot, map);
      if (map._fengtuReview) return;
      map._fengtuReview = true;
      map.on("styledata", () => window.fengtuMap.dress(plot, map));
      map.on("click", (event) => marking && point(event.lngLat));
      window.fengtuMap.onDrawn(plot, map, () => root() && (root().dataset.drawn = "yes"));
    });
    return noUpdate();
  }

  function point(place) {
    choose({ lon: Number(place.lng.toFixed(6)), lat: Number(place.lat.toFixed(6)) });
  }

  function mark(on) {
    marking = on;
    if (root()) root().classList.toggle("review-is-marking", on);
  }

  const ACTS = {
    open: (of) => go(Number(of)),
    area: (of) => isOfView() && choose({ area: Number(of) }),
    point: (of) => {
      if (!isOfView()) return;
      const [lon, lat] = of.split(" ").map(Number);
      choose({ lon: lon, lat: lat });
    },
    mark: () => mark(!marking),
    outside: () => choose({ verdict: "outside" }),
    unplaceable: () => choose({ verdict: "unplaceable" }),
    confirm: () => confirm(),
    undo: (of) => undo(Number(of)),
    page: (of) => {
      at = 0;
      page = Number(of);
      ask("page");
    },
  };

  function markingKey(key) {
    const map = window.fengtuMap.of(document.querySelector("#review-map .js-plotly-plot"));
    const moves = { ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX], ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0] };
    if (key === "Escape") mark(false);
    else if (map && moves[key]) map.panBy(moves[key], { duration: 0 });
    else if (map && (key === "+" || key === "=")) map.zoomIn({ duration: 0 });
    else if (map && key === "-") map.zoomOut({ duration: 0 });
    else if (map && key === " ") point(map.getCenter());
    else return false;
    return true;
  }

  function press(selector) {
    const found = document.querySelector(selector);
    if (found && !found.disabled) found.click();
    return true;
  }

  const KEYS = {
    ArrowDown: () => go(at + 1),
    j: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    k: () => go(at - 1),
    "/": () => document.getElementById("review-search").focus(),
    m: () => mark(!marking),
    o: () => choose({ verdict: "outside" }),
    u: () => choose({ verdict: "unplaceable" }),
    z: () => undo(),
    Enter: () => confirm(),
    Escape: () => clearSearch(),
  };

  function pressed(key) {
    // What is to be taken is not there yet: confirmed now, it would be what was chosen before.
    if (taking && key === "Enter") return true;
    takeNone();
    if (marking && markingKey(key)) return true;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    if (/^[1-9]$/.test(letter)) return press(".review-area[data-digit='" + letter + "']");
    if (/^[a-h]$/.test(letter)) return press(".review-area[data-letter='" + letter + "']");
    if (!KEYS[letter]) return false;
    KEYS[letter]();
    return true;
  }

  function takeNone() {
    if (taking) taking.disconnect();
    taking = null;
  }

  /* Enter may come before the answer: the first of what is found is taken when it is there. */
  function takeFirst(words) {
    takeNone();
    if (!words) return;
    const take = () => {
      if (!isOfView() || offer().dataset.found !== "yes" || offer().dataset.words !== words) return;
      takeNone();
      press(".review-area[data-digit='1']");
    };
    taking = new MutationObserver(take);
    taking.observe(document.getElementById("review-choices"), { attributes: true, childList: true, subtree: true });
    take();
  }

  /* In the search field: Enter takes the first that was found, Escape leaves it. */
  function inField(event) {
    takeNone();
    if (event.key === "Escape") clearSearch();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.target.blur();
    if (event.key === "Enter") takeFirst(event.target.value.trim());
  }

  document.addEventListener("keydown", (event) => {
    if (!root() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.id === "review-search") return inField(event);
    if (event.target.closest("input, textarea, select")) return;
    // A focused button or summary does with Enter and Space what it always does.
    if ((event.key === "Enter" || event.key === " ") && event.target.closest("a, summary, button:not(.review-row):not(.review-area)")) return;
    if (pressed(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("#review-root [data-act]");
    if (chosen && !chosen.disabled) ACTS[chosen.dataset.act](chosen.dataset.of);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.review = { open: open, measure: measure, drawn: drawn, search: search };
})();
