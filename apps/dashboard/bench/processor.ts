/** Processor time of processes and all that they have started, on Linux: what a busy machine hardly changes. */
import { readdirSync, readFileSync } from "node:fs"

/** Of a second; what the kernel counts in. */
const TICKS = 100

/** What the kernel says of a process behind its name, which may have spaces: its state, its parent, … */
const statOf = (pid: string): ReadonlyArray<string> => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    return text.slice(text.lastIndexOf(")") + 2).split(" ")
  } catch {
    // It has ended meanwhile.
    return []
  }
}

/** Milliseconds that a process and all its descendants have had so far, by which of them is `apart`, and all others. */
export const processorOf = (root: number, apart: number) => {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), stat: statOf(pid) }))
  const parents = new Map(all.map(({ pid, stat }) => [pid, Number(stat[1])]))
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && pid !== 0 && (parents.get(pid) === root || isBelow(parents.get(pid)))
  const sum = (those: typeof all) =>
    (1000 * those.reduce((ticks, { stat }) => ticks + Number(stat[11] ?? 0) + Number(stat[12] ?? 0), 0)) / TICKS
  return {
    apart: sum(all.filter(({ pid }) => pid === apart)),
    others: sum(all.filter(({ pid }) => pid !== apart && isBelow(pid))),
  }
}
