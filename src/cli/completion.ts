/**
 * strongroom completion: a script that makes a shell complete commands and flags, made of the commands
 * themselves. Where neither fits, the shell completes files.
 */
import type { Command } from 'commander'
import { Refusal } from '../lib/fault.ts'
import { commandsOf } from './examples.ts'

interface Word {
  readonly name: string
  readonly about: string
}

/** What may follow the words of one command. */
interface Place {
  /** The command's words, a blank before each; empty for the program itself. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly flags: readonly Word[]
}

export function completion(shell: string, program: Command): void {
  const print = shells.get(shell)
  if (!print) throw new Refusal(`${shell} is not known: bash, zsh or fish.`)
  process.stdout.write(print([placeOf('', program), ...placesBelow(program)]))
}

const placesBelow = (program: Command): Place[] =>
  commandsOf(program).map(([name, command]) => placeOf(` ${name}`, command))

const placeOf = (path: string, command: Command): Place => ({
  path,
  commands: command.commands.map((each) => ({ name: each.name(), about: wordsOf(each) })),
  flags: [
    ...command.options.map(({ long, short, description }) => ({
      name: long ?? short ?? '',
      about: plainly(description),
    })),
    { name: '--help', about: 'what it does' },
  ],
})

const wordsOf = (command: Command): string => plainly(command.description())

/** What no shell takes for more than text: descriptions are ours, and stay harmless however they change. */
const plainly = (text: string): string => text.replace(/[^\w .,;:/()+-]/g, '')

const names = (words: readonly Word[]): string => words.map(({ name }) => name).join(' ')

const paths = (places: readonly Place[]): Place[] => places.filter(({ path }) => path !== '')

const bash = (places: readonly Place[]): string => `# strongroom completion bash
_strongroom() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' commands='' flags='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == -- ]] && return
    case "$path \${COMP_WORDS[at]}" in
      ${paths(places)
        .map(({ path }) => `'${path}'`)
        .join('|')}) path="$path \${COMP_WORDS[at]}" ;;
    esac
  done
  case "$path" in
${places.map(({ path, commands, flags }) => `    '${path}') commands='${names(commands)}' flags='${names(flags)}' ;;`).join('\n')}
  esac
  [[ $cur == -* ]] && commands=$flags
  COMPREPLY=($(compgen -W "$commands" -- "$cur"))
}
complete -o default -F _strongroom strongroom
`

/** A colon ends the name that zsh shows a description for. */
const described = (words: readonly Word[]): string =>
  words.map(({ name, about }) => `'${name}:${about}'`).join(' ')

const zsh = (places: readonly Place[]): string => `#compdef strongroom
_strongroom() {
  local place='' word
  local -a commands flags
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -- ]] && { _files; return }
    case "$place $word" in
      ${paths(places)
        .map(({ path }) => `'${path}'`)
        .join('|')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${places.map(({ path, commands, flags }) => `    '${path}') commands=(${described(commands)}) flags=(${described(flags)}) ;;`).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o flag flags
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ $funcstack[1] == _strongroom ]]; then _strongroom "$@"; else compdef _strongroom strongroom; fi
`

const fish = (places: readonly Place[]): string => `# strongroom completion fish
function __strongroom_place
  set -l place ''
  for word in (commandline -opc)[2..]
    contains -- "$place $word" ${paths(places)
      .map(({ path }) => `'${path}'`)
      .join(' ')}; and set place "$place $word"
  end
  test "$place" = $argv[1]
end
${places.map(fishLines).join('\n')}
`

const fishLines = ({ path, commands, flags }: Place): string =>
  [
    ...commands.map(({ name, about }) => `${fishAt(path)} -f -a ${name} -d '${about}'`),
    ...flags.map(
      ({ name, about }) =>
        `${fishAt(path)} ${name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`} -d '${about}'`,
    ),
  ].join('\n')

const fishAt = (path: string): string => `complete -c strongroom -n '__strongroom_place "${path}"'`

const shells: ReadonlyMap<string, (places: readonly Place[]) => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])
