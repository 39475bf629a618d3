/**
 * When services were last used by those whom a report is about: those that their policies grant, and
 * those that they used although nothing grants them any more.
 */
import type { PolicyDocument } from '../../../policy/document.ts'
import { readPolicy } from '../../../policy/document.ts'
import { foldAscii } from '../../../policy/fold.ts'
import { arnOf } from '../arns.ts'
import { type LastUse, lastUseAt } from '../keys/last-use.ts'
import { defaultVersionOf } from '../managed.ts'
import type { AnyRecord, RoleRecord, UserRecord } from '../records.ts'
import { heldSources } from '../simulation/sources.ts'
import type { IdentityReader } from '../store.ts'
import { placesOf, type ServiceNames, servicesUsed } from '../uses.ts'

type Person = UserRecord | RoleRecord

/** One row for each service, by namespace. */
export async function reportOf(
  identities: IdentityReader,
  record: AnyRecord,
  people: readonly Person[],
) {
  const documents = await documentsOf(identities, record)
  const rows = [...servicesUsed].map(async ([service, names]) => {
    const uses = await usesOf(identities, service, people)
    const isGranted = documents.some((document) => grants(document, names.namespace))
    return isGranted || uses.length > 0 ? [rowOf(names, uses)] : []
  })
  return (await Promise.all(rows)).flat()
}

interface PersonalUse {
  readonly person: Person
  readonly last: LastUse
}

async function usesOf(
  identities: IdentityReader,
  service: string,
  people: readonly Person[],
): Promise<PersonalUse[]> {
  const uses: PersonalUse[] = []
  for (const person of people) {
    const last = await lastUseAt(identities, person.id, placesOf([service]))
    if (last) uses.push({ person, last })
  }
  return uses.sort((a, b) => b.last.at - a.last.at)
}

function rowOf({ namespace, title }: ServiceNames, uses: readonly PersonalUse[]) {
  const [latest] = uses
  return {
    ServiceName: title,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: uses.length,
    ...(latest && {
      LastAuthenticated: latest.last.at,
      LastAuthenticatedEntity: arnOf(latest.person),
      LastAuthenticatedRegion: latest.last.region,
    }),
  }
}

async function documentsOf(
  identities: IdentityReader,
  record: AnyRecord,
): Promise<PolicyDocument[]> {
  if (record.kind === 'profile') return []
  if (record.kind === 'policy') return [readPolicy(defaultVersionOf(record).text, 'identity')]
  const sources = await heldSources(identities, record)
  return sources.map(({ document }) => document)
}

/** Whether any Allow names an action of the service; conditions and denials do not count, as in AWS. */
const grants = ({ statements }: PolicyDocument, namespace: string): boolean =>
  statements.some(({ effect, actions }) => {
    if (effect !== 'Allow') return false
    const own = [`${namespace}:*`, '*']
    if (actions.negated) return !actions.values.some((each) => own.includes(foldAscii(each)))
    return actions.values.some((each) => {
      const action = foldAscii(each)
      return action === '*' || action.startsWith(`${namespace}:`)
    })
  })
