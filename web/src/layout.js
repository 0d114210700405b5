// From a scene and the set of open paths to places. Each scope is laid out on its own, inner before
// outer, and remembered, so that opening a card moves nothing but what surrounds it.
import { enterSideways } from "./routes.js";
import { layOut } from "./segments.js";
import { box, labelOf, spread, terminal } from "./sizes.js";

const MARGIN = 16;
const FOOT = 4;

export class Layout {
  constructor(scene, elk) {
    this.scene = scene;
    this.elk = elk;
    this.memo = new Map();
    this.numbers = new Map(scene.data.scopes.map((scope, index) => [scope, index]));
  }

  /** Places of everything that is shown. */
  of(open) {
    return this.scope(this.scene.root, open);
  }

  scope(instance, open) {
    const key = this.numbers.get(instance.scope) + this.signature(instance, open);
    if (!this.memo.has(key)) this.memo.set(key, this.place(instance, open));
    return this.memo.get(key);
  }

  /** What is open inside of an instance: two with the same scope and signature look alike. */
  signature(instance, open) {
    const inner = this.scene
      .children(instance)
      .filter((child) => open.has(child.path))
      .map((child) => child.index + this.signature(child, open));
    return `(${inner.join()})`;
  }

  place(instance, open) {
    const isRoot = instance.parent === null;
    const boxes = this.boxes(instance, open, isRoot);
    const { items, edges } = layOut(boxes, linesOf(instance.scope), this.elk);
    enterSideways(items, edges);
    return framed(items, edges, isRoot);
  }

  /** Inputs, nodes and outputs of a scope, in this order, as boxes. */
  boxes(instance, open, isRoot) {
    const { scope } = instance;
    const end = (kind, all) =>
      all.map(({ name, shape }, index) => {
        if (!isRoot) return border(kind, index, all.length > 1 ? name : "");
        return ends({ ...terminal(name, shape), kind, index });
      });
    const shapeAt = ([node, output]) =>
      node < 0 ? scope.inputs[output]?.shape : scope.nodes[node].outputs[output];
    const nodes = this.scene.children(instance).map((child) => {
      const { node } = child;
      const reads = node.inputs;
      const isOpen = child.scope && open.has(child.path);
      const sized = { ...box(node, isOpen), kind: "node", index: child.index };
      if (isOpen) return frame(sized, this.scope(child, open));
      sized.label = labelOf(node, reads.length ? shapeAt(reads[0]) : undefined);
      return ends(sized, endsOf(node), node.outputs.length);
    });
    return evened([...end("input", scope.inputs), ...nodes, ...end("output", scope.outputs)]);
  }
}

/** The lines of a scope between its boxes: which box and end they leave and reach. */
function linesOf(scope) {
  const first = scope.inputs.length;
  const from = ([node, output]) =>
    node < 0 ? { source: output, out: 0 } : { source: first + node, out: output };
  const lines = scope.nodes.flatMap((node, index) =>
    node.inputs.map((ref, place) => {
      const into = node.form === "sign" ? 0 : Math.min(place, endsOf(node) - 1);
      return { ...from(ref), target: first + index, into, place, change: changeOf(node, place) };
    }),
  );
  scope.outputs.forEach((output, index) => {
    const target = first + scope.nodes.length + index;
    const { training, change } = output;
    lines.push({ ...from(output.ref), target, into: 0, place: 0, training, change });
    if (output.was) lines.push({ ...from(output.was), target, into: 0, place: 1, change: "removed" });
  });
  return lines;
}

const LASTING = new Set(["changed", "moved"]);

/** How many lines come in apart; those that are gone join the last of the others. */
function endsOf(node) {
  if (!node.changes) return Math.max(1, node.inputs.length);
  return Math.max(1, node.changes.filter((change) => change !== "removed").length);
}

/** A line of its own change, or that of a node that is new or gone. */
function changeOf(node, place) {
  return node.changes?.[place] || (LASTING.has(node.change) ? "" : node.change);
}

/** Cards of one scope are equally wide: the trunk reads as a table. */
function evened(boxes) {
  const cards = boxes.filter((one) => one.form === "card" && !one.inner);
  const widest = Math.max(0, ...cards.map((one) => one.w));
  for (const one of cards) {
    const shift = (places) => places.map((x) => (x * widest) / one.w);
    one.ins = shift(one.ins);
    one.outs = shift(one.outs);
    one.w = widest;
  }
  return boxes;
}

/** Where lines reach and leave a box; all that enter a round sign meet. */
function ends(one, ins = 1, outs = 1) {
  one.ins = spread(one.form === "sign" ? 1 : ins, one.w);
  one.outs = spread(outs, one.w);
  return one;
}

/** A line's end at the border of an open block: nothing, or the name of the input or output. */
function border(kind, index, name) {
  const tag = name ? terminal(name) : { w: 2, h: 1, texts: [] };
  return ends({ ...tag, form: name ? "tag" : "border", kind, index });
}

/** An open block: its header, and what is inside below it. */
function frame(sized, inner) {
  const w = Math.max(sized.w, inner.w + 2 * MARGIN);
  const x = (w - inner.w) / 2;
  const shift = (places) => places.map((place) => place + x);
  const ins = inner.ins.length ? shift(inner.ins) : [w / 2];
  const places = { ins, outs: shift(inner.outs), inner: { ...inner, x, y: sized.h } };
  return { ...sized, ...places, w, h: sized.h + inner.h + FOOT, depth: 0 };
}

/** Move everything to where the scope begins, and tell how large it is. */
function framed(items, edges, isRoot) {
  const left = Math.min(...items.map((one) => one.x), ...edges.flatMap((edge) => edge.points.map(([x]) => x)));
  const right = Math.max(
    ...items.map((one) => one.x + Math.max(one.w, one.label ? one.outs.at(-1) + one.label.w : 0)),
    ...edges.flatMap((edge) => edge.points.map(([x]) => x)),
  );
  const top = Math.min(...items.map((one) => one.y));
  const h = Math.max(...items.map((one) => one.y + one.h)) - top;
  for (const item of items) [item.x, item.y] = [item.x - left, item.y - top];
  for (const edge of edges) {
    edge.points = edge.points.map(([x, y]) => [x - left, y - top]);
    if (items[edge.source].form === "border") edge.points[0][1] = 0;
    if (items[edge.target].form === "border") edge.points.at(-1)[1] = h + FOOT;
  }
  const middles = (kind) => items.filter((one) => one.kind === kind).map((one) => one.x + one.w / 2);
  return { w: right - left, h, items, edges, ins: isRoot ? [] : middles("input"), outs: isRoot ? [] : middles("output") };
}
