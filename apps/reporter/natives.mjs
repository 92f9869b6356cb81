/**
 * DuckDB as Lambda runs it: its binding for Node and the extensions that read Delta tables in S3, for Linux on x86_64. On
 * such a machine they are installed already; for another they are fetched, each of the version and the hash that a lock
 * file has.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")
const BINDING = "@duckdb/node-bindings-linux-x64"
const EXTENSIONS = ["httpfs", "delta"]

/** A file without its bytes being copied, where the file system can do that. */
const place = (from, to) => {
  try {
    linkSync(from, to)
  } catch {
    cpSync(from, to)
  }
}

const integrityOf = (name) => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  return lock.packages[`node_modules/${name}`].integrity
}

const fetchBinding = (to, scratch) => {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/@duckdb/node-bindings/package.json"), "utf8"))
  const packed = execFileSync("npm", ["pack", "--silent", `${BINDING}@${version}`], { cwd: scratch, encoding: "utf8" })
  const file = join(scratch, packed.trim())
  const [algorithm] = integrityOf(BINDING).split("-")
  const found = `${algorithm}-${createHash(algorithm).update(readFileSync(file)).digest("base64")}`
  if (found !== integrityOf(BINDING)) throw new Error(`${BINDING} is not the one that package-lock.json names`)
  mkdirSync(to, { recursive: true })
  execFileSync("tar", ["-xzf", file, "--strip-components=1", "-C", to])
}

const fetchExtensions = (scratch) => {
  const lock = join(root, "tools/workspace/python/duckdb-extensions.txt")
  const target = join(scratch, "extensions")
  const platforms = ["manylinux_2_28_x86_64", "manylinux2014_x86_64", "linux_x86_64"].flatMap((one) => [
    "--platform",
    one,
  ])
  execFileSync(
    join(root, ".venv/bootstrap/bin/python"),
    ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", ...platforms].concat(
      ["--target", target, "-r", lock],
    ),
    { stdio: ["ignore", "ignore", "inherit"] },
  )
  return target
}

const extensionIn = (folder, name) => {
  const found = readdirSync(folder, { recursive: true }).find((path) => basename(path) === `${name}.duckdb_extension`)
  if (found === undefined) throw new Error(`DuckDB's extension ${name} is missing in ${folder}. Run: npm run setup`)
  return join(folder, found)
}

/** Whether this machine's own are Lambda's. */
const isLikeLambda = process.platform === "linux" && process.arch === "x64"

/** The version of an extension, by the lock file. */
const versionOf = (name) => {
  const lock = readFileSync(join(root, "tools/workspace/python/duckdb-extensions.txt"), "utf8")
  return new RegExp(`^duckdb-extension-${name}==(\\S+)`, "m").exec(lock)?.[1]
}

/** What lies in the folder then: npm's packages, and the extensions. */
export const natives = {
  packages: ["@duckdb/node-api", "@duckdb/node-bindings", "detect-libc", BINDING],
  extensions: EXTENSIONS.map((name) => ({ name, version: versionOf(name) })),
}

/** Puts them into a folder; `fetched` says where from. */
export const placeNatives = (folder, { fetched = !isLikeLambda } = {}) => {
  const scratch = mkdtempSync(join(tmpdir(), "pos-natives-"))
  try {
    const modules = join(folder, "node_modules")
    // What loads the binding is JavaScript, the same for every machine.
    for (const name of natives.packages.filter((one) => one !== BINDING)) {
      cpSync(join(root, "node_modules", name), join(modules, name), { recursive: true })
    }
    const binding = join(modules, BINDING)
    if (fetched) fetchBinding(binding, scratch)
    else {
      mkdirSync(binding, { recursive: true })
      const installed = join(root, "node_modules", BINDING)
      for (const file of readdirSync(installed)) place(join(installed, file), join(binding, file))
    }
    const extensions = fetched ? fetchExtensions(scratch) : join(root, ".venv/duckdb-extensions")
    mkdirSync(join(folder, "extensions"), { recursive: true })
    for (const name of EXTENSIONS) {
      place(extensionIn(extensions, name), join(folder, "extensions", `${name}.duckdb_extension`))
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
