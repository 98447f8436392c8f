/* The film on the whole screen: keys, what was shown (heartbeats), and coming back after a broken line. */
(function () {
  "use strict";

  var tv = window.stationScreen;
  var film = document.querySelector("[data-film]");
  var video = film.querySelector("video");
  var word = film.querySelector("[data-word]");
  var bar = film.querySelector("[data-bar]");
  var over = film.querySelector("[data-over]");
  var progress = film.querySelector("[data-progress]");
  var csrf = film.querySelector("[name=csrfmiddlewaretoken]").value;
  var start = Number(film.getAttribute("data-start")) || 0;

  var HEARTBEAT = 15000;
  var STEP = 10;
  var BAR_STAYS = 5000;
  var SAY_STAYS = 3000;
  var RETRY = 5000;
  /* Two ticks of the film further apart than this were a jump, not watching. */
  var LONGEST_TICK = 1.5;

  var hls = null;
  var unsent = []; /* intervals that stand in no report yet */
  var token = film.getAttribute("data-token");
  var address = film.getAttribute("data-heartbeat");
  var number = 0;
  var reports = window.GubenReports({
    store: "guben.screening.",
    days: 2,
    post: function (report, then) {
      tv.ask("POST", address, form(report), function (status, text) { then(text); });
    },
    beacon: function (report) {
      navigator.sendBeacon(address, new Blob([form(report)], { type: "application/x-www-form-urlencoded" }));
    },
    answered: answered,
    offline: function () { return null; /* the corner of the screen tells of the line */ }
  });
  var from = null;
  var until = null;
  var sending = false;
  var after = null; /* what waits for the heartbeat under way */
  var wanted = true; /* whether the room wants the film to run */
  var barTimer = null;
  var sayTimer = null;
  var retryTimer = null;
  var tries = 0;
  var taken = false;
  var outcome = "reporting"; /* what the server said of the film: complete or missed; until it has, reporting */

  /* --- What stands on the screen --- */

  function say(which, passing) {
    var all = word.querySelectorAll("[data-say]");
    var i;
    window.clearTimeout(sayTimer);
    word.hidden = !which;
    for (i = 0; i < all.length; i += 1) { all[i].hidden = all[i].getAttribute("data-say") !== which; }
    if (passing) { sayTimer = window.setTimeout(function () { say(null); }, SAY_STAYS); }
  }

  function showBar() {
    bar.className = "film__bar";
    window.clearTimeout(barTimer);
    if (!video.paused) {
      barTimer = window.setTimeout(function () { bar.className = "film__bar film__bar--away"; }, BAR_STAYS);
    }
  }

  function clock(seconds) {
    var whole = Math.max(0, Math.floor(seconds || 0));
    var minutes = Math.floor(whole / 60);
    var rest = whole % 60;
    return minutes + ":" + (rest < 10 ? "0" : "") + rest;
  }

  function drawPlace() {
    if (!isFinite(video.duration) || !video.duration) { return; }
    progress.value = Math.round(video.currentTime / video.duration * 1000);
    film.querySelector("[data-now]").textContent = clock(video.currentTime);
    film.querySelector("[data-length]").textContent = clock(video.duration);
  }

  function drawOutcome() {
    var all = over.querySelectorAll("[data-outcome]");
    var i;
    for (i = 0; i < all.length; i += 1) {
      all[i].hidden = all[i].getAttribute("data-outcome") !== outcome;
    }
  }

  /* --- Heartbeats: the intervals that were really shown --- */

  function cut() {
    if (from !== null && until > from) { unsent.push([from, until]); }
    from = until = null;
  }

  function tick() {
    var at = video.currentTime;
    if (video.seeking || (video.paused && !video.ended)) { cut(); return; }
    if (from === null || at < until || at - until > LONGEST_TICK) {
      cut();
      from = at;
    }
    until = at;
    drawPlace();
  }

  function form(report) {
    return "csrfmiddlewaretoken=" + encodeURIComponent(csrf) +
      "&token=" + encodeURIComponent(report.token) +
      "&number=" + report.number +
      "&position=" + report.position.toFixed(3) +
      "&intervals=" + encodeURIComponent(JSON.stringify(report.intervals));
  }

  /* Puts what was shown into a report. The first one is sent empty: it asks whether the film counts already. */
  function gather() {
    var open = from;
    cut();
    if (open !== null) { from = until = video.currentTime; }
    addReport();
  }

  function addReport() {
    number += 1;
    reports.add(token, number, video.currentTime, unsent);
    unsent = [];
  }

  function heartbeat(done) {
    if (sending) { after = done || function () { return null; }; return; }
    gather();
    sending = true;
    reports.send(function () {
      var next = after;
      sending = false;
      after = null;
      if (done) { done(); }
      if (next) { heartbeat(next); }
    });
  }

  function answered(report, answer) {
    if (report.token !== token) { return; } /* of an earlier film */
    if (answer.status !== "recorded" || answer.over) {
      window.location.href = tv.home; /* unpaired, a page from long ago, or the year is over */
      return;
    }
    if (answer.completed) { outcome = "complete"; } else { outcome = after ? "reporting" : "missed"; }
    drawOutcome();
    if (answer.open === false) { leaveToOther(); }
  }

  function lastBeat() {
    cut();
    if (unsent.length) {
      addReport();
    }
    reports.leave();
  }

  function leaveToOther() {
    taken = true;
    wanted = false;
    video.pause();
    say("taken");
  }

  /* --- Running, and coming back --- */

  function run() {
    var promise;
    wanted = true;
    over.hidden = true;
    promise = video.play();
    if (promise && promise.then) {
      promise.then(function () { showBar(); }, function () {
        if (wanted && video.readyState > 2) { wanted = false; say("press"); showBar(); }
      });
    }
  }

  function pause() {
    wanted = false;
    video.pause();
  }

  function restart() {
    heartbeat(function () { window.location.reload(); });
  }

  /* For ever: ask the server, and when it answers go on; after two vain tries fetch the film's address anew. */
  function retry() {
    window.clearTimeout(retryTimer);
    say("broken");
    retryTimer = window.setTimeout(function () {
      tv.ask("GET", document.body.getAttribute("data-line"), null, function (status) {
        if (status < 200 || status >= 300) { retry(); return; }
        tries += 1;
        if (tries > 2 || !hls) { restart(); return; }
        hls.startLoad(video.currentTime);
        if (wanted) { run(); }
        retryTimer = window.setTimeout(function () { if (wanted && video.readyState < 3) { retry(); } }, RETRY);
      });
    }, RETRY);
  }

  function open() {
    var Hls = window.Hls;
    var source = film.getAttribute("data-hls");
    say("starting");
    if (Hls && Hls.isSupported()) {
      hls = new Hls({ startPosition: start || -1, maxBufferLength: 60, backBufferLength: 30 });
      hls.on(Hls.Events.ERROR, function (event, data) {
        if (!data.fatal) { return; }
        if (data.type === Hls.ErrorTypes.MEDIA_ERROR && tries < 2) {
          tries += 1;
          hls.recoverMediaError();
        } else {
          retry();
        }
      });
      hls.on(Hls.Events.MANIFEST_PARSED, run);
      hls.loadSource(source);
      hls.attachMedia(video);
    } else {
      video.src = video.canPlayType("application/vnd.apple.mpegurl") ? source : film.getAttribute("data-mp4");
      video.addEventListener("loadedmetadata", function () {
        if (start) { video.currentTime = start; }
        run();
      });
      video.addEventListener("error", retry);
    }
  }

  /* --- Keys --- */

  function captions(on) {
    var tracks = video.textTracks;
    var i;
    for (i = 0; i < tracks.length; i += 1) { tracks[i].mode = on && i === 0 ? "showing" : "disabled"; }
    return tracks.length > 0;
  }

  function seek(step) {
    var end = isFinite(video.duration) ? video.duration : 0;
    cut();
    video.currentTime = Math.max(0, Math.min(video.currentTime + step, Math.max(end - 1, 0)));
    drawPlace();
  }

  function press(event) {
    var key = tv.keyOf(event);
    if (!key) { return; }
    event.preventDefault();
    if (key === "back") {
      pause();
      heartbeat(function () { window.location.href = tv.home; });
      return;
    }
    if (taken) { return; }
    if (key === "toggle" || key === "ok") { key = video.paused ? "play" : "pause"; }
    if (key === "play") {
      if (video.ended) {
        if (outcome === "complete") { window.location.href = tv.home; }
        if (outcome === "missed") { restart(); }
        if (outcome === "reporting") { heartbeat(); }
        return;
      }
      run();
    }
    if (key === "pause") { pause(); }
    if (key === "left") { seek(-STEP); }
    if (key === "right") { seek(STEP); }
    if (key === "up") { say(captions(true) ? "captions_on" : "captions_none", true); }
    if (key === "down") { say(captions(false) ? "captions_off" : "captions_none", true); }
    showBar();
  }

  video.addEventListener("timeupdate", tick);
  video.addEventListener("seeking", cut);
  video.addEventListener("loadedmetadata", function () { captions(true); drawPlace(); });
  video.addEventListener("playing", function () {
    window.clearTimeout(retryTimer);
    tries = 0;
    if (from === null) { from = until = video.currentTime; }
    say(null);
    showBar();
  });
  video.addEventListener("waiting", function () { if (wanted && word.hidden) { say("slow"); } });
  video.addEventListener("pause", function () {
    if (!video.ended && !taken) {
      if (!wanted) { say("paused"); }
      showBar();
      heartbeat();
    }
  });
  video.addEventListener("ended", function () {
    tick();
    if (from !== null) { until = video.duration; }
    cut();
    say(null);
    if (outcome !== "complete") { outcome = "reporting"; }
    drawOutcome();
    over.hidden = false;
    heartbeat();
  });
  window.addEventListener("pagehide", lastBeat);
  window.addEventListener("beforeunload", lastBeat);
  document.addEventListener("keydown", press);
  window.setInterval(function () { if (!video.paused || unsent.length || reports.waits()) { heartbeat(); } }, HEARTBEAT);
  open();
}());
