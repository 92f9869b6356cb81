/** Tables that DuckDB can't read. */
import { LakeUnavailable } from "./errors.ts"
import type { LakeLocation, TableView } from "./location.ts"

/** There is no table at the place yet. */
export const isMissing = ({ message }: Error): boolean => /No files in log segment|Path does not exist/.test(message)

export const firstLine = ({ message }: Error): string => message.split("\n")[0] ?? message

/** All of it in one line, as in `Expected 0 or more, got -2 at ["count"]`. */
export const oneLine = ({ message }: Error): string => message.replaceAll(/\s*\n\s*/g, " ")

export const unreadable =
  ({ uri }: LakeLocation, { name, path }: TableView) =>
  (cause: Error): LakeUnavailable =>
    new LakeUnavailable({
      problem: `The table ${name} at ${uri}/${path} cannot be read: ${firstLine(cause)}`,
      remedy: "Is the lake reachable? See: pos status",
      cause,
    })
