// What pages can do beyond links and forms. Every page and every action works without it.
"use strict";
document.documentElement.classList.add("script");

// The reader's time zone, for the times on the pages that follow.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const told = document.cookie.includes("zone=" + encodeURIComponent(zone));
if (zone && !told) {
  document.cookie = "zone=" + encodeURIComponent(zone) + "; path=/; max-age=31536000; secure; samesite=lax";
}

// What a press on something does: its own address or value, and of a row all that is in it.
const own = (node) => ["href", "action", "name", "value", "id"].map((name) => node.getAttribute(name) ?? "").join();
const row = (node) => [node, ...node.querySelectorAll("[href],[action],[value],[id]")].map(own).join(" ");
const known = (node) => node.nodeName + (node.nodeType !== 1 ? "" : node.matches("tr,li") ? row(node) : own(node));

// Makes a part of the page what it is by now. What leads to the same as before stays itself, with the focus, the tick and the
// press that is under way on it; what leads elsewhere is another, so that nobody presses what was not there.
function settle(old, next) {
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const stay = new Map();
  for (const child of old.childNodes) stay.set(known(child), [...(stay.get(known(child)) ?? []), child]);
  const pairs = [...next.childNodes].map((child) => [stay.get(known(child))?.shift(), child]);
  for (const children of stay.values()) for (const child of children) child.remove();
  let place = old.firstChild;
  for (const [child, becomes] of pairs) {
    if (child === place && child) place = place.nextSibling;
    else old.insertBefore(child ?? becomes, place);
    if (!child || child.isEqualNode(becomes)) continue;
    if (child.nodeType === 1) settle(child, becomes);
    else child.nodeValue = becomes.nodeValue;
  }
}

// A page that follows what changes: fetched again, at most once a second.
const parts = () => document.querySelectorAll("[data-part]");
let fetching = false, again = false, waiting;

async function refresh(address = location.href) {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement;
    for (const old of parts()) {
      const next = fresh.querySelector(`[data-part="${old.dataset.part}"]`);
      if (next) settle(old, next);
    }
    // A browser forgets the focus of what it moves.
    if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  } catch {
    // The server is away: the next change, or the next look, brings the page up to date.
  } finally {
    fetching = false;
    if (again) { again = false; later(); }
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 400 + Math.random() * 600);
}

// Browsers allow six connections to a server: a page that is not seen gives its own back.
let changes, looking;
function follow() {
  changes?.close();
  clearInterval(looking);
  if (document.hidden) return;
  changes = new EventSource("/changes");
  changes.addEventListener("changed", later);
  // "12 s ago" grows old without anything happening.
  looking = setInterval(later, 30000);
}
if (document.body.dataset.live !== undefined) {
  follow();
  document.addEventListener("visibilitychange", () => { follow(); if (!document.hidden) later(); });
}

// A page that looks again by itself, since no stranger is told of changes; at once where it did not know the zone.
const every = document.body.dataset.again;
if (every) {
  setInterval(() => { if (!document.hidden) later(); }, every * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(); });
  if (!told) later();
}
// What runs on the server is looked at until it is over.
function watch() {
  if (document.querySelector("[data-running]")) setTimeout(() => refresh().then(watch), 700);
}
watch();

// A page that asks before something is done, as a dialog over the page that led to it.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    return ask(link.href, link);
  }
  if (event.target.closest("[data-close]") && event.target.closest("dialog")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
  const copied = event.target.closest("[data-copy]");
  if (copied) {
    await navigator.clipboard.writeText(document.getElementById(copied.dataset.copy).textContent.trim());
    copied.textContent = "Copied";
  }
});

async function ask(address, opener) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const sheet = page && page.querySelector("[data-sheet]");
  if (!sheet) { location.href = address; return; }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", sheet.querySelector("h1").id);
  dialog.append(sheet);
  document.body.append(dialog);
  dialog.addEventListener("close", () => { dialog.remove(); document.getElementById(opener.id)?.focus(); });
  dialog.showModal();
}

// A form that asks which sessions are meant, sent to a page that asks before something is done.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-dialog]")) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  ask(form.action + "?" + query, event.submitter ?? form);
});

// Ticks all.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-all]");
  if (!all) return;
  for (const box of all.closest("form").querySelectorAll("input[type=checkbox][name]")) box.checked = all.checked;
});

// Filters act as they are changed.
let typing;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-filter]");
  if (!form) return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const address = form.action.split("?")[0] + (query.size ? "?" + query : "");
    history.replaceState(null, "", address);
    refresh(address);
  }, 250);
});
