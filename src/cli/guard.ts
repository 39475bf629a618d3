/**
 * Closes the ways by which a running process shows its memory: Node's inspector on SIGUSR1,
 * diagnostic reports, heap snapshots on signals, core dumps.
 */
import { readFileSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { Refusal } from '../lib/fault.ts'

const revealing =
  /^--(?:inspect|heapsnapshot-signal|heapsnapshot-near|report-|diagnostic-dir|heap-prof|abort-on-uncaught|tls-keylog|trace-tls)/

/** Throws Refusal for a runtime that was told to show its memory; warns of what only the system can change. */
export function guardProcess(warn: (words: string) => void): void {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/[\s"]+/)]
  const found =
    // Node takes an underscore for a hyphen, and options from configuration files as well.
    options.find((option) => revealing.test(option.replaceAll('_', '-'))) ??
    (inspectorUrl() && '--inspect')
  if (found) {
    throw new Refusal(`Node was started with ${found}, which can show secrets: start without it.`)
  }
  // With a listener of ours Node does not open its inspector on this signal.
  process.on('SIGUSR1', () => warn('SIGUSR1 opens nothing here'))
  if (process.report) {
    process.report.reportOnFatalError = false
    process.report.reportOnSignal = false
    process.report.reportOnUncaughtException = false
  }
  if (mayDumpCore()) {
    warn('core dumps are allowed and would hold secrets: set ulimit -c 0 (systemd: LimitCORE=0)')
  }
}

function mayDumpCore(): boolean {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    return !/^Max core file size\s+0\s/m.test(limits)
  } catch {
    return false // no /proc: nothing to check here
  }
}
