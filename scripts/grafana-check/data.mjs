// What only Grafana's own code knows: units, matchers, transformations, and what a panel makes of real answers.
import { createRequire } from 'node:module'
import { JSDOM } from 'jsdom'

// @grafana/data expects a browser.
const { window } = new JSDOM('', { url: 'http://localhost/' })
const names = ['window', 'document', 'navigator', 'localStorage', 'HTMLElement', 'Element', 'Node', 'DOMParser']
for (const name of names) {
  const value = name === 'window' ? window : window[name]
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}
console.info = () => {} // an advertisement of one of its packages
const grafana = createRequire(import.meta.url)('@grafana/data')
const theme = grafana.createTheme()

const transformers = [...new Map(Object.values(grafana.standardTransformers).map((t) => [t.id, t])).values()]
grafana.standardTransformersRegistry.setInit(() =>
  transformers.map((t) => ({ id: t.id, name: t.name, transformation: async () => t }))
)
const units = new Set(grafana.getValueFormats().flatMap((category) => category.submenu.map((format) => format.value)))

// checkData returns what is wrong with units, matchers and transformations.
export function checkData(dashboard) {
  return dashboard.panels.flatMap((panel) => {
    const fieldConfig = panel.fieldConfig ?? { defaults: {}, overrides: [] }
    const unit = (id) => (id === undefined || units.has(id) ? [] : [`no unit ${id}`])
    const matcher = (registry, id) => (registry.getIfExists(id) ? [] : [`no matcher ${id}`])
    const faults = [...unit(fieldConfig.defaults.unit), ...mappings(fieldConfig.defaults)]
    if (panel.type === 'stat') {
      faults.push(...unmeasured(fieldConfig.defaults))
    }
    for (const override of fieldConfig.overrides) {
      faults.push(...matcher(grafana.fieldMatchers, override.matcher.id))
      faults.push(...override.properties.filter((p) => p.id === 'unit').flatMap((p) => unit(p.value)))
    }
    for (const t of panel.transformations ?? []) {
      faults.push(...(transformers.some((known) => known.id === t.id) ? [] : [`no transformation ${t.id}`]))
      faults.push(...(t.filter ? matcher(grafana.frameMatchers, t.filter.id) : []))
    }
    for (const series of panel.options?.series ?? []) {
      const { name, frame, ...fields } = series
      const byIndex = frame.matcher.id === grafana.FrameMatcherID.byIndex // the only one that panel xychart knows
      faults.push(...(byIndex ? [] : [`no matcher ${frame.matcher.id}`]))
      faults.push(...Object.values(fields).flatMap((field) => matcher(grafana.fieldMatchers, field.matcher.id)))
    }
    return faults.map((fault) => `panel ${panel.id}: ${panel.title}: ${fault}`)
  })
}

// unmeasured is a figure without an answer: Grafana would give it the colour of the lowest step, which is often green.
function unmeasured(config) {
  const { text, color } = grafana.getDisplayProcessor({ field: { type: grafana.FieldType.other, config }, theme })(null)
  return text === 'not measured' && color === '#8e8e8e' ? [] : [`without an answer: ${text}, ${color}`]
}

// mappings that give a colour by name: every name has one, and not all have the same.
function mappings(config) {
  if (!config.mappings?.some((mapping) => mapping.type === 'regex')) {
    return []
  }
  const names = ['lhr1', 'lhr2', 'ns1.gb-lon.example', 'ns2.gb-lon.example', 'ns1.nl-ams.example', 'Größe, 2', '~', '0xff00']
  const colour = (name, config) => {
    const field = { name, type: 'string', config, values: [name] }
    return grafana.getDisplayProcessor({ field, theme })(name).color
  }
  const colours = names.map((name) => colour(name, config))
  const none = colour('', { ...config, mappings: [] })
  const bad = colours.includes(none) || new Set(colours).size < 5
  return bad ? [`colours by name: ${colours} of ${names}`] : []
}

// properties are what the panel's overrides set, each to be set as it is.
function properties(panel) {
  const ids = new Set(panel.fieldConfig.overrides.flatMap((o) => o.properties.map((p) => p.id)))
  for (const id of Object.keys(panel.fieldConfig.defaults)) {
    ids.add(id)
  }
  return new grafana.Registry(() =>
    [...ids].map((id) => ({
      id,
      name: id,
      path: id.replace(/^custom\./, ''),
      isCustom: id.startsWith('custom.'),
      process: (value) => value,
      shouldApply: () => true,
    }))
  )
}

// show returns the panel's frames after its transformations, each as a table of the names and texts that Grafana shows.
export async function show(panel, frames) {
  const data = frames.map((frame) => grafana.toDataFrame(frame))
  const context = { interpolate: (text) => text }
  const transformed = await new Promise((resolve, reject) =>
    grafana.transformDataFrame(panel.transformations ?? [], data, context).subscribe({ next: resolve, error: reject })
  )
  const shown = grafana.applyFieldOverrides({
    data: transformed,
    fieldConfig: panel.fieldConfig,
    fieldConfigRegistry: properties(panel),
    replaceVariables: (v) => v,
    theme,
    timeZone: 'utc',
  })
  return shown.map((frame) => ({
    columns: frame.fields.map((field) => grafana.getFieldDisplayName(field, frame, shown)),
    rows: Array.from({ length: frame.length }, (_, i) =>
      frame.fields.map((field) => grafana.formattedValueToString(field.display(field.values[i])))
    ),
  }))
}
