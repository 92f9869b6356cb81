/** Executes a state machine as Step Functions does (JSONata, variables, catches), with answers prepared for its tasks. */
import jsonata from "jsonata"

interface Catcher {
  readonly ErrorEquals: ReadonlyArray<string>
  readonly Next: string
  readonly Assign?: unknown
  readonly Output?: unknown
}

interface State {
  readonly Type: string
  readonly Next?: string
  readonly Arguments?: unknown
  readonly Assign?: Readonly<Record<string, unknown>>
  readonly Output?: unknown
  readonly Catch?: ReadonlyArray<Catcher>
  readonly Choices?: ReadonlyArray<{ readonly Condition: string; readonly Next: string }>
  readonly Default?: string
  readonly Error?: string
  readonly Cause?: string
  readonly Items?: string
  readonly ItemSelector?: unknown
  readonly Seconds?: unknown
  readonly ItemProcessor?: Machine
}

export interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

/** What a task meets with: a result, or an error that has outlived its retries. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly Error: string; readonly Cause?: string } }

/** Its answer to every call, or to one call after the other; the last one stays. */
export type Answers = Answer | ReadonlyArray<Answer>

export interface Ended {
  readonly path: ReadonlyArray<string>
  /** Seconds of each wait. */
  readonly waits: ReadonlyArray<number>
  /** What each task was called with. */
  readonly calls: Readonly<Record<string, Record<string, unknown>>>
  readonly output?: unknown
  readonly error?: string
  readonly cause?: string
}

type Variables = Readonly<Record<string, unknown>>

const evaluate = async (template: unknown, variables: Variables, states: unknown): Promise<unknown> => {
  if (typeof template === "string") {
    const [, expression] = /^\{%\s*(.*?)\s*%\}$/s.exec(template) ?? []
    if (expression === undefined) return template
    const compiled = jsonata(expression)
    compiled.registerFunction("parse", (text: string) => JSON.parse(text) as unknown, "<s:x>")
    const value: unknown = await compiled.evaluate({}, { ...variables, states })
    if (value === undefined) throw new Error(`States.QueryEvaluationError: nothing from ${expression}`)
    // Sequences of JSONata are arrays with extra properties.
    return JSON.parse(JSON.stringify(value)) as unknown
  }
  if (Array.isArray(template)) return Promise.all(template.map((item) => evaluate(item, variables, states)))
  if (typeof template === "object" && template !== null) {
    const entries = Object.entries(template).map(
      async ([name, item]) => [name, await evaluate(item, variables, states)] as const,
    )
    return Object.fromEntries(await Promise.all(entries))
  }
  return template
}

export const execute = async (
  machine: Machine,
  input: unknown,
  answers: Readonly<Record<string, Answers>>,
): Promise<Ended> => {
  const context = { Execution: { Id: "arn:execution", Input: input } }
  const path: Array<string> = []
  const waits: Array<number> = []
  const asked: Record<string, number> = {}
  const calls: Record<string, Record<string, unknown>> = {}
  let variables: Variables = {}
  let current: unknown = input

  const leave = async (from: { readonly Assign?: unknown; readonly Output?: unknown }, more: object) => {
    const states = { input: current, context, ...more }
    const assigned = (await evaluate(from.Assign ?? {}, variables, states)) as Variables
    const output: unknown = from.Output === undefined ? current : await evaluate(from.Output, variables, states)
    variables = { ...variables, ...assigned }
    current = output
  }

  type Failed = { readonly Error: string; readonly Cause?: string }

  const callTask = async (task: string, state: State, label = task): Promise<Failed | undefined> => {
    calls[label] = (await evaluate(state.Arguments, variables, { input: current, context })) as Record<string, unknown>
    const given = answers[task]
    const call = (asked[task] = (asked[task] ?? 0) + 1)
    const answer = Array.isArray(given) ? ((given as ReadonlyArray<Answer>)[call - 1] ?? given.at(-1)) : given
    if (answer === undefined) throw new Error(`No answer is prepared for ${task}`)
    if ("error" in answer) return answer.error
    return leave(state, { result: answer.result }).then(
      () => undefined,
      (cause: unknown) => ({ Error: "States.QueryEvaluationError", Cause: String(cause) }),
    )
  }

  /** Each item has the variables as they were and its own input; its calls are told apart by the item's number. */
  const mapItems = async (state: State): Promise<Failed | undefined> => {
    const [outerInput, outerVariables] = [current, variables]
    const items = (await evaluate(state.Items, variables, { input: current, context })) as ReadonlyArray<unknown>
    for (const [index, item] of items.entries()) {
      const itsContext = { ...context, Map: { Item: { Index: index, Value: item } } }
      current =
        state.ItemSelector === undefined
          ? item
          : await evaluate(state.ItemSelector, outerVariables, { input: outerInput, context: itsContext })
      const failed = await walk(state.ItemProcessor!, `[${index}]`)
      ;[current, variables] = [outerInput, outerVariables]
      if (failed !== undefined) return failed
    }
    await leave(state, { result: items })
    return undefined
  }

  /** Goes from state to state to the end, which is an error unless all went well. */
  const walk = async ({ StartAt, States }: Machine, suffix = ""): Promise<Failed | undefined> => {
    for (let name: string | undefined = StartAt; name !== undefined;) {
      const state: State | undefined = States[name]
      if (state === undefined) throw new Error(`There is no state ${name}`)
      path.push(name)
      const here: object = { input: current, context }
      if (state.Type === "Fail") {
        return {
          Error: (await evaluate(state.Error, variables, here)) as string,
          Cause: (await evaluate(state.Cause, variables, here)) as string,
        }
      }
      if (state.Type === "Choice") {
        let next: string | undefined = state.Default
        for (const { Condition, Next } of state.Choices?.toReversed() ?? []) {
          if ((await evaluate(Condition, variables, here)) === true) next = Next
        }
        name = next
        continue
      }
      if (state.Type === "Wait") waits.push((await evaluate(state.Seconds, variables, here)) as number)
      if (state.Type === "Task" || state.Type === "Map") {
        const failure = await (state.Type === "Task" ? callTask(name, state, `${name}${suffix}`) : mapItems(state))
        if (failure !== undefined) {
          const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.some((one) => matches(one, failure.Error)))
          if (catcher === undefined) return failure
          await leave(catcher, { errorOutput: failure })
          name = catcher.Next
          continue
        }
      } else {
        await leave(state, {})
      }
      name = state.Next
    }
    return undefined
  }

  const failed = await walk(machine)
  return failed === undefined
    ? { path, waits, calls, output: current }
    : { path, waits, calls, error: failed.Error, ...(failed.Cause === undefined ? {} : { cause: failed.Cause }) }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const matches = (name: string, error: string): boolean =>
  name === "States.ALL" || name === error || (name === "States.TaskFailed" && error !== "States.Timeout")
