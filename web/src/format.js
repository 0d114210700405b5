// Numbers in the words of the layer table.

export function amount(number) {
  if (!number) return "0";
  if (number < 1000) return String(number);
  if (number < 1e5) return `${(number / 1e3).toFixed(1)} k`;
  if (number < 1e9) return `${grouped((number / 1e6).toFixed(1))} M`;
  return `${grouped((number / 1e9).toFixed(2))} G`;
}

export function bytes(number) {
  if (number >= 1e9) return `${(number / 1e9).toFixed(1)} GB`;
  if (number >= 1e6) return `${(number / 1e6).toFixed(1)} MB`;
  if (number >= 1e3) return `${(number / 1e3).toFixed(1)} kB`;
  return `${number} bytes`;
}

export function grouped(number) {
  const [whole, rest] = String(number).split(".");
  const parts = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest ? `${parts}.${rest}` : parts;
}

/** The row of a node in the layer table. */
export function rowOf(path, node, says) {
  const costs = [
    node.parameters && `${grouped(node.parameters)} parameters`,
    node.macs && `${amount(node.macs)} MACs`,
    node.training && "in training only",
  ];
  return [path, says, node.outputs.join(", "), ...costs].filter(Boolean).join("  ·  ");
}
