/**
 * The page as files for a server (`dist/page`), and as one file that needs none (`dist/report/index.html`). Both from the
 * same sources; the report's scripts and styles are in it, allowed by their digests and by nothing else.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "vite"

const root = import.meta.dirname
const page = join(root, "dist/page")
const report = join(root, "dist/report")

/** All scripts of the page, compressed: it is opened on phones, and by people who wait. */
const MOST_SCRIPT_BYTES = 60 * 1024

await build({
  root,
  configFile: false,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: page,
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { output: { format: "es" } },
  },
})

const assets = readdirSync(join(page, "assets")).map((name) => ({
  name,
  text: readFileSync(join(page, "assets", name), "utf8"),
}))
const scripts = assets.filter(({ name }) => name.endsWith(".js"))
const styles = assets.filter(({ name }) => name.endsWith(".css"))

const size = scripts.reduce((sum, { text }) => sum + gzipSync(text).length, 0)
if (size > MOST_SCRIPT_BYTES) {
  process.stderr.write(
    `The page's scripts have ${size} bytes compressed, ${MOST_SCRIPT_BYTES} are the most: leave out what the page can do without.\n`,
  )
  process.exit(1)
}

const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
/** Within a script element, a text that would end or nest it is written as the same text in JavaScript. */
const script = scripts.map(({ text }) => text.replaceAll(/<(?=\/script|!--|script)/gi, "\\x3c")).join("\n")
const style = styles.map(({ text }) => text).join("\n")

const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ")

const html = readFileSync(join(page, "index.html"), "utf8")
  .replace(/(http-equiv="Content-Security-Policy"\s+content=")[^"]*/, (_all, begin) => `${begin}${policy}`)
  .replaceAll(/\s*<(?:script|link)[^>]*\/assets\/[^>]*>(?:<\/script>)?/g, "")
  .replace("</head>", () => `<style>${style}</style>\n  </head>`)
  .replace(
    "</body>",
    () =>
      `<script type="application/json" id="data">null</script>\n    <script type="module">${script}</script>\n  </body>`,
  )
rmSync(report, { recursive: true, force: true })
mkdirSync(report, { recursive: true })
writeFileSync(join(report, "index.html"), html)
process.stdout.write(`The page's scripts have ${size} bytes compressed.\n`)
