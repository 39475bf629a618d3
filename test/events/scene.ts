/** Rules that send to a receiver, as a test needs them. */
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import type { TestHouse } from '../house.ts'

export const eventsOf = (house: Pick<TestHouse, 'client'>): EventBridgeClient =>
  new EventBridgeClient(house.client())

/** An API destination that is called by an API key; its ARN. */
export async function destinationTo(
  client: EventBridgeClient,
  name: string,
  endpoint: string,
  key = { ApiKeyName: 'X-Key', ApiKeyValue: 'a-key-of-the-receiver' },
): Promise<string> {
  const { ConnectionArn } = await client.send(
    new CreateConnectionCommand({
      ...{ Name: name, AuthorizationType: 'API_KEY' },
      AuthParameters: { ApiKeyAuthParameters: key },
    }),
  )
  const { ApiDestinationArn = '' } = await client.send(
    new CreateApiDestinationCommand({
      ...{ Name: name, ConnectionArn, InvocationEndpoint: endpoint, HttpMethod: 'POST' },
    }),
  )
  return ApiDestinationArn
}

/** A rule for all calls that fit a pattern, reads too, with one target. */
export async function ruleFor(
  client: EventBridgeClient,
  name: string,
  pattern: object,
  target: Omit<Target, 'Id'>,
): Promise<void> {
  const EventPattern = JSON.stringify(pattern)
  const State = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'
  await client.send(new PutRuleCommand({ Name: name, EventPattern, State }))
  const Targets = [{ Id: 'one', ...target } as Target]
  await client.send(new PutTargetsCommand({ Rule: name, Targets }))
}
