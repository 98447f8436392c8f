/* Walking the rows with a remote control: arrows move the focus, OK presses, Back leaves a subject. */
(function () {
  "use strict";

  var tv = window.stationScreen;
  var rows = [];
  var pane = document.querySelector("[data-rows]");
  var REFRESH = 600000;
  var touched = Date.now();

  function collect() {
    var found = document.querySelectorAll("[data-row]");
    var i;
    for (i = 0; i < found.length; i += 1) {
      rows.push({ band: found[i], tiles: found[i].querySelectorAll("[data-tile]"), last: -1 });
    }
  }

  function place() {
    var i, j;
    for (i = 0; i < rows.length; i += 1) {
      for (j = 0; j < rows[i].tiles.length; j += 1) {
        if (rows[i].tiles[j] === document.activeElement) { return { row: i, tile: j }; }
      }
    }
    return null;
  }

  /* Bring the row into the pane and the tile into the row's window, with the neighbours peeping in. */
  function reveal(tile) {
    var view = tile.parentNode.parentNode;
    var section = view.parentNode;
    var margin = view.clientWidth * 0.06;
    var left = tile.offsetLeft - margin;
    var right = tile.offsetLeft + tile.offsetWidth + margin - view.clientWidth;
    if (view.scrollLeft > left) { view.scrollLeft = Math.max(left, 0); }
    if (view.scrollLeft < right) { view.scrollLeft = right; }
    if (pane.scrollTop > section.offsetTop) { pane.scrollTop = section.offsetTop; }
    if (pane.scrollTop < section.offsetTop + section.offsetHeight - pane.clientHeight) {
      pane.scrollTop = section.offsetTop + section.offsetHeight - pane.clientHeight;
    }
  }

  function go(row, tile) {
    var target = rows[row].tiles[tile];
    rows[row].last = tile;
    target.focus();
    reveal(target);
  }

  /* In another row: where one was there before, else what lies under (or over) the present tile. */
  function across(from, to, tile) {
    var centre, best, i, box, distance, nearest;
    if (rows[to].last >= 0) { go(to, rows[to].last); return; }
    box = rows[from].tiles[tile].getBoundingClientRect();
    centre = box.left + box.width / 2;
    best = 0;
    nearest = Infinity;
    for (i = 0; i < rows[to].tiles.length; i += 1) {
      box = rows[to].tiles[i].getBoundingClientRect();
      distance = Math.abs(box.left + box.width / 2 - centre);
      if (distance < nearest) { nearest = distance; best = i; }
    }
    go(to, best);
  }

  function first() {
    var tile = document.querySelector("[data-first]") || document.querySelector("[data-tile]");
    var at;
    if (!tile) { return; }
    tile.focus();
    at = place();
    go(at.row, at.tile);
  }

  function walk(event) {
    var key = tv.keyOf(event);
    var at = place();
    touched = Date.now();
    if (!key || !rows.length) { return; }
    if (key === "back") {
      event.preventDefault();
      if (pane.getAttribute("data-back")) { window.location.href = pane.getAttribute("data-back"); }
      return;
    }
    if (!at) {
      event.preventDefault();
      first();
      return;
    }
    if (key === "left" && at.tile > 0) { go(at.row, at.tile - 1); }
    if (key === "right" && at.tile < rows[at.row].tiles.length - 1) { go(at.row, at.tile + 1); }
    if (key === "up" && at.row > 0) { across(at.row, at.row - 1, at.tile); }
    if (key === "down" && at.row < rows.length - 1) { across(at.row, at.row + 1, at.tile); }
    if (key === "ok" || key === "play" || key === "toggle") { rows[at.row].tiles[at.tile].click(); }
    event.preventDefault();
  }

  collect();
  first();
  document.addEventListener("keydown", walk);
  window.addEventListener("focus", function () { if (!place()) { first(); } });
  /* What is planned changes during the day; nobody is disturbed while holding the remote. */
  window.setInterval(function () {
    if (Date.now() - touched > REFRESH / 2 && tv.line() !== "offline") { window.location.reload(); }
  }, REFRESH);
}());
