/** What a failed build says, as `file:line: message`. Pure. */
import { stripVTControlCharacters } from "node:util"

/** How many of the compiler's errors are shown; one slip often leads to many. */
const SHOWN = 5
const LAST_LINES = 15

/** `src/a.ts(3,5): error TS2322: …` or `src/a.ts:3:5 - error TS2322: …`. */
const COMPILER = /^(\S.*?\.[cm]?tsx?)[(:](\d+)[,:]\d+\)?(?::| -) error (TS\d+): (.*)$/

/** `InvalidContract: …`, `SyntaxError [ERR_…]: …`, as Node prints what nobody has caught. */
const THROWN = /^(?:Uncaught )?((?:\w*Error|InvalidContract|Unsupported\w*)(?: \[\w+\])?): (.+)$/

const PLACE = /(?:file:\/\/)?(\/[^():]+\.[cm]?[jt]s):(\d+)/

/**
 * The errors in the lines that a build has written: those of the compiler, else the one that ended a program, with the
 * place in the contract that led to it. The last lines when neither is found.
 */
export const buildErrors = (written: ReadonlyArray<string>, root: string): ReadonlyArray<string> => {
  const lines = written.map((line) => stripVTControlCharacters(line))
  const compiled = lines.flatMap((line) => {
    const [, file = "", number, code, message] = COMPILER.exec(line) ?? []
    return number === undefined ? [] : [`${shortened(file, root)}:${number}: ${message} [${code}]`]
  })
  if (compiled.length > 0) return atMost([...new Set(compiled)])
  const at = lines.findIndex((line) => THROWN.test(line))
  const [, name = "", message = ""] = THROWN.exec(lines[at] ?? "") ?? []
  if (at === -1) return ownWords(lines).slice(-LAST_LINES)
  const place = placeOf(lines, at, root)
  const words = name.startsWith("InvalidContract") ? message : `${message} [${name.replace(/ \[.*/, "")}]`
  return [place === undefined ? words : `${place}: ${words}`]
}

/** What Nx says around the words of a program: which targets it ran and how long they took. */
const OF_NX =
  /^(>|NX\b|Warning: command|Failed tasks|- [\w-]+:[\w-]+$|Hint: run the command|Run duration|Cache:|Critical path|Recoverable time|✔|✖)/

const ownWords = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const own = lines.filter((line) => line.trim() !== "" && !OF_NX.test(line.trim()))
  return own.length === 0 ? lines : own
}

const atMost = (errors: ReadonlyArray<string>): ReadonlyArray<string> =>
  errors.length <= SHOWN ? errors : [...errors.slice(0, SHOWN), `and ${errors.length - SHOWN} more`]

/** The nearest place that the user writes: in the contract, else in the workspace, else where Node says that it was. */
const placeOf = (lines: ReadonlyArray<string>, thrown: number, root: string): string | undefined => {
  const frames = lines.slice(thrown + 1).filter((line) => line.trim().startsWith("at "))
  const header = lines.slice(0, thrown).filter((line) => /^(file:\/\/)?\/[^ ]+:\d+$/.test(line))
  const places = [...header, ...frames].flatMap((line) => {
    const [, file = "", number] = PLACE.exec(line) ?? []
    return number === undefined || !file.startsWith(`${root}/`) || file.includes("/node_modules/")
      ? []
      : [`${shortened(file, root)}:${number}`]
  })
  return places.find((place) => place.startsWith("libs/pos/")) ?? places[0]
}

const shortened = (file: string, root: string): string =>
  file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file
