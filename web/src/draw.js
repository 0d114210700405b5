// Places as a tree of plain elements, `{tag, key, attrs, kids, text}`: one drawing for the page,
// where `dom.js` shows it, and for files, where `markup.js` writes it.
import { edgeKey } from "./places.js";
import { textWidth } from "./measure.js";
import { describe } from "./sizes.js";

const NAME = 15; // middle of the first line of a card

export const CHANGES = { added: "+", removed: "−", changed: "~", moved: ">" };

/** The whole network. `view` says what is open, and `heat(node)` is 0 to 7, or null for families. */
export function drawScene(layout, scene, view) {
  const root = layout.of(view.open);
  return { root, kids: drawScope(root, scene, scene.root, view) };
}

function drawScope(placed, scene, instance, view) {
  const children = scene.children(instance);
  const pathOf = (item) => {
    if (item.kind === "node") return children[item.index].path;
    return item.kind === "input" ? `${instance.prefix}<${item.index}` : `${instance.prefix}>${item.index}`;
  };
  const order = (edge) => (edge.change === "removed" ? 0 : 1); // what is gone lies below what is there
  const edges = [...placed.edges].sort((a, b) => order(a) - order(b)).map((edge) => drawEdge(edge, placed, instance));
  const items = placed.items
    .filter((item) => item.form !== "border")
    .map((item) => drawItem(item, pathOf(item), scene, children, view));
  return [...edges, ...items];
}

function drawEdge(edge, placed, instance) {
  const arrow = placed.items[edge.target].form !== "border";
  const kind = ["edge", edge.training && "training", edge.change && `change-${edge.change}`];
  return {
    tag: "path",
    key: edgeKey(instance, edge),
    attrs: {
      class: kind.filter(Boolean).join(" "),
      d: rounded(edge.points),
      ...(arrow ? { "marker-end": "url(#arrow)" } : {}),
    },
  };
}

