// ELK without a worker thread: graphs are laid out scope by scope, which takes milliseconds, and a
// page from a file may not start a worker.
import { Worker } from "elkjs/lib/elk-worker.min.js";

/** A function from a graph to the graph with places. ELK starts when it is first needed, and is asked
 *  once for each form: what repeats in a network is laid out once. */
export function createElk() {
  const known = new Map();
  let ask = null;
  return (graph) => {
    const key = JSON.stringify(graph);
    if (!known.has(key)) {
      ask ??= begin();
      known.set(key, ask({ cmd: "layout", graph, layoutOptions: {}, options: {} }));
    }
    return known.get(key);
  };
}

function begin() {
  const worker = new Worker();
  let answer = null;
  worker.onmessage = (message) => (answer = message.data);
  const ask = (question) => {
    answer = null;
    worker.dispatcher.saveDispatch({ data: { id: 0, ...question } });
    if (!answer || answer.error) throw new Error(answer?.error?.message ?? "ELK gave no answer");
    return answer.data;
  };
  ask({ cmd: "register", algorithms: ["layered"] });
  return ask;
}
