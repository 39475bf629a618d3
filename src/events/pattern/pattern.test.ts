import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidPattern } from './invalid.ts'
import { compilePattern, eventTree } from './pattern.ts'

const holds = (pattern: object, event: object): boolean =>
  compilePattern(JSON.stringify(pattern)).matches(eventTree(event))

type Case = readonly [name: string, pattern: object, matching: object[], others: object[]]

const cases: readonly Case[] = [
  ['a text is met exactly', { a: ['x'] }, [{ a: 'x' }], [{ a: 'X' }, { a: 'xy' }, { b: 'x' }, {}]],
  ['one of several is enough', { a: ['x', 'y'] }, [{ a: 'y' }], [{ a: 'z' }]],
  ['all keys must hold', { a: ['x'], b: [1] }, [{ a: 'x', b: 1 }], [{ a: 'x' }, { b: 1 }]],
  ['keys are told apart by case', { A: ['x'] }, [{ A: 'x' }], [{ a: 'x' }]],
  ['numbers are compared as numbers', { a: [300] }, [{ a: 300.0 }, { a: 3e2 }], [{ a: '300' }]],
  ['booleans', { a: [true] }, [{ a: true }], [{ a: 'true' }, { a: 1 }, { a: false }]],
  ['null is null alone', { a: [null] }, [{ a: null }], [{ a: 'null' }, { a: '' }, {}, { a: [] }]],
  ['an empty text', { a: [''] }, [{ a: '' }], [{ a: null }, {}, { a: ' ' }]],
  ['inside each other', { a: { b: ['x'] } }, [{ a: { b: 'x' } }], [{ a: 'x' }, { b: 'x' }]],
  ['JSON in a text is a text', { a: { b: [1] } }, [], [{ a: '{"b":1}' }]],
  [
    'one element of an array is enough',
    { a: ['x'] },
    [{ a: ['y', 'x'] }],
    [{ a: ['y'] }, { a: [] }],
  ],
  ['arrays in arrays', { a: ['x'] }, [{ a: [['y'], ['x']] }], [{ a: [['y']] }]],
  [
    'one element must hold for all that is said below',
    { a: { b: [1], c: [2] } },
    [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 0 }, { b: 1, c: 2 }] }],
    [
      {
        a: [
          { b: 1, c: 3 },
          { b: 2, c: 2 },
        ],
      },
    ],
  ],
  [
    'arrays of objects with arrays',
    { a: { b: ['x'] } },
    [{ a: [{ b: ['y', 'x'] }] }],
    [{ a: [{ b: [] }] }],
  ],
  [
    'a key with dots is keys inside each other',
    { 'a.b': ['x'] },
    [{ a: { b: 'x' } }, { 'a.b': 'x' }],
    [],
  ],
  ['dots in the event alone', { a: { b: ['x'] } }, [{ 'a.b': 'x' }], [{ 'a.b': { b: 'x' } }]],
  [
    'prefix',
    { a: [{ prefix: 'ab' }] },
    [{ a: 'abc' }, { a: 'ab' }],
    [{ a: 'Abc' }, { a: 'xab' }, { a: 1 }],
  ],
  [
    'an empty prefix holds for every text',
    { a: [{ prefix: '' }] },
    [{ a: '' }, { a: 'x' }],
    [{ a: 1 }, {}],
  ],
  [
    'prefix in any case',
    { a: [{ prefix: { 'equals-ignore-case': 'AB' } }] },
    [{ a: 'abc' }, { a: 'aBc' }],
    [{ a: 'bab' }],
  ],
  ['suffix', { a: [{ suffix: '.png' }] }, [{ a: 'x.png' }], [{ a: 'x.PNG' }, { a: 'png' }]],
  [
    'suffix in any case',
    { a: [{ suffix: { 'equals-ignore-case': '.PNG' } }] },
    [{ a: 'x.png' }],
    [],
  ],
  [
    'equals-ignore-case',
    { a: [{ 'equals-ignore-case': 'aLice' }] },
    [{ a: 'ALICE' }],
    [{ a: 'alic' }, { a: 1 }],
  ],
  [
    'anything-but a text',
    { a: [{ 'anything-but': 'x' }] },
    [{ a: 'y' }, { a: 1 }, { a: null }, { a: ['x', 'y'] }],
    [{ a: 'x' }, {}, { a: ['x'] }, { a: { b: 1 } }],
  ],
  [
    'anything-but a number',
    { a: [{ 'anything-but': 1 }] },
    [{ a: 2 }, { a: '1' }],
    [{ a: 1 }, { a: 1.0 }],
  ],
  [
    'anything-but texts',
    { a: [{ 'anything-but': ['x', 'y'] }] },
    [{ a: 'z' }],
    [{ a: 'x' }, { a: 'y' }],
  ],
  ['anything-but numbers', { a: [{ 'anything-but': [1, 2] }] }, [{ a: 3 }], [{ a: 1 }, { a: 2 }]],
  [
    'anything-but a prefix',
    { a: [{ 'anything-but': { prefix: 'x' } }] },
    [{ a: 'ax' }, { a: 1 }],
    [{ a: 'xa' }, {}],
  ],
  [
    'anything-but prefixes',
    { a: [{ 'anything-but': { prefix: ['x', 'y'] } }] },
    [{ a: 'z' }],
    [{ a: 'ya' }],
  ],
  [
    'anything-but a suffix',
    { a: [{ 'anything-but': { suffix: 'x' } }] },
    [{ a: 'xa' }],
    [{ a: 'ax' }],
  ],
  [
    'anything-but a wildcard',
    { a: [{ 'anything-but': { wildcard: 'x*z' } }] },
    [{ a: 'xy' }],
    [{ a: 'xyz' }, { a: 'xz' }],
  ],
  [
    'anything-but in any case',
    { a: [{ 'anything-but': { 'equals-ignore-case': ['x', 'y'] } }] },
    [{ a: 'z' }, { a: null }],
    [{ a: 'X' }, { a: 'Y' }],
  ],
  [
    'numeric =',
    { a: [{ numeric: ['=', 3] }] },
    [{ a: 3 }, { a: 3.0 }],
    [{ a: 4 }, { a: '3' }, { a: null }],
  ],
  ['numeric <', { a: [{ numeric: ['<', 3] }] }, [{ a: 2.9 }, { a: -1 }], [{ a: 3 }]],
  ['numeric <=', { a: [{ numeric: ['<=', 3] }] }, [{ a: 3 }], [{ a: 3.01 }]],
  ['numeric >', { a: [{ numeric: ['>', 3] }] }, [{ a: 3.01 }], [{ a: 3 }]],
  ['numeric >=', { a: [{ numeric: ['>=', 3] }] }, [{ a: 3 }], [{ a: 2 }]],
  [
    'a numeric range',
    { a: [{ numeric: ['>', 0, '<=', 5] }] },
    [{ a: 5 }, { a: 0.1 }],
    [{ a: 0 }, { a: 6 }],
  ],
  [
    'exists',
    { a: [{ exists: true }] },
    [{ a: 1 }, { a: null }, { a: '' }, { a: [0] }],
    [{}, { a: [] }, { a: { b: 1 } }],
  ],
  [
    'exists not',
    { a: [{ exists: false }] },
    [{}, { b: 1 }, { a: { b: 1 } }, { a: [] }],
    [{ a: 1 }, { a: null }],
  ],
  [
    'exists not, below what is missing',
    { a: { b: [{ exists: false }] } },
    [{}, { a: 1 }, { a: {} }],
    [{ a: { b: 0 } }],
  ],
  [
    'exists not is about all elements',
    { a: { b: [{ exists: false }] } },
    [{ a: [{ c: 1 }] }],
    [{ a: [{ c: 1 }, { b: 1 }] }],
  ],
  ['exists not, or a value', { a: [{ exists: false }, 'x'] }, [{}, { a: 'x' }], [{ a: 'y' }]],
  [
    'cidr v4',
    { a: [{ cidr: '10.0.0.0/24' }] },
    [{ a: '10.0.0.255' }],
    [{ a: '10.0.1.0' }, { a: 'x' }, { a: 10 }],
  ],
  [
    'cidr of one address',
    { a: [{ cidr: '10.0.0.1/32' }] },
    [{ a: '10.0.0.1' }],
    [{ a: '10.0.0.2' }],
  ],
  [
    'cidr v6',
    { a: [{ cidr: '2001:db8::/32' }] },
    [{ a: '2001:db8:1::1' }],
    [{ a: '2001:db9::1' }, { a: '10.0.0.1' }],
  ],
  [
    'wildcard',
    { a: [{ wildcard: 'a*c*e' }] },
    [{ a: 'ace' }, { a: 'abcde' }],
    [{ a: 'acd' }, { a: 'xace' }, { a: 1 }],
  ],
  [
    'a wildcard at either end',
    { a: [{ wildcard: '*b*' }] },
    [{ a: 'b' }, { a: 'abc' }],
    [{ a: 'ac' }],
  ],
  [
    'ends do not overlap',
    { a: [{ wildcard: 'ab*ba' }] },
    [{ a: 'abba' }, { a: 'abxba' }],
    [{ a: 'aba' }],
  ],
  [
    'a star and a backslash as they are',
    { a: [{ wildcard: '\\*\\\\*' }] },
    [{ a: '*\\x' }],
    [{ a: 'x\\x' }],
  ],
  ['an empty wildcard never holds', { a: [{ wildcard: '' }] }, [], [{ a: '' }, { a: 'x' }]],
  [
    '$or at the top',
    { $or: [{ a: [1] }, { b: [2] }] },
    [{ a: 1 }, { b: 2, a: 0 }],
    [{ a: 2, b: 1 }],
  ],
  [
    '$or further down, beside others',
    { d: { e: ['x'], $or: [{ a: [1] }, { b: [{ numeric: ['<', 9] }] }] } },
    [{ d: { e: 'x', a: 1 } }, { d: { e: 'x', b: 2 } }],
    [{ d: { e: 'x' } }, { d: { a: 1 } }, { d: { e: 'y', b: 2 } }],
  ],
  ['$or in $or', { $or: [{ a: [1] }, { $or: [{ b: [1] }, { c: [1] }] }] }, [{ c: 1 }], [{ d: 1 }]],
  [
    '$or whose objects are operators is a key',
    { $or: [{ prefix: 'x' }, { suffix: 'y' }] },
    [{ $or: 'xa' }],
    [{ a: 1 }],
  ],
  ['$or of one is a key', { $or: [{ 'anything-but': 'x' }] }, [{ $or: 'y' }], [{ $or: 'x' }]],
  [
    'of several operators the first counts',
    { a: [{ prefix: 'x', suffix: 'y' }] },
    [{ a: 'xa' }],
    [{ a: 'ay' }],
  ],
  [
    'a key of an object prototype is none',
    { toString: [{ exists: true }] },
    [{ toString: 'x' }],
    [{}],
  ],
]

