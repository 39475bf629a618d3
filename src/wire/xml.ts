/**
 * XML elements for the query protocol. What leaves is XML 1.0 whatever it holds: a carriage return
 * is escaped, since parsers read a bare one as a line feed, and characters that XML cannot hold
 * become U+FFFD, since one of them in a message would make the whole answer unreadable.
 *
 * The writing is xmlbuilder's: docs/decisions/0004-xml.md.
 */
import { create } from 'xmlbuilder'
import { base64 } from '../lib/bytes.ts'
import { isoSeconds } from '../lib/clock.ts'
import type { ListPlan, MapPlan, Plan, StructurePlan } from './plan.ts'
import type { Structure } from './protocol.ts'

/** An element's text, its children by name, or several elements of one name. */
export type Xml = string | Xml[] | { [element: string]: Xml }

/** A document of one root element in a namespace. */
export function printXml(
  root: string,
  namespace: string,
  children: { [element: string]: Xml },
): string {
  const document = { [root]: { '@xmlns': namespace, ...children } }
  return create(document, { headless: true, invalidCharReplacement: '\ufffd' }).end()
}

/** The members of an output as elements. */
export function structureXml(
  value: object,
  { members }: StructurePlan,
): { [element: string]: Xml } {
  const elements: { [element: string]: Xml } = {}
  for (const { name, element, plan } of members) {
    const member = (value as Structure)[name]
    if (member !== undefined && member !== null) elements[element] = xmlOf(member, plan)
  }
  return elements
}

function xmlOf(value: unknown, plan: Plan): Xml {
  switch (plan.type) {
    case 'structure':
      return structureXml(value as object, plan)
    case 'list':
      return listXml(value as readonly unknown[], plan)
    case 'map':
      return mapXml(value as Structure, plan)
    case 'timestamp':
      return isoSeconds(value as number)
    case 'blob':
      return base64(value as Uint8Array)
    default:
      return String(value).toWellFormed()
  }
}

function listXml(list: readonly unknown[], { item, itemElement }: ListPlan): Xml {
  const items = list.map((value) => xmlOf(value, item))
  return itemElement === undefined ? items : { [itemElement]: items }
}

function mapXml(map: Structure, { key, item, keyElement, itemElement, isFlat }: MapPlan): Xml {
  const entries = Object.entries(map).map(([name, value]) => ({
    [keyElement]: xmlOf(name, key),
    [itemElement]: xmlOf(value, item),
  }))
  return isFlat ? entries : { entry: entries }
}
