// The one bundle: in a page it starts it, elsewhere it waits to be asked for a drawing.
import { draw } from "./engine.js";
import { start } from "./page.js";

globalThis.netspecDraw = draw;
if (typeof document !== "undefined") start();
