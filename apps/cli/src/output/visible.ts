/**
 * Text from outside (cells, file names, errors of libraries) on its way to a person: no character of it may do something
 * to a screen, or be there unseen.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const writtenOut = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x100) return SHORT[character] ?? `\\x${hex.padStart(2, "0")}`
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`
}

/** The text with control characters, direction marks, invisible characters and halves of pairs written out: `\x1b`. */
export const visible = (text: string): string => text.replaceAll(UNSAFE, writtenOut)

/** The same for a text of several lines. */
export const visibleLines = (text: string): string => text.split("\n").map(visible).join("\n")

const escaped = (character: string): string =>
  character === "\n"
    ? character
    : Array.from(
        { length: character.length },
        (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join("")

/** JSON that holds the same, and can be shown on any screen. */
export const safeJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? "null").replaceAll(UNSAFE, escaped)
