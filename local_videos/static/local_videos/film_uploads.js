/* Uploads of films in the admin: forms with a film field, and the rows below it, one an upload. Markup and texts
   come from local_videos/admin/film_input.html; film_upload.js carries each upload out.

   Works for every form with a film field: the library's, "replace the film", and the one in the chooser. */
(function () {
  "use strict";

  var Upload = window.GubenFilmUpload;

  if (!Upload) {
    return;
  }

  function rowOf(element) {
    while (element && !(element.hasAttribute && element.hasAttribute("data-upload-row"))) {
      element = element.parentNode;
    }
    return element;
  }

  function boxOf(row) {
    while (!row.hasAttribute("data-film-uploads")) {
      row = row.parentNode;
    }
    return row;
  }

  function newRow(box, file) {
    var made = document.importNode(box.querySelector("[data-upload-template]").content, true);
    var row = made.querySelector("[data-upload-row]");
    row.setAttribute("data-name", file.name);
    row.setAttribute("data-size", file.size);
    row.setAttribute("data-fingerprint", Upload.fingerprint(file));
    row.querySelector('[data-part="name"]').textContent = file.name;
    row.querySelector('[data-part="size"]').textContent = Upload.bytes(file.size);
    box.querySelector("[data-upload-list]").appendChild(made);
    return row;
  }

  /* A row that the server remembers, or that is here already, of this very file. */
  function rowFor(box, file) {
    var rows = box.querySelectorAll('[data-upload-row]:not([data-state="done"])');
    var i;
    for (i = 0; i < rows.length; i += 1) {
      if (rows[i].getAttribute("data-fingerprint") === Upload.fingerprint(file)) {
        return rows[i];
      }
    }
    return null;
  }

  function take(box, file, details) {
    var row = rowFor(box, file);
    var upload;
    if (row && row.upload && row.upload.file) {
      return; // it is on its way already
    }
    upload = new Upload(box, row || newRow(box, file), file, details);
    if (!file.size) {
      upload.row.setAttribute("data-state", "refused");
      upload.show(upload.word("empty"), ["discard"]);
    } else if (row && row.getAttribute("data-state") === "known") {
      return; // all of it has arrived
    } else {
      upload.enqueue();
    }
  }

  function valueOf(form, name) {
    var field = form.querySelector('[name$="' + name + '"]');
    return field ? field.value : "";
  }

  function detailsOf(form, box, file, alone) {
    return {
      filename: file.name,
      fingerprint: Upload.fingerprint(file),
      title: alone ? valueOf(form, "title") : "",
      collection: valueOf(form, "collection"),
      replaces: box.getAttribute("data-replaces")
    };
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var input = form.querySelector("[data-film-limit]");
    var box = form.querySelector("[data-film-uploads]");
    var files = input && input.files;
    var i;
    if (!box || !files || !files.length) {
      return;
    }
    event.preventDefault();
    if (form.hasAttribute("data-chooser-modal-creation-form")) {
      event.stopPropagation();
    }
    for (i = 0; i < files.length; i += 1) {
      take(box, files[i], detailsOf(form, box, files[i], files.length === 1));
    }
    input.value = "";
  }, true);

  document.addEventListener("click", function (event) {
    var act = event.target.getAttribute && event.target.getAttribute("data-act");
    var row = act && rowOf(event.target);
    var upload;
    var again;
    if (!row) {
      return;
    }
    upload = row.upload || new Upload(boxOf(row), row, null, {});
    if (act === "pause") {
      upload.pause();
    } else if (act === "continue") {
      upload.rest("queued");
      upload.enqueue();
    } else if (act === "again") {
      again = upload.box.querySelector("[data-upload-again]");
      again.row = row;
      again.click();
    } else if (act === "finish") {
      upload.decide("now");
    } else if (act === "discard") {
      upload.discard();
    } else {
      upload.decide(act);
    }
  });

  document.addEventListener("change", function (event) {
    var input = event.target;
    var row = input.row;
    var file = input.files && input.files[0];
    var upload;
    if (!row || !file || !input.hasAttribute("data-upload-again")) {
      return;
    }
    input.value = "";
    if (file.name !== row.getAttribute("data-name") || String(file.size) !== row.getAttribute("data-size")) {
      row.upload.show(row.upload.word("other", { name: row.getAttribute("data-name") }), ["again", "discard"]);
      return;
    }
    upload = new Upload(boxOf(row), row, file, { replaces: boxOf(row).getAttribute("data-replaces") });
    upload.enqueue();
  });

  window.addEventListener("online", function () {
    Array.prototype.forEach.call(document.querySelectorAll('[data-upload-row][data-state="line"]'), function (row) {
      row.upload.rest("queued");
      row.upload.enqueue();
    });
  });

  window.addEventListener("beforeunload", function (event) {
    if (Upload.anyUnderWay()) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  function several() {
    var boxes = document.querySelectorAll('[data-film-uploads][data-replaces=""]');
    Array.prototype.forEach.call(boxes, function (box) {
      var form = Upload.closest(box, "FORM");
      if (form && !form.hasAttribute("data-chooser-modal-creation-form")) {
        form.querySelector("[data-film-limit]").multiple = true;
      }
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", several);
  } else {
    several();
  }
}());
