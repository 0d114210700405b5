// What stands around the drawing: the bar, the stage, the line below it, and the panel.
import { html } from "./dom.js";
import { ARROW } from "./markup.js";

const SVG = "http://www.w3.org/2000/svg";

export function buildFrame(data, search, does) {
  const camera = svg("g", { class: "camera" });
  const label = `The graph of ${data.name}; arrow keys walk along it`;
  const drawing = svg("svg", { class: "drawing", role: "group", tabindex: 0, "aria-label": label });
  drawing.append(plain(ARROW), camera);
  const stage = html("main", { class: "stage" });
  stage.append(drawing);
  const panel = html("aside", { class: "panel", "aria-label": "Details", tabindex: 0 });
  const status = html("p", { class: "status", role: "status" });
  const button = (name, text, title) => html("button", { type: "button", title, onclick: does[name] }, text);
  const heat = html(
    "select",
    { "aria-label": "Color by", onchange: (event) => does.heat(event.target.value) },
    ...[["", "family"], ["parameters", "parameters"], ["macs", "MACs"], ["memory", "memory"]].map(([value, text]) =>
      html("option", { value }, `by ${text}`),
    ),
  );
  const tools = html(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "View" },
    button("unfold", "Unfold all", "Open every block"),
    button("fold", "Fold all", "Close every block"),
    button("fit", "Fit", "See all of it (f)"),
    heat,
    button("svg", "SVG", "Save as SVG"),
    button("png", "PNG", "Save as PNG"),
  );
  const details = button("panel", "Details", "Show or hide the details");
  details.className = "details";
  const bar = html("header", { class: "bar" }, html("h1", {}, data.name), search, details, tools);
  document.body.append(bar, stage, status, panel);

  return {
    stage,
    camera,
    panel,
    status,
    toPaper(root) {
      drawing.setAttribute("viewBox", `-8 -8 ${root.w + 16} ${root.h + 16}`);
      this.seen = camera.getAttribute("transform");
      camera.removeAttribute("transform");
    },
    toScreen() {
      drawing.removeAttribute("viewBox");
      camera.setAttribute("transform", this.seen);
    },
  };
}

function svg(tag, attrs) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, value);
  return element;
}

function plain({ tag, attrs = {}, kids = [] }) {
  const element = svg(tag, attrs);
  element.append(...kids.map(plain));
  return element;
}
