/** `node tests/mock/main.ts [--empty] [--extra N] [--demo] [--first-run]`: the built page on a mock console, port 8470. */

import { parseArgs } from "node:util";
import { MockConsole } from "./console.ts";
import { serve } from "./server.ts";

const { values } = parseArgs({
  options: {
    empty: { type: "boolean" },
    demo: { type: "boolean" },
    "first-run": { type: "boolean" },
    extra: { type: "string" },
    port: { type: "string" },
  },
});
const { empty = false, demo = false, extra = "0", port = "8470" } = values;
const mock = new MockConsole({ empty, demo, firstRun: values["first-run"] ?? false, extra: Number(extra) });
const served = await serve(mock, Number(port));
console.log(`http://127.0.0.1:${served.port}/#launch=mock`);
