/** Programs that a command runs to their end. */
import { Effect, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Progress } from "../output/progress.ts"

/**
 * The environment of the programs that a command starts. The user's own AWS settings must not reach what works on the
 * local AWS, or on no AWS at all. What Python has compiled is kept, whatever the user does with his own programs'
 * modules: to compile those of the check takes longer than a small file.
 */
export const childEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("AWS_"))),
  PYTHONDONTWRITEBYTECODE: "",
})

export interface Ended {
  readonly code: number
  readonly output: string
  /** The lines of standard error. */
  readonly complaints: ReadonlyArray<string>
}

export interface Program {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env: Record<string, string>
  readonly cwd?: string
  /** What it reads from standard input. */
  readonly input?: string
  /** Makes a line of progress from a line of standard error. Without it whoever runs the program tells how far it is. */
  readonly progress?: (line: string) => string
}

/** Runs it, showing what it writes to standard error as progress. Any exit code is a result, not a failure. */
export const runToEnd = Effect.fn("runToEnd")(function* ({ program, args, env, cwd, input, progress: words }: Program) {
  const progress = yield* Progress
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const stdin = input === undefined ? "ignore" : Stream.encodeText(Stream.make(input))
  const handle = yield* spawner.spawn(
    ChildProcess.make(program, args, { env: { ...childEnvironment(process.env), ...env }, stdin, cwd }),
  )
  const [output, complaints] = yield* Effect.all(
    [
      Stream.mkString(Stream.decodeText(handle.stdout)),
      handle.stderr.pipe(
        Stream.decodeText(),
        Stream.splitLines,
        Stream.map((line) => line.trim()),
        Stream.filter((line) => line !== ""),
        Stream.tap((line) => (words === undefined ? Effect.void : progress.step(words(line)))),
        Stream.runCollect,
      ),
    ],
    { concurrency: 2 },
  )
  if (words !== undefined) yield* progress.clear
  return { output, complaints, code: yield* handle.exitCode } satisfies Ended
}, Effect.scoped)
