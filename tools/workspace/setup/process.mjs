import { spawn, spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

/** Absolute path of the workspace's root folder. */
export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** A problem that the person at the keyboard can mend; `main` prints the sentence alone. */
export class SetupError extends Error {}

/**
 * The environment for children: the workspace's own Node comes first on PATH. What Python has compiled is kept: else each
 * of the tests' many processes would compile the jobs anew.
 */
export const childEnv = () => ({
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  NX_TUI: "false",
  NX_NO_CLOUD: "true",
  CDK_DISABLE_CLI_TELEMETRY: "true",
  PYTHONDONTWRITEBYTECODE: "",
})

/**
 * Runs a program quietly and returns its standard output, or `undefined` when it cannot be run or fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 */
export const probe = (command, args) => {
  const result = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  return result.status === 0 ? result.stdout.trim() : undefined
}

/**
 * Runs a program; what it prints is shown only when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly hint: string }} options `hint`: what to
 * do about a failure
 * @returns {Promise<void>}
 */
export const run = (command, args, { cwd = root, env = {}, hint }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...childEnv(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    })
    const output = []
    child.stdout.on("data", (chunk) => output.push(chunk))
    child.stderr.on("data", (chunk) => output.push(chunk))
    child.on("error", (error) => reject(new SetupError(`${command} could not be started (${error.message}). ${hint}`)))
    child.on("close", (code) => {
      if (code === 0) return resolve()
      const tail = Buffer.concat(output).toString().trim().split("\n").slice(-40).join("\n")
      reject(new SetupError(`${command} ${args[0] ?? ""} failed:\n${tail}\n${hint}`))
    })
  })

/**
 * Runs a program in the foreground and returns its exit code.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export const foreground = (command, args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...childEnv(), ...env }, stdio: "inherit" })
    const forward = (signal) => child.kill(signal)
    process.on("SIGTERM", forward)
    process.on("SIGINT", () => {})
    child.on("error", reject)
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)))
  })
