/* What every page of the station's screen shares: the remote's keys, the line, the clock. ES5: TV boxes. */
window.stationScreen = (function () {
  "use strict";

  /* Beside a keyboard's keys: Android boxes (4), HbbTV and LG (461), Samsung (10009), media keys. */
  var KEYS = {
    13: "ok", 37: "left", 38: "up", 39: "right", 40: "down", 32: "toggle", 29443: "ok",
    4: "back", 8: "back", 27: "back", 166: "back", 461: "back", 10009: "back", 413: "back",
    415: "play", 19: "pause", 179: "toggle", 10252: "toggle", 412: "left", 417: "right", 227: "left", 228: "right"
  };
  var LINE_EVERY = 30000;
  var LINE_EVERY_BROKEN = 5000;
  var SLOW = 2000;
  var PATIENCE = 10000;

  var listeners = [];
  var state = "online";
  var lineTimer = null;
  var body = document.body;

  function keyOf(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) { return null; }
    if (event.key === "GoBack" || event.key === "BrowserBack") { return "back"; }
    return KEYS[event.keyCode || event.which] || null;
  }

  function ask(method, address, data, done) {
    var request = new XMLHttpRequest();
    request.open(method, address, true);
    request.timeout = PATIENCE;
    if (data !== null) { request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); }
    request.onload = function () { done(request.status, request.responseText); };
    request.onerror = request.ontimeout = request.onabort = function () { done(0, ""); };
    request.send(data);
  }

  function show(next) {
    var box = document.querySelector("[data-line-state]");
    var words = document.querySelectorAll("[data-line-word]");
    var i;
    if (box) { box.setAttribute("data-line-state", next); }
    for (i = 0; i < words.length; i += 1) {
      words[i].hidden = words[i].getAttribute("data-line-word") !== next;
    }
    if (next !== state) {
      state = next;
      for (i = 0; i < listeners.length; i += 1) { listeners[i](state); }
    }
  }

  function measure() {
    var began = Date.now();
    window.clearTimeout(lineTimer);
    if (navigator.onLine === false) { show("offline"); }
    ask("GET", body.getAttribute("data-line"), null, function (status) {
      if (status === 403) { window.location.href = body.getAttribute("data-home"); return; }
      if (status >= 200 && status < 400) {
        show(Date.now() - began > SLOW ? "slow" : "online");
      } else {
        show("offline");
      }
      window.clearTimeout(lineTimer);
      lineTimer = window.setTimeout(measure, state === "offline" ? LINE_EVERY_BROKEN : LINE_EVERY);
    });
  }

  /* The box's own clock is often wrong; the server's is shown and carried on. */
  function runClock() {
    var clock = document.querySelector("[data-clock]");
    var base, offset, began;
    if (!clock) { return; }
    base = Number(clock.getAttribute("data-clock"));
    offset = Number(clock.getAttribute("data-offset"));
    began = Date.now();
    function two(number) { return (number < 10 ? "0" : "") + number; }
    function tick() {
      var local = new Date((base + offset) * 1000 + (Date.now() - began));
      clock.textContent = two(local.getUTCHours()) + ":" + two(local.getUTCMinutes());
    }
    tick();
    window.setInterval(tick, 5000);
  }

  function watchLine() {
    window.addEventListener("offline", function () { show("offline"); measure(); });
    window.addEventListener("online", measure);
    lineTimer = window.setTimeout(measure, 1000);
  }

  runClock();
  if (document.querySelector("[data-line-state]")) { watchLine(); }

  return {
    keyOf: keyOf,
    ask: ask,
    line: function () { return state; },
    onLine: function (listener) { listeners.push(listener); },
    home: body.getAttribute("data-home")
  };
}());
