/** The page's address behind `#`: which page, and what it shows. Addresses can be kept, sent and opened again. */

export type Query = Readonly<Record<string, string>>

export interface Address {
  /** "" is the first page. */
  readonly page: string
  /** What the page is about: a KPI's name, a run's id. */
  readonly name: string | undefined
  readonly query: Query
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const parse = (hash: string): Address => {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s)
  const [page = "", ...rest] = path.split("/")
  const name = rest.join("/")
  return {
    page: decode(page),
    name: name === "" ? undefined : decode(name),
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

/** The address as text, for links. What is empty is left out. */
export const link = (page: string, name?: string, query: Readonly<Record<string, string | undefined>> = {}): string => {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, value]])),
  ).toString()
  const path = name === undefined ? page : `${page}/${encodeURIComponent(name)}`
  return `#/${path}${search === "" ? "" : `?${search}`}`
}

/** The path of a question to the server. What is empty is left out, and the rest is in the order of its names. */
export const question = (path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string => {
  const given = Object.entries(query)
    .flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, String(value)] as const]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const search = new URLSearchParams(given.map(([key, value]) => [key, value])).toString()
  return search === "" ? path : `${path}?${search}`
}
