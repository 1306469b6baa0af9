/*
 * Sending files: what was chosen is listed, what is too large is said before anything is sent, and a long
 * sending shows how far it is. Without this script the form works as any other.
 */

const form = document.querySelector("form[data-upload]");
const field = form?.querySelector('input[type="file"]');
const zone = form?.querySelector("[data-dropzone]");
const list = form?.querySelector("[data-upload-list]");
const problem = form?.querySelector("[data-upload-error]");
const bar = form?.querySelector("[data-upload-progress]");
const language = document.documentElement.lang || "es-MX";

/** Write a size as people read it. */
function size(bytes) {
  const [unit, divisor] = bytes < 1024 ** 2 ? ["kB", 1024] : ["MB", 1024 ** 2];
  const digits = bytes / divisor < 10 ? 1 : 0;
  return `${(bytes / divisor).toLocaleString(language, { maximumFractionDigits: digits })} ${unit}`;
}

/** Say what keeps the files from being sent, or nothing. */
function say(text) {
  problem.hidden = !text;
  problem.querySelector("[data-upload-words]").textContent = text;
}

/** List the chosen files; return whether they may be sent. */
function show() {
  const max = Number(form.dataset.uploadMax);
  const files = [...field.files];
  list.replaceChildren(
    ...files.map((file) => {
      const line = document.createElement("li");
      const name = document.createElement("span");
      name.className = "chosen-name";
      name.textContent = file.name;
      const bytes = document.createElement("span");
      bytes.className = "soft num";
      bytes.textContent = size(file.size);
      line.append(name, bytes);
      return line;
    }),
  );
  list.hidden = files.length < 2;
  const large = files.find((file) => file.size > max);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const name = large ? large.name : total > max ? files.map((file) => file.name).join(", ") : "";
  say(name ? `${name} ${form.dataset.uploadLarge} (${size(large ? large.size : total)} > ${size(max)})` : "");
  return !name;
}

if (form && field) {
  field.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, () => zone.classList.add("is-over"));
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  }
  // A file dropped beside the zone must not replace the page with its own content.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => {
      if (event.target !== field) event.preventDefault();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy") || !show()) return;
    send();
  });
}

/** Send the form and go where it leads; a refused one is shown in its place. */
function send() {
  const request = new XMLHttpRequest();
  const done = () => {
    form.removeAttribute("aria-busy");
    bar.hidden = true;
  };
  form.setAttribute("aria-busy", "true");
  bar.hidden = false;
  bar.value = 0;
  request.upload.addEventListener("progress", (event) => {
    // All sent, the server still reads: the bar then says only that work goes on.
    if (event.loaded < event.total) bar.value = event.loaded / event.total;
    else bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("X-Next");
    if (next) {
      window.location.assign(next);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    done();
    const told = page.querySelector("#id_file_error, .form-errors, [data-refusal]");
    say(told?.textContent.trim().replace(/\s+/g, " ") || form.dataset.uploadFailed);
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
  request.addEventListener("error", () => {
    done();
    say(form.dataset.uploadFailed);
  });
  request.open("POST", form.action);
  // The answer names the next page instead of leading there: only the visitor opens it.
  request.setRequestHeader("X-Upload", "1");
  request.send(new FormData(form));
}
