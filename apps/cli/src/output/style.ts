/** Colours, where the terminal has them. `NO_COLOR`, `FORCE_COLOR` and pipes are respected by Node itself. */
import { styleText } from "node:util"

type Format = Parameters<typeof styleText>[0]

const on =
  (stream: NodeJS.WriteStream) =>
  (format: Format) =>
  (text: string): string =>
    styleText(format, text, { stream, validateStream: true })

const out = on(process.stdout)

export const bold = out("bold")
export const dim = out("dim")
export const red = out("red")
export const green = out("green")
export const yellow = out("yellow")

/** The same for what goes to standard error. */
export const err = { dim: on(process.stderr)("dim"), bold: on(process.stderr)("bold"), red: on(process.stderr)("red") }
