/**
 * The texts of XML elements that hold nothing else, by their names: enough for answers of the query
 * protocol that hold no markup in what is looked for. The last of a name stands.
 */
export const textsIn = (xml: string): ReadonlyMap<string, string> =>
  new Map(
    [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text]),
  )
