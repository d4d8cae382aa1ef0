// Answers calls, a line each, until there are no more: `node answer.mjs FOLDER_OF_SOURCES`.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { answer } from "./calls.mjs";

const sources = pathToFileURL(`${process.argv[2]}/`);
globalThis.load = (path) => import(new URL(path, sources));
globalThis.lt = await load("js/engine/index.js");
console.log = console.error; // what is written on the way is no answer
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(line)}\n`);
