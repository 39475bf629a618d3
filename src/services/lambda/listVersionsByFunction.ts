/**
 * The versions of a function, `$LATEST` first.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
 */
import { eachOf } from '../operation.ts'
import { configurationOf } from './configuration.ts'
import { findFunction, settingsOf } from './function.ts'
import { latest } from './name.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

export const listVersionsByFunction = operation('ListVersionsByFunction', {
  action: 'lambda:ListVersionsByFunction',
  touches: (look, input) => findFunction(look, input),

  run({ functions }, input, { shelf, record }) {
    const names = [latest, ...record.versions.map(String)]
    const { page, NextMarker } = pageOf(names, input, (name) => name)
    const found = eachOf(page, (version) => settingsOf(functions, shelf, record, version))
    const versions = found.filter((settings) => settings !== undefined)
    return {
      NextMarker,
      Versions: versions.map((settings) =>
        configurationOf(shelf, record, settings, settings.version),
      ),
    }
  },
})
