// The side panel: all there is to know of a node, or of the network.
import { html } from "./dom.js";
import { CHANGES, hueOf } from "./draw.js";
import { amount, bytes, grouped } from "./format.js";
import { FAMILY_NAMES, STEPS } from "./style.js";

const KEYS = [
  ["click, Enter", "open or close a block"],
  ["↑ ↓ ← →", "walk along the graph"],
  ["/", "search"],
  ["f", "fit"],
  ["Esc", "let go"],
];

export function nodePanel(scene, instance) {
  const { node, path } = instance;
  const totals = scene.data;
  const facts = [
    ["output", node.outputs.join(", ") + (node.checked ? " ✓" : "")],
    ["parameters", node.parameters && grouped(node.parameters) + share(node.parameters, totals.parameters)],
    ["MACs", node.macs && amount(node.macs) + share(node.macs, totals.macs)],
    ["memory written", node.memory && bytes(node.memory)],
    ["copies", node.copies],
    ["shares weights of", node.shares],
    ["computed", node.training && "in training only"],
    ...Object.entries(scene.data.facts?.[path] ?? {}),
  ];
  return [
    html("h2", {}, path),
    html("p", { class: "what" }, node.what ?? ""),
    ...(node.change || node.inside ? [html("h3", {}, "Changes"), table(changesOf(node))] : []),
    table(facts),
    ...section("Arguments", table(Object.entries(node.arguments ?? node.given ?? {}))),
    ...section("How the sizes came about", table((node.formulas ?? []).map(([dim, size, formula]) => [`dim ${dim}`, `${size} = ${formula}`]))),
    ...yaml(node.yaml),
  ];
}

export function networkPanel(scene, metric) {
  const { data } = scene;
  const scope = scene.root.scope;
  const tensors = (all) => all.map(({ name, shape, training }) => [name, shape + (training ? " (training)" : "")]);
  return [
    html("h2", {}, data.name),
    data.doc ? html("p", {}, data.doc) : null,
    html("p", { class: "what" }, data.totals),
    ...(data.differences ? differences(data.differences) : []),
    ...section("Inputs", table(tensors(scope.inputs))),
    data.sizes ? html("p", { class: "what" }, `for every ${data.sizes}`) : null,
    ...section("Outputs", table(tensors(scope.outputs))),
    ...section("Parameters of the spec", table(Object.entries(data.params ?? {}))),
    ...section(metric ? `Share of ${metric}` : "Colors", legend(scene, metric)),
    ...section("Keys", table(KEYS)),
    data.source ? html("p", { class: "source" }, data.source) : null,
  ];
}

/** What happened to a node, and of what in it, from what to what. */
function changesOf(node) {
  const rows = Object.entries(node.differences ?? {});
  if (node.change && !rows.length) rows.push(["node", `${CHANGES[node.change]} ${node.change}`]);
  return [...rows, ["in it", node.inside && `±${node.inside}`]];
}

function differences(rows) {
  const signs = Object.entries(CHANGES).map(([change, sign]) =>
    html("li", {}, html("span", { class: `key key-${change}` }), `${sign} ${change}`),
  );
  const count = html("li", {}, "± how many inside");
  return [html("h3", {}, "Changes"), table(Object.entries(rows)), html("ul", { class: "legend" }, ...signs, count)];
}

function legend(scene, metric) {
  if (metric) {
    const steps = Array.from({ length: STEPS + 1 }, (_, step) => html("span", { class: `key key-heat-${step}` }));
    return html("div", { class: "heat", role: "img", "aria-label": "from little to much" }, "little", ...steps, "much");
  }
  const present = new Set([...scene.all()].map((one) => hueOf(one.node)));
  const shown = FAMILY_NAMES.filter((family) => present.has(family));
  const says = (family) => (family === "convolution" ? "convolution, linear" : family);
  const rows = shown.map((family) => html("li", {}, html("span", { class: `key key-${family}` }), says(family)));
  return html("ul", { class: "legend" }, ...rows);
}

function share(part, whole) {
  if (!whole) return "";
  const percent = (100 * part) / whole;
  return ` (${percent >= 0.1 ? percent.toFixed(1) : "< 0.1"} %)`;
}

function section(title, content) {
  return content.childElementCount ? [html("h3", {}, title), content] : [];
}

function table(rows) {
  const kept = rows.filter(([, value]) => value);
  return html("dl", {}, ...kept.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, String(value))]));
}

function yaml(excerpt) {
  if (!excerpt) return [];
  const where = html("p", { class: "where" }, `${excerpt.file}:${excerpt.line}`);
  return [html("h3", {}, "YAML"), where, html("pre", { tabindex: 0 }, excerpt.text)];
}
