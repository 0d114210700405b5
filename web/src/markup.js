// A drawing as the text of an SVG file.
import { pictureStyle, plainStyle } from "./style.js";

const MARGIN = 24;
const SAFE = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is inert in XML; characters that XML has no place for become a replacement sign. */
export function escape(text) {
  // eslint-disable-next-line no-control-regex
  const clean = String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, "\ufffd");
  return clean.replace(/[&<>"']/g, (sign) => SAFE[sign]);
}

export function write({ tag, attrs = {}, kids = [], text }) {
  const given = Object.entries(attrs).map(([name, value]) => ` ${name}="${escape(value)}"`);
  const inside = text === undefined ? kids.map(write).join("") : escape(text);
  return inside ? `<${tag}${given.join("")}>${inside}</${tag}>` : `<${tag}${given.join("")}/>`;
}

export const ARROW = {
  tag: "defs",
  kids: [
    {
      tag: "marker",
      attrs: { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
      kids: [{ tag: "path", attrs: { class: "arrow", d: "M0 0.8L8 4L0 7.2Z" } }],
    },
  ],
};

/** An SVG file. `theme` is "light", "dark", or null for that of whoever looks at it. */
export function svgFile({ root, kids }, name, theme = null) {
  const [w, h] = [Math.ceil(root.w + 2 * MARGIN), Math.ceil(root.h + 2 * MARGIN)];
  const style = theme ? plainStyle(theme) : pictureStyle();
  const inside = { tag: "g", attrs: { transform: `translate(${MARGIN} ${MARGIN})` }, kids };
  return write({
    tag: "svg",
    attrs: { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${w} ${h}`, width: w, height: h, role: "img" },
    kids: [
      { tag: "title", text: name },
      { tag: "style", text: style },
      ARROW,
      { tag: "rect", attrs: { class: "page", width: w, height: h } },
      inside,
    ],
  });
}
