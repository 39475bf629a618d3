/** Finds the function's handler by its name: the file, then what is exported from it. */
import { statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Error classes carry the names that AWS's runtime reports. */
export const named = (name, message) => Object.assign(new Error(message), { name })

/** ES modules are looked for along NODE_PATH too, as AWS's runtime does and Node does not. */
export function wirePaths() {
  const parents = (process.env.NODE_PATH ?? '')
    .split(':')
    .filter((path) => path.endsWith('/node_modules'))
    .map((path) => pathToFileURL(join(dirname(path), 'index.js')).href)
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (thrown) {
        const isBare = !/^(?:\.|\/|#|[a-z]+:)/.test(specifier)
        if (!isBare || thrown?.code !== 'ERR_MODULE_NOT_FOUND') throw thrown
        for (const parentURL of parents) {
          try {
            return next(specifier, { ...context, parentURL })
          } catch {} // not there either
        }
        throw thrown
      }
    },
  })
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

const findFile = (path) => ['', '.js', '.mjs', '.cjs'].map((end) => path + end).find(isFile)

async function loadModule(folder, name) {
  const file = findFile(resolve(process.env.LAMBDA_TASK_ROOT, folder, name))
  try {
    if (file) return await import(pathToFileURL(file).href)
    const require = createRequire(join(process.env.LAMBDA_TASK_ROOT, 'index.js'))
    return await import(pathToFileURL(require.resolve(join(folder, name))).href)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(thrown))
    const missing = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(thrown?.code)
    if (missing) throw named('Runtime.ImportModuleError', String(thrown))
    throw thrown
  }
}

export async function loadHandler(text) {
  const [, name, path] = /^([^.]*)\.(.+)$/.exec(basename(text)) ?? []
  if (!name || text.includes('..')) throw named('Runtime.MalformedHandlerName', 'Bad handler')
  const module = await loadModule(dirname(text), name)
  const walk = (from) => path.split('.').reduce((at, key) => at?.[key], from)
  // What a CommonJS module exports by computing is found under its default export only.
  const handler = walk(module) ?? walk(module.default)
  if (typeof handler === 'function') return handler
  const words = handler === undefined ? 'undefined or not exported' : 'not a function'
  throw named('Runtime.HandlerNotFound', `${text} is ${words}`)
}
