/** The `@example` lines of doc comments: what they document, their code, and the value that they promise. */
export interface Example {
  readonly name: string
  readonly text: string
  readonly code: string
  readonly value: string
}

const lines = (comment: string): ReadonlyArray<string> =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .filter((line) => line !== "")

/** Every documented name in a source (`export const …` or `readonly …:`) with its examples; fails where it has none. */
export const examplesIn = (source: string, declaration: RegExp): ReadonlyArray<Example> =>
  [...source.matchAll(declaration)].flatMap(({ index, groups }) => {
    const name = groups?.["name"] ?? ""
    const before = source.slice(0, index).trimEnd()
    const comment = before.endsWith("*/") ? before.slice(before.lastIndexOf("/**") + 3, -2) : ""
    const [text = [], code = []] = comment.split("@example").map(lines)
    if (code.length === 0) throw new Error(`${name} has no @example in its doc comment`)
    return code.map((line) => {
      const [expression = "", value = ""] = line.split(" // ")
      return { name, text: text.join(" "), code: expression, value }
    })
  })
