/** Objects of any size on this machine's disk. */
import { type AwsError, ObjectStore } from "@pos/aws"
import { Effect, FileSystem, Path, Stream } from "effect"
import type { KeptFile } from "./kept.ts"

/** Bytes that are in memory at once, of each file on its way. */
const PIECE = 8 * 1024 * 1024

/** Archived, or another object than was listed. */
const isOther = ({ code }: AwsError) => code === "InvalidObjectState" || code === "InvalidRange"

/** Writes an object of `size` bytes to `path`; false where it is no longer there. */
export const download = Effect.fn("download")(
  function* (from: KeptFile["from"], size: number, path: string) {
    const fs = yield* FileSystem.FileSystem
    const store = yield* ObjectStore
    yield* fs.makeDirectory((yield* Path.Path).dirname(path), { recursive: true })
    const pieces = Array.from({ length: Math.max(1, Math.ceil(size / PIECE)) }, (_, at) => at * PIECE)
    yield* Stream.fromIterable(pieces).pipe(
      Stream.mapEffect((start) =>
        // Of an object without a byte there is no piece to ask for.
        store.get(size === 0 ? from : { ...from, piece: { start, length: Math.min(PIECE, size - start) } }),
      ),
      Stream.run(fs.sink(path)),
    )
    return Number((yield* fs.stat(path)).size) === size
  },
  Effect.catchTag("ObjectMissing", () => Effect.succeed(false)),
  Effect.catchIf(
    (error) => error._tag === "AwsError" && isOther(error),
    () => Effect.succeed(false),
  ),
)
