/** What the command line says of itself: examples everywhere, near names, and what shells complete. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { commandsOf } from '../../src/cli/examples.ts'
import { programOf } from '../../src/cli/program.ts'
import { typed } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-help-'))
after(() => rmSync(folder, { recursive: true }))

describe('--help', () => {
  for (const [name, command] of commandsOf(programOf())) {
    // What has no action of its own lists the commands that it has.
    const acts = '_actionHandler' in command && command._actionHandler !== null
    test(`${name} has a description${acts ? ', and an example of itself' : ''}`, () => {
      assert.notEqual(command.description(), '')
      if (!acts) return assert.ok(command.commands.length > 0)
      const printed: string[] = []
      command.configureOutput({ writeOut: (words) => void printed.push(words) }).outputHelp()
      const [, below = ''] = printed.join('').split(/\nExamples?:\n/)
      assert.match(below, new RegExp(`^ {2}strongroom ${name}\\b`), 'add it to src/cli/examples.ts')
    })
  }

  test('is printed', async () => {
    const { code, stdout } = await typed(['scan', '--help'])
    assert.equal(code, 0)
    assert.match(stdout, /\nExamples:\n {2}strongroom scan\n/)
  })
})

describe('what is not there', () => {
  const cases: readonly (readonly [words: string[], expected: RegExp])[] = [
    [['hstory'], /^strongroom: unknown command 'hstory'\n\(Did you mean history\?\)\n/],
    [['audit', 'tial'], /^strongroom: unknown command 'tial'\n\(Did you mean tail\?\)\n/],
    [
      ['get', 'x', '--feild', 'y'],
      /^strongroom: unknown option '--feild'\n\(Did you mean --field\?\)\n/,
    ],
    [
      ['quite-something-else'],
      /^strongroom: unknown command .*\n\(--help lists what there is\)\n$/,
    ],
    [['get'], /^strongroom: missing required argument 'secret'\n/],
  ]
  for (const [words, expected] of cases) {
    test(words.join(' '), async () => {
      const { code, stdout, stderr } = await typed(words)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, expected)
    })
  }
})

describe('completion', () => {
  const has = (shell: string) => spawnSync(shell, ['--version']).status === 0
  const skip = (shell: string) => (has(shell) ? false : `${shell} is not here`)
  const script = async (shell: string): Promise<string> => {
    const { code, stdout, stderr } = await typed(['completion', shell])
    assert.deepEqual([code, stderr], [0, ''])
    const path = join(folder, `strongroom.${shell}`)
    writeFileSync(path, stdout)
    return path
  }
  const cases: readonly (readonly [words: string[], expected: string[]])[] = [
    [['rot'], ['rotate']],
    [
      ['audit', ''],
      ['export', 'tail', 'verify'],
    ],
    [['audit', 'tail', '--fo'], ['--follow']],
    [['rotate', 'attach', 'some/secret', '--us'], ['--using']],
  ]

  test('bash', { skip: skip('bash') }, async () => {
    const path = await script('bash')
    for (const [words, expected] of cases) {
      const line = ['strongroom', ...words].map((word) => `'${word}'`).join(' ')
      const program = `source ${path}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _strongroom; printf '%s\\n' "\${COMPREPLY[@]}"`
      const shown = execFileSync('bash', ['-c', program], { encoding: 'utf8' })
      assert.deepEqual(shown.trim().split('\n').sort(), expected)
    }
  })

  test('zsh', { skip: skip('zsh') }, async () => {
    const path = await script('zsh')
    for (const [words, expected] of cases) {
      const line = ['strongroom', ...words].map((word) => `'${word}'`).join(' ')
      // What the completion system would be handed.
      const program = `compdef() { :; }; _describe() { print -rl -- \${(P)@[-1]%%:*}; }; source ${path}
words=(${line}); CURRENT=${words.length + 1}; PREFIX=${words.at(-1) || "''"}; _strongroom`
      const shown = execFileSync('zsh', ['-f', '-c', program], { encoding: 'utf8' })
      const fitting = shown
        .split('\n')
        .filter((each) => each !== '' && each.startsWith(words.at(-1) ?? ''))
      assert.deepEqual(fitting.sort(), expected)
    }
  })

  test('fish', { skip: skip('fish') }, async () => {
    const path = await script('fish')
    for (const [words, expected] of cases) {
      const program = `source ${path}; complete -C "strongroom ${words.join(' ')}"`
      const shown = execFileSync('fish', ['--no-config', '-c', program], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: folder },
      })
      const fitting = shown
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0])
      assert.deepEqual(fitting.sort(), expected)
    }
  })

  test('another shell is refused', async () => {
    assert.match((await typed(['completion', 'tcsh'])).stderr, /^strongroom: tcsh is not known/)
  })
})
