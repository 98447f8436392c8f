/* Shows results while a reader types. Without it the form loads the page anew. */
(function () {
  "use strict";
  var form = document.querySelector("[data-search]");
  var place = document.querySelector("[data-search-results]");
  var said = document.querySelector("[data-search-said]");
  var box = form && form.querySelector("input[name=q]");
  var PAUSE = 300; // milliseconds without a key before the query is sent
  var REST = 3000; // and before it counts as looked for
  var desk = window.matchMedia("(min-width: 60em)");
  var searched = box && box.value;
  var composing = false;
  var counted = "";
  var waiting = null;
  var resting = null;
  var request = null;

  if (!form || !place || !box) {
    return;
  }

  function address() {
    var parts = [];
    var fields = form.querySelectorAll("input[name]");
    var i;
    for (i = 0; i < fields.length; i += 1) {
      if (fields[i].value) {
        parts.push(encodeURIComponent(fields[i].name) + "=" + encodeURIComponent(fields[i].value));
      }
    }
    return parts.length ? "?" + parts.join("&") : "";
  }

  /* On wide screens the facets are open beside the results. */
  function unfold() {
    var facets = place.querySelector("[data-facets]");
    if (facets && desk.matches) {
      facets.open = true;
    }
  }

  /* The words are counted without a word of who looked for them. */
  function count() {
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    var message = new XMLHttpRequest();
    if (token && box.value.trim() && box.value === searched && box.value !== counted) {
      counted = box.value;
      message.open("POST", form.getAttribute("data-log"));
      message.setRequestHeader("X-CSRFToken", token.value);
      message.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
      message.send("q=" + encodeURIComponent(box.value));
    }
  }

  function countSoon() {
    window.clearTimeout(resting);
    resting = window.setTimeout(count, REST);
  }

  function show(text, query) {
    var columns;
    place.innerHTML = text;
    columns = place.querySelector("[data-said]");
    said.textContent = columns ? columns.getAttribute("data-said") : "";
    window.history.replaceState(null, "", form.getAttribute("action") + query);
    unfold();
    countSoon();
  }

  function search() {
    var query = address();
    waiting = null;
    if (composing || box.value === searched) {
      return;
    }
    searched = box.value;
    if (request) {
      request.abort();
    }
    request = new XMLHttpRequest();
    request.open("GET", form.getAttribute("data-results") + query);
    request.onload = function () {
      place.removeAttribute("aria-busy");
      if (this.status === 200) {
        show(this.responseText, query);
      }
    };
    request.onerror = function () {
      // The line is down: what is shown stays, and Enter loads the page as usual.
      place.removeAttribute("aria-busy");
    };
    place.setAttribute("aria-busy", "true");
    request.send();
  }

  function soon() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(search, PAUSE);
  }

  box.addEventListener("input", soon);
  // Letters of an input method are no query before they have become characters.
  box.addEventListener("compositionstart", function () {
    composing = true;
  });
  box.addEventListener("compositionend", function () {
    composing = false;
    soon();
  });
  unfold();
  countSoon();
})();
