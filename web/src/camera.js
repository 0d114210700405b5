// Which part of the drawing is seen, and how large.

const LEAST = 0.05;
const MOST = 4;
const LEGIBLE = 0.62;
const READABLE = 0.22; // words below this are dots, and cost the most to draw
const MARGIN = 24;
const TALL = 400;
const WIDEST = 0.4;

export class Camera {
  constructor(stage, target) {
    this.stage = stage;
    this.target = target;
    this.at = { x: 0, y: 0, k: 1 };
    this.listen();
  }

  set(at) {
    this.at = at;
    this.target.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${at.k})`);
    this.target.classList.toggle("far", at.k < READABLE);
  }

  move(dx, dy) {
    this.set({ ...this.at, x: this.at.x + dx, y: this.at.y + dy });
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const k = Math.min(MOST, Math.max(LEAST, this.at.k * factor));
    const real = k / this.at.k;
    this.set({ x: x - (x - this.at.x) * real, y: y - (y - this.at.y) * real, k });
  }

  get width() {
    return this.stage.clientWidth;
  }

  get height() {
    return this.stage.clientHeight;
  }

  /** All of it; where that could not be read, `legible` shows the beginning, with `middle` centered. */
  fit(root, { legible = false, middle = root.w / 2 } = {}) {
    const [wide, high] = [this.width - 2 * MARGIN, this.height - 2 * MARGIN];
    const whole = Math.min(1, wide / root.w, high / root.h);
    if (!legible || whole >= LEGIBLE) {
      const x = (this.width - root.w * whole) / 2;
      const y = (this.height - root.h * whole) / 2;
      return this.set({ x, y, k: whole });
    }
    const k = Math.min(1, Math.max(LEGIBLE, wide / root.w));
    const fits = root.w * k <= wide;
    const x = fits ? (this.width - root.w * k) / 2 : this.width / 2 - middle * k;
    return this.set({ x, y: MARGIN, k });
  }

  /** Put a box in the middle, among as much of what is around it as can be read beside it. */
  center(box, around) {
    const wide = this.width - 2 * MARGIN;
    const frame = around.filter(({ w }) => w * LEGIBLE <= wide).at(-1) ?? box;
    const k = Math.min(1, Math.max(LEGIBLE, wide / frame.w));
    const x = this.width / 2 - (frame.x + frame.w / 2) * k;
    const y = this.height / 2 - (box.y + Math.min(box.h, TALL) / 2) * k;
    const least = this.height - MARGIN - around.at(-1).h * k; // nothing is left empty beyond the ends
    this.set({ x, y: least > MARGIN ? y : Math.min(MARGIN, Math.max(least, y)), k });
  }

  /** Show the whole width of a box that is wider than the stage; its top stays where it is. */
  widen(box) {
    const wide = this.width - 2 * MARGIN;
    const { y, k: before } = this.at;
    if (box.w * before <= wide) return;
    const k = Math.min(before, Math.max(WIDEST, wide / box.w));
    this.set({ x: this.width / 2 - (box.x + box.w / 2) * k, y: y + box.y * (before - k), k });
  }

  /** Bring a box into view, by as little as it takes. */
  reveal({ x, y, w, h }) {
    const { k } = this.at;
    const shift = (start, size, room, at) => {
      const [first, last] = [at + start * k, at + (start + size) * k];
      if (last - first > room - 2 * MARGIN || first < MARGIN) return MARGIN - first;
      return last > room - MARGIN ? room - MARGIN - last : 0;
    };
    this.move(shift(x, w, this.width, this.at.x), shift(y, h, this.height, this.at.y));
  }

  listen() {
    const { stage } = this;
    const held = new Map();
    const place = (event) => {
      const { left, top } = stage.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY * 0.01), ...place(event));
      else this.move(-(event.shiftKey ? event.deltaY : event.deltaX), event.shiftKey ? 0 : -event.deltaY);
    }, { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, place(event));
      this.dragged = 0;
    });
    stage.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (!before) return;
      const now = place(event);
      const others = [...held].filter(([id]) => id !== event.pointerId);
      if (others.length) {
        const [, other] = others[0];
        const span = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
        this.zoom(span(now) / Math.max(1, span(before)), ...other);
      } else {
        this.dragged += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
        if (this.dragged > 4) this.move(now[0] - before[0], now[1] - before[1]);
      }
      held.set(event.pointerId, now);
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      stage.addEventListener(name, (event) => held.delete(event.pointerId));
    }
  }
}
