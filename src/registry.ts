/** The services that are served, each with what the house lends it. */
import type { Alarming } from './alarming.ts'
import { serviceActRecord } from './audit/event.ts'
import { publicKeys } from './audit/files/digest-keys.ts'
import { AuditLog } from './audit/log.ts'
import { receiptRecord } from './audit/receipt.ts'
import type { Backups } from './backups.ts'
import type { Config } from './config.ts'
import { alerts } from './detecting.ts'
import { type Events, letters } from './eventing.ts'
import { inventory } from './inventory.ts'
import type { Keyring } from './keyring/keyring.ts'
import { PageTokens } from './lib/page.ts'
import type { Outlets } from './outlets.ts'
import { identities, peopleOf, sealedKeyOf } from './ports.ts'
import { mayInvokeLambda, rotationsOf } from './rotating.ts'
import { cloudtrail } from './services/cloudtrail/index.ts'
import { cloudwatch } from './services/cloudwatch/index.ts'
import { events } from './services/events/index.ts'
import { iam } from './services/iam/index.ts'
import { KeySecrets } from './services/iam/secrets.ts'
import { type KmsPorts, kms } from './services/kms/index.ts'
import { KeyReader } from './services/kms/store.ts'
import type { KeyEvent } from './services/kms/sweep.ts'
import { type Ports as FunctionPorts, lambda } from './services/lambda/index.ts'
import { logs } from './services/logs/index.ts'
import type { Service } from './services/operation.ts'
import type { ServiceEvent } from './services/secretsmanager/events.ts'
import { type Ports as SecretPorts, secretsManager } from './services/secretsmanager/index.ts'
import { type PolicyEvent, ssm } from './services/ssm/index.ts'
import { strongroom } from './services/strongroom/index.ts'
import type { Ports as OperatorPorts } from './services/strongroom/service.ts'
import { fetchJson } from './services/sts/fetch-json.ts'
import { sts } from './services/sts/index.ts'
import { IssuerKeys } from './services/sts/issuer-keys.ts'
import { SessionTokens } from './services/sts/tokens.ts'
import { Journal, type JournalKeys } from './store/journal.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

/** What the services share with the corridor and with what the clock brings. */
export interface Loans {
  readonly secrets: KeySecrets
  readonly sessions: SessionTokens
  readonly keyPorts: KmsPorts
  readonly secretPorts: SecretPorts
}

export function loansOf(
  keyring: Keyring,
  regions: ReadonlySet<string>,
  { functions }: World,
  wakeRotation: () => void,
): Loans {
  return {
    secrets: new KeySecrets(keyring.sealer('credentials')),
    sessions: new SessionTokens(keyring.sealer('sessions')),
    keyPorts: {
      sealer: keyring.sealer('kms'),
      stampKey: keyring.lasting('kms stamps'),
      regions,
    },
    secretPorts: {
      tokens: new PageTokens(keyring.sealer('page tokens')),
      regions,
      eventRecord: secretEventRecord,
      findKeyId: (attempt, shelf, alias) => new KeyReader(attempt).findAlias(shelf, alias)?.keyId,
      functions: {
        mayInvoke: (desk, functionArn, secretArn) =>
          functions?.mayInvoke(functionArn) ?? mayInvokeLambda(desk, functionArn, secretArn),
      },
      wakeRotation,
    },
  }
}

/** The services by the name in a credential scope. */
export function servicesOf(
  {
    secrets,
    sessions,
    keyPorts,
    secretPorts,
    functions,
    alarming,
    events: { connections, admits },
  }: Loans & {
    readonly functions: FunctionPorts
    readonly alarming: Alarming
    readonly events: Pick<Events, 'connections' | 'admits'>
  },
  store: Store,
  outlets: Outlets,
  backups: Backups,
  keeping: Pick<OperatorPorts, 'keys' | 'diagnosis' | 'nodes' | 'changes'>,
  journalKeys: JournalKeys,
  config: Config,
  world: World,
): ReadonlyMap<string, Service> {
  const issuers = new IssuerKeys(fetchJson, config.privateIssuers, world.complain)
  const services = [
    secretsManager(secretPorts),
    iam(secrets),
    kms(keyPorts),
    sts(sessions, identities, issuers),
    ssm(secretPorts.tokens),
    logs({ tokens: secretPorts.tokens, measure: alarming.measure }),
    cloudwatch({ tokens: secretPorts.tokens, touched: alarming.touched }),
    lambda(functions),
    events({ tokens: secretPorts.tokens, connections, admits }),
    cloudtrail({
      events: outlets.lookup,
      tokens: secretPorts.tokens,
      buckets: config.exports.buckets,
      deliveryOf: outlets.deliveryOf,
      publicKeys,
    }),
    strongroom({
      alerts,
      letters,
      audit: new AuditLog(store, new Journal(journalKeys)),
      events: outlets.lookup,
      inventory,
      people: peopleOf(secrets),
      backups: backups.ports,
      ...keeping,
      rotations: rotationsOf(secretPorts),
      receiptRecord,
      sealedKeyOf,
      operator: config.account,
    }),
  ]
  return new Map(services.map((service) => [service.model.signingName, service]))
}

/** What Secrets Manager does on its own account, as the audit writes it. */
const secretEventRecord = ({ name, shelf, secretArn, ...event }: ServiceEvent): object =>
  serviceActRecord({
    ...{ ...event, ...shelf },
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: name,
    details: { SecretId: secretArn },
  })

/** The same for what the clock does to keys. */
export const keyEventRecord = ({ name, at, shelf, keyArn, eventId }: KeyEvent): object =>
  serviceActRecord({
    ...{ eventId, at, ...shelf },
    eventSource: 'kms.amazonaws.com',
    eventName: name,
    details: { keyId: keyArn },
  })

/** The same for what policies of parameters bring about. */
export const policyEventRecord = (event: PolicyEvent): object =>
  serviceActRecord({
    ...{ eventId: event.eventId, at: event.at, ...event.shelf },
    eventSource: 'ssm.amazonaws.com',
    eventName: 'ParameterStorePolicyAction',
    details: {
      'parameter-arn': event.parameterArn,
      'parameter-name': event.parameterName,
      'parameter-type': event.parameterType,
      'policy-type': event.policyType,
      'policy-content': event.policyContent,
    },
  })
