/** Each detection tells of its incident, once; and what is told is told in the same way everywhere. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { incidentsOf, raised, raiseScene } from './scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const incidents = incidentsOf(scene)

for (const incident of incidents) {
  test(`${incident.detection}: ${incident.title}`, async (t) => {
    const { found, delayMs } = await raised(scene, incident)
    t.diagnostic(`told after ${Math.round(delayMs)} ms`)
    assert.equal(found.length, 1)
    const [alert] = found
    assert.equal(alert?.AcknowledgedDate, undefined)
    if (incident.detection !== 'rotation-overdue') assert.ok(alert?.RequestIds[0])
  })
}

test('nothing else was told, and each once', async () => {
  const told = (await scene.alerts()).map(({ Detection, Resource }) => `${Detection} ${Resource}`)
  const expected = incidents.map(({ detection, resource }) => `${detection} ${resource}`)
  assert.deepEqual(told.toSorted(), expected.toSorted())
  assert.deepEqual(scene.house.complaints, [])
})
