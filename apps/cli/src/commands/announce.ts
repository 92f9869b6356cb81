/** `pos announce`: files that wait in the source bucket get a run. */
import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { jsonAs } from "../output/json.ts"
import { bytes, counted } from "../output/text.ts"
import { visible } from "../output/visible.ts"
import { resolveTarget } from "../target/target.ts"
import * as flags from "./flags.ts"

/** More lines than this help nobody. */
const SHOWN = 20

export const announce = Command.make(
  "announce",
  {
    prefix: Argument.String("key").pipe(
      Argument.withDescription("A file's key in the source bucket, or what keys begin with: incoming/acme/"),
    ),
    since: flags.moment("since", "Only files that came at this time or later"),
    until: flags.moment("until", "Only files that came before this time"),
    apply: Flag.Boolean("apply").pipe(
      Flag.withDescription("Announce what is found; without it, it is only shown"),
      Flag.withDefault(false),
    ),
    json: flags.json,
    stack: flags.stack,
  },
  Effect.fn(function* ({ apply, json, prefix, since, stack, until }) {
    const target = yield* resolveTarget(stack)
    const { announceFiles, Announcement, services } = yield* Effect.promise(() => import("../announce/announce.ts"))
    const wanted = {
      prefix,
      since: Option.getOrElse(since, () => new Date(0)),
      until: Option.getOrElse(until, () => new Date(8.64e15)),
    }
    const files = yield* announceFiles(target, wanted, apply).pipe(Effect.provide(services(target)))
    if (json) return yield* Console.log(yield* jsonAs(Announcement, { announced: apply, files }))
    for (const { dataset, key, modified, size } of files.slice(0, SHOWN)) {
      yield* Console.log(
        `${modified}  ${bytes(size).padStart(8)}  ${dataset === undefined ? "" : `${dataset}  `}${visible(key)}`,
      )
    }
    if (files.length > SHOWN) yield* Console.log(`… and ${counted(files.length - SHOWN, "more file", "more files")}`)
    yield* Console.log(
      files.length === 0
        ? "No such file lies there."
        : apply
          ? `${counted(files.length, "file")} announced. To follow their runs: pos runs`
          : `${counted(files.length, "file")} found. Nothing was announced. To do it, say it again with --apply`,
    )
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Announce files anew that lie in the source bucket and have had no run, as S3 announces new ones. Nothing is copied. " +
      "Without --apply, only show which ones. Rows that the tables have already are not loaded twice.",
  ),
  Command.withShortDescription("Start runs over files that wait in the source bucket"),
  Command.withExamples([
    { command: "pos announce incoming/acme/2026-03-01.csv --apply", description: "One file" },
    {
      command: "pos announce incoming/ --since 2026-03-01 --until 2026-03-02",
      description: "Which files came on a day?",
    },
    {
      command: "pos announce incoming/acme/ --since 2026-03-01T06:00Z --apply --stack pos-prod",
      description: "A supplier's",
    },
  ]),
)
