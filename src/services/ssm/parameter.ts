/** A parameter as operations see it, found for a call or absent. */
import type { Arn } from '../../lib/brand.ts'
import { Absent, type Subject } from '../operation.ts'
import { type Asked, type Context, requestContext, tagContext } from './context.ts'
import { arnOf, type Meaning, parseName } from './name.ts'
import type { ParameterRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'

const parameterType = 'AWS::SSM::Parameter'

/** A parameter that exists, found for this call. */
export interface Parameter extends Subject {
  readonly arn: Arn
  readonly shelf: Shelf
  readonly record: ParameterRecord
  readonly selector: string | undefined
}

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Pick<Look, 'caller' | 'region'>): Shelf => ({
  account: caller.account,
  region,
})

/** The parameter that a request means, or its absence. */
export function findParameter(look: Look, text: string, asked: Asked = {}): Parameter | Absent {
  const meaning = parseName(hereOf(look), text)
  const { shelf, name } = meaning
  const context = requestContext(asked)
  const record = shelf.region === look.region ? look.parameters.find(shelf, name) : undefined
  return record ? parameterOf(meaning, record, context) : absentParameter(shelf, name, context)
}

/** One that may only be meant as a whole: a version cannot be put, labelled or deleted by its name. */
export function findWhole(look: Look, text: string, asked: Asked = {}) {
  const { selector } = parseName(hereOf(look), text)
  if (selector === undefined) return findParameter(look, text, asked)
  throw fault('ValidationException', `Parameter name must not have a selector: ${selector}`)
}

function parameterOf(meaning: Meaning, record: ParameterRecord, asked: Context): Parameter {
  const { shelf, selector } = meaning
  return {
    arn: arnOf(shelf, record.name),
    account: shelf.account,
    context: { ...asked, ...tagContext(record.tags) },
    type: parameterType,
    ...{ shelf, record, selector },
  }
}

function absentParameter(shelf: Shelf, name: string, context: Context): Absent {
  const arn = arnOf(shelf, name)
  return new Absent({ arn, account: shelf.account, shown: arn, context }, notFound())
}

export const notFound = () => fault('ParameterNotFound')

/** What a request is decided on that names a place for a parameter, not one that is there. */
export const subjectAt = (shelf: Shelf, name: string, asked: Asked): Subject => ({
  arn: arnOf(shelf, name),
  account: shelf.account,
  context: requestContext(asked),
  type: parameterType,
})

/** Whether a subject is a parameter that exists. */
export const isParameter = (subject: Subject): subject is Parameter => 'record' in subject
