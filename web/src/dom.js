// Shows a drawing in the page: elements are kept by their key, so that only what differs is touched
// and the style sheet can move what is kept.

const SVG = "http://www.w3.org/2000/svg";

export class Shown {
  constructor(root) {
    this.root = root;
    this.elements = new Map();
  }

  show(kids) {
    this.patch(this.root, kids);
  }

  patch(parent, kids) {
    const old = new Map([...parent.children].map((child) => [child.__key, child]));
    let place = parent.firstElementChild;
    kids.forEach((kid, index) => {
      const key = kid.key ?? `${kid.tag}${index}`;
      let element = old.get(key);
      if (element && element.localName === kid.tag) old.delete(key);
      else element = this.create(kid, key);
      this.update(element, kid);
      if (element === place) place = place.nextElementSibling;
      else parent.insertBefore(element, place);
    });
    for (const [, element] of old) this.drop(element);
  }

  create(kid, key) {
    const element = document.createElementNS(SVG, kid.tag);
    element.__key = key;
    element.__attrs = {};
    return element;
  }

  update(element, { key, tag, attrs = {}, kids, text }) {
    if (key) this.elements.set(key, element);
    for (const [name, value] of Object.entries(attrs)) {
      const worded = String(value);
      if (element.__attrs[name] !== worded) element.setAttribute(name, worded);
      element.__attrs[name] = worded;
    }
    for (const name of Object.keys(element.__attrs)) {
      if (name in attrs) continue;
      element.removeAttribute(name);
      delete element.__attrs[name];
    }
    if (text !== undefined) {
      if (element.textContent !== text) element.textContent = text;
    } else if (kids || tag === "g") this.patch(element, kids ?? []);
  }

  drop(element) {
    for (const one of [element, ...element.querySelectorAll("*")]) {
      if (this.elements.get(one.__key) === one) this.elements.delete(one.__key);
    }
    element.remove();
  }
}

/** An HTML element: text is text, never markup. */
export function html(tag, attrs = {}, ...kids) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...kids.filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return element;
}
