// Checks dashboards against Grafana's own types and code:
//
//     npm ci --prefix scripts/grafana-check
//     node scripts/grafana-check/check.mjs config/grafana/dashboards/*.json
import fs from 'node:fs'
import { checkData } from './data.mjs'
import { checkOptions } from './options.mjs'
import { opened } from './rows.mjs'

const dashboards = process.argv.slice(2).map((file) => opened(JSON.parse(fs.readFileSync(file, 'utf8'))))
const faults = [
  ...checkOptions(dashboards),
  ...dashboards.flatMap((dashboard) => checkData(dashboard).map((fault) => `${dashboard.uid}: ${fault}`)),
]
for (const fault of faults) {
  console.error(fault)
}
process.exitCode = faults.length > 0 ? 1 : 0
