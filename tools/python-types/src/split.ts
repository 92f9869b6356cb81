/**
 * A generated module in files of one kind of document each. What only one kind needs stands in its file, and what several
 * need in `shared.py`; the package hands on all of it, so that nobody has to know which file a type is in.
 */

/** A top-level type of the generated text, and the types that it names. */
interface Definition {
  readonly name: string
  readonly text: string
  readonly names: ReadonlyArray<string>
}

const START = /^(?:class (\w+)\(|(\w+): TypeAlias = )/
const SHARED = "shared"

/** The statements behind the imports, in their order: each is preceded only by types that it may need. */
export const definitionsIn = (text: string): ReadonlyArray<Definition> => {
  const blocks: Array<{ name: string; lines: Array<string> }> = []
  for (const line of text.split("\n")) {
    const [, ofClass, ofAlias] = START.exec(line) ?? []
    const name = ofClass ?? ofAlias
    if (name !== undefined) blocks.push({ name, lines: [line] })
    else blocks.at(-1)?.lines.push(line)
  }
  const known = new Set(blocks.map(({ name }) => name))
  return blocks.map(({ name, lines }) => {
    const code = lines.join("\n").trimEnd()
    const words = new Set(code.match(/\b[A-Z]\w*/g))
    return { name, text: code, names: [...known].filter((other) => other !== name && words.has(other)) }
  })
}

/** What comes before the first type: the imports, of which a file keeps those that it uses. */
const preambleOf = (text: string): string => {
  const lines = text.split("\n")
  return lines
    .slice(
      0,
      lines.findIndex((line) => START.test(line)),
    )
    .join("\n")
}

/** All that a part's types are made of, themselves included; what is a type of another part is that part's. */
const neededBy = (
  part: Part,
  all: ReadonlyMap<string, Definition>,
  others: ReadonlySet<string>,
): ReadonlySet<string> => {
  const found = new Set<string>()
  const add = (name: string): void => {
    if (found.has(name) || others.has(name)) return
    found.add(name)
    all.get(name)?.names.forEach(add)
  }
  part.types.forEach(add)
  return found
}

export interface Part {
  readonly name: string
  readonly types: ReadonlyArray<string>
}

/** The file of each type: that of the only part which needs it, or the one for what several need. */
const homes = (definitions: ReadonlyArray<Definition>, parts: ReadonlyArray<Part>): ReadonlyMap<string, string> => {
  const all = new Map(definitions.map((one) => [one.name, one]))
  const needed = parts.map((part) => {
    const others = parts.filter((one) => one !== part).flatMap(({ types }) => types)
    return { name: part.name, types: neededBy(part, all, new Set(others)) }
  })
  return new Map(
    definitions.map(({ name }) => {
      const [first, second] = needed.filter(({ types }) => types.has(name))
      return [name, first !== undefined && second === undefined ? first.name : SHARED]
    }),
  )
}

/** Behind this line the imports of other files of the package find their place. */
const BESIDE = "from pos_job_runtime.document import Document"

/** The texts of the files of the package `name`, by name, not yet formatted. */
export const split = (text: string, name: string, parts: ReadonlyArray<Part>): Readonly<Record<string, string>> => {
  const definitions = definitionsIn(text)
  const home = homes(definitions, parts)
  const preamble = preambleOf(text)
  const importsOf = (names: ReadonlyArray<string>, file: string) =>
    [...new Set(names)]
      .filter((type) => home.get(type) !== file)
      .map((type) => `from pos_job_runtime.generated.${name}.${home.get(type)} import ${type}`)
  const files = [...new Set(home.values())].toSorted().map((file) => {
    const own = definitions.filter((one) => home.get(one.name) === file)
    const imports = importsOf(
      own.flatMap(({ names }) => names),
      file,
    )
    const body = own.map((one) => one.text).join("\n\n\n")
    return [file, `${preamble.replace(BESIDE, [BESIDE, ...imports].join("\n"))}\n${body}\n`] as const
  })
  const names = definitions.map((one) => one.name).toSorted()
  const listed = names.map((name) => `    "${name}",`).join("\n")
  return {
    __init__: `from __future__ import annotations\n${importsOf(names, "").join("\n")}\n\n__all__ = [\n${listed}\n]\n`,
    ...Object.fromEntries(files),
  }
}
