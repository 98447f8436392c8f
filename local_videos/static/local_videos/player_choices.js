/* What a viewer chooses and a browser remembers: speed, quality, captions. Loaded before player.js, which calls
   it; markup and texts come from local_videos/player.html. */
(function () {
  "use strict";

  var SPEEDS = [0.75, 1, 1.25, 1.5, 2];

  function remembered(name) {
    try {
      return window.localStorage.getItem("guben.player." + name);
    } catch (fault) {
      return null;
    }
  }

  function remember(name, value) {
    try {
      window.localStorage.setItem("guben.player." + name, value);
    } catch (fault) {
      return; // a private window forgets, and that is all
    }
  }

  window.GubenPlayerChoices = function (root, video) {
    var speed = root.querySelector("[data-speed]");
    var quality = root.querySelector("[data-quality]");
    var captionsButton = root.querySelector('[data-do="captions"]');
    var captionsBox = root.querySelector("[data-captions]");
    var saved = Number(remembered("speed"));
    var hls = null;

    /* --- Speed -------------------------------------------------------------------------------------- */

    function setSpeed(value) {
      // defaultPlaybackRate too: a newly attached source falls back to it.
      video.defaultPlaybackRate = value;
      video.playbackRate = value;
      speed.value = String(value);
      remember("speed", value);
    }

    function changeSpeed(by) {
      var place = SPEEDS.indexOf(Number(speed.value)) + by;
      setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))]);
    }

    /* --- Quality ------------------------------------------------------------------------------------ */

    /* Offers what `source`, an hls.js that knows its qualities, has; null when there is nothing to choose. */
    function offerQualities(source) {
      var low = remembered("quality") === "low";
      var i;
      hls = source;
      root.querySelector("[data-quality-box]").hidden = !hls || hls.levels.length < 2;
      if (!hls) {
        return;
      }
      option("-1", root.getAttribute("data-word-quality-auto"));
      for (i = hls.levels.length - 1; i > 0; i -= 1) {
        option(String(i), root.getAttribute("data-word-quality").replace("{height}", hls.levels[i].height));
      }
      option("0", root.getAttribute("data-word-quality-low"));
      if (low) {
        quality.value = "0";
        setQuality();
      }
    }

    function option(value, label) {
      var one = document.createElement("option");
      var i;
      for (i = 0; i < quality.options.length; i += 1) {
        if (quality.options[i].value === value) {
          return;
        }
      }
      one.value = value;
      one.textContent = label;
      quality.appendChild(one);
    }

    function setQuality() {
      if (hls) {
        // A retry makes a new hls.js; the choice in the box outlives it.
        hls.nextLevel = Number(quality.value);
        remember("quality", quality.value === "0" ? "low" : "auto");
      }
    }

    /* --- Captions ----------------------------------------------------------------------------------- */

    /* `language` is a track's, or "" for none. */
    function setCaptions(language) {
      var i;
      for (i = 0; i < video.textTracks.length; i += 1) {
        video.textTracks[i].mode = language && video.textTracks[i].language === language ? "showing" : "disabled";
      }
      captionsButton.setAttribute("aria-pressed", language ? "true" : "false");
      captionsBox.value = language;
    }

    /* The language that was chosen before, where the film has it; else its first. */
    function captionsLanguage() {
      var saved = remembered("captions-language");
      var i;
      for (i = 0; i < video.textTracks.length; i += 1) {
        if (video.textTracks[i].language === saved) {
          return saved;
        }
      }
      return video.textTracks[0].language;
    }

    function chooseCaptions(language) {
      setCaptions(language);
      remember("captions", language ? "on" : "off");
      if (language) {
        remember("captions-language", language);
      }
    }

    function toggleCaptions() {
      if (video.textTracks.length) {
        chooseCaptions(captionsButton.getAttribute("aria-pressed") === "true" ? "" : captionsLanguage());
      }
    }

    /* One language needs a button, several a choice. */
    function offerCaptions() {
      var tracks = video.querySelectorAll("track");
      var one;
      var i;
      for (i = 0; i < tracks.length; i += 1) {
        one = document.createElement("option");
        one.value = tracks[i].getAttribute("srclang");
        one.textContent = tracks[i].getAttribute("label");
        captionsBox.appendChild(one);
      }
      captionsButton.hidden = tracks.length !== 1;
      root.querySelector("[data-captions-box]").hidden = tracks.length < 2;
      if (tracks.length) {
        setCaptions(remembered("captions") === "off" ? "" : captionsLanguage());
      }
    }

    /* --- Beginning ---------------------------------------------------------------------------------- */

    speed.addEventListener("change", function () {
      setSpeed(Number(speed.value));
    });
    quality.addEventListener("change", setQuality);
    captionsBox.addEventListener("change", function () {
      chooseCaptions(captionsBox.value);
    });
    offerCaptions();
    setSpeed(SPEEDS.indexOf(saved) < 0 ? 1 : saved);

    return { changeSpeed: changeSpeed, offerQualities: offerQualities, toggleCaptions: toggleCaptions };
  };
}());
