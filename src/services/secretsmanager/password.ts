/**
 * Random passwords: every password that fits the wishes is equally likely, since whole drafts are
 * drawn evenly and thrown away until one fits. Placing one character of each class first and filling
 * up behind would favour some.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
import { randomInt } from 'node:crypto'
import { fault } from './service.ts'

interface Wishes {
  readonly PasswordLength?: number | undefined
  readonly ExcludeCharacters?: string | undefined
  readonly ExcludeNumbers?: boolean | undefined
  readonly ExcludePunctuation?: boolean | undefined
  readonly ExcludeUppercase?: boolean | undefined
  readonly ExcludeLowercase?: boolean | undefined
  readonly IncludeSpace?: boolean | undefined
  readonly RequireEachIncludedType?: boolean | undefined
}

const classes = [
  { characters: 'abcdefghijklmnopqrstuvwxyz', excluded: 'ExcludeLowercase' },
  { characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', excluded: 'ExcludeUppercase' },
  { characters: '0123456789', excluded: 'ExcludeNumbers' },
  { characters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', excluded: 'ExcludePunctuation' },
] as const

const lengthDefault = 32

/** What a password is drawn from. */
export interface Alphabet {
  readonly length: number
  readonly characters: readonly string[]
  /** Classes of which one character each must occur. */
  readonly required: readonly ReadonlySet<string>[]
}

/** The alphabet that the wishes leave. Throws InvalidParameterException if no password could fit. */
export function alphabetOf(wishes: Wishes): Alphabet {
  const length = wishes.PasswordLength ?? lengthDefault
  const excluded = new Set(wishes.ExcludeCharacters ?? '')
  const included = classes
    .filter(({ excluded: wish }) => !wishes[wish])
    .map(({ characters }) => [...characters].filter((each) => !excluded.has(each)))
    .filter((characters) => characters.length > 0)
  const space = wishes.IncludeSpace && !excluded.has(' ') ? [' '] : []
  const characters = [...included.flat(), ...space]
  const isStrict = wishes.RequireEachIncludedType ?? true
  const required = isStrict ? included.map((each) => new Set(each)) : []
  if (characters.length === 0) {
    throw fault('InvalidParameterException', 'No characters are left to make a password of.')
  }
  if (length < required.length) {
    throw fault(
      'InvalidParameterException',
      'Password length is too short based on the required types.',
    )
  }
  return { length, characters, required }
}

/** The rarest fitting password, four characters of which three have no choice, comes once in 2,000. */
const draftsMax = 200_000

export function drawPassword(alphabet: Alphabet): string {
  for (let drafts = 0; drafts < draftsMax; drafts++) {
    const draft = drawDraft(alphabet)
    if (alphabet.required.every((each) => draft.some((character) => each.has(character)))) {
      return draft.join('')
    }
  }
  throw new Error('no draft of a password fitted')
}

const drawDraft = ({ length, characters }: Alphabet): string[] =>
  Array.from({ length }, () => characters[randomInt(characters.length)] ?? '')
