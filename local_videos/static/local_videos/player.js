/* The player: HLS by hls.js where the browser has Media Source, else by the browser itself, else plain MP4.

   Markup and texts come from local_videos/player.html. Other scripts use the <video> element and its native
   events; a "guben:seen" event on the player, with intervals of seconds as detail, redraws the seen marks. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var STEP = 10;
  var players = document.querySelectorAll("[data-player]");

  function clock(seconds) {
    var whole = Math.max(0, Math.floor(seconds));
    var hours = Math.floor(whole / 3600);
    var minutes = Math.floor(whole / 60) % 60;
    var rest = whole % 60;
    return (hours ? hours + ":" + (minutes < 10 ? "0" : "") : "") + minutes + ":" + (rest < 10 ? "0" : "") + rest;
  }

  function start(root) {
    var video = root.querySelector("video");
    var seekBar = root.querySelector("[data-seek-bar]");
    var begin = root.querySelector(".player__begin");
    var fault = root.querySelector("[data-fault]");
    var waiting = root.querySelector("[data-waiting]");
    var duration = Number(word("duration"));
    var from = Number(word("start"));
    var hls = null;
    var loading = false;
    var dragging = false;
    var repaired = false;
    var usedMp4 = false;
    var choices = window.GubenPlayerChoices(root, video);
    var line = null;

    function word(name) {
      return root.getAttribute("data-" + name) || "";
    }

    function mark(name, intervals) {
      var group = root.querySelector('[data-marks="' + name + '"]');
      var rect;
      var i;
      while (group.firstChild) {
        group.removeChild(group.firstChild);
      }
      for (i = 0; i < intervals.length; i += 1) {
        rect = document.createElementNS(SVG, "rect");
        rect.setAttribute("x", (intervals[i][0] / duration) * 1000);
        rect.setAttribute("y", name === "played" ? 4 : 0);
        rect.setAttribute("width", ((intervals[i][1] - intervals[i][0]) / duration) * 1000);
        rect.setAttribute("height", name === "played" ? 2 : 10);
        group.appendChild(rect);
      }
    }

    /* --- Loading ------------------------------------------------------------------------------------ */

    function open() {
      var sources = video.querySelectorAll("source");
      var i;
      for (i = 0; i < sources.length; i += 1) {
        video.removeChild(sources[i]);
      }
      if (word("hls") && window.Hls && window.Hls.isSupported()) {
        openHls();
      } else if (word("hls") && video.canPlayType("application/vnd.apple.mpegurl")) {
        openFile(word("hls"));
      } else {
        usedMp4 = true;
        openFile(word("mp4"));
      }
    }

    function openFile(address) {
      video.preload = "metadata";
      video.src = address;
      if (from) {
        video.addEventListener("loadedmetadata", goToStart);
      }
    }

    function goToStart() {
      video.removeEventListener("loadedmetadata", goToStart);
      video.currentTime = from;
    }

    function openHls() {
      // Nothing but the list of segments is fetched before somebody wants to watch.
      hls = new window.Hls({ autoStartLoad: false, maxBufferLength: 30, capLevelToPlayerSize: true });
      hls.on(window.Hls.Events.MANIFEST_PARSED, function () {
        choices.offerQualities(hls);
      });
      hls.on(window.Hls.Events.ERROR, hlsFault);
      hls.loadSource(word("hls"));
      hls.attachMedia(video);
    }

    function load() {
      if (hls && !loading) {
        loading = true;
        hls.startLoad(from || -1);
      }
    }

    function hlsFault(name, what) {
      var status = what.response ? what.response.code : 0;
      if (!what.fatal) {
        return;
      }
      if (status === 403 || status === 404 || status === 410) {
        complain(word("word-outdated"));
      } else if (what.type === window.Hls.ErrorTypes.NETWORK_ERROR) {
        complain(word("word-line"));
      } else if (what.type === window.Hls.ErrorTypes.MEDIA_ERROR && !repaired) {
        repaired = true;
        hls.recoverMediaError();
      } else {
        fallBack();
      }
    }

    function fallBack() {
      if (usedMp4 || !word("mp4")) {
        complain(word("word-fault"));
        return;
      }
      usedMp4 = true;
      from = video.currentTime || from;
      if (hls) {
        hls.destroy();
        hls = null;
        choices.offerQualities(null);
      }
      openFile(word("mp4"));
      if (loading) {
        play();
      }
    }

    function complain(words) {
      fault.querySelector("[data-fault-words]").textContent = words;
      fault.hidden = false;
      begin.hidden = true;
      waiting.hidden = true;
    }

    function retry() {
      fault.hidden = true;
      from = video.currentTime || from;
      if (fault.querySelector("[data-fault-words]").textContent === word("word-outdated")) {
        window.location.replace("?t=" + Math.floor(from));
        return;
      }
      if (hls) {
        hls.destroy();
        hls = null;
      }
      loading = false;
      repaired = false;
      usedMp4 = false;
      open();
      play();
    }

    /* --- Doing -------------------------------------------------------------------------------------- */

    function play() {
      var promise;
      load();
      promise = video.play();
      if (promise && promise.then) {
        promise.then(null, function () {
          return; // a browser that wants another touch first: the button stays
        });
      }
    }

    function toggle() {
      if (video.paused) {
        play();
      } else {
        video.pause();
      }
    }

    function go(seconds) {
      var at = Math.max(0, Math.min(duration - 0.1, seconds));
      if (!loading && hls) {
        from = at;
      }
      video.currentTime = at;
      showTime(at);
    }

    function at() {
      return video.currentTime || (loading ? 0 : from);
    }

    function toggleFull() {
      if (document.fullscreenElement || document.webkitFullscreenElement) {
        (document.exitFullscreen || document.webkitExitFullscreen).call(document);
      } else if (root.requestFullscreen || root.webkitRequestFullscreen) {
        (root.requestFullscreen || root.webkitRequestFullscreen).call(root);
      } else if (video.webkitEnterFullscreen) {
        video.webkitEnterFullscreen();
      }
    }

    /* --- Showing ------------------------------------------------------------------------------------ */

    function showTime(seconds) {
      var words = word("word-position").replace("{at}", clock(seconds)).replace("{all}", clock(duration));
      root.querySelector("[data-at]").textContent = clock(seconds);
      seekBar.setAttribute("aria-valuetext", words);
      if (!dragging) {
        seekBar.value = Math.floor(seconds);
      }
      mark("played", [[0, seconds]]);
      if (line) {
        line.showChapter(seconds);
      }
    }

    function showState() {
      var playing = !video.paused;
      root.querySelector('[data-shape="play"]').hidden = playing;
      root.querySelector('[data-shape="pause"]').hidden = !playing;
      root.querySelector("[data-play-word]").textContent = word(playing ? "word-pause" : "word-play");
      begin.hidden = playing || !fault.hidden;
    }

    function showBuffered() {
      var intervals = [];
      var i;
      for (i = 0; i < video.buffered.length; i += 1) {
        intervals.push([video.buffered.start(i), Math.min(duration, video.buffered.end(i))]);
      }
      mark("buffered", intervals);
    }

    function showWaiting(event) {
      waiting.textContent = word("word-waiting");
      waiting.hidden = event.type !== "waiting" || video.paused;
    }

    /* --- Listening ---------------------------------------------------------------------------------- */

    var doing = {
      play: toggle,
      back: function () {
        go(at() - STEP);
      },
      ahead: function () {
        go(at() + STEP);
      },
      captions: choices.toggleCaptions,
      full: toggleFull,
      retry: retry
    };
    var keys = {
      " ": toggle,
      Spacebar: toggle,
      ArrowLeft: doing.back,
      Left: doing.back,
      ArrowRight: doing.ahead,
      Right: doing.ahead,
      MediaPlayPause: toggle,
      MediaRewind: doing.back,
      MediaFastForward: doing.ahead,
      f: toggleFull,
      c: choices.toggleCaptions,
      "<": function () {
        choices.changeSpeed(-1);
      },
      ">": function () {
        choices.changeSpeed(1);
      }
    };

    function pressed(event) {
      var target = event.target;
      var name = target.tagName;
      var action = keys[event.key];
      var within = root.contains(target);
      if (!action || event.ctrlKey || event.metaKey || event.altKey || (players.length > 1 && !within)) {
        return;
      }
      // What has the focus keeps the keys it understands itself.
      if (name === "SELECT" || name === "TEXTAREA" || (name === "INPUT" && target !== seekBar)) {
        return;
      }
      if ((name === "BUTTON" || name === "SUMMARY") && (event.key === " " || event.key === "Spacebar")) {
        return;
      }
      event.preventDefault();
      action();
    }

    function clicked(event) {
      var target = event.target;
      while (target !== root && !target.getAttribute("data-do")) {
        target = target.parentNode;
      }
      if (target !== root) {
        doing[target.getAttribute("data-do")]();
      }
    }

    root.addEventListener("click", clicked);
    video.addEventListener("click", toggle);
    document.addEventListener("keydown", pressed);
    seekBar.addEventListener("input", function () {
      dragging = true;
      showTime(Number(seekBar.value));
    });
    seekBar.addEventListener("change", function () {
      dragging = false;
      go(Number(seekBar.value));
    });
    video.addEventListener("play", load);
    video.addEventListener("play", showState);
    video.addEventListener("pause", showState);
    video.addEventListener("timeupdate", function () {
      showTime(at());
    });
    video.addEventListener("progress", showBuffered);
    video.addEventListener("waiting", showWaiting);
    video.addEventListener("playing", showWaiting);
    video.addEventListener("pause", showWaiting);
    video.addEventListener("loadedmetadata", function () {
      root.classList.remove("player--waiting");
    });
    video.addEventListener("error", function () {
      if (hls) {
        return; // hls.js tells more about it
      }
      if (video.error && video.error.code === 2) {
        complain(word("word-line"));
      } else {
        fallBack();
      }
    });
    window.addEventListener("online", function () {
      if (!fault.hidden && fault.querySelector("[data-fault-words]").textContent === word("word-line")) {
        retry();
      }
    });
    root.addEventListener("guben:seen", function (event) {
      mark("seen", event.detail);
    });

    /* --- Beginning ---------------------------------------------------------------------------------- */

    video.removeAttribute("controls");
    root.querySelector(".player__controls").hidden = false;
    root.querySelector("[data-all]").textContent = clock(duration);
    root.classList.add("player--waiting");
    begin.hidden = false;
    if (window.GubenPlayerLine) {
      line = window.GubenPlayerLine(root, {
        duration: duration,
        clock: clock,
        mark: mark,
        goAndPlay: function (seconds) {
          go(seconds);
          play();
        }
      });
    }
    if (word("seen")) {
      mark("seen", JSON.parse(word("seen")));
    }
    open();
    showTime(from);
  }

  Array.prototype.forEach.call(players, start);
}());
