/**
 * Runs in the page, and so stands for itself: how long it takes from an action to the frame after the page's last change,
 * when nothing that was asked for is open any more.
 */

export const watch = (): void => {
  /** Nothing asked and nothing changed for so long: the page is done, milliseconds. */
  const QUIET = 250
  /** What is asked and not answered; when the page last asked or changed, and when that was drawn. */
  const now = { open: 0, moved: 0, drawn: 0 }
  const asked = globalThis.fetch
  globalThis.fetch = async (...given) => {
    now.open += 1
    now.moved = performance.now()
    try {
      const answer = await asked(...given)
      // The body is part of the answer, and counts until it was read.
      return new Response(await answer.blob(), { status: answer.status, headers: answer.headers })
    } finally {
      now.open -= 1
      now.moved = performance.now()
    }
  }
  const frame = () =>
    requestAnimationFrame(() => {
      // After this frame's layout and paint.
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener("message", () => {
        now.drawn = performance.now()
      })
      port1.start()
      port2.postMessage(null)
    })
  new MutationObserver((changes) => {
    // What a reader who listens hears is no figure.
    const isDrawn = changes.some(
      ({ target }) => !(target instanceof Element ? target : target.parentElement)?.closest("[role=status]"),
    )
    if (!isDrawn) return
    now.moved = performance.now()
    frame()
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  const settled = async () => {
    while (now.open > 0 || performance.now() - now.moved < QUIET) await new Promise((done) => setTimeout(done, 20))
    return now.drawn
  }
  const act = async (action: () => void) => {
    await settled()
    const from = performance.now()
    now.moved = now.drawn = from
    action()
    return (await settled()) - from
  }
  Object.assign(globalThis, { watched: { act, settled } })
}
