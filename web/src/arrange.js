// A part of a scope that branches, laid out by ELK.
import { heightOf } from "./sizes.js";
import { trunkOf } from "./trunk.js";

const LARGE = 250;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.nodeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeNodeBetweenLayers": "9",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.separateConnectedComponents": "false",
};

const LAYERS = { input: "FIRST", output: "LAST" };

/** Items with places, and lines with points; `first` is the number of the first box in the scope. */
export function arrange({ boxes, lines, first }, elk) {
  const inner = lines.map((line) => ({ source: line.source - first, target: line.target - first }));
  const strategy = boxes.length > LARGE ? "BRANDES_KOEPF" : "NETWORK_SIMPLEX";
  const entering = boxes.map(() => []);
  lines.forEach(({ into }, index) => {
    const { target } = inner[index];
    entering[target].unshift({ index, x: boxes[target].ins[into] }); // of ways in at one place ELK takes the last as the left one
  });
  const placed = elk({
    id: "scope",
    layoutOptions: { ...OPTIONS, "elk.layered.nodePlacement.strategy": strategy },
    children: boxes.map((one, number) => child(one, number, entering[number])),
    edges: edges(lines, inner, boxes.length),
  });
  const items = boxes.map((one, number) => {
    const { x, y } = placed.children[number];
    return { ...one, x: x + overhang(one), y };
  });
  return { items, edges: lines.map((line, index) => routed(line, placed.edges[index], items[inner[index].source])) };
}

/** Each line has a way in of its own, also where several end at one place: ELK draws lines to one port as one. */
function child(one, number, entering) {
  const left = overhang(one);
  const height = heightOf(one);
  const port = (x, y, id, side) => ({
    id,
    x: x + left,
    y,
    width: 0,
    height: 0,
    layoutOptions: { "elk.port.side": side },
  });
  const layer = LAYERS[one.kind];
  return {
    id: `n${number}`,
    width: one.w + 2 * left,
    height,
    ports: [
      ...entering.map(({ x, index }) => port(x, 0, `i${index}`, "NORTH")),
      ...one.outs.map((x, index) => port(x, height, `o${index}.${number}`, "SOUTH")),
    ],
    layoutOptions: {
      "elk.portConstraints": "FIXED_POS",
      ...(layer ? { "elk.layered.layering.layerConstraint": layer } : {}),
    },
  };
}

/** Room on both sides of a box for the label, which stands beside the line below it. */
function overhang(one) {
  return one.label ? Math.max(0, one.outs.at(-1) + one.label.w - one.w) : 0;
}

/** The trunk is straight before all, then lines that are the only one to leave a box. */
function edges(lines, inner, count) {
  const trunk = trunkOf(count, inner);
  const leaving = new Array(count).fill(0);
  for (const { source } of inner) leaving[source] += 1;
  return lines.map((line, index) => {
    const { source } = inner[index];
    const weight = trunk.has(inner[index]) ? "20" : leaving[source] === 1 ? "8" : "1";
    return {
      id: `e${index}`,
      sources: [`o${line.out}.${source}`],
      targets: [`i${index}`],
      layoutOptions: { "elk.layered.priority.straightness": weight, "elk.layered.priority.shortness": weight },
    };
  });
}

function routed(line, { sections: [section] }, source) {
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => [x, y]);
  points[0][1] = source.y + source.h;
  return { ...line, points };
}
