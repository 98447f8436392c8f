/* Offers words and pages below every search box that names an address for them: arrow keys walk the list,
   Enter goes there, Esc closes it. Without this the box is a plain form. */
(function () {
  "use strict";
  var PAUSE = 200; // milliseconds without a key before anything is asked for
  var forms = document.querySelectorAll("form[data-suggestions]");
  var i;

  function offer(form, number) {
    var box = form.querySelector("input[name=q]");
    var list = document.createElement("ul");
    var chosen = -1;
    var composing = false;
    var waiting = null;
    var request = null;

    list.id = "suggestions-" + number;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.getAttribute("data-word-suggestions"));
    list.hidden = true;
    box.parentNode.appendChild(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);
    box.setAttribute("autocomplete", "off");

    function choose(place) {
      var options = list.querySelectorAll("[role=option]");
      var k;
      chosen = options.length ? (place + options.length) % options.length : -1;
      for (k = 0; k < options.length; k += 1) {
        options[k].setAttribute("aria-selected", k === chosen ? "true" : "false");
      }
      if (chosen < 0) {
        box.removeAttribute("aria-activedescendant");
      } else {
        box.setAttribute("aria-activedescendant", options[chosen].id);
        options[chosen].scrollIntoView(false);
      }
    }

    function close() {
      window.clearTimeout(waiting);
      if (request) {
        request.abort();
      }
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }

    function show(text) {
      var options;
      var k;
      list.innerHTML = text;
      options = list.querySelectorAll("[role=option]");
      for (k = 0; k < options.length; k += 1) {
        options[k].id = list.id + "-" + k;
      }
      chosen = -1;
      box.removeAttribute("aria-activedescendant");
      list.hidden = !options.length;
      box.setAttribute("aria-expanded", options.length ? "true" : "false");
    }

    function ask() {
      if (composing || !box.value.trim() || document.activeElement !== box) {
        close();
        return;
      }
      if (request) {
        request.abort();
      }
      request = new XMLHttpRequest();
      request.open("GET", form.getAttribute("data-suggestions") + "?q=" + encodeURIComponent(box.value));
      request.onload = function () {
        if (this.status === 200 && document.activeElement === box) {
          show(this.responseText);
        }
      };
      request.send();
    }

    function soon() {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, PAUSE);
    }

    box.addEventListener("input", soon);
    box.addEventListener("compositionstart", function () {
      composing = true;
    });
    box.addEventListener("compositionend", function () {
      composing = false;
      soon();
    });
    box.addEventListener("blur", function () {
      // A finger on a line of the list takes the focus first and lets go afterwards.
      window.setTimeout(close, 250);
    });
    box.addEventListener("keydown", function (event) {
      if (list.hidden || composing) {
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? chosen + 1 : (chosen < 0 ? 0 : chosen) - 1);
      } else if (event.key === "Escape") {
        event.preventDefault(); // what was typed stays
        close();
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        window.location.href = list.querySelectorAll("[role=option] a")[chosen].href;
      }
    });
    form.addEventListener("submit", close);
  }

  for (i = 0; i < forms.length; i += 1) {
    offer(forms[i], i + 1);
  }
})();
