/** What the operating system tells of a process. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"

/** Whether a process of this id runs; it may be one that has reused the id. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    // One that has ended stays in the list until its parent asks for it, which the first process of a container may do late.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat[stat.lastIndexOf(")") + 2] !== "Z"
  } catch {
    return true
  }
}

/** Its command line: ids are reused, and this tells whose it is. Undefined where there is none. */
export const commandOf = (pid: number): string | undefined => {
  try {
    return existsSync("/proc/self")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-ww", "-o", "command=", "-p", `${pid}`], { encoding: "utf8" })
  } catch {
    return undefined
  }
}

/** Sends a signal to one that may have ended by itself meanwhile. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
