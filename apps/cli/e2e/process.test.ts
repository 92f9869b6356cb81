/** How `pos` ends as a process, seen from a shell. Nothing runs in the background. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { csv, row, write } from "./files.ts"
import { day } from "./sales.ts"

const launcher = join(import.meta.dirname, "../bin/pos.mjs")
const folder = mkdtempSync(join(tmpdir(), "pos-e2e-process-"))
const lines = day(0, 20).map(row)

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** `script` with `$POS` for the command; `interrupt`: Ctrl-C after so many milliseconds. */
const shell = (script: string, more: { readonly env?: Record<string, string>; readonly interrupt?: number } = {}) =>
  new Promise<Ended>((resolve) => {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      POS_HOME: join(folder, "home"),
      NODE: process.execPath,
      POS: launcher,
    }
    delete env["FORCE_COLOR"]
    const child = spawn("bash", ["-o", "pipefail", "-c", script], {
      env: { ...env, ...more.env },
      cwd: folder,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    })
    let [out, err] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
    child.on("close", (code) => resolve({ code, out, err }))
    if (more.interrupt === undefined) child.stdin.end()
    else void setTimeout(more.interrupt).then(() => process.kill(-child.pid!, "SIGINT"))
  })

beforeAll(async () => {
  write(folder, "good.csv", csv(lines))
  write(folder, "bad.csv", csv(lines.map((one, at) => (at === 3 ? { ...one, quantity: "1.5" } : one))))
  writeFileSync(join(folder, "a file"), "")
  // The launcher builds its bundle at the first call.
  await shell('"$NODE" "$POS" --version')
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("a command in a shell", { timeout: 120_000 }, () => {
  it("is started without npm by the script in the repository's root, and by a link to it", async () => {
    const script = join(import.meta.dirname, "../../../pos")
    const { code, out, err } = await shell('ln -s "$POS" linked && ./linked --version && "$POS" validate good.csv', {
      env: { POS: script },
    })
    assert.deepStrictEqual([code, err.includes("✘")], [0, false], err)
    assert.match(out, /^pos v[\d.]+\n[^]*good\.csv +valid/)
  })

  const codes: ReadonlyArray<readonly [number, string]> = [
    [0, "validate good.csv"],
    [0, "validate - < good.csv"],
    [0, "validate 'go*.csv'"],
    [0, "status"],
    [0, "stop"],
    [0, "--help"],
    [0, "kpi"],
    [1, "validate good.csv bad.csv"],
    [1, "validate - < bad.csv"],
    [2, "validate nothing.csv"],
    [2, "validate 'no*.csv'"],
    [2, "validate good.csv --plan good.csv"],
    [2, "ingest good.csv"],
    [2, "runs"],
    [2, "kpi store_sales_per_day"],
    [2, "kpi nothing"],
    [2, "export store_sales_per_day"],
    [2, "export store_sales_per_day --csv --xlsx"],
    [2, "export store_sales_per_day --csv --out no/such/folder.csv"],
    [2, "sql 'SELECT 1'"],
    [2, "sql 'SELECT 1' --csv --json"],
    [2, "start --port abc"],
    [2, "nonsense"],
    [0, ""],
  ]
  for (const [code, args] of codes) {
    it(`ends with ${code}: pos ${args}`, async () => {
      const ended = await shell(`"$NODE" "$POS" ${args}`)
      assert.strictEqual(ended.code, code, ended.err)
      if (code === 2) assert.strictEqual(ended.out, "")
      assert.notMatch(ended.err, /\n\s+at /)
    })
  }

  it("ends with 130 when it is interrupted", async () => {
    const { code } = await shell('exec "$NODE" "$POS" validate -', { interrupt: 6_000 })
    assert.strictEqual(code, 130)
  })

  it("takes a reader that goes away for an end", async () => {
    const { code, out } = await shell('"$NODE" "$POS" validate good.csv bad.csv good.csv --json | head -c 1')
    assert.include([0, 1], code)
    assert.strictEqual(out, "[")
  })

  it("prints no colours to a pipe, nor where they are not wanted", async () => {
    for (const env of [{}, { NO_COLOR: "1" }]) {
      const { out, err } = await shell('"$NODE" "$POS" validate bad.csv', { env })
      assert.notInclude(out + err, "\u001b[")
    }
  })

  it("says where it cannot keep its state", async () => {
    const { code, err } = await shell('"$NODE" "$POS" start --no-build', {
      env: { POS_HOME: join(folder, "a file/state") },
    })
    assert.strictEqual(code, 2)
    assert.match(err, /✘ Cannot write to .*a file\/state/)
    assert.include(err, "POS_HOME=")
  })
})
