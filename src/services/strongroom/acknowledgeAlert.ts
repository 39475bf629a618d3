/**
 * Somebody has seen to an alert: it is open no more, and what is found after that is a new one. Whoever
 * did so first stays on it.
 */
import { anything } from '../operation.ts'
import { alertView } from './alert.ts'
import { fault, operation } from './service.ts'

export const acknowledgeAlert = operation('AcknowledgeAlert', {
  action: 'strongroom:AcknowledgeAlert',
  touches: ({ caller }) => anything(caller.account),

  run({ alerts, attempt, caller, draws }, { AlertId }) {
    const alert = alerts.find(attempt, caller.account, AlertId)
    if (!alert) throw fault('ResourceNotFoundException', `There is no alert ${AlertId}.`)
    const acknowledged = alert.acknowledged ?? { at: draws.at, by: caller.arn }
    if (!alert.acknowledged) alerts.put(attempt, { ...alert, acknowledged })
    return { Alert: alertView({ ...alert, acknowledged }) }
  },
})
