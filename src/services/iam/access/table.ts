/** Who used what: the operations. */
import type { Operation } from '../../operation.ts'
import { generateServiceLastAccessedDetails } from './generateServiceLastAccessedDetails.ts'
import { getServiceLastAccessedDetails } from './getServiceLastAccessedDetails.ts'

export const access: readonly Operation[] = [
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
]
