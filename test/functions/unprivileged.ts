/** Runs functions as a user without privileges; started by isolation.test.ts, prints what it saw. */
import { deploy, deployPython, raiseRunners } from './fixture.ts'

await using fleet = raiseRunners({ limits: { processesMax: 64 } })
const { level } = await fleet.runners.isolation()
if (level === 'namespaces') {
  const counting = deploy('let n = 0; export const handler = async () => ++n')
  const answers = [(await fleet.invoke(counting)).value, (await fleet.invoke(counting)).value]
  const reading = deployPython(`import os, time
def attempt(path):
  try:
    return os.listdir(path)
  except OSError as error:
    return type(error).__name__
def handler(event, context):
  made = 0
  for _ in range(100):
    try:
      if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
      made += 1
    except OSError:
      break
  return [made, {"root": attempt(event["folder"]), "process": attempt(f'/proc/{event["pid"]}')}]
`)
  const { value } = await fleet.invoke(reading, { folder: process.cwd(), pid: process.pid })
  const [fork, found] = value as [number, object]
  console.log(JSON.stringify({ level, answers, fork, found }))
} else {
  console.log(JSON.stringify({ level }))
}
