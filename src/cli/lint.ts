/**
 * strongroom lint: what lets in more than it should, or is needed no more, the worst first. The exit
 * code is 0 when nothing was found, 2 when something was, 1 when it could not be found out.
 */
import type { Finding, LintResponse } from '../contract/generated/strongroom.ts'
import { Refusal } from '../lib/fault.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { line } from './print.ts'

interface Flags {
  readonly severity: string
  readonly json?: boolean
  readonly profile?: string
}

const severities: readonly Finding['Severity'][] = ['critical', 'high', 'medium', 'low']
const foundCode = 2

export async function lint(flags: Flags): Promise<void> {
  const least = severities.indexOf(flags.severity as Finding['Severity'])
  if (least < 0) throw new Refusal('--severity must be low, medium, high or critical.')
  const findings = (await allFindings(flags.profile))
    .filter(({ Severity }) => severities.indexOf(Severity) <= least)
    .toSorted((a, b) => severities.indexOf(a.Severity) - severities.indexOf(b.Severity))
  const print = flags.json ? (each: Finding) => `${JSON.stringify(each)}\n` : text
  for (const each of findings) process.stdout.write(print(each))
  if (findings.length > 0) process.exitCode = foundCode
}

async function allFindings(profile: string | undefined): Promise<Finding[]> {
  const endpoint = readEndpoint(profile)
  const found: Finding[] = []
  let NextToken: string | undefined
  do {
    const page: LintResponse = await callStrongroom(endpoint, 'Lint', { NextToken })
    found.push(...page.Findings)
    NextToken = page.NextToken
  } while (NextToken)
  return found
}

const text = ({ Id, Check, Severity, Where, Words, Remedy }: Finding): string =>
  line(Severity.padEnd(8), Check, Where) +
  line('        ', Words) +
  line('        ', `${Remedy} (${Id})`)
