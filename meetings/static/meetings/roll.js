/* Finding a name, ticking everybody, counting ticks. The roll works without it. */
(function () {
  "use strict";

  var form = document.querySelector("[data-roll]");
  var search = document.querySelector("[data-roll-search]");
  var all = document.querySelector("[data-roll-all]");
  var count = document.querySelector("[data-roll-count]");
  var none = document.querySelector("[data-roll-none]");
  var rows, ticks, given;
  if (!form) { return; }
  rows = form.querySelectorAll("[data-roll-name]");
  ticks = form.querySelectorAll("[name=present]");
  given = [];

  function ticked() {
    var number = 0;
    var i;
    for (i = 0; i < ticks.length; i += 1) { number += ticks[i].checked ? 1 : 0; }
    return number;
  }

  function tell() {
    count.hidden = false;
    count.textContent = count.getAttribute("data-word").replace("{number}", ticked());
    if (all) { all.textContent = all.getAttribute(ticked() === ticks.length ? "data-word-none" : "data-word-all"); }
  }

  function find(event) {
    var wanted = event.target.value.replace(/\s/g, "").toLowerCase();
    var found = 0;
    var i, hit;
    for (i = 0; i < rows.length; i += 1) {
      hit = rows[i].getAttribute("data-roll-name").toLowerCase().indexOf(wanted) >= 0;
      rows[i].hidden = !hit;
      found += hit ? 1 : 0;
    }
    none.hidden = found > 0;
  }

  function tickAll() {
    var full = ticked() === ticks.length;
    var i;
    for (i = 0; i < ticks.length; i += 1) { ticks[i].checked = full ? given[i] : true; }
    tell();
  }

  (function begin() {
    var i;
    for (i = 0; i < ticks.length; i += 1) { given.push(ticks[i].checked); }
    form.addEventListener("change", tell);
    if (search) {
      search.hidden = false;
      search.querySelector("input").addEventListener("input", find);
    }
    if (all && ticks.length) {
      all.hidden = false;
      all.addEventListener("click", tickAll);
    }
    tell();
  }());
}());
