/* Finding a name, ticking everybody, counting ticks. The roll works without it. */
(function () {
  "use strict";

  var form = document.querySelector("[data-roll]");
  if (!form) { return; }

  function part(name) { return form.querySelector("[data-roll-" + name + "]"); }

  // Read anew each time: the list changes with the day of the meeting.
  function ticks() { return form.querySelectorAll("[name=present]"); }

  function ticked() { return form.querySelectorAll("[name=present]:checked").length; }

  function tell() {
    var count = part("count");
    var all = part("all");
    var number = ticked();
    if (count) {
      count.hidden = false;
      count.textContent = count.getAttribute("data-word").replace("{number}", number);
    }
    if (all) {
      all.textContent = all.getAttribute(number === ticks().length ? "data-word-none" : "data-word-all");
    }
  }

  function find(event) {
    var rows = form.querySelectorAll("[data-roll-name]");
    var wanted = event.target.value.replace(/\s/g, "").toLowerCase();
    var found = 0;
    var i, hit;
    for (i = 0; i < rows.length; i += 1) {
      hit = rows[i].getAttribute("data-roll-name").toLowerCase().indexOf(wanted) >= 0;
      rows[i].hidden = !hit;
      found += hit ? 1 : 0;
    }
    part("none").hidden = found > 0;
  }

  function tickAll() {
    var boxes = ticks();
    var full = ticked() === boxes.length;
    var i;
    for (i = 0; i < boxes.length; i += 1) { boxes[i].checked = full ? boxes[i].defaultChecked : true; }
    tell();
  }

  function begin() {
    var search = part("search");
    var all = part("all");
    if (search) {
      search.hidden = false;
      search.querySelector("input").addEventListener("input", find);
    }
    if (all && ticks().length) {
      all.hidden = false;
      all.addEventListener("click", tickAll);
    }
    tell();
  }

  form.addEventListener("change", tell);
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id === "roll-people") { begin(); }
  });
  begin();
}());
