/* One upload of a film in the admin, piece by piece with tus-js-client: with pause, over broken lines and
   restarted browsers. Its row is local_videos/admin/upload_row.html; film_uploads.js makes rows and uploads. */
(function () {
  "use strict";

  var AT_ONCE = 2;
  var RETRY = 5000;
  var SPEED_WINDOW = 10000;
  var waiting = [];
  var running = 0;

  if (!window.tus || !window.tus.isSupported) {
    return;
  }

  /* --- Words ----------------------------------------------------------------------------------------- */

  function bytes(count) {
    var units = ["B", "KB", "MB", "GB"];
    var unit = 0;
    while (count >= 1024 && unit < units.length - 1) {
      count /= 1024;
      unit += 1;
    }
    return count.toFixed(unit && count < 100 ? 1 : 0) + " " + units[unit];
  }

  function fill(words, values) {
    return words.replace(/\{(\w+)\}/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : whole;
    });
  }

  function fingerprint(file) {
    return [file.name, file.size, file.lastModified].join("|");
  }

  function closest(element, name) {
    while (element && element.nodeName !== name) {
      element = element.parentNode;
    }
    return element;
  }

  /* --- Asking the server ----------------------------------------------------------------------------- */

  function token() {
    return document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /* Whether the site itself has answered: a portal or proxy on the way does not speak tus. */
  function isOurs(version) {
    return version === "1.0.0";
  }

  function ask(method, address, body, then) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    if (body) {
      request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    }
    request.onload = function () {
      var told = null;
      try {
        told = JSON.parse(request.responseText);
      } catch (fault) {
        told = null; // a deletion says nothing
      }
      then(request.status, told, isOurs(request.getResponseHeader("Tus-Resumable")));
    };
    request.onerror = function () {
      then(0, null, false);
    };
    request.send(body || null);
  }

  /* --- One upload ------------------------------------------------------------------------------------ */

  function Upload(box, row, file, details) {
    this.box = box;
    this.row = row;
    this.file = file;
    this.details = details;
    this.samples = [];
    this.tus = null;
    this.timer = null;
    this.active = false;
    row.upload = this;
  }

  Upload.prototype.word = function (name, values) {
    return fill(this.box.getAttribute("data-word-" + name) || "", values || {});
  };

  Upload.prototype.part = function (name) {
    return this.row.querySelector('[data-part="' + name + '"]');
  };

  /* Shows the words and exactly the buttons that are named. */
  Upload.prototype.show = function (words, buttons) {
    var all = this.row.querySelectorAll("[data-act]");
    var i;
    this.part("words").textContent = words;
    this.part("words").className = this.row.getAttribute("data-state") === "refused" ? "error-message" : "";
    for (i = 0; i < all.length; i += 1) {
      all[i].hidden = buttons.indexOf(all[i].getAttribute("data-act")) < 0;
    }
  };

  Upload.prototype.showProgress = function (sent, size) {
    var percent = Math.floor((100 * sent) / size);
    var now = Date.now();
    var first;
    var speed;
    this.samples.push([now, sent]);
    while (this.samples.length > 2 && now - this.samples[0][0] > SPEED_WINDOW) {
      this.samples.shift();
    }
    first = this.samples[0];
    speed = now > first[0] ? ((sent - first[1]) * 1000) / (now - first[0]) : 0;
    this.row.querySelector("progress").value = percent;
    this.part("percent").textContent = percent + " %";
    if (speed > 0) {
      this.part("words").textContent = this.word("running", {
        sent: bytes(sent), size: bytes(size), speed: bytes(speed), left: this.left((size - sent) / speed)
      });
    }
  };

  Upload.prototype.left = function (seconds) {
    var minutes = Math.round(seconds / 60);
    if (seconds < 90) {
      return this.word("seconds", { seconds: Math.max(1, Math.round(seconds)) });
    }
    if (minutes < 90) {
      return this.word("minutes", { minutes: minutes });
    }
    return this.word("hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  };

  Upload.prototype.enqueue = function () {
    this.row.setAttribute("data-state", "queued");
    this.show(this.word("queued"), ["pause", "discard"]);
    waiting.push(this);
    next();
  };

  Upload.prototype.start = function () {
    this.active = true;
    running += 1;
    this.samples = [];
    this.row.setAttribute("data-state", "running");
    this.show(this.word("starting"), ["pause", "discard"]);
    if (this.tus) {
      this.tus.start();
      return;
    }
    this.tus = new window.tus.Upload(this.file, this.options());
    if (this.url()) {
      this.tus.start();
    } else {
      this.lookBack();
    }
  };

  /* What this browser remembers of the same file goes on, wherever its row came from. */
  Upload.prototype.lookBack = function () {
    var self = this;
    function go(earlier) {
      if (earlier && earlier.length) {
        self.tus.resumeFromPreviousUpload(earlier[0]);
      }
      self.tus.start();
    }
    this.tus.findPreviousUploads().then(go, function () {
      go(null);
    });
  };

  /* An upload that came to its end must not be found again when the same file is chosen once more. */
  Upload.prototype.forget = function () {
    var upload = this.tus;
    if (upload) {
      upload.findPreviousUploads().then(function (earlier) {
        earlier.forEach(function (one) {
          upload.options.urlStorage.removeUpload(one.urlStorageKey);
        });
      });
    }
  };

  Upload.prototype.url = function () {
    return this.row.getAttribute("data-url");
  };

  Upload.prototype.options = function () {
    var self = this;
    return {
      // With an address of its own it only ever goes on: a fault must not start it anew.
      endpoint: this.url() ? null : this.box.getAttribute("data-endpoint"),
      uploadUrl: this.url() || null,
      chunkSize: Number(this.box.getAttribute("data-chunk")),
      retryDelays: null,
      headers: { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" },
      metadata: this.details,
      fingerprint: function (file) {
        return window.Promise.resolve("guben.film|" + self.details.replaces + "|" + fingerprint(file));
      },
      onUploadUrlAvailable: function () {
        self.row.setAttribute("data-url", self.tus.url);
        self.tus.options.endpoint = null;
      },
      onProgress: function (sent, size) {
        self.showProgress(sent, size);
      },
      onSuccess: function () {
        self.forget();
        self.rest("whole");
        self.check();
      },
      onError: function (fault) {
        self.failed(fault);
      }
    };
  };

  /* Makes room for the next one in the queue. */
  Upload.prototype.rest = function (state) {
    var place = waiting.indexOf(this);
    window.clearTimeout(this.timer);
    if (place >= 0) {
      waiting.splice(place, 1);
    }
    if (this.active) {
      this.active = false;
      running -= 1;
    }
    this.row.setAttribute("data-state", state);
    next();
  };

  Upload.prototype.failed = function (fault) {
    var answer = fault.originalResponse;
    var status = answer ? answer.getStatus() : 0;
    var ours = answer && isOurs(answer.getHeader("Tus-Resumable"));
    var self = this;
    if (ours && (status === 404 || status === 410)) {
      this.row.setAttribute("data-url", "");
      this.rest("gone");
      this.tus = null;
      this.show(this.word("gone"), this.file ? ["continue", "discard"] : ["again", "discard"]);
    } else if (status === 403 || status === 401) {
      this.rest("paused");
      this.show(this.word("signed-out"), ["continue", "discard"]);
    } else if (ours && (status === 507 || (status >= 400 && status < 500 && status !== 409 && status !== 423))) {
      this.rest("refused");
      this.show(answer.getBody() || this.word("line"), ["continue", "discard"]);
    } else {
      this.rest("line");
      this.show(this.word("line"), ["continue", "pause", "discard"]);
      this.timer = window.setTimeout(function () {
        self.enqueue();
      }, RETRY);
    }
  };

  Upload.prototype.pause = function () {
    if (this.tus) {
      this.tus.abort();
    }
    this.rest("paused");
    this.show(this.word("paused"), ["continue", "discard"]);
  };

  /* Everything has arrived: what became of it? */
  Upload.prototype.check = function () {
    var self = this;
    this.show(this.word("checking"), []);
    ask("GET", this.url() + "state/", null, function (status, told) {
      self.told(status, told);
    });
  };

  Upload.prototype.decide = function (how) {
    var self = this;
    this.show(this.word("checking"), []);
    ask("POST", this.url() + "decide/", "how=" + how, function (status, told) {
      self.told(status, told);
    });
  };

  Upload.prototype.told = function (status, told) {
    var self = this;
    var link = this.part("film").querySelector("a");
    if (status !== 200 || !told || (told.state === "arriving" && !told.reason)) {
      this.show(status === 403 ? this.word("signed-out") : this.word("line"), ["finish", "discard"]);
      this.timer = window.setTimeout(function () {
        self.decide("now");
      }, RETRY);
      return;
    }
    this.row.setAttribute("data-state", told.state);
    this.part("film").hidden = !told.film;
    if (told.film) {
      link.textContent = told.film.title;
      link.href = told.film.url;
    }
    if (told.state === "known") {
      this.show(this.word("known"), ["use", "anyway", "discard"]);
    } else if (told.state === "done") {
      this.show(this.word("done"), []);
      this.arrived(told);
    } else {
      this.show(told.reason, told.state === "arriving" ? ["finish", "discard"] : ["discard"]);
    }
  };

  /* The chooser takes the film; a page with this one upload goes on to the film's own page. */
  Upload.prototype.arrived = function (told) {
    var form = closest(this.box, "FORM");
    var number = form && form.querySelector("[data-upload-number]");
    if (form && form.hasAttribute("data-chooser-modal-creation-form")) {
      number.value = told.upload;
      // The chooser asks for a value of every required field; this number stands for the file.
      form.querySelector("[data-film-limit]").required = false;
      form.requestSubmit();
    } else if (this.box.querySelectorAll('[data-upload-row]:not([data-state="done"])').length === 0 &&
        this.box.querySelectorAll("[data-upload-row]").length === 1) {
      window.location.assign(told.film.url);
    }
  };

  Upload.prototype.discard = function () {
    var self = this;
    var url = this.url();
    function forget() {
      self.rest("discarded");
      self.row.parentNode.removeChild(self.row);
    }
    if (this.tus) {
      this.tus.abort();
      this.forget();
    }
    if (!url || this.row.getAttribute("data-state") === "refused") {
      forget();
      return;
    }
    ask("DELETE", url, null, function (status, told, ours) {
      if (ours && (status === 204 || status === 404)) {
        forget();
      } else {
        self.show(self.word("line"), ["discard"]);
      }
    });
  };

  function next() {
    while (running < AT_ONCE && waiting.length) {
      waiting.shift().start();
    }
  }

  Upload.fingerprint = fingerprint;
  Upload.bytes = bytes;
  Upload.closest = closest;
  Upload.anyUnderWay = function () {
    return running > 0 || waiting.length > 0;
  };
  window.GubenFilmUpload = Upload;
}());
