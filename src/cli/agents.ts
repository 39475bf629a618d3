/** The command for the machines that applications run on. */
import type { Command } from 'commander'

export function addAgent(program: Command): void {
  program
    .command('agent')
    .description(
      "secrets and parameters for this machine's applications, as AWS's agent serves them",
    )
    .option('--config <file>', "TOML, in either form of AWS's agent")
    .option('--listen <host:port>', 'where to listen (127.0.0.1:2773 and [::1]:2773)')
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .option('--insecure', 'listen beyond loopback without TLS: it ends in front')
    .option('--no-push', 'do not ask what changed: values are renewed by their TTL alone')
    .option('--no-receipts', 'do not report reads of what is kept')
    .action(async (flags) => (await import('./agent.ts')).agent(flags))
}
