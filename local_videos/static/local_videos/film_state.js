/* In the admin: refreshes the state of films that are being prepared, and warns of too large a file
   before it is uploaded. */
(function () {
  "use strict";

  var PAUSE = 3000;

  function refresh(element) {
    var request = new XMLHttpRequest();
    request.open("GET", element.getAttribute("data-film-state"));
    request.onload = function () {
      var holder;
      if (request.status === 200 && element.parentNode) {
        holder = document.createElement("div");
        holder.innerHTML = request.responseText;
        holder = holder.firstElementChild;
        element.parentNode.replaceChild(holder, element);
        showButtons(holder);
      }
    };
    request.send();
  }

  /* Each button names the states in which it makes sense. It stands beside what is refreshed, not in it, or the
     keyboard would lose its place every few seconds. */
  function showButtons(element) {
    var film = element;
    var state = element.getAttribute("data-state");
    while (film && !film.hasAttribute("data-film")) {
      film = film.parentElement;
    }
    Array.prototype.forEach.call(film ? film.querySelectorAll("[data-while]") : [], function (form) {
      form.hidden = form.getAttribute("data-while").split(" ").indexOf(state) < 0;
    });
  }

  window.setInterval(function () {
    var busy = document.querySelectorAll('[data-film-state][data-state="busy"]');
    if (!document.hidden) {
      Array.prototype.forEach.call(busy, refresh);
    }
  }, PAUSE);

  document.addEventListener("change", function (event) {
    var input = event.target;
    var limit = input.getAttribute && Number(input.getAttribute("data-film-limit"));
    var tooLarge = limit && Array.prototype.some.call(input.files || [], function (file) {
      return file.size > limit;
    });
    if (limit) {
      input.setCustomValidity(tooLarge ? input.getAttribute("data-film-too-large") : "");
      input.reportValidity();
      if (tooLarge) {
        input.value = "";
      }
    }
  });
})();
