// The tree of instances: a scope is listed once, and stands at every place that names it.

export class Scene {
  constructor(data) {
    this.data = data;
    for (const scope of data.scopes) {
      for (const part of ["inputs", "nodes", "outputs"]) scope[part] ??= []; // what is empty is left out
      for (const node of scope.nodes) for (const part of ["inputs", "outputs"]) node[part] ??= [];
    }
    this.root = { path: "", prefix: "", scope: data.scopes.at(-1), parent: null, node: null };
    this.known = new Map();
  }

  /** What stands inside of an instance, in the order of execution; empty for an op. */
  children(instance) {
    instance.children ??= (instance.scope?.nodes ?? []).map((node, index) => {
      const path = instance.prefix + node.at;
      const scope = node.scope === undefined ? null : this.data.scopes[node.scope];
      const prefix = node.flat ? instance.prefix : `${path}.`;
      return { path, prefix, scope, node, index, parent: instance };
    });
    return instance.children;
  }

  *all(instance = this.root) {
    for (const child of this.children(instance)) {
      yield child;
      yield* this.all(child);
    }
  }

  /** The instance at a path, `layer3.0.conv2`; undefined where there is none. */
  at(path) {
    if (!this.known.size) for (const one of this.all()) this.known.set(one.path, one);
    return this.known.get(path);
  }

  ancestors(instance) {
    const found = [];
    for (let up = instance.parent; up && up !== this.root; up = up.parent) found.push(up);
    return found;
  }
}
