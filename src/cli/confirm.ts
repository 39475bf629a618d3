/** Asking before something is done. Who is not there to answer has not agreed. */

import { Refusal } from '../lib/fault.ts'

/** Ctrl-C where there was a question. */
export class Cancelled extends Refusal {
  override name = 'Cancelled'
}

/** @param isAgreed what --yes said. Throws Cancelled. */
export async function confirm(message: string, isAgreed: boolean | undefined): Promise<boolean> {
  if (isAgreed !== undefined) return isAgreed
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const prompts = await import('@clack/prompts')
  const answer = await prompts.confirm({ message, initialValue: false, output: process.stderr })
  if (prompts.isCancel(answer)) throw new Cancelled('Stopped.')
  return answer
}
