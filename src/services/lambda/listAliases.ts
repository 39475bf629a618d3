/**
 * The aliases of a function, or those that mean one of its versions.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html
 */
import { printAlias } from './alias.ts'
import { findFunction } from './function.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

export const listAliases = operation('ListAliases', {
  action: 'lambda:ListAliases',
  touches: (look, input) => findFunction(look, input),

  run(_rooms, input, { shelf, record }) {
    const { FunctionVersion: version } = input
    const meant = record.aliases.filter((alias) => !version || alias.version === version)
    const sorted = meant.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const { page, NextMarker } = pageOf(sorted, input, ({ name }) => name)
    return { NextMarker, Aliases: page.map((alias) => printAlias(shelf, record.name, alias)) }
  },
})
