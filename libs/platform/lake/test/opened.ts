/** A lake that a Python script of this folder has written. */
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Lake } from "../src/index.ts"

const root = join(import.meta.dirname, "../../../..")

/** What the script writes into the folder that it is given. */
export const lakeOf = (script: string) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "lake-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true })),
      )
      const python = join(root, ".venv/glue-spark/bin/python")
      execFileSync(python, [join(import.meta.dirname, script), folder])
      return Lake.layer({ uri: folder }, { extensions: join(root, ".venv/duckdb-extensions") })
    }),
  ).pipe(Layer.provideMerge(NodeServices.layer))
