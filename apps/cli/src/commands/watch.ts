/** `pos watch`: what happens, as it happens. */
import { Console, Duration, Effect, Schema, Stream } from "effect"
import { Command } from "effect/cli"
import { dim } from "../output/style.ts"
import { resolveTarget } from "../target/target.ts"
import { News } from "../watch/news.ts"
import { readPlan } from "../workspace/plan.ts"
import { readWords, remediesOf } from "@pos/runs/words"
import * as flags from "./flags.ts"

/** AWS wants to be asked less often than a process on this machine. */
const EVERY = { local: Duration.millis(500), deployed: Duration.seconds(5) } as const

const encode = Schema.encodeEffect(News)

export const watch = Command.make(
  "watch",
  { json: flags.json, stack: flags.stack },
  Effect.fn(function* ({ json, stack }) {
    const target = yield* resolveTarget(stack)
    const { services } = yield* Effect.promise(() => import("../ingest.ts"))
    const { watch: watching } = yield* Effect.promise(() => import("../watch/watch.ts"))
    const { renderNews } = yield* Effect.promise(() => import("../watch/words.ts"))
    const { path, plan } = yield* readPlan()
    const remedies = remediesOf(yield* readWords(path), plan)
    if (!json) yield* Console.error(dim(`Watching ${target.name}. Stop with Ctrl-C.`))
    const { ResultsBucketName, StateMachineArn } = target.outputs
    yield* watching({
      machine: StateMachineArn,
      results: ResultsBucketName,
      every: EVERY[target.local ? "local" : "deployed"],
    }).pipe(
      Stream.runForEach((news) =>
        json
          ? Effect.flatMap(Effect.orDie(encode(news)), (line) => Console.log(JSON.stringify(line)))
          : Console.log(renderNews(news, remedies)),
      ),
      Effect.provide(services(target)),
    )
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Tell of files, runs and verdicts as they happen, until it is stopped. With --json, a line of JSON for each.",
  ),
  Command.withShortDescription("Tell of runs and verdicts as they happen"),
  Command.withExamples([{ command: "pos watch", description: "What happens in the local AWS from now on" }]),
)
