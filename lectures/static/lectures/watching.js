/* Reports which intervals of the film were really played.

   Intervals are gathered here and handed in every 15 seconds, on a pause and when the page is left. What the
   server has not acknowledged is kept in localStorage and handed in again, also by the next lecture's page:
   the server counts distinct seconds, so a report may arrive twice or late. */
(function () {
  "use strict";

  var EVERY = 15000;
  var STORE = "guben.heartbeat.";
  var MOST_KEPT = 20;

  var box = document.querySelector("[data-watching]");
  var video = document.querySelector("[data-player] video");
  if (!box || !video) {
    return;
  }

  var token = box.getAttribute("data-token");
  var address = box.getAttribute("data-address");
  var duration = Number(box.getAttribute("data-duration"));
  var notice = box.querySelector("[data-notice]");
  var sentence = box.querySelector(".watching__sentence");
  var strip = box.querySelector(".watching__strip");
  var player = document.querySelector("[data-player]");

  var number = 0;
  var intervals = [];
  var last = null; // { film: seconds, clock: milliseconds }
  var waiting = load();
  var inFlight = null;
  var stopped = false;

  /* --- What is played ------------------------------------------------------------------------------ */

  function listen() {
    var now = Date.now();
    var at = video.currentTime;
    var step = last ? at - last.film : 0;
    // A jump is longer than the clock allows; it is no watching. Half a second covers coarse timers.
    if (last && step > 0 && step <= ((now - last.clock) / 1000) * video.playbackRate + 0.5) {
      add(last.film, at);
    }
    last = video.paused || video.seeking ? null : { film: at, clock: now };
  }

  function add(from, to) {
    var open = intervals[intervals.length - 1];
    if (open && Math.abs(open[1] - from) < 0.001) {
      open[1] = to;
    } else {
      intervals.push([from, to]);
    }
  }

  function breakOff() {
    last = null;
  }

  /* --- Handing in ----------------------------------------------------------------------------------- */

  function gather() {
    var heartbeat;
    var i;
    if (!intervals.length) {
      return;
    }
    number += 1;
    for (i = 0; i < waiting.length; i += 1) {
      if (waiting[i].token === token && waiting[i] !== inFlight) {
        heartbeat = waiting[i];
      }
    }
    if (!heartbeat) {
      heartbeat = { token: token, first: number, intervals: [] };
      waiting.push(heartbeat);
    }
    heartbeat.number = number;
    heartbeat.position = round(video.currentTime);
    for (i = 0; i < intervals.length; i += 1) {
      append(heartbeat.intervals, round(intervals[i][0]), round(intervals[i][1]));
    }
    intervals = [];
    save(heartbeat);
  }

  function append(intervals, from, to) {
    var end = intervals[intervals.length - 1];
    if (end && end[1] === from) {
      end[1] = to;
    } else if (to > from) {
      intervals.push([from, to]);
    }
  }

  function round(seconds) {
    return Math.round(seconds * 1000) / 1000;
  }

  function send() {
    var request;
    if (inFlight || !waiting.length) {
      return;
    }
    inFlight = waiting[0];
    request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/json");
    request.timeout = EVERY;
    request.onload = function () {
      var heartbeat = inFlight;
      inFlight = null;
      if (request.status >= 500 || request.status === 429) {
        return; // kept; the next round tries again
      }
      waiting.splice(waiting.indexOf(heartbeat), 1);
      forget(heartbeat);
      if (heartbeat.token === token) {
        show(request);
      }
      send();
    };
    request.onerror = request.ontimeout = function () {
      inFlight = null;
      if (!stopped) {
        say(box.getAttribute("data-word-offline"), false);
      }
    };
    request.send(JSON.stringify(inFlight));
  }

  function heartbeat() {
    gather();
    send();
  }

  function leave() {
    var i;
    listen();
    gather();
    if (!navigator.sendBeacon) {
      return; // kept in localStorage for the next page
    }
    for (i = 0; i < waiting.length; i += 1) {
      navigator.sendBeacon(address, JSON.stringify(waiting[i]));
    }
  }

  /* --- What comes back ------------------------------------------------------------------------------ */

  function show(request) {
    var answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch (fault) {
      return;
    }
    if (answer.sentence) {
      if (sentence.textContent !== answer.sentence) {
        sentence.textContent = answer.sentence;
      }
      sentence.setAttribute("data-state", answer.state);
      draw(answer.seen, answer.percent);
    }
    if (answer.status === "recorded") {
      notice.hidden = true;
    } else if (answer.message) {
      stopped = true;
      video.pause();
      say(answer.message, answer.status !== "gone");
    }
  }

  function draw(seen, percent) {
    var event = document.createEvent("CustomEvent");
    var rect;
    var i;
    while (strip.firstChild) {
      strip.removeChild(strip.firstChild);
    }
    for (i = 0; i < seen.length; i += 1) {
      rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("x", (seen[i][0] / duration) * 1000);
      rect.setAttribute("y", 0);
      rect.setAttribute("width", ((seen[i][1] - seen[i][0]) / duration) * 1000);
      rect.setAttribute("height", 12);
      strip.appendChild(rect);
    }
    strip.setAttribute("aria-label", box.getAttribute("data-word-strip").replace("{percent}", percent));
    event.initCustomEvent("guben:seen", false, false, seen);
    player.dispatchEvent(event);
  }

  function say(words, again) {
    var link;
    notice.textContent = words;
    if (again) {
      link = document.createElement("a");
      link.href = "?t=" + Math.floor(video.currentTime);
      link.textContent = box.getAttribute("data-word-again");
      notice.appendChild(document.createTextNode(" "));
      notice.appendChild(link);
    }
    notice.hidden = false;
  }

  /* --- Keeping: each report under a key of its own, so that tabs do not overwrite each other's ------- */

  function load() {
    var kept = [];
    var i;
    var name;
    try {
      for (i = 0; i < window.localStorage.length && kept.length < MOST_KEPT; i += 1) {
        name = window.localStorage.key(i);
        if (name.indexOf(STORE) === 0) {
          kept.push(JSON.parse(window.localStorage.getItem(name)));
        }
      }
    } catch (fault) {
      return kept; // a private window: the reports live as long as the page
    }
    return kept;
  }

  function save(heartbeat) {
    try {
      window.localStorage.setItem(nameOf(heartbeat), JSON.stringify(heartbeat));
    } catch (fault) {
      return; // full or forbidden
    }
  }

  function forget(heartbeat) {
    try {
      window.localStorage.removeItem(nameOf(heartbeat));
    } catch (fault) {
      return;
    }
  }

  function nameOf(heartbeat) {
    return STORE + heartbeat.token.slice(-20) + "." + heartbeat.first;
  }

  video.addEventListener("timeupdate", listen);
  video.addEventListener("playing", listen);
  video.addEventListener("ratechange", listen);
  video.addEventListener("seeking", breakOff);
  video.addEventListener("waiting", listen);
  video.addEventListener("emptied", breakOff);
  video.addEventListener("pause", function () {
    listen();
    heartbeat();
  });
  video.addEventListener("ended", heartbeat);
  video.addEventListener("play", function () {
    if (stopped) {
      video.pause();
      notice.scrollIntoView(false);
    }
  });
  window.addEventListener("online", send);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      leave();
    }
  });
  window.setInterval(heartbeat, EVERY);
  send();
}());
