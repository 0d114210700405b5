// Search: what is typed, against paths and shorthands.
import { html } from "./dom.js";
import { describe } from "./sizes.js";

const MOST = 40;

export function createSearch(scene, choose) {
  let found = [];
  let at = 0;
  const list = html("ul", { class: "found", role: "listbox", id: "found", "aria-label": "Nodes found" });
  const input = html("input", {
    type: "search",
    placeholder: "Search  /",
    "aria-label": "Search nodes",
    role: "combobox",
    "aria-controls": "found",
    "aria-expanded": "false",
    autocomplete: "off",
    spellcheck: "false",
  });

  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (instance) => {
    input.value = "";
    close();
    choose(instance);
  };
  const mark = () => {
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (found.length) input.setAttribute("aria-activedescendant", `found-${at}`);
  };
  const show = () => {
    found = matches(scene, input.value);
    at = 0;
    const rows = found.map((one, index) =>
      html(
        "li",
        { role: "option", id: `found-${index}`, onpointerdown: (event) => (event.preventDefault(), take(one)) },
        html("b", {}, one.path),
        html("span", {}, describe(one.node)),
      ),
    );
    if (input.value.trim() && !found.length) rows.push(html("li", { class: "none" }, "nothing found"));
    list.replaceChildren(...rows);
    input.setAttribute("aria-expanded", String(rows.length > 0));
    mark();
  };

  input.addEventListener("input", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = Math.min(found.length - 1, Math.max(0, at + step));
    else if (event.key === "Enter" && found[at]) take(found[at]);
    else if (event.key === "Escape") (input.value = ""), close(), input.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
    mark();
  });
  return { element: html("div", { class: "search" }, input, list), focus: () => input.focus() };
}

/** Every word must occur; what begins with the text comes first, then what stands higher up. */
function matches(scene, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const one of scene.all()) {
    const said = `${one.path} ${describe(one.node)}`.toLowerCase();
    if (words.every((word) => said.includes(word))) found.push([rank(one, words[0]), one]);
  }
  found.sort((a, b) => a[0] - b[0]);
  return found.slice(0, MOST).map(([, one]) => one);
}

function rank({ path, node }, word) {
  const depth = path.split(".").length;
  if (path.toLowerCase().startsWith(word)) return depth;
  return depth + (node.name.toLowerCase().startsWith(word) ? 20 : 40);
}
