/* Shows a button that prints the page, where the browser can. */
(function () {
  "use strict";

  var button = document.querySelector("[data-print]");
  if (!button || !window.print) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    window.print();
  });
})();
