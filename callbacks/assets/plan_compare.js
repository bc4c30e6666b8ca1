/* Two plans side by side: the size of the maps, the address, the two swapped, printing. */
(function () {
  "use strict";

  function measure() {
    const box = document.getElementById("plan-compare-map-box").getBoundingClientRect();
    return { width: Math.round(box.width), height: Math.round(box.height) };
  }

  function swap(clicks, first, second) {
    if (!clicks) return [window.dash_clientside.no_update, window.dash_clientside.no_update];
    return [second, first];
  }

  function address(shown) {
    if (Array.isArray(shown)) {
      const here = "/plan?view=compare&a=" + shown[0] + "&b=" + shown[1];
      if (window.location.pathname + window.location.search !== here) window.history.replaceState(null, "", here);
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-compare-act=print]")) window.print();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.planCompare = { measure: measure, swap: swap, address: address };
})();
