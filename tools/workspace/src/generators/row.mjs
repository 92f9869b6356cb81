/** `node --conditions=@pos/source row.mjs MODEL.ts NAME`: the columns of a row's Schema, as JSON on standard output. */
import { fieldsOf } from "@pos/contract"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"

const [model, name] = process.argv.slice(2)
const { [name]: row } = await import(pathToFileURL(resolve(model)).href)
const columns = fieldsOf(row).map((field) => ({ name: field.name, kind: field.column.kind, required: field.required }))
process.stdout.write(JSON.stringify(columns))
