// node under_node.mjs MODULE FOLDER SUITE NAME: runs one suite and prints one JSON object.
import { readFile, writeFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [module, folder, suite, name] = process.argv.slice(2);
const place = await mkdtemp(join(tmpdir(), "module-"));
const load = async (path, name) => {
  await writeFile(join(place, name), await readFile(path)); // a name that says that it is a module
  return import(pathToFileURL(join(place, name)).href);
};
const verify = await load(module, "verify.mjs");
const cases = await load(suite, "suite.mjs");
const found = await cases[name](verify, async (file) => JSON.parse(await readFile(join(folder, file), "utf-8")));
process.stdout.write(JSON.stringify(found));
