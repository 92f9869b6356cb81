/** Prints `label … done (1.2 s)`; on a terminal the line is there while the work goes on. */
export const step = async (label, work) => {
  const began = performance.now()
  process.stderr.write(`· ${label} …`)
  const ticking = process.stderr.isTTY ? setInterval(() => process.stderr.write("."), 2000) : undefined
  try {
    await work()
    process.stderr.write(` done (${((performance.now() - began) / 1000).toFixed(1)} s)\n`)
  } catch (error) {
    process.stderr.write(" failed\n")
    throw error
  } finally {
    clearInterval(ticking)
  }
}
