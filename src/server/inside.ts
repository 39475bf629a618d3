/**
 * Calls that the house makes as an AWS service on its own behalf: Lambda that assumes a function's
 * role, Secrets Manager that invokes a rotation function. They go through the same corridor as calls
 * from outside: decided by the resource's policy, which sees the service principal with aws:SourceArn
 * and aws:SourceAccount, and recorded. No request on the wire can become such a caller.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
import { randomUUID } from 'node:crypto'
import type { AccountId, Arn } from '../lib/brand.ts'
import type { Caller } from '../lib/caller.ts'
import type { Clock } from '../lib/clock.ts'
import { Draws } from '../lib/draws.ts'
import { Fault } from '../lib/fault.ts'
import { answer, type Hall } from './answer.ts'
import type { Call } from './call.ts'

/** The services that act on their own here. */
export type ServicePrincipal =
  | 'lambda.amazonaws.com'
  | 'secretsmanager.amazonaws.com'
  | 'events.amazonaws.com'
  | 'lambda.alarms.cloudwatch.amazonaws.com'

/** On whose behalf a service acts, and where. */
export interface Behalf {
  readonly principal: ServicePrincipal
  readonly account: AccountId
  readonly region: string
  /** The resource for which it acts: aws:SourceArn. */
  readonly sourceArn?: string
}

/** What is asked of which service. The input must already fit the contract. */
export interface Errand {
  /** The name in a credential scope: `sts`, `lambda`. */
  readonly service: string
  readonly operation: string
  readonly input: object
}

/** Runs an operation as a service; committed and recorded like any answer. Throws its Fault. */
export type EnterAs = (behalf: Behalf, errand: Errand) => Promise<object>

/** The service as a caller. It has no policies of its own: a resource's policy alone admits it. */
export const serviceCaller = ({ principal, account, sourceArn }: Behalf): Caller => ({
  kind: 'service',
  account,
  arn: principal as string as Arn,
  principalId: principal,
  tags: Object.create(null),
  source: { account, ...(sourceArn !== undefined && { arn: sourceArn }) },
})

/** @param hall read when a call is made: services are lent this door before the hall stands */
export function doorFor(hall: () => Hall & { readonly clock: Clock }): EnterAs {
  return async (behalf, errand) => {
    const here = hall()
    const outcome = await answer(here, callOf(here, behalf, errand))
    if (outcome instanceof Fault) throw outcome
    return outcome
  }
}

function callOf(
  { services, clock }: Hall & { readonly clock: Clock },
  behalf: Behalf,
  { service: name, operation: operationName, input }: Errand,
): Call {
  const service = services.get(name)
  const operation = service?.operations.get(operationName)
  if (!service || !operation) throw new Error(`no ${operationName} in ${name}`)
  return {
    requestId: randomUUID(),
    draws: new Draws(clock.now()),
    origin: { sourceIp: '', userAgent: behalf.principal, host: '', secure: true },
    sender: serviceCaller(behalf),
    region: behalf.region,
    via: [],
    service,
    operationName,
    request: { operation, input },
  }
}
