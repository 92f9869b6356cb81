/** Whose platform a command works on, where folders are copied, moved and linked, and processes die. Nothing is deployed. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { isAlive } from "../src/local/processes.ts"
import { makePos, randomPort } from "./pos.ts"

const folder = mkdtempSync(join(tmpdir(), "pos-e2e-identity-"))
const strangers: Array<ChildProcess> = []
const first = makePos()

interface Status {
  readonly running: boolean
  readonly pid?: number
  readonly port?: number
  readonly page?: { readonly address: string; readonly pid: number } | null
}

const at = (home: string) => makePos({}, home)
const status = (pos: typeof first) => pos.json<Status>(0, "status")

/** Whether somebody answers there, as soon as it does as wanted. */
const answers = async (address: string, wanted: boolean) => {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(address).catch(() => undefined)
    const html = answer?.ok === true && (await answer.text()).includes("<html")
    if (html === wanted || tries === 100) return html
    await setTimeout(100)
  }
}

const changeState = (home: string, changes: object) => {
  const file = join(home, "local.json")
  const state = { ...(JSON.parse(readFileSync(file, "utf8")) as object), ...changes }
  writeFileSync(file, JSON.stringify(state))
}

afterAll(async () => {
  for (const stranger of strangers) stranger.kill("SIGKILL")
  await first.dispose()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

describe("the local AWS of a folder", { timeout: 120_000 }, () => {
  let pid = 0

  it("is started once, however many ask at once", async () => {
    const port = String(await randomPort())
    const started = await Promise.all([0, 1, 2].map(() => first.json<Status>(0, "start", "--no-build", "--port", port)))
    assert.strictEqual(new Set(started.map((one) => one.pid)).size, 1)
    pid = started[0]!.pid!
    assert.isFalse(existsSync(join(first.home, "starting")))
  })

  it("has the page beside it, whose address it keeps from start to start", async () => {
    const { page } = await status(first)
    assert.match(page?.address ?? "", /^http:\/\/127\.0\.0\.1:\d+\/$/)
    assert.isTrue(await answers(page!.address, true))
    const again = await first.json<Status>(0, "start", "--no-build")
    assert.deepStrictEqual(again.page, page)
    process.kill(page!.pid, "SIGKILL")
    assert.isFalse(await answers(page!.address, false))
    assert.deepInclude(await status(first), { running: true, pid, page: null })
    const another = (await first.json<Status>(0, "start", "--no-build")).page
    assert.notStrictEqual(another?.pid, page?.pid)
    assert.strictEqual(another?.address, page?.address)
    const { err, out } = await first.run("start", "--no-build")
    assert.include(out + err, page!.address)
  })

  it("loses its page when it is stopped and when it is killed", async () => {
    const { address } = (await status(first)).page!
    assert.isTrue(await answers(address, true))
    assert.deepInclude(await first.json<object>(0, "stop"), { stopped: true })
    assert.isFalse(await answers(address, false))
    const started = await first.json<Status>(0, "start", "--no-build")
    assert.strictEqual(started.page?.address, address)
    assert.isTrue(await answers(address, true))
    process.kill(started.pid!, "SIGKILL")
    assert.isFalse(await answers(address, false))
  })

  it("works without its page, and says in a line why there is none", async () => {
    const log = join(first.home, "logs/page.log")
    rmSync(log)
    mkdirSync(log)
    const { code, err, out } = await first.run("start", "--no-build", "--json")
    rmSync(log, { recursive: true })
    assert.strictEqual(code, 0, err)
    assert.deepInclude(JSON.parse(out), { running: true, page: null })
    assert.match(err, /^✔? ?The page does not start\. .*EISDIR.*$/m)
    pid = (await first.json<Status>(0, "start", "--no-build")).pid!
  })

  it("is not shown with its secrets, nor readable by others", async () => {
    const { out } = await first.run("status", "--json")
    const { secret } = JSON.parse(readFileSync(join(first.home, "local.json"), "utf8")) as { readonly secret: string }
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.notInclude(out, secret)
  })

  it("is left alone by a copy of the folder: not read, not fed, not ended", async () => {
    const copy = at(join(folder, "copy"))
    cpSync(first.home, copy.home, { recursive: true })
    assert.deepInclude(await status(copy), { running: false })
    for (const args of [
      ["runs"],
      ["kpi", "store_sales_per_day"],
      ["sql", "SELECT 1"],
      ["ingest", import.meta.filename],
    ]) {
      const { code, out, err } = await copy.run(...args)
      assert.deepStrictEqual([code, out], [2, ""], args.join(" "))
      assert.include(err, `belongs to ${join(first.home, "data")} and was left alone`)
      assert.include(err, "pos start")
    }
    assert.deepInclude(await copy.json<object>(0, "stop"), { running: false, stopped: false })
    const second = await copy.json<Status>(0, "start", "--no-build")
    assert.notStrictEqual(second.pid, pid)
    const own = await status(first)
    assert.notStrictEqual(second.port, own.port)
    assert.notStrictEqual(second.page?.address, own.page?.address)
    assert.isTrue(await answers(second.page!.address, true))
    assert.deepInclude(await copy.json<object>(0, "stop"), { stopped: true })
    assert.isTrue(await answers(own.page!.address, true))
    assert.deepInclude(await status(first), { running: true, pid })
  })

  it("is the same by a symbolic link", async () => {
    const link = join(folder, "link")
    symlinkSync(first.home, link)
    assert.deepInclude(await status(at(link)), { running: true, pid })
  })

  it("started by an older version is replaced by start, and told by the others", async () => {
    changeState(first.home, { secret: undefined })
    const { code, err } = await first.run("runs")
    assert.strictEqual(code, 2)
    assert.include(err, "an older version of pos")
    assert.deepInclude(await status(first), { running: false })
    const started = await first.json<Status>(0, "start", "--no-build")
    assert.isFalse(isAlive(pid))
    pid = started.pid!
    assert.deepInclude(await status(first), { running: true, pid })
  })

  it("is ended even when it does not answer", async () => {
    changeState(first.home, { endpoint: "http://127.0.0.1:1" })
    const { err } = await first.run("runs")
    assert.include(err, `(process ${pid}) runs but does not answer`)
    assert.deepInclude(await first.json<object>(0, "stop"), { stopped: true })
    assert.isFalse(isAlive(pid))
  })

  it("is not a stranger that has its process id or its port", async () => {
    const script = `
      const server = require("node:http").createServer((_, response) => response.end('{"pid": ' + process.pid +
        ', "folder": "1:1", "data": "/", "proof": "00"}'))
      server.listen(0, "127.0.0.1", () => console.log(server.address().port))`
    // The name of the program stands in its command line.
    const stranger = spawn(process.execPath, ["-e", script, "pos_local_aws", join(first.home, "data")], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    strangers.push(stranger)
    const port = Number(await new Promise((resolve) => stranger.stdout.once("data", resolve)))
    changeState(first.home, { pid: stranger.pid, port, endpoint: `http://127.0.0.1:${port}` })
    assert.deepInclude(await status(first), { running: false })
    assert.deepInclude(await first.json<object>(0, "stop"), { stopped: false })
    const started = await first.json<Status>(0, "start", "--no-build")
    assert.isTrue(isAlive(stranger.pid!))
    assert.notStrictEqual(started.port, port)
    pid = started.pid!
  })

  it("ends by itself when its folder is moved, and starts again where it lies now", async () => {
    const moved = at(join(folder, "moved"))
    renameSync(first.home, moved.home)
    for (let tries = 0; isAlive(pid) && tries < 300; tries++) await setTimeout(100)
    assert.isFalse(isAlive(pid))
    assert.isFalse(existsSync(join(first.home, "data")))
    assert.deepInclude(await status(moved), { running: false })
    const started = await moved.json<Status>(0, "start", "--no-build")
    assert.notStrictEqual(started.pid, pid)
    assert.deepInclude(await moved.json<object>(0, "stop"), { stopped: true })
  })
})
