/** `pos start`: the whole platform on this machine. */
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { type Started, ensureStarted } from "../local/start.ts"
import { addressOf } from "../local/page.ts"
import { shownState, Started as Document } from "../local/document.ts"
import { jsonAs } from "../output/json.ts"
import { dim } from "../output/style.ts"
import * as flags from "./flags.ts"

export const start = Command.make(
  "start",
  {
    engine: Flag.Literals("engine", ["embedded", "spark"]).pipe(
      Flag.withDescription("What the transformation job runs on: DuckDB in one process (default), or Spark as on Glue"),
      Flag.optional,
    ),
    port: flags
      .whole("port", { least: 1, most: 65_535, expected: "a port from 1 to 65535" })
      .pipe(
        Flag.withMetavar("PORT"),
        Flag.withDescription("Port on 127.0.0.1 (default: 4566, or a free one when that is taken)"),
        Flag.optional,
      ),
    iam: Flag.Boolean("iam").pipe(
      Flag.withDescription("Evaluate IAM policies on every call, as AWS does"),
      Flag.optional,
    ),
    build: Flag.Boolean("build").pipe(
      Flag.withDescription(
        "Build the stack when a source is newer (default); --no-build deploys it as it was built last",
      ),
      Flag.withDefault(true),
    ),
    json: flags.json,
  },
  Effect.fn(function* ({ engine, port, iam, build, json }) {
    const result = yield* ensureStarted({ engine, port, iam, build })
    yield* Console.log(json ? yield* jsonAs(Document, document(result)) : words(result).join("\n"))
  }),
).pipe(
  Command.withDescription(
    "Start the local AWS in the background, build the stack when it is out of date, deploy it, and serve the page beside it. " +
      "Does only what is missing; a running one is restarted only when a flag asks for something else. Data from earlier starts is there again.",
  ),
  Command.withShortDescription("Start the platform on this machine"),
  Command.withExamples([
    { command: "pos start", description: "Start, or make sure that everything runs" },
    { command: "pos start --engine spark", description: "Transform with Spark, which needs Java 17" },
    { command: "pos start --iam", description: "With the deployed IAM policies enforced" },
  ]),
)

const document = ({ state, started, deployed, page }: Started) => ({
  ...shownState(state, page),
  started,
  redeployed: deployed,
})

const words = ({ state, started, deployed, page }: Started): Array<string> => [
  started
    ? "The platform runs."
    : deployed
      ? "The platform ran already; the stack is new."
      : "The platform runs already.",
  `  ${state.endpoint} ${dim(`· stack ${state.stack} · engine ${state.engine}${state.iam ? " · IAM enforced" : ""}`)}`,
  ...(page === undefined ? [] : [`  ${addressOf(page)} ${dim("· the page with figures, files and health")}`]),
  dim("  Next: pos ingest FILE…   pos watch   pos stop"),
]
