/** Circles in the graph of imports. Pure. */
import type { Breach, SourceFile } from "./rules.ts"

/** The shortest way from a file back to itself, within one group of files that reach each other. */
const shortestCircle = (start: string, edges: (path: string) => ReadonlyArray<string>): ReadonlyArray<string> => {
  const from = new Map<string, string>()
  const waiting = [start]
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
    for (const next of edges(path)) {
      if (next === start) {
        const circle = [start]
        for (let at: string | undefined = path; at !== undefined && at !== start; at = from.get(at)) circle.unshift(at)
        return [start, ...circle]
      }
      if (from.has(next)) continue
      from.set(next, path)
      waiting.push(next)
    }
  return []
}

/** Groups of files that reach each other, by Tarjan's algorithm. */
const strongGroups = (files: ReadonlyArray<SourceFile>): ReadonlyArray<ReadonlyArray<string>> => {
  const edges = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]))
  const number = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: Array<string> = []
  const groups: Array<ReadonlyArray<string>> = []
  const visit = (path: string): number => {
    const own = number.size
    number.set(path, own)
    stack.push(path)
    let low = own
    for (const next of edges.get(path) ?? []) {
      if (!number.has(next)) low = Math.min(low, visit(next))
      else if (stack.includes(next)) low = Math.min(low, number.get(next) ?? low)
    }
    lowest.set(path, low)
    if (low === own) groups.push(stack.splice(stack.indexOf(path)))
    return low
  }
  for (const path of edges.keys()) if (!number.has(path)) visit(path)
  return groups.filter((group) => group.length > 1)
}

/** One sentence for each group of files that import each other in a circle, with the shortest way around. */
export const circles = (files: ReadonlyArray<SourceFile>): ReadonlyArray<Breach> => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return strongGroups(files).map((group) => {
    const inside = new Set(group)
    const [start = ""] = [...group].toSorted()
    const edges = (path: string) => (byPath.get(path)?.imports ?? []).map(({ to }) => to).filter((to) => inside.has(to))
    return `circle of ${group.length} files: ${shortestCircle(start, edges).join(" → ")}`
  })
}
