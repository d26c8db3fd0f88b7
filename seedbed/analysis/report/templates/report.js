// Names and lights runs, sorts tables, widens figures. Without it the report is whole: each mark has
// a <title>, each table is plain.
"use strict";
const main = document.querySelector("main");
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.append(tip);

const marks = [...document.querySelectorAll("svg .run, tr[data-seed]")];
for (const mark of marks) {
  const title = mark.querySelector("title");
  if (!title) continue;
  mark.dataset.words = title.textContent;
  mark.setAttribute("aria-label", title.textContent);
  title.remove(); // else the browser shows it a second time
}

function light(mark) {
  for (const other of marks) other.classList.toggle("lit", other.dataset.seed === mark.dataset.seed);
  main.classList.add("lighting");
  if (!mark.dataset.words) return;
  tip.textContent = mark.dataset.words;
  tip.hidden = false;
  const at = mark.getBoundingClientRect();
  const left = at.left + at.width / 2 - tip.offsetWidth / 2;
  tip.style.left = Math.max(8, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 8)) + "px";
  const above = at.top - tip.offsetHeight - 8;
  tip.style.top = (above > 4 ? above : at.bottom + 8) + "px";
}

function dark() {
  tip.hidden = true;
  main.classList.remove("lighting");
  for (const mark of marks) mark.classList.remove("lit");
}

for (const kind of ["pointerover", "focusin"]) {
  main.addEventListener(kind, (event) => {
    const mark = event.target.closest("svg .run, tr[data-seed]");
    if (mark) light(mark);
  });
}
for (const kind of ["pointerout", "focusout"]) {
  main.addEventListener(kind, (event) => {
    if (event.target.closest("svg .run, tr[data-seed]")) dark();
  });
}
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

// One stop of the tab key in each picture; arrow keys go from mark to mark.
for (const picture of document.querySelectorAll("figure svg")) {
  const inside = [...picture.querySelectorAll(".run[data-words]")];
  inside.forEach((mark, at) => mark.setAttribute("tabindex", at ? "-1" : "0"));
  picture.addEventListener("keydown", (event) => {
    const at = inside.indexOf(event.target.closest(".run"));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = inside[(at + step + inside.length) % inside.length];
    inside[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}

// Tables: a press on a heading sorts by its column, a second one the other way round.
function value(row, column) {
  const text = row.cells[column].textContent.trim();
  const number = Number.parseFloat(text.replaceAll("−", "-").replace(/^[<+]/, "").replaceAll(",", ""));
  return Number.isNaN(number) ? text : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return a.localeCompare(b, "en", { numeric: true });
}

for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
}

// Figures: full width and back.
for (const figure of document.querySelectorAll("figure")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom";
  button.textContent = "Enlarge";
  button.setAttribute("aria-expanded", "false");
  const zoom = (on) => {
    figure.classList.toggle("zoomed", on);
    button.textContent = on ? "Close" : "Enlarge";
    button.setAttribute("aria-expanded", String(on));
    dark();
    button.focus();
  };
  button.addEventListener("click", () => zoom(!figure.classList.contains("zoomed")));
  figure.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && figure.classList.contains("zoomed")) zoom(false);
  });
  figure.prepend(button);
}

// Contents at the side: the part that is read now.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "0px 0px -70% 0px" });
for (const id of links.keys()) {
  const part = document.getElementById(id);
  if (part) seen.observe(part);
}

// Tables that go on beyond the edge say so.
function edges() {
  for (const box of document.querySelectorAll(".scroll")) {
    const more = box.scrollWidth - box.clientWidth - box.scrollLeft > 2;
    box.parentElement.classList.toggle("more", more);
  }
}
for (const box of document.querySelectorAll(".scroll")) box.addEventListener("scroll", edges, { passive: true });
addEventListener("resize", edges);
edges();
for (const fold of document.querySelectorAll("details")) {
  fold.addEventListener("toggle", edges);
}

// Runs in a store without a server: links wait until MLflow's UI answers, and the command to start
// it stands there. Asked again whenever the reader comes back to this page.
const closed = document.getElementById("closed");
async function lookForUi() {
  let there = true;
  try {
    const wait = AbortSignal.timeout(3000);
    await fetch(closed.dataset.ui + "/health", { mode: "no-cors", cache: "no-store", signal: wait });
  } catch {
    there = false;
  }
  closed.hidden = there;
  document.getElementById("opened").hidden = !there;
  for (const link of document.querySelectorAll("[data-to]")) {
    if (!there) {
      link.removeAttribute("href");
      continue;
    }
    link.setAttribute("href", link.dataset.to);
    link.setAttribute("target", "_blank");
    link.removeAttribute("role");
  }
}
if (closed) {
  const copy = closed.querySelector(".copy");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(closed.querySelector("code").textContent);
    copy.textContent = "Copied";
  });
  addEventListener("focus", lookForUi);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookForUi(); });
  lookForUi();
}
