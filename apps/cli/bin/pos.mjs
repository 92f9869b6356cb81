#!/usr/bin/env node
/**
 * Starts `pos`, whatever node the shell has: this file runs on old ones too, and hands over to the
 * workspace's own Node. The program itself is a bundle, because it starts in 60 ms where the sources
 * take 400; it is rebuilt here when a source is newer.
 */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const NEEDED = 24
const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..")
const node = join(root, "node_modules/.bin/node")

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  process.env.POS_WORKSPACE_ROOT ??= root
  const { freshBundle } = await import("./bundle.mjs")
  await import(await freshBundle())
} else if (existsSync(node)) {
  handOver()
} else {
  process.stderr.write(`pos needs Node ${NEEDED}, which comes with the workspace's packages. Run: npm run setup\n`)
  process.exitCode = 2
}

function handOver() {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" })
  // Ctrl-C reaches the child by itself (same terminal); this process must outlive it to pass on its exit code.
  process.on("SIGINT", () => {})
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1)
  })
}
