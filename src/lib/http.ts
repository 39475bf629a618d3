/**
 * node:http, as far as it is used here. An import by its name reads all that it exports, among it the
 * WebSocket of fetch, which loads the whole of fetch: 40 ms of each start.
 */
export const { Agent, createServer, get, request } = process.getBuiltinModule('node:http')
