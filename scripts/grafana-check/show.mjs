// Prints as JSON what each panel of dashboards shows of frames, the answers to its queries, by its title:
//
//     node scripts/grafana-check/show.mjs frames.json dashboard.json ...
import fs from 'node:fs'
import { show } from './data.mjs'
import { opened } from './rows.mjs'

const [frames, ...dashboards] = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
const shown = {}
for (const panel of dashboards.flatMap((dashboard) => opened(dashboard).panels).filter((p) => frames[p.title])) {
  shown[panel.title] = await show(panel, frames[panel.title])
}
console.log(JSON.stringify(shown))
