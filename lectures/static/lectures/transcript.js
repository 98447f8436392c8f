/* Choosing a line of the transcript goes to that place in the film; the line being said is marked. */
(function () {
  "use strict";

  var video = document.querySelector("[data-player] video");
  var links = document.querySelectorAll("[data-seek]");
  var current = null;
  var i;

  if (!video || !links.length) {
    return;
  }

  function goThere(event) {
    event.preventDefault();
    video.currentTime = Number(this.getAttribute("data-seek"));
    video.play();
    // The film stands at the top of the page: whoever chose a line wants to see it.
    video.scrollIntoView(false);
  }

  function markLine() {
    var found = null;
    var i;
    for (i = 0; i < links.length && Number(links[i].getAttribute("data-seek")) <= video.currentTime; i += 1) {
      found = links[i].parentNode;
    }
    if (found !== current) {
      if (current) {
        current.removeAttribute("aria-current");
      }
      if (found) {
        found.setAttribute("aria-current", "true");
      }
      current = found;
    }
  }

  for (i = 0; i < links.length; i += 1) {
    links[i].addEventListener("click", goThere);
  }
  video.addEventListener("timeupdate", markLine);
}());
