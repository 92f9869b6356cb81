/** The operations of AWS that the sources call, found by parsers. */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"

const workspace = join(import.meta.dirname, "../../..")

/** Services whose package and model have different names. */
const models: Readonly<Record<string, string>> = {
  sfn: "stepfunctions",
  "cloudwatch-logs": "logs",
  eventbridge: "events",
}

const filesIn = (folder: string) =>
  readdirSync(join(workspace, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(workspace, folder, name))

/** `GetObjectCommand` and `paginateListObjectsV2`, imported from a client's package, as operations of its service. */
const importedBy = (file: string): ReadonlyArray<string> => {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return []
    const [, client] = /^@aws-sdk\/client-(.*)$/.exec(statement.moduleSpecifier.text) ?? []
    const names = statement.importClause?.namedBindings
    if (client === undefined || names === undefined || !ts.isNamedImports(names)) return []
    return names.elements.flatMap(({ isTypeOnly, name, propertyName }) => {
      const [, command, paginated] = /^(?:(\w+)Command|paginate(\w+))$/.exec((propertyName ?? name).text) ?? []
      const operation = command ?? paginated
      return isTypeOnly || operation === undefined ? [] : [`${models[client] ?? client} ${operation}`]
    })
  })
}

/** What the TypeScript of these folders calls. */
export const calledByTypeScript = (...folders: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(folders.flatMap(filesIn).flatMap(importedBy))].toSorted()

/** What the Python of these folders calls through boto3. */
export const calledByPython = (...folders: ReadonlyArray<string>): ReadonlyArray<string> => {
  const python = join(workspace, ".venv/local-aws/bin/python")
  const told = execFileSync(python, [join(import.meta.dirname, "python_calls.py"), ...folders], { cwd: workspace })
  return String(told).trim().split("\n")
}
