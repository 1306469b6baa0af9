/*
 * The timelines of a plan's draft: steps stand on their day, and are moved by dragging or with the arrow keys.
 * What is moved is saved by a form, as without scripts. Everything hangs on data attributes.
 */

const DAYS_MIN = -365;
const DAYS_MAX = 3650;
// What the name of a step takes, so that the last one does not leave the page.
const NAME = 200;
const START = 12;

const said = document.getElementById("plan-said");
const form = document.getElementById("plan-days");
const lanes = [...document.querySelectorAll("[data-lane]")];

/** Long spans are drawn by the square root, so that the first days, where most steps are, keep apart. */
const bent = (days) => Math.sign(days) * Math.sqrt(Math.abs(days));

class Lane {
  constructor(element) {
    this.track = element.querySelector("[data-track]");
    this.first = Number(element.dataset.first);
    this.last = Number(element.dataset.last);
    // Room to drag a step beyond the others.
    this.from = bent(Math.min(this.first - 3, -1));
    this.to = bent(Math.max(this.last + 10, 10));
    element.classList.add("is-drawn");
    this.draw();
    // Styles may come after the script, and windows change their size.
    new ResizeObserver(() => {
      if (this.track.clientWidth !== this.drawnAt) this.draw();
    }).observe(this.track);
  }

  draw() {
    this.drawnAt = this.track.clientWidth;
    for (const item of this.track.querySelectorAll("[data-day]")) this.place(item, Number(item.dataset.day));
    this.stack();
  }

  place(item, days) {
    const share = (bent(days) - this.from) / (this.to - this.from);
    item.style.left = `${START + this.width() * Math.min(Math.max(share, 0), 1)}px`;
  }

  /** The part of the track that days take. */
  width() {
    return Math.max(this.track.clientWidth - START - NAME, 60);
  }

  daysAt(x) {
    const share = (x - this.track.getBoundingClientRect().left - START) / this.width();
    const place = this.from + share * (this.to - this.from);
    return Math.min(Math.max(Math.round(Math.sign(place) * place * place), DAYS_MIN), DAYS_MAX);
  }

  /** Put steps that would lie on each other on lines of their own. */
  stack() {
    const ends = [];
    const steps = [...this.track.querySelectorAll("[data-step]")];
    steps.sort((one, other) => Number(one.dataset.day) - Number(other.dataset.day));
    for (const step of steps) {
      let row = ends.findIndex((end) => end <= step.offsetLeft);
      if (row < 0) row = ends.length;
      ends[row] = step.offsetLeft + step.offsetWidth + 6;
      step.style.top = `${22 + row * 34}px`;
    }
    this.track.style.height = `${26 + Math.max(ends.length, 1) * 34}px`;
  }
}

const drawn = new Map(lanes.map((element) => [element, new Lane(element)]));
const laneOf = (step) => drawn.get(step.closest("[data-lane]"));

function show(step, days) {
  step.dataset.moved = String(days);
  step.querySelector("[data-step-day]").textContent = String(days);
  step.classList.add("is-moved");
  laneOf(step).place(step, days);
}

function leave(step) {
  delete step.dataset.moved;
  step.querySelector("[data-step-day]").textContent = step.dataset.day;
  step.classList.remove("is-moved");
  laneOf(step).place(step, Number(step.dataset.day));
}

function keep(step) {
  const days = step.dataset.moved;
  if (days === undefined || days === step.dataset.day) {
    leave(step);
    return;
  }
  form.elements.strategy.value = step.dataset.strategy;
  form.elements.step.value = step.dataset.step;
  form.elements.days.value = days;
  form.requestSubmit();
}

function tell(days) {
  const words = days ? (days < 0 ? said.dataset.before : said.dataset.after) : said.dataset.on;
  said.textContent = words.replace("%d", String(Math.abs(days)));
}

const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageUp: 7, PageDown: -7 };

document.addEventListener("keydown", (event) => {
  const step = event.target instanceof Element && event.target.closest("[data-step]");
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in KEYS) {
    const by = KEYS[event.key] * (event.shiftKey ? 7 : 1);
    const days = Math.min(Math.max(Number(step.dataset.moved ?? step.dataset.day) + by, DAYS_MIN), DAYS_MAX);
    show(step, days);
    tell(days);
  } else if (event.key === "Escape" && step.dataset.moved !== undefined) leave(step);
  else if (event.key === "Enter" && step.dataset.moved !== undefined) keep(step);
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const step = event.target instanceof Element && event.target.closest("[data-step]");
  if (step && step.dataset.moved !== undefined && !step.classList.contains("is-held")) leave(step);
});

document.addEventListener("pointerdown", (event) => {
  const step = event.target instanceof Element && event.target.closest("[data-step]");
  if (!step || event.button !== 0) return;
  const lane = laneOf(step);
  const start = event.clientX;
  const grip = start - (step.getBoundingClientRect().left + 1);
  let isDragged = false;
  step.setPointerCapture(event.pointerId);

  const move = (moved) => {
    if (!isDragged && Math.abs(moved.clientX - start) < 4) return;
    isDragged = true;
    step.classList.add("is-held");
    show(step, lane.daysAt(moved.clientX - grip));
  };
  const end = (ended) => {
    step.removeEventListener("pointermove", move);
    step.removeEventListener("pointerup", end);
    step.removeEventListener("pointercancel", end);
    step.classList.remove("is-held");
    if (!isDragged) return;
    if (ended.type === "pointercancel") leave(step);
    else keep(step);
    // The click that follows is the end of the drag, not a wish to open the step.
    step.dataset.dragged = "1";
    window.setTimeout(() => delete step.dataset.dragged, 0);
  };
  step.addEventListener("pointermove", move);
  step.addEventListener("pointerup", end);
  step.addEventListener("pointercancel", end);
});

// A click opens the step, as its name in the list does.
document.addEventListener("click", (event) => {
  const step = event.target instanceof Element && event.target.closest("[data-step]");
  if (!step || step.dataset.dragged || step.dataset.moved !== undefined) return;
  window.location.assign(`?paso=${step.dataset.strategy}.${step.dataset.step}#panel`);
});

// Names are as wide as styles make them, and those may come after the script.
window.addEventListener("load", () => drawn.forEach((lane) => lane.draw()));

// On a phone the parts of the plan scroll: the one that is open is seen.
const current = document.querySelector(".plan-tabs [aria-current]");
if (current) current.parentElement.scrollLeft = current.offsetLeft - current.parentElement.offsetLeft - 40;

// After a save the page comes back to the step that was moved.
const came = window.location.hash.startsWith("#paso-") && document.getElementById(window.location.hash.slice(1));
if (came) came.focus();
