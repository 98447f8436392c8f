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
        element.parentNode.replaceChild(holder.firstElementChild, element);
        showButtons();
      }
    };
    request.send();
  }

  /* On a film's own page: "cancel" while it is being prepared, "once more" otherwise. */
  function showButtons() {
    var busy = Boolean(document.querySelector("[data-film-state][data-busy]"));
    Array.prototype.forEach.call(document.querySelectorAll("[data-while-busy], [data-while-idle]"), function (form) {
      form.hidden = form.hasAttribute("data-while-busy") !== busy;
    });
  }

  window.setInterval(function () {
    var busy = document.querySelectorAll("[data-film-state][data-busy]");
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
