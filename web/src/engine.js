// What Python calls: a scene in, the text of an SVG file out.
import { drawScene } from "./draw.js";
import { Layout } from "./layout.js";
import { svgFile } from "./markup.js";
import { Scene } from "./scene.js";

export function draw(text) {
  const { scene: data, open, theme } = JSON.parse(text);
  const scene = new Scene(data);
  const view = { open: new Set(open), heat: null };
  const layout = new Layout(scene, netspecElk.createElk());
  return svgFile(drawScene(layout, scene, view), data.name, theme);
}
