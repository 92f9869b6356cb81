import { runLayout } from "@pos/pipeline"

/** A JSONata expression as a state machine's field. */
export const jsonata = (expression: string): string => `{% ${expression} %}`

/** A JSONata string literal. */
export const text = (value: string): string => JSON.stringify(value)

/** Parts of a text, strung together: literals and expressions alternate as in a template. */
export const template = (literals: TemplateStringsArray, ...expressions: ReadonlyArray<string>): string =>
  literals
    .flatMap((literal, index) => [
      ...(literal === "" ? [] : [text(literal)]),
      ...(expressions[index] === undefined ? [] : [expressions[index]]),
    ])
    .join(" & ")

const marker = "20000101T000000000Z-000000000000"

/** The key of one of a run's documents, as an expression over the variable `$runId`. */
export const runKey = (document: Exclude<keyof ReturnType<typeof runLayout>, "root">): string => {
  const [before = "", after = ""] = runLayout(marker)[document].split(marker)
  return template`${text(before)}${"$runId"}${text(after)}`
}

/**
 * One text out of the JSON that Glue gives as the cause of a failed run, or nothing. By pattern and not by parsing the
 * whole, so that a cause that was cut off, or is plain words, cannot break the handling of the failure itself.
 */
export const fromGlueCause = (name: string): string =>
  `($found := $match($states.errorOutput.Cause, /"${name}"\\s*:\\s*("(?:\\\\.|[^\\\\"])*")/); $exists($found) ? $parse($found[0].groups[0]))`
