// Lines on their last steps.
import { heightOf } from "./sizes.js";

/** A skip enters a round sign from its side, the trunk from above, where nothing is in the way. */
export function enterSideways(items, edges) {
  for (const [number, sign] of items.entries()) {
    if (sign.form !== "sign") continue;
    const sides = new Set();
    for (const edge of edges) if (edge.target === number) turn(edge, sign, items, sides);
  }
}

function turn(edge, sign, items, sides) {
  const points = edge.points;
  if (points.length < 4) return;
  const [before, corner, above] = points.slice(-4);
  const middle = sign.x + sign.w / 2;
  const level = sign.y + sign.h / 2;
  const side = corner[0] < middle ? -1 : 1;
  const runsDown = before[0] === corner[0] && corner[1] === above[1] && corner[0] !== above[0];
  if (!runsDown || sides.has(side)) return;
  const [left, right] = side < 0 ? [corner[0], sign.x] : [sign.x + sign.w, corner[0]];
  if (right - left < 6) return;
  const top = corner[1];
  const blocked = items.some((one) => {
    if (one === sign) return false;
    const bottom = one.y + heightOf(one);
    return one.x < right + 4 && one.x + one.w > left - 4 && one.y < level + 4 && bottom > top - 4;
  });
  if (blocked) return;
  sides.add(side);
  points.splice(-3, 3, [corner[0], level], [side < 0 ? sign.x : sign.x + sign.w, level]);
}
