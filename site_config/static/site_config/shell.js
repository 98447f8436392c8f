/* Changes the text size at once, where the plain form would load the page anew. */
(function () {
  "use strict";
  var form = document.querySelector("[data-text-size]");
  if (!form) {
    return;
  }
  var button = form.querySelector("button");
  var words = button.querySelector("span");
  form.addEventListener("submit", function (event) {
    var size = button.value;
    var other = size === "large" ? "normal" : "large";
    event.preventDefault();
    document.cookie = "guben_size=" + size + "; path=/; max-age=31536000; samesite=lax";
    document.documentElement.setAttribute("data-size", size);
    button.value = other;
    words.textContent = form.getAttribute("data-word-" + other);
  });
})();
