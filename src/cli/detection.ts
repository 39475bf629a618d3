/** Which detections serve runs, and from where on something is too much: its flags. */
import { type Command, Option } from 'commander'

export const withDetections = (serve: Command): Command =>
  serve
    .option('--detect <names>', 'detections that run, separated by commas (all)')
    .addOption(without('--no-detect <names>', 'detections that do not run'))
    .option('--detect-learning <span>', 'how long secrets and principals are new (24h)')
    .option('--detect-denials <count>', 'denials of a principal within 5 minutes (10)')
    .option('--detect-reads <count>', 'reads of a principal within 5 minutes that are few (300)')
    .option('--detect-times <number>', 'how many times its usual reads are too many (10)')

/** A flag that begins with no- and has a value of its own: the parser would take it for a denial of the other. */
function without(flags: string, description: string): Option {
  const option = new Option(flags, description)
  option.negate = false
  return option
}
