/* The hotspot screen in the browser: gathers what is chosen, asks for it in one request, shows the answer.
   The state is a table of texts as the address has it; the server reads it and says what it understood. */
(function () {
  "use strict";

  const NAMES = ["level", "paint", "over", "per", "bandwidth", "since", "until", "category", "channel", "purpose", "stage", "area", "leader", "unit", "step", "by", "play"];
  const LISTS = ["over", "category", "channel", "purpose", "stage", "area"];
  const FILM = ["level", "since", "until", "category", "channel", "purpose", "stage", "area", "leader", "unit", "play"];
  const ANSWER_MS = 20000; // a request that is not answered by then is made again
  const SETTLE_MS = 600; // a slider's way is one step back, not a hundred
  const BUSY_MS = 300;
  const TELL_MS = 140;
  const DAY_MS = 86400000;
  const PATIENCE_MS = 1500; // charts wait for the map, but not for one that does not come

  const here = () => (window.fengtuHotspots = window.fengtuHotspots || {});
  const map = () => here().map;
  const root = () => document.getElementById("hotspots-root");
  const part = (name) => document.querySelector(".hotspots-" + name);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const noUpdate = () => window.dash_clientside.no_update;

  let spec = null;
  let words = {};
  let pairs = null; // what is chosen
  let shown = null; // the last answer that is on the screen
  let shownAt = "";
  let undrawn = null; // the answer whose charts are still to be drawn
  let acts = 0;
  let waiting = null; // {n, at} of a request on its way
  let queued = null;
  let opening = false;
  let sliderAt = "";
  let pendingOrder = "";
  let settling, busying, telling, latening;

  function say(key, facts) {
    return Object.entries(facts || {}).reduce((text, [name, value]) => text.replace("{" + name + "}", value), words[key] || "");
  }

  const query = (one) => NAMES.concat(["at", "chosen"]).filter((name) => one[name]).map((name) => name + "=" + one[name]).join("&");

  function put(tag, className, text, more) {
    const one = document.createElement(tag);
    if (className) one.className = className;
    if (text !== undefined && text !== null) one.textContent = text;
    Object.entries(more || {}).forEach(([name, value]) => one.setAttribute(name, value));
    return one;
  }

  // Opening

  function open(given, address) {
    if (!given || !root()) return noUpdate();
    spec = given;
    words = JSON.parse(root().dataset.words);
    pairs = shown = undrawn = waiting = queued = null;
    acts = 0;
    sliderAt = pendingOrder = "";
    opening = true;
    if (here().play) here().play.reset();
    root().dataset.painted = "";
    map()
      .start(spec, { near: near, choose: choose, say: say })
      .then(paint)
      .catch(() => note(say("not_drawn")));
    send(address || {});
    return noUpdate();
  }

  // Asking

  function ask(next) {
    const changed = pairs === null || query(next) !== query(pairs);
    pairs = next;
    if (!changed) return;
    settle();
    if (waiting) queued = next;
    else send(next);
  }

  function send(wanted) {
    queued = null;
    acts += 1;
    waiting = { n: acts, wanted: wanted };
    performance.mark("hotspots-asked");
    clearTimeout(busying);
    clearTimeout(latening);
    busying = setTimeout(() => waiting && busy(true), BUSY_MS);
    latening = setTimeout(late, ANSWER_MS);
    setProps("hotspots-asked", { data: { n: acts, query: wanted, drawn: shown && !undrawn ? shown.charts : null } });
  }

  function late() {
    if (!waiting || !root()) return;
    if (shownAt) trouble(say("late", { at: shownAt }));
    send(queued || waiting.wanted);
  }

  function busy(on) {
    if (part("busy")) part("busy").hidden = !on;
    if (root()) root().setAttribute("aria-busy", on ? "true" : "false");
  }

  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => address(true), SETTLE_MS);
  }

  function address(push) {
    if (!root() || !pairs || window.location.pathname !== "/hotspots") return;
    const wanted = "?" + query(pairs);
    if (window.location.search === wanted) return;
    if (push) window.history.pushState(window.history.state, "", wanted);
    else window.history.replaceState(window.history.state, "", wanted);
  }

  function read(search) {
    const found = {};
    new URLSearchParams(search).forEach((value, name) => (found[name] = value));
    return found;
  }

  // Registered before Dash's own: it would lay the page out anew for what is a new filter only.
  window.addEventListener("popstate", (event) => {
    if (!root() || window.location.pathname !== "/hotspots") return;
    event.stopImmediatePropagation();
    clearTimeout(settling);
    pairs = read(window.location.search);
    opening = true;
    if (waiting) queued = pairs;
    else send(pairs);
  });

  // Controls

  function gather() {
    if (!pairs || opening) return noUpdate();
    const values = Array.from(arguments);
    const next = { at: pairs.at, chosen: pairs.chosen };
    NAMES.forEach((name, at) => {
      const value = values[at];
      const text = Array.isArray(value) ? value.map(String).sort(LISTS.includes(name) && name === "area" ? (a, b) => a - b : undefined).join(",") : value;
      if (text !== null && text !== undefined && text !== "") next[name] = String(text);
    });
    // Half-typed days are none.
    ["since", "until"].forEach((name) => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(next[name] || "")) next[name] = pairs[name];
    });
    if (next.since > next.until) {
      const other = next.since !== pairs.since ? "until" : "since";
      next[other] = next[other === "until" ? "since" : "until"];
    }
    // An area and a leader are two ways to say where.
    if (next.area && next.leader) delete next[next.leader !== pairs.leader ? "area" : "leader"];
    if (next.level !== pairs.level) delete next.chosen;
    ask(next);
    setControls(values);
    return noUpdate();
  }

  /* Brings the controls to what is chosen; ``values`` are those that they have. */
  function setControls(values) {
    NAMES.forEach((name, at) => {
      const wanted = control(name);
      const now = values ? values[at] : undefined;
      const same = JSON.stringify(now === undefined || now === null ? "" : now) === JSON.stringify(wanted === null ? "" : wanted);
      if (!same && !(LISTS.includes(name) && !(now || []).length && !wanted.length)) setProps(id(name), { value: wanted });
    });
    setSlider();
  }

  const id = (name) => (name === "play" ? "hotspots-play-step" : "hotspots-" + name);

  function control(name) {
    const text = pairs[name] || "";
    if (name === "area") return text ? text.split(",").map(Number) : [];
    if (LISTS.includes(name)) return text ? text.split(",") : [];
    if (name === "leader") return text ? Number(text) : null;
    return text;
  }

  const period = () => part("period");
  const days = (text) => Math.round((Date.parse(text + "T00:00Z") - Date.parse(period().dataset.first + "T00:00Z")) / DAY_MS);
  const dayAfter = (day, count) => new Date(Date.parse(day + "T00:00Z") + count * DAY_MS).toISOString().slice(0, 10);
  const dayAt = (count) => dayAfter(period().dataset.first, count);

  function setSlider() {
    const wanted = [Math.max(0, days(pairs.since)), Math.max(0, days(pairs.until))];
    if (JSON.stringify(wanted) === sliderAt) return;
    sliderAt = JSON.stringify(wanted);
    setProps("hotspots-period", { value: wanted });
  }

  function slide(value) {
    if (!pairs || opening || !Array.isArray(value) || JSON.stringify(value) === sliderAt) return noUpdate();
    sliderAt = JSON.stringify(value);
    const next = Object.assign({}, pairs, { since: dayAt(value[0]), until: dayAt(value[1]) });
    ask(next);
    setProps("hotspots-since", { value: next.since });
    setProps("hotspots-until", { value: next.until });
    return noUpdate();
  }

  function preset(name) {
    const today = period().dataset.today;
    const year = Number(today.slice(0, 4));
    const back = (count) => dayAfter(today, 1 - count);
    const spans = { year: [year + "-01-01", today], last_year: [year - 1 + "-01-01", year - 1 + "-12-31"] };
    const [since, until] = spans[name] || [back(Number(name)), today];
    change({ since: since, until: until });
  }

  /* A change that no control made. */
  function change(some) {
    if (!pairs) return;
    const next = Object.assign({}, pairs, some);
    Object.keys(next).forEach((name) => next[name] || delete next[name]);
    const same = query(next) === query(pairs);
    ask(next);
    if (!same) setControls(null);
  }

  // Answers

  function answer(given) {
    if (!given || !root() || !waiting || given.n !== waiting.n) return noUpdate();
    waiting = null;
    clearTimeout(busying);
    clearTimeout(latening);
    busy(false);
    if (given.failed) failed(given);
    else take(given);
    if (queued) send(queued);
    return noUpdate();
  }

  function failed(given) {
    opening = opening && !pairs;
    trouble(shownAt ? say("failed", { why: given.failed, at: shownAt }) : say("failed_first", { why: given.failed }));
  }

  function take(given) {
    shown = given;
    shownAt = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    if (opening || !pairs) {
      pairs = Object.assign({}, given.pairs);
      if (given.area_options) setProps("hotspots-area", { options: given.area_options });
      setControls(null);
      address(false);
      setTimeout(() => (opening = false), 60);
    }
    const at = pairs.at;
    trouble("");
    notes(given);
    figures(given.figures);
    ranking(given.ranked);
    sitesList(given.site_rows);
    about(given.about);
    exports(given);
    blank(given);
    if (given.drawings) {
      undrawn = given;
      setTimeout(() => charts(given), PATIENCE_MS);
    }
    paint();
    const film = FILM.map((name) => given.pairs[name] || "").join("|");
    if (at && here().play) here().play.need(given, film, at);
    if (pairs.chosen) tell(Number(pairs.chosen));
  }

  function trouble(text) {
    const bar = part("notes");
    if (!bar) return;
    bar.querySelectorAll(".hotspots-trouble").forEach((one) => one.remove());
    if (text) bar.prepend(put("p", "hotspots-trouble", text, { role: "alert" }));
  }

  function note(text) {
    if (part("notes")) part("notes").append(put("p", "hotspots-note", text));
  }

  function notes(given) {
    part("notes").replaceChildren();
    given.notes.forEach(note);
  }

  function blank(given) {
    const missing = [];
    if (given.total === 0) missing.push(say("nothing"));
    else {
      if ("density" in given && !given.density) missing.push(given.no_density || say("no_density"));
      if (given.site_rows && !given.site_rows.length) missing.push(say("no_sites"));
    }
    part("empty").hidden = !missing.length;
    part("empty").textContent = missing.join(" ");
  }

  function figures(rows) {
    part("figures").replaceChildren(
      ...rows.map(([name, value, unit, below]) => {
        const one = put("div", "hotspots-figure");
        const number = put("p", "hotspots-number");
        number.append(put("b", "", value), put("small", "", unit));
        one.append(put("p", "hotspots-name", name), number, put("p", "hotspots-below", below));
        return one;
      }),
    );
  }

  function ranking(ranked) {
    part("ranked-by").textContent = ranked.by;
    const most = Math.max(...ranked.rows.map((row) => row[6]), 0);
    part("ranking").replaceChildren(
      ...ranked.rows.map((row, at) => {
        const line = put("button", "hotspots-row", null, { type: "button", "data-area": row[0], "data-lon": row[7], "data-lat": row[8], "data-km2": row[9] });
        const bar = put("span", "hotspots-bar");
        bar.style.width = most > 0 ? Math.max(0, (100 * row[6]) / most) + "%" : "0";
        const swatch = put("span", "hotspots-swatch");
        paintSwatch(swatch, row[5]);
        line.append(put("span", "hotspots-place", at + 1), swatch, put("span", "hotspots-area-name", row[1]), put("span", "hotspots-above", row[2]), put("span", "hotspots-value", row[3]), put("span", "hotspots-beside", row[4]), bar);
        const item = put("li");
        item.append(line);
        return item;
      }),
    );
    if (ranked.none) part("ranking").append(put("li", "hotspots-none", ranked.none));
    showChosen();
  }

  function sitesList(rows) {
    part("sites-part").hidden = !rows;
    part("sites").replaceChildren(
      ...(rows || []).slice(0, 30).map((row) => {
        const line = put("button", "hotspots-site", null, { type: "button", "data-lon": row[5], "data-lat": row[6] });
        line.append(put("b", "", row[1]), put("span", "hotspots-value", row[3]), put("span", "hotspots-above", row[2]), put("span", "hotspots-beside", row[4]));
        const item = put("li");
        item.append(line);
        return item;
      }),
    );
  }

  function about(given) {
    const texts = [given.period, given.n, given.filters, given.as_of, given.source, given.review, given.stamps];
    part("about").replaceChildren(put("p", "hotspots-definition", given.definition), put("p", "", texts.filter(Boolean).join(" · ")));
  }

  function exports(given) {
    document.querySelectorAll("[data-export]").forEach((link) => (link.href = "/hotspots/export?" + given.query + "&form=" + link.dataset.export));
  }

  // The picture

  function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer().then((found) => new Uint8Array(found));
  }

  /* What is shown is painted when the map stands and the order of the level's areas is known. */
  function paint() {
    if (!shown || !map().ready() || !root()) return;
    const now = shown;
    map().show(now.level);
    map().cloud(now.density || null);
    map().sites(now.sites);
    if (!ordered(now)) return;
    map().choose(pairs.chosen ? Number(pairs.chosen) : null);
    const codes = now.codes ? inflate(now.codes) : Promise.resolve(new Uint8Array(map().order(now.level).ids.length));
    codes.then((found) => {
      if (shown !== now) return;
      now.bytes = found;
      if (here().play && here().play.isOpen()) {
        here().play.again();
        return done(now);
      }
      lay(found, now.legend);
      map().marks(now.level, found, now.codes ? spec.marks : {});
      map().names(now.codes && !marked(found) ? now.names : []);
      done(now);
    });
  }

  const marked = (codes) => codes.some((code) => spec.marks[code]);

  function lay(codes, legend) {
    map().fill(shown.level, codes);
    legends(legend);
  }

  function done(now) {
    map().once(() => {
      performance.mark("hotspots-painted");
      if (root()) root().dataset.painted = String(now.n);
      setTimeout(() => charts(now), 0);
    });
  }

  /* After the map: Plotly takes longer for a chart than the map for all its areas. */
  function charts(given) {
    if (undrawn !== given || !root()) return;
    undrawn = null;
    Object.entries(given.drawings).forEach(([name, figure]) => setProps(name, { figure: figure }));
  }

  function ordered(now) {
    const order = map().order(now.level);
    if (order && order.key === now.key) return true;
    if (pendingOrder !== now.level + now.key) {
      pendingOrder = now.level + now.key;
      setProps("hotspots-order-asked", { data: { level: now.level, key: now.key } });
    }
    return false;
  }

  function order(given) {
    if (!given || !root()) return noUpdate();
    const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer);
    map().keep(given.level, { key: given.key, ids: given.ids, lon: floats(given.lon), lat: floats(given.lat) });
    pendingOrder = "";
    paint();
    return noUpdate();
  }

  function paintSwatch(one, code) {
    const colour = spec.colours[code];
    one.style.backgroundColor = colour || "transparent";
    if (Number(code) === 8) one.classList.add("hotspots-hatched");
    if (spec.marks[code]) one.textContent = spec.marks[code];
    if (colour) one.classList.toggle("hotspots-pale", light(colour));
  }

  /* Whether dark letters are read better on a colour. */
  function light(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return 0.3 * red + 0.59 * green + 0.11 * blue > 150;
  }

  function legends(legend) {
    const blocks = [];
    if (legend) blocks.push(legendBlock(legend));
    if (shown.density_legend) blocks.push(rampBlock(shown.density_legend));
    part("legends").replaceChildren(...blocks);
    part("legends").legend = legend;
  }

  function legendBlock(legend) {
    const block = put("section", "hotspots-legend");
    const list = put("ul");
    legend.entries.forEach((entry) => {
      const line = put("li");
      const swatch = put("span", "hotspots-swatch");
      paintSwatch(swatch, entry.code);
      line.append(swatch, put("span", "hotspots-class", entry.text), put("span", "hotspots-n", entry.n));
      list.append(line);
    });
    if (spec.functional) {
      const line = put("li");
      line.append(put("span", "hotspots-swatch hotspots-dashed"), put("span", "hotspots-class", spec.functional));
      list.append(line);
    }
    block.append(put("h3", "", legend.title), list, put("p", "", legend.note));
    return block;
  }

  function rampBlock(legend) {
    const block = put("section", "hotspots-legend");
    const ramp = put("div", "hotspots-ramp");
    ramp.style.background = "linear-gradient(to right, " + legend.ramp.join(",") + ")";
    const ticks = put("div", "hotspots-ticks");
    ticks.append(...legend.ticks.map((tick) => put("span", "", tick)));
    block.append(put("h3", "", legend.title), ramp, ticks, put("p", "", legend.note));
    return block;
  }

  // Looking at one area

  function near(area) {
    map().near(area ? area.id : null);
    clearTimeout(telling);
    const box = part("told");
    if (!area) {
      if (pairs && pairs.chosen) tell(Number(pairs.chosen));
      else if (box) box.hidden = true;
      return;
    }
    if (Number(box.dataset.area) === area.id && !box.hidden) return;
    box.dataset.area = area.id;
    box.hidden = false;
    box.replaceChildren(put("b", "", area.name));
    telling = setTimeout(() => tell(area.id), TELL_MS);
  }

  function tell(area) {
    if (shown) setProps("hotspots-tell", { data: { area: area, query: shown.pairs, n: acts } });
  }

  function told(given) {
    const box = part("told");
    if (!given || !box) return noUpdate();
    const wanted = box.hidden ? pairs && Number(pairs.chosen) : Number(box.dataset.area);
    if (given.area !== wanted && given.area !== Number(pairs && pairs.chosen)) return noUpdate();
    box.dataset.area = given.area;
    box.hidden = false;
    box.replaceChildren(put("b", "", given.title), ...given.lines.map((line) => put("span", "", line)));
    return noUpdate();
  }

  function choose(area) {
    const wanted = area && String(area.id) !== (pairs && pairs.chosen) ? String(area.id) : "";
    change({ chosen: wanted });
    map().choose(wanted ? Number(wanted) : null);
    if (!wanted) part("told").hidden = true;
    showChosen();
  }

  function showChosen() {
    document.querySelectorAll(".hotspots-row").forEach((row) => {
      const on = pairs && row.dataset.area === pairs.chosen;
      row.classList.toggle("hotspots-row-here", on);
      row.setAttribute("aria-pressed", on ? "true" : "false");
    });
  }

  function go(line) {
    map().go(Number(line.dataset.lon), Number(line.dataset.lat), Number(line.dataset.km2 || 1));
  }

  // Presses and keys

  const ACTS = {
    "zoom-in": () => map().zoom(1),
    "zoom-out": () => map().zoom(-1),
    home: () => map().home(),
    play: () => here().play.toggle(),
    "step-back": () => here().play.step(-1),
    "step-on": () => here().play.step(1),
    stop: () => here().play.stop(),
    png: () => here().picture.png(shown, spec, say),
    svg: (of) => here().picture.svg(of, shown, say, note),
  };

  document.addEventListener("click", (event) => {
    if (!root()) return;
    const button = event.target.closest(".hotspots [data-act]");
    if (button) ACTS[button.dataset.act](button.dataset.of);
    const wanted = event.target.closest("[data-preset]");
    if (wanted) preset(wanted.dataset.preset);
    const row = event.target.closest(".hotspots-row");
    if (row) {
      choose({ id: Number(row.dataset.area) });
      if (pairs.chosen) go(row);
    }
    const site = event.target.closest(".hotspots-site");
    if (site) go(site);
    const frame = event.target.closest(".hotspots-frame");
    if (frame) here().play.at(Number(frame.dataset.at));
  });

  document.addEventListener("keydown", (event) => {
    if (!root() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [role=slider], [role=listbox] input, .dash-dropdown, .dash-dropdown-content")) return;
    if (event.key === "Escape" && pairs && pairs.chosen) return choose(null);
    if (event.key === " " && !event.target.closest("button, a, summary")) {
      event.preventDefault();
      return here().play.toggle();
    }
    const isOnMap = event.target.closest("canvas");
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way && !isOnMap && here().play.isOpen()) {
      event.preventDefault();
      return here().play.step(way);
    }
    if (!isOnMap && (event.key === "+" || event.key === "=")) map().zoom(1);
    if (!isOnMap && event.key === "-") map().zoom(-1);
  });

  // For the playback and the pictures.
  Object.assign(here(), {
    shown: () => shown,
    pairs: () => pairs,
    spec: () => spec,
    say: say,
    change: (some) => pairs && !opening && change(some),
    dayAfter: dayAfter,
    inflate: inflate,
    put: put,
    part: part,
    lay: lay,
    repaint: () => paint(),
    film: () => FILM.map((name) => (shown && shown.pairs[name]) || "").join("|"),
    moment: (at) => {
      if (!pairs) return;
      pairs = Object.assign({}, pairs, { at: at });
      if (!at) delete pairs.at;
      address(false);
    },
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.hotspots = {
    open: open,
    gather: gather,
    slide: slide,
    answer: answer,
    order: order,
    told: told,
    played: (given) => {
      if (given && root()) here().play.take(given);
      return noUpdate();
    },
  };
})();
