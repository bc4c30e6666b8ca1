/* The phone's service worker: opens the own list without a signal, and sends what waits when one is back.
   It keeps nothing itself: the page keeps its own list and files (patch_page.js). No other screen is touched. */
(function () {
  "use strict";

  const PATH = "/patch";
  const PAGES = "fengtu-patch-pages";
  const FILES = "fengtu-patch-files";
  const PATIENCE_MS = 12000;

  async function keptPage(address) {
    const pages = await caches.open(PAGES);
    const grid = address.searchParams.get("grid");
    const own = await pages.match(grid ? PATH + "?grid=" + grid : PATH);
    if (own) return own;
    const answers = await Promise.all((await pages.keys()).map((key) => pages.match(key)));
    const newest = (one, other) => (one.headers.get("X-At") < other.headers.get("X-At") ? 1 : -1);
    return answers.sort(newest)[0];
  }

  async function asOld(kept) {
    const html = (await kept.text()).replace('data-live="yes"', 'data-live="no"');
    return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  }

  const patience = () => new Promise((_, failed) => setTimeout(failed, PATIENCE_MS, new Error("slow")));

  async function page(asked, address) {
    const kept = await keptPage(address);
    let answer;
    try {
      answer = await (kept ? Promise.race([fetch(asked), patience()]) : fetch(asked));
    } catch (error) {
      if (kept) return asOld(kept);
      throw error;
    }
    // Led to the sign-in page, or no worker any more: whose list was kept is not signed in here.
    const isElsewhere = answer.type === "opaqueredirect" || answer.redirected || answer.status === 404;
    if (isElsewhere && address.pathname === PATH) await caches.delete(PAGES);
    return answer.status >= 500 && kept ? asOld(kept) : answer;
  }

  async function file(asked) {
    return (await (await caches.open(FILES)).match(asked)) || fetch(asked);
  }

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener("fetch", (event) => {
    const asked = event.request;
    const address = new URL(asked.url);
    if (asked.method !== "GET" || address.origin !== self.location.origin) return;
    const isOurs = address.pathname === PATH || address.pathname.startsWith(PATH + "/");
    if (asked.mode === "navigate" && isOurs) event.respondWith(page(asked, address));
    else if (address.pathname.startsWith("/assets/") && address.searchParams.has("v")) {
      event.respondWith(file(asked));
    }
  });
  self.addEventListener("sync", (event) => {
    if (event.tag === "patch-send") event.waitUntil(self.fengtuQueue.send());
  });
})();
