/*
 * Ctrl-K: the server answers GET <address>?q=… with an HTML fragment of links with role="option".
 * Arrows move, Enter opens, Esc closes.
 */

const dialog = document.getElementById("search");
const input = document.getElementById("search-input");
const results = document.getElementById("search-results");
const hint = dialog.querySelector("[data-search-hint]");
const WAIT_MS = 150;
const LETTERS_MIN = 2;
let timer = 0;
let asking = null;

const options = () => [...results.querySelectorAll("[role=option]")];

function say(text) {
  hint.textContent = text;
  hint.hidden = !text;
}

function point(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(html) {
  results.innerHTML = html;
  options().forEach((option, index) => {
    option.id ||= `search-option-${index}`;
    option.tabIndex = -1;
  });
  input.setAttribute("aria-expanded", String(options().length > 0));
  point(options()[0]);
}

async function ask() {
  const query = input.value.trim();
  asking?.abort();
  if (query.length < LETTERS_MIN) {
    show("");
    say(hint.dataset.start);
    return;
  }
  asking = new AbortController();
  const { signal } = asking;
  try {
    const address = new URL(dialog.dataset.searchUrl, window.location.href);
    address.searchParams.set("q", query);
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show(await answer.text());
    say(options().length ? "" : hint.dataset.none);
  } catch (problem) {
    if (signal.aborted) return;
    show("");
    say(hint.dataset.failed);
  }
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }
});

dialog.addEventListener("toggle", () => {
  if (dialog.open) input.select();
});

input.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, WAIT_MS);
});

input.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") point(all[Math.min(at + 1, all.length - 1)]);
  else if (event.key === "ArrowUp") point(all[Math.max(at - 1, 0)]);
  else if (event.key === "Enter") {
    const option = all[at];
    if (!option) return;
    option.click();
  } else return;
  event.preventDefault();
});
