// The command bar: whatever the page can do, found by typing. Ctrl+K or a colon opens it.
"use strict";
const bar = document.querySelector("#commands");
if (bar) {
  const field = bar.querySelector("input");
  const list = bar.querySelector("ul");
  let found = [];
  let at = 0;
  // Links of the frame and the views, sections that open, and every button of the page.
  const all = () => {
    const css = ".top a, .views a, main summary, main button[name=act], #keys-button";
    return [...document.querySelectorAll(css)].filter((node) => node.checkVisibility?.() ?? true);
  };
  const name = (node) => (node.getAttribute("aria-label") || node.textContent).trim().replace(/\s+/g, " ");
  const fold = (text) => text.toLowerCase().replace(/[\u200c\s]/g, "").replace(/ي/g, "ی").replace(/ك/g, "ک");
  const show = () => {
    const wanted = fold(field.value);
    found = all().filter((node) => fold(name(node)).includes(wanted)).slice(0, 12);
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(
      ...found.map((node, number) => {
        const line = document.createElement("li");
        line.id = `command-${number}`;
        line.role = "option";
        line.setAttribute("aria-selected", String(number === at));
        line.textContent = name(node);
        line.addEventListener("click", () => run(node));
        return line;
      }),
    );
    field.setAttribute("aria-activedescendant", found.length ? `command-${at}` : "");
  };
  const run = (node) => {
    bar.close();
    const section = node.matches("summary") ? node.parentElement : null;
    if (!section) return node.click();
    section.open = true;
    section.querySelector("input:not([type=hidden]), textarea, select, button")?.focus();
  };
  const open = () => {
    field.value = "";
    at = 0;
    bar.showModal();
    show();
  };
  field.addEventListener("input", () => ((at = 0), show()));
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      show();
    }
    if (event.key === "Enter" && found[at]) {
      event.preventDefault();
      run(found[at]);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === ":" && !typing);
    if (!asked || bar.open) return;
    event.preventDefault();
    open();
  });
  document.querySelector("#commands-button").addEventListener("click", open);
}
