import { existsSync, readdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { probe } from "./process.mjs"

const versionOf = (command) =>
  probe(command, ["-c", "import sys; print('%d.%d|%s' % (*sys.version_info[:2], sys.executable))"])

/** Interpreters outside the PATH, where version managers keep them. */
const managed = () => {
  const folder = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions")
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, "bin", "python")) : []
}

/**
 * Finds the CPython interpreters of this machine.
 *
 * @returns {Map<string, string>} minor version (`"3.13"`) to the interpreter's path
 */
export const findPythons = () => {
  const named = ["3.9", "3.10", "3.11", "3.12", "3.13"].map((version) => `python${version}`)
  const found = new Map()
  for (const command of [...named, "python3", "python", ...managed()]) {
    const [version, path] = versionOf(command)?.split("|") ?? []
    if (version !== undefined && path !== undefined && !found.has(version)) found.set(version, path)
  }
  return found
}
