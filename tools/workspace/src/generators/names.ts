/** The three spellings of one name: `file-name`, `constantName`, `table_name`. */
export const spell = (name: string) => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
  const constant = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
  return { file: words.join("-"), constant: constant.join(""), snake: words.join("_") }
}

/** Adds an import and a last element to the one array that a collecting module holds. */
export const collect = (source: string, options: { readonly constant: string; readonly file: string }): string => {
  const statement = `import { ${options.constant} } from "./${options.file}.ts"`
  if (source.includes(statement)) return source
  const imports = [...source.matchAll(/^import .*$/gm)].at(-1)
  const at = imports === undefined ? 0 : imports.index + imports[0].length
  const withImport = `${source.slice(0, at)}${at === 0 ? "" : "\n"}${statement}${source.slice(at)}`
  return withImport.replace(/(= \[)([\s\S]*?),?\s*(\])/, (_all, open: string, items: string, close: string) =>
    items.includes("\n")
      ? `${open}${items},\n  ${options.constant},\n${close}`
      : `${open}${items}, ${options.constant}${close}`,
  )
}
