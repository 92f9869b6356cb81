/** A workspace of its own: the files of this one, and links to what is installed. */
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const root = join(import.meta.dirname, "../../..")
const LEFT_OUT = /(^|\/)(node_modules|dist|dist-shell|cdk\.out[^/]*|test-results|\.venv|\.nx|\.pos|\.git)(\/|$)/

export interface Copy {
  readonly folder: string
  readonly read: (path: string) => string
  readonly write: (path: string, text: string) => void
  /** Runs a program of the workspace there; throws with what it printed when it fails. */
  readonly run: (program: string, ...args: ReadonlyArray<string>) => string
  /** The same for one that must fail; gives what it printed. */
  readonly refused: (program: string, ...args: ReadonlyArray<string>) => string
  /** Paths that differ from the workspace as it was copied. */
  readonly changed: () => ReadonlyArray<string>
  /** Makes the files what they were when they were copied. */
  readonly restore: () => void
  readonly remove: () => void
}

/** Packages of the workspace must be those of the copy; all others are the installed ones. */
const linkPackages = (folder: string): void => {
  const modules = join(folder, "node_modules")
  mkdirSync(join(modules, "@pos"), { recursive: true })
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@pos" && name !== ".cache") symlinkSync(join(root, "node_modules", name), join(modules, name))
  for (const path of execFileSync("git", ["ls-files", "*/package.json"], { cwd: folder, encoding: "utf8" }).split(
    "\n",
  )) {
    if (path === "") continue
    const { name } = JSON.parse(readFileSync(join(folder, path), "utf8")) as { name: string }
    if (name.startsWith("@pos/")) symlinkSync(join(folder, dirname(path)), join(modules, name))
  }
}

export const copyOfWorkspace = (): Copy => {
  const folder = mkdtempSync(join(tmpdir(), "pos-workspace-"))
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.test(path.slice(root.length + 1)),
  })
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: folder, encoding: "utf8" })
  git("init", "--quiet")
  git("add", "--all")
  git("-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "--quiet", "--message", "as it is")
  linkPackages(folder)
  symlinkSync(join(root, ".venv"), join(folder, ".venv"))

  const start = (program: string, args: ReadonlyArray<string>) => {
    const path = `${join(folder, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`
    const own = Object.entries(process.env).filter(([name]) => !/^(NX_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name))
    // To start a process for each plugin takes Nx two processor seconds a command.
    const nx = { NX_DAEMON: "false", NX_TUI: "false", NX_ISOLATE_PLUGINS: "false" }
    const env = { ...Object.fromEntries(own), PATH: path, ...nx }
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: "utf8" })
    return { status, text: `${stdout}${stderr}` }
  }
  return {
    folder,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    write: (path, text) => writeFileSync(join(folder, path), text),
    run: (program, ...args) => {
      const { status, text } = start(program, args)
      if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${text}`)
      return text
    },
    refused: (program, ...args) => {
      const { status, text } = start(program, args)
      if (status === 0) throw new Error(`${program} ${args.join(" ")} did not fail\n${text}`)
      return text
    },
    changed: () =>
      git("status", "--porcelain", "--untracked-files=all")
        .split("\n")
        .map((line) => line.slice(3))
        .filter((path) => path !== "" && !LEFT_OUT.test(path)),
    restore: () => {
      git("checkout", "--quiet", ".")
      git("clean", "--quiet", "--force", "-d", "--exclude=.venv")
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
