// Read files of GIFT with a parser that is not ours; print the questions as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...files] = process.argv.slice(2);
const { parse } = createRequire(`${folder}/package.json`)("gift-pegjs");
console.log(JSON.stringify(files.map((file) => parse(readFileSync(file, "utf8")))));
