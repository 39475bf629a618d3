/** How the store is sealed: by which seal, under which store keys, and what is on its way. */
import { anything } from '../operation.ts'
import { sealView } from './seal.ts'
import { operation } from './service.ts'

export const describeSeal = operation('DescribeSeal', {
  action: 'strongroom:DescribeSeal',
  touches: ({ operator }) => anything(operator),
  run: ({ keys }) => sealView(keys),
})
