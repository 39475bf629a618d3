/** The exact text that is written; clients.test.ts reads it again with a parser that is not ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printXml, type Xml } from './xml.ts'

const print = (text: string) => printXml('A', 'urn:a', { B: text })
const inside = (text: string) =>
  print(text).slice('<A xmlns="urn:a"><B>'.length, -'</B></A>'.length)

test('what could be markup is text', () => {
  assert.equal(inside('</B><C x="1">'), '&lt;/B&gt;&lt;C x="1"&gt;')
  assert.equal(inside('&amp;<![CDATA[x]]>'), '&amp;amp;&lt;![CDATA[x]]&gt;')
})

test('a carriage return is escaped, since parsers make a line feed of a bare one', () => {
  assert.equal(inside('a\r\nb'), 'a&#xD;\nb')
})

test('a character that XML cannot hold becomes U+FFFD', () => {
  assert.equal(
    inside('a\u0000b\u0001\u000b\u001fc\ufffe\uffffd'),
    'a\ufffdb\ufffd\ufffd\ufffdc\ufffd\ufffdd',
  )
  assert.equal(inside('😀\u0085é'), '😀\u0085é')
})

test('children, several of one name, and empty ones', () => {
  const children: { [element: string]: Xml } = { B: ['1', '', '2'], C: { D: [] }, E: [] }
  assert.equal(printXml('A', 'urn:a', children), '<A xmlns="urn:a"><B>1</B><B/><B>2</B><C/></A>')
})

test('a namespace cannot leave its quotes', () => {
  assert.equal(printXml('A', 'a"b<', { B: '' }), '<A xmlns="a&quot;b&lt;"><B/></A>')
})