describe('patterns', () => {
  for (const [name, pattern, matching, others] of cases) {
    test(name, () => {
      for (const event of matching) assert.ok(holds(pattern, event), JSON.stringify(event))
      for (const event of others) assert.ok(!holds(pattern, event), JSON.stringify(event))
    })
  }
})

const refusals: readonly (readonly [pattern: string, words: string | RegExp])[] = [
  ['{"a":"x"}', '"a" must be an object or an array'],
  ['{"a":1}', '"a" must be an object or an array'],
  ['{"a":null}', '"a" must be an object or an array'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{}', 'Empty objects are not allowed'],
  ['["a"]', 'Filter is not an object'],
  ['"a"', 'Filter is not an object'],
  ['{"a":', /not JSON/],
  ['{"a":[1],"a":[2]}', /pattern is/],
  ['{"a":[["x"]]}', 'Match value must be String, number, true, false, or null'],
  ['{"a":[{"EXISTS":true}]}', 'Unrecognized match type EXISTS'],
  ['{"a":[{"exists":"yes"}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"prefix":1}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"prefix":["x"]}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"suffix":1}]}', 'suffix match pattern must be a string'],
  ['{"a":[{"equals-ignore-case":["x"]}]}', 'equals-ignore-case match pattern must be a string'],
  ['{"a":[{"wildcard":1}]}', 'wildcard match pattern must be a string'],
  ['{"a":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 2'],
  ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 1'],
  ['{"a":[{"wildcard":"*:*:*:*:*:x/*"}]}', /^Rule is too complex/],
  ['{"a":[{"cidr":"10.0.0.1"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"cidr":"10.0.0.1/x"}]}', 'Malformed CIDR, mask bits must be an integer'],
  ['{"a":[{"cidr":"10.0.x.1/8"}]}', 'Nonstandard IP address: 10.0.x.1'],
  ['{"a":[{"cidr":"xx:db8::/8"}]}', 'Nonstandard IP address: xx:db8::'],
  ['{"a":[{"cidr":1}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"numeric":3}]}', 'Value of numeric must be an array.'],
  ['{"a":[{"numeric":["<","3"]}]}', 'Value of < must be numeric'],
  ['{"a":[{"numeric":["=","3"]}]}', 'Value of equals must be numeric'],
  ['{"a":[{"numeric":[">",0,">",9]}]}', 'Bad numeric range operator: >'],
  ['{"a":[{"numeric":["<",9,">",0]}]}', 'Bad numeric range operator: >'],
  ['{"a":[{"numeric":[">",9,"<",0]}]}', 'Bottom must be less than top'],
  ['{"a":[{"numeric":["<",6000000000]}]}', 'Value must be between -5.0E9 and 5.0E9, inclusive'],
  [
    '{"a":[{"anything-but":null}]}',
    'Value of anything-but must be an array or single string/number value.',
  ],
  [
    '{"a":[{"anything-but":true}]}',
    'Value of anything-but must be an array or single string/number value.',
  ],
  [
    '{"a":[{"anything-but":["x",null]}]}',
    'Inside anything but list, start|null|boolean is not supported.',
  ],
  ['{"a":[{"anything-but":["x",1]}]}', /mixed type is not supported$/],
  ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed'],
  ['{"a":[{"anything-but":{"suffix":1}}]}', 'prefix/suffix match pattern must be a string'],
  [
    '{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}',
    'Value of anything-but must be an array or single string/number value.',
  ],
  ['{"a":[{"anything-but":{"wildcard":[1]}}]}', 'wildcard match pattern must be a string'],
  [
    '{"a":[{"anything-but":{"equals-ignore-case":[1]}}]}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  ],
]

describe('patterns that are none', () => {
  for (const [text, words] of refusals) {
    test(text, () => {
      assert.throws(
        () => compilePattern(text),
        (thrown) => {
          assert.ok(thrown instanceof InvalidPattern)
          if (typeof words === 'string') assert.equal(thrown.message, words)
          else assert.match(thrown.message, words)
          return true
        },
      )
    })
  }
})

test('no pattern makes a match dear', () => {
  const pattern = { a: [{ wildcard: '*aa*aa*aa*aa*b' }] }
  assert.ok(!holds(pattern, { a: 'a'.repeat(200_000) }))
  const wide = { a: { a: { a: { a: { a: ['x'] } } } } }
  let event: unknown = Array(40).fill('y')
  for (let depth = 0; depth < 4; depth++) event = Array(8).fill({ a: event })
  assert.ok(!holds(wide, { a: event }))
})
