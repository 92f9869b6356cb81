/** What a command loads before it does anything: whoever calls `pos` waits for every package of it. */
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { chunks } from "../bin/bundle.mjs"
import { root } from "./cli.ts"

const home = mkdtempSync(join(tmpdir(), "pos-start-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Part {
  readonly modules: ReadonlyArray<string>
  /** The parts that are loaded before it. */
  readonly imports: ReadonlyArray<string>
}
let parts: ReadonlyMap<string, Part>
beforeAll(async () => {
  const built = await chunks()
  parts = new Map(built.map(({ fileName, moduleIds, imports }) => [fileName, { modules: moduleIds, imports }]))
  // The first call makes the bundle, and loads what does that.
  await pos(["--version"])
}, 60_000)

/** `effect`, `@pos/sql`: the packages of modules; of those of the command line itself, none. */
const packagesOf = (modules: Iterable<string>): ReadonlyArray<string> => {
  const names = [...modules].flatMap((module) => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module) ?? []
    const [, lib] = /\/libs\/(?:pos|platform)\/([^/]+)\//.exec(module) ?? []
    return name === undefined ? (lib === undefined ? [] : [`@pos/${lib}`]) : [name]
  })
  return [...new Set(names)].toSorted()
}

/** The packages of a part of the bundle and of all that is loaded with it. */
const packagesWith = (file: string): ReadonlyArray<string> => {
  const wanted = new Set([file])
  for (const name of wanted) for (const other of parts.get(name)?.imports ?? []) wanted.add(other)
  const outside = [...wanted].filter((name) => !parts.has(name) && !name.startsWith("node:"))
  return [...packagesOf([...wanted].flatMap((name) => parts.get(name)?.modules ?? [])), ...outside].toSorted()
}

const RECORDER = `
import { appendFileSync } from "node:fs"
import { registerHooks } from "node:module"
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.POS_LOADED, url + "\\n")
    return next(url, context)
  },
})`

/** What a call prints. */
const pos = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}) =>
  new Promise<string>((resolve) => {
    const program = [join(root, "apps/cli/bin/pos.mjs"), ...args]
    execFile(process.execPath, program, { env: { ...process.env, ...env, POS_HOME: home } }, (_, out, err) =>
      resolve(out + err),
    )
  })

/** The packages of all that is loaded by a call, where nothing runs. */
const loadedBy = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const record = join(home, "loaded")
  writeFileSync(record, "")
  const node = `--import=data:text/javascript,${encodeURIComponent(RECORDER)}`
  await pos(args, { POS_LOADED: record, NODE_OPTIONS: node })
  const loaded = readFileSync(record, "utf8")
    .split("\n")
    .filter((url) => url.startsWith("file:"))
  assert.include(
    loaded.map((url) => basename(url)),
    "main.js",
  )
  return packagesOf(loaded.flatMap((url) => parts.get(basename(url))?.modules ?? [url]))
}

/** The command line's parser, what flags and reports are made of, and of `@pos/lake` whose the local AWS is. */
const ALWAYS = [
  "@effect/platform-node",
  "@effect/platform-node-shared",
  "@pos/contract",
  "@pos/lake",
  "@pos/pipeline",
  "@pos/runs",
  "effect",
]

describe("a command loads what it needs, and nothing that another one needs", () => {
  it("--help", async () => {
    assert.deepStrictEqual(await loadedBy("--help"), ALWAYS)
  })

  it("nothing of HTTP before a command asks for it", () => {
    const wanted = new Set(["main.js"])
    for (const name of wanted) for (const other of parts.get(name)?.imports ?? []) wanted.add(other)
    assert.deepStrictEqual(
      [...wanted].filter((name) => /^node:https?$/.test(name)),
      [],
    )
    assert.isTrue(wanted.has("node:crypto"), "imports of Node's own modules are listed")
  })

  it("validate", async () => {
    const file = join(home, "till.csv")
    writeFileSync(file, "transaction_id\n1\n")
    assert.deepStrictEqual(await loadedBy("validate", file), ALWAYS)
  })

  it("sql and kpi load DuckDB, and no client of AWS", () => {
    const lake = [...parts].find(([, { modules }]) =>
      modules.some((module) => module.endsWith("/apps/cli/src/lake.ts")),
    )
    assert.deepStrictEqual(packagesWith(lake?.[0] ?? ""), ["@duckdb/node-api", ...ALWAYS])
  })

  it("where nothing runs, sql does not even load DuckDB", async () => {
    assert.deepStrictEqual(await loadedBy("sql", "FROM sales"), ALWAYS)
  })
})

describe("the parts of the bundle", () => {
  it("never wait for each other in a circle, in which one would call what is not there yet", () => {
    const reached = (from: string): ReadonlySet<string> => {
      const wanted = new Set(parts.get(from)?.imports ?? [])
      for (const name of wanted) for (const other of parts.get(name)?.imports ?? []) wanted.add(other)
      return wanted
    }
    assert.deepStrictEqual(
      [...parts.keys()].filter((name) => reached(name).has(name)),
      [],
    )
  })
})

describe("pos validate", () => {
  it("starts one checker for all files, also for those of several datasets", async () => {
    const [sales, stores] = [join(home, "sales.csv"), join(home, "stores.csv")]
    writeFileSync(sales, "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp\n")
    writeFileSync(stores, "store_id,name,region,time_zone,opened,closed\n1,A,North,Europe/Zurich,2020-01-01,\n")
    const printed = await pos(["validate", stores, sales, stores])
    assert.include(printed, "Dataset stores, by the header: 2 files")
    assert.include(printed, "Checked 1 of 3 files")
  })

  it("keeps what Python has compiled, also for a user whose own programs keep nothing", async () => {
    const [file, compiled] = [join(home, "one.csv"), join(home, "compiled")]
    writeFileSync(file, "store_id,name,region,time_zone,opened,closed\n1,A,North,Europe/Zurich,2020-01-01,\n")
    await pos(["validate", file], { PYTHONDONTWRITEBYTECODE: "1", PYTHONPYCACHEPREFIX: compiled })
    const kept = readdirSync(compiled, { recursive: true }).map(String)
    assert.isTrue(kept.some((name) => /pos_validation\/check\..*pyc$/.test(name)))
  })
})
