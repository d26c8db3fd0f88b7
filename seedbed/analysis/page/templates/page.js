// Asks for the part that changes every few seconds, and replaces only the sections that differ.
"use strict";
const live = document.getElementById("live");
const status = document.getElementById("status");
const poll = 1000 * Number(document.body.dataset.poll);
// The address without a login that may stand in it, with which fetch would refuse.
const place = new URL("live", location.origin + location.pathname);
let tag = null;
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
}

async function update() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(place, { headers, cache: "no-store", credentials: "same-origin" });
    if (answer.status === 401) {
      say("Logged out: load the page again to log in", true);
      return;
    }
    if (answer.status !== 304) take(await answer.text());
    if (answer.status === 200) tag = answer.headers.get("ETag");
    if (answer.status >= 500) {
      tag = null;
      say("Not up to date since " + clock(heard), true);
    } else {
      heard = new Date();
      say("Up to date at " + clock(heard), false);
    }
  } catch {
    say("Not up to date since " + clock(heard) + ": this page's server does not answer", true);
  }
}

localTimes(live);
say("Up to date at " + clock(heard), false);
if (poll) {
  setInterval(() => { if (!document.hidden) update(); }, poll);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) update(); });
}
