// How the wall keeps fresh without anybody near it. A tick every 15 seconds asks which publication is in force
// (callbacks/wall/live.py). Here is what only the browser can do: notice that nobody answers and say so over the
// last picture, ask oftener until somebody does, ask again for what was missed, date in red what could not be
// checked for too long, load a newer program once, and leave when the session has ended.
(function () {
  "use strict";

  const LOOK_MS = 1000;
  const ASK_MS = 5000; // how often a wall that is not answered asks whether anybody is there
  const PATIENCE_MS = 4000; // for one such answer
  const SILENT_MS = 25000; // a tick and ten seconds
  const SLEPT_MS = 10000; // a browser that looks so late was asleep
  const RENEWED = "fengtu-wall-renewed";
  const RENEW_APART_MS = 300000; // servers of two versions at once must not make the page reload for ever

  const FINE = "fine", SILENT = "silent", DOWN = "down", REFUSED = "refused", ENDED = "ended";
  const parts = () => document.getElementById("wall-live");
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  let trouble = FINE;
  let missed = false; // something but a tick was not answered
  let heardMs = Date.now(); // when a tick was last answered
  let awakeMs = heardMs, lookedMs = heardMs, askedMs = 0, tickedMs = 0;
  let newerSinceMs = null; // since when there is newer data than the publication shows
  let late = false;
  let shownAt = null; // the as-of time of the picture, in words
  let shownNumber = null;
  let lastPulse = null;
  let mine = null; // the program that made this page
  let newest = null; // the program that answers now
  let asking = false;

  function tick() {
    tickedMs = Date.now();
    setProps("wall-tick", { n_intervals: tickedMs });
  }

  function tell() {
    const words = parts().dataset;
    const kept = trouble === DOWN ? words.down : words.silent;
    const none = trouble === DOWN ? words.downNone : words.silentNone;
    const said = shownAt ? kept.replace("{time}", shownAt) : none;
    setProps("wall-banner", { children: said, hidden: false });
  }

  function suffer(kind) {
    if (trouble === kind) return;
    trouble = kind;
    tell();
  }

  // The tick's own answer takes the banner away. What was missed is asked for again by all that hang on the
  // version, as soon as the next tick brings one: without its number it is none.
  function recover() {
    if (missed) setProps("wall-version", { data: { at: shownAt } });
    missed = false;
    tick();
  }

  // Another page is opened only where it is there: a wall is never blank.
  const open = (address) => fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });

  async function renew() {
    const before = Number(window.sessionStorage.getItem(RENEWED) || 0);
    if (Date.now() - before < RENEW_APART_MS) return;
    const page = await open(window.location.href);
    if (!page.ok || page.redirected) return;
    window.sessionStorage.setItem(RENEWED, String(Date.now()));
    window.location.reload();
  }

  async function leave() {
    const to = parts().dataset.leaveTo;
    if (!(await open(to)).ok) return;
    const here = encodeURIComponent(window.location.pathname + window.location.search);
    window.location.replace(to.endsWith("=") ? to + here : to);
  }

  async function askWhoIsThere() {
    const answer = await open("/healthz");
    if (answer.status === 503) return suffer(DOWN);
    if (!answer.ok) return suffer(SILENT);
    newest = (await answer.json()).program;
    if (newest !== mine) return renew();
    return trouble === REFUSED ? leave() : recover();
  }

  function ask(what) {
    if (asking) return;
    asking = true;
    what()
      // A database that lets the server wait is no server that is away.
      .catch((fault) => {
        if (trouble !== DOWN || fault.name !== "TimeoutError") suffer(SILENT);
      })
      .finally(() => {
        asking = false;
        askedMs = Date.now();
      });
  }

  function dateIt(nowMs) {
    const lateMs = Number(parts().dataset.lateMs);
    const wall = document.querySelector(".wall");
    if (!wall) return;
    // Who has just woken asks before it says so.
    const isAsked = trouble === FINE && nowMs - awakeMs < SILENT_MS;
    if (nowMs - heardMs > lateMs && !isAsked) wall.dataset.old = "lost";
    else if (late || (newerSinceMs !== null && nowMs - newerSinceMs > lateMs && !isAsked)) wall.dataset.old = "late";
    else delete wall.dataset.old;
  }

  // A browser that slept, or hid the page, has heard nothing for a while and that is nobody's fault.
  function wake(nowMs) {
    awakeMs = nowMs;
    if (nowMs - tickedMs > LOOK_MS) tick();
  }

  function look() {
    const nowMs = Date.now();
    const slept = nowMs - lookedMs > SLEPT_MS;
    lookedMs = nowMs;
    if (!parts()) {
      heardMs = nowMs; // another page of ours is shown
      trouble = FINE;
    }
    if (!parts() || document.hidden) return;
    mine = mine || parts().dataset.program;
    if (slept) wake(nowMs);
    dateIt(nowMs);
    if (trouble === FINE && nowMs - Math.max(heardMs, awakeMs) > SILENT_MS) suffer(SILENT);
    if (nowMs - askedMs < ASK_MS) return;
    if (trouble === ENDED) ask(leave);
    else if (trouble !== FINE) ask(askWhoIsThere);
    else if (newest && newest !== mine) ask(renew);
  }

  function note(status, asked) {
    if (!parts()) return;
    const ticked = asked.includes('"wall-tick"');
    const unanswered = status === 0 || status === 502 || status === 503 || status === 504;
    missed = missed || (unanswered && !ticked);
    if (status === 503) suffer(DOWN);
    else if (unanswered) suffer(SILENT);
    else if (status === 401) trouble = ENDED;
    // A newer program refuses what it no longer knows: it is asked who is there before the page is left.
    else if (ticked && status >= 400 && status < 500) trouble = REFUSED;
  }

  document.addEventListener("fengtu:answered", (event) => note(event.detail.status, event.detail.asked));
  document.addEventListener("visibilitychange", () => {
    if (parts() && !document.hidden) wake(Date.now());
  });
  setInterval(look, LOOK_MS);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    wall_live: {
      // A pulse comes with every tick that the database answered, and with nothing else.
      heard: (pulse, version) => {
        if (version) shownAt = version.at;
        if (version && "number" in version && version.number !== shownNumber) {
          shownNumber = version.number;
          newerSinceMs = null;
        }
        if (pulse && pulse !== lastPulse) {
          lastPulse = pulse;
          trouble = FINE;
          heardMs = Date.now();
          newest = pulse.program;
          late = pulse.lag === "late";
          if (!pulse.lag) newerSinceMs = null;
          else if (newerSinceMs === null) newerSinceMs = heardMs;
          // The clock's own tick may be answered before anybody was asked who is there.
          if (missed) recover();
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
