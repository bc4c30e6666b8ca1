// A page of another screen is another account's: what the patch's page kept on this phone is not theirs.
(function () {
  "use strict";

  if (window.location.pathname.startsWith("/patch")) return;
  if (window.caches) {
    window.caches.delete("fengtu-patch-pages");
    window.caches.delete("fengtu-patch-files");
  }
  window.sessionStorage.removeItem("fengtu-patch-writing");
  if (window.indexedDB) window.indexedDB.deleteDatabase("fengtu-patch");
})();
