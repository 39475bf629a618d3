/** What somebody would type: shown below each command's help. */
import type { Command } from 'commander'

/** By command; a command that does something by itself has one at least. */
const examples: Readonly<Record<string, readonly string[]>> = {
  serve: [
    'serve --data /var/lib/strongroom',
    'serve --listen 0.0.0.0:7766 --tls-cert tls.crt --tls-key tls.key',
  ],
  agent: ['agent', 'agent --config agent.toml'],
  'audit export': ['audit export --since 30d --format csv --output audit.csv'],
  'audit tail': ['audit tail -n 50', 'audit tail --follow --json'],
  'audit verify': ['audit verify --data ./data --records'],
  'account create': ['account create > team.credentials'],
  'account list': ['account list'],
  'account reset-root': ['account reset-root --data ./data'],
  credentials: ['credentials --role arn:aws:iam::000000000000:role/app --duration 900'],
  who: ['who prod/db', 'who prod/db --did --since 30d'],
  why: ['why 6b1e0f6e-8f0a-4d5f-9c1e-3f6f0f7a2b1c'],
  lint: ['lint --severity high'],
  alerts: ['alerts', 'alerts --json'],
  'alerts ack': ['alerts ack ID'],
  'events dead': ['events dead', 'events dead --json'],
  'events redrive': ['events redrive ID'],
  'events drop': ['events drop ID'],
  rotate: ['rotate prod/db --logs', 'rotate prod/db --rehearse --yes'],
  'rotate status': ['rotate status'],
  'rotate attach': ['rotate attach prod/db --using postgres --every 30d'],
  'rotate repair': ['rotate repair prod/db'],
  rollback: ['rollback prod/db', 'rollback prod/db --rotate'],
  'seal status': ['seal status'],
  'seal rewrap': ['seal rewrap --to passphrase'],
  'seal rotate': ['seal rotate'],
  'store rotate': ['store rotate'],
  'node list': ['node list', 'node list --json'],
  doctor: ['doctor', 'doctor --data /var/lib/strongroom --json'],
  'backup create': ['backup create today.backup'],
  'backup status': ['backup status'],
  'backup restore': ['backup restore today.backup --data ./restored'],
  'backup drill': ['backup drill today.backup'],
  'backup verify': ['backup verify today.backup'],
  export: ['export --format dotenv --prefix myapp/dev/ --out dev.env'],
  get: ['get prod/db --field password | pbcopy', 'get prod/db --stage AWSPREVIOUS --json'],
  set: ['set prod/db', 'set prod/db --field password < password.txt'],
  list: ['list prod/', 'list --json'],
  history: ['history prod/db'],
  diff: ['diff prod/db', 'diff prod/db --from AWSCURRENT --to AWSPENDING'],
  run: ['run myapp/dev -- npm start', 'run --env-file .env --watch -- npm start'],
  render: ['render app.yaml.tmpl --out app.yaml', 'render app.yaml.tmpl --check'],
  dev: ['dev', 'dev --undo'],
  import: [
    'import .env --name myapp/dev',
    'import .env --name myapp/dev --yes --reduce --gitignore',
    'import vault:secret/myapp --name myapp',
    'import aws:prod/ --aws-profile work --dry-run',
  ],
  push: ['push aws --aws-profile work --prefix prod/ --dry-run'],
  pull: ['pull aws --aws-profile work --prefix prod/ --dry-run'],
  scan: ['scan', "scan . --exclude 'test/vectors/**' --json", 'scan --pre-commit'],
  completion: ['completion bash > ~/.local/share/bash-completion/completions/strongroom'],
}

/** Below the help of every command of a program. */
export function showExamples(program: Command): void {
  for (const [name, command] of commandsOf(program)) {
    const lines = examples[name]?.map((words) => `  strongroom ${words}`)
    if (!lines) continue
    const title = lines.length > 1 ? 'Examples' : 'Example'
    command.addHelpText('after', ['', `${title}:`, ...lines].join('\n'))
  }
}

/** The commands below one, by the words that are typed for them. */
export function commandsOf(command: Command, above = ''): (readonly [string, Command])[] {
  return command.commands.flatMap((each) => {
    const name = `${above}${each.name()}`
    return [[name, each] as const, ...commandsOf(each, `${name} `)]
  })
}
