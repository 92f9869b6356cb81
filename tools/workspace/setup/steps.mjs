/** The label of the step whose line is not ended yet. */
let open

const write = (text) => process.stderr.write(text)

/** Prints `label … done (1.2 s)`; on a terminal the line is there while the work goes on. Steps may go on side by side. */
export const step = async (label, work) => {
  const began = performance.now()
  if (open !== undefined) write("\n")
  open = label
  write(`· ${label} …`)
  const ticking = process.stderr.isTTY ? setInterval(() => open !== undefined && write("."), 2000) : undefined
  /** Ends the step's own line, or begins one where another step has begun its own since. */
  const end = (words) => {
    if (open === label) write(` ${words}\n`)
    else write(`${open === undefined ? "" : "\n"}· ${label}: ${words}\n`)
    open = undefined
  }
  try {
    await work()
    end(`done (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  } catch (error) {
    end("failed")
    throw error
  } finally {
    clearInterval(ticking)
  }
}
