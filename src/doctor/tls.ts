/** The certificate that is served: valid now, for how long, and for the key beside it. */
import { X509Certificate } from 'node:crypto'
import { dayMs } from '../lib/clock.ts'
import { type Check, failure, warning, well } from './check.ts'

const warningDays = 21

/** @param cert the chain as it was given, PEM; `undefined` where TLS is not ours */
export function checkTls(cert: Uint8Array | undefined, isLoopback: boolean, now: number): Check {
  if (!cert) {
    return isLoopback
      ? well('tls', 'only this machine can reach it')
      : warning('tls', 'TLS must end in front of it: see to it that nobody reaches it directly')
  }
  const { validFromDate, validToDate } = new X509Certificate(cert)
  const days = Math.floor((validToDate.getTime() - now) / dayMs)
  if (validFromDate.getTime() > now) {
    return failure(
      'tls',
      `the certificate is not valid before ${day(validFromDate)}: see to the clock, or serve another`,
    )
  }
  if (days < 0)
    return failure('tls', `the certificate ended on ${day(validToDate)}: renew it and start again`)
  const words = `the certificate is valid until ${day(validToDate)}`
  return days < warningDays
    ? warning('tls', `${words}: renew it and start again`)
    : well('tls', words)
}

const day = (date: Date): string => date.toISOString().slice(0, 10)
