// Where things are in a layout, and what leads to them.

/** What stands at a path: its item with absolute places, and the scope around it; or null. */
export function locate(layout, scene, open, path) {
  const instance = scene.at(path);
  if (!instance) return null;
  let placed = layout.of(open);
  let [x, y] = [0, 0];
  let item = null;
  for (const step of [...scene.ancestors(instance).reverse(), instance]) {
    if (item) {
      if (!item.inner) return null;
      [x, y] = [x + item.inner.x, y + item.inner.y];
      placed = item.inner;
    }
    item = placed.items.find((one) => one.kind === "node" && one.index === step.index);
    [x, y] = [x + item.x, y + item.y];
  }
  return { instance, item, placed, x, y, w: item.w, h: item.h };
}

/** Keys of the lines and paths of the nodes that lead from the network's inputs to a node. */
export function upstream(layout, scene, open, path) {
  const lit = new Set();
  let found = locate(layout, scene, open, path);
  while (found) {
    const { placed, instance } = found;
    const { parent } = instance;
    const nodes = scene.children(parent);
    const wanted = [placed.items.indexOf(found.item)];
    const seen = new Set(wanted);
    while (wanted.length) {
      const target = wanted.pop();
      for (const edge of placed.edges) {
        if (edge.target !== target) continue;
        lit.add(edgeKey(parent, edge));
        if (seen.has(edge.source)) continue;
        seen.add(edge.source);
        wanted.push(edge.source);
        const item = placed.items[edge.source];
        lit.add(item.kind === "node" ? nodes[item.index].path : `${parent.prefix}<${item.index}`);
      }
    }
    found = parent.parent ? locate(layout, scene, open, parent.path) : null;
  }
  return lit;
}

export function edgeKey(parent, edge) {
  return `edge ${parent.path} ${edge.source}.${edge.out} ${edge.target}.${edge.place}`;
}

/** The path that an arrow key leads to, or null. */
export function neighbor(layout, scene, open, path, key) {
  const found = locate(layout, scene, open, path);
  if (!found) return null;
  if (key === "ArrowLeft" || key === "ArrowRight") return beside(scene, found, key === "ArrowLeft" ? -1 : 1);
  if (key === "ArrowDown" && found.item.inner) return along(layout, scene, open, found, key, true);
  return along(layout, scene, open, found, key, false);
}

function along(layout, scene, open, { placed, instance, item }, key, inside) {
  const down = key === "ArrowDown";
  const scope = inside ? item.inner : placed;
  const parent = inside ? instance : instance.parent;
  const starts = inside ? scope.items.filter((one) => one.kind === "input") : [item];
  const numbers = new Set(starts.map((one) => scope.items.indexOf(one)));
  const [near, far] = down ? ["source", "target"] : ["target", "source"];
  const reached = scope.edges.filter((edge) => numbers.has(edge[near])).map((edge) => scope.items[edge[far]]);
  const middle = (one) => one.x + one.w / 2;
  const nodes = reached.filter((one) => one.kind === "node");
  nodes.sort((a, b) => Math.abs(middle(a) - middle(starts[0])) - Math.abs(middle(b) - middle(starts[0])));
  if (nodes.length) return scene.children(parent)[nodes[0].index].path;
  if (!parent.parent) return null;
  if (!down) return parent.path;
  const outer = locate(layout, scene, open, parent.path);
  return outer && along(layout, scene, open, outer, key, false);
}

function beside(scene, { placed, instance, item }, way) {
  const middle = (one) => [one.x + one.w / 2, one.y + one.h / 2];
  const [x, y] = middle(item);
  const others = placed.items.filter((one) => one.kind === "node" && (middle(one)[0] - x) * way > 4);
  const cost = (one) => Math.abs(middle(one)[0] - x) + 3 * Math.abs(middle(one)[1] - y);
  others.sort((a, b) => cost(a) - cost(b));
  return others.length ? scene.children(instance.parent)[others[0].index].path : null;
}
