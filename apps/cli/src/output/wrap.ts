/** Sentences broken to the width of the screen. Words are never broken: people copy paths and ids. */
import { stripVTControlCharacters } from "node:util"

const NARROWEST = 40
const USUAL = 80

/** Columns of the terminal; 80 where standard output is none. */
export const screenWidth = (): number => Math.max(NARROWEST, process.stdout.columns ?? USUAL)

const width = (text: string): number => [...stripVTControlCharacters(text)].length

export const fits = (line: string): boolean => width(line) <= screenWidth()

/** One line as several of at most so many columns, the further ones indented; a word that is wider stands alone. */
export const wrap = (line: string, hanging: number, columns = screenWidth()): Array<string> => {
  if (width(line) <= columns) return [line]
  const [indent = ""] = /^ */.exec(line) ?? []
  const lines: Array<string> = []
  let current = indent
  let empty = true
  for (const word of line.slice(indent.length).split(" ")) {
    const longer = empty ? current + word : `${current} ${word}`
    if (!empty && width(longer) > columns) {
      lines.push(current.trimEnd())
      current = " ".repeat(hanging) + word
    } else current = longer
    empty = false
  }
  return [...lines, current.trimEnd()]
}
