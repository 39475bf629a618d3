/** Users that a call names, or is made by. */
import type { Absent } from '../../operation.ts'
import { type Context, type Found, find } from '../entity.ts'
import { fault, type Look } from '../service.ts'

/** The user of that name; without a name the caller itself is meant, which root is not. */
export function findUserOrSelf(
  look: Look,
  name: string | undefined,
  context: Context = {},
): Found<'user'> | Absent {
  const meant = name ?? look.caller.userName
  if (meant === undefined) {
    throw fault(
      'ValidationException',
      'Must specify userName when calling with non-User credentials',
    )
  }
  return find(look, 'user', meant, context)
}
