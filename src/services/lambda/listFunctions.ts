/**
 * The functions of an account in a region, in the order of their names; their `$LATEST`, or with
 * FunctionVersion=ALL every version of those that a page holds.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 */

import { printToken } from '../../lib/page.ts'
import { anything, eachOf } from '../operation.ts'
import { allSettings } from './code.ts'
import { configurationOf } from './configuration.ts'
import { notOffered } from './offered.ts'
import { itemsOf, placeOf } from './page.ts'
import { operation } from './service.ts'

export const listFunctions = operation('ListFunctions', {
  action: 'lambda:ListFunctions',
  touches: ({ caller }) => anything(caller.account),

  async run({ functions, caller, region }, input) {
    if (input.MasterRegion !== undefined && input.MasterRegion !== 'ALL') {
      throw notOffered('MasterRegion')
    }
    const shelf = { account: caller.account, region }
    const place = placeOf(input)
    const itemsMax = itemsOf(input)
    const after = place === undefined ? undefined : [place]
    const records = await functions.list(shelf, { after, itemsMax: itemsMax + 1 })
    const page = records.slice(0, itemsMax)
    const last = page.at(-1)
    const isWhole = input.FunctionVersion === 'ALL'
    const listed = eachOf(page, (record) => {
      const settings = isWhole ? allSettings({ functions }, shelf, record) : [record.latest]
      return settings.map((each) => configurationOf(shelf, record, each))
    })
    return {
      Functions: listed.flat(),
      ...(last && records.length > itemsMax && { NextMarker: printToken([last.name]) }),
    }
  },
})
