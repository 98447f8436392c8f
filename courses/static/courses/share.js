/* Copies a page's address and opens the print dialogue. Without scripts both buttons stay hidden: the
   address stands there to be read, and every browser can print. */
(function () {
  "use strict";

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text);
      return true;
    }
    /* Plain http and old phones: select the text and let the browser copy it. */
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    document.body.removeChild(area);
    return done;
  }

  var copier = document.querySelector("[data-copy]");
  if (copier) {
    copier.hidden = false;
    copier.addEventListener("click", function () {
      var address = document.getElementById(copier.getAttribute("data-copy")).textContent;
      if (copy(address)) {
        document.querySelector("[data-copied]").textContent = copier.getAttribute("data-done");
      }
    });
  }

  var printer = document.querySelector("[data-print]");
  if (printer) {
    printer.hidden = false;
    printer.addEventListener("click", function () {
      window.print();
    });
  }
})();
