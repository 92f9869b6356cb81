/** What must be true in the end: the tables are those of a clean run, and every file is accounted for. */
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3"
import { FileLine, locationFromUri } from "@pos/pipeline"
import { Option, Schema } from "effect"
import { isDeepStrictEqual } from "node:util"
import { row } from "../e2e/files.ts"
import { type Line, dateOf, productKpi, storeKpi } from "../e2e/sales.ts"
import { tables } from "../e2e/tables.ts"
import type { Delivery } from "./deliveries.ts"
import type { Platform } from "./platform.ts"

export interface Uploaded extends Delivery {
  readonly versionId: string
}

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(FileLine))

const read = async ({ s3 }: Platform, bucket: string, key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}

const exists = async ({ s3, at }: Platform, { key, versionId }: Uploaded): Promise<boolean> =>
  s3
    .send(new HeadObjectCommand({ Bucket: at.outputs["SourceBucketName"], Key: key, VersionId: versionId }))
    .then(() => true)
    .catch(() => false)

/** Every verdict of every run, by the version that it is about. */
const verdicts = async (platform: Platform): Promise<ReadonlyMap<string, ReadonlyArray<FileLine>>> => {
  const bucket = platform.at.outputs["ResultsBucketName"]!
  const found = new Map<string, Array<FileLine>>()
  for await (const page of paginateListObjectsV2({ client: platform.s3 }, { Bucket: bucket, Prefix: "runs/" })) {
    for (const { Key = "" } of page.Contents ?? []) {
      if (!/^runs\/[^/]+\/validation\/files\.jsonl$/.test(Key)) continue
      const text = new TextDecoder().decode(await read(platform, bucket, Key))
      for (const line of text.split("\n").filter((one) => one !== "")) {
        const verdict = decode(line)
        const id = JSON.stringify([verdict.file, verdict.versionId])
        found.set(id, [...(found.get(id) ?? []), verdict])
      }
    }
  }
  return found
}

const problemWith = async (
  platform: Platform,
  file: Uploaded,
  told: ReadonlyArray<FileLine>,
): Promise<string | undefined> => {
  const kinds = new Set(told.map(({ verdict }) => verdict))
  const wanted = file.good ? "valid" : "rejected"
  if (told.length === 0) return "no run has taken it up"
  if (!kinds.has(wanted)) return `it should be ${wanted}, and is ${[...kinds].join(", ")}`
  if (kinds.has(file.good ? "rejected" : "valid")) return "one run calls it valid, another one rejects it"
  const there = await exists(platform, file)
  if (file.good) return there ? undefined : "it is valid, and its version is gone from the source"
  if (there) return "it is rejected, and still in the source"
  const rejection = told.find(({ rejected }) => rejected !== null)
  const place = Option.getOrUndefined(locationFromUri(rejection?.rejected ?? ""))
  if (place === undefined) return "its verdict does not say where its copy lies"
  const copy = await read(platform, place.bucket, place.key).catch(() => undefined)
  if (copy === undefined || !isDeepStrictEqual([...copy], [...file.body])) return "its copy is not what was sent"
  return undefined
}

const sale = (line: Line) => {
  const { timestamp: _, ...cells } = row(line)
  return { ...cells, date: dateOf(line) }
}

const sameRows = (
  name: string,
  found: ReadonlyArray<object>,
  expected: ReadonlyArray<object>,
): ReadonlyArray<string> => {
  if (isDeepStrictEqual(found, expected)) return []
  const at = found.findIndex((row, index) => !isDeepStrictEqual(row, expected[index]))
  const [one, other] = [found[at] ?? "nothing", expected[at === -1 ? found.length : at] ?? "nothing"]
  return [
    `${name} has ${found.length} rows, and should have ${expected.length}; ` +
      `the first that differs is ${JSON.stringify(one)}, and should be ${JSON.stringify(other)}`,
  ]
}

/** Everything that is wrong, in words; nothing when all is well. */
export const problems = async (
  platform: Platform,
  uploads: ReadonlyArray<Uploaded>,
  sent: ReadonlyArray<Line>,
): Promise<ReadonlyArray<string>> => {
  const told = await verdicts(platform)
  const files: Array<string> = []
  for (const file of uploads) {
    const problem = await problemWith(platform, file, told.get(JSON.stringify([file.key, file.versionId])) ?? [])
    if (problem !== undefined) files.push(`${file.key} (version ${file.versionId}): ${problem}`)
  }
  if (sent.length === 0) return files
  const [sales, products, stores] = await tables(platform.pos)
  const columns = Object.keys(sale(sent[0]!))
  const shown = sales.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])))
  const expected = sent.map(sale).toSorted((a, b) => (a.transaction_id < b.transaction_id ? -1 : 1))
  return [
    ...files,
    ...sameRows("sales", shown, expected),
    ...sameRows("total_sales_per_product_per_day", products, productKpi(sent)),
    ...sameRows("store_sales_per_day", stores, storeKpi(sent)),
  ]
}
