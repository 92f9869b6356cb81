/** A server on loopback for the built page and the answers of a function. */
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { extname, join } from "node:path"

const page = join(import.meta.dirname, "../dist/page")
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
}

export type Answer = (path: string, query: URLSearchParams) => unknown

export interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}

const nothing = { problem: "There is no such thing.", remedy: "Go back." }

/** Where `answer` has none, the answer is `problem`. */
export const serve = (
  answer: Answer,
  problem: { readonly problem: string; readonly remedy: string } = nothing,
): Promise<Served> => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1")
    if (pathname.startsWith("/api/")) {
      const found = answer(pathname, searchParams)
      response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" })
      response.end(JSON.stringify(found ?? problem))
      return
    }
    const file = join(page, pathname === "/" ? "index.html" : pathname)
    const there = existsSync(file)
    response.writeHead(there ? 200 : 404, { "content-type": types[extname(file)] ?? "text/plain" })
    response.end(there ? readFileSync(file) : "")
  })
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
