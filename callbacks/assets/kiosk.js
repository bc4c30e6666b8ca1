// The way in of a kiosk: its token comes after the address's #, which no server and no log is sent.
(function () {
  "use strict";

  const show = (name) => {
    document.getElementById("kiosk-wait").hidden = name !== "wait";
    document.getElementById("kiosk-wrong").hidden = name !== "wrong";
    document.getElementById("kiosk-down").hidden = name !== "down";
  };
  const token = decodeURIComponent(window.location.hash.slice(1));
  // A link may say which tour the wall is to play; nothing else of its address goes on.
  const tour = new URLSearchParams(window.location.search).get("tour");
  const wall = tour === null ? "/wall" : "/wall?" + new URLSearchParams({ tour });
  // Nobody who reads over the screen's shoulder should find it in the address bar.
  window.history.replaceState(null, "", window.location.pathname);
  if (!token) {
    show("wrong");
    return;
  }
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) };
  fetch("/kiosk", sent)
    .then((answer) => {
      if (answer.ok) window.location.replace(wall);
      else show(answer.status >= 500 ? "down" : "wrong");
    })
    .catch(() => show("down"));
})();
