/** Writes the workspace's own libraries into the lock file and links them: see tools/workspace/src/link.ts. */
import { relock } from "./node-packages.mjs"

await relock()
