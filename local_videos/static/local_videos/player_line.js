/* What stands where in a film: its chapters, and small pictures above the line that seeks. Loaded before
   player.js, which calls it; markup comes from local_videos/player.html. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";

  /* `player` has duration, clock(seconds), mark(name, intervals) and goAndPlay(seconds). */
  window.GubenPlayerLine = function (root, player) {
    var duration = player.duration;
    var seekBar = root.querySelector("[data-seek-bar]");
    var preview = root.querySelector("[data-preview]");
    var address = root.getAttribute("data-thumbs");
    var chapters = [];
    var thumbs = null;

    function readChapters() {
      var links = root.querySelectorAll("[data-chapter]");
      var marks = [];
      var i;
      for (i = 0; i < links.length; i += 1) {
        chapters.push({ start: Number(links[i].getAttribute("data-chapter")), link: links[i] });
        marks.push([chapters[i].start, chapters[i].start + duration / 400]);
        links[i].addEventListener("click", goToChapter);
      }
      player.mark("chapters", marks);
    }

    function goToChapter(event) {
      event.preventDefault();
      player.goAndPlay(Number(this.getAttribute("data-chapter")));
    }

    function chapterAt(seconds) {
      var found = null;
      var i;
      for (i = 0; i < chapters.length && chapters[i].start <= seconds; i += 1) {
        found = chapters[i];
      }
      return found;
    }

    function showChapter(seconds) {
      var now = chapterAt(seconds);
      var i;
      for (i = 0; i < chapters.length; i += 1) {
        if (chapters[i] === now) {
          chapters[i].link.setAttribute("aria-current", "true");
        } else {
          chapters[i].link.removeAttribute("aria-current");
        }
      }
    }

    /* Reads the pictures' places from WebVTT: cues whose text is "thumbs.jpg#xywh=0,0,160,90". */
    function readThumbs(text) {
      var cue = /([\d:.]+)\s+-->[^\n]*\n([^\n#]+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;
      var found = [];
      var match = cue.exec(text);
      while (match) {
        found.push({ start: secondsOf(match[1]), file: match[2], place: match.slice(3, 7).join(" ") });
        match = cue.exec(text);
      }
      return found;
    }

    function secondsOf(stamp) {
      var parts = stamp.split(":");
      var sum = 0;
      var i;
      for (i = 0; i < parts.length; i += 1) {
        sum = sum * 60 + Number(parts[i]);
      }
      return sum;
    }

    /* Fetched when somebody first reaches for the line: who only watches pays nothing. */
    function loadThumbs() {
      var request;
      var folder = address.replace(/[^\/]*$/, "");
      if (thumbs || !address) {
        return;
      }
      thumbs = [];
      request = new XMLHttpRequest();
      request.open("GET", address);
      request.onload = function () {
        var found = request.status === 200 ? readThumbs(request.responseText.replace(/\r/g, "")) : [];
        var sheet = document.createElement("img");
        if (!found.length) {
          return;
        }
        sheet.onload = function () {
          var thumbnail = root.querySelector("[data-thumbnail]");
          var image = document.createElementNS(SVG, "image");
          image.setAttribute("width", sheet.naturalWidth);
          image.setAttribute("height", sheet.naturalHeight);
          image.setAttributeNS("http://www.w3.org/1999/xlink", "href", sheet.src);
          thumbnail.appendChild(image);
          thumbs = found;
        };
        sheet.src = folder + found[0].file;
      };
      request.send();
    }

    function showPreview(seconds) {
      var thumbnail = root.querySelector("[data-thumbnail]");
      var chapter = chapterAt(seconds);
      var share = Math.max(0, Math.min(1, seconds / duration));
      var found = null;
      var place;
      var i;
      loadThumbs();
      for (i = 0; thumbs && i < thumbs.length && thumbs[i].start <= seconds; i += 1) {
        found = thumbs[i];
      }
      if (found) {
        place = found.place.split(" ");
        thumbnail.setAttribute("viewBox", found.place);
        thumbnail.setAttribute("width", place[2]);
        thumbnail.setAttribute("height", place[3]);
        thumbnail.removeAttribute("hidden");
      } else {
        thumbnail.setAttribute("hidden", "");
      }
      preview.querySelector("[data-preview-words]").textContent =
        player.clock(seconds) + (chapter ? " " + chapter.link.lastElementChild.textContent : "");
      preview.hidden = false;
      // Never beyond the edge of the line.
      preview.style.left = Math.max(0, share * seekBar.offsetWidth - preview.offsetWidth / 2) + "px";
      if (preview.offsetLeft + preview.offsetWidth > seekBar.offsetWidth) {
        preview.style.left = Math.max(0, seekBar.offsetWidth - preview.offsetWidth) + "px";
      }
    }

    function hidePreview() {
      preview.hidden = true;
    }

    seekBar.addEventListener("mousemove", function (event) {
      var box = seekBar.getBoundingClientRect();
      showPreview(((event.clientX - box.left) / box.width) * duration);
    });
    seekBar.addEventListener("input", function () {
      showPreview(Number(seekBar.value));
    });
    seekBar.addEventListener("change", hidePreview);
    seekBar.addEventListener("mouseleave", hidePreview);
    seekBar.addEventListener("blur", hidePreview);
    readChapters();
    return { showChapter: showChapter };
  };
}());
