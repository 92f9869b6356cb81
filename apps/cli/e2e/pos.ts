/** `pos` as a user runs it: the launcher as a process, with a state directory of its own. */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"

/** Inside the repository, where a user's own state lies too: what is around it must not matter. */
export const states = join(import.meta.dirname, "../../../.pos")
mkdirSync(states, { recursive: true })

const launcher = join(import.meta.dirname, "../bin/pos.mjs")

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Pos {
  readonly home: string
  readonly run: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** Runs with --json and parses; fails when the exit code is another. */
  readonly json: <A>(code: number, ...args: ReadonlyArray<string>) => Promise<A>
  /** Interrupts the command as Ctrl-C does once its standard error matches. */
  readonly interrupted: (when: RegExp, ...args: ReadonlyArray<string>) => Promise<Ran>
  /** Starts a command that goes on until it is stopped, and waits for the first line that it prints. */
  readonly going: (...args: ReadonlyArray<string>) => Promise<Going>
  readonly dispose: () => Promise<void>
}

export interface Going {
  readonly first: string
  /** Interrupts it, as Ctrl-C does; all that it has printed. */
  readonly stop: () => Promise<Ran>
}

export const makePos = (environment: Record<string, string> = {}, home = mkdtempSync(join(states, "e2e-"))): Pos => {
  const start = (args: ReadonlyArray<string>) =>
    spawn(process.execPath, [launcher, ...args], {
      env: { ...process.env, ...environment, POS_HOME: home, FORCE_COLOR: "0" },
    })

  const run = (args: ReadonlyArray<string>, interruptWhen?: RegExp) =>
    new Promise<Ran>((resolve, reject) => {
      const child = start(args)
      let out = ""
      let err = ""
      let interrupted = false
      child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        err += text
        if (interruptWhen?.test(err) && !interrupted) {
          interrupted = true
          child.kill("SIGINT")
        }
      })
      child.on("error", reject)
      child.on("close", (code) => resolve({ code: code ?? -1, out, err }))
    })

  const json = async <A>(code: number, ...args: ReadonlyArray<string>): Promise<A> => {
    const ran = await run([...args, "--json"])
    if (ran.code !== code) {
      throw new Error(
        `pos ${args.join(" ")} ended with ${ran.code}, not ${code}\n${ran.out.slice(-2000)}\n${ran.err.slice(-2000)}`,
      )
    }
    return JSON.parse(ran.out) as A
  }

  const going = (args: ReadonlyArray<string>) =>
    new Promise<Going>((resolve, reject) => {
      const child = start(args)
      let out = ""
      let err = ""
      const closed = new Promise<Ran>((ended) => {
        child.on("close", (code) => {
          reject(new Error(`pos ${args.join(" ")} ended with ${code} at once\n${out}\n${err}`))
          ended({ code: code ?? -1, out, err })
        })
      })
      const stop = () => {
        child.kill("SIGINT")
        return closed
      }
      child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text
        const end = out.indexOf("\n")
        if (end !== -1) resolve({ first: out.slice(0, end), stop })
      })
      child.on("error", reject)
    })

  return {
    home,
    run: (...args) => run(args),
    json,
    interrupted: (when, ...args) => run(args, when),
    going: (...args) => going(args),
    dispose: async () => {
      await run(["stop"])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export const randomPort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0))
    })
  })
