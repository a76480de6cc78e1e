// Prints what each panel of dashboards shows of frames, the answers to its queries: for each line of JSON that it reads,
// frames by the titles of panels, it writes one.
//
//     node scripts/grafana-check/show.mjs dashboard.json ... <frames
import fs from 'node:fs'
import readline from 'node:readline'
import { show } from './data.mjs'
import { opened } from './rows.mjs'

const dashboards = process.argv.slice(2).map((file) => opened(JSON.parse(fs.readFileSync(file, 'utf8'))))
const panels = dashboards.flatMap(named)

// named are the panels of a dashboard. Those that ask in PromQL have the titles of others, and end in another way.
function named({ uid, panels }) {
  const end = uid.endsWith('-metrics') ? ' (metrics)' : ''
  return panels.map((panel) => ({ ...panel, title: panel.title + end }))
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const frames = JSON.parse(line)
  const shown = {}
  for (const panel of panels.filter((p) => frames[p.title])) {
    shown[panel.title] = await show(panel, frames[panel.title])
  }
  console.log(JSON.stringify(shown))
}
