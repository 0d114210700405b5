// The trunk of a scope: the longest line from an input to an output, which is drawn straight.

/** The edges of it, among edges `{source, target}` with node numbers, sources before targets. */
export function trunkOf(count, edges) {
  const length = new Array(count).fill(0);
  const into = Array.from({ length: count }, () => []);
  for (const edge of [...edges].sort((a, b) => a.target - b.target)) {
    into[edge.target].push(edge);
    length[edge.target] = Math.max(length[edge.target], length[edge.source] + 1);
  }
  const found = new Set();
  let at = length.indexOf(Math.max(...length));
  while (into[at]?.length) {
    const longest = into[at].filter((edge) => length[edge.source] + 1 === length[at]);
    const edge = longest[(longest.length - 1) >> 1]; // of equal branches the middle one
    found.add(edge);
    at = edge.source;
  }
  return found;
}
