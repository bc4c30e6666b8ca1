// What a page in use is told when its callbacks are not answered: the database is down, the session has ended,
// or something went wrong. The page stays as it is; the wall sees to itself (`wall_live.js`).
(function () {
  "use strict";

  const CALLBACKS = "_dash-update-component";
  const ask = window.fetch;
  const LOOK_MS = 10000;
  let told = null;

  function tell(kind, words) {
    told = kind;
    const banner = document.getElementById("shell-banner");
    if (!banner) return;
    if (kind !== "bug" && document.getElementById("wall-live")) return;
    banner.textContent = words;
    if (kind === "ended") {
      const link = document.createElement("a");
      link.href = "/sign-in?next=" + encodeURIComponent(window.location.pathname + window.location.search);
      link.textContent = banner.dataset.signIn;
      banner.append(link);
    }
    banner.hidden = false;
  }

  function clear() {
    if (told === null) return;
    told = null;
    const banner = document.getElementById("shell-banner");
    if (banner) banner.hidden = true;
  }

  // What was asked meanwhile is not asked again: its reader is told when it can be.
  setInterval(() => {
    const banner = document.getElementById("shell-banner");
    if (told !== "down" || !banner || banner.hidden) return;
    ask.call(window, "/healthz").then((answer) => answer.ok && told === "down" && tell("back", banner.dataset.back), () => null);
  }, LOOK_MS);

  function note(answer) {
    const banner = document.getElementById("shell-banner");
    if (!banner) return;
    if (answer.ok) clear();
    else if (answer.status === 401) tell("ended", banner.dataset.ended);
    else if (answer.status === 503) tell("down", banner.dataset.down);
    else if (answer.status >= 500) {
      answer.clone().json().then((said) => tell("bug", said.words + " " + said.request), () => null);
    }
  }

  // Dash reads the words of these answers twice, which a body allows once.
  function readTwice(answer) {
    if (answer.status !== 400 && answer.status !== 401) return;
    const words = answer.text();
    answer.text = () => words;
  }

  window.fetch = function (asked, options) {
    const answered = ask.call(window, asked, options);
    const address = typeof asked === "string" ? asked : asked && asked.url;
    if (address && address.includes(CALLBACKS)) {
      const heard = (status) => {
        const detail = { status: status, asked: String((options && options.body) || "") };
        document.dispatchEvent(new CustomEvent("fengtu:answered", { detail: detail }));
      };
      answered.then(
        (answer) => {
          readTwice(answer);
          heard(answer.status);
          note(answer);
        },
        () => {
          heard(0);
          const banner = document.getElementById("shell-banner");
          if (banner) tell("down", banner.dataset.down);
        },
      );
    }
    return answered;
  };
})();
