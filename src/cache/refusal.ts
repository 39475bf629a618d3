/** What errors mean: a log-in that was refused, or an answer of the service that repeating cannot mend. */

/** How servers and drivers say that a name or a password is wrong. */
const refusals = new Set<unknown>([
  '28P01', // PostgreSQL: invalid_password
  '28000', // PostgreSQL: invalid_authorization_specification
  'ER_ACCESS_DENIED_ERROR', // MySQL, MariaDB
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ELOGIN', // SQL Server
  'AuthenticationFailed', // MongoDB
  'NJS-501', // Oracle: ORA-01017
])

/** Whether the error is of a server that did not take the credentials. */
export function isRefused(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, codeName, message, status, statusCode } = error as Record<string, unknown>
  return (
    refusals.has(code) ||
    refusals.has(codeName) ||
    status === 401 ||
    statusCode === 401 ||
    (typeof message === 'string' && /^(?:WRONGPASS|NOAUTH) /.test(message)) // Redis
  )
}

/** The service has decided: there is nothing to wait for, and what is kept is not served any more. */
const final = new Set<unknown>([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
  'ValidationException',
])

/** Whether the service's answer stands, as against a failure that may pass. */
export const isFinal = (error: unknown): boolean => error instanceof Error && final.has(error.name)
