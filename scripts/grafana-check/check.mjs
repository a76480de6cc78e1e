// Checks a dashboard against Grafana's own types and code:
//
//     npm ci --prefix scripts/grafana-check
//     node scripts/grafana-check/check.mjs config/grafana/dashboards/dns_anycast.json
import fs from 'node:fs'
import { checkData } from './data.mjs'
import { checkOptions } from './options.mjs'

const dashboard = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const faults = [...checkOptions(dashboard), ...checkData(dashboard)]
for (const fault of faults) {
  console.error(fault)
}
process.exitCode = faults.length > 0 ? 1 : 0
