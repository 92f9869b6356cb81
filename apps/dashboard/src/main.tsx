import "./locale.ts"
import { render } from "preact"
import { App } from "./app.tsx"
import { report, type Report, server } from "./source.ts"

/** A report carries its answers in this element; a page that a server sends has none. */
const carried = document.getElementById("data")?.textContent ?? "null"
const found = JSON.parse(carried) as Report | null

const root = document.getElementById("page")
if (root !== null) render(<App source={found === null ? server : report(found)} />, root)
