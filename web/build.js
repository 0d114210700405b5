// Writes what the Python package ships: ELK as it is published, our own code, and the licenses.
import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const target = new URL("../netspec/backends/picture/bundle/", import.meta.url);
const elk = JSON.parse(await readFile("node_modules/elkjs/package.json", "utf8"));
const sources = createHash("sha256");
for (const name of (await readdir("src")).sort()) sources.update(await readFile(`src/${name}`));
const common = { bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8" };

await build({
  ...common,
  entryPoints: ["src/elk.js"],
  globalName: "netspecElk",
  outfile: new URL("elk.js", target).pathname,
  legalComments: "none",
  banner: {
    js: `/* elkjs ${elk.version}, Eclipse Public License 2.0 (LICENSE-elkjs.md), https://github.com/kieler/elkjs */`,
  },
});
await build({
  ...common,
  entryPoints: ["src/picture.js"],
  outfile: new URL("picture.js", target).pathname,
  banner: { js: `/* web/src ${sources.digest("hex")} */` }, // a test sees whether this is still true
});
await build({
  bundle: true,
  minify: true,
  entryPoints: ["src/page.css"],
  outfile: new URL("page.css", target).pathname,
});
await copyFile("node_modules/elkjs/LICENSE.md", new URL("LICENSE-elkjs.md", target));

// Text inside of a script element must not close it.
for (const name of ["elk.js", "picture.js"]) {
  const path = new URL(name, target);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--"));
}
