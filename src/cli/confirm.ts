/** Asking before something is done. Who is not there to answer has not agreed. */

/** @param isAgreed what --yes said */
export async function confirm(message: string, isAgreed: boolean | undefined): Promise<boolean> {
  if (isAgreed !== undefined) return isAgreed
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const prompts = await import('@clack/prompts')
  const answer = await prompts.confirm({ message, initialValue: false, output: process.stderr })
  return answer === true
}