/** A line with corners of a small radius. */
function rounded(points) {
  const [first, ...rest] = points;
  const steps = [`M${at(first)}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) return steps.push(`L${at(point)}`);
    const before = toward(point, index ? rest[index - 1] : first);
    steps.push(`L${at(before)}Q${at(point)} ${at(toward(point, next))}`);
  });
  return steps.join("");
}

function toward([x, y], [a, b]) {
  const length = Math.hypot(a - x, b - y);
  const step = length ? Math.min(6, length / 2) / length : 0;
  return [x + (a - x) * step, y + (b - y) * step];
}

const round = (number) => Math.round(number * 10) / 10;
const at = ([x, y]) => `${round(x)} ${round(y)}`;

function drawItem(item, path, scene, children, view) {
  const child = item.kind === "node" ? children[item.index] : null;
  const node = child?.node;
  const heat = node && view.heat && !item.inner ? view.heat(node) : null;
  const classes = [
    "node",
    item.form,
    node && (heat === null ? `hue-${hueOf(node)}` : `heat-${heat}`),
    item.inner && "open",
    node?.training && "training",
    node?.change ? `change-${node.change}` : node?.inside && !item.inner && "change-inside",
  ];
  const kids = [
    { tag: "title", text: node ? titleOf(path, node) : path.slice(1) },
    ...(item.inner ? [] : stack(item)),
    shape(item),
    ...(item.inner ? [header(item)] : []),
    ...words(item, node),
    ...extras(item, node),
  ];
  if (item.inner) {
    const { x, y } = item.inner;
    const inside = drawScope(item.inner, scene, child, view);
    kids.push({ tag: "g", key: "inside", attrs: { transform: move(x, y) }, kids: inside });
  }
  return {
    tag: "g",
    key: path,
    attrs: {
      class: classes.filter(Boolean).join(" "),
      transform: move(item.x, item.y),
      ...(view.live && node ? alive(path, node, Boolean(item.inner)) : {}),
    },
    kids,
  };
}

/** What makes a node a button, for pointers, keys and screen readers. */
function alive(path, node, isOpen) {
  const expanded = node.scope === undefined ? {} : { "aria-expanded": String(isOpen) };
  return { "data-path": path, role: "button", tabindex: -1, "aria-label": titleOf(path, node), ...expanded };
}

export function hueOf(node) {
  return node.scope === undefined ? (node.hue ?? "other") : "block";
}

function titleOf(path, node) {
  const changes = Object.entries(node.differences ?? {}).map(([name, text]) => `${name} ${text}`);
  return [path, describe(node), node.outputs.join(", "), ...changes].filter(Boolean).join(" · ");
}

const move = (x, y) => `translate(${round(x)} ${round(y)})`;

/** Two edges of cards behind a stack, and a notch where the first copy is different. */
function stack(item) {
  if (!item.depth) return [];
  return [item.depth, item.depth / 2].map((off) => ({
    tag: "rect",
    attrs: { class: "behind", x: off, y: off, width: item.w - 2 * off, height: item.h, rx: 6 },
  }));
}

function shape(item) {
  const { w, h } = item;
  const size = { x: 0, y: 0, width: w, height: h };
  if (item.form === "sign" || item.form === "pill" || item.form === "terminal") {
    return { tag: "rect", attrs: { class: "box", ...size, rx: round(h / 2) } };
  }
  if (item.notch && !item.inner) return { tag: "path", attrs: { class: "box", d: notched(w, h) } };
  return { tag: "rect", attrs: { class: "box", ...size, rx: item.inner ? 10 : 6 } };
}

/** A card with a corner cut off: the first copy is different. */
function notched(w, h) {
  return `M10 0H${w - 6}a6 6 0 0 1 6 6V${h - 6}a6 6 0 0 1 -6 6H6a6 6 0 0 1 -6 -6V10Z`;
}

function header(item) {
  return { tag: "path", attrs: { class: "rule", d: `M0 ${item.inner.y}L${round(item.w)} ${item.inner.y}` } };
}

function words(item, node) {
  const middle = item.form === "card" ? NAME : item.h / 2;
  const texts = item.texts.map(({ text, x, face, below = 0 }) => ({
    tag: "text",
    attrs: { class: face, x: round(x), y: round(middle + below + (face === "bold" || face === "plain" ? 4.5 : 4)) },
    text,
  }));
  if (item.form === "sign") {
    texts.push({ tag: "text", attrs: { class: "symbol", x: item.w / 2, y: item.h / 2 + 6 }, text: node.sign });
  }
  if (item.mark) {
    const x = item.w - 16;
    const d = item.inner ? `M${x - 4} 13l4 4l4 -4` : `M${x - 2} ${middle - 4}l4 4l-4 4`;
    texts.push({ tag: "path", attrs: { class: "mark", d: d } });
    if (item.count) {
      const right = x - 10;
      texts.push({ tag: "text", attrs: { class: "bold count", x: right, y: round(middle + 4.5) }, text: item.count });
    }
  }
  return texts;
}

/** What happened to a node, and how often something did in it while it is closed. */
function signsOf(node, isOpen) {
  const inside = node?.inside && !isOpen ? `±${node.inside}` : "";
  return [CHANGES[node?.change], inside].filter(Boolean).join(" ");
}

function extras(item, node) {
  const found = [];
  const foot = item.h + (item.depth ?? 0);
  if (item.label) {
    const attrs = { class: "label", x: round(item.outs.at(-1) + 7), y: round(foot + 13) };
    found.push({ tag: "text", attrs, text: item.label.text });
  }
  const signs = signsOf(node, Boolean(item.inner));
  if (signs) {
    const w = Math.max(16, Math.ceil(textWidth(signs, 12, "bold")) + 8);
    found.push({ tag: "rect", attrs: { class: "badge", x: -8, y: -8, width: w, height: 16, rx: 8 } });
    found.push({ tag: "text", attrs: { class: "badge-sign", x: w / 2 - 8, y: 4 }, text: signs });
  }
  return found;
}
