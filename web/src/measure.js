// Widths of text by the metrics of Helvetica, which Arial and Liberation Sans share: a browser and
// an engine without fonts arrive at the same layout. `fit` corrects it where a font is wider.
const WIDTHS = {};
const put = (letters, width) => [...letters].forEach((letter) => (WIDTHS[letter] = width));
put("ijl'", 222);
put("|", 260);
put(" !,./:;I[\\]ft", 278);
put("()-`r{}", 333);
put('"*', 380);
put("^", 469);
put("Jcksvxyz", 500);
put("#$?0123456789_abdeghnopqu–L", 556);
put("+<=>~×±−", 584);
put("FTZ", 611);
put("&ABEKPSVXY", 667);
put("CDHNRUw", 722);
put("GOQ", 778);
put("Mm", 833);
put("%W", 944);

const OTHER = 1000;
const BOLD = 1.08;
const MONO = 0.602;

let scale = 1;

/** Take the real width of `sample` in bold at 100 px into account. */
export function fit(sample, width) {
  scale = 1;
  scale = Math.max(1, width / textWidth(sample, 100, "bold"));
}

export function textWidth(text, size, face = "plain") {
  if (face === "mono") return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 1 : MONO), 0) * size;
  const sum = [...text].reduce((total, letter) => total + (WIDTHS[letter] ?? OTHER), 0);
  return ((sum * size) / 1000) * scale * (face === "bold" ? BOLD : 1);
}

/** The text, or its beginning and `…` where it is wider than `limit`. */
export function clip(text, size, limit, face) {
  if (textWidth(text, size, face) <= limit) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(letters.join("") + "…", size, face) > limit) letters.pop();
  return letters.join("").trimEnd() + "…";
}
