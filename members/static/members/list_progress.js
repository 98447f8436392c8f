/* In the admin: moves the bar of a list that a task is at work on, and shows the page anew when it is done. */
(function () {
  "use strict";

  var PAUSE = 1000;
  var box = document.querySelector("[data-list-progress]");

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", box.getAttribute("data-list-progress"));
    request.onload = function () {
      var answer;
      if (request.status !== 200) {
        return;
      }
      answer = JSON.parse(request.responseText);
      if (!answer.running) {
        window.location.reload();
        return;
      }
      box.querySelector("progress").value = answer.percent;
      box.querySelector("[data-words]").textContent = answer.words;
      window.setTimeout(ask, PAUSE);
    };
    request.onerror = function () {
      window.setTimeout(ask, PAUSE * 5);
    };
    request.send();
  }

  if (box) {
    window.setTimeout(ask, PAUSE);
  }
})();
