/**
 * Regular expressions that mean the same in JavaScript, RE2 (DuckDB), Rust (polars) and Java (Spark): anchors, groups,
 * alternatives, quantifiers, classes of literal characters, `\d`, `\uXXXX` and `\u{X…}`. What is not listed differs somewhere
 * (`.` and line breaks, `\w` and `\s` and Unicode, look-around) and is refused.
 */

/** What a dialect writes for the parts that differ. */
export interface PatternSyntax {
  /** A character by its code, for `\uXXXX` and `\u{X…}`. */
  readonly codePoint: (hex: string) => string
  /** The end of the text; Java's `$` also matches before a final line break. */
  readonly end: string
}

const ESCAPED = /^\\([\\^$.*+?()[\]{}|/-])/
const CODE = /^\\u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})/
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})(?![?+])/
const UNSAFE = new Set([".", "\\", "*", "+", "?", "{", "}"])

/** One token at the head of the pattern: how many characters it takes and what to write for it. */
const token = (rest: string, inClass: boolean, syntax: PatternSyntax): readonly [number, string] | undefined => {
  const code = CODE.exec(rest)
  if (code !== null) return [code[0].length, syntax.codePoint(code[1] ?? code[2] ?? "")]
  const escaped = ESCAPED.exec(rest)
  if (escaped !== null) return [2, escaped[0]]
  if (rest.startsWith("\\d")) return [2, inClass ? "0-9" : "[0-9]"]
  const head = rest.charAt(0)
  if (inClass) return head === "\\" || head === "[" || head === "&" || head === "~" ? undefined : [1, head]
  if (rest.startsWith("(?:")) return [3, "(?:"]
  if (rest.startsWith("(?")) return undefined
  const quantifier = QUANTIFIER.exec(rest)
  if (quantifier !== null) return [quantifier[0].length, quantifier[0]]
  if (UNSAFE.has(head)) return undefined
  return [1, head === "$" ? syntax.end : head]
}

/** The pattern in a dialect's syntax, or what keeps it from being portable. */
export const translatePattern = (
  { source, flags }: { readonly source: string; readonly flags: string },
  syntax: PatternSyntax,
): { readonly pattern: string } | { readonly problem: string } => {
  if (flags !== "" && flags !== "u") return { problem: `the flags "${flags}" are not portable` }
  if (flags === "" && source.includes("[^"))
    return { problem: "a negated class needs the flag u to see whole characters" }
  let pattern = ""
  let inClass = false
  for (let at = 0; at < source.length;) {
    const found = token(source.slice(at), inClass, syntax)
    if (found === undefined) return { problem: `"${source.slice(at, at + 3)}" at ${at} is not portable` }
    const [taken, written] = found
    if (taken === 1 && source[at] === "[") inClass = true
    if (taken === 1 && source[at] === "]") inClass = false
    pattern += written
    at += taken
  }
  return { pattern }
}
