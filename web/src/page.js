// The page: what is open, what is chosen, and what each event does about it.
import { Camera } from "./camera.js";
import { Shown, html } from "./dom.js";
import { drawScene } from "./draw.js";
import { rowOf } from "./format.js";
import { Layout } from "./layout.js";
import { fit as fitFont } from "./measure.js";
import { networkPanel, nodePanel } from "./panel.js";
import { locate, neighbor, upstream } from "./places.js";
import { savePng, saveSvg } from "./save.js";
import { Scene } from "./scene.js";
import { createSearch } from "./search.js";
import { describe } from "./sizes.js";
import { pictureStyle, STEPS } from "./style.js";
import { buildFrame } from "./frame.js";

const MOTION = 200;
const METRICS = { parameters: "parameters", macs: "MACs", memory: "memory" };

export class Page {
  constructor(data, elk) {
    this.scene = new Scene(data.scene);
    this.layout = new Layout(this.scene, elk);
    this.open = new Set(data.open);
    this.chosen = null;
    this.metric = "";
    measureFont();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(pictureStyle());
    document.adoptedStyleSheets = [sheet];
    const search = createSearch(this.scene, (one) => this.choose(one.path, { center: true }));
    this.search = search;
    this.frame = buildFrame(data.scene, search.element, {
      fold: () => this.set(new Set()),
      unfold: () => this.set(this.everything()),
      fit: () => this.moving(() => this.fit(false)),
      heat: (metric) => this.color(metric),
      svg: () => saveSvg(this.layout, this.scene, this.view),
      png: () => savePng(this.layout, this.scene, this.view, theme()),
      panel: () => document.body.classList.toggle("with-panel"),
    });
    this.camera = new Camera(this.frame.stage, this.frame.camera);
    this.shown = new Shown(this.frame.camera);
    this.draw();
    this.tell();
    this.fit(true);
    this.listen();
    this.follow();
    if (!this.chosen) this.fit(true);
  }

  get view() {
    return { open: this.open, heat: this.metric ? this.heat() : null };
  }

  get root() {
    return this.layout.of(this.open);
  }

  everything() {
    return new Set([...this.scene.all()].filter((one) => one.scope).map((one) => one.path));
  }

  draw() {
    const { kids } = drawScene(this.layout, this.scene, { ...this.view, live: true });
    this.shown.show(kids);
    this.light(this.chosen);
    this.mark();
  }

  /** Another set of open blocks; what stands at `anchor` stays where it is on the screen. */
  set(open, anchor = this.chosen) {
    const before = anchor && this.place(anchor);
    this.open = open;
    this.moving(() => {
      this.draw();
      const after = anchor && this.place(anchor);
      if (!before || !after) return this.fit(true);
      const { x, y, k } = this.camera.at;
      this.camera.set({ x: x + (portOf(before) - portOf(after)) * k, y: y + (before.y - after.y) * k, k });
      if (after.item.inner) this.camera.widen(after);
    });
  }

  toggle(path) {
    const open = new Set(this.open);
    if (!open.delete(path)) open.add(path);
    this.set(open, path);
  }

  place(path) {
    return locate(this.layout, this.scene, this.open, path);
  }

  /** Choose a node: show all about it, and it, opening what it is in; `still` moves nothing. */
  choose(path, { center = false, still = false } = {}) {
    const instance = path && this.scene.at(path);
    if (instance) {
      const missing = this.scene.ancestors(instance).filter((up) => !this.open.has(up.path));
      if (missing.length) this.set(new Set([...this.open, ...missing.map((up) => up.path)]), missing.at(-1).path);
    }
    this.chosen = instance ? path : null;
    history.replaceState(null, "", this.chosen ? `#${encodeURIComponent(path)}` : location.pathname + location.search);
    const before = this.camera.height;
    document.body.classList.toggle("with-panel", Boolean(instance) || document.body.classList.contains("with-panel"));
    this.tell();
    this.light(this.chosen);
    this.mark();
    if (!instance) return;
    const covers = this.camera.height < before; // on a small screen the panel takes its room from the stage
    if (!still || covers) this.moving(() => this.show(path, center));
    this.shown.elements.get(path)?.focus({ preventScroll: true });
  }

  show(path, center) {
    const place = this.place(path);
    if (!place) return;
    if (center) this.camera.center(place, this.around(place));
    else this.camera.reveal(place);
  }

  /** A node, what it is in, and so on to the whole network. */
  around({ x, y, w, h, instance }) {
    const frames = this.scene.ancestors(instance).map((up) => this.place(up.path));
    return [{ x, y, w, h }, ...frames, { x: 0, y: 0, w: this.root.w, h: this.root.h }];
  }

  fit(legible) {
    const start = this.root.items.find((item) => item.kind === "input");
    this.camera.fit(this.root, { legible, middle: start && start.x + start.w / 2 });
  }

