import type { Definition, State, Step } from "./definition.ts"

/** The document about the state machine: its diagram, and what every state does, retries and waits for. */
export const stateMachineDocument = (definition: Definition): string =>
  [
    "# The state machine",
    "",
    "Drawn from the synthesized template by `nx run workspace:regenerate`; a test fails when it is stale. Every execution is one run",
    "over the files of one manifest, which are of one dataset, and its name is the run's id. [operations.md](operations.md) says what to do about each",
    "way of failing.",
    "",
    "```mermaid",
    ...diagram(definition),
    "```",
    "",
    "`on a failed run` and `on error` are taken when the retries are used up.",
    "",
    "| State | Does | Time limit | Retries |",
    "| --- | --- | --- | --- |",
    ...withInner(definition).map(
      ([name, state]) =>
        `| ${name} | ${[kind(state), state.Comment].filter((part) => part !== undefined).join(". ")} | ${limit(state.TimeoutSeconds)} | ${retries(state)} |`,
    ),
    "",
    `An execution ends after ${limit(definition.TimeoutSeconds)} at the latest. Back-offs have full jitter: each wait is a random part of what is shown.`,
    "",
  ].join("\n")

const diagram = ({ StartAt, States }: Definition): ReadonlyArray<string> => [
  "stateDiagram-v2",
  "  direction TB",
  `  [*] --> ${StartAt}`,
  ...Object.entries(States).flatMap(([name, state]) => [
    ...arrows(name, state).map((arrow) => `  ${arrow}`),
    ...inner(name, state).map((line) => `  ${line}`),
  ]),
]

/** What a Map does for each item, as a state with states of its own. */
const inner = (name: string, { ItemProcessor }: State): ReadonlyArray<string> =>
  ItemProcessor === undefined
    ? []
    : [
        `state ${name} {`,
        `  [*] --> ${ItemProcessor.StartAt}`,
        ...Object.entries(ItemProcessor.States).flatMap(([step, state]) =>
          arrows(step, state).map((arrow) => `  ${arrow}`),
        ),
        "}",
      ]

/** Every state, those within a Map after it. */
const withInner = ({ States }: Definition): ReadonlyArray<readonly [string, State | Step]> =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...Object.entries(state.ItemProcessor?.States ?? {}),
  ])

const arrows = (name: string, state: Step): ReadonlyArray<string> => [
  ...(state.Choices ?? []).map(({ Condition, Next }) => `${name} --> ${Next}: ${words(Condition)}`),
  ...(state.Default === undefined ? [] : [`${name} --> ${state.Default}: otherwise`]),
  ...(state.Next === undefined ? [] : [`${name} --> ${state.Next}`]),
  ...(state.Catch ?? []).map(
    ({ ErrorEquals, Next }) =>
      `${name} --> ${Next}: ${ErrorEquals.includes("States.ALL") ? "on error" : "on a failed run"}`,
  ),
  ...(state.Type === "Succeed" || state.Type === "Fail" || state.End === true ? [`${name} --> [*]`] : []),
]

/** `{% $files.valid > 0 %}` as `files.valid > 0`. */
const words = (condition: string): string => condition.replace(/^\{%\s*|\s*%\}$/g, "").replaceAll("$", "")

const KINDS = {
  Pass: "Sets variables",
  Choice: "Decides",
  Map: "Repeats, side by side",
  Wait: "Waits",
  Succeed: "Ends",
  Fail: "Fails",
} as const

const kind = ({ Resource, Type }: Step): string => {
  if (Type !== "Task") return KINDS[Type]
  const [service = "", action = ""] =
    (Resource ?? "")
      .split(":::")[1]
      ?.replace(/^aws-sdk:/, "")
      .split(":") ?? []
  return `\`${service}:${action}\``
}

/** The errors of a retrier, in words where they are many. */
const called = (errors: ReadonlyArray<string>): string =>
  errors.includes("Glue.ConcurrentRunsExceededException")
    ? "no free run"
    : errors.length > 1
      ? "busy service"
      : errors.map((error) => `\`${error}\``).join("")

const retries = ({ Retry = [] }: Step): string =>
  Retry.filter(({ MaxAttempts }) => MaxAttempts !== 0)
    .map(
      ({ BackoffRate, ErrorEquals, IntervalSeconds, MaxAttempts, MaxDelaySeconds }) =>
        `${called(ErrorEquals)}: ${MaxAttempts === 1 ? "once" : `${MaxAttempts} times`}, after ${limit(IntervalSeconds)}${
          MaxAttempts === 1 ? "" : `, each ${BackoffRate} times longer`
        }${MaxDelaySeconds === undefined ? "" : `, at most ${limit(MaxDelaySeconds)}`}`,
    )
    .join("<br>")

const limit = (seconds: number | undefined): string => {
  if (seconds === undefined) return ""
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
