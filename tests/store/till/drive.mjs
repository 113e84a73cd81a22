// Does what each line of the input says, {"do": method, "with": [arguments]}, and answers each with a line.

import { createInterface } from "node:readline";
import { Till } from "./till.mjs";

const till = new Till(JSON.parse(process.argv[2]));
for await (const line of createInterface({ input: process.stdin })) {
  const { do: method, with: values } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ done: await till[method](...values) }));
  } catch (error) {
    console.log(JSON.stringify({ failed: error.message }));
  }
}
