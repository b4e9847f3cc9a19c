// Keys, countdowns and news. Every page works without this.
"use strict";
document.documentElement.classList.add("has-script");
const $ = (css) => document.querySelector(css);
const lang = document.documentElement.lang;
const digits = (text) => (lang === "fa" ? text.replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : text);

// Keys: off while somebody types, but for Ctrl+Enter.
const typing = (node) => node.matches("input, textarea, select");
const rows = () => [...document.querySelectorAll(".row")];
const move = (by) => {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + by, 0), all.length - 1)].focus();
};
const toggleKeys = () => {
  const sheet = $("#keys");
  if (!sheet) return;
  sheet.hidden = !sheet.hidden;
  $("#keys-button").setAttribute("aria-expanded", String(!sheet.hidden));
};
const actions = {
  "/": () => $("#q")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  r: () => $("#reply")?.focus(),
  n: () => $("#note")?.focus(),
  t: () => $("#take")?.click(),
  q: () => location.assign("/desk"),
  g: () => location.assign("/desk/today"),
  "?": toggleKeys,
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button[name=act]"));
    return;
  }
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const action = actions[event.key];
  if (action && document.body.dataset.signedIn !== undefined) {
    event.preventDefault();
    action();
  }
});
$("#keys-button")?.addEventListener("click", toggleKeys);

// A prepared reply goes where the cursor is.
$("#prepared-search")?.addEventListener("input", (event) => {
  const found = [...$("#prepared-names").options].find((one) => one.value === event.target.value);
  if (!found) return;
  const field = $("#reply");
  field.setRangeText(found.dataset.text, field.selectionStart, field.selectionEnd, "end");
  event.target.value = "";
  field.focus();
  field.dispatchEvent(new Event("input"));
});

// The answer as the customer will see it.
const preview = () => {
  const shown = $("#preview");
  if (shown) shown.textContent = [$("#reply").value.trim(), shown.dataset.footer].filter(Boolean).join("\n\n");
};
$("#reply")?.addEventListener("input", preview);
preview();

// A form is sent once.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));

// Countdowns.
const left = (minutes) => {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  const clock = digits(`${h}:${String(m).padStart(2, "0")}`);
  return lang === "fa" ? `${clock} مانده` : `${clock} left`;
};
const tick = () => {
  for (const due of document.querySelectorAll("[data-due]")) {
    const minutes = Math.floor((Date.parse(due.dataset.due) - Date.now()) / 60000);
    if (minutes >= 0 && minutes < 24 * 60) due.textContent = left(minutes);
    due.classList.toggle("late", minutes < 0);
  }
};
tick();
setInterval(tick, 30000);

// News: the queue is taken anew, a case says that it has changed, so that nobody's text is lost.
const changed = async () => {
  if (!$(".bar")) {
    $("#news").hidden = false;
    return;
  }
  if (document.activeElement === $("#q")) return;
  const focused = document.activeElement?.getAttribute("href");
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  $("main").replaceChildren(...fresh.querySelector("main").childNodes);
  if (focused) $(`.row[href="${CSS.escape(focused)}"]`)?.focus();
  tick();
};

// A browser opens few connections to one host: of all tabs one listens and tells the others.
const listen = (tell) => {
  const source = new EventSource("/desk/events");
  source.addEventListener("changed", () => tell("changed"));
  source.addEventListener("here", () => tell("here"));
  return source;
};

// Who else is at this case; said when the page opens, is typed in, and now and then.
const place = $("#here");
let writing = false;
const sayHere = async (does) => {
  if (!place) return;
  const body = new URLSearchParams({ form: place.dataset.form, does });
  const answer = await fetch(place.dataset.here, { method: "POST", body, keepalive: true }).catch(() => null);
  if (!answer?.ok || answer.redirected || does === "left") return;
  const others = await answer.json();
  const word = (one) => place.dataset[one.writing ? "writing" : "viewing"].replace("{}", `\u2068${one.name}\u2069`);
  place.textContent = others.map(word).join(" ");
  place.hidden = !others.length;
};
const here = () => sayHere(writing ? "writing" : "viewing");
if (place) {
  here();
  setInterval(here, 20000);
  let idle;
  $("#reply")?.addEventListener("input", () => {
    clearTimeout(idle);
    idle = setTimeout(() => ((writing = false), here()), 15000);
    if (!writing) {
      writing = true;
      here();
    }
  });
  window.addEventListener("pagehide", () => sayHere("left"));
}
const heard = (what) => (what === "here" ? here() : changed());
if (document.body.dataset.signedIn !== undefined) {
  const others = new BroadcastChannel("pasokh-desk");
  others.onmessage = (event) => heard(event.data);
  const tell = (what) => {
    others.postMessage(what);
    heard(what);
  };
  let leave = () => {};
  const begin = () => {
    if (!navigator.locks) {
      const source = listen(tell);
      leave = () => source.close();
      return;
    }
    const left = new AbortController();
    leave = () => left.abort();
    const lead = () =>
      new Promise((resolve) => {
        const source = listen(tell);
        leave = () => {
          source.close();
          resolve();
        };
      });
    navigator.locks.request("pasokh-desk-news", { signal: left.signal }, lead).catch(() => {});
  };
  begin();
  // A page that is left may be kept for "back", and its connection with it.
  window.addEventListener("pagehide", () => leave());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) begin();
  });
}
