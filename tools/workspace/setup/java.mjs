import { existsSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { probe } from "./process.mjs"

/** Spark 4.1 runs on Java 17 and newer; the log store is compiled by the JDK's own compiler. */
const oldest = 17

const homes = () => {
  const onPath = probe("sh", ["-c", "command -v javac"])
  return [process.env.JAVA_HOME, onPath && dirname(dirname(realpathSync(onPath)))].filter(Boolean)
}

/**
 * Finds a JDK that Spark can run on: `JAVA_HOME` first, then the PATH.
 *
 * @returns {{ readonly home: string, readonly version: number } | undefined}
 */
export const findJdk = () => {
  for (const home of homes()) {
    const javac = join(home, "bin", "javac")
    if (!existsSync(javac) || !existsSync(join(home, "bin", "java"))) continue
    const version = Number(/^javac (\d+)/.exec(probe(javac, ["-version"]) ?? "")?.[1] ?? 0)
    if (version >= oldest) return { home, version }
  }
  return undefined
}
