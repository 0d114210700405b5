// A scope is cut at the nodes that everything passes through: what lies between two cuts is laid out
// on its own, and glued below the last. So the trunk is straight there, and the time grows with the
// length of a network, not with its square.
import { arrange } from "./arrange.js";
import { heightOf } from "./sizes.js";

const STEP = 18;

/** Items with places, and lines with points, of boxes in an order in which they can be executed. */
export function layOut(boxes, lines, elk) {
  const items = [];
  const edges = [];
  const cuts = cutsOf(boxes.length, lines);
  const inside = split(lines, cuts);
  if (boxes.length) items.push({ ...boxes[0], x: 0, y: 0 });
  for (let index = 0; index + 1 < cuts.length; index++) {
    const [first, last] = [cuts[index], cuts[index + 1]];
    const part = { boxes: boxes.slice(first, last + 1), lines: inside[index], first };
    const straight = part.boxes.length === 2 && part.lines.length === 1;
    const placed = straight ? stacked(part) : arrange(part, elk);
    glue(items, edges, placed, first);
  }
  return { items, edges };
}

/** The first and the last box, and those that no line passes by. */
function cutsOf(count, lines) {
  const furthest = new Array(count).fill(0);
  for (const { source, target } of lines) furthest[source] = Math.max(furthest[source], target);
  const read = new Set(lines.map(({ target }) => target));
  const cuts = [];
  let reach = 0;
  for (let index = 0; index < count; index++) {
    const passed = index === 0 || (reach <= index && read.has(index));
    if (passed || index === count - 1) cuts.push(index);
    reach = Math.max(reach, furthest[index]);
  }
  return cuts;
}

/** The lines between each two cuts, in the order of the cuts. */
function split(lines, cuts) {
  const found = cuts.map(() => []);
  let part = 0;
  for (const line of [...lines].sort((a, b) => a.source - b.source)) {
    while (part + 1 < cuts.length && cuts[part + 1] <= line.source) part += 1;
    found[part].push(line);
  }
  return found;
}

function stacked({ boxes: [above, below], lines: [line] }) {
  const x = above.outs[line.out];
  const foot = heightOf(above);
  const items = [
    { ...above, x: 0, y: 0 },
    { ...below, x: x - below.ins[line.into], y: foot + STEP },
  ];
  return { items, edges: [{ ...line, points: [[x, above.h], [x, foot + STEP]] }] };
}

/** Put a part below what is there: its first box is the last one there. */
function glue(items, edges, placed, first) {
  const [dx, dy] = [items[first].x - placed.items[0].x, items[first].y - placed.items[0].y];
  for (const item of placed.items.slice(1)) items.push({ ...item, x: item.x + dx, y: item.y + dy });
  for (const edge of placed.edges) edges.push({ ...edge, points: edge.points.map(([x, y]) => [x + dx, y + dy]) });
}
