/** What this service keeps: the collections stand in the room of events, which works with them. */

export { EventReader, EventStore } from '../../events/store.ts'
export { announce } from '../../store/outbox.ts'
