// Prints as JSON what each panel of a dashboard shows of frames, the answers to its queries, by its title:
//
//     node scripts/grafana-check/show.mjs dashboard.json frames.json
import fs from 'node:fs'
import { show } from './data.mjs'

const [dashboard, frames] = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
const shown = {}
for (const panel of dashboard.panels.filter((p) => frames[p.title])) {
  shown[panel.title] = await show(panel, frames[panel.title])
}
console.log(JSON.stringify(shown))
