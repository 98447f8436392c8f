/* Reports which intervals of the film were really played.

   A watch session begins when the film first plays: the page's token is exchanged for the session's. Intervals
   are gathered here and handed in every 15 seconds, on a pause and when the page is left (reports.js). When the
   server says that a session has ended, with the year, the next one begins by itself. */
(function () {
  "use strict";

  var EVERY = 15000;

  var box = document.querySelector("[data-watching]");
  var video = document.querySelector("[data-player] video");
  if (!box || !video) {
    return;
  }

  var duration = Number(box.getAttribute("data-duration"));
  var notice = box.querySelector("[data-notice]");
  var sentence = box.querySelector(".watching__sentence");
  var strip = box.querySelector(".watching__strip");
  var player = document.querySelector("[data-player]");
  var address = box.getAttribute("data-address");
  var reports = window.GubenReports({
    store: "guben.heartbeat.",
    days: 40,
    post: post,
    beacon: function (report) {
      navigator.sendBeacon(address, JSON.stringify(report));
    },
    answered: answered,
    offline: offline
  });

  var token = null; // of the watch session; null before the film has played
  var beginning = false;
  var number = 0;
  var intervals = [];
  var last = null; // { film: seconds, clock: milliseconds }
  var stopped = false;
  var lost = "";

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

  /* --- Beginning and handing in --------------------------------------------------------------------- */

  function ask(where, what, then) {
    var request = new XMLHttpRequest();
    request.open("POST", where);
    request.setRequestHeader("Content-Type", "application/json");
    request.timeout = EVERY;
    request.onload = function () {
      then(request.responseText);
    };
    request.onerror = request.ontimeout = function () {
      then("");
    };
    request.send(JSON.stringify(what));
  }

  function post(report, then) {
    ask(address, report, then);
  }

  function begin() {
    if (token || beginning || stopped) {
      return;
    }
    beginning = true;
    ask(box.getAttribute("data-begin"), { page: box.getAttribute("data-page") }, function (text) {
      var answer = window.GubenReports.parse(text);
      beginning = false;
      if (answer && answer.status === "begun") {
        token = answer.token;
        number = 0;
        notice.hidden = !lost;
        heartbeat();
      } else if (answer && answer.message && answer.number === null) {
        stop(answer);
      } else {
        offline();
      }
    });
  }

  function gather() {
    if (token && intervals.length) {
      number += 1;
      reports.add(token, number, video.currentTime, intervals);
      intervals = [];
    }
  }

  function heartbeat() {
    if (intervals.length) {
      begin(); // again, where the line was down when the film began
    }
    gather();
    reports.send();
  }

  function leave() {
    listen();
    gather();
    reports.leave();
  }

  /* --- What comes back ------------------------------------------------------------------------------ */

  function answered(report, answer) {
    if (report.token !== token) {
      if (["replaced", "outdated", "unknown", "unreadable"].indexOf(answer.status) >= 0) {
        lost = box.getAttribute("data-word-lost") + " " + answer.message;
        say(lost, false);
      }
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
      say(lost, false);
    } else if (answer.status === "ended") {
      token = null;
      if (!video.paused) {
        begin();
      }
    } else if (answer.message) {
      stop(answer);
    }
  }

  function stop(answer) {
    stopped = true;
    video.pause();
    say(answer.message, answer.status !== "gone");
  }

  function offline() {
    if (!stopped) {
      say(box.getAttribute("data-word-offline"), false);
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
    notice.hidden = !words;
  }

  video.addEventListener("timeupdate", listen);
  video.addEventListener("playing", listen);
  video.addEventListener("playing", begin);
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
  window.addEventListener("online", heartbeat);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      leave();
    }
  });
  window.setInterval(heartbeat, EVERY);
  reports.send();
}());
