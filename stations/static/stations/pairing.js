/* Asks every three seconds whether an operator has confirmed the code; less often while the line is broken. */
(function () {
  "use strict";

  var tv = window.stationScreen;
  var sheet = document.querySelector("[data-pairing]");
  var waiting = document.querySelector("[data-waiting]");
  var broken = document.querySelector("[data-broken]");
  var EVERY = 3000;
  var MOST = 30000;
  var pause = EVERY;

  function look() {
    tv.ask("GET", sheet.getAttribute("data-pairing"), null, function (status, text) {
      var state = null;
      try { state = status === 200 ? JSON.parse(text).state : null; } catch (ignored) { state = null; }
      if (state === "paired" || state === "expired") { window.location.reload(); return; }
      pause = state === "waiting" ? EVERY : Math.min(pause * 2, MOST);
      waiting.hidden = state !== "waiting";
      broken.hidden = state === "waiting";
      window.setTimeout(look, pause);
    });
  }

  document.addEventListener("keydown", function (event) {
    if (tv.keyOf(event) === "back") { event.preventDefault(); }
  });
  window.setTimeout(look, pause);
}());
