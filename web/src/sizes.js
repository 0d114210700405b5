// How large a node is and where its lines begin and end, before anything is placed.
import { clip, textWidth } from "./measure.js";

export const FONT = 13;
export const SMALL = 11;
const CARD = 30;
const PILL = 20;
const SIGN = 24;
const PAD = 12;
const GAP = 8;
const LONGEST = 280;
const LONGEST_NAME = 440;
const ROOM = 190;
const LABEL = 17;
const MARK = 18;
const STACK = 6;
const NOTE = 14;

/** The box of a folded node: its size, its form, and the texts in it with their places. */
export function box(node, isOpen = false) {
  if (node.form === "sign") return { form: "sign", w: SIGN, h: SIGN, texts: [] };
  if (node.form === "pill") return pill(node.what, node.note);
  const named = node.name !== node.what;
  const name = clip(node.name, FONT, LONGEST_NAME, "bold");
  const what = named ? clip(said(node, isOpen), FONT, LONGEST) : "";
  const count = node.copies ? `×${node.copies}` : "";
  const texts = [{ text: name, x: PAD, face: "bold" }];
  let x = PAD + textWidth(name, FONT, "bold");
  if (what) {
    texts.push({ text: what, x: x + GAP, face: "plain" });
    x += GAP + textWidth(what, FONT);
  }
  if (count) x += GAP + textWidth(count, FONT, "bold");
  if (node.scope !== undefined) x += MARK;
  const depth = node.copies ? STACK : 0;
  const mark = node.scope !== undefined;
  const notch = Boolean(node.notch);
  const note = noteOf(node.note);
  if (note) texts.push({ text: note, x: PAD, face: "small", below: NOTE });
  const w = Math.ceil(Math.max(x, PAD + textWidth(note, SMALL)) + PAD);
  return { form: "card", w, h: CARD + (note ? NOTE : 0), depth, notch, texts, count, mark };
}

export function terminal(name, shape) {
  const text = clip(name, FONT, LONGEST, "bold");
  const x = PAD + textWidth(text, FONT, "bold");
  const texts = [{ text, x: PAD, face: "bold" }];
  if (!shape) return { form: "terminal", w: Math.ceil(x + PAD), h: CARD - 4, texts };
  texts.push({ text: shape, x: x + GAP, face: "mono" });
  const w = Math.ceil(x + GAP + textWidth(shape, SMALL, "mono") + PAD);
  return { form: "terminal", w, h: CARD - 4, texts };
}

/** What a card says after the name: shorthand, and as much of what a block was called with as fits. */
export function describe(node) {
  let text = node.what ?? "";
  for (const [name, value] of Object.entries(node.given ?? {})) {
    const longer = `${text} ${name} ${value}`.trim();
    if (textWidth(longer, FONT) > ROOM) return text;
    text = longer;
  }
  return text;
}

/** The shape below a node, only where it is another than what the node reads; and what a round sign has no room for. */
export function labelOf(node, read) {
  const shapes = [...new Set(node.outputs)];
  const told = shapes.length === 1 && shapes[0] === read ? "" : shapes.join(", ");
  const note = node.form === "sign" ? node.note : "";
  if (!told && !note) return null;
  const text = clip([told, note].filter(Boolean).join("  "), SMALL, LONGEST, "mono");
  return { text, w: textWidth(text, SMALL, "mono") + 8, h: LABEL };
}

/** An open chain shows what it is made of; a folded one names as much of it as fits. */
function said(node, isOpen) {
  if (node.kind !== "chain") return describe(node);
  if (isOpen) return "";
  const [first, ...rest] = describe(node).split(", ");
  let text = first;
  for (const part of rest) {
    if (textWidth(`${text}, ${part}, …`, FONT) > LONGEST) return `${text}, …`;
    text += `, ${part}`;
  }
  return text;
}

/** With the rest of a stack and the label below. */
export function heightOf(one) {
  return one.h + (one.depth ?? 0) + (one.label?.h ?? 0);
}

/** Places of `count` lines along a side of this width. */
export function spread(count, width) {
  return Array.from({ length: count }, (_, index) => (width * (index + 1)) / (count + 1));
}

function pill(what, note) {
  const text = clip([what, noteOf(note)].filter(Boolean).join("  "), SMALL, LONGEST);
  const w = Math.ceil(textWidth(text, SMALL) + 2 * 10);
  return { form: "pill", w, h: PILL, texts: [{ text, x: 10, face: "small" }] };
}

/** What changed of a node, from what to what. */
function noteOf(note) {
  return clip(note ?? "", SMALL, LONGEST);
}
