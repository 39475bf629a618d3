/** An input as a form of the query protocol: the client's side, for tests. */
export function formOf(action: string, version: string, input: object): string {
  const form = new URLSearchParams({ Action: action, Version: version })
  put(form, '', input)
  return form.toString()
}

function put(form: URLSearchParams, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) put(form, `${path}.member.${at + 1}`, item)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value))
      put(form, path ? `${path}.${name}` : name, item)
  } else if (value !== undefined) form.append(path, String(value))
}
