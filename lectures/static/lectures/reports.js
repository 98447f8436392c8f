/* Keeps a player's reports until the site itself has acknowledged them. Used by watching.js, and by the screens
   of stations (stations/playing.js).

   Each report lies in localStorage under a key of its own, so that tabs do not overwrite each other's, and is
   forgotten only when an answer names its number and says that it is settled: whatever else answers (a portal's
   page, a proxy, a fault) leaves it where it is. It is handed in again every round, also by the next lecture's
   page; the server counts distinct seconds, so a report may arrive twice or late. ES5: TV boxes. */
(function () {
  "use strict";

  var MOST_KEPT = 20;
  var MOST_INTERVALS = 500; // far below what the server reads in one report
  // Nothing more can come of these. A lecture that is "gone" may be published again.
  var SETTLED = ["recorded", "elsewhere", "ended", "replaced", "outdated", "unknown", "unreadable"];

  /* `how` has: store, the beginning of the keys; days, as long as the server reads its token; post(report, then),
     which calls then(text) with what was answered, "" without an answer; beacon(report), which waits for no
     answer; answered(report, answer), called with each answer of the site's own; offline(), called without. */
  window.GubenReports = function (how) {
    var waiting = load();
    var round = [];
    var inFlight = null;
    var ended = null;

    /* Adds what was played to the report of this session that still grows, or begins one. */
    function add(token, number, position, intervals) {
      var report = null;
      var i;
      for (i = 0; i < waiting.length; i += 1) {
        if (waiting[i].token === token && waiting[i] !== inFlight && waiting[i].intervals.length < MOST_INTERVALS) {
          report = waiting[i];
        }
      }
      if (!report) {
        report = { token: token, first: number, at: Date.now(), intervals: [] };
        waiting.push(report);
        while (waiting.length > MOST_KEPT) {
          forget(waiting.shift());
        }
      }
      report.number = number;
      report.position = round3(position);
      for (i = 0; i < intervals.length; i += 1) {
        append(report.intervals, round3(intervals[i][0]), round3(intervals[i][1]));
      }
      save(report);
    }

    function append(intervals, from, to) {
      var end = intervals[intervals.length - 1];
      if (end && end[1] === from) {
        end[1] = to;
      } else if (to > from) {
        intervals.push([from, to]);
      }
    }

    function round3(seconds) {
      return Math.round(seconds * 1000) / 1000;
    }

    /* --- Handing in --------------------------------------------------------------------------------- */

    /* Hands in everything, one after the other, what is newest first; one that fails blocks no other. Calls
       done(), if given, after the last one. */
    function send(done) {
      if (!inFlight) {
        ended = done;
        round = waiting.slice().reverse();
        next();
      }
    }

    function next() {
      var report = round.shift();
      if (!report) {
        if (ended) {
          ended();
        }
        return;
      }
      inFlight = report;
      how.post(report, function (text) {
        var answer = answerTo(report, text);
        inFlight = null;
        if (answer && SETTLED.indexOf(answer.status) >= 0) {
          waiting.splice(waiting.indexOf(report), 1);
          forget(report);
        }
        if (answer) {
          how.answered(report, answer);
        } else {
          how.offline();
        }
        next();
      });
    }

    /* Returns the site's own answer to `report`; null for anything else that came in its place. */
    function answerTo(report, text) {
      var answer = window.GubenReports.parse(text);
      if (!answer || typeof answer.status !== "string") {
        return null;
      }
      // Of what it could not read, the server cannot name the number.
      return String(answer.number) === String(report.number) || (answer.status === "unreadable" && answer.number === null)
        ? answer
        : null;
    }

    /* The page is left: no answer will be heard, so everything is kept as well. */
    function leave() {
      var i;
      for (i = 0; navigator.sendBeacon && i < waiting.length; i += 1) {
        how.beacon(waiting[i]);
      }
    }

    /* --- Keeping ------------------------------------------------------------------------------------ */

    function load() {
      var kept = [];
      var names = [];
      var oldest = Date.now() - how.days * 86400000;
      var i;
      var report;
      try {
        for (i = 0; i < window.localStorage.length; i += 1) {
          if (window.localStorage.key(i).indexOf(how.store) === 0) {
            names.push(window.localStorage.key(i));
          }
        }
        for (i = 0; i < names.length; i += 1) {
          report = window.GubenReports.parse(window.localStorage.getItem(names[i]));
          if (report && report.intervals && report.at > oldest) {
            kept.push(report);
          } else {
            window.localStorage.removeItem(names[i]);
          }
        }
      } catch (fault) {
        return kept; // a private window, or a box that keeps nothing: the reports live as long as the page
      }
      kept.sort(function (one, other) {
        return one.at - other.at;
      });
      while (kept.length > MOST_KEPT) {
        forget(kept.shift());
      }
      return kept;
    }

    function save(report) {
      try {
        window.localStorage.setItem(nameOf(report), JSON.stringify(report));
      } catch (fault) {
        return; // full or forbidden
      }
    }

    /* Unless another tab, whose report it is, has added to it meanwhile. */
    function forget(report) {
      var stored;
      try {
        stored = window.GubenReports.parse(window.localStorage.getItem(nameOf(report)));
        if (!stored || stored.number === report.number) {
          window.localStorage.removeItem(nameOf(report));
        }
      } catch (fault) {
        return;
      }
    }

    function nameOf(report) {
      return how.store + String(report.token).slice(-20) + "." + report.at + "." + report.first;
    }

    function waits() {
      return waiting.length > 0;
    }

    return { add: add, send: send, leave: leave, waits: waits };
  };

  /* Returns the object that `text` is as JSON, else null: a portal answers with a page. */
  window.GubenReports.parse = function (text) {
    var said;
    try {
      said = JSON.parse(text);
    } catch (fault) {
      return null;
    }
    return said && typeof said === "object" ? said : null;
  };
}());