  /** Do something with motion, as long as the system allows it. */
  moving(change) {
    const { stage } = this.frame;
    stage.classList.add("moving");
    stage.getBoundingClientRect(); // the style must hold before the change
    change();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => stage.classList.remove("moving"), MOTION + 60);
  }

  tell() {
    const instance = this.chosen && this.scene.at(this.chosen);
    const { scene, metric } = this;
    const kids = instance ? nodePanel(scene, instance) : networkPanel(scene, METRICS[metric]);
    this.frame.panel.replaceChildren(...kids.filter(Boolean));
    this.frame.panel.scrollTop = 0;
    this.say(this.chosen);
  }

  say(path) {
    const instance = path && this.scene.at(path);
    const text = instance ? rowOf(path, instance.node, describe(instance.node)) : this.scene.data.totals;
    this.frame.status.textContent = text;
  }

  /** Light what leads to a node. */
  light(path) {
    for (const element of this.lit ?? []) element.classList.remove("lit");
    if (!path || !this.place(path)) return (this.lit = []);
    const keys = upstream(this.layout, this.scene, this.open, path);
    this.lit = [...keys].map((key) => this.shown.elements.get(key)).filter(Boolean);
    for (const element of this.lit) element.classList.add("lit");
    return this.lit;
  }

  mark() {
    this.marked?.classList.remove("chosen");
    this.marked = this.chosen && this.shown.elements.get(this.chosen);
    this.marked?.classList.add("chosen");
  }

  color(metric) {
    this.metric = metric;
    this.draw();
    this.tell();
  }

  /** From a node to its step between little and much, among the nodes that are shown. */
  heat() {
    const { metric } = this;
    let most = 1;
    const visit = (instance) => {
      for (const child of this.scene.children(instance)) {
        if (this.open.has(child.path)) visit(child);
        else most = Math.max(most, child.node[metric] ?? 0);
      }
    };
    visit(this.scene.root);
    return (node) => Math.min(STEPS, Math.ceil(STEPS * Math.sqrt((node[metric] ?? 0) / most)));
  }

  follow() {
    const path = decodeHash();
    if (path && this.scene.at(path)) this.choose(path, { center: true });
  }

  listen() {
    const { stage } = this.frame;
    stage.addEventListener("click", (event) => this.click(event));
    stage.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const path = pathOf(event.target) ?? this.chosen;
      if (path === this.hovered) return;
      this.hovered = path;
      this.light(path);
      this.say(path);
    });
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("hashchange", () => this.follow());
    window.addEventListener("resize", () => this.chosen || this.fit(true));
    window.addEventListener("beforeprint", () => this.frame.toPaper(this.root));
    window.addEventListener("afterprint", () => this.frame.toScreen());
  }

  click(event) {
    if (this.camera.dragged > 4) return;
    const path = pathOf(event.target);
    if (!path) return this.choose(null);
    const instance = this.scene.at(path);
    const element = this.shown.elements.get(path);
    if (instance.scope && (!this.open.has(path) || this.isHeader(path, element, event))) this.toggle(path);
    this.choose(path, { still: true });
  }

  isHeader(path, element, event) {
    return event.clientY - element.getBoundingClientRect().top < (this.place(path).item.inner.y + 1) * this.camera.at.k;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const onButton = event.target.tagName === "BUTTON";
    if (event.key === "/") this.search.focus();
    else if (event.key === "f") this.moving(() => this.fit(false));
    else if (event.key === "+" || event.key === "-") this.moving(() => this.camera.zoom(event.key === "+" ? 1.25 : 0.8));
    else if (event.key === "Escape") this.choose(null);
    else if (event.key.startsWith("Arrow") && event.target.tagName !== "PRE") this.walk(event.key);
    else if ((event.key === "Enter" || event.key === " ") && this.chosen && !onButton) {
      if (this.scene.at(this.chosen).scope) this.toggle(this.chosen);
    } else return;
    event.preventDefault();
  }

  walk(key) {
    const first = this.scene.children(this.scene.root)[0]?.path;
    const next = this.chosen ? neighbor(this.layout, this.scene, this.open, this.chosen, key) : first;
    if (next) this.choose(next);
  }
}

function measureFont() {
  const context = document.createElement("canvas").getContext("2d");
  const sample = "layer3.0.downsample max_pool 3×3 /2 → 256";
  context.font = '700 100px "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif';
  fitFont(sample, context.measureText(sample).width);
}

const theme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

const portOf = ({ x, w, item }) => x + (item.ins?.[0] ?? w / 2);

function pathOf(element) {
  return element.closest?.("[data-path]")?.getAttribute("data-path") ?? null;
}

function decodeHash() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

export function start() {
  const data = JSON.parse(document.getElementById("scene").textContent);
  globalThis.netspecPage = new Page(data, netspecElk.createElk());
  document.body.append(html("span", { id: "ready", hidden: true }));
}
