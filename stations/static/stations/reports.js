/* Keeps what the screen showed until the site itself has acknowledged it. Loaded before playing.js.

   Reports lie in localStorage, so that neither a portal's page in place of an answer nor a power cut loses them;
   the server counts distinct seconds, so a report may arrive twice or late. ES5: TV boxes. */
(function () {
  "use strict";

  var STORE = "guben.screening.";
  var MOST_KEPT = 20;
  var MOST_DAYS = 2; // as long as the server reads its token
  var MOST_INTERVALS = 500; // far below what the server reads in one report

  /* `form` turns a report into what is sent; `ask` is stationScreen.ask. */
  window.stationReports = function (ask, address, form) {
    var waiting = load();
    var number = 0;

    function parse(text) {
      var said;
      try { said = JSON.parse(text); } catch (fault) { return null; }
      return said && typeof said === "object" ? said : null;
    }

    function add(token, position, intervals, inFlight) {
      var report = waiting[waiting.length - 1];
      number += 1;
      if (!report || report.token !== token || report === inFlight || report.intervals.length >= MOST_INTERVALS) {
        report = { token: token, first: number, at: Date.now(), intervals: [] };
        waiting.push(report);
        while (waiting.length > MOST_KEPT) { forget(waiting.shift()); }
      }
      report.number = number;
      report.position = position;
      report.intervals = report.intervals.concat(intervals);
      save(report);
    }

    /* Hands in everything, one after the other, the newest first; one that fails blocks no other. Calls
       answered(report, answer) for each answer of the site's own and done() at the end. */
    function send(answered, done, sending) {
      var round = waiting.slice().reverse();
      function next() {
        var report = round.shift();
        sending(report || null);
        if (!report) { done(); return; }
        ask("POST", address, form(report), function (status, text) {
          var answer = parse(text);
          // Anything else that answers, a portal or a fault, leaves the report where it is.
          if (answer && typeof answer.status === "string" && answer.number === String(report.number)) {
            waiting.splice(waiting.indexOf(report), 1);
            forget(report);
            answered(report, answer);
          }
          next();
        });
      }
      next();
    }

    /* The page is left: no answer will be heard, so everything is kept as well. */
    function leave() {
      var i;
      for (i = 0; navigator.sendBeacon && i < waiting.length; i += 1) {
        navigator.sendBeacon(address, new Blob([form(waiting[i])], { type: "application/x-www-form-urlencoded" }));
      }
    }

    function load() {
      var kept = [];
      var names = [];
      var i, report;
      try {
        for (i = 0; i < window.localStorage.length; i += 1) {
          if (window.localStorage.key(i).indexOf(STORE) === 0) { names.push(window.localStorage.key(i)); }
        }
        for (i = 0; i < names.length; i += 1) {
          report = parse(window.localStorage.getItem(names[i]));
          if (report && report.intervals && report.at > Date.now() - MOST_DAYS * 86400000) {
            kept.push(report);
          } else {
            window.localStorage.removeItem(names[i]);
          }
        }
      } catch (fault) { return kept; /* a box that keeps nothing: the reports live as long as the page */ }
      kept.sort(function (one, other) { return one.at - other.at; });
      while (kept.length > MOST_KEPT) { forget(kept.shift()); }
      return kept;
    }

    function save(report) {
      try { window.localStorage.setItem(nameOf(report), JSON.stringify(report)); } catch (fault) { return; }
    }

    function forget(report) {
      try { window.localStorage.removeItem(nameOf(report)); } catch (fault) { return; }
    }

    function nameOf(report) {
      return STORE + String(report.token).slice(-20) + "." + report.at + "." + report.first;
    }

    return {
      add: add,
      send: send,
      leave: leave,
      waits: function () { return waiting.length > 0; }
    };
  };
}());
