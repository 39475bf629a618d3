import { remembered } from '../lib/once.ts'

/**
 * Case folding for actions and condition keys: ASCII only. `toLowerCase` on its own turns U+212A
 * (KELVIN SIGN) into `k`, so that two different actions would become one.
 */
export const foldAscii = remembered((text) => {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return text.replace(/[A-Z]+/g, (run) => run.toLowerCase())
  }
  return text.toLowerCase()
})
