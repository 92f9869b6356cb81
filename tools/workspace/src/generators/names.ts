/** The spellings of one name: `file-name`, `constantName`, `table_name`, `plain words`. Throws where it is no name. */
export const spell = (name: string) => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[-_\s]+/)
    .filter((word) => word !== "")
  const snake = words.join("_")
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(snake))
    throw new Error(`"${name}" is no name: begin with a letter, and use letters, digits and hyphens.`)
  if (snake.length > 64) throw new Error(`"${name}" is too long: a name has 64 characters at most.`)
  const constant = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
  if (RESERVED.has(constant.join(""))) throw new Error(`"${name}" is a word of TypeScript: use more than one word.`)
  return { file: words.join("-"), constant: constant.join(""), snake, words: words.join(" ") }
}

const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "kpi kpis rule rules"
  ).split(" "),
)

interface Collected {
  readonly constant: string
  readonly file: string
}

/** Adds an import and a last element to the one array that a collecting module holds, and to its list of exports. */
export const collect = (source: string, { constant, file }: Collected): string => {
  const statement = `import { ${constant} } from "./${file}.ts"`
  if (source.includes(statement)) return source
  const imports = [...source.matchAll(/^import .*$/gm)].at(-1)
  const at = imports === undefined ? 0 : imports.index + imports[0].length
  const withImport = `${source.slice(0, at)}${at === 0 ? "" : "\n"}${statement}${source.slice(at)}`
  return withImport
    .replace(/^export \{([^}]*?),?\s*\}$/m, (_all, names: string) =>
      names.includes("\n") ? `export {${names},\n  ${constant},\n}` : `export {${names}, ${constant} }`,
    )
    .replace(/(= \[)([\s\S]*?),?\s*(\])/, (_all, open: string, items: string, close: string) => {
      if (items.trim() === "") return `${open}${constant}${close}`
      return items.includes("\n")
        ? `${open}${items},\n  ${constant},\n${close}`
        : `${open}${items}, ${constant}${close}`
    })
}
