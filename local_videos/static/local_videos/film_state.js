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
      }
    };
    request.send();
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
    var file = limit && input.files && input.files[0];
    if (limit) {
      input.setCustomValidity(file && file.size > limit ? input.getAttribute("data-film-too-large") : "");
      input.reportValidity();
      if (file && file.size > limit) {
        input.value = "";
      }
    }
  });
})();
