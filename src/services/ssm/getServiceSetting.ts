/**
 * The account's settings of Parameter Store. They stand as AWS has them by default.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html
 */
import { formatArn, partitionOf } from '../../lib/arn.ts'
import { hereOf } from './parameter.ts'
import type { Shelf } from './records.ts'
import { fault, operation } from './service.ts'

const settings: ReadonlyMap<string, string> = new Map([
  ['/ssm/parameter-store/default-parameter-tier', 'Standard'],
  ['/ssm/parameter-store/high-throughput-enabled', 'false'],
])

const arnPrefix = /^arn:[^:]+:ssm:[^:]+:\d{12}:servicesetting/

export const getServiceSetting = operation('GetServiceSetting', {
  action: 'ssm:GetServiceSetting',

  touches(look, input) {
    const shelf = hereOf(look)
    return { arn: arnOf(shelf, idOf(input.SettingId)), account: shelf.account }
  },

  run(_rooms, input, { arn }) {
    const id = idOf(input.SettingId)
    const value = settings.get(id)
    if (value === undefined) throw fault('ServiceSettingNotFound', `The setting ${id} is not here.`)
    return {
      ServiceSetting: { SettingId: id, SettingValue: value, ARN: arn, Status: 'Default' },
    }
  },
})

const idOf = (text: string): string => text.replace(arnPrefix, '')

const arnOf = ({ account, region }: Shelf, id: string) =>
  formatArn({
    ...{ partition: partitionOf(region), service: 'ssm', region, account },
    resource: `servicesetting${id}`,
  })
