/* The patch's lists on a phone: steps are recorded here, kept until they are sent, and the own list is kept for
   where there is no signal. Plain HTML: Dash is not loaded. */
(function () {
  "use strict";

  const PAGES = "fengtu-patch-pages";
  const FILES = "fengtu-patch-files";
  const WRITING = "fengtu-patch-writing";
  const OLD_MS = 24 * 3600 * 1000;
  const LOOK_MS = 60 * 1000;
  const body = document.body;
  const queue = window.fengtuQueue;
  // As it came, before anything below changes it.
  const asItCame = "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
  const account = body.dataset.account;
  const isLive = body.dataset.live === "yes";
  const outbox = document.getElementById("patch-outbox");
  const words = outbox ? outbox.dataset : {};
  const waiting = new Map();
  const noteOf = (matter) => document.querySelector('.patch-note[data-matter="' + Number(matter) + '"]');

  /* What is kept on the phone */

  async function forgetOthers() {
    for (const note of await queue.all()) if (note.account !== account) await queue.drop(note.key);
    if (!window.caches) return;
    const pages = await caches.open(PAGES);
    for (const key of await pages.keys()) {
      const kept = await pages.match(key);
      if (kept && kept.headers.get("X-Account") !== account) await pages.delete(key);
    }
  }

  async function keepPage() {
    const grid = new URLSearchParams(window.location.search).get("grid");
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "X-Account": account,
      "X-At": body.dataset.at,
    };
    const pages = await caches.open(PAGES);
    await pages.put("/patch" + (grid ? "?grid=" + grid : ""), new Response(asItCame, { headers: headers }));
  }

  async function keepFiles() {
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    const wanted = [...parts].map((part) => part.href || part.src);
    const files = await caches.open(FILES);
    for (const kept of await files.keys()) if (!wanted.includes(kept.url)) await files.delete(kept);
    for (const address of wanted) {
      if (!(await files.match(address))) await files.put(address, await fetch(address, { cache: "force-cache" }));
    }
  }

  async function wipe() {
    await queue.clear();
    window.sessionStorage.removeItem(WRITING);
    if (window.caches) await Promise.all([caches.delete(PAGES), caches.delete(FILES)]);
  }

  /* What waits */

  function tell(matter, note, state) {
    const part = noteOf(matter);
    const line = part && part.parentElement.querySelector(".patch-last");
    if (!line) return;
    const parts = [["strong", note.stepWords], ["span", note.words], ["span", state]];
    line.replaceChildren(...parts.filter(([, text]) => text).map(([tag, text]) => {
      const one = document.createElement(tag);
      one.textContent = text;
      return one;
    }));
  }

  function row(note) {
    const item = document.getElementById("patch-waiting").content.firstElementChild.cloneNode(true);
    item.dataset.key = note.key;
    item.classList.toggle("patch-waiting-refused", Boolean(note.refused));
    item.querySelector(".patch-waiting-what").textContent = note.stepWords + " · " + note.number;
    item.querySelector(".patch-waiting-words").textContent = note.words;
    item.querySelector(".patch-waiting-why").textContent = note.refused || words.waiting;
    item.querySelector("[data-outbox=mend]").hidden = !note.refused || !noteOf(note.matter);
    return item;
  }

  async function show() {
    if (!outbox) return [];
    const notes = (await queue.all()).filter((note) => note.account === account);
    outbox.hidden = notes.length === 0;
    outbox.querySelector(".patch-outbox-list").replaceChildren(...notes.map(row));
    tellSent(notes);
    notes.forEach((note) => tell(note.matter, note, note.refused ? words.refused : words.waiting));
    return notes;
  }

  // What waited and is gone was sent, by this page or by the service worker while the page slept.
  function tellSent(notes) {
    for (const [key, note] of waiting) {
      if (notes.some((one) => one.key === key)) continue;
      waiting.delete(key);
      tell(note.matter, note, words.sent);
    }
    notes.forEach((note) => (note.refused ? waiting.delete(note.key) : waiting.set(note.key, note)));
  }

  async function send() {
    const notes = await show();
    if (!notes.some((note) => !note.refused)) return;
    const state = await queue.send();
    await show();
    outbox.querySelector(".patch-ended").hidden = state !== "ended";
    if (state === "later") sendWhenBack();
  }

  function sendWhenBack() {
    if (!navigator.serviceWorker || !window.SyncManager) return;
    navigator.serviceWorker.ready.then((mine) => mine.sync.register("patch-send")).catch(() => null);
  }

  /* Only what is answered is a signal: a reload without one would show the kept list again. */
  async function back() {
    await send();
    if (isLive || document.querySelector(".patch-note[open]")) return;
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
    if (answer && answer.ok) window.location.reload();
  }

  /* What is half written: kept until it is saved, also where the page is loaded anew */

  function writing() {
    const kept = JSON.parse(window.sessionStorage.getItem(WRITING) || "null");
    return kept && kept.account === account ? kept.notes : {};
  }

  // `half` is undefined where nothing is half written any more: that is left out of what is kept.
  function keepWriting(matter, half) {
    const notes = { ...writing(), [matter]: half };
    window.sessionStorage.setItem(WRITING, JSON.stringify({ account: account, notes: notes }));
  }

  function fill(form, note) {
    const step = form.querySelector('input[value="' + CSS.escape(note.step) + '"]');
    if (step) step.checked = true;
    form.elements.words.value = note.words;
    if (note.mends) form.dataset.mends = note.mends;
  }

  function openHalfWritten() {
    for (const matter of Object.keys(writing())) {
      const part = noteOf(matter);
      if (part) part.open = true;
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest(".patch-form");
    if (!form) return;
    const step = form.querySelector("input[name=step]:checked");
    const half = { step: step ? step.value : "", words: form.elements.words.value, mends: form.dataset.mends };
    keepWriting(form.closest(".patch-note").dataset.matter, half);
  });

  /* Recording a step */

  function newKey() {
    // crypto.randomUUID is there on https alone.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function formIn(part) {
    const place = part.querySelector(".patch-form-place");
    if (place.firstElementChild) return place.firstElementChild;
    place.append(document.getElementById("patch-form").content.cloneNode(true));
    const half = writing()[part.dataset.matter];
    if (half) fill(place.firstElementChild, half);
    return place.firstElementChild;
  }

  async function record(form) {
    const part = form.closest(".patch-note");
    const step = form.querySelector("input[name=step]:checked");
    const note = {
      key: newKey(),
      account: account,
      matter: Number(part.dataset.matter),
      number: part.dataset.number,
      step: step.value,
      stepWords: step.nextElementSibling.textContent,
      words: form.elements.words.value.trim(),
      at: new Date().toISOString(),
    };
    try {
      await queue.put(note);
    } catch (error) {
      window.alert(words.unkept);
      return;
    }
    if (form.dataset.mends) await queue.drop(form.dataset.mends);
    form.remove();
    keepWriting(part.dataset.matter, undefined);
    part.open = false;
    await send();
    // What closed above and came at the top has moved the card away.
    part.closest(".patch-card").scrollIntoView({ block: "center" });
  }

  async function mend(key) {
    const note = (await queue.all()).find((one) => one.key === key);
    const part = note && noteOf(note.matter);
    if (!part) return;
    part.open = true;
    const form = formIn(part);
    fill(form, { step: note.step, words: note.words, mends: key });
    form.elements.words.focus();
    form.scrollIntoView({ block: "center" });
  }

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches(".patch-note") || !event.target.open) return;
    formIn(event.target);
    // All of it is within the thumb's reach, down to the button.
    event.target.scrollIntoView({ block: "start" });
  }, true);

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const pressed = event.target.closest("[data-outbox]");
    if (!pressed) return;
    const key = pressed.closest("[data-key]").dataset.key;
    if (pressed.dataset.outbox === "mend") return mend(key);
    await queue.drop(key);
    waiting.delete(key);
    await show();
  });

  async function leave(form) {
    const notes = await queue.all().catch(() => []);
    if (notes.length && !window.confirm(words.leave)) return;
    await wipe().catch(() => null);
    // Not requestSubmit: that would come here again.
    form.submit();
  }

  document.addEventListener("submit", (event) => {
    const isLeaving = event.target.getAttribute("action") === "/sign-out";
    if (!isLeaving && !event.target.matches(".patch-form")) return;
    event.preventDefault();
    (isLeaving ? leave : record)(event.target);
  });

  /* At each opening */

  function dateOld() {
    if (Date.now() - Date.parse(body.dataset.at) > OLD_MS) body.dataset.old = "yes";
  }

  async function begin() {
    dateOld();
    openHalfWritten();
    setInterval(dateOld, LOOK_MS);
    window.addEventListener("online", back);
    document.addEventListener("visibilitychange", () => document.hidden || show());
    setInterval(back, LOOK_MS);
    if (isLive) await forgetOthers();
    if (isLive && body.dataset.list === "yes" && window.caches) await keepPage();
    await send();
    if (!isLive || !navigator.serviceWorker) return;
    await keepFiles();
    await navigator.serviceWorker.register("/patch-worker.js", { scope: "/patch" });
  }

  begin().catch(() => null);
})();
