/* Choosing a line of the transcript goes to that place in the film; the line being said is marked and kept in
   sight, inside the transcript's own frame, so that the page itself never moves. */
(function () {
  "use strict";

  var video = document.querySelector("[data-player] video");
  var links = document.querySelectorAll("[data-seek]");
  var frame = document.querySelector(".transcript");
  var current = null;
  var touched = 0;
  var REST = 5000; // who scrolls there is left alone for so long
  var i;

  if (!video || !links.length) {
    return;
  }

  function goThere(event) {
    var line = this.querySelector("[data-seek]") || this;
    var chosen = window.getSelection && String(window.getSelection());
    event.preventDefault();
    event.stopPropagation();
    if (chosen) {
      return; // somebody copies words
    }
    touched = 0;
    video.currentTime = Number(line.getAttribute("data-seek"));
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
        keepInSight(found);
      }
      current = found;
    }
  }

  function keepInSight(line) {
    if (Date.now() - touched > REST) {
      frame.scrollTop = line.offsetTop - frame.offsetTop - frame.clientHeight / 3;
    }
  }

  function touch() {
    touched = Date.now();
  }

  for (i = 0; i < links.length; i += 1) {
    links[i].addEventListener("click", goThere);
    links[i].parentNode.addEventListener("click", goThere);
  }
  frame.className += " transcript--follows";
  frame.addEventListener("wheel", touch);
  frame.addEventListener("touchmove", touch);
  frame.addEventListener("keydown", touch);
  video.addEventListener("timeupdate", markLine);
}());
