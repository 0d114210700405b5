// Files out of the page.
import { drawScene } from "./draw.js";
import { svgFile } from "./markup.js";

const SHARP = 2;
const MOST_PIXELS = 16384;

export function saveSvg(layout, scene, view) {
  const text = svgFile(drawScene(layout, scene, view), scene.data.name);
  download(new Blob([text], { type: "image/svg+xml" }), `${scene.data.name}.svg`);
}

export async function savePng(layout, scene, view, theme) {
  const drawing = drawScene(layout, scene, view);
  const url = URL.createObjectURL(new Blob([svgFile(drawing, scene.data.name, theme)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: w, naturalHeight: h } = image;
    const scale = Math.min(SHARP, MOST_PIXELS / Math.max(w, h));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(w * scale);
    canvas.height = Math.round(h * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    download(blob, `${scene.data.name}.png`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
