// Takes the part that changes as server-sent events, and replaces only the sections that differ.
"use strict";
const live = document.getElementById("live");
const status = document.getElementById("status");
const updates = document.body.dataset.updates === "1";
// The address without a login that may stand in it, with which fetch would refuse.
const here = location.origin + location.pathname;
let tag = document.body.dataset.tag;
let stream = null;
let again = null;
let heard = new Date();

function clock(when) {
  return when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function localTimes(root) {
  for (const one of root.querySelectorAll("time")) {
    const when = new Date(one.dateTime);
    one.title = one.dateTime;
    one.textContent = when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
}

function say(text, bad) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("bad", bad);
}

// Tables that go on beyond the edge say so.
function edges() {
  for (const box of live.querySelectorAll(".scroll")) {
    if (!box.previousElementSibling?.matches(".more")) {
      const cue = document.createElement("p");
      cue.className = "more";
      cue.textContent = "more →";
      cue.setAttribute("aria-hidden", "true"); // the table is a region of its own, with a name
      box.before(cue);
    }
    box.previousElementSibling.hidden = box.scrollWidth - box.clientWidth - box.scrollLeft <= 2;
  }
}

// A comparison needs two; which were chosen is known here alone.
function choices() {
  for (const form of live.querySelectorAll("form")) {
    const why = form.querySelector(".why");
    if (!why) continue;
    const few = form.querySelectorAll("input[name=arm]:checked").length < 2;
    form.querySelector("button").disabled = few;
    why.hidden = !few;
  }
}

// What the reader chose stays chosen.
function keepChosen(old, fresh) {
  const chosen = new Set([...old.querySelectorAll("input[name=arm]:checked")].map(one => one.value));
  for (const one of fresh.querySelectorAll("input[name=arm]")) one.checked = chosen.has(one.value);
}

// What the reader unfolded stays unfolded.
function keepOpen(old, fresh) {
  const open = new Set([...old.querySelectorAll("details[open] > summary")].map(one => one.textContent));
  for (const summary of fresh.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
}

const shown = new Map();
for (const section of live.children) shown.set(section.id, section.outerHTML);

function take(text) {
  const next = new DOMParser().parseFromString(text, "text/html").body;
  const ids = new Set();
  let before = null;
  for (const section of [...next.children]) {
    ids.add(section.id);
    const html = section.outerHTML;
    let there = document.getElementById(section.id);
    if (!there || shown.get(section.id) !== html) {
      const fresh = document.importNode(section, true);
      localTimes(fresh);
      if (there) keepOpen(there, fresh);
      if (there) keepChosen(there, fresh);
      if (there) there.replaceWith(fresh);
      else if (before) before.after(fresh);
      else live.prepend(fresh);
      shown.set(section.id, html);
      there = fresh;
    }
    before = there;
  }
  for (const section of [...live.children]) {
    if (!ids.has(section.id)) {
      section.remove();
      shown.delete(section.id);
    }
  }
  edges();
  choices();
}

function upToDate() {
  heard = new Date();
  say("Up to date at " + clock(heard), false);
}

function listen() {
  close();
  if (document.hidden) return;
  const asked = new URLSearchParams(location.search);
  asked.set("tag", tag);
  stream = new EventSource(new URL("events?" + asked, here));
  stream.addEventListener("part", event => {
    const part = JSON.parse(event.data);
    tag = part.tag;
    take(part.html);
    upToDate();
  });
  stream.addEventListener("fresh", upToDate);
  stream.addEventListener("away", event => {
    tag = "";
    take(JSON.parse(event.data).html);
    say("Not up to date since " + clock(heard), true);
  });
  stream.onerror = lost;
}

function close() {
  if (stream) stream.close();
  stream = null;
  clearTimeout(again);
}

// A stream that ends does not say why: ask once, and listen again unless the login has ended.
async function lost() {
  close();
  again = setTimeout(listen, 3000);
  try {
    const answer = await fetch(new URL("live" + location.search, here), { cache: "no-store", credentials: "same-origin" });
    if (answer.status === 401) {
      close();
      say("Logged out: load the page again to log in", true);
    }
  } catch {
    say("Not up to date since " + clock(heard) + ": this page's server does not answer", true);
  }
}

localTimes(live);
edges();
choices();
live.addEventListener("change", choices);
addEventListener("resize", edges);
addEventListener("pageshow", choices); // a browser that goes back restores what was chosen
live.addEventListener("scroll", edges, { passive: true, capture: true });
say("Up to date at " + clock(heard), false);
if (updates) {
  listen();
  document.addEventListener("visibilitychange", () => document.hidden ? close() : listen());
}
